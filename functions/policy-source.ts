import { now } from '../lib/clock.ts';
import { type LoadedPolicy, policyLoader } from '../lib/policy/configuration.ts';
import type { Reputation } from '../lib/policy/guards.ts';
import { ssmPolicyParameter } from '../lib/store/policy-parameter.ts';
import { readReputation } from '../lib/suppression/reputation.ts';
import { cloudWatch, ssm } from './clients.ts';
import { environment } from './environment.ts';
import { once } from './once.ts';

/** The policy in force, read at most once a minute. Ask once at the start of a run, and keep to the answer. */
export function policyInForce(): Promise<LoadedPolicy> {
  return loader()();
}

function loader(): () => Promise<LoadedPolicy> {
  return once(loader, () => {
    const { POLICY, POLICY_PARAMETER: name } = environment();
    const sources = {
      environmentOverrides: POLICY,
      ...(name !== '' && { parameter: ssmPolicyParameter(ssm(), name) }),
    };
    return policyLoader(sources, now);
  });
}

/** The account's bounce and complaint rate; never throws (see readReputation). */
export function accountReputation(): Promise<Reputation> {
  return readReputation(cloudWatch(), now());
}
