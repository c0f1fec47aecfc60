import type { AddressRecord, CaseState } from '../../cases/records.ts';
import type { ExportAnswer } from '../../contracts/backfill.ts';
import type { Fact } from '../../mails/fact.ts';
import { isComplaint, isReturned } from '../../mails/nature.ts';
import { Refusal } from '../../refusal.ts';
import { type Sleep, sleep } from '../../sleep.ts';
import { addressRecord } from '../../store/addresses.ts';
import { type ExportProgress, exportProgress, putExportProgress } from '../../store/backfill.ts';
import { readCheckpoint } from '../../store/checkpoint.ts';
import { putFacts } from '../../store/facts.ts';
import type { Table } from '../../store/table.ts';
import { type InsightsReader, InsightsUnavailableError, type Span } from '../../suppression/insights.ts';
import { asRefusal, isThrottle } from '../../suppression/throttle.ts';
import { type ExportRow, exportRows, readRow } from './export-file.ts';

/**
 * The backfill by export: SES writes one file of many mails' insights, where the walk over the list asks for each.
 * For a span of time it is the quicker way; the walk finds what is older or was left out.
 */

/** What a backfill by export works with. */
export interface ExportTools {
  readonly store: Table;
  readonly insights: InsightsReader;
  readonly now: () => Date;
  /** Whether this invocation should end; asked between steps. A file under way is read to its end. */
  readonly timeIsUp: () => boolean;
  /** Told of each address whose row could not be recorded. */
  readonly onFailure?: (address: string, error: unknown) => void;
  /** Default: the platform's. */
  readonly fetch?: (url: string) => Promise<Response>;
  /** Default: really waits. */
  readonly sleep?: Sleep;
  /** Rows asked for in one file. Default: SES's maximum. */
  readonly maximumRows?: number;
}

/** What is asked of a backfill by export. */
export interface ExportRequest {
  /** When the mails were sent. */
  readonly span: Span;
  /** Begin anew although an earlier export is unfinished. */
  readonly restart?: boolean;
}

/** Thrown when SES did not deliver an export; a repetition starts it anew. */
class ExportFailedError extends Refusal {
  override readonly name = 'ExportFailedError';
  override readonly code = 'export-failed';
}

/** Thrown when the table does not know yet what is on the list. */
class ListUnknownError extends Refusal {
  override readonly name = 'ListUnknownError';
  override readonly code = 'list-unknown';
}

/** SES's maximum (API_MessageInsightsDataSource, MaxResults); without it a file ends after 1,000 rows. */
const MAXIMUM_ROWS = 10_000;
/** Shortest span that is still divided, milliseconds. */
const SHORTEST_SPAN = 60_000;
const POLL_MS = 5_000;
/** Addresses read and written side by side; bounds memory too. */
const CONCURRENCY = 16;
/** A download may fail when its URL, valid for five minutes, has run out: SES then gives a new one. */
const DOWNLOAD_ATTEMPTS = 2;

/**
 * Goes on with the unfinished export, or begins one, until time is up. A span with more mails than one file holds
 * is divided in two, as often as needed.
 *
 * @throws {InsightsUnavailableError} when the account keeps no insights.
 * @throws {ListUnknownError} before the first cleanup: it is what learns who is on the list.
 * @throws {ThrottledError} when SES refused even the first call for its rate; later its throttling ends an invocation as
 * the end of its time does.
 * @throws {ExportFailedError} when SES reports the job as failed or its file cannot be had.
 */
export async function backfillByExport(request: ExportRequest, tools: ExportTools): Promise<ExportAnswer> {
  let progress = await progressFor(request, tools).catch(asRefusal);
  let restarted = false;
  let throttled = false;
  const save = (next: ExportProgress): Promise<void> => {
    progress = next;
    return putExportProgress(tools.store, next);
  };
  const step = async (span: Span): Promise<void> => {
    if (progress.job === undefined) {
      const job = await tools.insights.startExport(span, tools.maximumRows ?? MAXIMUM_ROWS);
      await save({ ...progress, job });
    } else {
      const job = await tools.insights.exportJob(progress.job);
      if (job.status === 'COMPLETED') {
        await save(afterFile(progress, await readFile(progress.job, job.url, tools), tools));
      } else if (job.status === 'GONE' && !restarted) {
        // An export left alone for so long that SES dropped it: once more from its start.
        restarted = true;
        const { job: _gone, ...rest } = progress;
        await save(rest);
      } else if (job.status === 'GONE' || job.status === 'FAILED' || job.status === 'CANCELLED') {
        const { job: _failed, ...rest } = progress;
        await save(rest);
        const ended = `${job.status}${job.error ? ` (${job.error})` : ''}`;
        throw new ExportFailedError({
          ja: `SES のエクスポートジョブが ${ended} で終了しました。もう一度実行するか、期間を短くしてください。`,
          en: `SES's export job ended as ${ended}: run it again, or with a shorter span`,
        });
      } else {
        await (tools.sleep ?? sleep)(POLL_MS);
      }
    }
  };
  do {
    const [span] = progress.spans;
    if (span === undefined) break;
    try {
      await step(span);
    } catch (error) {
      if (!isThrottle(error)) throw error;
      throttled = true;
    }
  } while (!throttled && !tools.timeIsUp());
  if (progress.spans.length === 0 && progress.finishedAt === undefined) {
    await save({ ...progress, finishedAt: tools.now().toISOString() });
  }
  const { job: _job, spans, ...shown } = progress;
  const answer = { ...shown, finished: spans.length === 0, spansLeft: spans.length };
  return { ...answer, ...(throttled && { throttled: true as const }) };
}

async function progressFor({ span, restart }: ExportRequest, tools: ExportTools): Promise<ExportProgress> {
  const known = await exportProgress(tools.store);
  const same = known?.span.from === span.from && known.span.to === span.to;
  if (known && same && known.finishedAt === undefined && !restart) return known;
  if (!(await tools.insights.available())) {
    throw new InsightsUnavailableError({
      ja: 'このアカウントとリージョンでは Virtual Deliverability Manager が無効のため、エクスポートできるメッセージインサイトがありません。',
      en: 'Virtual Deliverability Manager is off in this account and Region: there are no message insights to export',
    });
  }
  if ((await readCheckpoint(tools.store)).walkedUntil === undefined) {
    throw new ListUnknownError({
      ja: 'サプレッションリストの内容がまだ分かりません。先に「todoku cleanup」を実行してください。',
      en: 'which addresses are on the list is not known yet: run "todoku cleanup" first',
    });
  }
  return {
    startedAt: tools.now().toISOString(),
    span,
    spans: [span],
    files: 0,
    counts: {},
    facts: 0,
  };
}

/** What a file held. */
interface FileResult {
  readonly rows: number;
  readonly facts: number;
  readonly counts: Readonly<Record<string, number>>;
}

function afterFile(progress: ExportProgress, file: FileResult, tools: ExportTools): ExportProgress {
  const { job: _read, ...rest } = progress;
  const [span, ...others] = progress.spans;
  const common = { ...rest, files: progress.files + 1, facts: progress.facts + file.facts };
  const isCut = file.rows >= (tools.maximumRows ?? MAXIMUM_ROWS);
  const halves = isCut && span !== undefined ? halvesOf(span) : undefined;
  // The halves bring the file's rows once more: what was recorded stands, and the rows are counted there.
  if (halves !== undefined) return { ...common, spans: [...halves, ...others] };
  const counts = { ...progress.counts };
  for (const [what, count] of Object.entries(file.counts)) counts[what] = (counts[what] ?? 0) + count;
  if (isCut) counts['cut-off-spans'] = (counts['cut-off-spans'] ?? 0) + 1;
  return { ...common, spans: others, counts };
}

/** A span in two; undefined when it is too short for that. */
function halvesOf(span: Span): [Span, Span] | undefined {
  const [from, to] = [Date.parse(span.from), Date.parse(span.to)];
  if (to - from < SHORTEST_SPAN) return undefined;
  const middle = new Date(Math.floor((from + to) / 2)).toISOString();
  return [
    { from: span.from, to: middle },
    { from: middle, to: span.to },
  ];
}

async function readFile(jobId: string, first: string | undefined, tools: ExportTools): Promise<FileResult> {
  let url = first;
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (url === undefined)
        throw new ExportFailedError({
          ja: 'SES のエクスポートは完了しましたが、ファイルの場所が示されませんでした。もう一度実行してください。',
          en: 'SES names no file of a completed export: run it again',
        });
      return await recordRows(exportRows(await download(url, tools.fetch ?? fetch)), tools);
    } catch (error) {
      if (attempt >= DOWNLOAD_ATTEMPTS || !(error instanceof DownloadError)) throw error;
      ({ url } = await tools.insights.exportJob(jobId));
    }
  }
}

async function recordRows(rows: AsyncIterable<ExportRow>, tools: ExportTools): Promise<FileResult> {
  const counts: Record<string, number> = {};
  let read = 0;
  let facts = 0;
  let group: ExportRow[] = [];
  const flush = async (): Promise<void> => {
    for (const { result, written } of await Promise.all(group.map((row) => recordRow(row, tools)))) {
      counts[result] = (counts[result] ?? 0) + 1;
      facts += written;
    }
    group = [];
  };
  for await (const row of rows) {
    read += 1;
    group.push(row);
    if (group.length >= CONCURRENCY) await flush();
  }
  await flush();
  return { rows: read, facts, counts };
}

async function recordRow(row: ExportRow, tools: ExportTools): Promise<{ result: string; written: number }> {
  const reading = readRow(row);
  if (reading.kind !== 'facts') return { result: reading.kind, written: 0 };
  const { address, messageId, facts } = reading;
  if (facts.length === 0) return { result: 'not-sent', written: 0 };
  try {
    const record = await addressRecord(tools.store, address);
    if (!isListed(record)) return { result: 'not-listed', written: 0 };
    if (isRecorded(record, messageId, facts)) return { result: 'already-recorded', written: 0 };
    await putFacts(tools.store, facts);
    return { result: 'recorded', written: facts.length };
  } catch (error) {
    tools.onFailure?.(address, error);
    return { result: 'failed', written: 0 };
  }
}

/** States of a case whose address is on the list, as far as the last cleanup saw. */
const LISTED: ReadonlySet<CaseState> = new Set(['kept', 'proposed', 'rejected', 'removing']);

function isListed({ case: known }: AddressRecord): boolean {
  return known !== undefined && LISTED.has(known.state);
}

/** Whether this mail's bounce or complaint is known already, as an event or from an earlier backfill. */
function isRecorded({ facts }: AddressRecord, messageId: string, found: readonly Fact[]): boolean {
  const known = facts.filter((fact) => fact.messageId === messageId);
  // A bounce does not make a complaint known: an automatic reply may come before one.
  return found.every((fact) => (isReturned(fact) ? known.some(isReturned) : known.some(isComplaint)));
}

/** Thrown when a file could not be fetched. */
class DownloadError extends ExportFailedError {}

async function download(
  url: string,
  get: (url: string) => Promise<Response>,
): Promise<AsyncIterable<Uint8Array>> {
  const response = await get(url);
  if (!response.ok || response.body === null) {
    throw new DownloadError({
      ja: `エクスポートのファイルを取得できませんでした（HTTP ${response.status}）。もう一度実行してください。`,
      en: `the export's file could not be fetched (HTTP ${response.status}): run it again`,
    });
  }
  return response.body;
}
