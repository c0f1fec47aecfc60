import {
  type AddressRecord,
  type Decision,
  MAXIMUM_REMOVALS_KEPT,
  type SuppressionCase,
} from '../policy/records.ts';
import type { Store } from '../store/store.ts';
import type { SuppressionList } from '../suppression/list.ts';
import type { Bilingual } from '../text.ts';

/** What came of trying to remove an entry. */
export type RemovalResult = 'removed' | 'not-listed' | 'entry-changed';

/** What a removal works on. */
export interface RemovalTools {
  readonly store: Store;
  readonly list: SuppressionList;
  readonly now: () => Date;
}

const BECAUSE: Readonly<Record<RemovalResult, Bilingual>> = {
  removed: {
    ja: 'サプレッションリストから解除しました。次のメールから配信を試みます。',
    en: 'Removed from the suppression list; the next mail will be tried.',
  },
  'not-listed': {
    ja: '解除の直前に確認したところ、リストにはもう載っていませんでした。',
    en: 'Re-read just before the removal, the entry was no longer on the list.',
  },
  'entry-changed': {
    ja: '判断のあとでリストの登録内容が変わったため、解除せずに判断し直します。',
    en: 'The entry changed after the decision, so it was not removed; it will be judged anew.',
  },
};

/**
 * Removes the entry a case in state `removing` is about, safely at any interruption:
 *
 *     case `removing` written -> entry re-read -> entry deleted -> audit written -> case `watching` written
 *
 * A run that dies in between leaves the case `removing`; calling this again finishes it from what SES says. An
 * entry that is gone by then was deleted by the dead run (`resuming`), one that changed is judged anew.
 */
export async function finishRemoval(
  removing: SuppressionCase,
  tools: RemovalTools,
  resuming: boolean,
): Promise<RemovalResult> {
  const intent = removing.removing;
  if (intent === undefined) throw new Error('only a case in state removing can be finished');
  const entry = await tools.list.get(removing.spelling);

  let result: RemovalResult;
  if (entry === undefined) result = resuming ? 'removed' : 'not-listed';
  else if (entry.at !== removing.listedAt || entry.reason !== removing.listedReason) result = 'entry-changed';
  else {
    const answer = await tools.list.remove(removing.spelling);
    // Gone between re-reading and deleting: somebody else's doing, or the SDK's retry of a delete that had worked.
    result = answer === 'removed' || resuming ? 'removed' : 'not-listed';
  }

  await tools.store.putDecisions([
    {
      address: removing.address,
      at: intent.at,
      id: `${result}:${removing.listedAt}:${removing.version}`,
      by: intent.by,
      action: result,
      rule: intent.rule,
      because: BECAUSE[result],
      diagnosis: removing.diagnosis,
      listing: { reason: removing.listedReason, at: removing.listedAt },
    },
  ]);
  await tools.store.putCase(afterRemoval(removing, result, tools.now().toISOString()), removing);
  return result;
}

/** The case that follows `removing`. Pure. */
function afterRemoval(removing: SuppressionCase, result: RemovalResult, now: string): SuppressionCase {
  const { removing: intent, dueAt: _due, proposalId: _proposal, ...rest } = removing;
  if (result === 'entry-changed') return { ...rest, state: 'kept', dueAt: now, updatedAt: now };
  if (result === 'not-listed' || intent === undefined) return { ...rest, state: 'closed', updatedAt: now };
  const carrier = removing.diagnosis.carrier;
  const removal = { at: intent.at, by: intent.by, rule: intent.rule, ...(carrier && { carrier }) };
  return {
    ...rest,
    state: 'watching',
    removals: [...removing.removals, removal].slice(-MAXIMUM_REMOVALS_KEPT),
    dueAt: intent.at,
    updatedAt: now,
  };
}

/**
 * The id of a verdict's audit item: the same while entry, verdict and case are the same, so that a run repeating an
 * interrupted one finds it written and does not write it twice.
 */
export function verdictId(action: string, rule: string, listedAt: string, version: number): string {
  return `${action}:${rule}:${listedAt}:${version}`;
}

/** Whether the audit already holds a decision of this id. */
export function isRecorded(record: AddressRecord, decision: Decision): boolean {
  return record.decisions.some((each) => each.id === decision.id);
}
