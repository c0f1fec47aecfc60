import { normaliseAddress } from '../../address.ts';
import type { CaseState, Run, SuppressionCase } from '../../cases/records.ts';
import { THROTTLED, THROTTLED_LIMIT } from '../../guidance/wording/throttled.ts';
import { addressRecord } from '../../store/addresses.ts';
import { casesInState } from '../../store/cases.ts';
import { type Checkpoint, putCheckpoint, readCheckpoint } from '../../store/checkpoint.ts';
import { CaseChangedError } from '../../store/errors.ts';
import { isForgottenListing, lookForForgotten } from '../../store/forgetting.ts';
import type { Key } from '../../store/keys.ts';
import { putRun } from '../../store/runs.ts';
import type { Page } from '../../store/table.ts';
import { UnreadableRecordError } from '../../store/unreadable.ts';
import { WalkMarks } from '../../store/walk-marks.ts';
import { ExpiredTokenError, UnsupportedAddressError } from '../../suppression/errors.ts';
import type { Account, ListEntry } from '../../suppression/list.ts';
import { isThrottle } from '../../suppression/throttle.ts';
import { untilThrottled } from '../../suppression/until-throttled.ts';
import { later } from '../../time.ts';
import { passGate } from '../removal/gate.ts';
import { BulkRemovals } from './bulk.ts';
import { Examiner } from './examine.ts';
import { closeGone } from './gone.ts';
import { Tally } from './tally.ts';
import { tellNewLimits } from './tell-limits.ts';
import type { CleanupReport, CleanupRequest, CleanupTools } from './types.ts';

/** Addresses worked on side by side; bounds memory and DynamoDB concurrency. SES's rate has its own limiter. */
const CONCURRENCY = 16;
/**
 * How far before the last walk's start the next one begins, milliseconds: an entry listed while the walk ran, or
 * stamped by a clock that is a little behind, is seen again rather than missed.
 */
const OVERLAP = 15 * 60_000;
/** Entries below which a change of the list's size means nothing. */
const PLAUSIBLE_CHANGE = 100;
/** Failed entries a checkpoint remembers; with more, the next walk begins where this one did. */
const MAXIMUM_AGAIN = 500;

/**
 * One run over the suppression list: finishes what an interrupted run left, settles outcomes of earlier removals,
 * judges every new entry, then every case that fell due, and proposes or removes.
 *
 * Safe to repeat and to interrupt at any point: every step first writes what it is about to do, and a step found
 * done is not done twice. SES's throttling ends it as the end of its time does. Its cost grows with what changed, not with the list, unless `full` asks for the list.
 */
export async function cleanup(request: CleanupRequest, given: CleanupTools): Promise<CleanupReport> {
  const tools = { ...given, list: untilThrottled(given.list) };
  await lookForForgotten(tools.store);
  let account: Account;
  try {
    account = await tools.list.account();
  } catch (error) {
    if (!isThrottle(error)) throw error;
    return notBegun(request, tools);
  }
  return new CleanupRun(request, tools, account, await readCheckpoint(tools.store)).execute();
}

/** The report of a run that SES let make no call at all: the checkpoint stays as it is. */
async function notBegun({ mode, full = false }: CleanupRequest, tools: CleanupTools): Promise<CleanupReport> {
  const at = tools.now().toISOString();
  const limits = [{ limit: THROTTLED_LIMIT, because: THROTTLED }];
  const run: Run = { startedAt: at, id: tools.runId, mode, full, finishedAt: at, counts: {}, limits };
  await tellNewLimits(tools.store, run);
  await putRun(tools.store, run);
  return { ...run, unfinished: true, throttled: true };
}

class CleanupRun {
  readonly #request: CleanupRequest;
  readonly #tools: CleanupTools;
  readonly #checkpoint: Checkpoint;
  readonly #startedAt: string;
  readonly #full: boolean;
  readonly #tally: Tally;
  readonly #bulk: BulkRemovals | undefined;
  readonly #examiner: Examiner;
  readonly #again = new Map<string, ListEntry>();
  #failedBeyondMemory = false;
  #unfinished = false;
  #throttled = false;

  constructor(request: CleanupRequest, tools: CleanupTools, account: Account, checkpoint: Checkpoint) {
    this.#request = request;
    this.#tools = tools;
    this.#checkpoint = checkpoint;
    this.#startedAt = tools.now().toISOString();
    this.#full =
      checkpoint.walk?.full === true || request.full === true || checkpoint.walkedUntil === undefined;
    this.#tally = new Tally(request.mode, tools, account, checkpoint.removals ?? 0);
    this.#bulk =
      tools.importJobs &&
      new BulkRemovals(tools, tools.importJobs, this.#tally, {
        // An entry judged from its case was last seen by the last finished walk.
        changesSince: this.#walkStart(
          checkpoint.walkedUntil ?? checkpoint.walk?.startedAt ?? this.#startedAt,
        ),
        gate: () => this.#examiner.gate,
        accountFor: (address, work) => this.#accountFor(address, work),
      });
    this.#examiner = new Examiner(tools, account, this.#tally, this.#bulk);
    if (checkpoint.shrankFrom !== undefined && !this.#full) {
      this.#tally.stop('list-change', {
        ja: `前回の全件確認でリストが${checkpoint.shrankFrom}件から${checkpoint.listed ?? 0}件に急減しました。全件確認（--full）で正常に戻るまで自動解除を止めます。`,
        en: `The last full walk saw the list shrink from ${checkpoint.shrankFrom} to ${checkpoint.listed ?? 0}. Nothing is removed until a full walk (--full) finds it plausible.`,
      });
    }
  }

  async execute(): Promise<CleanupReport> {
    this.#tools.store.unreadable.clear();
    await this.#unlessThrottled(() => this.#finishInterrupted());
    await this.#forEachCase('watching', { dueBefore: this.#dueBefore() }, async (watched) => {
      await this.#examiner.settle(await addressRecord(this.#tools.store, watched.address));
    });
    await this.#unlessThrottled(() => this.#examineAgain());
    // The walk before the due cases: a case is judged from its own entry, which the walk has brought up to date.
    const walked = await this.#walk();
    if (!this.#unfinished) {
      await this.#forEachCase('kept', { dueBefore: this.#startedAt }, (kept) => this.#examine(entryOf(kept)));
    }
    if (this.#bulk && !(await this.#flush(this.#bulk))) this.#unfinished = true;

    const next = this.#nextCheckpoint(walked);
    const report: Run = {
      startedAt: this.#startedAt,
      id: this.#tools.runId,
      mode: this.#request.mode,
      full: this.#full,
      finishedAt: this.#tools.now().toISOString(),
      counts: this.#tally.counts,
      limits: this.#tally.limits,
      ...(this.#full && walked.walk === undefined && next.listed !== undefined && { listed: next.listed }),
    };
    const { count, example } = this.#tools.store.unreadable;
    const run = { ...report, ...(example && { unreadable: { count, example } }) };
    await this.#tools.store.forgotten.look();
    await putCheckpoint(this.#tools.store, this.#withoutForgotten(next), this.#tools.lease.fence);
    await tellNewLimits(this.#tools.store, run);
    await putRun(this.#tools.store, run);
    await this.#tools.store.forgotten.settle();
    return { ...run, unfinished: this.#unfinished, ...(this.#throttled && { throttled: true }) };
  }

  /** Whether no further entry may be begun: time is nearly up, or SES throttles. */
  get #mustEnd(): boolean {
    return this.#throttled || this.#tools.timeIsUp?.() === true;
  }

  /** SES refuses calls for their rate: the run ends as at the end of its time. */
  #endThrottled(): void {
    this.#throttled = true;
    this.#unfinished = true;
    this.#tally.note(THROTTLED_LIMIT, THROTTLED);
  }

  /** Does a part of the run; undefined when SES throttled it, whatever was done before stays done. */
  async #unlessThrottled<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!isThrottle(error)) throw error;
      this.#endThrottled();
      return undefined;
    }
  }

  /** @returns false when time ran out while SES worked on the file, or SES throttled. */
  async #flush(bulk: BulkRemovals): Promise<boolean> {
    return (await this.#unlessThrottled(() => bulk.flush())) === true && !this.#throttled;
  }

  /** Entries whose work failed in the last run. */
  async #examineAgain(): Promise<void> {
    const entries = (this.#checkpoint.again ?? []).map((entry) => ({
      ...entry,
      address: normaliseAddress(entry.spelling),
    }));
    if (await this.#examineAll(entries)) return;
    this.#unfinished = true;
    for (const entry of entries) this.#again.set(entry.spelling, entry);
  }

  /** Where the next run begins, with what this one must hand on. */
  #nextCheckpoint(walked: Checkpoint): Checkpoint {
    const { again: _again, removals: _removals, ...rest } = walked;
    const { walkedUntil } = this.#checkpoint;
    // More failures than can be remembered: the next walk begins where this one did and meets them again.
    const base = this.#failedBeyondMemory && walked.walk === undefined ? { ...rest, walkedUntil } : rest;
    return {
      ...base,
      ...(this.#again.size > 0 && {
        again: [...this.#again.values()].map(({ spelling, reason, at }) => ({ spelling, reason, at })),
      }),
      ...(this.#unfinished && { removals: this.#tally.removals }),
    };
  }

  /** What a run remembers of entries that failed, without those of people who were forgotten meanwhile. */
  #withoutForgotten({ again = [], ...rest }: Checkpoint): Checkpoint {
    const { store } = this.#tools;
    const left = again.filter(
      ({ spelling, at }) => !isForgottenListing(store, normaliseAddress(spelling), at),
    );
    return { ...rest, ...(left.length > 0 && { again: left }) };
  }

  /** A full run looks at every removal whose outcome is open, the others at those that fell due. */
  #dueBefore(): string {
    return this.#request.full ? '9999' : this.#startedAt;
  }

  #walkStart(walkedUntil: string): string {
    return later(walkedUntil, -OVERLAP);
  }

  /** Removals that a dead run had begun: judged again, and made if they are still right. */
  async #finishInterrupted(): Promise<void> {
    const byJob = new Map<string, SuppressionCase[]>();
    await this.#forEachCase('removing', {}, async (pending) => {
      const job = pending.removing?.job;
      if (job !== undefined && this.#bulk !== undefined) {
        byJob.set(job, [...(byJob.get(job) ?? []), pending]);
        return;
      }
      const result = await passGate(pending, this.#examiner.gate, { resuming: true });
      this.#tally.count(result === 'removed' ? 'finished-removal' : result);
    });
    for (const [job, cases] of byJob) {
      if (!(await this.#bulk?.resume(job, cases))) this.#unfinished = true;
    }
  }

  /** Walks the list from the checkpoint, and says where the next walk begins. */
  async #walk(): Promise<Checkpoint> {
    const { walk, ...rest } = this.#checkpoint;
    // A full walk asked for does not go on with a short one.
    const resumed = walk !== undefined && (walk.full || !this.#request.full) ? walk : undefined;
    const startedAt = resumed?.startedAt ?? this.#startedAt;
    const { walkedUntil } = this.#checkpoint;
    const since = !this.#full && walkedUntil ? this.#walkStart(walkedUntil) : undefined;
    let token = resumed?.token;
    let seen = resumed?.seen ?? 0;
    let complaintsKnown = false;
    const marks = this.#full ? await WalkMarks.open(this.#tools.store, startedAt) : undefined;
    for (let more = resumed?.closing === undefined; more; ) {
      let page: Awaited<ReturnType<CleanupTools['list']['page']>>;
      try {
        page = await this.#tools.list.page({ ...(since && { since }), ...(token && { token }) });
        // On one page the complaints are sorted first; of several, those on a later one must be known by now.
        if (!complaintsKnown && (token !== undefined || page.next !== undefined)) {
          await this.#readComplaints(since);
          complaintsKnown = true;
        }
      } catch (error) {
        if (isThrottle(error)) {
          this.#endThrottled();
          await marks?.save();
          return { ...rest, walk: { startedAt, full: this.#full, seen, ...(token && { token }) } };
        }
        if (!(error instanceof ExpiredTokenError) || token === undefined) throw error;
        // The walk begins again; what it examined before is found unchanged.
        token = undefined;
        seen = 0;
        continue;
      }
      this.#checkGrowth(seen + page.entries.length);
      // Complaints first: one under another spelling of a mailbox stands for it.
      const entries = [...page.entries].sort((a, b) => rank(a) - rank(b));
      if (!(await this.#examineAll(entries))) {
        // The page is read again by the next invocation; what was examined is then found unchanged.
        this.#unfinished = true;
        await marks?.save();
        return { ...rest, walk: { startedAt, full: this.#full, seen, ...(token && { token }) } };
      }
      await this.#tools.store.forgotten.settle();
      for (const { address } of page.entries) marks?.add(address);
      seen += page.entries.length;
      token = page.next;
      more = token !== undefined;
    }
    const { shrankFrom: _shrank, listed: _listed, ...others } = rest;
    const sizes = this.#full ? this.#sizes(seen) : this.#knownSizes();
    // Where the list shrank implausibly, or the marks of an earlier invocation are lost, nobody is held to be gone.
    if (marks !== undefined && marks.count >= seen && sizes.shrankFrom === undefined) {
      const closing = await this.#closeGone(marks, startedAt, resumed?.closing?.from);
      if (closing !== undefined) {
        this.#unfinished = true;
        await marks.save();
        return { ...rest, walk: { startedAt, full: true, seen, closing } };
      }
    }
    return { ...others, ...sizes, walkedUntil: startedAt };
  }

  /** Reads which mailboxes the list holds for a complaint: a call for every 1,000 of these. */
  async #readComplaints(since: string | undefined): Promise<void> {
    let token: string | undefined;
    do {
      const page = await this.#tools.list.page({
        reason: 'COMPLAINT',
        ...(since && { since }),
        ...(token && { token }),
      });
      this.#examiner.tellOfComplaints(page.entries);
      token = page.next;
      // Where time is up nothing more is examined either.
    } while (token !== undefined && !this.#mustEnd);
  }

  #closeGone(marks: WalkMarks, startedAt: string, from: Key | undefined): ReturnType<typeof closeGone> {
    return closeGone(marks, startedAt, from, {
      ...this.#tools,
      forEach: (cases, work) => this.#forEachIn(cases, work),
      count: (what) => this.#tally.count(what),
    });
  }

  #knownSizes(): Pick<Checkpoint, 'listed' | 'shrankFrom'> {
    const { listed, shrankFrom } = this.#checkpoint;
    return { ...(listed !== undefined && { listed }), ...(shrankFrom !== undefined && { shrankFrom }) };
  }

  /** The list's size after a full walk, and whether it shrank implausibly since the one before. */
  #sizes(seen: number): Pick<Checkpoint, 'listed' | 'shrankFrom'> {
    const before = this.#checkpoint.listed;
    if (before === undefined) return { listed: seen };
    const lost = before - seen - this.#tally.removals;
    const implausible = lost > Math.max(PLAUSIBLE_CHANGE, before * this.#tools.policy.maximumListChange);
    return { listed: seen, ...(implausible && { shrankFrom: before }) };
  }

  #checkGrowth(seen: number): void {
    const before = this.#checkpoint.listed;
    if (before === undefined) return;
    const growth = this.#full ? seen - before : seen;
    if (growth <= Math.max(PLAUSIBLE_CHANGE, before * this.#tools.policy.maximumListChange)) return;
    this.#tally.stop('list-change', {
      ja: `リストが前回（${before}件）から急増しています（今回${seen}件）。自動解除を止め、提案だけを行います。`,
      en: `The list grew implausibly since the last full walk (${before} then, ${seen} seen now): nothing more is removed, only proposed.`,
    });
  }

  /**
   * Several mailboxes side by side; the spellings of one, which share a case, one after another.
   *
   * @returns false when time ran out before the last entry, or SES throttled.
   */
  async #examineAll(entries: readonly ListEntry[]): Promise<boolean> {
    const mailboxes = [...Map.groupBy(entries, ({ address }) => address).values()];
    for (let start = 0; start < mailboxes.length; start += CONCURRENCY) {
      if (this.#mustEnd) return false;
      const group = mailboxes.slice(start, start + CONCURRENCY);
      await Promise.all(
        group.map(async (spellings) => {
          for (const entry of spellings) await this.#examine(entry);
        }),
      );
      if (this.#throttled || !(await this.#flushIfFull())) return false;
    }
    return true;
  }

  #examine(entry: ListEntry): Promise<void> {
    return this.#accountFor(entry.address, () => this.#examiner.examine(entry), entry);
  }

  /** @returns false when time ran out while SES worked on a full file. */
  async #flushIfFull(): Promise<boolean> {
    return !this.#bulk?.isFull || this.#flush(this.#bulk);
  }

  /** Works through the cases of a state, page by page, until there are no more or time is up. */
  async #forEachCase(
    state: CaseState,
    options: { readonly dueBefore?: string },
    work: (known: SuppressionCase) => Promise<void>,
  ): Promise<void> {
    let page: Page<SuppressionCase> | undefined;
    do {
      const from = page?.next && { from: page.next };
      page = await casesInState(this.#tools.store, state, { ...options, limit: 256, ...from });
      if (!(await this.#forEachIn(page.items, work))) {
        this.#unfinished = true;
        return;
      }
    } while (page.next !== undefined);
  }

  /** @returns false when time ran out before the last case, or SES throttled. */
  async #forEachIn(
    cases: readonly SuppressionCase[],
    work: (known: SuppressionCase) => Promise<void>,
  ): Promise<boolean> {
    for (let start = 0; start < cases.length; start += CONCURRENCY) {
      if (this.#mustEnd) return false;
      const group = cases.slice(start, start + CONCURRENCY);
      await Promise.all(group.map((known) => this.#accountFor(known.address, () => work(known))));
      if (this.#throttled || !(await this.#flushIfFull())) return false;
    }
    return true;
  }

  /**
   * Does one address's work; whatever goes wrong is counted and reported, and the run goes on with the next. The
   * entry, when given, is looked at again first thing in the next run.
   */
  async #accountFor(address: string, work: () => Promise<void>, entry?: ListEntry): Promise<void> {
    try {
      await work();
    } catch (error) {
      // Nothing failed at this address: the run ends, and the next one comes back to it.
      if (isThrottle(error)) return this.#endThrottled();
      if (error instanceof UnsupportedAddressError) return this.#tally.count('needs-import-job');
      if (error instanceof UnreadableRecordError) {
        // Left alone, and looked at again as far as the checkpoint has room.
        if (entry !== undefined && this.#again.size < MAXIMUM_AGAIN) this.#again.set(entry.spelling, entry);
        return this.#tally.count('unreadable');
      }
      // Somebody else decided on this address meanwhile: theirs stands, and the entry is looked at once more.
      this.#tally.count(error instanceof CaseChangedError ? 'conflict' : 'failed');
      if (entry !== undefined) {
        if (this.#again.size < MAXIMUM_AGAIN) this.#again.set(entry.spelling, entry);
        else this.#failedBeyondMemory = true;
      }
      if (!(error instanceof CaseChangedError)) this.#tools.onFailure?.(address, error);
    }
  }
}

/** The entry a case is about, as the last walk saw it. */
function entryOf(known: SuppressionCase): ListEntry {
  const { address, spelling, listedReason: reason, listedAt: at } = known;
  return { address, spelling, reason, at };
}

/** Order in which the entries of a page are looked at. */
function rank({ reason }: ListEntry): number {
  return reason === 'COMPLAINT' ? 0 : 1;
}
