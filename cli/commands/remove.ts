import type { Command } from 'commander';
import { normaliseAddress, stripControls } from '../../lib/address.ts';
import type { Bilingual } from '../../lib/text.ts';
import {
  isNarrowed,
  type Proposal,
  type ProposalFilter,
  waitingProposals,
} from '../../lib/waiting-proposals.ts';
import { addressTyped } from '../arguments.ts';
import { withCommonOptions } from '../command.ts';
import { mustBeConfirmable } from '../confirm.ts';
import { type CliContext, contextOf } from '../context.ts';
import { CliError } from '../errors.ts';
import { operatorOf } from '../operator.ts';
import { askingOf, narrowed, withFilter } from '../proposals/waiting.ts';
import { reasonOf, typedReason } from '../reason.ts';
import { type Asked, carryOutFew, carryOutList, isMany } from '../removal/carry-out.ts';
import { bytesOf, type TargetList, targetsIn } from '../removal/target-list.ts';
import type { Session } from '../session.ts';

/** `todoku remove ADDRESS…`: takes addresses off the list by hand, after the customer confirmed. */
export function removeCommand(made: Command, session: Session): Command {
  return byOperator(
    withCommonOptions(made)
      .argument('[address...]')
      .option('--file <file>')
      .option('--address-column <name>')
      .option('--reason <text>')
      .option('--override [rules]'),
  ).action(
    async (
      given: string[],
      options: ByOperator & { reason?: string; override?: string | true },
      self: Command,
    ) => {
      const context = contextOf(self, session);
      const addresses = given.map((each) => addressTyped(each, context));
      const override = overriddenRules(options.override);
      const operator = await operatorOf(options, context);
      const reason = await reasonOf(
        options.file === '-' ? { ...options, isUnasked: true } : options,
        WHY,
        context,
      );
      const removal: Asked = {
        ...asOperator(options),
        kind: 'remove',
        besides: override,
        request: (targets, dryRun) => ({ addresses: [...targets], reason, operator, override, dryRun }),
      };
      const list = await listOf(addresses, options, context);
      if (list === undefined) await carryOutFew(removal, addresses, context);
      else await carryOutList(removal, list, context);
    },
  );
}

const WHY: Bilingual = { ja: '解除の理由（記録に残ります）：', en: 'Why (kept in the audit):' };

/** What every decision of an operator takes. */
interface ByOperator {
  readonly operator?: string;
  readonly file?: string;
  readonly addressColumn?: string;
  readonly report?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

function asOperator({ dryRun = false, yes = false, report }: ByOperator) {
  return { dryRun, yes, ...(report !== undefined && { report }) };
}

/**
 * The long list that a command line names: that of its file, or of more arguments than one request takes; undefined for
 * a few arguments.
 *
 * @throws {CliError} where it names nothing, or both, or nobody could confirm what standard input names.
 */
async function listOf(
  given: readonly string[],
  options: ByOperator,
  context: CliContext,
  { nothingNamed = NOTHING_NAMED, isId }: { nothingNamed?: Bilingual; isId?: (text: string) => boolean } = {},
): Promise<TargetList | undefined> {
  const { file: name, addressColumn } = options;
  if ((name === undefined) === (given.length === 0)) {
    throw new CliError(name === undefined ? nothingNamed : NAMED_TWICE, { code: 'wrong-arguments' });
  }
  if (name === undefined) {
    return isMany(given.length) ? { targets: [...new Set(given)], faults: [], duplicates: 0 } : undefined;
  }
  if (name === '-' && !options.yes && !options.dryRun) {
    throw new CliError(CANNOT_ASK, { code: 'not-confirmed', exitCode: 2 });
  }
  const file = context.file(name);
  return targetsIn(await bytesOf(file, context.io.stdin), file, addressColumn, isId);
}

const NOTHING_NAMED: Bilingual = {
  ja: '対象を引数で指定するか、--file でリストを指定してください。',
  en: 'name what it is about as arguments, or hand in a list with --file',
};
const NO_PROPOSAL_NAMED: Bilingual = {
  ja: '対象の提案を番号で指定するか、--carrier、--rule、--customer で絞り込むか、--file でリストを指定してください。番号は todoku proposals で確認できます。',
  en: 'name proposals by their ids (todoku proposals shows them), narrow with --carrier, --rule or --customer, or hand in a list with --file',
};
const NAMED_TWICE: Bilingual = {
  ja: '引数と --file は同時に指定できません。',
  en: 'give arguments or --file, not both',
};
const CANNOT_ASK: Bilingual = {
  ja: '標準入力からリストを読み取る場合は、端末から確認できません。--dry-run で内容を確かめたうえで、--yes を付けて実行してください。',
  en: 'a list from standard input leaves no terminal to confirm on: look with --dry-run, then run it with --yes',
};

/**
 * The rules that the option names; without a name those that the stack has refused this operator for.
 *
 * @throws {CliError} where the option took an address for its value.
 */
function overriddenRules(given: string | true | undefined): boolean | string[] {
  if (given === undefined || given === true) return given ?? false;
  const shown = stripControls(given).slice(0, 100);
  if (given.includes('@')) {
    throw new CliError({
      ja: `--override には解除を拒否したルール名を指定してください（「${shown}」はアドレスです）。例：--override complaint。宛先は --override より前に書いてください。`,
      en: `--override takes the names of rules, and "${shown}" is an address: write --override complaint, say, and the addresses before it`,
    });
  }
  const rules = given.split(',').map((rule) => rule.trim());
  return rules.some((rule) => rule !== '') ? rules.filter((rule) => rule !== '') : true;
}

/** `todoku approve ID…`: has the addresses of waiting proposals removed. */
export function approveCommand(made: Command, session: Session): Command {
  return decisionCommand(made, session, 'approve');
}

/** `todoku reject ID…`: turns waiting proposals down. */
export function rejectCommand(made: Command, session: Session): Command {
  return decisionCommand(made, session, 'reject');
}

function decisionCommand(made: Command, session: Session, decision: 'approve' | 'reject'): Command {
  return byOperator(
    withFilter(
      withCommonOptions(made).argument('[id...]').option('--file <file>').option('--address-column <name>'),
    ).option('--reason <text>'),
  ).action(
    async (ids: string[], options: ByOperator & ProposalFilter & { reason?: string }, self: Command) => {
      const context = contextOf(self, session);
      const reason = options.reason === undefined ? undefined : typedReason(options.reason);
      const operator = await operatorOf(options, context);
      const asked: Asked = {
        ...asOperator(options),
        kind: decision,
        request: (targets, dryRun) => ({
          proposals: [...targets],
          decision,
          operator,
          dryRun,
          ...(reason && { reason }),
        }),
      };
      if (ids.length > 0 && isNarrowed(options))
        throw new CliError(NARROWED_IDS, { code: 'wrong-arguments' });
      const isListed = options.file !== undefined || isNarrowed(options);
      const given =
        isListed && options.file === undefined
          ? undefined
          : await listOf(ids, options, context, { nothingNamed: NO_PROPOSAL_NAMED, isId: isProposalId });
      if (!isListed) {
        return given === undefined ? carryOutFew(asked, ids, context) : carryOutList(asked, given, context);
      }
      if (!asked.dryRun) mustBeConfirmable(asked.yes, context);
      const read = await waitingProposals(askingOf(context));
      if (read.next !== undefined) context.printError(MORE_WAIT[context.language](read.proposals.length));
      const waiting = narrowed(read, options);
      const { list, addresses } = listOfProposals(waiting);
      if (given === undefined) return carryOutList({ ...asked, addresses }, list, context);
      return carryOutList({ ...asked, addresses, idOf: idIn(waiting) }, given, context);
    },
  );
}

const NARROWED_IDS: Bilingual = {
  ja: '番号の指定と --carrier、--rule、--customer は同時に使えません。',
  en: 'give ids, or narrow with --carrier, --rule or --customer, not both',
};
const MORE_WAIT = {
  ja: (read: number) => `承認待ちの提案のうち、古い順に${read.toLocaleString('en-US')}件を対象にします。`,
  en: (read: number) =>
    `more wait than are read at once: this is about the oldest ${read.toLocaleString('en-US')}`,
} as const;
/** Proposals as a list to be worked through, with the address of each. */
function listOfProposals(proposals: readonly Proposal[]) {
  const addresses = new Map(
    proposals.flatMap(({ proposalId, spelling }) => (proposalId ? [[proposalId, spelling] as const] : [])),
  );
  return { list: { targets: [...addresses.keys()], faults: [], duplicates: 0 } as TargetList, addresses };
}

/**
 * Finds the proposal that a file names by id or by address, each once. An id that is not waiting is asked about, and told
 * as that.
 */
function idIn(proposals: readonly Proposal[]): (text: string) => string | undefined {
  const byAddress = new Map(proposals.map(({ address, proposalId }) => [address, proposalId]));
  return (text) => (isProposalId(text) ? text : byAddress.get(normaliseAddress(text)));
}

/** Whether a text has the form of a proposal's id (lib/cases/ids.ts). */
function isProposalId(text: string): boolean {
  return /^\d{8}-[0-9a-f]{10}$/.test(text);
}

function byOperator(made: Command): Command {
  return made.option('--operator <name>').option('--dry-run').option('--yes').option('--report <file>');
}
