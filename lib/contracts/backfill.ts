import * as z from 'zod';
import { saying } from '../wrong-fields.ts';
import { contract } from './contract.ts';
import { counts, moment, patience, skipped, word } from './parts.ts';

const date = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), saying({ ja: '日付ではありません', en: 'not a date' }))
  .transform((text) => new Date(text).toISOString());

/** What may be asked of a backfill. */
export const backfillRequestSchema = z.strictObject({
  /** How long this invocation works, in seconds. */
  seconds: z.int().min(5).max(600).default(60),
  /** Only entries listed since then. */
  since: date.optional(),
  /** Begin anew although an earlier backfill is unfinished. */
  restart: z.boolean().optional(),
  patience,
  /** Read an export of the mails sent in this span instead of asking for each entry. */
  export: z
    .strictObject({ from: date, to: date })
    .refine(
      (span) => span.from < span.to,
      saying({ ja: 'from は to より前にしてください', en: 'from must be before to' }),
    )
    .optional(),
});

/** Whether SES refused calls for their rate: to go on at once would meet the same. */
const throttled = z.literal(true).optional();

/** How far the backfill over the list is after an invocation. */
const listAnswer = z.object({
  /** False: invoke again to go on. */
  finished: z.boolean(),
  phase: word,
  startedAt: moment,
  total: z.number(),
  passed: z.number(),
  counts,
  facts: z.number(),
  /** SES's answer about the mails it was asked for: it no longer knew `forgotten` of `asked`. */
  asked: z.number(),
  forgotten: z.number(),
  oldestKnown: moment.optional(),
  newestForgotten: moment.optional(),
  throttled,
});

/** How far the backfill by export is after an invocation. */
const exportAnswer = z.object({
  /** False: invoke again to go on. */
  finished: z.boolean(),
  files: z.number(),
  counts,
  facts: z.number(),
  /** Spans of time still to be exported. */
  spansLeft: z.number(),
  throttled,
});

/** See {@link listBackfillContract}. */
export type BackfillAnswer = z.infer<typeof listAnswer>;

/** See {@link exportBackfillContract}. */
export type ExportAnswer = z.infer<typeof exportAnswer>;

/** Goes on with the backfill over the list. */
export const listBackfillContract = contract(
  'backfill',
  backfillRequestSchema,
  z.union([skipped, listAnswer]),
);

/** Goes on with the backfill by export. */
export const exportBackfillContract = contract(
  'backfill',
  backfillRequestSchema,
  z.union([skipped, exportAnswer]),
);

/** All that the function takes. */
export const backfillContract = contract(
  'backfill',
  backfillRequestSchema,
  z.union([skipped, listAnswer, exportAnswer]),
);
