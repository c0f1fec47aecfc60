import type { RescueRequest, RescueStatus } from '../../contracts/rescue.ts';
import { THROTTLED } from '../../guidance/wording/throttled.ts';
import type { Policy } from '../../policy/policy.ts';
import { type Exposure, waveSize, worstCaseRate } from '../../policy/rescue.ts';
import { guardStep, type NextStep, type RescueSettings } from '../../policy/rescue-progress.ts';
import { undoneIncident } from '../../policy/undo.ts';
import { Refusal } from '../../refusal.ts';
import {
  type Campaign,
  type CampaignWave,
  putCampaign,
  putWaveMembers,
  campaign as readCampaign,
} from '../../store/campaign.ts';
import { lookForForgotten } from '../../store/forgetting.ts';
import { type Bilingual, percent } from '../../text.ts';
import { DAY, formatInTokyo, later } from '../../time.ts';
import { aimOf } from './aim.ts';
import { DAY_IS_FULL, removalsLeft } from './day.ts';
import { exposureOn, type Ground, readGround } from './ground.ts';
import { countOpen, readOutcomes } from './outcomes.ts';
import { triedIn } from './plan.ts';
import { COMPLETED, rescueStatus, statusOf, stepOf } from './status.ts';
import { survey } from './survey.ts';
import type { RescueTools } from './tools.ts';
import { GOES_ON, goesOn, undoable } from './undo.ts';
import { removeWave, type WaveProgress } from './wave.ts';

type Wait = Extract<NextStep, { step: 'wait' }>;

/** Thrown when a campaign cannot be started or stopped as things are; nothing was changed. */
export class RescueRefusedError extends Refusal {
  override readonly name = 'RescueRefusedError';
  override readonly code = 'rescue-refused';
}

/**
 * Begins a campaign: writes its record with the first wave, and removes that.
 *
 * @throws {RescueRefusedError} when one is running, the account's state forbids it, or there is nothing to do.
 */
export async function startRescue(
  request: RescueRequest<'start'>,
  tools: RescueTools,
): Promise<RescueStatus> {
  return settled(tools, () => start(request, tools));
}

async function start(request: RescueRequest<'start'>, tools: RescueTools): Promise<RescueStatus> {
  const before = await readCampaign(tools.store);
  if (before?.state === 'running') {
    const { operator, startedAt } = before;
    throw new RescueRefusedError({
      ja: `${operator}が開始した計画（${formatInTokyo(startedAt)}〜）が進行中です。続けるには todoku rescue continue、終了するには todoku rescue stop を実行してください。`,
      en: `A campaign of ${operator} is running since ${startedAt}. Go on with todoku rescue continue, or end it with todoku rescue stop first.`,
    });
  }
  const ground = await readGround(tools);
  const blocked = guardStep(ground.limits);
  if (blocked !== undefined && 'because' in blocked) throw new RescueRefusedError(blocked.because);
  const incident = request.incident === undefined ? undefined : await undoable(request.incident, tools);
  if (incident !== undefined && goesOn(incident, tools)) throw new RescueRefusedError(GOES_ON);
  const now = tools.now().toISOString();
  const started: Omit<Campaign, 'version'> = {
    id: tools.runId,
    state: 'running',
    operator: request.operator,
    startedAt: now,
    updatedAt: now,
    settings: settingsOf(request, tools.policy),
    waves: [],
    carried: stillOpen(before, request.silentAfterDays, now),
    ...(incident && { incident: undoneIncident(incident) }),
    ...(incident && request.reason && { reason: request.reason }),
  };
  const wave = await chooseWave(started, ground, tools, request.first);
  if (typeof wave !== 'string' && 'noRoom' in wave) throw new RescueRefusedError(wave.noRoom.because);
  if (wave === 'nobody') throw new RescueRefusedError(incident ? NOBODY_OF_INCIDENT : NOBODY);
  const running = await putCampaign(tools.store, { ...started, waves: [wave] }, before);
  return advance(running, ground, tools);
}

/**
 * Finishes the removals of a wave that an interrupted call left, and starts the next wave when the outcomes allow it.
 * Ends the campaign by itself, with the reason, when they disappoint. Safe to call at any time and any number of
 * times; without a running campaign it does nothing.
 */
export async function continueRescue(tools: RescueTools): Promise<RescueStatus> {
  return settled(tools, async () => {
    const running = await readCampaign(tools.store);
    if (running?.state !== 'running') return rescueStatus(tools);
    return advance(running, await readGround(tools), tools);
  });
}

/** Works while it is known who was forgotten, and takes back what was written of those who are forgotten meanwhile. */
async function settled(
  { store }: Pick<RescueTools, 'store'>,
  work: () => Promise<RescueStatus>,
): Promise<RescueStatus> {
  await lookForForgotten(store);
  try {
    return await work();
  } finally {
    await store.forgotten.settle();
  }
}

/**
 * Ends the campaign: nothing more is removed. A removal under way at this moment is still finished.
 *
 * @throws {RescueRefusedError} when none is running.
 */
export async function stopRescue(request: RescueRequest<'stop'>, tools: RescueTools): Promise<RescueStatus> {
  const running = await readCampaign(tools.store);
  if (running?.state !== 'running') throw new RescueRefusedError(NONE_RUNNING);
  const { operator, reason } = request;
  await end(running, 'stopped', tools, {
    ja: `${operator}が終了しました${reason ? `：${reason}` : ''}。`,
    en: `Ended by ${operator}${reason ? `: ${reason}` : ''}.`,
  });
  return rescueStatus(tools);
}

/** Does whatever is next until something must be waited for. */
async function advance(started: Campaign, ground: Ground, tools: RescueTools): Promise<RescueStatus> {
  let running = started;
  for (;;) {
    const outcomes = await readOutcomes(running, tools);
    const step = guardStep(ground.limits) ?? stepOf(running, outcomes);
    const wave = running.waves.at(-1);
    if (step.step === 'stop') {
      return statusOf(await end(running, 'stopped', tools, step.because), outcomes);
    }
    if (wave?.state === 'removing' && step.step !== 'wait') {
      const progress = await removeWave(running, wave, ground.enforcedReasons, tools);
      if (progress === 'stopped') return rescueStatus(tools);
      if (progress !== 'done') {
        const status = statusOf(running, await readOutcomes(running, tools));
        return { ...status, ...nextAfter(progress, tools.now()), unfinished: progress === 'time-is-up' };
      }
      running = await put(running, tools, {
        waves: [
          ...running.waves.slice(0, -1),
          { ...wave, state: 'watching', removedAt: tools.now().toISOString() },
        ],
      });
      continue;
    }
    if (step.step === 'wait') return { ...statusOf(running, outcomes), next: step };
    if (tools.timeIsUp?.()) return { ...statusOf(running, outcomes), unfinished: true };
    const next = await chooseWave(running, ground, tools);
    if (next === 'nobody') return statusOf(await end(running, 'completed', tools, COMPLETED), outcomes);
    if ('noRoom' in next) {
      return { ...statusOf(running, outcomes), next: next.noRoom };
    }
    running = await put(running, tools, { waves: [...running.waves, next] });
  }
}

/** Chooses the addresses of the next wave and writes them down. */
async function chooseWave(
  running: Omit<Campaign, 'version'>,
  ground: Ground,
  tools: RescueTools,
  wanted?: number,
): Promise<CampaignWave | 'nobody' | { readonly noRoom: Wait }> {
  const now = tools.now().toISOString();
  const exposure = exposureOn(ground, running.settings.bound, await countOpen(running, tools));
  const leftToday = await removalsLeft(tools);
  const size = waveSize(exposure, leftToday, wanted);
  const { best, total } = await survey(tools, ground.enforcedReasons, {
    keep: size,
    except: await triedIn(running, tools),
    aim: aimOf(running.incident),
  });
  if (total === 0) return 'nobody';
  if (best.length === 0) {
    return { noRoom: leftToday === 0 ? dayIsFull(tools.now()) : { step: 'wait', because: noRoom(exposure) } };
  }
  const number = running.waves.length + 1;
  // Named by this invocation: what a dead one left under its own name is nobody's.
  const members = `${running.id}#${number}#${tools.runId}`;
  const chosen = best.map(({ address, tier }) => ({ address, tier, state: 'chosen' as const }));
  await putWaveMembers(tools.store, members, chosen, now);
  return {
    number,
    members,
    state: 'removing',
    chosen: best.length,
    worstCaseRate: worstCaseRate(exposure, best.length),
    startedAt: now,
  };
}

function settingsOf(request: RescueRequest<'start'>, policy: Policy): RescueSettings {
  return {
    bound: request.bound ?? policy.maximumBounceRate,
    knownShare: request.knownShare,
    silentAfterDays: request.silentAfterDays,
    minimumSuccessRate: request.floor ?? policy.minimumSuccessRate,
    minimumOutcomes: policy.minimumOutcomes,
  };
}

function put(campaign: Campaign, tools: RescueTools, change: Partial<Campaign>): Promise<Campaign> {
  return putCampaign(tools.store, { ...campaign, ...change, updatedAt: tools.now().toISOString() }, campaign);
}

function end(
  campaign: Campaign,
  state: 'stopped' | 'completed',
  tools: RescueTools,
  because: Bilingual,
): Promise<Campaign> {
  return put(campaign, tools, { state, because });
}

/** Waves before this campaign whose addresses may still bounce. */
function stillOpen(before: Campaign | undefined, days: number, now: string): CampaignWave[] {
  const since = later(now, -days * DAY);
  const waves = before === undefined ? [] : [...before.carried, ...before.waves];
  return waves.filter((wave) => (wave.removedAt ?? now) >= since);
}

/** What a wave waits for that could not be finished; nothing but the next invocation when time ran out. */
function nextAfter(progress: WaveProgress, now: Date): { readonly next?: Wait } {
  if (progress === 'day-is-full') return { next: dayIsFull(now) };
  if (progress === 'throttled') return { next: { step: 'wait', because: THROTTLED } };
  return {};
}

/** The campaign goes on by itself no earlier than the next UTC day. */
function dayIsFull(now: Date): Wait {
  const day = Date.parse(now.toISOString().slice(0, 10));
  return { step: 'wait', because: DAY_IS_FULL, until: new Date(day + DAY).toISOString() };
}

function noRoom(exposure: Exposure): Bilingual {
  const { volume, bounceRate, bound, open } = exposure;
  return {
    ja: `この送信数とバウンス率では、上限を守って解除できる宛先が今のところありません（対象期間の送信${volume}通、バウンス率${percent(bounceRate)}、上限${percent(bound)}、結果待ち${open}件）。送信数が増えるか、結果が判明するまでお待ちください。`,
    en: `At this volume and bounce rate the bound leaves room for nobody now (${volume} mails in the window, bounce rate ${percent(bounceRate)}, bound ${percent(bound)}, ${open} outcomes open). Wait for more volume or for outcomes.`,
  };
}

const NOBODY: Bilingual = {
  ja: '廃止された応答ルールのもとで登録された、解除できる宛先はありません。',
  en: 'Nobody waits under a rule that no longer holds: there is nothing to rescue.',
};
const NOBODY_OF_INCIDENT: Bilingual = {
  ja: 'この一斉拒否だけを理由にリストに登録されている宛先はありません。定期実行（todoku cleanup）がリストを確認した後に、もう一度お試しください。',
  en: 'Nobody is on the list because of this incident alone, as far as the last cleanup saw the list: run todoku cleanup, then try again.',
};
const NONE_RUNNING: Bilingual = { ja: '進行中の計画はありません。', en: 'No campaign is running.' };
