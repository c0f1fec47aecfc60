import { type AddressRecord, CLEANUP, type SuppressionCase } from '../../cases/records.ts';
import { candidateOf, RESCUE_RULE } from '../../policy/rescue.ts';
import { UNDO_RULE, undoCandidateOf } from '../../policy/undo.ts';
import type { ListEntry } from '../../suppression/list.ts';
import { judge } from './judge.ts';
import type { GateTools } from './tools.ts';

/** Names the removals that an operator asked for by address; those of an approved proposal bear the proposal's rule. */
export const BY_HAND = 'by-hand';

/**
 * Whether a removal that was begun may still be made, by what is known now; asked by whoever ends it, and answered by
 * who began it. The cleanup's must still judge as `remove`, a campaign's as one of its candidates (of an undone incident
 * by what the intent keeps of it), an approved
 * proposal's as anything but `keep`. One by hand, which is bound to the listing that the operator saw, must not meet a
 * rule that wants an override, but those that the operator overrode.
 */
export function mayStillRemove(
  { removing: intent }: SuppressionCase,
  entry: ListEntry,
  record: AddressRecord,
  { context, mayFinish }: Pick<GateTools, 'context' | 'mayFinish'>,
): boolean {
  if (intent === undefined) return false;
  const { diagnosis, verdict, input } = judge(entry, record, context());
  if (intent.by === CLEANUP) {
    return verdict.action === 'remove' && (mayFinish?.(verdict.rule, diagnosis.carrier) ?? true);
  }
  if (intent.rule === RESCUE_RULE) return !('excluded' in candidateOf(entry.address, input, verdict));
  if (intent.rule === UNDO_RULE) {
    const { incident } = intent;
    return (
      incident !== undefined && !('excluded' in undoCandidateOf(entry.address, input, verdict, incident))
    );
  }
  if (intent.rule !== BY_HAND) return verdict.action !== 'keep';
  return (verdict.overrides ?? []).every((rule) => intent.overrides?.includes(rule));
}
