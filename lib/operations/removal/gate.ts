import type { SuppressionCase } from '../../cases/records.ts';
import { sleep } from '../../sleep.ts';
import { addressRecord, type ReadRecord } from '../../store/addresses.ts';
import { CaseChangedError } from '../../store/errors.ts';
import { lookForForgotten } from '../../store/forgetting.ts';
import { noteComplaintListing } from '../../store/listings.ts';
import { recordTransition, withNotes } from '../../store/record-transition.ts';
import { readStop } from '../../store/stop-switch.ts';
import { UnsupportedAddressError } from '../../suppression/errors.ts';
import type { EntryCalls, ListEntry } from '../../suppression/list.ts';
import { ThrottledError } from '../../suppression/throttle.ts';
import { missedBy } from './missed.ts';
import { putBackForgotten, putBackIfComplained } from './put-back.ts';
import { mayStillRemove } from './still-allowed.ts';
import type { GateTools } from './tools.ts';

/**
 * The gate: the one place where an entry is taken off SES's list by a call of its own, whoever began the removal
 * (cleanup, rescue, an operator, a run that resumes a dead one's). Allowance and intent are written before it, so that
 * nothing is removed that is not on record.
 *
 * The gate holds the pace for one address:
 *
 *     looked who was forgotten -> stop switch read -> entry read from SES -> record read -> judged -> entry deleted
 *
 * Nothing else lies between. The case that was read must be the one that the removal began with: whoever forgets a person
 * erases it first, so that nobody is judged by half a record. A deletion that SES refuses for its rate, or whose answer is lost, is not repeated: the
 * gate begins again at the stop switch, for what was true before need not be true any more.
 */

/**
 * What came of a removal. `not-listed`: the entry was gone before todoku deleted it. `entry-changed`: it is another
 * listing than the one decided on. `withdrawn`: it no longer judges as one that may be removed. `stopped`: an operator
 * has stopped all removals.
 */
export type RemovalResult = 'removed' | 'not-listed' | 'entry-changed' | 'withdrawn' | 'stopped';

/** Times the gate begins again before it leaves the removal to the next run. */
const MAXIMUM_ATTEMPTS = 5;
/** Wait before the second attempt, milliseconds; each further one waits as much longer. */
const BACK_OFF = 1_000;

/**
 * Removes the entry that a case in state `removing` is about, or finds that it may not be removed, and records which.
 *
 * @param how.resuming whether the deletion may have been made already by a run that died: an entry that is gone was
 * removed by it then.
 * @throws {UnsupportedAddressError} for an address that only an import job can remove; the removal is withdrawn.
 * @throws {CaseChangedError} when the case is another than the removal began with: somebody else decided, or forgot it.
 * @throws {ForgetKeyLostError} when nobody can tell whether a complaint of somebody forgotten protects the address.
 * @throws {ThrottledError} or the SDK's error when SES let nothing through; the case stays `removing`, for the next run.
 */
export async function passGate(
  removing: SuppressionCase,
  tools: GateTools,
  how: { readonly resuming: boolean },
): Promise<RemovalResult> {
  let mayBeDone = how.resuming;
  for (let attempt = 1; ; attempt += 1) {
    const turn = await tools.list
      .alone((entries) => takeTurn(removing, entries, mayBeDone, tools))
      .catch((error: unknown) => giveUpUnsupported(removing, error, tools));
    if (turn.result !== 'again') return endRemoval(removing, turn, tools);
    mayBeDone ||= turn.mayBeDone;
    if (attempt === MAXIMUM_ATTEMPTS) {
      throw turn.error ?? new ThrottledError();
    }
    await (tools.sleep ?? sleep)(attempt * BACK_OFF);
  }
}

/** Withdraws the removal of an address that a single call refuses, and lets the caller know. */
async function giveUpUnsupported(
  removing: SuppressionCase,
  error: unknown,
  tools: GateTools,
): Promise<never> {
  if (error instanceof UnsupportedAddressError) await endRemoval(removing, { result: 'withdrawn' }, tools);
  throw error;
}

/** What one pass found: the end, or that the gate must begin again. */
type Turn =
  | {
      readonly result: RemovalResult;
      readonly seen?: ListEntry;
      readonly complaint?: ListEntry | undefined;
      /** The record as it was judged; absent where a deletion that was made before is only found done. */
      readonly record?: Pick<ReadRecord, 'facts' | 'droppedMore'>;
    }
  | { readonly result: 'again'; readonly mayBeDone: boolean; readonly error?: unknown };

async function takeTurn(
  removing: SuppressionCase,
  entries: EntryCalls,
  mayBeDone: boolean,
  tools: GateTools,
): Promise<Turn> {
  await lookForForgotten(tools.store);
  const stopped = (await readStop(tools.store)) !== undefined;
  // A deletion that came before the stop is on record as a removal: its outcome is watched, a complaint puts it back.
  if (stopped && !mayBeDone) return { result: 'stopped' };
  const found: ListEntry[] = [];
  for (const spelling of spellingsOf(removing)) {
    const entry = await entries.get(spelling);
    if (entry !== undefined) found.push(entry);
  }
  const own = found.find(({ spelling }) => spelling === removing.spelling);
  const complaint = found.find(({ reason }) => reason === 'COMPLAINT');
  if (own === undefined) return { result: mayBeDone ? 'removed' : 'not-listed', complaint };
  if (stopped) return { result: 'stopped' };
  if (own.at !== removing.listedAt || own.reason !== removing.listedReason) {
    return { result: 'entry-changed', seen: own, complaint };
  }
  const record = await addressRecord(tools.store, removing.address);
  if (record.case?.version !== removing.version) throw new CaseChangedError();
  const listedForComplaint = record.listedForComplaint ?? complaint?.at;
  const known = { ...record, ...(listedForComplaint && { listedForComplaint }) };
  if (!mayStillRemove(removing, own, known, tools)) return { result: 'withdrawn', seen: own, complaint };
  const turn = await deleteAll(found, own, entries, mayBeDone);
  return turn.result === 'removed' ? { ...turn, record } : turn;
}

/**
 * Deletes every entry of the mailbox, its own last: SES blocks mail to a mailbox for an entry in any spelling, and while
 * the own one stands, a run that died in between is resumed.
 */
async function deleteAll(
  found: readonly ListEntry[],
  own: ListEntry,
  entries: EntryCalls,
  mayBeDone: boolean,
): Promise<Turn> {
  for (const { spelling } of [...found.filter((entry) => entry !== own), own]) {
    try {
      const answer = await entries.remove(spelling);
      if (answer === 'throttled') return { result: 'again', mayBeDone: false };
      if (spelling === own.spelling && answer === 'not-listed' && !mayBeDone) {
        return { result: 'not-listed', seen: own };
      }
    } catch (error) {
      if (error instanceof UnsupportedAddressError) throw error;
      // The answer is lost, the effect perhaps not.
      return { result: 'again', mayBeDone: spelling === own.spelling, error };
    }
  }
  return { result: 'removed', seen: own };
}

/** The spellings under which the mailbox may be listed: those that a walk has seen, and the key form; its own last. */
function spellingsOf({ address, spelling, otherSpellings = [] }: SuppressionCase): string[] {
  const others = new Set([...otherSpellings, address]);
  others.delete(spelling);
  return [...others, spelling];
}

async function endRemoval(
  removing: SuppressionCase,
  { result, seen, complaint, record }: Exclude<Turn, { result: 'again' }>,
  tools: GateTools,
): Promise<RemovalResult> {
  if (complaint !== undefined) await noteComplaintListing(tools.store, complaint);
  const feedbackId = seen?.at === removing.listedAt ? seen.feedbackId : undefined;
  const at = tools.now().toISOString();
  const missed = result === 'removed' && (await missedBy(removing, record, tools.store));
  const input = { kind: result, at, ...(feedbackId && { feedbackId }), ...(missed && { missed }) };
  const read = result === 'not-listed' ? await withNotes(tools.store, removing) : { case: removing };
  const ended = await recordTransition(tools.store, read, input).catch(async (error: unknown) => {
    if (result === 'removed' && error instanceof CaseChangedError) await putBackForgotten(removing, tools);
    throw error;
  });
  if (result === 'removed') {
    // What was recorded while SES deleted the entry.
    const { facts } = await addressRecord(tools.store, removing.address);
    await putBackIfComplained(ended, facts, tools);
  }
  return result;
}
