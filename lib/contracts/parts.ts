import * as z from 'zod';

/** Parts that several answers share. */

/** A word of a vocabulary that grows: one that is not known here is shown as it is. */
export const word = z.string();

/** A moment, ISO 8601 UTC. */
export const moment = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)))
  .meta({ format: 'date-time' });

/** A text in both languages. */
export const bilingual = z.object({ ja: z.string(), en: z.string() });

/** Numbers by a word of a growing vocabulary. */
export const counts = z.record(z.string(), z.number());

/** A list that nobody changes. */
export function list<Item extends z.ZodType>(item: Item) {
  return z.array(item).readonly();
}

/** How many items a version cannot read, with the key of one, in which nothing names a person. */
export const unreadable = z.object({ count: z.number(), example: z.string() });

/** What keeps something from being done, with the reason. */
export const limit = z.object({ limit: word, because: bilingual });

/** Why mail to an address failed, with what it rests on. */
export const diagnosis = z.object({
  reason: word,
  carrier: word.optional(),
  confidence: word,
  rule: word,
  evidence: list(
    z.object({
      kind: word,
      at: moment.optional(),
      weight: z.number(),
      source: z.string(),
      text: bilingual,
    }),
  ),
  explains: bilingual,
  probablyMeant: z.string().optional(),
});

/** What policy says of an entry. */
export const verdict = z.object({
  action: word,
  rule: word,
  because: bilingual,
  byHand: word,
  /** Rules that a removal by hand must name to override; absent: none, or the stack is of an older version. */
  overrides: list(word).optional(),
  dueAt: moment.optional(),
});

/** That a run was not begun, because another one holds the lease. */
export const skipped = z.object({ skipped: word });

/**
 * How long to wait for another run to end, in seconds, before the answer is `skipped`: what schedules and continued
 * runs ask for. Nobody waits who asks by hand.
 */
export const patience = z.int().min(0).max(600).default(0);
