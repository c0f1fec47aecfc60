import * as z from 'zod';
import { now } from '../lib/clock.ts';
import {
  type ExplainAnswer,
  explainAddress,
  explainRequestSchema,
  type ShowAnswer,
  type SimulateAnswer,
  showPolicy,
  simulatePolicy,
} from '../lib/operations/policy/policy.ts';
import { enableRule, enableRuleSchema, type RulesAnswer, rules } from '../lib/operations/policy/rules.ts';
import { type ScopeAnswer, scopeAnswer } from '../lib/operations/policy/scope.ts';
import { simulateRequestSchema } from '../lib/operations/policy/simulate.ts';
import { readScope } from '../lib/suppression/scope.ts';
import { list, ses, sesLimiter, store } from './clients.ts';
import { environment } from './environment.ts';
import { answering, type Invocation } from './invocation.ts';
import { accountReputation, policyInForce } from './policy-source.ts';
import { parseRequest } from './request.ts';

const requestSchema = z.discriminatedUnion('ask', [
  /** The policy in force and where each value comes from. */
  z.strictObject({ ask: z.literal('show') }),
  /** Each rule's word on an address, and what else stands in the way. */
  explainRequestSchema.extend({ ask: z.literal('explain') }),
  /** What another policy would have done. */
  simulateRequestSchema.extend({ ask: z.literal('simulate') }),
  /** What came of each rule's removals. */
  z.strictObject({ ask: z.literal('rules') }),
  /** Lets a rule remove again. */
  enableRuleSchema.extend({ ask: z.literal('enable-rule') }),
  /** Where suppression acts. */
  z.strictObject({ ask: z.literal('scope') }),
]);

/** What the function answers, by what was asked. */
export type PolicyAnswer = ShowAnswer | ExplainAnswer | SimulateAnswer | RulesAnswer | ScopeAnswer;

/** Time kept back for the answer when reading at SES's rate takes long, milliseconds. */
const RESERVE = 15_000;

async function handle(event: unknown, { timeIsUp }: Invocation): Promise<PolicyAnswer> {
  const request = parseRequest(requestSchema, event);
  const loaded = await policyInForce();
  const { policy } = loaded;
  switch (request.ask) {
    case 'show':
      return showPolicy(loaded);
    case 'explain':
      return explainAddress(request, {
        store: store(),
        list: list(),
        now,
        loaded,
        reputation: accountReputation,
      });
    case 'simulate':
      return simulatePolicy(request, {
        store: store(),
        now,
        inForce: policy,
        deployed: environment().POLICY,
      });
    case 'rules':
      return rules(store(), policy);
    case 'enable-rule':
      await enableRule(request, { store: store(), now });
      return rules(store(), policy);
    case 'scope': {
      const reading = await readScope(ses(), sesLimiter(), () => timeIsUp(RESERVE));
      return scopeAnswer(reading, await accountReputation(), policy);
    }
  }
}

/** An operator's questions about the policy. Only `enable-rule` changes anything. */
export const handler = answering(handle);
