import * as z from 'zod';
import { operatorSchema } from '../operator.ts';

/** AWS puts an account under review from this bounce rate on (SES developer guide, reputation dashboard messages). */
const REVIEW_RATE = 0.05;
/** How long a wave is waited for, and how much of it must be known, where the operator says nothing. */
const SILENT_AFTER_DAYS = 14;
const KNOWN_SHARE = 0.8;

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
    operator: operatorSchema,
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
    operator: operatorSchema,
    reason: z.string().trim().min(1).max(1_000).optional(),
  }),
  z.strictObject({ action: z.literal('status') }),
]);

/** What is asked for by one action, its defaults filled in. */
export type RescueRequest<Action> = Extract<z.infer<typeof rescueRequestSchema>, { action: Action }>;
