import {
  type AddressRecord,
  type CaseState,
  type Decision,
  MAXIMUM_REMOVALS_KEPT,
  type Removal,
  type SuppressionCase,
} from '../../cases/records.ts';
import type { Diagnosis } from '../../classification/types.ts';
import type { Store } from '../../store/store.ts';
import type { ListEntry, SuppressionList } from '../../suppression/list.ts';
import type { Bilingual } from '../../text.ts';
import { summaryOf } from './judge.ts';

/** What came of trying to remove an entry. */
export type RemovalResult = 'removed' | 'not-listed' | 'entry-changed' | 'withdrawn';

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
  withdrawn: {
    ja: '解除の直前に判断し直したところ、解除してよい条件を満たさなくなっていたため、見合わせました。',
    en: 'Judged again just before its turn, the removal was no longer allowed and was not made.',
  },
};

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
  await recordRemoval(removing, result, tools);
  return result;
}

/** Writes down what came of a removal: the audit, then the case that follows. */
export async function recordRemoval(
  removing: SuppressionCase,
  result: RemovalResult,
  tools: Pick<RemovalTools, 'store' | 'now'>,
): Promise<void> {
  const intent = removing.removing;
  if (intent === undefined) throw new Error('only a case in state removing can be finished');
  await tools.store.putDecisions([
    {
      address: removing.address,
      at: intent.at,
      id: verdictId(result, intent.rule, removing.listedAt, removing.version),
      by: intent.by,
      action: result,
      rule: intent.rule,
      because: BECAUSE[result],
      diagnosis: removing.diagnosis,
      listing: { reason: removing.listedReason, at: removing.listedAt },
    },
  ]);
  await tools.store.putCase(afterRemoval(removing, intent, result, tools.now().toISOString()), removing);
}

/** Cases that are about an entry still on the list as far as anybody knows. */
const ON_THE_LIST: ReadonlySet<CaseState> = new Set(['kept', 'proposed', 'rejected']);

const NO_LONGER_LISTED: Bilingual = {
  ja: 'リストには載っていません（todoku以外で解除されました）。',
  en: 'No longer on the list: somebody else removed it.',
};

/**
 * Closes the case of an entry that somebody else took off the list: the audit says who found it gone, then the case
 * is closed. One that is being removed, or waits for its outcome, is left to whoever does that: there the missing
 * entry is todoku's own doing.
 *
 * @param found.by `cleanup`, or the operator who asked; `note` is what the operator wrote.
 */
export async function closeUnlisted(
  of: SuppressionCase,
  found: { readonly by: string; readonly note?: string },
  tools: Pick<RemovalTools, 'store' | 'now'>,
): Promise<void> {
  if (!ON_THE_LIST.has(of.state)) return;
  const now = tools.now().toISOString();
  await tools.store.putDecisions([
    {
      address: of.address,
      at: now,
      id: verdictId('not-listed', of.rule, of.listedAt, of.version),
      by: found.by,
      action: 'not-listed',
      rule: of.rule,
      because: NO_LONGER_LISTED,
      listing: { reason: of.listedReason, at: of.listedAt },
      ...(found.note && { note: found.note }),
    },
  ]);
  const { dueAt: _due, proposalId: _proposal, ...rest } = of;
  await tools.store.putCase({ ...rest, state: 'closed', updatedAt: now }, of);
}

/** The case that follows `removing`. Pure. */
function afterRemoval(
  removing: SuppressionCase,
  intent: NonNullable<SuppressionCase['removing']>,
  result: RemovalResult,
  now: string,
): SuppressionCase {
  const { removing: _intent, dueAt: _due, proposalId: _proposal, ...rest } = removing;
  if (result === 'entry-changed' || result === 'withdrawn') {
    return { ...rest, state: 'kept', dueAt: now, updatedAt: now };
  }
  if (result === 'not-listed') return { ...rest, state: 'closed', updatedAt: now };
  const carrier = removing.diagnosis.carrier;
  const removal = { at: intent.at, by: intent.by, rule: intent.rule, ...(carrier && { carrier }) };
  return {
    ...rest,
    state: 'watching',
    removals: [...removing.removals, removal].slice(-MAXIMUM_REMOVALS_KEPT),
    dueAt: nextCheck(intent.at, now),
    updatedAt: now,
  };
}

const HOUR = 3_600_000;

/**
 * When to look for the outcome of a removal next: after as long again as has passed, between an hour and a day. So
 * a fresh removal is looked at often and an old one daily, and the work does not grow with what is watched.
 */
export function nextCheck(removedAt: string, now: string): string {
  const passed = Date.parse(now) - Date.parse(removedAt);
  return new Date(Date.parse(now) + Math.min(Math.max(passed, HOUR), 24 * HOUR)).toISOString();
}

/**
 * The case in which the present judgement of an entry is kept; the caller adds the state and what goes with it.
 * Whatever belonged to an earlier state of the case is left behind. Pure.
 */
export function caseOfEntry(
  entry: ListEntry,
  record: AddressRecord,
  diagnosis: Diagnosis,
  rule: string,
  now: string,
): Omit<SuppressionCase, 'state'> {
  const known = record.case;
  const rejected = known?.rejected?.listedAt === entry.at ? { rejected: known.rejected } : {};
  return {
    address: entry.address,
    version: known?.version ?? 0,
    spelling: entry.spelling,
    listedReason: entry.reason,
    listedAt: entry.at,
    ...(entry.feedbackId && { feedbackId: entry.feedbackId }),
    diagnosis: summaryOf(diagnosis),
    rule,
    removals: relisted(known?.removals ?? [], entry.at),
    ...rejected,
    updatedAt: now,
  };
}

/** The removals, the last marked with the listing that followed it. Pure. */
function relisted(removals: readonly Removal[], listedAt: string): readonly Removal[] {
  const last = removals.at(-1);
  if (last === undefined || last.relistedAt !== undefined || listedAt <= last.at) return removals;
  return [...removals.slice(0, -1), { ...last, relistedAt: listedAt }];
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
