import type { AddressRecord, SuppressionCase } from '../cases/records.ts';
import { type CaseInput, type MovingInput, transition } from '../cases/transitions.ts';
import { putCase } from './cases.ts';
import { putDecisions } from './decisions.ts';
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
}

/**
 * The one writer of cases: records what happened to a case in an order that any interruption leaves right. First the
 * audit, then the outcome in its rule's record, then the case at the version that was read. So nothing happens to a
 * case that the audit does not explain, and a run that died in between does it again.
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
  const { decision, outcome, next } = transition(read.case, input);
  const isRecorded = decision && read.decisions?.some((each) => each.id === decision.id);
  if (decision && !isRecorded) await putDecisions(table, [decision]);
  if (outcome) await putOutcome(table, outcome);
  return next ? await putCase(table, next, read.case) : read.case;
}
