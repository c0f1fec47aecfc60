import { z } from 'zod';
import type { Limit } from '../policy/guards.ts';
import type { Policy } from '../policy/policy.ts';
import {
  countWaves,
  type Exposure,
  type LapsedRefusal,
  lapsedRefusals,
  type PlannedWave,
  planWaves,
  type TierCounts,
  waveSize,
  worstCaseRate,
} from '../policy/rescue.ts';
import { guardStep, type NextStep, nextStep, type RescueSettings } from '../policy/rescue-progress.ts';
import { percent } from '../policy/track-record.ts';
import {
  type Campaign,
  type CampaignWave,
  putCampaign,
  putWaveMembers,
  campaign as readCampaign,
  waveMembers,
} from '../store/rescue-records.ts';
import type { Bilingual } from '../text.ts';
import { formatInTokyo } from '../time.ts';
import { exposureOn, type Ground, readGround } from './rescue/ground.ts';
import { countOpen, readOutcomes, type WaveReading } from './rescue/outcomes.ts';
import { survey } from './rescue/survey.ts';
import type { RescueTools } from './rescue/tools.ts';
import { removeWave } from './rescue/wave.ts';

/** AWS puts an account under review from this bounce rate on (SES developer guide, reputation dashboard messages). */
const REVIEW_RATE = 0.05;
/** Waves of a plan that are listed one by one. */
const SHOWN_WAVES = 20;
/** How long a wave is waited for, and how much of it must be known, where the operator says nothing. */
const SILENT_AFTER_DAYS = 14;
const KNOWN_SHARE = 0.8;
const DAY = 86_400_000;

const settings = {
  /** Worst-case bounce rate, a fraction; default: the policy's maximumBounceRate, half of what AWS reviews at. */
  bound: z.number().positive().lt(REVIEW_RATE).optional(),
  /** Addresses in the first wave at most. */
  first: z.int().min(1).max(1_000_000).optional(),
};

/** What may be asked of the campaign. */
export const rescueRequestSchema = z.discriminatedUnion('action', [
  /** What a campaign would do; changes nothing. */
  z.strictObject({ action: z.literal('plan'), ...settings }),
  /** Begins a campaign and removes its first wave. */
  z.strictObject({
    action: z.literal('start'),
    ...settings,
    /** Who: kept in the audit of every removal. */
    operator: z.string().trim().min(1).max(200),
    /** Share of a wave whose outcome must be known before the next. */
    knownShare: z.number().gt(0).max(1).default(KNOWN_SHARE),
    /** Days without an event after which an address counts as silent. */
    silentAfterDays: z.number().min(1).max(365).default(SILENT_AFTER_DAYS),
    /** Lower bound of the success rate under which the campaign stops; default: the policy's minimumSuccessRate. */
    floor: z.number().min(0).lt(1).optional(),
  }),
  /** Finishes what an interrupted call began, and starts the next wave if the last one's outcomes allow it. */
  z.strictObject({ action: z.literal('continue') }),
  /** Ends the campaign. */
  z.strictObject({
    action: z.literal('stop'),
    operator: z.string().trim().min(1).max(200),
    reason: z.string().trim().min(1).max(1_000).optional(),
  }),
  z.strictObject({ action: z.literal('status') }),
]);

type Request<Action> = Extract<z.infer<typeof rescueRequestSchema>, { action: Action }>;

/** What a campaign would do, and the figures it follows from. */
export interface RescuePlan {
  /** The rules that no longer hold, by carrier. */
  readonly lapsed: readonly LapsedRefusal[];
  readonly candidates: number;
  readonly tiers: TierCounts;
  readonly excluded: Readonly<Record<string, number>>;
  readonly account: Omit<Ground, 'limits' | 'enforcedReasons'>;
  /** Worst-case bounce rate, a fraction. */
  readonly bound: number;
  /** Removed before, and may still bounce. */
  readonly open: number;
  /** The first waves one by one. */
  readonly waves: readonly PlannedWave[];
  readonly wavesTotal: number;
  /** What forbids to start now. */
  readonly limits: readonly Limit[];
}

/** A campaign, what came of its waves, and what is next. */
export interface RescueStatus {
  /** Absent: there never was one. */
  readonly campaign?: Omit<Campaign, 'waves' | 'version'>;
  readonly waves: readonly (WaveReading & Pick<CampaignWave, 'state' | 'worstCaseRate' | 'startedAt'>)[];
  readonly next: {
    readonly step: NextStep['step'] | 'none' | 'removing';
    readonly because: Bilingual;
    readonly until?: string;
  };
  /** Time ran out: calling again goes on from here. */
  readonly unfinished: boolean;
}

/** Thrown when a campaign cannot be started or stopped as things are; nothing was changed. */
export class RescueRefusedError extends Error {
  override readonly name = 'RescueRefusedError';
  /** Why, and what can be done. */
  readonly because: Bilingual;

  constructor(because: Bilingual) {
    super(because.en);
    this.because = because;
  }
}

/** What a campaign would do now. Reads only. */
export async function planRescue(request: Request<'plan'>, tools: RescueTools): Promise<RescuePlan> {
  const { limits, enforcedReasons, ...account } = await readGround(tools);
  const before = await readCampaign(tools.store);
  const open = await countOpen(before, tools);
  const running = before?.state === 'running' ? before : undefined;
  const found = await survey(tools, enforcedReasons, { keep: 0, except: await triedIn(running, tools) });
  const bound = request.bound ?? tools.policy.maximumBounceRate;
  const now = exposureOn({ limits, ...account }, bound, open);
  const first = waveSize(now, tools.policy.maximumRemovalsPerDay, request.first);
  // The later waves start when the outcomes of the ones before are known.
  const others = waveSize({ ...now, open: 0 }, tools.policy.maximumRemovalsPerDay);
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
    limits,
  };
}

/**
 * Begins a campaign: writes its record with the first wave, and removes that.
 *
 * @throws {RescueRefusedError} when one is running, the account's state forbids it, or there is nothing to do.
 */
export async function startRescue(request: Request<'start'>, tools: RescueTools): Promise<RescueStatus> {
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
  };
  const wave = await chooseWave(started, ground, tools, request.first);
  if (typeof wave !== 'string' && 'noRoom' in wave) throw new RescueRefusedError(wave.noRoom);
  if (wave === 'nobody') throw new RescueRefusedError(NOBODY);
  const running = await putCampaign(tools.store, { ...started, waves: [wave] }, before);
  return advance(running, ground, tools);
}

/**
 * Finishes the removals of a wave that an interrupted call left, and starts the next wave when the outcomes allow it.
 * Ends the campaign by itself, with the reason, when they disappoint. Safe to call at any time and any number of
 * times; without a running campaign it does nothing.
 */
export async function continueRescue(tools: RescueTools): Promise<RescueStatus> {
  const running = await readCampaign(tools.store);
  if (running?.state !== 'running') return rescueStatus(tools);
  return advance(running, await readGround(tools), tools);
}

/**
 * Ends the campaign: nothing more is removed. A removal under way at this moment is still finished.
 *
 * @throws {RescueRefusedError} when none is running.
 */
export async function stopRescue(request: Request<'stop'>, tools: RescueTools): Promise<RescueStatus> {
  const running = await readCampaign(tools.store);
  if (running?.state !== 'running') throw new RescueRefusedError(NONE_RUNNING);
  const { operator, reason } = request;
  await end(running, 'stopped', tools, {
    ja: `${operator}が終了しました${reason ? `：${reason}` : ''}。`,
    en: `Ended by ${operator}${reason ? `: ${reason}` : ''}.`,
  });
  return rescueStatus(tools);
}

/** How the present campaign, or the last one, stands. Reads only. */
export async function rescueStatus(tools: Pick<RescueTools, 'store' | 'now'>): Promise<RescueStatus> {
  const present = await readCampaign(tools.store);
  if (present === undefined) return { waves: [], next: { step: 'none', because: NEVER }, unfinished: false };
  return statusOf(present, await readOutcomes(present, tools));
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
        return { ...status, unfinished: progress === 'time-is-up' };
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
      return { ...statusOf(running, outcomes), next: { step: 'wait', because: next.noRoom } };
    }
    running = await put(running, tools, { waves: [...running.waves, next] });
  }
}

/** What the outcomes ask for; while a wave is being removed, only whether those of the others forbid to go on. */
function stepOf(running: Campaign, outcomes: readonly WaveReading[]): NextStep {
  const removing = running.waves.at(-1)?.state === 'removing';
  const complained = outcomes.some((wave) => wave.complained > 0);
  return removing && !complained ? { step: 'next' } : nextStep(outcomes, running.settings);
}

/** Chooses the addresses of the next wave and writes them down. */
async function chooseWave(
  running: Omit<Campaign, 'version'>,
  ground: Ground,
  tools: RescueTools,
  wanted?: number,
): Promise<CampaignWave | 'nobody' | { readonly noRoom: Bilingual }> {
  const now = tools.now().toISOString();
  const exposure = exposureOn(ground, running.settings.bound, await countOpen(running, tools));
  const leftToday = Math.max(0, tools.policy.maximumRemovalsPerDay - chosenOn(now.slice(0, 10), running));
  const size = waveSize(exposure, leftToday, wanted);
  const { best, total } = await survey(tools, ground.enforcedReasons, {
    keep: size,
    except: await triedIn(running, tools),
  });
  if (total === 0) return 'nobody';
  if (best.length === 0) return { noRoom: noRoom(exposure, leftToday) };
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

/** Addresses that were in a wave already: no two waves have one in common, whether or not it was removed. */
async function triedIn(
  of: Pick<Campaign, 'waves'> | undefined,
  tools: Pick<RescueTools, 'store'>,
): Promise<ReadonlySet<string>> {
  const tried = new Set<string>();
  for (const wave of of?.waves ?? []) {
    for (const member of await waveMembers(tools.store, wave.members)) tried.add(member.address);
  }
  return tried;
}

function settingsOf(request: Request<'start'>, policy: Policy): RescueSettings {
  return {
    bound: request.bound ?? policy.maximumBounceRate,
    knownShare: request.knownShare,
    silentAfterDays: request.silentAfterDays,
    minimumSuccessRate: request.floor ?? policy.minimumSuccessRate,
    minimumOutcomes: policy.minimumOutcomes,
  };
}

function put(of: Campaign, tools: RescueTools, change: Partial<Campaign>): Promise<Campaign> {
  return putCampaign(tools.store, { ...of, ...change, updatedAt: tools.now().toISOString() }, of);
}

function end(
  of: Campaign,
  state: 'stopped' | 'completed',
  tools: RescueTools,
  because: Bilingual,
): Promise<Campaign> {
  return put(of, tools, { state, because });
}

/** Waves before this campaign whose addresses may still bounce. */
function stillOpen(before: Campaign | undefined, days: number, now: string): CampaignWave[] {
  const since = new Date(Date.parse(now) - days * DAY).toISOString();
  const waves = before === undefined ? [] : [...before.carried, ...before.waves];
  return waves.filter((wave) => (wave.removedAt ?? now) >= since);
}

function chosenOn(day: string, { waves, carried }: Pick<Campaign, 'waves' | 'carried'>): number {
  return [...carried, ...waves]
    .filter((wave) => wave.startedAt.startsWith(day))
    .reduce((sum, wave) => sum + wave.chosen, 0);
}

function statusOf(of: Campaign, outcomes: readonly WaveReading[]): RescueStatus {
  const { waves, version: _version, ...campaign } = of;
  return {
    campaign,
    waves: waves.flatMap(({ state, worstCaseRate: rate, startedAt }, index) => {
      const reading = outcomes[index];
      return reading === undefined ? [] : [{ ...reading, state, worstCaseRate: rate, startedAt }];
    }),
    next: nextOf(of, outcomes),
    unfinished: false,
  };
}

function nextOf(of: Campaign, outcomes: readonly WaveReading[]): RescueStatus['next'] {
  if (of.state !== 'running') return { step: 'none', because: of.because ?? COMPLETED };
  const step = stepOf(of, outcomes);
  if (step.step !== 'next') return step;
  return of.waves.at(-1)?.state === 'removing'
    ? { step: 'removing', because: REMOVING }
    : { step: 'next', because: READY };
}

function noRoom(exposure: Exposure, leftToday: number): Bilingual {
  if (leftToday === 0) {
    return {
      ja: '1日（UTC）の解除の上限（ポリシーの maximumRemovalsPerDay）に達しました。続きは翌日です。',
      en: "The day's limit of removals (maximumRemovalsPerDay of the policy, by UTC day) is used up; tomorrow goes on.",
    };
  }
  const { volume, bounceRate, bound, open } = exposure;
  return {
    ja: `この送信数とバウンス率では、上限を守って解除できる宛先が今のところありません（対象期間の送信${volume}通、バウンス率${percent(bounceRate)}、上限${percent(bound)}、結果待ち${open}件）。送信数が増えるか、結果が判明するまでお待ちください。`,
    en: `At this volume and bounce rate the bound leaves room for nobody now (${volume} mails in the window, bounce rate ${percent(bounceRate)}, bound ${percent(bound)}, ${open} outcomes open). Wait for more volume or for outcomes.`,
  };
}

const NEVER: Bilingual = {
  ja: 'まだ一度も実行されていません。todoku rescue plan で計画を確認できます。',
  en: 'There never was a campaign; todoku rescue plan shows what one would do.',
};
const NOBODY: Bilingual = {
  ja: '廃止された応答ルールのもとで登録された、解除できる宛先はありません。',
  en: 'Nobody waits under a rule that no longer holds: there is nothing to rescue.',
};
const NONE_RUNNING: Bilingual = { ja: '進行中の計画はありません。', en: 'No campaign is running.' };
const COMPLETED: Bilingual = {
  ja: '対象の宛先をすべて処理しました。',
  en: 'Nobody waits any more: the campaign is complete.',
};
const REMOVING: Bilingual = {
  ja: 'この波の解除が途中です。todoku rescue continue で続けます。',
  en: 'This wave is not removed completely: todoku rescue continue goes on.',
};
const READY: Bilingual = {
  ja: '結果は良好です。todoku rescue continue で次の波を解除します。',
  en: 'The outcomes are good: todoku rescue continue removes the next wave.',
};
