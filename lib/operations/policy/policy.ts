import * as z from 'zod';
import type {
  ExplainAnswer,
  explainRequestSchema,
  ShowAnswer,
  SimulateAnswer,
  simulateRequestSchema,
} from '../../contracts/policy.ts';
import type { LoadedPolicy } from '../../policy/configuration.ts';
import { accountGuards, type Reputation } from '../../policy/guards.ts';
import { DEFAULT_POLICY, type Policy, policyWith } from '../../policy/policy.ts';
import { deliveryMonths } from '../../store/delivery-months.ts';
import type { Table } from '../../store/table.ts';
import { type LookupTools, lookup } from '../lookup.ts';
import { loadRuleGuard } from './rules.ts';
import { type SimulateTools, simulate } from './simulate.ts';

/** The policy in force, and where each value comes from. */
export function showPolicy({ policy, origins, parameter, guards }: LoadedPolicy): ShowAnswer {
  return {
    policy,
    defaults: DEFAULT_POLICY,
    origins,
    parameter:
      parameter.state === 'unreadable'
        ? { ...parameter, problem: parameter.problem.message, why: parameter.problem.text }
        : parameter,
    guards,
  };
}

/** What explaining works with. */
export interface ExplainTools extends Omit<LookupTools, 'policy' | 'store'> {
  readonly store: Table;
  readonly loaded: LoadedPolicy;
  readonly reputation: () => Promise<Reputation>;
}

/** Each rule in order, whether it matches and what it says, and what stands in the way of a removal. */
export async function explainAddress(
  { address }: z.infer<typeof explainRequestSchema>,
  { store, list, now, loaded, reputation }: ExplainTools,
): Promise<ExplainAnswer> {
  const { policy, guards } = loaded;
  const [answer, account, rates, ruleGuard] = await Promise.all([
    lookup({ address, explainPolicy: true }, { store, list, policy, now }),
    // Failing to look is for the guards to judge.
    list.account().catch(() => undefined),
    reputation(),
    loadRuleGuard(store, policy),
  ]);
  const onRule = answer.verdict && ruleGuard(answer.verdict.rule, answer.diagnosis.carrier);
  return {
    address: answer.address,
    listing: answer.listing,
    diagnosis: answer.diagnosis,
    ...(answer.verdict && { verdict: answer.verdict }),
    ...(answer.policy && { policy: answer.policy }),
    guards: [...guards, ...accountGuards(account, rates, policy), ...(onRule ? [onRule] : [])],
  };
}

/**
 * Replays the policy in force and the one that the request's overrides would make in the parameter's place.
 *
 * @throws {InvalidPolicyError} when they make none.
 */
export async function simulatePolicy(
  request: z.infer<typeof simulateRequestSchema>,
  tools: Pick<SimulateTools, 'now'> & {
    readonly store: Table;
    readonly inForce: Policy;
    /** Overrides of the deployment, parsed JSON. */
    readonly deployed: unknown;
  },
): Promise<SimulateAnswer> {
  const { inForce } = tools;
  const deployed = z.record(z.string(), z.unknown()).default({}).parse(tools.deployed);
  const candidate = policyWith({ ...deployed, ...request.policy });
  const keys = Object.keys(DEFAULT_POLICY) as (keyof Policy)[];
  return {
    ...(await simulate(request, {
      store: tools.store,
      candidate,
      inForce,
      deliveryMonths: await deliveryMonths(tools.store),
      now: tools.now,
    })),
    changed: keys
      .filter((key) => inForce[key] !== candidate[key])
      .map((key) => ({ key, inForce: inForce[key], candidate: candidate[key] })),
    maximumRemovalsPerDay: {
      inForce: inForce.maximumRemovalsPerDay,
      candidate: candidate.maximumRemovalsPerDay,
    },
  };
}
