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
export const reportAnswerSchema = z.object({
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
  /** Facts older than this have expired: the month was not on record as a whole. */
  recordedFrom: moment.optional(),
  /** Not all could be read in time: the counts are too small. */
  incomplete: z.literal(true).optional(),
});

/** See {@link reportAnswerSchema}. */
export type ReportAnswer = z.infer<typeof reportAnswerSchema>;

/** What happened in a month, over all addresses; changes nothing. */
export const reportContract = contract('report', reportRequestSchema, reportAnswerSchema);
