import type { Command } from 'commander';
import { stripControls } from '../../lib/address.ts';
import type { RequestOf } from '../../lib/contracts/contract.ts';
import { type REMOVE_RESULTS, type RemoveAnswer, removeContract } from '../../lib/contracts/remove.ts';
import { labelOf, verdictLabel, withCode } from '../../lib/guidance/wording/labels.ts';
import type { Bilingual, Language } from '../../lib/text.ts';
import { bareAddress, operatorOf, withOperator } from '../arguments.ts';
import { withCommonOptions, withExitCodes } from '../command.ts';
import { type CliContext, contextOf } from '../context.ts';
import { CliError } from '../errors.ts';
import type { Session } from '../session.ts';

type Answered = RemoveAnswer['results'][number];

/** Results that are what was asked for; any other makes the exit code 2. */
const ASKED_FOR: ReadonlySet<string> = new Set([
  'removed',
  'would_remove',
  'scheduled',
  'rejected',
  'would_reject',
]);

/** `todoku remove ADDRESS…`: takes addresses off the list by hand, after the customer confirmed. */
export function removeCommand(made: Command, session: Session): Command {
  return byOperator(
    withCommonOptions(made)
      .argument('<address...>', 'the recipients')
      .requiredOption('--reason <text>', 'why; kept in the audit')
      .option(
        '--override [rules]',
        'remove although these rules forbid it, named as the refusal names them; kept in the audit',
      ),
    session,
  ).action(
    async (
      addresses: string[],
      options: { reason: string; operator: string; override?: string | true; dryRun?: boolean },
      self: Command,
    ) => {
      const { reason, dryRun = false } = options;
      const context = contextOf(self, session);
      await send(context, {
        addresses: addresses.map((each) => bareAddress(each, context)),
        reason,
        operator: operatorOf(options),
        override: overriddenRules(options.override),
        dryRun,
      });
    },
  );
}

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
    withCommonOptions(made)
      .argument('<id...>', 'ids of waiting proposals')
      .option('--reason <text>', 'why; kept in the audit'),
    session,
  ).action(
    async (
      proposals: string[],
      options: { reason?: string; operator: string; dryRun?: boolean },
      self: Command,
    ) => {
      const { reason, dryRun = false } = options;
      const operator = operatorOf(options);
      await send(contextOf(self, session), {
        proposals,
        decision,
        operator,
        dryRun,
        ...(reason && { reason }),
      });
    },
  );
}

function byOperator(made: Command, session: Session): Command {
  const asked = withOperator(made, session).option('--dry-run', 'say what would happen, and change nothing');
  return withExitCodes(asked, {
    1: 'nothing was asked: a text that is no address, no such deployment',
    2: 'at least one was refused, is not listed, or failed; the others were done',
  });
}

/** What a result is called. */
const RESULT_LABELS: Readonly<Record<(typeof REMOVE_RESULTS)[number], Bilingual>> = {
  removed: { ja: '解除しました', en: 'removed' },
  would_remove: { ja: '解除できます', en: 'would be removed' },
  scheduled: { ja: '解除を予定しました', en: 'scheduled' },
  not_listed: { ja: '登録なし', en: 'not listed' },
  refused: { ja: '解除できません', en: 'refused' },
  rejected: { ja: '却下しました', en: 'rejected' },
  would_reject: { ja: '却下できます', en: 'would be rejected' },
  failed: { ja: '失敗しました', en: 'failed' },
};

/** Where policy judged, why is what todoku itself holds of the entry: shown as that, with the rule that decided. */
function whyOf({ why, verdict }: Answered, language: Language): string {
  const text = stripControls(why?.[language] ?? '');
  if (verdict === undefined) return text;
  const label = stripControls(verdictLabel(verdict, language));
  return language === 'ja' ? `todoku の判定：${label}。${text}` : `todoku's verdict: ${label}. ${text}`;
}

async function send(context: CliContext, request: RequestOf<typeof removeContract>): Promise<void> {
  const answer = await context.invoke(removeContract, request);
  const { results } = answer;
  const { print, colors, language } = context;
  if (context.options.json) context.printJson(answer);
  else {
    for (const answered of results) {
      const { address, proposalId, result } = answered;
      const subject = stripControls([proposalId, address].filter(Boolean).join(' '));
      const name = withCode(labelOf(RESULT_LABELS, result, language), stripControls(result), language);
      const mark = ASKED_FOR.has(result) ? colors.green(name) : colors.yellow(name);
      print(`${subject}  ${mark}  ${whyOf(answered, language)}`);
    }
  }
  if (results.some(({ result }) => !ASKED_FOR.has(result))) context.endWith(2);
}
