import type * as z from 'zod';
import { now } from '../lib/clock.ts';
import { type PolicyAnswer, policyRequestSchema } from '../lib/contracts/policy.ts';
import { explainAddress, showPolicy, simulatePolicy } from '../lib/operations/policy/policy.ts';
import { enableRule, rules } from '../lib/operations/policy/rules.ts';
import { scopeAnswer } from '../lib/operations/policy/scope.ts';
import { deleteStop, putStop, readStop } from '../lib/store/stop-switch.ts';
import type { Table } from '../lib/store/table.ts';
import { readScope } from '../lib/suppression/scope.ts';
import { list, ses, sesLimiter } from './clients.ts';
import { environment } from './environment.ts';
import { answering, type Invocation } from './invocation.ts';
import { accountReputation, policyInForce } from './policy-source.ts';
import { parseRequest } from './request.ts';
import { withWatchedStore } from './watched-store.ts';

/** Time kept back for the answer when reading at SES's rate takes long, milliseconds. */
const RESERVE = 15_000;

async function handle(event: unknown, invocation: Invocation): Promise<PolicyAnswer> {
  const request = parseRequest(policyRequestSchema, event);
  return withWatchedStore(invocation, (store) => answer(request, store, invocation));
}

async function answer(
  request: z.output<typeof policyRequestSchema>,
  store: Table,
  { log, timeIsUp }: Invocation,
): Promise<PolicyAnswer> {
  const loaded = await policyInForce();
  const { policy } = loaded;
  switch (request.ask) {
    case 'show':
      return showPolicy(loaded);
    case 'explain':
      return explainAddress(request, {
        store,
        list: list(),
        now,
        loaded,
        reputation: accountReputation,
      });
    case 'simulate':
      return simulatePolicy(request, {
        store,
        now,
        inForce: policy,
        deployed: environment().POLICY,
      });
    case 'rules':
      return { ...(await rules(store, policy)), mode: environment().CLEANUP_MODE };
    case 'enable-rule':
      await enableRule(request, { store, now });
      return { ...(await rules(store, policy)), mode: environment().CLEANUP_MODE };
    case 'stop': {
      const before = await readStop(store);
      const stopped = { by: request.operator, at: now().toISOString(), reason: request.reason };
      await putStop(store, stopped);
      log.info('removals stopped');
      return { stopped, ...(before && { before }) };
    }
    case 'resume': {
      const before = await deleteStop(store);
      log.info('removals resumed');
      return { resumed: before !== undefined, ...(before && { before }) };
    }
    case 'scope': {
      const reading = await readScope(ses(), sesLimiter(), () => timeIsUp(RESERVE));
      return scopeAnswer(reading, await accountReputation(), policy);
    }
  }
}

/** An operator's questions about the policy. Only `enable-rule`, `stop` and `resume` change anything. */
export const handler = answering(handle);
