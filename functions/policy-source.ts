import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { now } from '../lib/clock.ts';
import { type LoadedPolicy, policyLoader } from '../lib/policy/configuration.ts';
import type { Reputation } from '../lib/policy/guards.ts';
import { ssmPolicyParameter } from '../lib/store/policy-parameter.ts';
import { readReputation } from '../lib/suppression/reputation.ts';
import { type Runtime, runtime } from './runtime.ts';

/** What a run's policy and account guards are read from, made once per runtime. */
interface Sources {
  readonly policy: () => Promise<LoadedPolicy>;
  readonly cloudWatch: CloudWatchClient;
}

const environmentSchema = z.object({
  /** Name of the Systems Manager parameter that overrides the policy; empty or absent: there is none. */
  POLICY_PARAMETER: z.string().trim().max(2_048).default(''),
});

/** An answer that does not come in time is no answer; milliseconds, for each of three attempts. */
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };

const sources = new WeakMap<Runtime, Sources>();

/** The policy in force, read at most once a minute. Ask once at the start of a run, and keep to the answer. */
export function policyInForce(): Promise<LoadedPolicy> {
  return sourcesOf(runtime()).policy();
}

/** The account's bounce and complaint rate; never throws (see readReputation). */
export function accountReputation(): Promise<Reputation> {
  return readReputation(cloudWatch(), now());
}

/** The client that reads the account's metrics. */
export function cloudWatch(): CloudWatchClient {
  return sourcesOf(runtime()).cloudWatch;
}

function sourcesOf(of: Runtime): Sources {
  const known = sources.get(of);
  if (known !== undefined) return known;
  const { POLICY_PARAMETER: name } = environmentSchema.parse(process.env);
  const made: Sources = {
    cloudWatch: new CloudWatchClient({ requestHandler }),
    policy: policyLoader(
      {
        environmentOverrides: of.environment.POLICY,
        ...(name !== '' && { parameter: ssmPolicyParameter(new SSMClient({ requestHandler }), name) }),
      },
      now,
    ),
  };
  sources.set(of, made);
  return made;
}
