import type { Carrier } from '../classification/carrier.ts';
import { CARRIERS, carrierById, filteringAt } from '../classification/carriers.ts';
import { byCodeUnits } from '../text.ts';
import type { Verdict } from './decide.ts';
import { hasEarlierDelivery, lastBounceAt, type VerdictInput } from './rules.ts';

/**
 * The backlog campaign: who is taken along, in which order, and how many at once. Pure; what is read for it and done
 * with it is lib/operations/rescue/rescue.ts.
 *
 * A carrier that once refused filtered mail and now accepts it leaves a backlog: entries made under a rule that no
 * longer holds, whose owners would receive mail today. The replies of that time do not always tell a filter from an
 * unknown user, so some of the entries are mailboxes that do not exist, and taking all off the list at once could
 * push the account's bounce rate to where AWS reviews it (5 %, SES developer guide, reputation dashboard messages).
 * Hence the order (best evidence first) and the waves.
 */

/** Policy rule that a removal by the campaign is recorded under. */
export const RESCUE_RULE = 'rescue';

/** A time in which a carrier refused filtered mail, and which is over: it accepts such mail now. */
export interface LapsedRefusal {
  readonly carrier: string;
  readonly from?: string;
  /** ISO 8601 UTC. */
  readonly until: string;
  readonly source: string;
}

/**
 * The refusal that an entry of this carrier may go back to, if it is over: in force at `at`, and at `now` none is.
 * From the carriers' periods (lib/classification/carriers-data.ts); a row marked unsure is no ground for a campaign.
 */
export function lapsedRefusal(
  carrierId: string | undefined,
  at: string,
  now: string,
): LapsedRefusal | undefined {
  const carrier = carrierId === undefined ? undefined : carrierById(carrierId);
  return carrier && refusalsLapsedBy(carrier, now).find((row) => at < row.until && at >= (row.from ?? ''));
}

/** Every refusal of every carrier that is over: what a campaign can be about. */
export function lapsedRefusals(now: string): LapsedRefusal[] {
  return CARRIERS.flatMap((carrier) => refusalsLapsedBy(carrier, now));
}

function refusalsLapsedBy(carrier: Carrier, now: string): LapsedRefusal[] {
  const present = filteringAt(carrier, now);
  if (present.length === 0 || present.some((row) => row.behaviour === 'refuses')) return [];
  return carrier.filtering.flatMap(({ behaviour, from, until, unsure, source }) =>
    behaviour === 'refuses' && unsure === undefined && until !== undefined && until <= now
      ? [{ carrier: carrier.id, ...(from && { from }), until, source }]
      : [],
  );
}

/**
 * How good the evidence for a mailbox is, best first: the order in which a campaign takes addresses along. `unproven`:
 * nothing tells that it exists, nor that it does not; never part of the backlog.
 */
export const EVIDENCE_TIERS = ['active-member', 'member', 'earlier-delivery', 'unproven'] as const;

/** See {@link EVIDENCE_TIERS}. */
export type EvidenceTier = (typeof EVIDENCE_TIERS)[number];

/** An address that a campaign may take off the list. */
export interface Candidate {
  readonly address: string;
  readonly tier: EvidenceTier;
  /** Score of the diagnosis (lib/classification/weights.ts). */
  readonly score: number;
  readonly listedAt: string;
}

/** A candidate for what put it on the list under a rule that no longer holds. */
export interface BacklogCandidate extends Candidate {
  readonly lapsed: LapsedRefusal;
}

/**
 * The address as a candidate, or why it is none: the id of the policy rule that keeps it, or
 *
 * - `tried-before`: an earlier campaign took it along, or it bounced after a removal: never again;
 * - `slash`: SES refuses the single calls for it, so that it cannot be looked at again right before its removal
 *   (https://github.com/aws/aws-sdk/issues/158);
 * - `rule-in-force`: its carrier still does what put it on the list, or it bounced since the carrier changed;
 * - `not-filtered`: the diagnosis is another;
 * - `no-known-recipient`: no member record and no earlier delivery.
 */
export function candidateOf(
  address: string,
  input: VerdictInput,
  verdict: Verdict,
): BacklogCandidate | { readonly excluded: string } {
  const { diagnosis, listing, now } = input;
  // The policy's own refusals come first: complaint, unknown user, mistyped domain, removed too often, an operator's no.
  if (verdict.action === 'keep') return { excluded: verdict.rule };
  const removals = input.case?.removals ?? [];
  if (removals.some(({ rule, outcome }) => rule === RESCUE_RULE || outcome === 'bounced-again')) {
    return { excluded: 'tried-before' };
  }
  if (address.includes('/')) return { excluded: 'slash' };
  if (diagnosis.reason !== 'filtered') return { excluded: 'not-filtered' };
  const lapsed = lapsedRefusal(diagnosis.carrier, listing.at, now);
  // A bounce since the carrier changed is no filter's: the old rule does not explain it.
  const bouncedIn = lapsedRefusal(diagnosis.carrier, lastBounceAt(input), now);
  if (lapsed === undefined || bouncedIn === undefined) return { excluded: 'rule-in-force' };
  const candidate = asCandidate(address, input);
  if (candidate.tier === 'unproven') return { excluded: 'no-known-recipient' };
  return { ...candidate, lapsed };
}

/** An address with what orders it among others. */
export function asCandidate(address: string, input: VerdictInput): Candidate {
  const { diagnosis, listing } = input;
  const score = diagnosis.evidence.reduce((sum, piece) => sum + piece.weight, 0);
  return { address, tier: tierOf(input), score, listedAt: listing.at };
}

function tierOf(input: VerdictInput): EvidenceTier {
  if (input.member !== undefined) {
    return input.diagnosis.evidence.some((piece) => piece.kind === 'member-active')
      ? 'active-member'
      : 'member';
  }
  return hasEarlierDelivery(input) ? 'earlier-delivery' : 'unproven';
}

/** Order of a campaign: best evidence first; of equals the one listed last, whose owner was there most lately. */
export function byEvidence(left: Candidate, right: Candidate): number {
  return (
    EVIDENCE_TIERS.indexOf(left.tier) - EVIDENCE_TIERS.indexOf(right.tier) ||
    right.score - left.score ||
    byCodeUnits(right.listedAt, left.listedAt) ||
    byCodeUnits(left.address, right.address)
  );
}

/** What the size of a wave is computed from. */
export interface Exposure {
  /** Mails that SES tried to deliver in the window. */
  readonly volume: number;
  /** Bounce rate at present, a fraction. */
  readonly bounceRate: number;
  /** Bounce rate that the worst case must not pass, a fraction. */
  readonly bound: number;
  /** Addresses of earlier waves that may still bounce. */
  readonly open: number;
}

/**
 * How many addresses may be taken off the list now. Worst case: each of them, and each still open one of the earlier
 * waves, bounces within the window, once (the bounce puts it on the list again). With volume V, present rate r, bound
 * b and k such bounces the rate is (rV + k) / (V + k), which stays within b for k <= V(b - r) / (1 - b).
 */
export function allowance({ volume, bounceRate, bound, open }: Exposure): number {
  const room = (volume * (bound - bounceRate)) / (1 - bound);
  // The smallest of roundings must not let one more through, nor take one away where the quotient is whole.
  const bounces = Math.floor(room + 1e-9);
  return Math.max(0, bounces - open);
}

/** The bounce rate if all `added` and all open addresses bounce within the window; a fraction. */
export function worstCaseRate({ volume, bounceRate, open }: Exposure, added: number): number {
  const bounces = open + added;
  return volume + bounces === 0 ? 0 : (volume * bounceRate + bounces) / (volume + bounces);
}

/** A number for each tier. */
export type TierCounts = Readonly<Record<EvidenceTier, number>>;

/** None of any tier, to be counted up. */
export function noneOfAny(): Record<EvidenceTier, number> {
  return { 'active-member': 0, member: 0, 'earlier-delivery': 0, unproven: 0 };
}

/** One wave of a plan. */
export interface PlannedWave {
  readonly number: number;
  readonly addresses: number;
  readonly tiers: TierCounts;
  readonly worstCaseRate: number;
}

/** Most addresses in one wave: what is written for it stays readable in one go. */
const MAXIMUM_WAVE = 5_000;

/** Size of the next wave: what the bound leaves, the policy's removals a day, and what the operator wants at most. */
export function waveSize(exposure: Exposure, maximumRemovalsPerDay: number, wanted?: number): number {
  return Math.min(allowance(exposure), maximumRemovalsPerDay, MAXIMUM_WAVE, wanted ?? MAXIMUM_WAVE);
}

/**
 * The waves that a campaign would take the addresses off the list in if nothing changed: how many wait in each tier,
 * the first wave's size and that of the others. Only the first `shown`; empty when a wave would be.
 */
export function planWaves(
  waiting: TierCounts,
  exposure: Exposure,
  sizes: { readonly first: number; readonly others: number },
  shown: number,
): PlannedWave[] {
  const left = { ...waiting };
  const waves: PlannedWave[] = [];
  while (waves.length < shown) {
    const size = waves.length === 0 ? sizes.first : sizes.others;
    const tiers = noneOfAny();
    let free = size;
    for (const tier of EVIDENCE_TIERS) {
      tiers[tier] = Math.min(free, left[tier]);
      left[tier] -= tiers[tier];
      free -= tiers[tier];
    }
    const addresses = size - free;
    if (addresses === 0) return waves;
    waves.push({
      number: waves.length + 1,
      addresses,
      tiers,
      worstCaseRate: worstCaseRate(exposure, addresses),
    });
  }
  return waves;
}

/** How many waves {@link planWaves} would make. */
export function countWaves(
  addresses: number,
  sizes: { readonly first: number; readonly others: number },
): number {
  if (addresses <= 0 || sizes.first <= 0) return 0;
  const rest = addresses - sizes.first;
  return 1 + (rest <= 0 || sizes.others <= 0 ? 0 : Math.ceil(rest / sizes.others));
}
