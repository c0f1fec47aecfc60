import { type Command, Option } from 'commander';
import {
  type BackfillAnswer,
  type ExportAnswer,
  exportBackfillContract,
  listBackfillContract,
} from '../../lib/contracts/backfill.ts';
import { THROTTLED } from '../../lib/guidance/wording/throttled.ts';
import type { Language } from '../../lib/text.ts';
import { formatInTokyo } from '../../lib/time.ts';
import { nowOf } from '../clock.ts';
import { withCommonOptions } from '../command.ts';
import { type CliContext, contextOf, followUp } from '../context.ts';
import { CliError } from '../errors.ts';
import { type Progress, type ProgressStream, startProgress } from '../progress.ts';
import type { Session, View } from '../session.ts';
import { table } from '../table.ts';
import { wrongValue } from '../values.ts';

interface Options {
  readonly since?: string;
  readonly restart?: boolean;
  readonly seconds?: number;
  readonly export?: boolean;
  readonly from?: string;
  readonly to?: string;
}

/** How long one invocation works: short where someone watches the progress, longer where each costs a page's call. */
const SECONDS_ON_A_TERMINAL = 20;
const SECONDS = 60;
/** How long a backfill under way waits for another run that came between two invocations, seconds. */
const PATIENCE = 600;

/** `todoku backfill`: reads back from SES what was never recorded, as far as SES still knows. */
export function backfillCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .addOption(new Option('--since <date>').argParser(isoDate))
    .option('--restart')
    .addOption(new Option('--seconds <count>').argParser(seconds))
    .option('--export')
    .addOption(new Option('--from <date>').argParser(isoDate))
    .addOption(new Option('--to <date>').argParser(isoDate))
    .action(async (options: Options, self: Command) => {
      const context = contextOf(self, session);
      if (options.export) await byExport(options, context);
      else await overTheList(options, context);
    });
}

function isoDate(text: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw wrongValue('date');
  return new Date(time).toISOString();
}

function seconds(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 5 || count > 600) throw wrongValue('seconds');
  return count;
}

function budget(options: Options, { io }: Session): { seconds: number } {
  return { seconds: options.seconds ?? (io.stderr.isTTY ? SECONDS_ON_A_TERMINAL : SECONDS) };
}

/** What a run that finds another one at work answers. */
interface Skipped {
  readonly skipped: string;
}

/** Whether there is more to do, and SES lets it be done. */
function goesOn(answer: BackfillAnswer | ExportAnswer): boolean {
  return !answer.finished && answer.throttled === undefined;
}

/** Says why the backfill ended before its end; what was done so far is kept. */
function endEarly(answer: BackfillAnswer | ExportAnswer | Skipped, context: CliContext): void {
  if (context.options.json) context.printJson(answer);
  else context.print(('skipped' in answer ? ENDED_BY_RUN : THROTTLED)[context.language]);
  context.endWith(1);
}

const ENDED_BY_RUN = {
  ja: '別の実行（クリーンアップなど）がSESを使用中のため、中断しました。終わってからもう一度実行すると、続きから取得します。',
  en: 'Ended: another run, such as a cleanup, is at work with SES. Run it again when that has ended; it goes on where it is.',
} as const;

async function overTheList(options: Options, context: CliContext): Promise<void> {
  const request = { ...budget(options, context), ...(options.since && { since: options.since }) };
  const invoke = (restart: boolean, patience: number): Promise<BackfillAnswer | Skipped> =>
    context.invoke(listBackfillContract, { ...request, patience, ...(restart && { restart: true }) });
  const answer = await untilFinished(invoke, options.restart === true, context.language, context.io.stderr);
  if ('skipped' in answer || answer.throttled) return endEarly(answer, context);
  if (context.options.json) return context.printJson(answer);
  for (const line of listLines(answer, context)) context.print(line);
}

/**
 * Invokes until the backfill is finished, showing how far it is. The entries are counted first, and until then there
 * is no total to measure against; what an earlier command has done is left out of rate and estimate.
 *
 * @param stream where progress is written.
 * @returns the last answer: also one that another run or SES's throttling ended before the end.
 */
export async function untilFinished(
  invoke: (restart: boolean, patience: number) => Promise<BackfillAnswer | Skipped>,
  restart: boolean,
  language: Language,
  stream: ProgressStream,
): Promise<BackfillAnswer | Skipped> {
  let answer = await invoke(restart, 0);
  let shown: { progress: Progress; base: number } | undefined;
  try {
    while (!('skipped' in answer) && goesOn(answer)) {
      if (answer.phase !== 'survey' && shown === undefined) {
        const base = answer.passed;
        if (base > 0) stream.write(`${resumedLine(answer, language)}\n`);
        const total = Math.max(0, answer.total - base);
        const label = { ja: '取得中', en: 'reading back' };
        const unit = { ja: '件', en: 'entries' };
        shown = { base, progress: startProgress({ label, unit, language, total, stream }) };
      }
      answer = await invoke(false, PATIENCE);
      if ('skipped' in answer) break;
      shown?.progress.update(answer.passed - shown.base);
    }
  } finally {
    shown?.progress.end();
  }
  return answer;
}

function resumedLine({ startedAt, passed, total }: BackfillAnswer, language: Language): string {
  return language === 'ja'
    ? `${formatInTokyo(startedAt)}に始めた取得は、${total}件中${passed}件まで済んでいます。`
    : `Of the backfill begun at ${formatInTokyo(startedAt)}, ${passed} of ${total} entries are done.`;
}

const RESULT_NAMES: Readonly<Record<string, { ja: string; en: string }>> = {
  found: { ja: '原因を記録', en: 'cause recorded' },
  forgotten: { ja: 'SESにもう記録がない', en: 'SES no longer knows the mail' },
  'no-event': {
    ja: 'メールは残っているが、この宛先の不達・申告の記録がない',
    en: 'SES knows the mail, but no bounce or complaint of this address',
  },
  'no-message': {
    ja: 'SESが原因のメールを示さない（手動登録など）',
    en: 'SES names no mail (put on the list by hand)',
  },
  'no-longer-listed': { ja: 'すでにリストにない', en: 'no longer on the list' },
  unsupported: { ja: '「/」を含むためSESに照会できない', en: 'address with a slash: SES cannot be asked' },
  failed: { ja: '失敗（次回にやり直し）', en: 'failed (the next backfill tries again)' },
  recorded: { ja: '原因を記録', en: 'cause recorded' },
  'already-recorded': { ja: '記録済み', en: 'recorded before' },
  'not-listed': { ja: 'リストにない宛先', en: 'address not on the list' },
  'not-sent': {
    ja: 'リストによりSESが送信しなかったメール',
    en: 'mail SES did not send because of the list',
  },
  other: { ja: '不達・申告以外', en: 'neither bounce nor complaint' },
  unreadable: { ja: '読み取れない行', en: 'unreadable row' },
  'cut-off-spans': {
    ja: '1分間の上限を超え、途中で切れた期間',
    en: 'spans cut off: more rows in a minute than a file holds',
  },
};

function resultTable(counts: Readonly<Record<string, number>>, view: View): string {
  const { language } = view;
  const rows = Object.entries(counts).map(([what, count]) => [
    RESULT_NAMES[what]?.[language] ?? what,
    String(count),
  ]);
  return table(view, language === 'ja' ? ['結果', '件数'] : ['result', 'count'], rows);
}

function listLines(answer: BackfillAnswer, context: CliContext): string[] {
  const { language } = context;
  const japanese = language === 'ja';
  const { total, counts, facts, asked, forgotten, oldestKnown, newestForgotten } = answer;
  const lines = [
    japanese
      ? `リストの${total}件を確認し、不達・申告${facts}件を記録しました。`
      : `${total} entries of the list looked through, ${facts} bounces and complaints recorded.`,
  ];
  if (Object.keys(counts).length > 0) lines.push(resultTable(counts, context));
  if (asked > 0) {
    lines.push(
      japanese
        ? `照会した${asked}件のうち${forgotten}件は、SESにもう記録がありませんでした。`
        : `SES no longer knows ${forgotten} of the ${asked} mails it was asked for.`,
    );
  }
  if (oldestKnown) {
    lines.push(
      japanese
        ? `記録が残っていた最も古い登録：${formatInTokyo(oldestKnown)}`
        : `Oldest entry SES still knew: listed ${formatInTokyo(oldestKnown)}`,
    );
  }
  if (newestForgotten) {
    lines.push(
      japanese
        ? `記録がなかった最も新しい登録：${formatInTokyo(newestForgotten)}`
        : `Newest entry SES had forgotten: listed ${formatInTokyo(newestForgotten)}`,
    );
  }
  if (facts > 0) lines.push(cleanupHint(context));
  return lines;
}

function cleanupHint(context: CliContext): string {
  const { language } = context;
  const next = followUp('cleanup --full', context);
  return language === 'ja'
    ? `次に「${next}」を実行すると、この記録をもとに判定し直します。`
    : `Next, "${next}" judges these addresses anew.`;
}

async function byExport(options: Options, context: CliContext): Promise<void> {
  if (!options.from) {
    throw new CliError({
      ja: '--export には --from（最初の日。例：--from 2026-11-01）が必要です。',
      en: '--export needs --from: the day of the first mail to export, such as --from 2026-11-01',
    });
  }
  const { language, print } = context;
  // Fixed once: the span names the export, and going on with it must name the same.
  const span = { from: options.from, to: options.to ?? startOfDay(await nowOf(context)) };
  const invoke = (restart: boolean, patience: number): Promise<ExportAnswer | Skipped> =>
    context.invoke(exportBackfillContract, {
      ...budget(options, context),
      patience,
      export: span,
      ...(restart && { restart: true }),
    });
  const progress = startProgress({
    label: { ja: 'エクスポートの読み込み中', en: 'reading the export' },
    unit: { ja: 'ファイル', en: 'files' },
    language,
    stream: context.io.stderr,
  });
  let answer: ExportAnswer | Skipped;
  try {
    answer = await invoke(options.restart === true, 0);
    while (!('skipped' in answer) && goesOn(answer)) {
      progress.update(answer.files);
      answer = await invoke(false, PATIENCE);
    }
    if (!('skipped' in answer)) progress.update(answer.files);
  } finally {
    progress.end();
  }
  if ('skipped' in answer || answer.throttled) return endEarly(answer, context);
  if (context.options.json) return context.printJson(answer);
  print(
    language === 'ja'
      ? `${answer.files}個のファイルを読み、不達・申告${answer.facts}件を記録しました。`
      : `${answer.files} file(s) read, ${answer.facts} bounces and complaints recorded.`,
  );
  if (Object.keys(answer.counts).length > 0) print(resultTable(answer.counts, context));
  if (answer.facts > 0) print(cleanupHint(context));
}

/**
 * The start of a day (UTC). Whole days, so that a command repeated today goes on with its export; and today's events
 * arrive by themselves.
 */
function startOfDay(now: Date): string {
  return `${now.toISOString().slice(0, 10)}T00:00:00.000Z`;
}
