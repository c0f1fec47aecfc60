import { now } from '../lib/clock.ts';
import { type StatusAnswer, statusRequestSchema } from '../lib/contracts/status.ts';
import { status } from '../lib/operations/status.ts';
import { forgetKey, store } from './clients.ts';
import { environment } from './environment.ts';
import { answering } from './invocation.ts';
import { parseRequest } from './request.ts';

async function handle(event: unknown): Promise<StatusAnswer> {
  return status(parseRequest(statusRequestSchema, event ?? {}), {
    store: store(),
    forgetKey: forgetKey(),
    mode: environment().CLEANUP_MODE,
    eventTopic: environment().EVENT_TOPIC_ARN,
    deliveries: environment().DELIVERIES,
    now,
  });
}

/** How this deployment stands: latest runs, waiting proposals, last event; changes nothing. */
export const handler = answering(handle);
