import * as z from 'zod';
import { Refusal } from '../refusal.ts';
import { wrongFields } from '../wrong-fields.ts';

const days = z.number().min(0).max(3650);
const share = z.number().min(0).max(1);

/**
 * Everything an operator may set about removals. Unknown keys are refused: a mistyped limit must not silently
 * leave the default in force.
 */
export const policySchema = z.strictObject({
  /** Removals after which an address that bounced again is left on the list, counted within `removalWindowDays`. */
  maximumRemovals: z.int().min(0).max(100),
  removalWindowDays: days,
  /** Hours since the last bounce during which nothing is decided: the customer may still be changing the setting. */
  coolDownHours: z
    .number()
    .min(0)
    .max(24 * 365),
  /** Days since the last bounce before a temporary cause (full, suspended, ...) that SES listed is proposed. */
  temporaryCoolDownDays: days,
  /** Automatic removals at most, in one run and in one UTC day. */
  maximumRemovalsPerRun: z.int().min(0).max(1_000_000),
  maximumRemovalsPerDay: z.int().min(0).max(1_000_000),
  /** Days after a removal without any event before its outcome is called silent. */
  silentAfterDays: days.min(1),
  /** Account rates at or above which apply falls back to propose (AWS reviews accounts at 5 % and 0.1 %). */
  maximumBounceRate: share,
  maximumComplaintRate: share,
  /** Lower Wilson bound of a rule's outcomes under which it stops applying, and how many outcomes that takes. */
  minimumSuccessRate: share,
  minimumOutcomes: z.int().min(1).max(100_000),
  /** Latest outcomes of a rule at a carrier that are counted: old ones say little about today's filters. */
  outcomeWindow: z.int().min(1).max(10_000),
  /** Share by which the list may grow or shrink between full runs before apply falls back to propose. */
  maximumListChange: z.number().min(0).max(100),
  /** Mails that SES may deliver without one event reaching the topic before todoku counts as blind and only proposes. */
  maximumUnheardDeliveries: z.int().min(0).max(1_000_000_000),
  /** Removals of one run made one by one; those above it go through import jobs, where a bucket is deployed. */
  removalsOneByOne: z.int().min(0).max(100_000),
  /** Addresses in doubt about which SES is asked (GetEmailAddressInsights) in one UTC day; each question costs money. */
  maximumAddressInsightsPerDay: z.int().min(0).max(100_000),
});

/** See {@link policySchema}. */
export type Policy = z.infer<typeof policySchema>;

/** The policy in force where nothing was set. */
export const DEFAULT_POLICY: Policy = {
  maximumRemovals: 2,
  removalWindowDays: 180,
  coolDownHours: 24,
  temporaryCoolDownDays: 14,
  maximumRemovalsPerRun: 200,
  maximumRemovalsPerDay: 500,
  silentAfterDays: 30,
  // Half of what makes AWS review an account (aws.md section 4): we stop before AWS looks.
  maximumBounceRate: 0.025,
  maximumComplaintRate: 0.0005,
  minimumSuccessRate: 0.5,
  minimumOutcomes: 10,
  outcomeWindow: 200,
  maximumListChange: 0.5,
  // A shop that publishes deliveries gets an event for each; one that sends less than this in three days is quiet.
  maximumUnheardDeliveries: 50,
  // At two calls a removal and one call a second, three minutes of a fifteen-minute run.
  removalsOneByOne: 100,
  // Off: an operator who wants to spend money on it says how much.
  maximumAddressInsightsPerDay: 0,
};

/** Thrown when a policy override is not valid; the message names each wrong key. */
export class InvalidPolicyError extends Refusal {
  override readonly name = 'InvalidPolicyError';
  override readonly code = 'invalid-policy';
}

/**
 * The default policy with overrides.
 *
 * @throws {InvalidPolicyError} when a key is unknown, a value out of range, or two values defeat each other.
 */
export function policyWith(overrides: unknown): Policy {
  const parsed = policySchema.partial().safeParse(overrides ?? {});
  if (!parsed.success) {
    const { ja, en } = wrongFields(parsed.error, overrides);
    throw new InvalidPolicyError({ ja: `運用ポリシーに誤りがあります：${ja}`, en: `invalid policy: ${en}` });
  }
  const policy = { ...DEFAULT_POLICY, ...parsed.data };
  if (policy.minimumOutcomes > policy.outcomeWindow) {
    throw new InvalidPolicyError({
      ja: `運用ポリシーに誤りがあります：minimumOutcomes（${policy.minimumOutcomes}）が outcomeWindow（${policy.outcomeWindow}）より大きいと、ルールの成績を判定できません`,
      en: `invalid policy: minimumOutcomes (${policy.minimumOutcomes}) above outcomeWindow (${policy.outcomeWindow}) would never judge a rule`,
    });
  }
  return policy;
}
