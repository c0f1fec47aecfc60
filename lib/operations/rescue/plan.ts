import type { RescuePlan, RescueRequest } from '../../contracts/rescue.ts';
import { countWaves, lapsedRefusals, planWaves, waveSize } from '../../policy/rescue.ts';
import type { Campaign } from '../../store/campaign.ts';
import { campaign as readCampaign, waveMembers } from '../../store/campaign.ts';
import { DAY_IS_FULL, removalsLeft } from './day.ts';
import { exposureOn, readGround } from './ground.ts';
import { countOpen } from './outcomes.ts';
import { survey } from './survey.ts';
import type { RescueTools } from './tools.ts';

/** Waves of a plan that are listed one by one. */
const SHOWN_WAVES = 20;

/** What a campaign would do now. Reads only. */
export async function planRescue(request: RescueRequest<'plan'>, tools: RescueTools): Promise<RescuePlan> {
  const { limits, enforcedReasons, ...account } = await readGround(tools);
  const before = await readCampaign(tools.store);
  const open = await countOpen(before, tools);
  const running = before?.state === 'running' ? before : undefined;
  const found = await survey(tools, enforcedReasons, { keep: 0, except: await triedIn(running, tools) });
  const bound = request.bound ?? tools.policy.maximumBounceRate;
  const now = exposureOn({ limits, ...account }, bound, open);
  const { maximumRemovalsPerDay } = tools.policy;
  const left = await removalsLeft(tools);
  // With nothing left of today the first wave is tomorrow's.
  const first = waveSize(now, left === 0 ? maximumRemovalsPerDay : left, request.first);
  // The later waves start when the outcomes of the ones before are known.
  const others = waveSize({ ...now, open: 0 }, maximumRemovalsPerDay);
  const sizes = { first, others };
  return {
    lapsed: lapsedRefusals(tools.now().toISOString()),
    candidates: found.total,
    tiers: found.waiting,
    excluded: found.excluded,
    account,
    bound,
    open,
    waves: planWaves(found.waiting, now, sizes, SHOWN_WAVES),
    wavesTotal: countWaves(found.total, sizes),
    limits: left === 0 ? [...limits, { limit: 'removals-per-day', because: DAY_IS_FULL }] : limits,
  };
}

/** Addresses that were in a wave already: no two waves have one in common, whether or not it was removed. */
export async function triedIn(
  campaign: Pick<Campaign, 'waves'> | undefined,
  tools: Pick<RescueTools, 'store'>,
): Promise<ReadonlySet<string>> {
  const tried = new Set<string>();
  for (const wave of campaign?.waves ?? []) {
    for (const member of await waveMembers(tools.store, wave.members)) tried.add(member.address);
  }
  return tried;
}
