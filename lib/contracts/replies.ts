import * as z from 'zod';
import { contract } from './contract.ts';
import { list, moment, word } from './parts.ts';

/** What may be asked. */
export const repliesRequestSchema = z.strictObject({
  /** Days back from today, today included. */
  days: z.int().min(1).max(730).default(90),
  /** Texts answered, the most frequent first. */
  limit: z.int().min(1).max(1_000).default(200),
});

/** The replies that wait for a rule. */
export const repliesAnswerSchema = z.object({
  days: z.number(),
  /** Bounces at carriers in that time, without mails that SES did not send. */
  bounces: z.number(),
  /** Of them: read by a rule made for the carrier. */
  known: z.number(),
  /** Of them: without any text. */
  withoutText: z.number(),
  /** Distinct texts found, as far as they were told apart. */
  texts: z.number(),
  /** Replies of further texts, beyond what is told apart. */
  otherReplies: z.number(),
  replies: list(
    z.object({
      carrier: word,
      /** The reply without anything that names a person or a mail. */
      text: z.string(),
      count: z.number(),
      /** Distinct recipients; when `recipientsCapped`, at least so many. */
      recipients: z.number(),
      recipientsCapped: z.boolean(),
      first: moment,
      last: moment,
      /** Enhanced status code of the last such bounce; written by SES. */
      status: z.string().optional(),
      /** The general rule that reads it for want of a better one. */
      rule: word,
    }),
  ),
});

/** See {@link repliesAnswerSchema}. */
export type RepliesAnswer = z.infer<typeof repliesAnswerSchema>;

/** Replies of carriers that no rule reads yet. */
export const repliesContract = contract('replies', repliesRequestSchema, repliesAnswerSchema);
