import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { alarmResource, alarmsOf } from '../deploy/alarms.ts';
import { type Settings, settingsOf } from '../deploy/settings.ts';
import { FUNCTIONS } from '../lib/contracts/functions.ts';
import { type FilterPolicy, passes } from './sns-filter.ts';

/**
 * Topics, queues and alarms of the stack, as the template has them and CloudFormation would make them of it: the local
 * services answer with these, and have no policy, filter or alarm of their own.
 */

/** The local system's stage, Region and account. */
export const STAGE = 'local';
export const REGION = 'ap-northeast-1';
export const ACCOUNT = '123456789012';

/** What subscribes to a topic. */
export interface StackSubscription {
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly filter?: FilterPolicy;
  /** As GetSubscriptionAttributes names them; documents as text. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** A topic. */
export interface StackTopic {
  readonly arn: string;
  /** A policy document, as text. */
  readonly policy: string;
  readonly subscriptions: readonly StackSubscription[];
}

/** See {@link stackOf}. */
export interface Stack {
  readonly topics: readonly StackTopic[];
  /** Policy documents as text, by the queue's name. */
  readonly queuePolicies: ReadonlyMap<string, string>;
  /** Properties of AWS::CloudWatch::Alarm. */
  readonly alarms: readonly unknown[];
}

/** Where the resources are that the local services answer with. */
const TEMPLATES = ['messaging', 'alarms', 'notices'];

const resourcesSchema = z.record(
  z.string(),
  z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()) }),
);
type Resources = z.infer<typeof resourcesSchema>;

const policySchema = z.object({
  Topics: z.array(z.string()).default([]),
  Queues: z.array(z.string()).default([]),
  PolicyDocument: z.unknown(),
});

const subscriptionSchema = z.object({
  TopicArn: z.string(),
  Protocol: z.string(),
  Endpoint: z.string(),
  FilterPolicyScope: z.string(),
  FilterPolicy: z.custom<FilterPolicy>(),
  RedrivePolicy: z.unknown(),
});

/** The local stack with these settings, others being as they are by default. No schedule runs on one's own machine. */
export function stackOf(given: Partial<Settings> = {}): Stack {
  const settings = settingsOf(STAGE, { scheduleEnabled: false, ...given });
  const resources = resourcesOf(settings);
  const resolved = (type: string) =>
    Object.values(resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) => resolve(Properties, resources));
  const policies = (type: string) => resolved(type).map((each) => policySchema.parse(each));
  const subscriptions = resolved('AWS::SNS::Subscription').map((each) => subscriptionSchema.parse(each));
  const topics = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::SNS::Topic');
  return {
    topics: topics.map(([id]) => {
      const arn = attributeOf(id, 'Arn', resources);
      const policy = policies('AWS::SNS::TopicPolicy').find(({ Topics }) => Topics.includes(arn));
      return {
        arn,
        policy: JSON.stringify(policy?.PolicyDocument ?? {}),
        subscriptions: [
          ...subscriptions.filter(({ TopicArn }) => TopicArn === arn).map(subscriptionOf),
          ...(arn.endsWith('-alarms') ? [terminalAt(arn)] : []),
        ],
      };
    }),
    queuePolicies: new Map(
      policies('AWS::SQS::QueuePolicy').flatMap(({ Queues, PolicyDocument }) =>
        Queues.map((queue) => [queue, JSON.stringify(PolicyDocument)] as const),
      ),
    ),
    alarms: alarmsOf(STAGE, settings).map((alarm) => {
      const { Properties } = z.object({ Properties: z.unknown() }).parse(alarmResource(alarm, STAGE));
      return resolve(Properties, resources);
    }),
  };
}

/** Whether SNS hands a message of SES's events to ingest, by the filter policy of its subscription. */
export function isDelivered({ topics }: Stack, message: string): boolean {
  const subscriptions = topics.flatMap((topic) => topic.subscriptions);
  return subscriptions.some(
    ({ protocol, filter }) => protocol === 'lambda' && (!filter || passes(filter, message)),
  );
}

function subscriptionOf(
  {
    TopicArn,
    Protocol,
    Endpoint,
    FilterPolicyScope,
    FilterPolicy,
    RedrivePolicy,
  }: z.infer<typeof subscriptionSchema>,
  index: number,
): StackSubscription {
  return {
    arn: `${TopicArn}:${index + 1}`,
    protocol: Protocol,
    endpoint: Endpoint,
    filter: FilterPolicy,
    attributes: {
      FilterPolicyScope,
      FilterPolicy: JSON.stringify(FilterPolicy),
      RedrivePolicy: JSON.stringify(RedrivePolicy),
      PendingConfirmation: 'false',
    },
  };
}

/** The terminal in which the local system serves: it shows the alarms that ring. */
function terminalAt(topic: string): StackSubscription {
  return {
    arn: `${topic}:1`,
    protocol: 'application',
    endpoint: 'terminal',
    attributes: { PendingConfirmation: 'false' },
  };
}

/** The resources of the templates, with what osls puts in place of `${...}`. */
function resourcesOf(settings: Settings): Resources {
  const all = [...TEMPLATES, `transport-${settings.transport}`].map((name) => {
    const { resources, Resources = resources?.Resources } = templateAt(`deploy/${name}.yml`);
    return resourcesSchema.parse(filledIn(Resources, settings));
  });
  return Object.assign({}, ...all);
}

function templateAt(path: string) {
  return parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'));
}

function filledIn(value: unknown, settings: Settings): unknown {
  if (Array.isArray(value)) return value.map((each) => filledIn(each, settings));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filledIn(each, settings)]));
  }
  if (typeof value !== 'string') return value;
  const text = value
    .replaceAll(/\$\{sls:stage\}/g, STAGE)
    .replaceAll(
      /\$\{self:custom\.settings\.(\w+)\}/g,
      (_, name: keyof Settings) => `${settings[name] ?? ''}`,
    );
  const [, path] = /^\$\{file\((.+)\)\}$/.exec(text) ?? [];
  return path === undefined ? text : filledIn(templateAt(path), settings);
}

/** What CloudFormation puts in place of Ref, Fn::GetAtt and Fn::Sub. */
function resolve(value: unknown, resources: Resources): unknown {
  if (Array.isArray(value)) return value.map((each) => resolve(each, resources));
  if (typeof value !== 'object' || value === null) return value;
  const { Ref: name, 'Fn::GetAtt': attribute, 'Fn::Sub': text } = value as Record<string, unknown>;
  if (typeof name === 'string') return PSEUDO[name] ?? referenceTo(name, resources);
  if (Array.isArray(attribute)) return attributeOf(String(attribute[0]), String(attribute[1]), resources);
  if (typeof text === 'string') return text.replaceAll(/\$\{([^}]+)\}/g, (all, each) => PSEUDO[each] ?? all);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolve(each, resources)]));
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
};

/** A function's name, a queue's name (a URL elsewhere: here nothing asks for one) or a topic's ARN. */
function referenceTo(id: string, resources: Resources): string {
  const isTopic = resources[id]?.Type === 'AWS::SNS::Topic';
  return isTopic ? attributeOf(id, 'Arn', resources) : physicalName(id, resources);
}

function attributeOf(id: string, attribute: string, resources: Resources): string {
  const name = physicalName(id, resources);
  if (attribute !== 'Arn') return name;
  const service = { 'AWS::SNS::Topic': 'sns', 'AWS::SQS::Queue': 'sqs' }[resources[id]?.Type ?? ''];
  const path = service === undefined ? `function:${name}` : name;
  return `arn:aws:${service ?? 'lambda'}:${REGION}:${ACCOUNT}:${path}`;
}

function physicalName(id: string, resources: Resources): string {
  const { TopicName, QueueName } = resources[id]?.Properties ?? {};
  const ofFunction = FUNCTIONS.find(
    ({ name }) => `${name.replaceAll('-', 'Dash')}LambdaFunction`.toLowerCase() === id.toLowerCase(),
  );
  const name = TopicName ?? QueueName ?? (ofFunction && `todoku-${STAGE}-${ofFunction.name}`);
  if (typeof name === 'string') return name;
  throw new RangeError(`${id} is nothing that the local system has`);
}
