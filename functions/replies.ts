import { now } from '../lib/clock.ts';
import { type RepliesAnswer, replies, repliesRequestSchema } from '../lib/operations/replies.ts';
import { parseRequest } from './request.ts';
import { runtime } from './runtime.ts';

/** Replies of carriers that no rule reads yet. */
export async function handler(event: unknown): Promise<RepliesAnswer> {
  return replies(parseRequest(repliesRequestSchema, event ?? {}), { store: runtime().store, now });
}
