import { type Bilingual, percent } from '../text.ts';
import { DAY, later } from '../time.ts';
import type { Limit } from './guards.ts';
import { wilsonLowerBound } from './track-record.ts';

/** Whether a campaign may go on after what came of its waves so far. Pure. */

/** What an operator sets for a campaign. */
export interface RescueSettings {
  /** Bounce rate that the worst case must not pass, a fraction. */
  readonly bound: number;
  /** Share of a wave whose outcome must be known before the next one starts. */
  readonly knownShare: number;
  /** Days without any event after which an address counts as silent. */
  readonly silentAfterDays: number;
  /** Lower 95 % Wilson bound of delivered among the telling outcomes under which the campaign stops. */
  readonly minimumSuccessRate: number;
  /** Telling outcomes it takes to judge by that bound; with fewer it is the plain share. */
  readonly minimumOutcomes: number;
}

/** What came of one wave so far. */
export interface WaveOutcome {
  readonly number: number;
  /** Addresses chosen for it. */
  readonly chosen: number;
  /** Taken off the list. */
  readonly removed: number;
  /** Chosen, but not removed: what was known right before spoke against it. */
  readonly skipped: number;
  /** Chosen, and neither removed nor skipped yet. */
  readonly pending: number;
  readonly delivered: number;
  readonly bouncedAgain: number;
  readonly complained: number;
  readonly silent: number;
  /** Removed, and the outcome is awaited. */
  readonly open: number;
  /** When its last address was removed, ISO 8601 UTC. */
  readonly removedAt?: string;
}

/** What a campaign does next. */
export type NextStep =
  | { readonly step: 'next' }
  /** `until`: when it is settled at the latest, ISO 8601 UTC. */
  | { readonly step: 'wait'; readonly because: Bilingual; readonly until?: string }
  | { readonly step: 'stop'; readonly because: Bilingual };

/**
 * Whether the next wave may start: no complaint in any wave, enough of the last wave's outcomes known, and the
 * outcomes good. Silence is neither good nor bad, as in the rules' track record; a campaign of which nothing but
 * silence is known has learnt nothing and stops.
 */
export function nextStep(waves: readonly WaveOutcome[], settings: RescueSettings): NextStep {
  const last = waves.at(-1);
  if (last === undefined) return { step: 'next' };
  const all = tally(waves);
  if (all.complained > 0) {
    return stop(
      `解除した宛先から迷惑メールの申告が${all.complained}件ありました。`,
      `${all.complained} of the addresses complained after their removal.`,
    );
  }
  const needed = Math.ceil(last.removed * settings.knownShare);
  const known = last.removed - last.open;
  if (known < needed) {
    const until = last.removedAt && later(last.removedAt, settings.silentAfterDays * DAY);
    return {
      step: 'wait',
      because: {
        ja: `第${last.number}波の結果を待っています（判明${known}件、次の波に必要な数${needed}件、解除${last.removed}件）。`,
        en: `Waiting for the outcomes of wave ${last.number}: ${known} of ${last.removed} known, ${needed} needed.`,
      },
      ...(until && { until }),
    };
  }
  // A wave of which nothing was removed says nothing.
  if (all.removed === 0) return { step: 'next' };
  return (
    disappointment(tally([last]), settings, `第${last.number}波`, `wave ${last.number}`) ??
    disappointment(all, settings, 'これまでの全体', 'the campaign so far') ??
    (all.telling === 0
      ? stop(
          `解除した${all.removed}件のうち、到達も不達も1件も記録されていません。メールが送られていないか、配信イベントが記録されていません。`,
          `Of ${all.removed} removals neither a delivery nor a bounce is recorded: no mail was sent, or deliveries are not recorded.`,
        )
      : { step: 'next' })
  );
}

interface Total {
  readonly removed: number;
  readonly delivered: number;
  readonly complained: number;
  readonly telling: number;
}

function tally(waves: readonly WaveOutcome[]): Total {
  const sum = (count: (wave: WaveOutcome) => number) => waves.reduce((total, wave) => total + count(wave), 0);
  return {
    removed: sum((wave) => wave.removed),
    delivered: sum((wave) => wave.delivered),
    complained: sum((wave) => wave.complained),
    telling: sum((wave) => wave.delivered + wave.bouncedAgain + wave.complained),
  };
}

/** The stop that outcomes ask for, if they do. A few outcomes make any lower bound low: those are judged as they are. */
function disappointment(
  total: Total,
  settings: RescueSettings,
  ja: string,
  en: string,
): NextStep | undefined {
  if (total.telling === 0) return undefined;
  const judged = total.telling >= settings.minimumOutcomes;
  const rate = judged ? wilsonLowerBound(total.delivered, total.telling) : total.delivered / total.telling;
  if (rate >= settings.minimumSuccessRate) return undefined;
  const figures = `${total.delivered}/${total.telling}`;
  const floor = percent(settings.minimumSuccessRate);
  return stop(
    `${ja}の到達率が基準に届きません（到達${figures}件、${judged ? '95％信頼下限' : '割合'}${percent(rate)}、基準${floor}）。`,
    `Too few of ${en} were delivered: ${figures}, ${judged ? '95 % lower bound' : 'share'} ${percent(rate)}, floor ${floor}.`,
  );
}

function stop(ja: string, en: string): NextStep {
  return { step: 'stop', because: { ja, en } };
}

/**
 * Limits that say only that nobody could look, or that todoku does not hear what SES tells: a campaign waits for them to
 * pass, and ends for any other.
 */
const PASSING: ReadonlySet<string> = new Set([
  'blind',
  'account-unreadable',
  'reputation-unreadable',
  'policy-unreadable',
]);

/** What the account's state makes of a campaign; undefined when nothing forbids it to go on. */
export function guardStep(limits: readonly Limit[]): NextStep | undefined {
  const [limit] = limits;
  if (limit === undefined) return undefined;
  const because = limits.map((each) => each.because);
  const joined = {
    ja: because.map(({ ja }) => ja).join(''),
    en: because.map(({ en }) => en).join(' '),
  };
  return { step: limits.every((each) => PASSING.has(each.limit)) ? 'wait' : 'stop', because: joined };
}
