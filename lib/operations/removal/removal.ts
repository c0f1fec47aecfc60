import type { SuppressionCase } from '../../cases/records.ts';
import { canHappen } from '../../cases/transitions.ts';
import { recordTransition } from '../../store/record-transition.ts';
import type { Table } from '../../store/table.ts';
import type { ListEntry, SuppressionList } from '../../suppression/list.ts';

/** What came of trying to remove an entry. */
export type RemovalResult = 'removed' | 'not-listed' | 'entry-changed' | 'withdrawn';

/** What a removal works on. */
export interface RemovalTools {
  readonly store: Table;
  readonly list: SuppressionList;
  readonly now: () => Date;
}

/**
 * Removes the entry a case in state `removing` is about, safely at any interruption:
 *
 *     case `removing` written -> entry re-read -> entry deleted -> audit written -> case `watching` written
 *
 * A run that dies in between leaves the case `removing`; calling this again finishes it from what SES says. An
 * entry that is gone by then was deleted by the dead run (`resuming`), one that changed is judged anew.
 *
 * @param how.seen the entry, when it was read only just now; otherwise it is read first.
 * @param how.confirm asked right before the deletion whether it is still right; absent: it was judged just now.
 */
export async function finishRemoval(
  removing: SuppressionCase,
  tools: RemovalTools,
  how: {
    readonly resuming: boolean;
    readonly seen?: ListEntry;
    readonly confirm?: (removing: SuppressionCase, entry: ListEntry) => Promise<boolean>;
  },
): Promise<RemovalResult> {
  const entry = how.seen ?? (await tools.list.get(removing.spelling));
  let result: RemovalResult;
  if (entry === undefined) result = how.resuming ? 'removed' : 'not-listed';
  else if (entry.at !== removing.listedAt || entry.reason !== removing.listedReason) result = 'entry-changed';
  else if (how.confirm !== undefined && !(await how.confirm(removing, entry))) result = 'withdrawn';
  else {
    const answer = await tools.list.remove(removing.spelling);
    // Gone between re-reading and deleting: somebody else's doing, or the SDK's retry of a delete that had worked.
    result = answer === 'removed' || how.resuming ? 'removed' : 'not-listed';
  }
  await recordTransition(tools.store, { case: removing }, { kind: result, at: tools.now().toISOString() });
  return result;
}

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
  await recordTransition(store, { case: known }, { kind: 'found-unlisted', at, ...found });
}
