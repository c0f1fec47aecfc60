import type { AddressRecord, SuppressionCase } from '../cases/records.ts';
import { type CaseInput, type MovingInput, transition } from '../cases/transitions.ts';
import { noticesOf } from '../notices/of-transition.ts';
import { putCase } from './cases.ts';
import { putDecisions } from './decisions.ts';
import { notesOf, putNotes } from './notes.ts';
import { putNotices } from './notices.ts';
import { putOutcome } from './outcomes.ts';
import type { Table } from './table.ts';

/** What a transition is recorded against. */
export interface ReadCase {
  /** The case as it was read; absent: there was none. */
  readonly case?: SuppressionCase;
  /**
   * The audit as it was read, by a run that may be repeating an interrupted one: an entry found here is not written
   * again. A person's word is written every time it is given, and names none.
   */
  readonly decisions?: AddressRecord['decisions'];
  /** The notes beside it, which end with it: to be read by whoever may close it or open it again. */
  readonly notes?: AddressRecord['notes'];
}

/**
 * The one writer of cases: records what happened to a case in an order that any interruption leaves right. First the
 * audit, then the outcome in its rule's record, then what is to be told of it, then the case at the version that was
 * read. So nothing happens to a case that the audit does not explain or that is told to nobody, and a run that died in
 * between does it again; a notice then has the same id.
 *
 * @returns the case as it stands afterwards; after `refused` the one that was read, if any.
 * @throws {ImpossibleTransitionError} when this cannot happen to the case; then nothing is written.
 * @throws {CaseChangedError} when somebody else wrote the case since it was read; the audit then holds the entry.
 */
export function recordTransition(table: Table, read: ReadCase, input: MovingInput): Promise<SuppressionCase>;
export function recordTransition(
  table: Table,
  read: ReadCase,
  input: CaseInput,
): Promise<SuppressionCase | undefined>;
export async function recordTransition(
  table: Table,
  read: ReadCase,
  input: CaseInput,
): Promise<SuppressionCase | undefined> {
  const made = transition(read.case, input);
  const { decision, outcome, next } = made;
  const isRecorded = decision && read.decisions?.some((each) => each.id === decision.id);
  if (decision && !isRecorded) await putDecisions(table, [decision]);
  if (outcome) await putOutcome(table, outcome);
  // Also where the audit has the entry already: a run may have died right after it.
  if (table.notices !== 'off') await putNotices(table, noticesOf(read.case, input, made));
  if (next === undefined) return read.case;
  await endNotesWith(table, read, next);
  return putCase(table, next, read.case);
}

/**
 * Gives the notes of an address the end of its case, where that changes: when the case is closed, or opened again.
 * Before the case is written, so that a run that died in between does it again.
 */
async function endNotesWith(table: Table, read: ReadCase, next: SuppressionCase): Promise<void> {
  const isOpen = (known: SuppressionCase | undefined) => known !== undefined && known.state !== 'closed';
  if (isOpen(read.case) === isOpen(next)) return;
  const own = (read.notes ?? []).filter(({ movedFrom }) => movedFrom === undefined);
  await putNotes(table, own, next);
}

/** A case with the notes beside it, for an input that closes it where nobody has read the whole record. */
export async function withNotes(table: Table, known: SuppressionCase): Promise<ReadCase> {
  const notes = await notesOf(table, known.address);
  return { case: known, ...(notes.length > 0 && { notes }) };
}
