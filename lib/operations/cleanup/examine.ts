import { evidenceOfSes } from '../../cases/because.ts';
import { LIST_CATCHES_UP } from '../../cases/outcome.ts';
import {
  type AddressRecord,
  CLEANUP,
  type DiagnosisSummary,
  type SuppressionCase,
} from '../../cases/records.ts';
import { settlementOf } from '../../cases/settlement.ts';
import { canHappen } from '../../cases/transitions.ts';
import type { Diagnosis } from '../../classification/types.ts';
import { isReturned } from '../../mails/nature.ts';
import { addressRecord } from '../../store/addresses.ts';
import { CaseChangedError } from '../../store/errors.ts';
import { isForgottenListing } from '../../store/forgetting.ts';
import { noteComplaintListing } from '../../store/listings.ts';
import { recordTransition } from '../../store/record-transition.ts';
import type { Account, ListEntry } from '../../suppression/list.ts';
import { closeUnlisted } from '../removal/close-unlisted.ts';
import { passGate } from '../removal/gate.ts';
import { type Judgement, type JudgementContext, judge } from '../removal/judge.ts';
import { putBackIfComplained } from '../removal/put-back.ts';
import type { GateTools } from '../removal/tools.ts';
import type { BulkRemovals } from './bulk.ts';
import { Doubts } from './doubt.ts';
import type { Tally } from './tally.ts';
import type { CleanupTools } from './types.ts';

/** Judges entries of the list one at a time, and acts on the verdicts. */
export class Examiner {
  readonly #tools: CleanupTools;
  readonly #account: Account;
  readonly #tally: Tally;
  readonly #bulk: BulkRemovals | undefined;
  readonly #doubts: Doubts;
  /** Mailboxes listed for a complaint, as far as the walk was told beforehand, with since when. */
  readonly #complaints = new Map<string, string>();

  constructor(tools: CleanupTools, account: Account, tally: Tally, bulk: BulkRemovals | undefined) {
    this.#tools = tools;
    this.#account = account;
    this.#tally = tally;
    this.#bulk = bulk;
    this.#doubts = new Doubts(tools, tally);
  }

  /**
   * Tells of entries listed for a complaint before their turn comes: whatever other spelling of such a mailbox is
   * listed for a bounce, on whichever page, stays.
   */
  tellOfComplaints(entries: readonly ListEntry[]): void {
    for (const { address, at } of entries) this.#complaints.set(address, at);
  }

  /** Judges an entry and writes down, proposes or removes; an entry judged alike before costs one read. */
  async examine(listed: ListEntry): Promise<void> {
    const { store, list } = this.#tools;
    // Of somebody who was forgotten nothing is kept, and nothing is decided: the entry stays as it is.
    if (isForgottenListing(store, listed.address, listed.at)) {
      await store.forgotten.met(listed.address);
      return this.#tally.count('forgotten-person');
    }
    const read = await addressRecord(store, listed.address, listed.at);
    let record: AddressRecord = read;
    const known = record.case;
    if (known?.state === 'removing') {
      if (known.listedAt === listed.at && known.listedReason === listed.reason) {
        return this.#tally.count('in-progress');
      }
      // The entry changed before its removal: it is not made, and the new entry is judged.
      this.#bulk?.drop(listed.address);
      const at = this.#tools.now().toISOString();
      await recordTransition(store, { case: known }, { kind: 'entry-changed', at });
      this.#tally.count('entry-changed');
      record = await addressRecord(store, listed.address, listed.at);
    }
    if (known !== undefined && known.listedAt !== listed.at) record = await this.settle(record, listed);
    else if (known?.state === 'watching') {
      const removedAt = known.removals.at(-1)?.at ?? known.updatedAt;
      const age = this.#tools.now().getTime() - Date.parse(removedAt);
      // Seen on a page read before the removal, or SES has not caught up; later than that it was not removed.
      if (age < LIST_CATCHES_UP) return this.#tally.count('unchanged');
      this.#tally.count('still-listed');
    }
    const complainedAt =
      listed.reason === 'COMPLAINT'
        ? listed.at
        : (record.listedForComplaint ?? this.#complaints.get(listed.address));
    if (complainedAt !== undefined && !read.complaintNoted) {
      await noteComplaintListing(store, { address: listed.address, at: complainedAt });
      record = { ...record, listedForComplaint: complainedAt };
    }
    if (standsForBoth(record.case, listed)) return this.#noteSpelling(record, listed);
    let judgement = this.#judge(listed, record);
    if (this.#isSettled(listed, record, judgement)) return this.#leave(record, judgement);

    let entry = listed;
    if (this.#mustReRead(listed, record, judgement)) {
      const fresh = await list.get(listed.spelling);
      record = await this.#reRead(record, listed.address);
      if (fresh === undefined) return this.#close(record);
      entry = fresh;
      judgement = this.#judge(entry, record);
      if (this.#isSettled(entry, record, judgement)) return this.#leave(record, judgement);
    }
    if (this.#doubts.concern(entry, record, judgement, this.#context())) {
      const addressInsights = await this.#doubts.ask(entry);
      if (addressInsights !== undefined) {
        record = { ...(await this.#reRead(record, entry.address)), addressInsights };
        judgement = this.#judge(entry, record);
      }
      if (this.#isUnchanged(entry, record.case, judgement)) return this.#leave(record, judgement);
    }
    // A single call refuses an address with a slash: without import jobs nothing can be begun.
    const { diagnosis, verdict } = judgement;
    const removes = verdict.action === 'remove' && this.#tally.mayRemove(verdict.rule, diagnosis.carrier);
    if (removes && entry.spelling.includes('/') && this.#bulk === undefined) {
      return this.#tally.count('needs-import-job');
    }
    await this.#act(entry, record, judgement);
  }

  /**
   * Closes a watched case whose outcome is known, `relisted` being the entry it is on the list with again; one
   * that is still open is looked at again later. An outcome known before that entry is corrected where it undoes it.
   */
  async settle(read: AddressRecord, relisted?: ListEntry): Promise<AddressRecord> {
    let record = read;
    const { store, policy } = this.#tools;
    if (record.case?.state === 'watching') {
      record = { ...record, case: await putBackIfComplained(record.case, record.facts, this.#tools) };
    }
    const now = this.#tools.now().toISOString();
    const settlement = settlementOf(record, policy.silentAfterDays, now, relisted);
    const last = record.case?.removals.at(-1);
    if (settlement === undefined) {
      const isDue = record.case?.dueAt === undefined || record.case.dueAt <= now;
      if (record.case?.state !== 'watching' || last === undefined || !isDue) return record;
      return { ...record, case: await recordTransition(store, record, { kind: 'still-open', at: now }) };
    }
    const settled = await recordTransition(store, record, settlement);
    this.#tally.count(`outcome-${settlement.found.outcome}`);
    return { ...record, case: settled };
  }

  /** What the gate works on in this run. */
  get gate(): GateTools {
    return {
      ...this.#tools,
      context: () => this.#context(),
      mayFinish: (rule, carrier) => this.#tally.mayFinish(rule, carrier),
    };
  }

  /** Leaves a case that says what the judgement says; a bounce that explains the entry is copied to it, once. */
  async #leave(record: AddressRecord, { explainedBy }: Judgement): Promise<void> {
    this.#tally.count('unchanged');
    const copy = record.case?.explainedBy;
    if (explainedBy === undefined || (copy?.id === explainedBy.id && copy.at === explainedBy.at)) return;
    if (!canHappen('explained', record.case)) return;
    const at = this.#tools.now().toISOString();
    await recordTransition(this.#tools.store, record, { kind: 'explained', at, explainedBy });
  }

  /** Remembers that the mailbox is listed in another spelling too. */
  async #noteSpelling(record: AddressRecord, { spelling }: ListEntry): Promise<void> {
    this.#tally.count('unchanged');
    if (record.case?.otherSpellings?.includes(spelling)) return;
    const at = this.#tools.now().toISOString();
    await recordTransition(this.#tools.store, record, { kind: 'other-spelling', at, spelling });
  }

  /**
   * The record once more: SES's turn may have been long in coming, and what was recorded meanwhile counts.
   *
   * @throws {CaseChangedError} when somebody decided on the address meanwhile: theirs stands.
   */
  async #reRead(read: AddressRecord, address: string): Promise<AddressRecord> {
    const record = await addressRecord(this.#tools.store, address);
    if (record.case?.version !== read.case?.version) {
      throw new CaseChangedError();
    }
    return record;
  }

  /** Closes the case of an entry that somebody else took off the list. */
  async #close({ case: known }: AddressRecord): Promise<void> {
    if (known !== undefined) await closeUnlisted(known, { by: CLEANUP }, this.#tools);
    this.#tally.count('no-longer-listed');
  }

  #judge(entry: ListEntry, record: AddressRecord): Judgement {
    return judge(entry, record, this.#context());
  }

  #context(): JudgementContext {
    return {
      policy: this.#tools.policy,
      enforcedReasons: this.#account.enforcedReasons,
      now: this.#tools.now().toISOString(),
      ...(this.#tools.incidents && { incidents: this.#tools.incidents }),
      ...(this.#tools.deliveryMonths && { deliveryMonths: this.#tools.deliveryMonths }),
    };
  }

  /**
   * Whether SES must be asked about the entry before it is proposed: where SES's own word on which bounce it was can
   * change the diagnosis. A removal is asked about by the gate.
   */
  #mustReRead(entry: ListEntry, record: AddressRecord, { diagnosis, verdict }: Judgement): boolean {
    if (verdict.action === 'keep') return false;
    const removes = verdict.action === 'remove' && this.#tally.mayRemove(verdict.rule, diagnosis.carrier);
    if (removes) return false;
    // SES cannot be asked about an address with a slash.
    if (entry.spelling.includes('/')) return false;
    return entry.feedbackId === undefined && record.facts.some(isReturned);
  }

  #goesInBulk(entry: ListEntry): boolean {
    if (this.#bulk === undefined) return false;
    return entry.spelling.includes('/') || this.#tally.removals >= this.#tools.policy.removalsOneByOne;
  }

  /** Whether nothing is to be done: the case already says so, and nobody need be asked. */
  #isSettled(entry: ListEntry, record: AddressRecord, judgement: Judgement): boolean {
    if (!this.#isUnchanged(entry, record.case, judgement)) return false;
    return !this.#doubts.concern(entry, record, judgement, this.#context());
  }

  /** Whether the case already says what the judgement says. */
  #isUnchanged(
    entry: ListEntry,
    known: SuppressionCase | undefined,
    { diagnosis, verdict }: Judgement,
  ): boolean {
    if (known === undefined || known.listedAt !== entry.at) return false;
    // An operator's no is a state of its own, which its rule only repeats.
    if (known.state === 'rejected' && verdict.rule === 'rejected-by-operator') return true;
    if (known.rule !== verdict.rule || !isSameDiagnosis(known.diagnosis, diagnosis)) return false;
    if (verdict.action === 'remove' && this.#tally.mayRemove(verdict.rule, diagnosis.carrier)) return false;
    if (verdict.action !== 'keep') return known.state === 'proposed';
    return known.state === 'kept' && known.dueAt === verdict.dueAt;
  }

  async #act(entry: ListEntry, record: AddressRecord, judgement: Judgement): Promise<void> {
    const { diagnosis, verdict, explainedBy } = judgement;
    const { store, runId } = this.#tools;
    const now = this.#tools.now().toISOString();
    const inBulk = this.#goesInBulk(entry);
    const action = await this.#tally.allowed(verdict.action, verdict.rule, diagnosis.carrier);
    const judged = {
      at: now,
      entry,
      diagnosis,
      evidence: [...diagnosis.evidence, ...evidenceOfSes(entry)],
      ...(explainedBy && { explainedBy }),
      rule: verdict.rule,
      because: verdict.because,
      note: `run ${runId}`,
    };
    if (action === 'keep') {
      const due = verdict.dueAt && { dueAt: verdict.dueAt };
      await recordTransition(store, record, { kind: 'judged-keep', ...judged, ...due });
      this.#tally.count('kept');
    } else if (action === 'propose') {
      await recordTransition(store, record, { kind: 'judged-propose', ...judged });
      this.#tally.count('proposed');
    } else {
      const job = inBulk && this.#bulk && { job: this.#bulk.jobName };
      const removing = await recordTransition(store, record, { kind: 'judged-remove', ...judged, ...job });
      if (inBulk) this.#bulk?.add(removing);
      else this.#tally.count(await passGate(removing, this.gate, { resuming: false }));
    }
  }
}

/**
 * Two spellings of one mailbox are two entries and one case. A complaint under either stands for both; of two entries of
 * one reason the later, so that the case does not go to and fro with each walk. Whether the case's own entry is that.
 */
function standsForBoth(known: SuppressionCase | undefined, entry: ListEntry): boolean {
  if (known === undefined || known.spelling === entry.spelling) return false;
  if (!canHappen('other-spelling', known)) return false;
  if (known.listedReason !== entry.reason) return known.listedReason === 'COMPLAINT';
  return known.listedAt > entry.at || (known.listedAt === entry.at && known.spelling > entry.spelling);
}

function isSameDiagnosis(known: DiagnosisSummary, diagnosis: Diagnosis): boolean {
  return (
    known.rule === diagnosis.rule &&
    known.reason === diagnosis.reason &&
    known.confidence === diagnosis.confidence
  );
}
