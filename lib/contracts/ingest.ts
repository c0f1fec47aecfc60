import * as z from 'zod';
import { contract } from './contract.ts';
import { counts, list } from './parts.ts';

/** What an invocation by hand is answered: facts stored, messages by event type, why messages were not readable. */
export const ingestAnswerSchema = z.object({
  stored: z.number(),
  eventTypes: counts,
  rejected: list(z.string()),
});

/** Records SES events. It takes whatever the platform delivers, and reads it by lib/events. */
export const ingestContract = contract('ingest', z.unknown(), ingestAnswerSchema);
