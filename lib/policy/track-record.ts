import type { Outcome, OutcomeRecord } from '../cases/records.ts';
import { type Bilingual, byCodeUnits, percent } from '../text.ts';
import type { Limit } from './guards.ts';
import type { Policy } from './policy.ts';

/**
 * What came of the removals of one policy rule at one carrier, and whether the rule may go on removing.
 *
 * A rule is judged by the lower end of the Wilson interval of its successes: with few outcomes the interval is wide
 * and its lower end low, so a rule has to earn its trust, and one that lately fails loses it. (E. B. Wilson,
 * "Probable inference, the law of succession, and statistical inference", JASA 22, 1927.)
 *
 * - delivered is the one success;
 * - bounced again is a failure; so is a complaint, named wherever it is shown: it costs an account fifty times what
 *   a bounce does (AWS reviews at 0.1 % of complaints and at 5 % of bounces), yet the complaint guard of the account
 *   and the rule "complaint", which keeps such an address for good, are what answers that;
 * - silent is neither: where deliveries are not recorded it is what success looks like, where they are it means that
 *   no mail was sent. To count it as either would make the rule's record depend on the shop's sending habits.
 */

/** An operator's word that a rule may remove again; outcomes of earlier removals no longer count. */
export interface RuleEnabling {
  readonly rule: string;
  /** Absent: at every carrier. */
  readonly carrier?: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly operator: string;
  readonly reason: string;
}

/** The record of one rule at one carrier. */
export interface Standing {
  /** Removals counted: the four outcomes and the open ones. */
  readonly removed: number;
  readonly delivered: number;
  readonly bouncedAgain: number;
  readonly complained: number;
  readonly silent: number;
  /** Removals whose outcome is awaited. */
  readonly open: number;
  /** Outcomes that speak for or against the rule: all but the silent. */
  readonly telling: number;
  /** Delivered among the telling, and the 95 % Wilson interval of that share; absent without any. */
  readonly share?: number;
  readonly lowerBound?: number;
  readonly upperBound?: number;
  /** Whether there are enough telling outcomes, and too few of them successes, for the rule to go on removing. */
  readonly belowFloor: boolean;
  /** When the outcomes at hand first added up to that, and have since: ISO 8601 UTC. */
  readonly belowSince?: string;
}

/** Quantile of the normal distribution for a two-sided 95 % interval. */
const Z = 1.959963984540054;

/** Lower end of the 95 % Wilson score interval of a share; 0 for no trials. */
export function wilsonLowerBound(successes: number, trials: number): number {
  // Without a success the formula gives 0, but for rounding.
  if (trials === 0 || successes === 0) return 0;
  const share = successes / trials;
  const z2 = Z * Z;
  const centre = share + z2 / (2 * trials);
  const spread = Z * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  return Math.max(0, (centre - spread) / (1 + z2 / trials));
}

/** Upper end of the same interval, which is the lower end of the failures' share, turned round; 1 for no trials. */
export function wilsonUpperBound(successes: number, trials: number): number {
  return 1 - wilsonLowerBound(trials - successes, trials);
}

/** Adds outcomes of one rule and carrier up; in any order. `open` is the number of removals still awaited. Pure. */
export function standing(
  outcomes: readonly Pick<OutcomeRecord, 'outcome' | 'at'>[],
  policy: Pick<Policy, 'minimumSuccessRate' | 'minimumOutcomes'>,
  open = 0,
): Standing {
  const counts: Record<Outcome, number> = { delivered: 0, 'bounced-again': 0, complained: 0, silent: 0 };
  let belowSince: string | undefined;
  for (const { outcome, at } of [...outcomes].sort(byTime)) {
    counts[outcome] += 1;
    if (!isBelow(counts, policy)) belowSince = undefined;
    else belowSince ??= at;
  }
  const telling = tellingOf(counts);
  return {
    removed: telling + counts.silent + open,
    delivered: counts.delivered,
    bouncedAgain: counts['bounced-again'],
    complained: counts.complained,
    silent: counts.silent,
    open,
    telling,
    ...(telling > 0 && {
      share: counts.delivered / telling,
      lowerBound: wilsonLowerBound(counts.delivered, telling),
      upperBound: wilsonUpperBound(counts.delivered, telling),
    }),
    belowFloor: belowSince !== undefined,
    ...(belowSince !== undefined && { belowSince }),
  };
}

/** What a record says of its rule: too few outcomes to say, good enough, or under the floor. */
export function judgementOf(
  { telling, belowFloor }: Standing,
  { minimumOutcomes }: Pick<Policy, 'minimumOutcomes'>,
): 'too-few' | 'meets' | 'below' {
  if (telling < minimumOutcomes) return 'too-few';
  return belowFloor ? 'below' : 'meets';
}

/** The counts that are added up over rules and carriers. */
type Counts = Pick<
  Standing,
  'removed' | 'delivered' | 'bouncedAgain' | 'complained' | 'silent' | 'open' | 'telling'
>;

/** The counts of several records as one. */
export function totalOf(records: readonly Counts[]): Counts {
  const sum = (count: keyof Counts) => records.reduce((total, each) => total + each[count], 0);
  return {
    removed: sum('removed'),
    delivered: sum('delivered'),
    bouncedAgain: sum('bouncedAgain'),
    complained: sum('complained'),
    silent: sum('silent'),
    open: sum('open'),
    telling: sum('telling'),
  };
}

function byTime(a: { readonly at: string }, b: { readonly at: string }): number {
  return byCodeUnits(a.at, b.at);
}

function tellingOf(counts: Readonly<Record<Outcome, number>>): number {
  return counts.delivered + counts['bounced-again'] + counts.complained;
}

function isBelow(
  counts: Readonly<Record<Outcome, number>>,
  policy: Pick<Policy, 'minimumSuccessRate' | 'minimumOutcomes'>,
): boolean {
  const telling = tellingOf(counts);
  return (
    telling >= policy.minimumOutcomes &&
    wilsonLowerBound(counts.delivered, telling) < policy.minimumSuccessRate
  );
}

/** The latest moment from which on removals of this rule and carrier count; undefined: all do. */
export function countedSince(
  enablings: readonly RuleEnabling[],
  rule: string,
  carrier: string | undefined,
): RuleEnabling | undefined {
  let latest: RuleEnabling | undefined;
  for (const each of enablings) {
    if (each.rule !== rule || (each.carrier !== undefined && each.carrier !== carrier)) continue;
    if (latest === undefined || each.at > latest.at) latest = each;
  }
  return latest;
}

/** "removed 120: 97 delivered, 14 bounced again, 0 complained, 9 silent", in both languages. */
export function describeStanding(ruleRecord: Standing): Bilingual {
  const open = {
    ja: ruleRecord.open > 0 ? `、経過観察中${ruleRecord.open}件` : '',
    en: ruleRecord.open > 0 ? `, ${ruleRecord.open} open` : '',
  };
  return {
    ja: `解除${ruleRecord.removed}件：到達${ruleRecord.delivered}件、再不達${ruleRecord.bouncedAgain}件、迷惑メール申告${ruleRecord.complained}件、結果不明${ruleRecord.silent}件${open.ja}`,
    en: `removed ${ruleRecord.removed}: ${ruleRecord.delivered} delivered, ${ruleRecord.bouncedAgain} bounced again, ${ruleRecord.complained} complained, ${ruleRecord.silent} silent${open.en}`,
  };
}

/** The limit that a bad record puts on its rule and carrier alone; undefined while the rule may remove. */
export function trackRecordLimit(
  rule: string,
  carrier: string | undefined,
  ruleRecord: Standing,
  policy: Pick<Policy, 'minimumSuccessRate'>,
): Limit | undefined {
  if (!ruleRecord.belowFloor || ruleRecord.lowerBound === undefined) return undefined;
  const where = carrier ?? '-';
  const record = describeStanding(ruleRecord);
  const bound = percent(ruleRecord.lowerBound);
  const floor = percent(policy.minimumSuccessRate);
  return {
    limit: `track-record:${rule}:${where}`,
    because: {
      ja: `ルール「${rule}」（${where}）は直近の成績が基準を下回ったため、自動解除せず提案だけを行います（${record.ja}。到達率の95％信頼下限${bound}、基準${floor}）。再開するには todoku rules enable ${rule} を実行してください。`,
      en: `Rule ${rule} (${where}) has fallen below its floor and only proposes (${record.en}; 95 % lower bound of the success rate ${bound}, floor ${floor}). To let it remove again: todoku rules enable ${rule}.`,
    },
  };
}
