import * as z from 'zod';
import { contract } from './contract.ts';
import { counts, limit, list, moment, patience, skipped, unreadable, word } from './parts.ts';

/** What may be asked of a cleanup. */
export const cleanupRequestSchema = z.strictObject({
  /** Overrides the deployed mode for this run. */
  mode: z.enum(['propose', 'apply']).optional(),
  /** Walk the whole list. */
  full: z.boolean().optional(),
  patience,
});

/** One cleanup run as it is reported. */
export const runSchema = z.object({
  startedAt: moment,
  id: z.string(),
  mode: word,
  full: z.boolean(),
  finishedAt: moment.optional(),
  /** Addresses by what was done with them. */
  counts,
  limits: list(limit),
  /** Entries of the list seen, when the walk was full. */
  listed: z.number().optional(),
  /** Items of the table that this version cannot read, with the masked key of one. */
  unreadable: unreadable.optional(),
});

/**
 * The report of a run, or that another run is at work. `unfinished`: a fresh invocation goes on; where SES `throttled`
 * the run, the next scheduled one does.
 */
export const cleanupAnswerSchema = z.union([
  skipped,
  runSchema.extend({ unfinished: z.boolean(), throttled: z.literal(true).optional() }),
]);

/** See {@link cleanupAnswerSchema}. */
export type CleanupAnswer = z.infer<typeof cleanupAnswerSchema>;

/** One run over the suppression list. */
export const cleanupContract = contract('cleanup', cleanupRequestSchema, cleanupAnswerSchema);
