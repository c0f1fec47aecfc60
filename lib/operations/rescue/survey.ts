import type { CaseState, SuppressionCase } from '../../cases/records.ts';
import {
  byEvidence,
  type Candidate,
  candidateOf,
  type EvidenceTier,
  lapsedRefusal,
  type TierCounts,
} from '../../policy/rescue.ts';
import { type ReadRecord, readableRecord } from '../../store/addresses.ts';
import { casesInState } from '../../store/cases.ts';
import type { Table } from '../../store/table.ts';
import type { ListEntry } from '../../suppression/list.ts';
import { type JudgementContext, judge } from '../removal/judge.ts';
import { forEachOf, type RescueTools } from './tools.ts';

/** Everyone who waits under a rule that no longer holds. */
export interface Survey {
  readonly waiting: TierCounts;
  readonly total: number;
  /** Entries of the backlog that are no candidates, by why (see candidateOf). */
  readonly excluded: Readonly<Record<string, number>>;
  /** The best of them, best first. */
  readonly best: readonly Candidate[];
}

/** Cases that a campaign looks at: what waits for an operator, and what was kept until a day that may have come. */
const STATES = ['proposed', 'kept'] as const satisfies readonly CaseState[];

/**
 * Reads every waiting case of a carrier that no longer refuses, and judges it anew from its record. Streams over the
 * index: besides one page (256 cases) it holds at most twice the `keep` best candidates.
 *
 * @param except addresses that were in a wave of this campaign already.
 */
export async function survey(
  tools: Pick<RescueTools, 'store' | 'policy' | 'now' | 'incidents'>,
  enforcedReasons: readonly string[] | undefined,
  { keep, except }: { readonly keep: number; readonly except: ReadonlySet<string> },
): Promise<Survey> {
  const context = contextOf(tools, enforcedReasons);
  const waiting: Record<EvidenceTier, number> = { 'active-member': 0, member: 0, 'earlier-delivery': 0 };
  const excluded: Record<string, number> = {};
  let best: Candidate[] = [];
  const examine = async (indexed: SuppressionCase): Promise<void> => {
    const record = await readableRecord(tools.store, indexed.address);
    const judged = record ? judgeCase(record, context) : { excluded: 'unreadable' };
    if (judged === undefined) return;
    if ('excluded' in judged) {
      excluded[judged.excluded] = (excluded[judged.excluded] ?? 0) + 1;
      return;
    }
    waiting[judged.tier] += 1;
    if (keep > 0) best.push(judged);
  };
  for (const state of STATES) {
    for await (const page of pages(tools.store, state)) {
      const backlog = page.filter((each) => !except.has(each.address) && isBacklog(each, context.now));
      await forEachOf(backlog, examine);
      if (best.length > 2 * keep) best = best.sort(byEvidence).slice(0, keep);
    }
  }
  best = best.sort(byEvidence).slice(0, keep);
  const total = Object.values(waiting).reduce((sum, count) => sum + count, 0);
  return { waiting, total, excluded, best };
}

/** What a judgement of this campaign depends on beside the address's own record. */
export function contextOf(
  tools: Pick<RescueTools, 'policy' | 'now' | 'incidents' | 'deliveryMonths'>,
  enforcedReasons: readonly string[] | undefined,
): JudgementContext {
  return {
    policy: tools.policy,
    now: tools.now().toISOString(),
    ...(enforcedReasons && { enforcedReasons }),
    ...(tools.incidents && { incidents: tools.incidents }),
    ...(tools.deliveryMonths && { deliveryMonths: tools.deliveryMonths }),
  };
}

/** Whether a case is about an entry made under a rule that no longer holds, as far as the case itself tells. */
function isBacklog(known: SuppressionCase, now: string): boolean {
  return (
    known.listedReason === 'BOUNCE' &&
    lapsedRefusal(known.diagnosis.carrier, known.listedAt, now) !== undefined
  );
}

function judgeCase(
  record: ReadRecord,
  context: JudgementContext,
): Candidate | { readonly excluded: string } | undefined {
  const known = record.case;
  // The index lags the table by moments: someone may have decided meanwhile.
  if (known === undefined || !STATES.some((state) => state === known.state)) return undefined;
  const entry: ListEntry = {
    address: known.address,
    spelling: known.spelling,
    reason: known.listedReason,
    at: known.listedAt,
  };
  const { input, verdict } = judge(entry, record, context);
  return candidateOf(known.address, input, verdict);
}

async function* pages(store: Table, state: CaseState) {
  let page = await casesInState(store, state, { limit: 256 });
  yield page.items;
  while (page.next !== undefined) {
    page = await casesInState(store, state, { limit: 256, from: page.next });
    yield page.items;
  }
}
