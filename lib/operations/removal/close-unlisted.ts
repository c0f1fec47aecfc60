import type { SuppressionCase } from '../../cases/records.ts';
import { canHappen } from '../../cases/transitions.ts';
import { recordTransition, withNotes } from '../../store/record-transition.ts';
import type { RemovalTools } from './tools.ts';

/**
 * Closes the case of an entry that somebody else took off the list: the audit says who found it gone, then the case
 * is closed. One that is being removed, or waits for its outcome, is left to whoever does that: there the missing
 * entry is todoku's own doing.
 *
 * @param found.by `cleanup`, or the operator who asked; `note` is what the operator wrote.
 */
export async function closeUnlisted(
  known: SuppressionCase,
  found: { readonly by: string; readonly note?: string },
  { store, now }: Pick<RemovalTools, 'store' | 'now'>,
): Promise<void> {
  if (!canHappen('found-unlisted', known)) return;
  const at = now().toISOString();
  const read = await withNotes(store, known);
  await recordTransition(store, read, { kind: 'found-unlisted', at, ...found });
}
