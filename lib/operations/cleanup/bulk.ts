import type { SuppressionCase } from '../../cases/records.ts';
import { sleep } from '../../sleep.ts';
import { recordTransition } from '../../store/record-transition.ts';
import { putRemovalJob, removalJobId } from '../../store/removal-jobs.ts';
import { UnsupportedAddressError } from '../../suppression/errors.ts';
import {
  ImportJobRefusedError,
  type ImportJobs,
  type JobStatus,
  MAXIMUM_ADDRESSES_A_JOB,
} from '../../suppression/import-job.ts';
import type { ListEntry } from '../../suppression/list.ts';
import { finishRemoval, type RemovalResult } from '../removal/removal.ts';
import type { Tally } from './tally.ts';
import type { CleanupTools } from './types.ts';

/** Milliseconds between two looks at a job. */
const POLL_INTERVAL = 5_000;
/** Addresses judged again at once before a job starts. */
const CONCURRENCY = 16;

/** What the bulk removals ask of the run they belong to. */
export interface BulkContext {
  /**
   * From when on the list must be read again to know every entry that changed since it was judged, ISO 8601 UTC; the
   * beginning when undefined.
   */
  readonly changesSince: string | undefined;
  /** Judges a removal again with what is known now. */
  readonly confirm: (removing: SuppressionCase, entry: ListEntry) => Promise<boolean>;
  /** Does one address's work; a failure is counted and the others go on. */
  readonly accountFor: (address: string, work: () => Promise<void>) => Promise<void>;
}

/**
 * Removals by import job. The cases are in state `removing` and name their job, so that a run that dies at any
 * point leaves what the next one needs:
 *
 *     cases `removing` with job name -> changed entries and those no longer allowed taken out -> job started
 *       -> its id written -> job completed -> audit and case of each address written
 *
 * A job whose id was not written may or may not have been started: it is started again, which is harmless once
 * the entries that changed meanwhile are taken out.
 */
export class BulkRemovals {
  readonly #tools: CleanupTools;
  readonly #jobs: ImportJobs;
  readonly #tally: Tally;
  readonly #context: BulkContext;
  #pending = new Map<string, SuppressionCase>();
  #started = 0;

  constructor(tools: CleanupTools, jobs: ImportJobs, tally: Tally, context: BulkContext) {
    this.#tools = tools;
    this.#jobs = jobs;
    this.#tally = tally;
    this.#context = context;
  }

  /** Name of the job that the next removals belong to. */
  get jobName(): string {
    return `${this.#tools.runId}-${this.#started}`;
  }

  /** Takes a case in state `removing` that names {@link jobName}. */
  add(removing: SuppressionCase): void {
    this.#pending.set(removing.address, removing);
  }

  /** Gives a case up again, because its entry was seen changed. */
  drop(address: string): void {
    this.#pending.delete(address);
  }

  /** Whether a file is full and must be flushed. */
  get isFull(): boolean {
    // Entries are examined side by side: a margin, so that no file grows past SES's limit.
    return this.#pending.size >= MAXIMUM_ADDRESSES_A_JOB - 100;
  }

  /** Removes what is pending. @returns false when time ran out before SES was done: the next run goes on. */
  async flush(): Promise<boolean> {
    if (this.#pending.size === 0) return true;
    const name = this.jobName;
    const cases = [...this.#pending.values()];
    this.#pending = new Map();
    this.#started += 1;
    return this.#run(name, cases);
  }

  /** Goes on with a job of an earlier run. @returns false when time ran out before SES was done. */
  async resume(name: string, cases: readonly SuppressionCase[]): Promise<boolean> {
    const jobId = await removalJobId(this.#tools.store, name);
    return jobId === undefined ? this.#run(name, cases) : this.#await(jobId, cases);
  }

  async #run(name: string, cases: readonly SuppressionCase[]): Promise<boolean> {
    const allowed = await this.#stillAllowed(await this.#withoutChanged(cases));
    if (allowed.length === 0) return true;
    let jobId: string;
    try {
      jobId = await this.#jobs.start(
        name,
        allowed.map((each) => each.spelling),
      );
    } catch (error) {
      await this.#notStarted(allowed, error);
      return true;
    }
    await putRemovalJob(this.#tools.store, name, { jobId, addresses: allowed.length }, this.#tools.now());
    return this.#await(jobId, allowed);
  }

  /** Re-reads what SES changed since the removals were judged, and takes those entries out. */
  async #withoutChanged(cases: readonly SuppressionCase[]): Promise<SuppressionCase[]> {
    const bySpelling = new Map(cases.map((each) => [each.spelling, each]));
    const changed: SuppressionCase[] = [];
    for await (const entry of this.#entries(this.#context.changesSince)) {
      const removing = bySpelling.get(entry.spelling);
      if (
        removing === undefined ||
        (removing.listedAt === entry.at && removing.listedReason === entry.reason)
      )
        continue;
      bySpelling.delete(entry.spelling);
      changed.push(removing);
    }
    for (const removing of changed) {
      await this.#context.accountFor(removing.address, async () => {
        await this.#record(removing, 'entry-changed');
        this.#tally.count('entry-changed');
      });
    }
    return [...bySpelling.values()];
  }

  /** Judges each again with the facts of this moment, and gives up those that are no longer allowed. */
  async #stillAllowed(cases: readonly SuppressionCase[]): Promise<SuppressionCase[]> {
    const allowed: SuppressionCase[] = [];
    for (let start = 0; start < cases.length; start += CONCURRENCY) {
      await Promise.all(
        cases.slice(start, start + CONCURRENCY).map((removing) =>
          this.#context.accountFor(removing.address, async () => {
            const { address, spelling, listedReason: reason, listedAt: at } = removing;
            if (await this.#context.confirm(removing, { address, spelling, reason, at }))
              allowed.push(removing);
            else {
              await this.#record(removing, 'withdrawn');
              this.#tally.count('withdrawn');
            }
          }),
        ),
      );
    }
    return allowed;
  }

  /**
   * A job that SES refused is given up: what a single call takes is removed by one, the rest judged anew by the next
   * run. A job of which nobody knows is left to the next run.
   */
  async #notStarted(cases: readonly SuppressionCase[], error: unknown): Promise<void> {
    const refused = error instanceof ImportJobRefusedError;
    this.#tally.note('import-job', {
      ja: `インポートジョブを開始できませんでした（${refused ? error.message : '応答なし'}）。`,
      en: `The import job could not be started (${refused ? error.message : 'no answer'}).`,
    });
    for (const removing of cases) {
      await this.#context.accountFor(removing.address, async () => {
        if (!refused) throw error;
        await this.#removeSingly(removing);
      });
    }
  }

  async #await(jobId: string, cases: readonly SuppressionCase[]): Promise<boolean> {
    for (;;) {
      let status: JobStatus;
      try {
        status = await this.#jobs.status(jobId);
      } catch (error) {
        // Nobody knows what the job does: the next run asks again.
        for (const removing of cases)
          await this.#context.accountFor(removing.address, () => Promise.reject(error));
        return true;
      }
      if (status.state !== 'running') {
        await this.#reconcile(cases, status);
        return true;
      }
      if (this.#tools.timeIsUp?.()) return false;
      await (this.#tools.sleep ?? sleep)(POLL_INTERVAL);
    }
  }

  /** Writes down what the job did to each address; what is still on the list is removed singly. */
  async #reconcile(
    cases: readonly SuppressionCase[],
    status: Exclude<JobStatus, { state: 'running' }>,
  ): Promise<void> {
    const sure = status.state === 'completed' && !status.unverified;
    const remaining = sure ? new Set<string>() : await this.#stillListed(cases);
    for (const removing of cases) {
      await this.#context.accountFor(removing.address, async () => {
        if (remaining.has(removing.spelling)) return this.#removeSingly(removing);
        await this.#record(removing, 'removed');
        this.#tally.count('removed');
      });
    }
  }

  /** Which of the addresses the list still holds, read in pages from the oldest entry on. */
  async #stillListed(cases: readonly SuppressionCase[]): Promise<Set<string>> {
    const wanted = new Set(cases.map((each) => each.spelling));
    const oldest = cases.map((each) => each.listedAt).sort()[0];
    const found = new Set<string>();
    for await (const entry of this.#entries(oldest)) {
      if (wanted.has(entry.spelling)) found.add(entry.spelling);
    }
    return found;
  }

  async #removeSingly(removing: SuppressionCase): Promise<void> {
    try {
      this.#tally.count(
        await finishRemoval(removing, this.#tools, { resuming: true, confirm: this.#context.confirm }),
      );
    } catch (error) {
      if (!(error instanceof UnsupportedAddressError)) throw error;
      // Neither way worked: the entry stays, and is judged anew.
      await this.#record(removing, 'withdrawn');
      this.#tally.count('needs-import-job');
    }
  }

  async #record(removing: SuppressionCase, result: RemovalResult): Promise<void> {
    const at = this.#tools.now().toISOString();
    await recordTransition(this.#tools.store, { case: removing }, { kind: result, at });
  }

  async *#entries(since: string | undefined): AsyncGenerator<ListEntry> {
    let token: string | undefined;
    do {
      const page = await this.#tools.list.page({ ...(since && { since }), ...(token && { token }) });
      yield* page.entries;
      token = page.next;
    } while (token !== undefined);
  }
}
