import * as z from 'zod';
import { contract } from './contract.ts';
import { bilingual, list, moment, word } from './parts.ts';

/** Which month is reported. */
export const reportRequestSchema = z.strictObject({
  /** `2026-10`, in Japan's time. */
  month: z.string().regex(/^20\d\d-(?:0[1-9]|1[0-2])$/),
});

const count = z.number();
/** How many mails of each carrier; `other`: of a domain that is no carrier's. */
const ofCarriers = z.record(z.string(), count);

/** What happened in one month; no address is in it. */
export const monthAnswerSchema = z.object({
  month: z.string(),
  /** The month's first moment, and the first after it. */
  from: moment,
  until: moment,
  /** Mails that came back for good. */
  returned: z.object({
    mails: count,
    carriers: ofCarriers,
    /** By what the reply says: a reason in Sisimai's words. */
    reasons: z.record(z.string(), count),
  }),
  /** Mails that SES did not send because of the account's list, and of how many addresses. */
  missed: z.object({ mails: count, carriers: ofCarriers }),
  /** Complaints of people. */
  complaints: count,
  /** What was decided, by kind (see the history), without what merely stays on the list. */
  decisions: z.record(z.string(), count),
  /** Removals and decisions by who made them. */
  operators: list(
    z.object({
      by: z.string(),
      approved: count,
      rejected: count,
      removed: count,
      /** Removals under an override. */
      overridden: count,
    }),
  ),
  /** What became of removals, as far as it came to be known in this month. */
  outcomes: z.record(z.string(), count),
  /** Customers whose mail arrives again, and for how many days, all together, it had been stopped. */
  ended: z.object({ addresses: count, days: count }),
  /** Limits that changed what a run did, and in how many runs. */
  limits: list(z.object({ limit: word, because: bilingual, runs: count })),
  /** Changes of the senders: findings that appeared and that went. */
  senders: z.object({ appeared: count, resolved: count }),
  /** What is older need not be on record, as it has expired or recording began then: the month is not whole. */
  recordedFrom: moment.optional(),
  /** Not all could be read in time: the counts are too small. */
  incomplete: z.literal(true).optional(),
});

/** See {@link monthAnswerSchema}. */
export type MonthAnswer = z.infer<typeof monthAnswerSchema>;

/** A count of the month, and of the month before. */
const pair = z.object({ month: count, before: count });

/** A month beside the one before it, worked out as far as it is shown: a view puts it in its places. */
export const reportAnswerSchema = z.object({
  month: monthAnswerSchema,
  before: monthAnswerSchema,
  /** The answer in sentences, the most important first. */
  headline: list(bilingual),
  figures: list(
    pair.extend({
      figure: word,
      name: bilingual,
      /** Absent where the two months cannot be compared, since one of them is not on record as a whole. */
      change: count.optional(),
    }),
  ),
  /** Those with most mails first. */
  carriers: list(z.object({ carrier: word, name: bilingual, missed: pair, returned: pair })),
  /** Why mail came back, the most frequent first. */
  causes: list(pair.extend({ reason: word, name: bilingual })),
  /** What became of removals, the most frequent first. */
  outcomes: list(z.object({ outcome: word, name: bilingual, count })),
  proposals: z.object({ proposed: count, approved: count, rejected: count }),
  /** Why figures may be too small. */
  notes: list(bilingual),
});

/** See {@link reportAnswerSchema}. */
export type ReportAnswer = z.infer<typeof reportAnswerSchema>;

/** What happened in a month and in the one before, over all addresses; changes nothing. */
export const reportContract = contract('report', reportRequestSchema, reportAnswerSchema);
