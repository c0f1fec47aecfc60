import { now } from '../lib/clock.ts';
import { type StatusAnswer, status, statusRequestSchema } from '../lib/operations/status.ts';
import { answering } from './answer.ts';
import { parseRequest } from './request.ts';
import { runtime } from './runtime.ts';

async function handle(event: unknown): Promise<StatusAnswer> {
  const { store, environment } = runtime();
  return status(parseRequest(statusRequestSchema, event ?? {}), {
    store,
    mode: environment.CLEANUP_MODE,
    now,
  });
}

/** How this deployment stands: latest runs, waiting proposals, last event; changes nothing. */
export const handler = answering(handle);
