import type { SuppressionCase } from '../../policy/records.ts';
import { UnsupportedAddressError } from '../../suppression/errors.ts';
import { type ImportJobs, type JobStatus, MAXIMUM_ADDRESSES_A_JOB } from '../../suppression/import-job.ts';
import { finishRemoval, recordRemoval } from '../removal.ts';
import type { Tally } from './tally.ts';
import type { CleanupTools } from './types.ts';

/** Milliseconds between two looks at a job. */
const POLL_INTERVAL = 5_000;
/** How long before a removal was decided its entry may have changed unseen, milliseconds. */
const OVERLAP = 15 * 60_000;

/**
 * Removals by import job. The cases are in state `removing` and name their job, so that a run that dies at any
 * point leaves what the next one needs:
 *
 *     cases `removing` with job name -> changed entries taken out -> job started -> its id written
 *       -> job completed -> audit and case of each address written
 *
 * A job whose id was not written may or may not have been started: it is started again, which is harmless once
 * the entries that changed meanwhile are taken out.
 */
export class BulkRemovals {
  readonly #tools: CleanupTools;
  readonly #jobs: ImportJobs;
  readonly #tally: Tally;
  #pending: SuppressionCase[] = [];
  #started = 0;

  constructor(tools: CleanupTools, jobs: ImportJobs, tally: Tally) {
    this.#tools = tools;
    this.#jobs = jobs;
    this.#tally = tally;
  }

  /** Name of the job that the next removals belong to. */
  get jobName(): string {
    return `${this.#tools.runId}-${this.#started}`;
  }

  /** Takes a case in state `removing` that names {@link jobName}. */
  add(removing: SuppressionCase): void {
    this.#pending.push(removing);
  }

  /** Whether a file is full and must be flushed. */
  get isFull(): boolean {
    // Entries are examined side by side: a margin, so that no file grows past SES's limit.
    return this.#pending.length >= MAXIMUM_ADDRESSES_A_JOB - 100;
  }

  /** Removes what is pending. @returns false when time ran out before SES was done: the next run goes on. */
  async flush(): Promise<boolean> {
    if (this.#pending.length === 0) return true;
    const name = this.jobName;
    const cases = this.#pending;
    this.#pending = [];
    this.#started += 1;
    return this.#run(name, cases);
  }

  /** Goes on with a job of an earlier run. @returns false when time ran out before SES was done. */
  async resume(name: string, cases: readonly SuppressionCase[]): Promise<boolean> {
    const known = await this.#tools.store.getItem(jobKey(name));
    return typeof known?.jobId === 'string' ? this.#await(known.jobId, cases) : this.#run(name, cases);
  }

  async #run(name: string, cases: readonly SuppressionCase[]): Promise<boolean> {
    const unchanged = await this.#withoutChanged(cases);
    if (unchanged.length === 0) return true;
    const jobId = await this.#jobs.start(
      name,
      unchanged.map((each) => each.spelling),
    );
    const expiresAt = Math.floor(this.#tools.now().getTime() / 1000) + 30 * 86_400;
    await this.#tools.store.putItem({ ...jobKey(name), jobId, addresses: unchanged.length, expiresAt });
    return this.#await(jobId, unchanged);
  }

  /** Re-reads what SES changed since the removals were decided, and takes those entries out. */
  async #withoutChanged(cases: readonly SuppressionCase[]): Promise<SuppressionCase[]> {
    const decided = cases.map((each) => each.removing?.at ?? each.updatedAt).sort();
    const since = new Date(Date.parse(decided[0] ?? '') - OVERLAP).toISOString();
    const bySpelling = new Map(cases.map((each) => [each.spelling, each]));
    let token: string | undefined;
    do {
      const page = await this.#tools.list.page({ since, ...(token && { token }) });
      for (const entry of page.entries) {
        const of = bySpelling.get(entry.spelling);
        if (of === undefined || (of.listedAt === entry.at && of.listedReason === entry.reason)) continue;
        bySpelling.delete(entry.spelling);
        await recordRemoval(of, 'entry-changed', this.#tools);
        this.#tally.count('entry-changed');
      }
      token = page.next;
    } while (token !== undefined);
    return [...bySpelling.values()];
  }

  async #await(jobId: string, cases: readonly SuppressionCase[]): Promise<boolean> {
    for (;;) {
      const status = await this.#jobs.status(jobId);
      if (status.state !== 'running') {
        for (const each of cases) await this.#reconcile(each, status);
        return true;
      }
      if (this.#tools.timeIsUp?.()) return false;
      await (this.#tools.sleep ?? pause)(POLL_INTERVAL);
    }
  }

  /** Writes down what the job did to one address; what SES could not process is asked for and removed singly. */
  async #reconcile(of: SuppressionCase, status: Exclude<JobStatus, { state: 'running' }>): Promise<void> {
    const done = status.state === 'completed' && !status.failedText?.includes(of.spelling);
    if (done) {
      await recordRemoval(of, 'removed', this.#tools);
      this.#tally.count('removed');
      return;
    }
    try {
      this.#tally.count(await finishRemoval(of, this.#tools, { resuming: true }));
    } catch (error) {
      if (!(error instanceof UnsupportedAddressError)) throw error;
      // Neither way worked: the entry is still there, as far as anyone can tell, and is judged anew.
      await recordRemoval(of, 'entry-changed', this.#tools);
      this.#tally.count('failed');
      this.#tools.onFailure?.(of.address, error);
    }
  }
}

function jobKey(name: string): { pk: string; sk: string } {
  return { pk: 'CLEANUP', sk: `JOB#${name}` };
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
