import type { SuppressionCase } from '../../cases/records.ts';
import type { Fact } from '../../mails/fact.ts';
import { isComplaint } from '../../mails/nature.ts';
import { notePutBackRefused } from '../../store/put-backs.ts';
import { recordTransition } from '../../store/record-transition.ts';
import { isRefusedCall } from '../../suppression/errors.ts';
import { later } from '../../time.ts';
import type { RemovalTools } from './tools.ts';

/** How long after a deletion a complaint still undoes it, milliseconds; SES itself lists who complains later. */
const COMPLAINT_UNDOES = 3_600_000;

/**
 * Puts the entry back of somebody who was forgotten while it was deleted, where a complaint protects the address: its case,
 * by which that is done otherwise, is erased. Nothing is written of it. Never after an override.
 *
 * @param removing the case that the removal began with.
 */
export async function putBackForgotten(
  { address, spelling, removing: intent }: SuppressionCase,
  { store, list, onPutBackRefused }: RemovalTools,
): Promise<void> {
  await store.forgotten.look();
  if (intent?.override || store.forgotten.of(address)?.complainedAt === undefined) return;
  if (!(await list.account()).enforcedReasons.includes('COMPLAINT')) return;
  try {
    await list.put(spelling, 'COMPLAINT');
  } catch (error) {
    if (!isRefusedCall(error)) throw error;
    onPutBackRefused?.(address);
  }
}

/**
 * Puts an address back on SES's list, with reason COMPLAINT, when a complaint turns out to be dated before its removal
 * or within the hour after it: had it been known, nothing would have been removed. Once; never after an override, never
 * after somebody else's removal (a case then has none of that time), and not where the account does not suppress
 * complaints. A refusal by SES is recorded, to be seen in `todoku status` and by an alarm.
 *
 * @param removed the case after its removal.
 * @param facts what is on record of the address now.
 * @returns the case as it stands afterwards.
 */
export async function putBackIfComplained(
  removed: SuppressionCase,
  facts: readonly Fact[],
  { store, list, now, onPutBackRefused }: RemovalTools,
): Promise<SuppressionCase> {
  const last = removed.removals.at(-1);
  if (last === undefined || last.override || last.putBack !== undefined) return removed;
  const until = later(last.deletedAt ?? last.at, COMPLAINT_UNDOES);
  if (!facts.some((fact) => isComplaint(fact) && fact.at <= until)) return removed;
  if (!(await list.account()).enforcedReasons.includes('COMPLAINT')) return removed;
  const at = () => now().toISOString();
  try {
    await list.put(removed.spelling, 'COMPLAINT');
  } catch (error) {
    if (!isRefusedCall(error)) throw error;
    onPutBackRefused?.(removed.address);
    await notePutBackRefused(store, { address: removed.address, at: at() });
    return recordTransition(store, { case: removed }, { kind: 'put-back-refused', at: at() });
  }
  return recordTransition(store, { case: removed }, { kind: 'put-back', at: at() });
}
