import { now } from '../lib/clock.ts';
import { type LookupAnswer, lookup, lookupRequestSchema } from '../lib/operations/lookup.ts';
import { parseRequest } from './request.ts';
import { runtime } from './runtime.ts';

/** Why mail to an address did not arrive, and what to tell its owner; changes nothing. */
export async function handler(event: unknown): Promise<LookupAnswer> {
  const { store, list, policy } = runtime();
  return lookup(parseRequest(lookupRequestSchema, event), { store, list, policy, now });
}
