import { now } from '../lib/clock.ts';
import type { LookupAnswer } from '../lib/contracts/lookup.ts';
import { lookupRequestSchema } from '../lib/contracts/lookup-request.ts';
import { lookup } from '../lib/operations/lookup.ts';
import { nearMatches } from '../lib/operations/near.ts';
import type { Table } from '../lib/store/table.ts';
import { list, store } from './clients.ts';
import { environment } from './environment.ts';
import { answering } from './invocation.ts';
import { policyInForce } from './policy-source.ts';
import { parseRequest } from './request.ts';

async function handle(event: unknown): Promise<LookupAnswer> {
  const request = parseRequest(lookupRequestSchema, event);
  const { policy } = await policyInForce();
  const { DELIVERIES: deliveries, NEAR_PATIENCE_MS: patience } = environment();
  const near = (address: string, table: Table) => nearMatches(address, table, patience);
  const tools = { store: store(), list: list(), policy, now, near };
  return lookup(request, { ...tools, ...(deliveries && { deliveries }) });
}

/** Why mail to an address did not arrive, and what to tell its owner; changes nothing. */
export const handler = answering(handle);
