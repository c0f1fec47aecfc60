import * as z from 'zod';

/**
 * What CloudFormation would make of the released template with given parameters, as far as the template uses it: the
 * release compares that with what osls packaged, so that both ways of deploying give the same stack.
 */

const fields = z.record(z.string(), z.unknown());
const released = z.looseObject({
  Parameters: z.record(z.string(), z.looseObject({ Default: z.string().optional() })),
  Conditions: fields,
  Resources: z.record(z.string(), fields),
  Outputs: z.record(z.string(), fields),
});

const REMOVED = Symbol('AWS::NoValue');

/** Resources and outputs with every parameter and condition resolved. Numbers are text, as parameters are. */
export function resolved(
  template: unknown,
  values: Readonly<Record<string, string>>,
): Record<'Resources' | 'Outputs', Record<string, unknown>> {
  const { Parameters, Conditions, Resources, Outputs } = released.parse(template);
  const parameters = new Map(
    Object.entries(Parameters).map(([name, { Default }]) => [name, values[name] ?? Default ?? '']),
  );
  const holds = (condition: unknown): boolean => {
    const { 'Fn::Not': not, 'Fn::Equals': equal } = fields.parse(condition);
    if (Array.isArray(not)) return !holds(not[0]);
    const [one, other] = z.tuple([z.unknown(), z.unknown()]).parse(equal);
    return inside(one) === inside(other);
  };
  const inside = (value: unknown): unknown => {
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (Array.isArray(value)) return value.map(inside).filter((each) => each !== REMOVED);
    if (typeof value !== 'object' || value === null) return value;
    const { Ref, 'Fn::If': choice, 'Fn::Sub': text } = fields.parse(value);
    if (Ref === 'AWS::NoValue') return REMOVED;
    if (typeof Ref === 'string' && parameters.has(Ref)) return parameters.get(Ref);
    if (Array.isArray(choice)) return inside(holds(Conditions[String(choice[0])]) ? choice[1] : choice[2]);
    if (typeof text === 'string') {
      const filled = text.replace(/\$\{(\w+)\}/g, (all, name: string) => parameters.get(name) ?? all);
      return filled.includes('${') ? { 'Fn::Sub': filled } : filled;
    }
    return Object.fromEntries(
      Object.entries(value)
        .map(([name, each]): [string, unknown] => [name, inside(each)])
        .filter(([, each]) => each !== REMOVED),
    );
  };
  const part = (all: Readonly<Record<string, Readonly<Record<string, unknown>>>>) =>
    Object.fromEntries(
      Object.entries(all)
        .filter(([, { Condition }]) => Condition === undefined || holds(Conditions[String(Condition)]))
        .map(([name, { Condition: _, ...rest }]) => [name, inside(rest)]),
    );
  return { Resources: part(Resources), Outputs: part(Outputs) };
}
