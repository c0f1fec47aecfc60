import { now } from '../lib/clock.ts';
import type { RemoveAnswer } from '../lib/contracts/remove.ts';
import { removeRequestSchema } from '../lib/contracts/remove.ts';
import { remove } from '../lib/operations/removal/remove.ts';
import { list } from './clients.ts';
import { answering, type Invocation } from './invocation.ts';
import { policyInForce } from './policy-source.ts';
import { parseRequest } from './request.ts';
import { tellAfterwards } from './tell-afterwards.ts';
import { withWatchedStore } from './watched-store.ts';

async function handle(event: unknown, invocation: Invocation): Promise<RemoveAnswer> {
  const request = parseRequest(removeRequestSchema, event);
  const { policy } = await policyInForce();
  const { putBackRefused: onPutBackRefused } = invocation;
  const tools = { list: list(), policy, now, onPutBackRefused };
  const results = await withWatchedStore(invocation, (store) => remove(request, { ...tools, store }));
  // Systems hear of it at once; people with the next run: a list of a thousand comes as fifty requests.
  if (results.some(({ result }) => result === 'removed')) {
    await tellAfterwards({ digest: false }, invocation.log);
  }
  return { results };
}

/** Removes addresses by hand, or approves or rejects proposals: one answer per address asked for. */
export const handler = answering(handle);
