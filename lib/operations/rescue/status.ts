import type { RescueStatus } from '../../contracts/rescue.ts';
import { type NextStep, nextStep } from '../../policy/rescue-progress.ts';
import type { Campaign } from '../../store/campaign.ts';
import { campaign as readCampaign } from '../../store/campaign.ts';
import type { Bilingual } from '../../text.ts';
import { readOutcomes, type WaveReading } from './outcomes.ts';
import type { RescueTools } from './tools.ts';

/** How the present campaign, or the last one, stands. Reads only. */
export async function rescueStatus(tools: Pick<RescueTools, 'store' | 'now'>): Promise<RescueStatus> {
  const present = await readCampaign(tools.store);
  if (present === undefined) return { waves: [], next: { step: 'none', because: NEVER }, unfinished: false };
  return statusOf(present, await readOutcomes(present, tools));
}

/** What the outcomes ask for; while a wave is being removed, only whether those of the others forbid to go on. */
export function stepOf(running: Campaign, outcomes: readonly WaveReading[]): NextStep {
  const removing = running.waves.at(-1)?.state === 'removing';
  const complained = outcomes.some((wave) => wave.complained > 0);
  return removing && !complained ? { step: 'next' } : nextStep(outcomes, running.settings);
}

/** How a campaign stands, from what came of its waves. Pure. */
export function statusOf(stored: Campaign, outcomes: readonly WaveReading[]): RescueStatus {
  const { waves, version: _version, ...campaign } = stored;
  return {
    campaign,
    waves: waves.flatMap(({ state, worstCaseRate: rate, startedAt }, index) => {
      const reading = outcomes[index];
      return reading === undefined ? [] : [{ ...reading, state, worstCaseRate: rate, startedAt }];
    }),
    next: nextOf(stored, outcomes),
    unfinished: false,
  };
}

function nextOf(campaign: Campaign, outcomes: readonly WaveReading[]): RescueStatus['next'] {
  if (campaign.state !== 'running') return { step: 'none', because: campaign.because ?? COMPLETED };
  const step = stepOf(campaign, outcomes);
  if (step.step !== 'next') return step;
  return campaign.waves.at(-1)?.state === 'removing'
    ? { step: 'removing', because: REMOVING }
    : { step: 'next', because: READY };
}

const NEVER: Bilingual = {
  ja: 'まだ一度も実行されていません。todoku rescue plan で計画を確認できます。',
  en: 'There never was a campaign; todoku rescue plan shows what one would do.',
};
/** Why a campaign ended of which nothing is left to do. */
export const COMPLETED: Bilingual = {
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
