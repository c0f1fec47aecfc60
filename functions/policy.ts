import type { Context } from 'aws-lambda';
import { z } from 'zod';
import { now } from '../lib/clock.ts';
import { type LookupAnswer, lookup, lookupRequestSchema } from '../lib/operations/lookup.ts';
import {
  enableRule,
  enableRuleSchema,
  loadRuleGuard,
  type RuleLine,
  rules,
} from '../lib/operations/rules.ts';
import { type ScopeAnswer, scopeAnswer } from '../lib/operations/scope.ts';
import { type SimulationPart, simulate, simulateRequestSchema } from '../lib/operations/simulate.ts';
import type { LoadedPolicy, ParameterState } from '../lib/policy/configuration.ts';
import { accountGuards, type Limit } from '../lib/policy/guards.ts';
import { DEFAULT_POLICY, type Policy, policyWith } from '../lib/policy/policy.ts';
import { limiter } from '../lib/suppression/limiter.ts';
import { readScope } from '../lib/suppression/scope.ts';
import { accountReputation, policyInForce } from './policy-source.ts';
import { parseRequest } from './request.ts';
import { runtime } from './runtime.ts';

const requestSchema = z.discriminatedUnion('ask', [
  /** The policy in force and where each value comes from. */
  z.strictObject({ ask: z.literal('show') }),
  /** Each rule's word on an address, and what else stands in the way. */
  z.strictObject({ ask: z.literal('explain'), address: lookupRequestSchema.shape.address }),
  /** What another policy would have done. */
  simulateRequestSchema.extend({ ask: z.literal('simulate') }),
  /** What came of each rule's removals. */
  z.strictObject({ ask: z.literal('rules') }),
  /** Lets a rule remove again. */
  enableRuleSchema.extend({ ask: z.literal('enable-rule') }),
  /** Where suppression acts. */
  z.strictObject({ ask: z.literal('scope') }),
]);

/** The policy in force, as an operator sees it. */
export interface ShowAnswer {
  readonly policy: Policy;
  readonly defaults: Policy;
  readonly origins: LoadedPolicy['origins'];
  readonly parameter:
    | Exclude<ParameterState, { state: 'unreadable' }>
    | { readonly state: 'unreadable'; readonly name: string; readonly problem: string };
  readonly guards: readonly Limit[];
}

/** Each rule's word on an address. */
export interface ExplainAnswer
  extends Pick<LookupAnswer, 'address' | 'listing' | 'diagnosis' | 'verdict' | 'policy'> {
  /** What would turn a removal into a proposal at present. */
  readonly guards: readonly Limit[];
}

/** A part of a simulation, with the values in which the two policies differ. */
export interface SimulateAnswer extends SimulationPart {
  readonly changed: readonly { readonly key: string; readonly inForce: number; readonly candidate: number }[];
  readonly maximumRemovalsPerDay: { readonly inForce: number; readonly candidate: number };
}

/** The rules with a removal on record. */
export interface RulesAnswer {
  readonly rules: readonly RuleLine[];
  readonly policy: Pick<Policy, 'minimumSuccessRate' | 'minimumOutcomes' | 'outcomeWindow'>;
}

/** What the function answers, by what was asked. */
export type PolicyAnswer = ShowAnswer | ExplainAnswer | SimulateAnswer | RulesAnswer | ScopeAnswer;

/** Time kept back for the answer when reading at SES's rate takes long, milliseconds. */
const RESERVE = 15_000;

/** An operator's questions about the policy. Only `enable-rule` changes anything. */
export async function handler(event: unknown, context?: Context): Promise<PolicyAnswer> {
  const request = parseRequest(requestSchema, event);
  const loaded = await policyInForce();
  switch (request.ask) {
    case 'show':
      return show(loaded);
    case 'explain':
      return explain(request.address, loaded);
    case 'simulate':
      return simulated(request, loaded);
    case 'rules':
      return rulesAnswer(loaded.policy);
    case 'enable-rule': {
      const { ask: _ask, ...word } = request;
      await enableRule(word, { store: runtime().store, now });
      return rulesAnswer(loaded.policy);
    }
    case 'scope': {
      const { ses, environment } = runtime();
      const timeIsUp = () => context !== undefined && context.getRemainingTimeInMillis() < RESERVE;
      const reading = await readScope(ses, limiter(environment.SES_CALLS_PER_SECOND), timeIsUp);
      return scopeAnswer(reading, await accountReputation(), loaded.policy);
    }
  }
}

function show({ policy, origins, parameter, guards }: LoadedPolicy): ShowAnswer {
  return {
    policy,
    defaults: DEFAULT_POLICY,
    origins,
    parameter:
      parameter.state === 'unreadable' ? { ...parameter, problem: parameter.problem.message } : parameter,
    guards,
  };
}

async function explain(address: string, { policy, guards }: LoadedPolicy): Promise<ExplainAnswer> {
  const { store, list } = runtime();
  const [answer, account, reputation, ruleGuard] = await Promise.all([
    lookup({ address, explainPolicy: true }, { store, list, policy, now }),
    // Failing to look is for the guards to judge.
    list.account().catch(() => undefined),
    accountReputation(),
    loadRuleGuard(store, policy),
  ]);
  const onRule = answer.verdict && ruleGuard(answer.verdict.rule, answer.diagnosis.carrier);
  return {
    address: answer.address,
    listing: answer.listing,
    diagnosis: answer.diagnosis,
    ...(answer.verdict && { verdict: answer.verdict }),
    ...(answer.policy && { policy: answer.policy }),
    guards: [...guards, ...accountGuards(account, reputation, policy), ...(onRule ? [onRule] : [])],
  };
}

async function simulated(
  { ask: _ask, ...request }: z.infer<typeof simulateRequestSchema> & { ask: 'simulate' },
  { policy: inForce }: LoadedPolicy,
): Promise<SimulateAnswer> {
  const { store, environment } = runtime();
  const deployed = z.record(z.string(), z.unknown()).default({}).parse(environment.POLICY);
  const candidate = policyWith({ ...deployed, ...request.policy });
  const keys = Object.keys(DEFAULT_POLICY) as (keyof Policy)[];
  return {
    ...(await simulate(request, { store, candidate, inForce, now })),
    changed: keys
      .filter((key) => inForce[key] !== candidate[key])
      .map((key) => ({ key, inForce: inForce[key], candidate: candidate[key] })),
    maximumRemovalsPerDay: {
      inForce: inForce.maximumRemovalsPerDay,
      candidate: candidate.maximumRemovalsPerDay,
    },
  };
}

async function rulesAnswer(policy: Policy): Promise<RulesAnswer> {
  const { minimumSuccessRate, minimumOutcomes, outcomeWindow } = policy;
  return {
    rules: await rules(runtime().store, policy),
    policy: { minimumSuccessRate, minimumOutcomes, outcomeWindow },
  };
}
