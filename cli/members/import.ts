import { setTimeout as pause } from 'node:timers/promises';
import { type MembersStored, putMembersContract } from '../../lib/contracts/members.ts';
import { isNoDate, readDate } from '../../lib/operations/member-dates.ts';
import {
  checkMemberRow,
  type MemberRow,
  REJECTION_TEXTS,
  type Rejection,
  rejectionText,
} from '../../lib/operations/members.ts';
import { causeOf } from '../../lib/refusal.ts';
import type { Bilingual } from '../../lib/text.ts';
import type { Invoke } from '../context.ts';
import { withoutFormulaGuard } from '../csv.ts';
import { CliError, OtherVersionError } from '../errors.ts';
import type { Columns } from './columns.ts';
import { SeenTexts } from './distinct.ts';
import type { CsvRow } from './rows.ts';

/** Rows sent in one invocation: twenty writes of DynamoDB, well under a second and far below Lambda's 6 MB. */
const ROWS_A_CALL = 500;
/** Invocations under way at once. A new account has ten in all, and ingest needs some of them. */
const CALLS_IN_FLIGHT = 4;
/** Tries of one invocation, beside those of the SDK, and the wait before the second; doubled for the third. */
const TRIES = 3;
const FIRST_WAIT_MS = 500;

const TOO_MANY_CELLS: Bilingual = {
  ja: '見出しより列が多い行です（値に含まれる区切り文字が引用符で囲まれていない可能性があります）',
  en: 'more cells than headings: a value with a separator in it may lack its quotation marks',
};

/** What an import works with. */
export interface ImportTools {
  /** The members function; absent in a dry run. */
  readonly invoke?: Invoke;
  /** The present: a date after it is refused. */
  readonly now: () => Date;
  /** Told of each refused row. */
  readonly reject: (row: CsvRow, why: Bilingual) => Promise<void>;
  /** Told now and then how many rows were read. */
  readonly progress: (rows: number) => void;
}

/** What an import did. */
export interface ImportSummary {
  /** Rows read, without blank ones. */
  rows: number;
  stored: number;
  rejected: number;
  /** Rows whose address had come before in the file; the last of them is what is stored. */
  duplicates: number;
  /** Rows that are on record since this import only, for want of a date. */
  undated: number;
  /** Set when the import stopped before the end: why, and the first line that may not be stored. */
  stopped?: { readonly why: string; readonly text: Bilingual; readonly line: number };
}

interface Batch {
  readonly rows: { readonly source: CsvRow; readonly row: MemberRow }[];
  readonly addresses: Set<string>;
}

/**
 * Stores the rows of a file as members, a batch at a time, several batches at once, in constant memory. Every row
 * is stored or rejected, or lies at or after `stopped.line`; importing again from the start is harmless.
 */
export async function importMembers(
  rows: AsyncIterable<CsvRow>,
  columns: Columns & { readonly headings: number },
  source: string,
  tools: ImportTools,
): Promise<ImportSummary> {
  const run = new Import(tools);
  try {
    for await (const csvRow of rows) {
      if (csvRow.cells.every((cell) => cell.trim() === '')) continue;
      await run.take(csvRow, memberInRow(csvRow.cells, columns, source, tools.now()));
      if (run.summary.stopped) break;
    }
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    run.stop(error.text, run.nextLine);
  }
  await run.finish();
  return run.summary;
}

class Import {
  readonly summary: ImportSummary = { rows: 0, stored: 0, rejected: 0, duplicates: 0, undated: 0 };
  /** The line after the last row taken. */
  nextLine = 2;
  readonly #tools: ImportTools;
  readonly #seen = new SeenTexts();
  readonly #inFlight = new Map<Batch, Promise<void>>();
  #batch: Batch = { rows: [], addresses: new Set() };

  constructor(tools: ImportTools) {
    this.#tools = tools;
  }

  async take(source: CsvRow, row: MemberRow | Bilingual): Promise<void> {
    this.summary.rows += 1;
    this.nextLine = source.line + 1;
    this.#tools.progress(this.summary.rows);
    if (!('address' in row)) return this.#reject(source, row);
    if (this.#seen.add(row.address)) this.summary.duplicates += 1;
    this.#batch.rows.push({ source, row });
    this.#batch.addresses.add(row.address);
    if (this.#batch.rows.length >= ROWS_A_CALL) await this.#dispatch();
  }

  /** Sends what is left and waits for every answer. */
  async finish(): Promise<void> {
    if (!this.summary.stopped) await this.#dispatch();
    else this.#stopAt(this.#batch);
    await Promise.all(this.#inFlight.values());
  }

  /** Records why the import ends early; the earliest line counts, the first reason is told. */
  stop(text: Bilingual, line: number): void {
    const { stopped } = this.summary;
    const told = stopped?.text ?? text;
    this.summary.stopped = { why: told.en, text: told, line: Math.min(line, stopped?.line ?? line) };
  }

  #stopAt(batch: Batch): void {
    const first = batch.rows[0];
    if (first && this.summary.stopped) this.stop(this.summary.stopped.text, first.source.line);
  }

  async #dispatch(): Promise<void> {
    const batch = this.#batch;
    if (batch.rows.length === 0) return;
    this.#batch = { rows: [], addresses: new Set() };
    // Two rows of one address are written in the order of the file, so that the last one stays.
    const before = [...this.#inFlight].filter(([other]) => shareAddress(other, batch));
    await Promise.all(before.map(([, sending]) => sending));
    while (this.#inFlight.size >= CALLS_IN_FLIGHT) await Promise.race(this.#inFlight.values());
    if (this.summary.stopped) return this.#stopAt(batch);
    const sending = this.#send(batch).finally(() => this.#inFlight.delete(batch));
    this.#inFlight.set(batch, sending);
  }

  async #send(batch: Batch): Promise<void> {
    try {
      const answer = await this.#answer(batch);
      this.summary.stored += answer.stored;
      this.summary.undated += answer.undated;
      for (const { index, reason } of answer.rejected) {
        const refused = batch.rows[index];
        if (refused) await this.#reject(refused.source, rejectionText(reason));
      }
    } catch (error) {
      this.stop(causeOf(error), batch.rows[0]?.source.line ?? 0);
    }
  }

  async #answer(batch: Batch): Promise<MembersStored> {
    const { invoke } = this.#tools;
    const put = batch.rows.map(({ row }) => row);
    if (invoke === undefined) {
      return { stored: 0, undated: put.filter((row) => row.since === undefined).length, rejected: [] };
    }
    for (let attempt = 1; ; attempt += 1) {
      try {
        const data = await invoke(putMembersContract, { put });
        if (data.stored + data.rejected.length !== put.length) {
          throw new CliError({
            ja: '応答の件数が送った行数と合いません。同じファイルをもう一度取り込んでください。',
            en: 'the members function did not account for every row: import the same file again',
          });
        }
        return data;
      } catch (error) {
        // What is not understood once is not understood twice.
        if (attempt >= TRIES || this.summary.stopped || error instanceof OtherVersionError) throw error;
        await pause(FIRST_WAIT_MS * 2 ** (attempt - 1));
      }
    }
  }

  async #reject(source: CsvRow, why: Bilingual): Promise<void> {
    this.summary.rejected += 1;
    await this.#tools.reject(source, why);
  }
}

function shareAddress(left: Batch, right: Batch): boolean {
  for (const address of left.addresses) if (right.addresses.has(address)) return true;
  return false;
}

/** A row of the file as a member, or why it is none. */
export function memberInRow(
  cells: readonly string[],
  columns: Columns & { readonly headings: number },
  source: string,
  now: Date,
): MemberRow | Bilingual {
  if (cells.slice(columns.headings).some((cell) => cell.trim() !== '')) return TOO_MANY_CELLS;
  const since = readDates(cells, columns.since);
  const lastSeen = readDates(cells, columns.lastSeen);
  const address = withoutFormulaGuard(cells[columns.address] ?? '');
  // The address's own fault is the more telling one where both are wrong.
  const first = since?.[0];
  const last = lastSeen?.at(-1);
  const checked = checkMemberRow(
    { address, source, ...(first && { since: first }), ...(last && { lastSeen: last }) },
    now,
  );
  if (typeof checked === 'string') return REJECTION_TEXTS[checked];
  const unreadable: Rejection = 'not-a-date';
  return since === undefined || lastSeen === undefined ? REJECTION_TEXTS[unreadable] : checked;
}

/** The dates of some cells, earliest first; undefined when one is no date. */
function readDates(cells: readonly string[], columns: readonly number[]): string[] | undefined {
  const dates: string[] = [];
  for (const column of columns) {
    const cell = cells[column] ?? '';
    if (isNoDate(cell)) continue;
    const date = readDate(cell);
    if (date === undefined) return undefined;
    dates.push(date);
  }
  return dates.sort();
}
