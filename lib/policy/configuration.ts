import { errorName, Refusal } from '../refusal.ts';
import type { Limit } from './guards.ts';
import { DEFAULT_POLICY, InvalidPolicyError, type Policy, policyWith } from './policy.ts';

/**
 * Where the policy in force comes from, the later layer winning key by key: the defaults of this version, the
 * overrides it was deployed with, and a parameter that an operator changes without a deploy.
 */
export const POLICY_LAYERS = ['default', 'deployment', 'parameter'] as const;

/** See {@link POLICY_LAYERS}. */
export type PolicyLayer = (typeof POLICY_LAYERS)[number];

/** A parameter as its store answers it. */
export interface StoredParameter {
  readonly text: string;
  /** Counts the parameter's changes. */
  readonly version?: number;
  /** ISO 8601 UTC. */
  readonly changedAt?: string;
}

/** The place an operator overrides the policy at. */
export interface PolicyParameter {
  /** As the operator calls it: `/todoku/prod/policy`. */
  readonly name: string;
  /** Undefined when there is no such parameter; throws when nobody can tell. */
  read(): Promise<StoredParameter | undefined>;
}

/** Thrown inside the loader, and answered by it: the parameter exists or may exist, and its word is not known. */
export class PolicyUnreadableError extends Refusal {
  override readonly name = 'PolicyUnreadableError';
  override readonly code = 'policy-unreadable';
}

/** What was found at the parameter. */
export type ParameterState =
  | { readonly state: 'none' }
  | { readonly state: 'missing'; readonly name: string }
  | { readonly state: 'read'; readonly name: string; readonly version?: number; readonly changedAt?: string }
  | { readonly state: 'unreadable'; readonly name: string; readonly problem: PolicyUnreadableError };

/** The policy in force, and where it comes from. */
export interface LoadedPolicy {
  readonly policy: Policy;
  /** The layer that set each value. */
  readonly origins: Readonly<Record<keyof Policy, PolicyLayer>>;
  readonly parameter: ParameterState;
  /** Not empty when the parameter could not be read: then nothing may be removed, only proposed. */
  readonly guards: readonly Limit[];
}

/** What the policy is loaded from. */
export interface PolicySources {
  /** Overrides of the deployment, parsed JSON. */
  readonly environmentOverrides?: unknown;
  readonly parameter?: PolicyParameter;
}

/**
 * The policy in force. A missing parameter is no override. One that cannot be read, or does not make a valid policy,
 * leaves the lower layers in force with a guard: an operator may have lowered a limit in it, so nothing is removed
 * until it can be read again.
 *
 * @throws {InvalidPolicyError} when the deployment's overrides are not valid: that is a deploy to mend.
 */
export async function loadPolicy(sources: PolicySources): Promise<LoadedPolicy> {
  const deployed = policyWith(sources.environmentOverrides);
  const { parameter } = sources;
  if (parameter === undefined) return loaded(sources, deployed, {}, { state: 'none' });
  const { name } = parameter;
  try {
    const stored = await parameter.read();
    if (stored === undefined) return loaded(sources, deployed, {}, { state: 'missing', name });
    const overrides = overridesIn(stored.text);
    const policy = policyWith({ ...objectOf(sources.environmentOverrides), ...overrides });
    return loaded(sources, policy, overrides, {
      state: 'read',
      name,
      ...(stored.version !== undefined && { version: stored.version }),
      ...(stored.changedAt !== undefined && { changedAt: stored.changedAt }),
    });
  } catch (error) {
    const why =
      error instanceof InvalidPolicyError ? error.text : { ja: errorName(error), en: errorName(error) };
    const problem = new PolicyUnreadableError(
      {
        ja: `運用ポリシーのパラメーター ${name} を使用できません（${why.ja}）。内容を修正するか、パラメーターを削除してデプロイ時の設定に戻してください。`,
        en: `the policy parameter ${name} could not be used (${why.en}): correct it, or delete it to go back to the deployed policy`,
      },
      { cause: error },
    );
    return loaded(sources, deployed, {}, { state: 'unreadable', name, problem });
  }
}

/** How long a policy once read is used, milliseconds: an operator's change is in force a minute later at most. */
const FRESH_FOR = 60_000;

/** Loads the policy at most once a minute. One that could not be read is tried again each time. */
export function policyLoader(sources: PolicySources, now: () => Date): () => Promise<LoadedPolicy> {
  let held: { readonly until: number; readonly answer: Promise<LoadedPolicy> } | undefined;
  return () => {
    const time = now().getTime();
    if (held !== undefined && time < held.until && time >= held.until - FRESH_FOR) return held.answer;
    const answer = loadPolicy(sources);
    const mine = { until: time + FRESH_FOR, answer };
    held = mine;
    const forget = () => {
      if (held === mine) held = undefined;
    };
    answer.then((got) => got.parameter.state === 'unreadable' && forget(), forget);
    return answer;
  };
}

function loaded(
  { environmentOverrides }: PolicySources,
  policy: Policy,
  parameterOverrides: object,
  parameter: ParameterState,
): LoadedPolicy {
  const deployed = objectOf(environmentOverrides);
  const layerOf = (key: string): PolicyLayer =>
    key in parameterOverrides ? 'parameter' : key in deployed ? 'deployment' : 'default';
  const keys = Object.keys(DEFAULT_POLICY) as (keyof Policy)[];
  const origins = Object.fromEntries(keys.map((key) => [key, layerOf(key)])) as LoadedPolicy['origins'];
  return {
    policy,
    origins,
    parameter,
    guards: parameter.state === 'unreadable' ? [guardOf(parameter.name, parameter.problem)] : [],
  };
}

function guardOf(name: string, problem: PolicyUnreadableError): Limit {
  const { cause } = problem;
  const why = cause instanceof Error ? cause.name : 'unknown error';
  return {
    limit: 'policy-unreadable',
    because: {
      ja: `運用ポリシーのパラメーター ${name} を読み取れないため（${why}）、自動解除を止め、提案だけを行います。内容を修正するか、パラメーターを削除してください（todoku policy show で確認できます）。`,
      en: `The policy parameter ${name} could not be used (${why}). Nothing is removed, only proposed: correct the parameter or delete it (todoku policy show says more).`,
    },
  };
}

/** The parameter's JSON object. @throws {InvalidPolicyError} when it is none. */
function overridesIn(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidPolicyError(
      { ja: '運用ポリシーに誤りがあります：JSONではありません', en: 'invalid policy: not JSON' },
      { cause: error },
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidPolicyError({
      ja: '運用ポリシーに誤りがあります：JSONオブジェクトではありません',
      en: 'invalid policy: not a JSON object',
    });
  }
  return value;
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
