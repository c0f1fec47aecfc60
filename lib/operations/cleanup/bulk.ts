import type { SuppressionCase } from '../../cases/records.ts';
import type { MissedMails } from '../../cases/transitions.ts';
import { isFilteredWhicheverBounce } from '../../classification/diagnose.ts';
import { sleep } from '../../sleep.ts';
import { addressRecord } from '../../store/addresses.ts';
import { CaseChangedError } from '../../store/errors.ts';
import { lookForForgotten } from '../../store/forgetting.ts';
import { recordTransition, withNotes } from '../../store/record-transition.ts';
import {
  putRemovalFile,
  putRemovalJobId,
  putSingleRemovals,
  readRemovalJob,
} from '../../store/removal-jobs.ts';
import { readStop } from '../../store/stop-switch.ts';
import { UnsupportedAddressError } from '../../suppression/errors.ts';
import {
  ImportJobRefusedError,
  type ImportJobs,
  type JobStatus,
  MAXIMUM_ADDRESSES_A_JOB,
} from '../../suppression/import-job.ts';
import type { ListEntry } from '../../suppression/list.ts';
import { isThrottle } from '../../suppression/throttle.ts';
import type { Bilingual } from '../../text.ts';
import { passGate } from '../removal/gate.ts';
import { missedBy } from '../removal/missed.ts';
import { putBackForgotten, putBackIfComplained } from '../removal/put-back.ts';
import { mayStillRemove } from '../removal/still-allowed.ts';
import type { GateTools } from '../removal/tools.ts';
import type { Tally } from './tally.ts';
import type { CleanupTools } from './types.ts';

/** Milliseconds between two looks at a job. */
const POLL_INTERVAL = 5_000;
/** Addresses judged again at once before a job starts. */
const CONCURRENCY = 16;

/**
 * How far a removal had come: this run began it (`own`); an earlier one did, and died before it asked SES for anything
 * (`left`); or that one may have had SES remove the entry already (`asked`).
 */
type Begun = 'own' | 'left' | 'asked';

/** What a run tells of a job of which nobody knows whether it began. */
const NO_ANSWER: Bilingual = {
  ja: '一括削除のインポートジョブを開始できたか分かりません（応答がありませんでした）。次の実行で確認します。',
  en: 'Whether the import job that removes in bulk began is not known: there was no answer. The next run looks.',
};

/** What the bulk removals ask of the run they belong to. */
export interface BulkContext {
  /**
   * From when on the list must be read again to know every entry that changed since it was judged, ISO 8601 UTC; the
   * beginning when undefined.
   */
  readonly changesSince: string | undefined;
  /** What the gate works on in this run, for what goes through it one by one. */
  readonly gate: () => GateTools;
  /** Does one address's work; a failure is counted and the others go on. */
  readonly accountFor: (address: string, work: () => Promise<void>) => Promise<void>;
}

/**
 * Removes by import job: weaker than the gate, since a job takes its time and cannot be stopped once SES has it. The
 * cases are in state `removing` and name their job, so that a run that dies at any point leaves what the next one
 * needs:
 *
 *     cases `removing` with job name -> stop switch read -> list walked, records judged -> file written down, and what
 *       goes one by one -> job started -> its id written -> job completed -> list and records read again
 *       -> each case written
 *
 * Of what a dead run left, only addresses that were written down so are recorded as removed. Into the file go only
 * those of which every bounce that may have listed them reads as filtered, or of which SES has said which bounce it
 * was; the others pass the gate one by one.
 */
export class BulkRemovals {
  readonly #tools: CleanupTools;
  readonly #jobs: ImportJobs;
  readonly #tally: Tally;
  readonly #context: BulkContext;
  #pending = new Map<string, SuppressionCase>();
  /** Of addresses in a file: the mails that they missed. */
  readonly #missed = new Map<string, MissedMails>();
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
    return this.#run(name, cases, 'own');
  }

  /**
   * Goes on with a job of an earlier run: what stands in its file may be removed already, and so may what was to go one
   * by one; of the rest that run asked nothing of SES. @returns false when time ran out before SES was done.
   */
  async resume(name: string, cases: readonly SuppressionCase[]): Promise<boolean> {
    const { jobId, file, singly } = await readRemovalJob(this.#tools.store, name);
    const {
      inFile = [],
      beside = [],
      left = [],
    } = Object.groupBy(cases, ({ spelling }) =>
      file.has(spelling) ? 'inFile' : singly.has(spelling) ? 'beside' : 'left',
    );
    // A job whose id was not written may or may not have been started: what SES says afterwards tells.
    const done = jobId === undefined ? this.#run(name, inFile, 'asked') : this.#await(jobId, inFile);
    // Under the name that the cases bear: whoever follows, should this run die, looks for them there.
    return (await done) && (await this.#run(name, beside, 'asked')) && (await this.#run(name, left, 'left'));
  }

  /**
   * An entry that is gone before todoku asks for its deletion is somebody else's removal, and is neither recorded nor
   * put back as todoku's own.
   *
   * @returns false when time ran out before SES was done: the next run goes on.
   */
  async #run(name: string, begun: readonly SuppressionCase[], how: Begun): Promise<boolean> {
    if (begun.length === 0) return true;
    await lookForForgotten(this.#tools.store);
    const isStopped = (await readStop(this.#tools.store)) !== undefined;
    const known = how === 'own' ? begun : await this.#asListed(begun, how);
    if (isStopped) {
      await this.#eachOf(known, (removing) => this.#end(removing, 'stopped'));
      return true;
    }
    const cases = how === 'own' ? await this.#withoutChanged(known) : known;
    const { file, singly } = await this.#judgeAgain(cases);
    const { store, now } = this.#tools;
    await putSingleRemovals(store, name, spellingsOf(singly), now());
    const finished = file.length === 0 || (await this.#runFile(name, file, how));
    for (const removing of singly) {
      if (!finished || this.#tools.timeIsUp?.()) return false;
      await this.#eachOf([removing], (each) => this.#removeSingly(each, how));
    }
    return finished;
  }

  /** @returns false when time ran out before SES was done. */
  async #runFile(name: string, file: readonly SuppressionCase[], how: Begun): Promise<boolean> {
    const spellings = spellingsOf(file);
    const { store, now } = this.#tools;
    await putRemovalFile(store, name, spellings, now());
    let jobId: string;
    try {
      jobId = await this.#jobs.start(name, spellings);
    } catch (error) {
      await this.#notStarted(file, error, how);
      return true;
    }
    await putRemovalJobId(store, name, jobId, now());
    return this.#await(jobId, file);
  }

  /**
   * Compares removals of an earlier run, or of a job, with the list, read from the oldest of their entries on. One that
   * SES was asked for and whose entry is gone is recorded as removed, whatever is known of it now or stops removals: its
   * outcome is watched, a complaint puts it back. One that is listed anew is given up. @returns those whose entry stands
   * as it was.
   */
  async #asListed(cases: readonly SuppressionCase[], how: Exclude<Begun, 'own'>): Promise<SuppressionCase[]> {
    const listed = await this.#stillListed(cases);
    const same: SuppressionCase[] = [];
    await this.#eachOf(cases, async (removing) => {
      const entry = listed.get(removing.spelling);
      if (entry === undefined && how === 'asked') await this.#endRemoved(removing);
      else if (entry === undefined) await this.#end(removing, 'not-listed');
      else if (isSameListing(removing, entry)) same.push(removing);
      else await this.#end(removing, 'entry-changed');
    });
    return same;
  }

  /** Reads the list for what SES changed since this run judged the removals, and takes those entries out. */
  async #withoutChanged(cases: readonly SuppressionCase[]): Promise<SuppressionCase[]> {
    const bySpelling = new Map(cases.map((each) => [each.spelling, each]));
    const changed: SuppressionCase[] = [];
    for await (const entry of this.#entries(this.#context.changesSince)) {
      const removing = bySpelling.get(entry.spelling);
      if (removing === undefined || isSameListing(removing, entry)) continue;
      bySpelling.delete(entry.spelling);
      changed.push(removing);
    }
    await this.#eachOf(changed, (removing) => this.#end(removing, 'entry-changed'));
    return [...bySpelling.values()];
  }

  /** Judges each again by the facts of this moment: which go into the file, which one by one; the rest is given up. */
  async #judgeAgain(
    cases: readonly SuppressionCase[],
  ): Promise<{ readonly file: SuppressionCase[]; readonly singly: SuppressionCase[] }> {
    const file: SuppressionCase[] = [];
    const singly: SuppressionCase[] = [];
    await this.#eachOf(cases, async (removing) => {
      const entry = entryOf(removing);
      const record = await addressRecord(this.#tools.store, removing.address);
      // As in the gate.
      if (record.case?.version !== removing.version) throw new CaseChangedError();
      if (!mayStillRemove(removing, entry, record, this.#context.gate())) {
        return this.#end(removing, 'withdrawn');
      }
      const isSettled = entry.feedbackId !== undefined || isFilteredWhicheverBounce(record.facts, entry);
      // A single call refuses an address with a slash: only a job removes it.
      if (isSettled || entry.spelling.includes('/')) {
        file.push(removing);
        const missed = await missedBy(removing, record, this.#tools.store);
        if (missed) this.#missed.set(removing.address, missed);
      } else singly.push(removing);
    });
    return { file, singly };
  }

  /**
   * SES refused the job: it is given up. Addresses that a single call can remove are removed by single calls; the next
   * run judges the others anew. If SES did not answer, nobody knows whether the job began: the next run looks.
   */
  async #notStarted(cases: readonly SuppressionCase[], error: unknown, how: Begun): Promise<void> {
    if (isThrottle(error)) throw error;
    const refused = error instanceof ImportJobRefusedError;
    this.#tally.note('import-job', refused ? error.text : NO_ANSWER);
    await this.#eachOf(cases, async (removing) => {
      if (!refused) throw error;
      await this.#removeSingly(removing, how);
    });
  }

  async #await(jobId: string, cases: readonly SuppressionCase[]): Promise<boolean> {
    if (cases.length === 0) return true;
    for (;;) {
      let status: JobStatus;
      try {
        status = await this.#jobs.status(jobId);
      } catch (error) {
        if (isThrottle(error)) throw error;
        // Nobody knows what the job does: the next run asks again.
        await this.#eachOf(cases, () => Promise.reject(error));
        return true;
      }
      if (status.state !== 'running') {
        await this.#reconcile(cases);
        return true;
      }
      if (this.#tools.timeIsUp?.()) return false;
      await (this.#tools.sleep ?? sleep)(POLL_INTERVAL);
    }
  }

  /** Writes down what became of each address, by what list and record say after the job, whatever SES says of it. */
  async #reconcile(cases: readonly SuppressionCase[]): Promise<void> {
    await this.#eachOf(await this.#asListed(cases, 'asked'), (removing) =>
      this.#removeSingly(removing, 'asked'),
    );
  }

  /** The entries that the list still holds of these addresses, read in pages from the oldest on. */
  async #stillListed(cases: readonly SuppressionCase[]): Promise<Map<string, ListEntry>> {
    const wanted = new Set(cases.map((each) => each.spelling));
    const oldest = cases.map((each) => each.listedAt).sort()[0];
    const found = new Map<string, ListEntry>();
    for await (const entry of this.#entries(oldest)) {
      if (wanted.has(entry.spelling)) found.set(entry.spelling, entry);
    }
    return found;
  }

  async #removeSingly(removing: SuppressionCase, how: Begun): Promise<void> {
    try {
      this.#tally.count(await passGate(removing, this.#context.gate(), { resuming: how === 'asked' }));
    } catch (error) {
      if (!(error instanceof UnsupportedAddressError)) throw error;
      // Neither way worked: the entry stays, and is judged anew.
      this.#tally.count('needs-import-job');
    }
  }

  /** Puts the removal on record; a complaint that came meanwhile puts the entry back. */
  async #endRemoved(removing: SuppressionCase): Promise<void> {
    const removed = await this.#end(removing, 'removed').catch(async (error: unknown) => {
      if (error instanceof CaseChangedError) await putBackForgotten(removing, this.#context.gate());
      throw error;
    });
    const { facts } = await addressRecord(this.#tools.store, removing.address);
    await putBackIfComplained(removed, facts, this.#context.gate());
  }

  async #end(
    removing: SuppressionCase,
    kind: 'removed' | 'not-listed' | 'entry-changed' | 'withdrawn' | 'stopped',
  ): Promise<SuppressionCase> {
    const { store, now } = this.#tools;
    const read = kind === 'not-listed' ? await withNotes(store, removing) : { case: removing };
    const missed = kind === 'removed' && (await this.#missedBy(removing));
    const at = now().toISOString();
    const ended = await recordTransition(store, read, { kind, at, ...(missed && { missed }) });
    this.#tally.count(kind);
    return ended;
  }

  /** The mails that a customer missed, by the record that was judged; read anew where an earlier run judged it. */
  async #missedBy(removing: SuppressionCase): Promise<MissedMails | undefined> {
    const known = this.#missed.get(removing.address);
    this.#missed.delete(removing.address);
    return known ?? missedBy(removing, undefined, this.#tools.store);
  }

  async #eachOf(
    cases: readonly SuppressionCase[],
    work: (removing: SuppressionCase) => Promise<unknown>,
  ): Promise<void> {
    for (let start = 0; start < cases.length; start += CONCURRENCY) {
      const group = cases.slice(start, start + CONCURRENCY);
      await Promise.all(
        group.map((removing) =>
          this.#context.accountFor(removing.address, async () => {
            await work(removing);
          }),
        ),
      );
    }
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

function spellingsOf(cases: readonly SuppressionCase[]): string[] {
  return cases.map(({ spelling }) => spelling);
}

function isSameListing({ listedAt, listedReason }: SuppressionCase, entry: ListEntry): boolean {
  return listedAt === entry.at && listedReason === entry.reason;
}

/** The entry a case is about, as it was last seen. */
function entryOf({ address, spelling, listedReason, listedAt, feedbackId }: SuppressionCase): ListEntry {
  return { address, spelling, reason: listedReason, at: listedAt, ...(feedbackId && { feedbackId }) };
}
