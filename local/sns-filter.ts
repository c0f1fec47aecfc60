/**
 * SNS's payload filtering, as far as the deployed policies use it: exact strings, `suffix`, `anything-but`
 * with a list, nesting and `$or` (docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html).
 */

/** A filter policy or a part of it. */
export type FilterPolicy = { readonly [key: string]: FilterPolicy | readonly unknown[] };

/** Whether SNS would deliver this message under this policy. A body that is not a JSON object never passes. */
export function passes(policy: FilterPolicy, message: string): boolean {
  let body: unknown;
  try {
    body = JSON.parse(message);
  } catch {
    return false;
  }
  return isObject(body) && matches(policy, body);
}

function matches(policy: FilterPolicy, body: unknown): boolean {
  return Object.entries(policy).every(([key, rule]) => {
    if (key === '$or') return branches(rule).some((branch) => matches(branch, body));
    const value = isObject(body) ? body[key] : undefined;
    if (!isList(rule)) return matches(rule, value);
    // An array in the message matches when any of its elements does.
    const values = Array.isArray(value) ? value : [value];
    return rule.some((condition) => values.some((candidate) => meets(condition, candidate)));
  });
}

function meets(condition: unknown, value: unknown): boolean {
  if (typeof condition === 'string') return value === condition;
  if (isObject(condition) && Object.keys(condition).length === 1) {
    const { suffix } = condition;
    if (typeof suffix === 'string') return typeof value === 'string' && value.endsWith(suffix);
    // A property that is not there is not "anything but": every property of a policy must be in the message.
    const excluded = excludedBy(condition);
    if (excluded !== undefined) return typeof value === 'string' && !excluded.includes(value);
  }
  throw new Error(`this matcher does not know the condition ${JSON.stringify(condition)}`);
}

/** The values of an `anything-but` condition; undefined: it is another. */
function excludedBy(condition: unknown): readonly unknown[] | undefined {
  const excluded = isObject(condition) ? condition['anything-but'] : undefined;
  return Array.isArray(excluded) ? excluded : undefined;
}

/** Every value that a policy excludes by `anything-but`, wherever. */
export function excludedValues(policy: FilterPolicy): unknown[] {
  return Object.entries(policy).flatMap(([key, rule]) => {
    if (key === '$or') return branches(rule).flatMap(excludedValues);
    return isList(rule) ? rule.flatMap((condition) => excludedBy(condition) ?? []) : excludedValues(rule);
  });
}

/**
 * How large a policy is against SNS's limits (docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html),
 * counted in the way that makes it largest: keys are every key that holds values, wherever nested; combinations are
 * the product over all arrays, also across the branches of `$or`, of the number of values times the depth; each value
 * that `anything-but` excludes is one.
 */
export function size(policy: FilterPolicy): { readonly keys: number; readonly combinations: number } {
  const found: { key: string; weight: number }[] = [];
  const collect = (part: FilterPolicy, depth: number) => {
    for (const [key, rule] of Object.entries(part)) {
      if (key === '$or') for (const branch of branches(rule)) collect(branch, depth);
      else if (isList(rule)) found.push({ key, weight: valuesIn(rule) * depth });
      else collect(rule, depth + 1);
    }
  };
  collect(policy, 1);
  return { keys: found.length, combinations: found.reduce((product, { weight }) => product * weight, 1) };
}

function valuesIn(rule: readonly unknown[]): number {
  return rule.reduce<number>((sum, condition) => sum + (excludedBy(condition)?.length ?? 1), 0);
}

function branches(rule: FilterPolicy | readonly unknown[]): FilterPolicy[] {
  if (!isList(rule)) throw new Error('$or takes an array');
  return rule.map((branch) => {
    if (!isPolicy(branch)) throw new Error('$or takes policies');
    return branch;
  });
}

function isPolicy(value: unknown): value is FilterPolicy {
  return isObject(value) && Object.values(value).every((rule) => Array.isArray(rule) || isPolicy(rule));
}

function isList(rule: FilterPolicy | readonly unknown[]): rule is readonly unknown[] {
  return Array.isArray(rule);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
