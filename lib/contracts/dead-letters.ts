import * as z from 'zod';
import { contract } from './contract.ts';
import { counts, list, moment, word } from './parts.ts';

/** Letters one request may name. */
const MAXIMUM_NAMED = 100;
/** Letters listed at most: each is taken from the queue and given back. */
const MAXIMUM_LISTED = 500;

const id = z.string().trim().min(1).max(100);
const ids = z.array(id).min(1).max(MAXIMUM_NAMED);
/** Those that were parked, instead of those that wait. */
const parked = z.boolean().default(false);

/** What may be asked about dead letters. */
export const deadLettersRequestSchema = z.discriminatedUnion('action', [
  /** Which there are, without anything personal. */
  z.strictObject({
    action: z.literal('list'),
    limit: z.int().min(1).max(MAXIMUM_LISTED).default(50),
    parked,
  }),
  /** One letter, whole: it names people. */
  z.strictObject({ action: z.literal('show'), id }),
  /** Hands letters to ingest; those that it stored or acknowledged are deleted. */
  z.strictObject({ action: z.literal('replay'), ids }),
  /** The same with every letter of a queue. */
  z.strictObject({ action: z.literal('replay-all'), parked }),
  /** Moves letters that nobody can read yet to the queue of parked ones. */
  z.strictObject({ action: z.literal('park'), ids }),
]);

/** See {@link deadLettersRequestSchema}. */
export type DeadLettersRequest = z.infer<typeof deadLettersRequestSchema>;

/** A letter without what is personal in it. */
const letter = z.object({
  id: z.string(),
  /** When it was first kept. */
  since: moment,
  /** When its queue forgets it. */
  expiresAt: moment,
  /** Why it is here, addresses masked; absent where nobody said so. */
  reason: z.string().optional(),
  /** How its message came: see lib/events/dead-letter.ts. */
  transport: word,
  /** Bytes. */
  size: z.number(),
  /** How often it was taken from its queue: by looking, too. */
  receives: z.number(),
  parked: z.boolean(),
});

/** See {@link deadLettersAnswerSchema}. */
export type ListedLetter = z.infer<typeof letter>;

const listed = z.object({
  letters: list(letter),
  /** Letters in the queue that was asked about, as SQS counts: more than are listed, where there are many. */
  waiting: z.number(),
  /** Parked letters. */
  parked: z.number(),
});

const shown = z.object({ letter: letter.extend({ body: z.string() }) });

/**
 * What can become of a letter. `stored`, `acknowledged`: ingest took it, and it is deleted; `not-deleted`: ingest took
 * it, but the queue did not delete it (harmless: recording is idempotent); `unreadable`: ingest cannot read it;
 * `refused`: a mail that SES received, which ingest takes from nobody; `failed`: it could not be stored or moved now.
 * All but the first three are in their queue as before.
 */
export const LETTER_RESULTS = [
  'stored',
  'acknowledged',
  'parked',
  'not-deleted',
  'unreadable',
  'refused',
  'failed',
  'not-found',
] as const;

/** See {@link LETTER_RESULTS}. */
export type LetterResult = (typeof LETTER_RESULTS)[number];

const worked = z.object({
  /** Letters by what became of them. */
  counts,
  /** What became of the letters that were named; of all: the first of those that stayed. */
  results: list(z.object({ id: z.string(), result: word, why: z.string().optional() })),
  /** Letters that wait and are not parked, afterwards, as SQS counts. */
  waiting: z.number(),
  /** Time ran out: calling again goes on. */
  unfinished: z.boolean(),
});

/** What was done with letters. */
export type LettersWorked = z.infer<typeof worked>;

/** What the function answers, by what was asked. */
export type DeadLettersAnswer = z.infer<typeof listed> | z.infer<typeof shown> | LettersWorked;

/** Which dead letters there are. */
export const listDeadLettersContract = contract('dead-letters', deadLettersRequestSchema, listed);

/** One dead letter, whole. */
export const showDeadLetterContract = contract('dead-letters', deadLettersRequestSchema, shown);

/** Puts dead letters back or parks them. */
export const workDeadLettersContract = contract('dead-letters', deadLettersRequestSchema, worked);

/** All that the function takes. */
export const deadLettersContract = contract(
  'dead-letters',
  deadLettersRequestSchema,
  z.union([listed, shown, worked]),
);
