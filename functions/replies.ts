import { now } from '../lib/clock.ts';
import { type RepliesAnswer, replies, repliesRequestSchema } from '../lib/operations/replies.ts';
import { answering } from './answer.ts';
import { parseRequest } from './request.ts';
import { runtime } from './runtime.ts';

async function handle(event: unknown): Promise<RepliesAnswer> {
  return replies(parseRequest(repliesRequestSchema, event ?? {}), { store: runtime().store, now });
}

/** Replies of carriers that no rule reads yet. */
export const handler = answering(handle);
