import * as z from 'zod';
import {
  CASE_STATES,
  DECISION_ACTIONS,
  type Decision,
  OUTCOMES,
  type SuppressionCase,
} from '../cases/records.ts';
import { REASONS } from '../classification/types.ts';
import { FACT_KINDS, type Fact } from '../mails/fact.ts';
import { isComplaint } from '../mails/nature.ts';
import { addressKey, dayIndexKeys, decisionSortKey, factKey, SORT_KEYS, stateIndexKeys } from './keys.ts';
import { TTL_ATTRIBUTE } from './table.ts';

/**
 * Items to records and back. Reading validates: an item another version wrote, or an engineer edited, is refused
 * by name instead of being half understood.
 */

/** An item as DocumentClient gives and takes it. */
export type Item = Record<string, unknown>;

/** How long each kind of record is kept, in days. */
export interface Retention {
  /** Facts, counted from the event; complaints are kept for good. */
  readonly factDays: number;
  /** Decisions, counted from the decision; and cases from the moment they wait for nothing. */
  readonly decisionDays: number;
  /** Member records, counted from their import. */
  readonly memberDays: number;
  /** SES's answers on whether a mailbox exists, counted from the question: people close and open mailboxes. */
  readonly addressInsightsDays: number;
}

/** Retention where nothing was set: facts outlast a year of seasonal orders; `serverless.yml` says the same. */
export const DEFAULT_RETENTION: Retention = {
  factDays: 400,
  decisionDays: 1095,
  memberDays: 400,
  addressInsightsDays: 30,
};

const SECONDS_A_DAY = 86_400;

/** Epoch seconds `days` after a moment. DynamoDB's TTL reads seconds; milliseconds would never expire. */
export function expiry(from: string, days: number): number {
  return Math.floor(Date.parse(from) / 1000) + days * SECONDS_A_DAY;
}

/** Whether an item is past its TTL: DynamoDB may deliver it for days after that. */
export function isExpired(item: Item, now: Date): boolean {
  const at = item[TTL_ATTRIBUTE];
  return typeof at === 'number' && at <= now.getTime() / 1000;
}

const factSchema = z.object({
  address: z.string(),
  kind: z.enum(FACT_KINDS),
  at: z.string(),
  id: z.string(),
  messageId: z.string(),
  sentAt: z.string(),
  senderDomain: z.string().optional(),
  bounceType: z.string().optional(),
  bounceSubType: z.string().optional(),
  status: z.string().optional(),
  action: z.string().optional(),
  diagnosticCode: z.string().optional(),
  reportingMta: z.string().optional(),
  remoteMtaIp: z.string().optional(),
  complaintFeedbackType: z.string().optional(),
  complaintSubType: z.string().optional(),
  candidate: z.boolean().optional(),
  smtpResponse: z.string().optional(),
  delayType: z.string().optional(),
  botEvent: z.string().optional(),
  notDestination: z.boolean().optional(),
  eventType: z.string().optional(),
  extra: z.record(z.string(), z.unknown()).optional(),
});

/** The item of a fact. A function of the fact alone, so that writing it twice writes the same. */
export function factItem(fact: Fact, retention: Retention): Item {
  return {
    ...factKey(fact),
    ...dayIndexKeys(fact),
    ...fact,
    ...factExpiry(fact, retention),
  };
}

/**
 * When a fact is forgotten. A complaint never is: it protects the address (and the sender's reputation) for as long as
 * SES's own list remembers it, which is for good.
 *
 * Counted from the event or, if later, from when SES took the mail: the event's time is the receiving server's, and
 * one whose clock is years behind must not make a fact that has expired before it is written.
 */
function factExpiry(fact: Fact, retention: Retention): Item {
  if (isComplaint(fact)) return {};
  const { factDays } = retention;
  return { [TTL_ATTRIBUTE]: Math.max(expiry(fact.at, factDays), expiry(fact.sentAt, factDays)) };
}

/** The fact of an item of the table or of the day index. */
export function factOf(item: Item): Fact {
  return factSchema.parse(item);
}

const listingReason = z.enum(['BOUNCE', 'COMPLAINT']);

const diagnosisSchema = z.object({
  reason: z.enum(REASONS),
  confidence: z.enum(['ambiguous', 'likely', 'certain']),
  rule: z.string(),
  carrier: z.string().optional(),
});

const caseSchema = z.object({
  address: z.string(),
  version: z.number(),
  state: z.enum(CASE_STATES),
  spelling: z.string(),
  listedReason: listingReason,
  listedAt: z.string(),
  feedbackId: z.string().optional(),
  diagnosis: diagnosisSchema,
  rule: z.string(),
  proposalId: z.string().optional(),
  dueAt: z.string().optional(),
  removals: z.array(
    z.object({
      at: z.string(),
      by: z.string(),
      rule: z.string(),
      carrier: z.string().optional(),
      outcome: z.enum(OUTCOMES).optional(),
      outcomeAt: z.string().optional(),
      relistedAt: z.string().optional(),
    }),
  ),
  removing: z
    .object({
      at: z.string(),
      by: z.string(),
      rule: z.string(),
      job: z.string().optional(),
      override: z.boolean().optional(),
    })
    .optional(),
  rejected: z.object({ listedAt: z.string(), by: z.string(), at: z.string() }).optional(),
  updatedAt: z.string(),
});

/** The item of a case. Only a case that waits for nothing more (`closed`) expires. */
export function caseItem(of: SuppressionCase, retention: Retention): Item {
  return {
    pk: addressKey(of.address),
    sk: SORT_KEYS.case,
    ...stateIndexKeys(of),
    ...of,
    ...(of.state === 'closed' ? { [TTL_ATTRIBUTE]: expiry(of.updatedAt, retention.decisionDays) } : {}),
  };
}

/** The case of an item. */
export function caseOf(item: Item): SuppressionCase {
  return caseSchema.parse(item);
}

const bilingual = z.object({ ja: z.string(), en: z.string() });

const decisionSchema = z.object({
  address: z.string(),
  at: z.string(),
  id: z.string(),
  by: z.string(),
  action: z.enum(DECISION_ACTIONS),
  rule: z.string(),
  because: bilingual,
  diagnosis: diagnosisSchema.optional(),
  evidence: z
    .array(
      z.object({
        kind: z.string(),
        at: z.string().optional(),
        weight: z.number(),
        source: z.string(),
        text: bilingual,
      }),
    )
    .optional(),
  listing: z.object({ reason: listingReason, at: z.string() }).optional(),
  note: z.string().optional(),
  override: z.boolean().optional(),
  outcome: z.enum(OUTCOMES).optional(),
});

/** The item of a decision. */
export function decisionItem(decision: Decision, retention: Retention): Item {
  return {
    pk: addressKey(decision.address),
    sk: decisionSortKey(decision),
    ...decision,
    [TTL_ATTRIBUTE]: expiry(decision.at, retention.decisionDays),
  };
}

/** The decision of an item. */
export function decisionOf(item: Item): Decision {
  return decisionSchema.parse(item);
}

/** The member record of an item. */
export const memberSchema = z.object({
  since: z.string(),
  source: z.string(),
  lastSeen: z.string().optional(),
});

/** SES's answer of an item. */
export const addressInsightsSchema = z.object({
  at: z.string(),
  mailboxExists: z.enum(['HIGH', 'MEDIUM', 'LOW']).optional(),
});

/** The run of an item. */
export const runSchema = z.object({
  startedAt: z.string(),
  id: z.string(),
  mode: z.enum(['propose', 'apply']),
  full: z.boolean(),
  finishedAt: z.string().optional(),
  counts: z.record(z.string(), z.number()),
  limits: z.array(z.object({ limit: z.string(), because: bilingual })),
  listed: z.number().optional(),
});
