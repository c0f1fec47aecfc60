import { type Command, Option } from 'commander';
import { stripControls } from '../../lib/address.ts';
import type { RequestOf } from '../../lib/contracts/contract.ts';
import { type HistoryAnswer, historyContract } from '../../lib/contracts/history.ts';
import { DECISION_LABELS, labelOf, outcomeLabel } from '../../lib/guidance/wording/labels.ts';
import type { Language } from '../../lib/text.ts';
import { formatInTokyo } from '../../lib/time.ts';
import { daysBack, wholeNumber } from '../arguments.ts';
import { withCommonOptions } from '../command.ts';
import { contextOf } from '../context.ts';
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
      const since = new Date(context.io.now().getTime() - days * 86_400_000).toISOString();
      const request: RequestOf<typeof historyContract> = {
        since,
        limit,
        ...(by && { by }),
        ...(rule && { rule }),
        ...(action && { action }),
      };
      const answer = await context.invoke(historyContract, request);
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
      [`${decision}${came ?? ''}`, overrides ? `${rule} (${overrides.join(', ')})` : rule],
      ...(all ? [requestId ?? '-'] : []),
    ];
  });
  const request = language === 'ja' ? 'リクエストID' : 'request id';
  return table(view, all ? [...COLUMNS[language], request] : COLUMNS[language], rows);
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
