import type { RescuePlan, RescueRequest } from '../../contracts/rescue.ts';
import { countWaves, lapsedRefusals, planWaves, waveSize } from '../../policy/rescue.ts';
import { undoneIncident } from '../../policy/undo.ts';
import type { Campaign } from '../../store/campaign.ts';
import { campaign as readCampaign, waveMembers } from '../../store/campaign.ts';
import { viewOf } from '../incidents.ts';
import { type Aim, aimOf } from './aim.ts';
import { DAY_IS_FULL, removalsLeft } from './day.ts';
import { exposureOn, readGround } from './ground.ts';
import { countOpen } from './outcomes.ts';
import { survey } from './survey.ts';
import type { RescueTools } from './tools.ts';
import { GOES_ON, goesOn, undoable } from './undo.ts';

/** Waves of a plan that are listed one by one. */
const SHOWN_WAVES = 20;

/** What a campaign would do now. Reads only. */
export async function planRescue(request: RescueRequest<'plan'>, tools: RescueTools): Promise<RescuePlan> {
  const { limits, enforcedReasons, ...account } = await readGround(tools);
  const before = await readCampaign(tools.store);
  const open = await countOpen(before, tools);
  const running = before?.state === 'running' ? before : undefined;
  const incident = request.incident === undefined ? undefined : await undoable(request.incident, tools);
  const aim = aimOf(incident && undoneIncident(incident));
  const found = await survey(tools, enforcedReasons, {
    keep: 0,
    except: await triedIn(isSameAim(running, aim) ? running : undefined, tools),
    aim,
  });
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
    ...(incident && { incident: viewOf(incident) }),
    lapsed: incident ? [] : lapsedRefusals(tools.now().toISOString()),
    candidates: found.total,
    tiers: found.waiting,
    excluded: found.excluded,
    account,
    bound,
    open,
    waves: planWaves(found.waiting, now, sizes, SHOWN_WAVES),
    wavesTotal: countWaves(found.total, sizes),
    limits: [
      ...limits,
      ...(incident && goesOn(incident, tools) ? [{ limit: 'incident-goes-on', because: GOES_ON }] : []),
      ...(left === 0 ? [{ limit: 'removals-per-day', because: DAY_IS_FULL }] : []),
    ],
  };
}

function isSameAim(campaign: Campaign | undefined, { incident }: Aim): boolean {
  return campaign?.incident?.id === incident?.id;
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
