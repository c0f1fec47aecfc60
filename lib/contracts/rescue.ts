import * as z from 'zod';
import { AWS_RATES } from '../review-rates.ts';
import { saying } from '../wrong-fields.ts';
import { contract } from './contract.ts';
import { incidentIdSchema, incidentView } from './incidents.ts';
import { operatorSchema } from './operator.ts';
import { bilingual, counts, limit, list, moment, patience, skipped, word } from './parts.ts';

/** How long a wave is waited for, and how much of it must be known, where the operator says nothing. */
const SILENT_AFTER_DAYS = 14;
const KNOWN_SHARE = 0.8;

const settings = {
  /** Worst-case bounce rate, a fraction; default: the policy's maximumBounceRate, half of what AWS reviews at. */
  bound: z.number().positive().lt(AWS_RATES.review.bounceRate).optional(),
  /** Addresses in the first wave at most. */
  first: z.int().min(1).max(1_000_000).optional(),
  /** Undo this incident: its addresses instead of the backlog. */
  incident: incidentIdSchema.optional(),
};

const reason = z.string().trim().min(1).max(1_000);

/** What may be asked of the campaign. */
export const rescueRequestSchema = z.discriminatedUnion('action', [
  /** What a campaign would do; changes nothing. */
  z.strictObject({ action: z.literal('plan'), ...settings }),
  /** Begins a campaign and removes its first wave. */
  z
    .strictObject({
      action: z.literal('start'),
      ...settings,
      /** Why an incident is undone; kept in the audit of every removal. */
      reason: reason.optional(),
      /** Who: kept in the audit of every removal. */
      operator: operatorSchema,
      /** Share of a wave whose outcome must be known before the next. */
      knownShare: z.number().gt(0).max(1).default(KNOWN_SHARE),
      /** Days without an event after which an address counts as silent. */
      silentAfterDays: z.number().min(1).max(365).default(SILENT_AFTER_DAYS),
      /** Lower bound of the success rate under which the campaign stops; default: the policy's minimumSuccessRate. */
      floor: z.number().min(0).lt(1).optional(),
    })
    .refine((asked) => asked.incident === undefined || asked.reason !== undefined, {
      path: ['reason'],
      ...saying({ ja: '一斉拒否の取り消しには理由が必要です', en: 'undoing an incident takes a reason' }),
    }),
  /** Finishes what an interrupted call began, and starts the next wave if the last one's outcomes allow it. */
  z.strictObject({ action: z.literal('continue'), patience }),
  /** Ends the campaign. */
  z.strictObject({
    action: z.literal('stop'),
    operator: operatorSchema,
    reason: reason.optional(),
  }),
  z.strictObject({ action: z.literal('status') }),
  /** How high the bounce rate can rise when so many are taken off the list, of whatever rule; changes nothing. */
  z.strictObject({ action: z.literal('worst-case'), added: z.int().min(0).max(1_000_000) }),
]);

/** What is asked for by one action, its defaults filled in. */
export type RescueRequest<Action> = Extract<z.infer<typeof rescueRequestSchema>, { action: Action }>;

/** Addresses by how well they are known. */
const tiers = counts;

/** What a campaign would do, and the figures it follows from. */
const plan = z.object({
  /** The incident that would be undone; absent: it is about the backlog. */
  incident: incidentView.optional(),
  /** The rules that no longer hold, by carrier. */
  lapsed: list(z.object({ carrier: word, until: moment, source: z.string() })),
  candidates: z.number(),
  tiers,
  excluded: counts,
  account: z.object({
    sending: z
      .object({ sent: z.number(), days: z.number(), source: word, instead: z.string().optional() })
      .optional(),
    recorded: z.object({ bounced: z.number(), dropped: z.number() }),
    volume: z.number(),
    bounceRate: z.number(),
    bounceRateSource: word,
  }),
  /** Worst-case bounce rate, a fraction. */
  bound: z.number(),
  /** Removed before, and may still bounce. */
  open: z.number(),
  /** The first waves one by one. */
  waves: list(z.object({ number: z.number(), addresses: z.number(), tiers, worstCaseRate: z.number() })),
  wavesTotal: z.number(),
  /** What forbids to start now. */
  limits: list(limit),
});

/** A campaign, what came of its waves, and what is next. */
const status = z.object({
  /** Absent: there never was one. */
  campaign: z
    .object({
      id: z.string(),
      state: word,
      operator: z.string(),
      startedAt: moment,
      /** Id of the incident that it undoes. */
      incident: z.object({ id: z.string() }).optional(),
      settings: z.object({ bound: z.number(), knownShare: z.number(), silentAfterDays: z.number() }),
    })
    .optional(),
  waves: list(
    z.object({
      number: z.number(),
      chosen: z.number(),
      removed: z.number(),
      skipped: z.number(),
      pending: z.number(),
      delivered: z.number(),
      bouncedAgain: z.number(),
      complained: z.number(),
      silent: z.number(),
      open: z.number(),
      worstCaseRate: z.number(),
      startedAt: moment,
      skippedFor: counts,
    }),
  ),
  next: z.object({ step: word, because: bilingual, until: moment.optional() }),
  /** Time ran out: calling again goes on from here. */
  unfinished: z.boolean(),
});

/** What becomes of the account's bounce rate if all that are added, and all that are open, bounce; fractions. */
const worstCase = z.object({
  added: z.number(),
  /** Removed before, by whatever rule, and the outcome is awaited. */
  open: z.number(),
  /** What the policy allows: half of what AWS reviews at, unless an operator says otherwise. */
  bound: z.number(),
  /** Absent: nobody can tell how much the account sends, or it sends nothing, so there is no rate to speak of. */
  rates: z
    .object({
      now: z.number(),
      worst: z.number(),
      /** Mails that both are shares of, and the days that they were sent in. */
      volume: z.number(),
      days: z.number(),
      /** Where the present rate comes from: `cloudwatch`, `recorded`. */
      source: word,
    })
    .optional(),
  /** What about the account forbids automatic removals at present; an operator may approve all the same. */
  limits: list(limit),
});

/** It cannot be done as things are, and nothing was changed. */
const refused = z.object({ refused: bilingual.extend({ code: word.optional() }) });

const work = z.union([skipped, refused, status]);

/** See {@link planRescueContract}. */
export type RescuePlan = z.infer<typeof plan>;

/** How a campaign stands. */
export type RescueStatus = z.infer<typeof status>;

/** See {@link worstCaseContract}. */
export type WorstCase = z.infer<typeof worstCase>;

/** What the function answers, by what was asked. */
export type RescueAnswer = RescuePlan | WorstCase | z.infer<typeof work>;

/** What a campaign would do; changes nothing. */
export const planRescueContract = contract('rescue', rescueRequestSchema, plan);

/** How high the bounce rate can rise by removals; changes nothing. */
export const worstCaseContract = contract('rescue', rescueRequestSchema, worstCase);

/** Starts a campaign, goes on with it, stops it, or says how it stands. */
export const workRescueContract = contract('rescue', rescueRequestSchema, work);

/** All that the function takes. */
export const rescueContract = contract('rescue', rescueRequestSchema, z.union([plan, worstCase, work]));
