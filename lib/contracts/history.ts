import * as z from 'zod';
import { contract } from './contract.ts';
import { bilingual, list, moment, word } from './parts.ts';

/** What may be asked of the decisions. */
export const historyRequestSchema = z.strictObject({
  /** Only decisions since then, ISO 8601 with a zone. */
  since: z.iso.datetime({ offset: true }),
  /** Only decisions before then. */
  until: z.iso.datetime({ offset: true }).optional(),
  /** Only those of this operator; `cleanup` and `rescue` for todoku's own. */
  by: z.string().trim().min(1).max(200).optional(),
  /** Only those of people, or only what todoku did by itself. */
  whose: z.enum(['people', 'todoku']).optional(),
  /** Only those under this rule. */
  rule: z.string().trim().min(1).max(100).optional(),
  /** Only those of this kind, such as `removed`. */
  action: z.string().trim().min(1).max(40).optional(),
  /** Decisions answered, the newest. */
  limit: z.int().min(1).max(1_000).default(100),
});

const decidedOn = z.object({ reason: word, confidence: word, rule: word, carrier: word.optional() });

/** The decisions asked for, newest first. */
export const historyAnswerSchema = z.object({
  decisions: list(
    z.object({
      at: moment,
      /** Normalised. */
      address: z.string(),
      /** As whoever asked gave the name: unproven. */
      by: z.string(),
      /** Lambda's id of the invocation, by which CloudTrail tells who asked; absent: written before it was kept. */
      requestId: z.string().optional(),
      action: word,
      rule: word,
      because: bilingual,
      /** What was known of the address then; absent where nothing was, and in older answers. */
      diagnosis: decidedOn.optional(),
      /** What the operator wrote. */
      note: z.string().optional(),
      /** Rules that forbade it, or that the operator overrode. */
      overrides: list(word).optional(),
      outcome: word.optional(),
    }),
  ),
  /** How many there are altogether, by kind, the ones answered included. */
  counts: z.record(z.string(), z.number()),
  /**
   * What became of the addresses that were removed in the time asked for, as far as it came to be known in it: of each its
   * last removal. Absent where decisions are narrowed by more than time, and in older answers.
   */
  released: z
    .object({
      addresses: z.number(),
      delivered: z.number(),
      bouncedAgain: z.number(),
      complained: z.number(),
      silent: z.number(),
      /** The outcome is awaited. */
      open: z.number(),
    })
    .optional(),
  /** Not the whole table could be read in time: there may be more, also newer ones. */
  incomplete: z.literal(true).optional(),
});

/** See {@link historyAnswerSchema}. */
export type HistoryAnswer = z.infer<typeof historyAnswerSchema>;

/** What was decided, by whom, when and under which rule, over all addresses; changes nothing. */
export const historyContract = contract('history', historyRequestSchema, historyAnswerSchema);
