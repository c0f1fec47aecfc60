import { now } from '../lib/clock.ts';
import { type LookupAnswer, lookup, lookupRequestSchema } from '../lib/operations/lookup.ts';
import { answering } from './answer.ts';
import { policyInForce } from './policy-source.ts';
import { parseRequest } from './request.ts';
import { runtime } from './runtime.ts';

async function handle(event: unknown): Promise<LookupAnswer> {
  const request = parseRequest(lookupRequestSchema, event);
  const { store, list } = runtime();
  const { policy } = await policyInForce();
  return lookup(request, { store, list, policy, now });
}

/** Why mail to an address did not arrive, and what to tell its owner; changes nothing. */
export const handler = answering(handle);
