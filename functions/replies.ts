import { now } from '../lib/clock.ts';
import { type RepliesAnswer, repliesRequestSchema } from '../lib/contracts/replies.ts';
import { replies } from '../lib/operations/replies.ts';
import { store } from './clients.ts';
import { answering } from './invocation.ts';
import { parseRequest } from './request.ts';

async function handle(event: unknown): Promise<RepliesAnswer> {
  return replies(parseRequest(repliesRequestSchema, event ?? {}), { store: store(), now });
}

/** Replies of carriers that no rule reads yet. */
export const handler = answering(handle);
