import { byEvidence, type Candidate, noneOfAny, type TierCounts } from '../../policy/rescue.ts';
import { type ReadRecord, readableRecord } from '../../store/addresses.ts';
import type { ListEntry } from '../../suppression/list.ts';
import { type JudgementContext, judge } from '../removal/judge.ts';
import { type Aim, aimOf, WAITING_STATES } from './aim.ts';
import { forEachOf, type RescueTools } from './tools.ts';

/** Everyone who waits under what a campaign is about. */
export interface Survey {
  readonly waiting: TierCounts;
  readonly total: number;
  /** Addresses that are no candidates, by why (see candidateOf and undoCandidateOf). */
  readonly excluded: Readonly<Record<string, number>>;
  /** The best of them, best first. */
  readonly best: readonly Candidate[];
}

/**
 * Reads every address that a campaign may be about, and judges it anew from its record. Streams: besides one page (256
 * addresses) it holds at most twice the `keep` best candidates; of an incident its addresses, too.
 *
 * @param how.except addresses that were in a wave of this campaign already.
 * @param how.aim absent: the backlog.
 */
export async function survey(
  tools: Pick<RescueTools, 'store' | 'policy' | 'now' | 'incidents'>,
  enforcedReasons: readonly string[] | undefined,
  how: { readonly keep: number; readonly except: ReadonlySet<string>; readonly aim?: Aim },
): Promise<Survey> {
  const { keep, except, aim = aimOf(undefined) } = how;
  const context = contextOf(tools, enforcedReasons);
  const waiting = noneOfAny();
  const excluded: Record<string, number> = {};
  let best: Candidate[] = [];
  const examine = async (address: string): Promise<void> => {
    const record = await readableRecord(tools.store, address);
    const judged = record ? judgeCase(record, context, aim) : { excluded: 'unreadable' };
    if (judged === undefined) return;
    if ('excluded' in judged) {
      excluded[judged.excluded] = (excluded[judged.excluded] ?? 0) + 1;
      return;
    }
    waiting[judged.tier] += 1;
    if (keep > 0) best.push(judged);
  };
  for await (const page of aim.addresses(tools.store, context.now)) {
    await forEachOf(
      page.filter((address) => !except.has(address)),
      examine,
    );
    if (best.length > 2 * keep) best = best.sort(byEvidence).slice(0, keep);
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

function judgeCase(
  record: ReadRecord,
  context: JudgementContext,
  aim: Aim,
): Candidate | { readonly excluded: string } | undefined {
  const known = record.case;
  if (known === undefined || !WAITING_STATES.some((state) => state === known.state)) {
    // The index of waiting cases lags the table by moments; of an incident's addresses not all are on the list.
    return aim.incident && { excluded: known?.state === 'rejected' ? 'rejected-by-operator' : 'not-listed' };
  }
  const entry: ListEntry = {
    address: known.address,
    spelling: known.spelling,
    reason: known.listedReason,
    at: known.listedAt,
  };
  const { input, verdict } = judge(entry, record, context);
  const considered = aim.consider(known.address, input, verdict);
  return 'excluded' in considered ? considered : considered.candidate;
}
