import * as z from 'zod';
import { contract } from './contract.ts';
import { counts, list } from './parts.ts';

/**
 * What an invocation by hand is answered: facts stored, facts of events older than facts are kept (held for 60 days, and
 * longer where they explain an entry), messages by event type, why messages were not readable.
 */
export const ingestAnswerSchema = z.object({
  stored: z.number(),
  expired: z.number().optional(),
  eventTypes: counts,
  /** Messages that were read and of which no fact is kept, by event type. Absent in older answers. */
  notKept: counts.optional(),
  rejected: list(z.string()),
});

/** Records SES events. It takes whatever the platform delivers, and reads it by lib/events. */
export const ingestContract = contract('ingest', z.unknown(), ingestAnswerSchema);
