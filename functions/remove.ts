import { now } from '../lib/clock.ts';
import type { RemoveAnswer } from '../lib/contracts/remove.ts';
import { removeRequestSchema } from '../lib/contracts/remove.ts';
import { remove } from '../lib/operations/removal/remove.ts';
import { list } from './clients.ts';
import { answering, type Invocation } from './invocation.ts';
import { policyInForce } from './policy-source.ts';
import { parseRequest } from './request.ts';

async function handle(event: unknown, invocation: Invocation): Promise<RemoveAnswer> {
  const request = parseRequest(removeRequestSchema, event);
  const { policy } = await policyInForce();
  const { store, putBackRefused: onPutBackRefused } = invocation;
  const tools = { store, list: list(), policy, now, onPutBackRefused };
  return { results: await remove(request, tools) };
}

/** Removes addresses by hand, or approves or rejects proposals: one answer per address asked for. */
export const handler = answering(handle);
