import { randomUUID } from 'node:crypto';
import { maskAddress } from '../lib/address.ts';
import { now } from '../lib/clock.ts';
import { type ForgettingAnswer, forgettingRequestSchema } from '../lib/contracts/forget.ts';
import { acceptKeyLoss, forget } from '../lib/operations/privacy/forget.ts';
import { forgetKey, list } from './clients.ts';
import { alone, answering, type Invocation, SKIPPED } from './invocation.ts';
import { policyInForce } from './policy-source.ts';
import { parseRequest } from './request.ts';
import { withWatchedStore } from './watched-store.ts';

async function handle(event: unknown, invocation: Invocation): Promise<ForgettingAnswer> {
  const request = parseRequest(forgettingRequestSchema, event);
  const { policy } = await policyInForce();
  const { log, putBackRefused: onPutBackRefused } = invocation;
  const tools = { list: list(), key: forgetKey(), policy, now, onPutBackRefused };
  if ('acceptKeyLoss' in request) {
    const dropped = await withWatchedStore(invocation, (store) =>
      acceptKeyLoss(request, { ...tools, store }),
    );
    log.warn('the loss of the key of forgotten addresses was accepted', { dropped });
    return { dropped };
  }
  // What works on many addresses writes down some of them for its next step: nothing of that is under way meanwhile.
  const receipt = await alone(randomUUID(), request.patience, () =>
    withWatchedStore(invocation, (store) => forget(request, { ...tools, store })),
  );
  if (receipt === undefined) return SKIPPED;
  const { complaint, entry, erased } = receipt;
  log.info('a person was forgotten', {
    address: maskAddress(request.address),
    complaint,
    entry: entry.result,
    erased,
  });
  return receipt;
}

/** Erases what is on record of a person, while no other run is at work; or gives up what a lost key protected. */
export const handler = answering(handle);
