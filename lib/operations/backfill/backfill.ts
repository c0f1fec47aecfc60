import { domainOf } from '../../address.ts';
import type { AddressRecord } from '../../cases/records.ts';
import { carrierOfDomain } from '../../classification/carriers.ts';
import { explainedBounce } from '../../classification/diagnose.ts';
import type { BackfillAnswer } from '../../contracts/backfill.ts';
import { isComplaint } from '../../mails/nature.ts';
import { readableRecord } from '../../store/addresses.ts';
import type { BackfillPhase, BackfillResult, ListProgress } from '../../store/backfill.ts';
import {
  BACKFILL_PHASES,
  backfillMark,
  listProgress,
  putBackfillMark,
  putListProgress,
} from '../../store/backfill.ts';
import { putFacts } from '../../store/facts.ts';
import { isForgottenListing, lookForForgotten } from '../../store/forgetting.ts';
import type { Table } from '../../store/table.ts';
import { UnsupportedAddressError } from '../../suppression/errors.ts';
import { type InsightsReader, InsightsUnavailableError } from '../../suppression/insights.ts';
import type { ListEntry, SuppressionList } from '../../suppression/list.ts';
import { asRefusal, isThrottle } from '../../suppression/throttle.ts';
import { factsFromInsights } from './insight-facts.ts';

/**
 * Day one: the list is full and the table is empty. For each entry nobody recorded a bounce of,
 * GetSuppressedDestination names the mail that caused it, and GetMessageInsights tells what the receiving server
 * answered, as long as SES still knows.
 *
 * Two calls an entry at one call a second: a list of thousands takes hours. So the work is cut into invocations,
 * each entry that was looked at is marked, and stopping anywhere loses at most the entry under way.
 */

/** What a backfill works with. */
export interface BackfillTools {
  readonly store: Table;
  readonly list: Pick<SuppressionList, 'page' | 'get'>;
  readonly insights: InsightsReader;
  readonly now: () => Date;
  /** Whether this invocation should end; asked between entries. */
  readonly timeIsUp: () => boolean;
  /** Told of each address whose work failed. */
  readonly onFailure?: (address: string, error: unknown) => void;
}

/** What is asked of a backfill over the list. */
export interface BackfillRequest {
  /** Only entries listed since this moment, ISO 8601 UTC. */
  readonly since?: string;
  /** Begin anew although an earlier backfill is unfinished. What it marked stays marked. */
  readonly restart?: boolean;
}

/** Entries whose records are read side by side. */
const READ_CONCURRENCY = 8;
/** Entries looked at between two savings of the progress; losing one costs only their counts. */
const SAVE_EVERY = 20;
/** So many failures in a row are no accident of one address: SES or the table is not answering. */
const FAILURES_IN_A_ROW = 5;

/**
 * Goes on with the unfinished backfill, or begins one, until time is up.
 *
 * The entries that are worth most come first: those listed for a bounce at a mobile carrier. Only there does the
 * cause decide between a mailbox to give back and one that is gone. This order takes a second walk over the list,
 * which costs one call per 1,000 entries; the work itself costs 2,000 calls for them. Members come first within a
 * page only: the table knows who is a member, and a walk for them would read every record twice.
 *
 * When SES throttles, the invocation ends as it does when its time is up.
 *
 * @throws {InsightsUnavailableError} when the account keeps no insights.
 * @throws {ThrottledError} when SES refused even the first call for its rate; nothing was begun.
 */
export async function backfill(request: BackfillRequest, tools: BackfillTools): Promise<BackfillAnswer> {
  await lookForForgotten(tools.store);
  const run = new Backfill(tools, await progressFor(request, tools).catch(asRefusal));
  await run.execute();
  return { ...answerOf(run.progress), ...(run.throttled && { throttled: true }) };
}

async function progressFor(request: BackfillRequest, tools: BackfillTools): Promise<ListProgress> {
  const known = await listProgress(tools.store);
  if (known?.finishedAt === undefined && known?.since === request.since && known && !request.restart) {
    return known;
  }
  if (!(await tools.insights.available())) {
    throw new InsightsUnavailableError({
      ja: 'このアカウントとリージョンでは Virtual Deliverability Manager が無効のため、SES にメッセージインサイトがありません。有効にすると、それ以降に送ったメールの結果を取得できます（それより前のメールは対象外です）。',
      en: 'Virtual Deliverability Manager is off in this account and Region, and without it SES keeps no message insights. Turned on, it tells of mails sent from then on, not of earlier ones',
    });
  }
  return {
    startedAt: tools.now().toISOString(),
    phase: 'survey',
    ...(request.since !== undefined && { since: request.since }),
    total: 0,
    passed: 0,
    passedInPhase: 0,
    counts: {},
    facts: 0,
  };
}

function answerOf(progress: ListProgress): BackfillAnswer {
  const { token: _token, passedInPhase: _inPhase, ...shown } = progress;
  const { found = 0, forgotten = 0, 'no-event': noEvent = 0 } = progress.counts;
  return {
    ...shown,
    finished: progress.phase === 'done',
    asked: found + forgotten + noEvent,
    forgotten,
  };
}

class Backfill {
  readonly #tools: BackfillTools;
  #progress: ListProgress;
  /** Entries of the present page that are dealt with. */
  #passedOnPage = 0;
  /** Steps of this invocation: each makes at least one, so that it always gets on. */
  #steps = 0;
  #failuresInARow = 0;
  /** Whether SES refused calls for their rate, which ended this invocation. */
  throttled = false;

  constructor(tools: BackfillTools, progress: ListProgress) {
    this.#tools = tools;
    this.#progress = progress;
  }

  get progress(): ListProgress {
    return { ...this.#progress, passed: this.#progress.passed + this.#passedOnPage };
  }

  async execute(): Promise<void> {
    try {
      while (this.#progress.phase !== 'done' && !this.#isTimeUp()) {
        const page = await this.#page();
        if (page === undefined) continue;
        const done = await this.#pass(page.entries);
        if (!done) break;
        this.#turnPage(page.next);
        await putListProgress(this.#tools.store, this.#progress);
      }
    } catch (error) {
      if (!isThrottle(error)) throw error;
      this.throttled = true;
    } finally {
      await putListProgress(this.#tools.store, this.#progress);
    }
  }

  #isTimeUp(): boolean {
    return this.#steps > 0 && this.#tools.timeIsUp();
  }

  /** The page to go on with; undefined after a token that SES does not take any more: the phase begins anew. */
  async #page(): Promise<{ entries: ListEntry[]; next?: string } | undefined> {
    const { since, token } = this.#progress;
    try {
      return await this.#tools.list.page({ ...(since && { since }), ...(token && { token }) });
    } catch (error) {
      if (token === undefined || !(error instanceof Error && error.name === 'InvalidNextTokenException'))
        throw error;
      const { token: _expired, ...rest } = this.#progress;
      this.#progress = {
        ...rest,
        ...(rest.phase === 'survey' && { total: 0 }),
        passed: rest.passed - rest.passedInPhase,
        passedInPhase: 0,
      };
      return undefined;
    }
  }

  /** @returns false when time ran out before the last entry. */
  async #pass(entries: readonly ListEntry[]): Promise<boolean> {
    const { phase } = this.#progress;
    if (phase === 'survey') {
      this.#progress = { ...this.#progress, total: this.#progress.total + entries.length };
      this.#steps += 1;
      return true;
    }
    const due = entries.filter((entry) => phaseOf(entry) === phase);
    const unexplained = await this.#unexplained(due);
    this.#passedOnPage = due.length - unexplained.length;
    for (const [index, entry] of unexplained.entries()) {
      if (this.#isTimeUp()) return false;
      await this.#examine(entry);
      this.#passedOnPage += 1;
      if (index % SAVE_EVERY === SAVE_EVERY - 1) await putListProgress(this.#tools.store, this.#progress);
    }
    this.#steps += 1;
    return true;
  }

  #turnPage(next: string | undefined): void {
    const { token: _token, ...rest } = this.#progress;
    const onPage = this.#passedOnPage;
    this.#passedOnPage = 0;
    const passed = rest.passed + onPage;
    if (next !== undefined) {
      this.#progress = { ...rest, passed, passedInPhase: rest.passedInPhase + onPage, token: next };
      return;
    }
    const phase = phaseAfter(rest.phase);
    this.#progress = {
      ...rest,
      passed,
      passedInPhase: 0,
      phase,
      ...(phase === 'done' && { finishedAt: this.#tools.now().toISOString() }),
    };
  }

  /** The entries nobody knows the cause of and no backfill has looked at yet; members first. */
  async #unexplained(entries: readonly ListEntry[]): Promise<ListEntry[]> {
    const members: ListEntry[] = [];
    const others: ListEntry[] = [];
    for (let start = 0; start < entries.length; start += READ_CONCURRENCY) {
      const group = entries.slice(start, start + READ_CONCURRENCY);
      const found = await Promise.all(group.map((entry) => this.#state(entry)));
      for (const [index, entry] of group.entries()) {
        if (found[index] === 'member') members.push(entry);
        else if (found[index] === 'other') others.push(entry);
      }
    }
    return [...members, ...others];
  }

  async #state(entry: ListEntry): Promise<'explained' | 'member' | 'other'> {
    const { store } = this.#tools;
    // Nobody is asked about somebody who was forgotten.
    if (isForgottenListing(store, entry.address, entry.at)) return 'explained';
    const mark = await backfillMark(store, entry.address);
    if (mark?.listedAt === entry.at) return 'explained';
    const record = await readableRecord(store, entry.address);
    if (record === undefined) return 'other';
    if (isExplained(entry, record, this.#tools.now())) return 'explained';
    return record.member === undefined ? 'other' : 'member';
  }

  async #examine(entry: ListEntry): Promise<void> {
    this.#steps += 1;
    let result: BackfillResult;
    try {
      result = await this.#lookFor(entry);
      this.#failuresInARow = 0;
    } catch (error) {
      // Nothing failed at this address: the next invocation comes back to it.
      if (isThrottle(error)) throw error;
      this.#tools.onFailure?.(entry.address, error);
      result = 'failed';
      this.#failuresInARow += 1;
      if (this.#failuresInARow >= FAILURES_IN_A_ROW) throw error;
    }
    const { counts } = this.#progress;
    this.#progress = { ...this.#progress, counts: { ...counts, [result]: (counts[result] ?? 0) + 1 } };
  }

  async #lookFor(entry: ListEntry): Promise<BackfillResult> {
    const { store, now } = this.#tools;
    const { result, listedAt } = await this.#ask(entry);
    // The facts are written before the mark: an interrupted entry is looked at again, and written again as it was.
    if (result !== 'no-longer-listed') {
      await putBackfillMark(store, entry.address, { listedAt, result }, now().toISOString());
    }
    return result;
  }

  async #ask(entry: ListEntry): Promise<{ result: BackfillResult; listedAt: string }> {
    const { list, insights, store } = this.#tools;
    let current: ListEntry | undefined;
    try {
      current = await list.get(entry.spelling);
    } catch (error) {
      if (error instanceof UnsupportedAddressError) return { result: 'unsupported', listedAt: entry.at };
      throw error;
    }
    if (current === undefined) return { result: 'no-longer-listed', listedAt: entry.at };
    const listedAt = current.at;
    if (current.messageId === undefined) return { result: 'no-message', listedAt };
    const known = await insights.message(current.messageId);
    if (known === undefined) {
      this.#noteAge('newestForgotten', listedAt);
      return { result: 'forgotten', listedAt };
    }
    this.#noteAge('oldestKnown', listedAt);
    const facts = factsFromInsights(known, current);
    if (facts.length === 0) return { result: 'no-event', listedAt };
    await putFacts(store, facts);
    this.#progress = { ...this.#progress, facts: this.#progress.facts + facts.length };
    return { result: 'found', listedAt };
  }

  /** How long SES keeps insights is documented nowhere, so the answers themselves are reported. */
  #noteAge(bound: 'oldestKnown' | 'newestForgotten', listedAt: string): void {
    const known = this.#progress[bound];
    const better = known === undefined || (bound === 'oldestKnown' ? listedAt < known : listedAt > known);
    if (better) this.#progress = { ...this.#progress, [bound]: listedAt };
  }
}

/** The walk in which an entry's turn comes. */
function phaseOf(entry: ListEntry): BackfillPhase {
  const first = entry.reason === 'BOUNCE' && carrierOfDomain(domainOf(entry.address)) !== undefined;
  return first ? 'carriers' : 'others';
}

function phaseAfter(phase: BackfillPhase): BackfillPhase {
  return BACKFILL_PHASES[BACKFILL_PHASES.indexOf(phase) + 1] ?? 'done';
}

/** Whether the table already tells why the address is listed. Pure. */
function isExplained(entry: ListEntry, record: AddressRecord, now: Date): boolean {
  if (entry.reason === 'COMPLAINT') return record.facts.some(isComplaint);
  const { address, reason, at } = entry;
  return (
    explainedBounce({ address, facts: record.facts, listing: { reason, at }, now: now.toISOString() }) !==
    undefined
  );
}
