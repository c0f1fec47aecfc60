import { type Command, Option } from 'commander';
import { stripControls } from '../../lib/address.ts';
import { DECISION_ACTIONS } from '../../lib/cases/records.ts';
import type { RequestOf } from '../../lib/contracts/contract.ts';
import { type HistoryAnswer, historyContract } from '../../lib/contracts/history.ts';
import { DECISION_LABELS, labelOf, outcomeLabel } from '../../lib/guidance/wording/labels.ts';
import { BY_HAND } from '../../lib/operations/removal/still-allowed.ts';
import { RESCUE_RULE } from '../../lib/policy/rescue.ts';
import { POLICY_RULES } from '../../lib/policy/rules.ts';
import { UNDO_RULE } from '../../lib/policy/undo.ts';
import type { Language } from '../../lib/text.ts';
import { DAY, formatInTokyo, later } from '../../lib/time.ts';
import { daysBack, wholeNumber } from '../arguments.ts';
import { nowOf } from '../clock.ts';
import { withCommonOptions } from '../command.ts';
import { type CliContext, contextOf } from '../context.ts';
import { unknown } from '../errors.ts';
import { printPaged } from '../pager.ts';
import type { Session, View } from '../session.ts';
import { type Column, table } from '../table.ts';

interface HistoryOptions {
  readonly days: number;
  readonly by?: string;
  readonly rule?: string;
  readonly action?: string;
  readonly limit: number;
  readonly all?: boolean;
}

/** `todoku history`: what was decided, by whom and under which rule, newest first. */
export function historyCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .addOption(new Option('--days <count>').argParser(daysBack).default(30))
    .option('--by <name>')
    .option('--rule <name>')
    .option('--action <word>')
    .addOption(new Option('--limit <count>').argParser(wholeNumber).default(100))
    .option('--all')
    .action(async (options: HistoryOptions, self: Command) => {
      const context = contextOf(self, session);
      const { days, by, rule, action, limit, all = false } = options;
      const since = later((await nowOf(context)).toISOString(), -days * DAY);
      const request: RequestOf<typeof historyContract> = {
        since,
        limit,
        ...(by && { by }),
        ...(rule && { rule }),
        ...(action && { action }),
      };
      const answer = await context.invoke(historyContract, request);
      if (isEmpty(answer)) await mustBeKnown(request, context);
      if (context.options.json) return context.printJson(answer);
      const { language } = context;
      const lines = [
        ...(answer.decisions.length > 0 ? [tableOf(answer, all, context)] : []),
        ...totals(answer, language).map(context.fold),
      ];
      await printPaged(lines.join('\n'), context);
      if (answer.incomplete) context.printError(INCOMPLETE[language]);
    });
}

/** Whether nothing was found though everything was read. */
function isEmpty({ counts, incomplete }: HistoryAnswer): boolean {
  return Object.keys(counts).length === 0 && incomplete === undefined;
}

/** The rules that a decision may bear. */
const RULES: readonly string[] = [...POLICY_RULES.map(({ id }) => id), BY_HAND, RESCUE_RULE, UNDO_RULE];

/**
 * Tells a word under which nothing was decided from one that means nothing.
 *
 * @throws {CliError} for a rule or kind of decision that this version does not know and no decision on record bears: a
 * stack of another version may know others.
 */
async function mustBeKnown(
  { rule, action }: RequestOf<typeof historyContract>,
  context: CliContext,
): Promise<void> {
  const since = new Date(0).toISOString();
  const isOnRecord = async (word: { rule: string } | { action: string }) =>
    !isEmpty(await context.invoke(historyContract, { since, limit: 1, ...word }));
  if (rule !== undefined && !RULES.includes(rule) && !(await isOnRecord({ rule }))) {
    throw unknown({ ja: 'ルール（--rule）', en: 'rule (--rule)' }, rule, RULES);
  }
  const actions: readonly string[] = DECISION_ACTIONS;
  if (action !== undefined && !actions.includes(action) && !(await isOnRecord({ action }))) {
    throw unknown({ ja: '決定の種類（--action）', en: 'kind of decision (--action)' }, action, actions);
  }
}

/** Two lines a decision, so that all of it fits 80 columns. */
const COLUMNS: Readonly<Record<Language, readonly Column[]>> = {
  ja: ['日時\n担当', '宛先\n理由・メモ', '決定\nルール'],
  en: ['when\nby', 'address\nreason given', 'decision\nrule'],
};

function tableOf({ decisions }: HistoryAnswer, all: boolean, view: View): string {
  const { language } = view;
  const rows = decisions.map(({ at, address, action, by, requestId, rule, note, overrides, outcome }) => {
    const decision = labelOf(DECISION_LABELS, action, language);
    const came = outcome && `${language === 'ja' ? '：' : ': '}${outcomeLabel(outcome, language)}`;
    return [
      [formatInTokyo(at), by],
      [address, note ?? ''],
      [`${decision}${came ?? ''}`, withOthers(rule, overrides, language)],
      ...(all ? [requestId ?? '-'] : []),
    ];
  });
  const request = language === 'ja' ? 'リクエストID' : 'request id';
  return table(view, all ? [...COLUMNS[language], request] : COLUMNS[language], rows);
}

/** The rule that decided, with those that forbade it or were overridden besides. */
function withOthers(rule: string, overrides: readonly string[] | undefined, language: Language): string {
  const others = overrides?.filter((each) => each !== rule) ?? [];
  if (others.length === 0) return rule;
  return language === 'ja' ? `${rule}（${others.join('、')}）` : `${rule} (${others.join(', ')})`;
}

function totals({ counts, decisions }: HistoryAnswer, language: Language): readonly string[] {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (all === 0) return [language === 'ja' ? '該当する決定はありません。' : 'Nothing was decided.'];
  const by = Object.entries(counts)
    .toSorted(([, left], [, right]) => right - left)
    .map(([action, count]) => stripControls(`${labelOf(DECISION_LABELS, action, language)} ${count}`));
  const hidden = all - decisions.length;
  const more =
    hidden > 0
      ? language === 'ja'
        ? `（ほか${hidden}件は --limit で表示）`
        : ` (${hidden} more: --limit)`
      : '';
  return language === 'ja' ? [`${all}件${more}`, by.join('、')] : [`${all} decisions${more}`, by.join(', ')];
}

const INCOMPLETE: Readonly<Record<Language, string>> = {
  ja: 'todoku: 記録が多く、時間内に読み切れませんでした。この一覧は一部です。',
  en: 'todoku: not everything could be read in time: this is a part',
};
