import type { AddressRecord, SuppressionCase } from '../cases/records.ts';
import { type CaseInput, type MovingInput, transition } from '../cases/transitions.ts';
import type { Store } from './store.ts';

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
export function recordTransition(
  store: Pick<Store, 'putDecisions' | 'putOutcome' | 'putCase'>,
  read: ReadCase,
  input: MovingInput,
): Promise<SuppressionCase>;
export function recordTransition(
  store: Pick<Store, 'putDecisions' | 'putOutcome' | 'putCase'>,
  read: ReadCase,
  input: CaseInput,
): Promise<SuppressionCase | undefined>;
export async function recordTransition(
  store: Pick<Store, 'putDecisions' | 'putOutcome' | 'putCase'>,
  read: ReadCase,
  input: CaseInput,
): Promise<SuppressionCase | undefined> {
  const { decision, outcome, next } = transition(read.case, input);
  const isRecorded = decision && read.decisions?.some((each) => each.id === decision.id);
  if (decision && !isRecorded) await store.putDecisions([decision]);
  if (outcome) await store.putOutcome(outcome);
  return next ? await store.putCase(next, read.case) : read.case;
}
