import type { CaseState, Run, SuppressionCase } from '../../policy/records.ts';
import { CaseChangedError } from '../../store/errors.ts';
import type { Checkpoint, Store } from '../../store/store.ts';
import { UnsupportedAddressError } from '../../suppression/errors.ts';
import type { Account, ListEntry } from '../../suppression/list.ts';
import { finishRemoval } from '../removal.ts';
import { BulkRemovals } from './bulk.ts';
import { Examiner } from './examine.ts';
import { Tally } from './tally.ts';
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

/**
 * One run over the suppression list: finishes what an interrupted run left, settles outcomes of earlier removals,
 * then judges every new entry and every case that fell due, and proposes or removes.
 *
 * Safe to repeat and to interrupt at any point: every step first writes what it is about to do, and a step found
 * done is not done twice. Its cost grows with what changed, not with the list, unless `full` asks for the list.
 */
export async function cleanup(request: CleanupRequest, tools: CleanupTools): Promise<CleanupReport> {
  const [account, checkpoint] = [await tools.list.account(), await tools.store.checkpoint()];
  return new CleanupRun(request, tools, account, checkpoint).execute();
}

class CleanupRun {
  readonly #request: CleanupRequest;
  readonly #tools: CleanupTools;
  readonly #checkpoint: Checkpoint;
  readonly #startedAt: string;
  readonly #tally: Tally;
  readonly #bulk: BulkRemovals | undefined;
  readonly #examiner: Examiner;
  #unfinished = false;

  constructor(request: CleanupRequest, tools: CleanupTools, account: Account, checkpoint: Checkpoint) {
    this.#request = request;
    this.#tools = tools;
    this.#checkpoint = checkpoint;
    this.#startedAt = tools.now().toISOString();
    this.#tally = new Tally(request.mode, tools, account, checkpoint.walk?.removals ?? 0);
    this.#bulk = tools.importJobs && new BulkRemovals(tools, tools.importJobs, this.#tally);
    this.#examiner = new Examiner(tools, account, this.#tally, this.#bulk);
    if (checkpoint.shrankFrom !== undefined && !request.full) {
      this.#tally.stop('list-change', {
        ja: `前回の全件確認でリストが${checkpoint.shrankFrom}件から${checkpoint.listed ?? 0}件に急減しました。全件確認（--full）で正常に戻るまで自動解除を止めます。`,
        en: `The last full walk saw the list shrink from ${checkpoint.shrankFrom} to ${checkpoint.listed ?? 0}. Nothing is removed until a full walk (--full) finds it plausible.`,
      });
    }
  }

  async execute(): Promise<CleanupReport> {
    await this.#finishInterrupted();
    await this.#forEachCase('watching', { dueBefore: this.#dueBefore() }, async (watched) => {
      await this.#examiner.settle(await this.#tools.store.addressRecord(watched.address));
    });
    if (!this.#unfinished) {
      await this.#forEachCase('kept', { dueBefore: this.#startedAt }, (kept) =>
        this.#examiner.examine({
          address: kept.address,
          spelling: kept.spelling,
          reason: kept.listedReason,
          at: kept.listedAt,
        }),
      );
    }
    const next = this.#unfinished ? this.#checkpoint : await this.#walk();
    if (this.#bulk && !(await this.#bulk.flush())) this.#unfinished = true;
    const full = this.#checkpoint.walk?.full ?? this.#isFull();
    const run: Run = {
      startedAt: this.#startedAt,
      id: this.#tools.runId,
      mode: this.#request.mode,
      full,
      finishedAt: this.#tools.now().toISOString(),
      counts: this.#tally.counts,
      limits: this.#tally.limits,
      ...(full && !this.#unfinished && next.listed !== undefined && { listed: next.listed }),
    };
    await this.#tools.store.putCheckpoint(next, this.#tools.lease.fence);
    await this.#tools.store.putRun(run);
    return { ...run, unfinished: this.#unfinished };
  }

  /** A full run looks at every removal whose outcome is open, the others at those that fell due. */
  #dueBefore(): string {
    return this.#request.full ? '9999' : this.#startedAt;
  }

  #isFull(): boolean {
    return this.#request.full === true || this.#checkpoint.walkedUntil === undefined;
  }

  /** Removals that a dead run had begun. */
  async #finishInterrupted(): Promise<void> {
    const byJob = new Map<string, SuppressionCase[]>();
    await this.#forEachCase('removing', {}, async (pending) => {
      const job = pending.removing?.job;
      if (job !== undefined) {
        byJob.set(job, [...(byJob.get(job) ?? []), pending]);
        return;
      }
      const result = await finishRemoval(pending, this.#tools, { resuming: true });
      this.#tally.count(result === 'removed' ? 'finished-removal' : result);
    });
    for (const [job, cases] of byJob) {
      if (this.#bulk === undefined) {
        for (const each of cases) {
          await this.#accountFor(each.address, async () => {
            this.#tally.count(await finishRemoval(each, this.#tools, { resuming: true }));
          });
        }
      } else if (!(await this.#bulk.resume(job, cases))) this.#unfinished = true;
    }
  }

  /** Walks the list from the checkpoint, and says where the next walk begins. */
  async #walk(): Promise<Checkpoint> {
    const { walk: resumed, ...rest } = this.#checkpoint;
    const full = resumed?.full ?? this.#isFull();
    const startedAt = resumed?.startedAt ?? this.#startedAt;
    const { walkedUntil } = this.#checkpoint;
    const since =
      !full && walkedUntil ? new Date(Date.parse(walkedUntil) - OVERLAP).toISOString() : undefined;
    let token = resumed?.token;
    let seen = resumed?.seen ?? 0;
    do {
      const page = await this.#tools.list.page({ ...(since && { since }), ...(token && { token }) });
      this.#checkGrowth(seen + page.entries.length, full);
      if (!(await this.#examineAll(page.entries))) {
        // The page is read again by the next invocation; what was examined is then found unchanged.
        this.#unfinished = true;
        const failed = (resumed?.failed ?? 0) + (this.#tally.counts.failed ?? 0);
        const progress = { startedAt, full, seen, removals: this.#tally.removals, failed };
        return { ...this.#checkpoint, walk: { ...progress, ...(token && { token }) } };
      }
      seen += page.entries.length;
      token = page.next;
    } while (token !== undefined);
    // What failed must be seen again: the next walk begins where this one did.
    if ((resumed?.failed ?? 0) + (this.#tally.counts.failed ?? 0) > 0) return rest;
    const { shrankFrom: _shrank, ...sizes } = rest;
    return { ...(full ? this.#sizes(seen) : { ...sizes, ...this.#shrank() }), walkedUntil: startedAt };
  }

  #shrank(): Pick<Checkpoint, 'shrankFrom'> {
    const { shrankFrom } = this.#checkpoint;
    return shrankFrom === undefined ? {} : { shrankFrom };
  }

  /** The list's size after a full walk, and whether it shrank implausibly since the one before. */
  #sizes(seen: number): Pick<Checkpoint, 'listed' | 'shrankFrom'> {
    const before = this.#checkpoint.listed;
    if (before === undefined) return { listed: seen };
    const lost = before - seen - this.#tally.removals;
    const implausible = lost > Math.max(PLAUSIBLE_CHANGE, before * this.#tools.policy.maximumListChange);
    return { listed: seen, ...(implausible && { shrankFrom: before }) };
  }

  #checkGrowth(seen: number, full: boolean): void {
    const before = this.#checkpoint.listed;
    if (before === undefined) return;
    const growth = full ? seen - before : seen;
    if (growth <= Math.max(PLAUSIBLE_CHANGE, before * this.#tools.policy.maximumListChange)) return;
    this.#tally.stop('list-change', {
      ja: `リストが前回（${before}件）から急増しています（今回${seen}件）。自動解除を止め、提案だけを行います。`,
      en: `The list grew implausibly since the last full walk (${before} then, ${seen} seen now): nothing more is removed, only proposed.`,
    });
  }

  /** @returns false when time ran out before the last entry. */
  async #examineAll(entries: readonly ListEntry[]): Promise<boolean> {
    for (let start = 0; start < entries.length; start += CONCURRENCY) {
      if (this.#tools.timeIsUp?.()) return false;
      const group = entries.slice(start, start + CONCURRENCY);
      await Promise.all(
        group.map((entry) => this.#accountFor(entry.address, () => this.#examiner.examine(entry))),
      );
      // A file that SES is still working on is waited for by the next run; this one goes on.
      if (this.#bulk?.isFull && !(await this.#bulk.flush())) return false;
    }
    return true;
  }

  /** Works through the cases of a state, page by page, until there are no more or time is up. */
  async #forEachCase(
    state: CaseState,
    options: { readonly dueBefore?: string },
    work: (of: SuppressionCase) => Promise<void>,
  ): Promise<void> {
    let page: Awaited<ReturnType<Store['casesInState']>> | undefined;
    do {
      const from = page?.next && { from: page.next };
      page = await this.#tools.store.casesInState(state, { ...options, limit: 256, ...from });
      for (let start = 0; start < page.items.length; start += CONCURRENCY) {
        if (this.#tools.timeIsUp?.()) {
          this.#unfinished = true;
          return;
        }
        const group = page.items.slice(start, start + CONCURRENCY);
        await Promise.all(group.map((of) => this.#accountFor(of.address, () => work(of))));
      }
    } while (page.next !== undefined);
  }

  /** Does one address's work; whatever goes wrong is counted and reported, and the run goes on with the next. */
  async #accountFor(address: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof UnsupportedAddressError) this.#tally.count('needs-import-job');
      // An operator decided on this address meanwhile: theirs stands, and the next run sees it.
      else if (error instanceof CaseChangedError) this.#tally.count('conflict');
      else {
        this.#tally.count('failed');
        this.#tools.onFailure?.(address, error);
      }
    }
  }
}
