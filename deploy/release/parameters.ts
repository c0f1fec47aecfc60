import * as z from 'zod';
import { policySchema } from '../../lib/policy/policy.ts';
import { LONGEST_STAGE_OF_A_BUCKET, STAGE, settingsOf, settingsSchema, TOGETHER } from '../settings.ts';
import { SCHEDULES } from './watching.ts';

/**
 * The settings as parameters of the released template, made from the schema that checks a settings file: who deploys
 * with the AWS CLI alone is refused the same values, by CloudFormation and before anything is made.
 */

/** A parameter as CloudFormation takes it. */
export interface Parameter {
  readonly Type: 'String' | 'Number';
  readonly Description: string;
  readonly Default?: string;
  readonly AllowedValues?: readonly string[];
  readonly AllowedPattern?: string;
  readonly MinValue?: number;
  readonly MaxValue?: number;
  readonly MaxLength?: number;
}

/** A setting's name as a parameter's: `alarmEmail` is AlarmEmail. */
export type ParameterName = Capitalize<keyof typeof settingsSchema.shape> | 'Stage' | 'CodeBucket';

const capitalised = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** What zod writes of one setting, as far as a parameter can hold it. */
const written = z.looseObject({
  type: z.enum(['string', 'number', 'integer', 'boolean', 'object', 'array']),
  description: z.string(),
  enum: z.array(z.union([z.string(), z.number()])).optional(),
  pattern: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});

/** Limits that alarms have too: the template cannot read them out of the JSON. */
const OF_ALARMS = ['maximumBounceRate', 'maximumComplaintRate'];

/** A policy as JSON text: known limits and numbers. Their ranges are checked when a function reads it. */
const POLICY_JSON = (() => {
  const known = Object.keys(policySchema.shape).filter((name) => !OF_ALARMS.includes(name));
  const limit = `"(${known.join('|')})" *: *[0-9.]+`;
  return `\\{ *(${limit}( *, *${limit})*)? *\\}`;
})();

/** What a setting that is no text is written as; their contents no pattern can check. */
const JSON_TEXTS: Readonly<Record<string, string>> = { policy: POLICY_JSON, shops: '\\[.*\\]' };

/** The parameters by name, in the order of the settings. */
export function parameters(): Record<string, Parameter> {
  const { properties } = z
    .object({ properties: z.record(z.string(), written) })
    .parse(z.toJSONSchema(settingsSchema, { io: 'input', unrepresentable: 'any' }));
  const defaults = parametersOf('prod', settingsOf('prod', {}));
  return {
    Stage: {
      Type: 'String',
      Description: 'Part of every name: todoku-STAGE-ingest. The command line asks for prod unless told.',
      Default: defaults.Stage ?? '',
      AllowedPattern: STAGE.source,
      MaxLength: LONGEST_STAGE_OF_A_BUCKET,
    },
    CodeBucket: {
      Type: 'String',
      Description: "Bucket of the stack's Region that this release was copied to.",
      AllowedPattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
    },
    ...Object.fromEntries(
      Object.entries(properties).map(([name, setting]) => [
        capitalised(name),
        parameterOf(name, setting, defaults[capitalised(name)] ?? ''),
      ]),
    ),
  };
}

function parameterOf(name: string, setting: z.infer<typeof written>, byDefault: string): Parameter {
  const { type, description, enum: values, minimum, maximum } = setting;
  const json = JSON_TEXTS[name];
  const pattern = json ?? setting.pattern;
  return {
    Type: type === 'integer' || type === 'number' ? 'Number' : 'String',
    Description: json === undefined ? description : `${description} JSON.`,
    Default: byDefault,
    ...(type === 'boolean' && { AllowedValues: ['true', 'false'] }),
    ...(values && { AllowedValues: values.map(String) }),
    ...(/schedule$/i.test(name) && { AllowedValues: SCHEDULES }),
    ...(pattern !== undefined && {
      AllowedPattern: byDefault === '' ? `^$|${anchored(pattern)}` : anchored(pattern),
    }),
    ...(minimum !== undefined && { MinValue: minimum }),
    ...(maximum !== undefined && { MaxValue: maximum }),
  };
}

const anchored = (pattern: string) => (pattern.startsWith('^') ? pattern : `^${pattern}$`);

/** What the template asks of parameters together, before it makes anything. */
export function rules(): Record<string, unknown> {
  const isEmpty = (name: string) => ({ 'Fn::Equals': [{ Ref: capitalised(name) }, ''] });
  const [first, second] = TOGETHER.settings;
  const rule = (given: string, needed: string) => ({
    RuleCondition: { 'Fn::Not': [isEmpty(given)] },
    Assertions: [{ Assert: { 'Fn::Not': [isEmpty(needed)] }, AssertDescription: TOGETHER.words.en }],
  });
  return {
    [`${capitalised(first)}Alone`]: rule(first, second),
    [`${capitalised(second)}Alone`]: rule(second, first),
  };
}

/**
 * A stage's settings as the parameters' values.
 *
 * @param settings complete, as `settingsOf` gives them.
 */
export function parametersOf(
  stage: string,
  settings: z.output<typeof settingsSchema>,
): Record<string, string> {
  const values = Object.keys(settingsSchema.shape).map((name): [string, string] => {
    const value: unknown = Object.entries(settings).find(([each]) => each === name)?.[1];
    if (name in JSON_TEXTS) return [capitalised(name), JSON.stringify(value)];
    return [capitalised(name), value === undefined ? '' : String(value)];
  });
  return { Stage: stage, ...Object.fromEntries(values) };
}
