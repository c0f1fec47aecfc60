import { type Command, Option } from 'commander';
import { CARRIERS } from '../../lib/classification/carriers.ts';
import { proposalsContract } from '../../lib/contracts/proposals.ts';
import { carrierLabel } from '../../lib/guidance/wording/labels.ts';
import { POLICY_RULES } from '../../lib/policy/rules.ts';
import type { Language } from '../../lib/text.ts';
import {
  type AskForPage,
  isAskedFor,
  type Proposal,
  type ProposalFilter,
  type WaitingProposals,
} from '../../lib/waiting-proposals.ts';
import type { CliContext } from '../context.ts';
import { unknown } from '../errors.ts';

/** What commands about waiting proposals have in common. */

/** Asks the deployment for a page of them. */
export function askingOf({ invoke }: Pick<CliContext, 'invoke'>): AskForPage {
  return (request) => invoke(proposalsContract, request);
}

/** The command with the options that narrow the proposals it is about. */
export function withFilter(made: Command): Command {
  return made
    .option('--carrier <name>')
    .option('--rule <name>')
    .addOption(new Option('--customer <yes|no>').choices(['yes', 'no']));
}

/**
 * Those of the waiting proposals that are asked for.
 *
 * @throws {CliError} for a carrier or rule that nobody knows and no proposal bears: none of it would be waiting, and an
 * operator would take the misspelt word for an answer. A stack of a later version may know others.
 */
export function narrowed({ proposals, next }: WaitingProposals, filter: ProposalFilter): readonly Proposal[] {
  const { carrier, rule } = filter;
  const bears = (one: ProposalFilter) =>
    next !== undefined || proposals.some((each) => isAskedFor(each, one));
  if (rule !== undefined && !RULES.includes(rule) && !bears({ rule })) {
    throw unknown({ ja: 'ルール（--rule）', en: 'rule (--rule)' }, rule, RULES);
  }
  if (carrier !== undefined && !isCarrier(carrier) && !bears({ carrier })) {
    const known = [...CARRIERS.map(({ id }) => id), '-'];
    throw unknown({ ja: '携帯会社（--carrier）', en: 'carrier (--carrier)' }, carrier, known);
  }
  return proposals.filter((each) => isAskedFor(each, filter));
}

/** The rules of the policy that propose: what another rule decides never waits. */
const RULES: readonly string[] = POLICY_RULES.filter(({ action }) => action !== 'keep').map(({ id }) => id);

function isCarrier(typed: string): boolean {
  const plain = (name: string) => name.normalize('NFKC').toLowerCase();
  const wanted = plain(typed);
  return (
    wanted === '-' || CARRIERS.some(({ id, name }) => [id, name.ja, name.en].map(plain).includes(wanted))
  );
}

/** What a carrier is called; `-` where the address is none's. */
export function carrierName(carrier: string | undefined, language: Language): string {
  return carrier === undefined ? '-' : carrierLabel(carrier, language);
}
