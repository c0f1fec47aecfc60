import * as z from 'zod';

/** What a policy of a topic or queue lets a service do, as far as it can be told without AWS: pure. */

const several = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

const statementSchema = z.object({
  Effect: z.string(),
  Principal: z.union([z.string(), z.record(z.string(), several)]).optional(),
  Action: several.optional(),
  NotPrincipal: z.unknown().optional(),
  NotAction: z.unknown().optional(),
  Condition: z.record(z.string(), z.record(z.string(), several)).optional(),
});

const policySchema = z.object({
  Statement: z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]),
});

/** A call by a service, and on whose behalf it is made. */
export interface ServiceCall {
  readonly service: string;
  readonly action: string;
  readonly account: string;
  /** ARN of the resource that has the service make it. */
  readonly source: string;
}

/**
 * Whether a policy lets a call pass. `unknown`: it holds something that this does not read, such as a condition of
 * another kind. An empty text is a policy that allows nothing.
 */
export function isAllowed(policy: string, call: ServiceCall): 'yes' | 'no' | 'unknown' {
  if (policy.trim() === '') return 'no';
  const statements = statementsIn(policy);
  if (statements === undefined) return 'unknown';
  const verdicts = statements.flatMap((each) => {
    const { Effect, Condition = {} } = each;
    if (saysAllBut(each)) return [{ Effect, holds: 'unknown' as const }];
    return concerns(each, call) ? [{ Effect, holds: holds(Condition, call) }] : [];
  });
  if (verdicts.some(({ Effect, holds: is }) => Effect === 'Deny' && is === 'yes')) return 'no';
  const isUnsure = verdicts.some(({ holds: is }) => is === 'unknown');
  if (verdicts.some(({ Effect, holds: is }) => Effect === 'Allow' && is === 'yes'))
    return verdicts.some(({ Effect, holds: is }) => Effect === 'Deny' && is === 'unknown')
      ? 'unknown'
      : 'yes';
  return isUnsure ? 'unknown' : 'no';
}

function statementsIn(policy: string): z.infer<typeof statementSchema>[] | undefined {
  try {
    const { Statement } = policySchema.parse(JSON.parse(policy));
    return Statement.map((each) => statementSchema.parse(each));
  } catch {
    return undefined;
  }
}

/** Whether it names what it is not about: that is not read here. */
function saysAllBut({ NotPrincipal, NotAction }: z.infer<typeof statementSchema>): boolean {
  return NotPrincipal !== undefined || NotAction !== undefined;
}

function concerns({ Principal, Action = [] }: z.infer<typeof statementSchema>, call: ServiceCall): boolean {
  const principals = typeof Principal === 'string' ? [Principal] : Object.values(Principal ?? {}).flat();
  return (
    principals.some((each) => each === '*' || each === call.service) &&
    Action.some((pattern) => matches(pattern.toLowerCase(), call.action.toLowerCase()))
  );
}

/** All of a statement's conditions, of a call that is encrypted in transit. */
function holds(
  condition: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  { account, source }: ServiceCall,
): 'yes' | 'no' | 'unknown' {
  const known: Readonly<Record<string, string>> = {
    'aws:sourceaccount': account,
    'aws:sourcearn': source,
    'aws:sourceowner': account,
    'aws:securetransport': 'true',
  };
  let isUnsure = false;
  for (const [operator, keys] of Object.entries(condition)) {
    for (const [key, patterns] of Object.entries(keys)) {
      const value = known[key.toLowerCase()];
      if (value === undefined || !/^(?:StringEquals|StringLike|ArnEquals|ArnLike|Bool)$/.test(operator)) {
        isUnsure = true;
      } else if (
        !patterns.some((pattern) => matches(operator === 'StringEquals' ? literal(pattern) : pattern, value))
      ) {
        return 'no';
      }
    }
  }
  return isUnsure ? 'unknown' : 'yes';
}

/** A sign that no pattern takes for more than itself. */
function literal(text: string): string {
  return text.replaceAll(/[*?]/g, '\u0000');
}

/** IAM's patterns: `*` stands for any signs, `?` for one. */
function matches(pattern: string, value: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(value);
}
