import { runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { FUNCTIONS, type FunctionName } from '../../lib/contracts/functions.ts';
import { DEPLOYED } from './functions.ts';
import { named, type Packaged, packageStack, properties } from './template.ts';

/**
 * Who may do what, by simulating IAM over the packaged template: what each role needs is allowed, and what any other
 * role, stage or account has is denied. tests/deployment/stack.test.ts holds the grants themselves.
 */

const ACCOUNT = '123456789012';
const REGION = 'ap-northeast-1';
const OTHER_ACCOUNT = '210987654321';

let stack: Packaged;

beforeAll(async () => {
  stack = await packageStack('empty', {
    settings: {
      transport: 'buffered',
      dmarcReportAddress: 'dmarc@reports.shop.example',
      receiptRuleSet: 'shop',
    },
  });
}, 600_000);

afterAll(() => stack?.remove());

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
const logical = (name: string) => `${capitalised(name.replaceAll('-', 'Dash'))}LambdaFunction`;
const roleOf = (name: string) => `${name.split('-').map(capitalised).join('')}Role`;

/** ARNs of the stack's resources, as CloudFormation would make them. */
const ARNS: Readonly<Record<string, string>> = {
  Table: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/todoku-prod`,
  EventTopic: `arn:aws:sns:${REGION}:${ACCOUNT}:todoku-prod-ses-events`,
  AlarmTopic: `arn:aws:sns:${REGION}:${ACCOUNT}:todoku-prod-alarms`,
  NoticeTopic: `arn:aws:sns:${REGION}:${ACCOUNT}:todoku-prod-notices`,
  ChatTopic: `arn:aws:sns:${REGION}:${ACCOUNT}:todoku-prod-chat`,
  EventQueue: `arn:aws:sqs:${REGION}:${ACCOUNT}:todoku-prod-ses-events`,
  DeadLetterQueue: `arn:aws:sqs:${REGION}:${ACCOUNT}:todoku-prod-dead-letters`,
  ParkedLetterQueue: `arn:aws:sqs:${REGION}:${ACCOUNT}:todoku-prod-parked-letters`,
  ImportBucket: 'arn:aws:s3:::todoku-prod-import',
  DmarcReportBucket: `arn:aws:s3:::todoku-prod-dmarc-reports-${ACCOUNT}-${REGION}`,
  ...Object.fromEntries(
    FUNCTIONS.flatMap(({ name }) => [
      [logical(name), `arn:aws:lambda:${REGION}:${ACCOUNT}:function:todoku-prod-${name}`],
      [logical(name).replace('LambdaFunction', 'LogGroup'), logGroup(`todoku-prod-${name}`)],
    ]),
  ),
};

function logGroup(name: string): string {
  return `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/lambda/${name}:*`;
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
};

/** The value with each reference replaced by what it becomes. */
function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, inner] = ['', undefined]] = Object.entries(value);
  const arnOf = (resource: string) => PSEUDO[resource] ?? ARNS[resource] ?? unknownReference(resource);
  if (name === 'Ref' && typeof inner === 'string') return arnOf(inner);
  if (name === 'Fn::GetAtt' && Array.isArray(inner)) return arnOf(String(inner[0]));
  if (name === 'Fn::Sub' && typeof inner === 'string') {
    return inner.replaceAll(/\$\{([\w:]+)(?:\.Arn)?\}/g, (_, resource: string) => arnOf(resource));
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each)]));
}

function unknownReference(resource: string): never {
  throw new Error(`not a resource whose ARN the test knows: ${resource}`);
}

const documentsSchema = z.array(z.looseObject({ PolicyDocument: z.unknown() }));

/** Every document that a role or a managed policy of the stack holds. */
function documentsOf(name: string): unknown[] {
  const { template } = stack;
  const { Type, Properties } = template.Resources[name] ?? {};
  if (Type === 'AWS::IAM::ManagedPolicy') return [Properties?.PolicyDocument];
  const own = documentsSchema.parse(Properties?.Policies).map(({ PolicyDocument }) => PolicyDocument);
  const attached = named(template, 'AWS::IAM::Policy')
    .map((policy) => properties(template, policy, 'AWS::IAM::Policy'))
    .filter(({ Roles }) => JSON.stringify(Roles).includes(`{"Ref":"${name}"}`))
    .map(({ PolicyDocument }) => PolicyDocument);
  return [...own, ...attached];
}

interface Call {
  readonly action: string;
  readonly on: string;
  readonly account?: string;
}

async function simulate(
  principal: string,
  { action, on, account = ACCOUNT }: Call,
  policies: Pick<Simulation, 'identityPolicies' | 'resourcePolicy'>,
  context: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const result = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource: on, accountId: account },
        contextVariables: { 'aws:SecureTransport': 'true', ...context },
      },
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...policies,
    },
    {},
  );
  if (result.resultType === 'error') throw new Error(`${action} on ${on}: ${result.errors.message}`);
  return result.overallResult === 'Allowed';
}

/** Whether a role or managed policy of the stack allows a call. */
function allows(name: string, call: Call): Promise<boolean> {
  const identityPolicies = documentsOf(name).map((document, index) => ({
    name: `${name}-${index}`,
    policy: resolved(document),
  }));
  return simulate(`arn:aws:iam::${ACCOUNT}:role/${name}`, call, { identityPolicies });
}

/** One call that a grant of tests/deployment/functions.ts speaks of: `service:Action on RESOURCE`. */
function callOf(grant: string): Call {
  const [action = '', named = ''] = grant.split(' on ');
  const [first = '', ...rest] = named.split('/');
  const arn =
    ARNS[first] === undefined ? String(resolved({ 'Fn::Sub': named })) : [ARNS[first], ...rest].join('/');
  // A tenant's ARN ends in its name and its id.
  const last = arn.endsWith(':tenant/*') ? 'one/tn-1' : 'one';
  return { action, on: arn === '*' ? '*' : arn.replace(/\*$/, last) };
}

const NAMES = FUNCTIONS.map(({ name }) => name);
/** Every call that any function needs. */
const CALLS = [...new Set(NAMES.flatMap((name) => DEPLOYED[name].grants))];

/** What no role may do, whatever it works with. */
const NEVER: readonly Call[] = [
  { action: 'dynamodb:DeleteTable', on: ARNS.Table ?? '' },
  { action: 'dynamodb:GetItem', on: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/todoku-staging` },
  { action: 'dynamodb:PutItem', on: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/orders` },
  { action: 'sqs:SendMessage', on: ARNS.EventQueue ?? '' },
  { action: 'sns:Publish', on: ARNS.EventTopic ?? '' },
  { action: 's3:GetObject', on: `${ARNS.ImportBucket}/removals/one.csv` },
  { action: 's3:PutObject', on: 'arn:aws:s3:::somebody-elses/removals/one.csv' },
  { action: 'ssm:GetParameter', on: `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/todoku/staging/policy` },
  { action: 'ssm:PutParameter', on: `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/todoku/prod/policy` },
  { action: 'lambda:InvokeFunction', on: ARNS.RemoveLambdaFunction ?? '' },
  { action: 'lambda:UpdateFunctionCode', on: ARNS.RemoveLambdaFunction ?? '' },
  { action: 'iam:PassRole', on: `arn:aws:iam::${ACCOUNT}:role/RemoveRole` },
  { action: 'ses:SendEmail', on: `arn:aws:ses:${REGION}:${ACCOUNT}:identity/shop.example` },
  { action: 'logs:PutLogEvents', on: `${logGroup('todoku-staging-remove').slice(0, -1)}log-stream:one` },
];

describe('each role, simulated', () => {
  it.each(NAMES)('allows %s what its code calls, and denies all that the others call', async (name) => {
    const wanted = new Set(DEPLOYED[name].grants);
    for (const grant of CALLS) {
      expect([grant, await allows(roleOf(name), callOf(grant))]).toEqual([grant, wanted.has(grant)]);
    }
  });

  it.each(NAMES)('denies %s other stages, other accounts, and what no function needs', async (name) => {
    for (const call of NEVER) expect([call, await allows(roleOf(name), call)]).toEqual([call, false]);
  });
});

describe('the policies for people', () => {
  const mayInvoke: Readonly<Record<string, readonly FunctionName[]>> = {
    DeskAccess: ['lookup', 'note'],
    AuditorAccess: ['export', 'history', 'incidents', 'lookup', 'proposals', 'replies', 'report', 'status'],
    OperatorAccess: NAMES.filter((name) => name !== 'ingest'),
    ConnectAccess: ['status'],
    DoctorAccess: ['status'],
  };

  it.each(Object.entries(mayInvoke))('let %s invoke %j and nothing else', async (policy, functions) => {
    const invoke = (name: string) => ({ action: 'lambda:InvokeFunction', on: ARNS[logical(name)] ?? '' });
    for (const name of NAMES) {
      expect([name, await allows(policy, invoke(name))]).toEqual([name, functions.includes(name)]);
    }
    const others = NEVER.filter(({ action }) => action !== 'lambda:InvokeFunction');
    for (const call of others) expect([call, await allows(policy, call)]).toEqual([call, false]);
    const elsewhere = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:todoku-staging-lookup`;
    expect(await allows(policy, { action: 'lambda:InvokeFunction', on: elsewhere })).toBe(false);
  });

  it('let ConnectAccess alone change where configuration sets report, and no other setting of SES', async () => {
    const set = `arn:aws:ses:${REGION}:${ACCOUNT}:configuration-set/orders`;
    const identity = `arn:aws:ses:${REGION}:${ACCOUNT}:identity/shop.example`;
    const writes: readonly Call[] = ['Create', 'Update', 'Delete'].map((verb) => ({
      action: `ses:${verb}ConfigurationSetEventDestination`,
      on: set,
    }));
    for (const policy of Object.keys(mayInvoke)) {
      for (const call of writes)
        expect([policy, call, await allows(policy, call)]).toEqual([
          policy,
          call,
          policy === 'ConnectAccess',
        ]);
    }
    for (const call of [
      { action: 'ses:SetIdentityNotificationTopic', on: '*' },
      { action: 'ses:PutEmailIdentityConfigurationSetAttributes', on: identity },
      { action: 'ses:PutEmailIdentityFeedbackAttributes', on: identity },
      { action: 'ses:DeleteConfigurationSet', on: set },
    ])
      expect([call, await allows('ConnectAccess', call)]).toEqual([call, false]);
  });

  it('let DoctorAccess read what the doctor looks at, and change none of it', async () => {
    const reads: readonly Call[] = [
      { action: 'ses:GetAccount', on: '*' },
      { action: 'cloudwatch:DescribeAlarms', on: '*' },
      { action: 'sns:GetTopicAttributes', on: ARNS.AlarmTopic ?? '' },
      { action: 'sns:ListSubscriptionsByTopic', on: ARNS.EventTopic ?? '' },
      { action: 'sqs:GetQueueAttributes', on: ARNS.ParkedLetterQueue ?? '' },
    ];
    for (const call of reads) expect([call, await allows('DoctorAccess', call)]).toEqual([call, true]);
    for (const call of [
      { action: 'sqs:ReceiveMessage', on: ARNS.DeadLetterQueue ?? '' },
      { action: 'sns:SetTopicAttributes', on: ARNS.EventTopic ?? '' },
      { action: 'sns:GetTopicAttributes', on: `arn:aws:sns:${REGION}:${ACCOUNT}:crm` },
      { action: 'ses:PutAccountSuppressionAttributes', on: '*' },
    ])
      expect([call, await allows('DoctorAccess', call)]).toEqual([call, false]);
  });

  it('give the auditor only functions that can write nothing', () => {
    for (const name of mayInvoke.AuditorAccess ?? []) {
      expect(
        DEPLOYED[name].grants.filter((grant) => /:(?:Put|Delete|Update|BatchWrite|Send|Create)/.test(grant)),
      ).toEqual([]);
    }
  });
});

describe('what others may do with the stack, simulated', () => {
  const policyOf = (name: string, type: string) =>
    resolved(properties(stack.template, name, type).PolicyDocument);
  const asService = (
    service: string,
    call: Call,
    [name, type]: readonly [string, string],
    context: Readonly<Record<string, string>>,
  ) => simulate(service, call, { identityPolicies: [], resourcePolicy: policyOf(name, type) }, context);

  const TOPIC = ['EventTopicPolicy', 'AWS::SNS::TopicPolicy'] as const;
  const publish = { action: 'sns:Publish', on: ARNS.EventTopic ?? '' };
  const fromSes = {
    'aws:SourceAccount': ACCOUNT,
    'aws:SourceArn': `arn:aws:ses:${REGION}:${ACCOUNT}:configuration-set/orders`,
  };
  it.each([
    ['SES of this account', 'ses.amazonaws.com', fromSes, true],
    [
      'SES of another account',
      'ses.amazonaws.com',
      { ...fromSes, 'aws:SourceAccount': OTHER_ACCOUNT },
      false,
    ],
    [
      'SES with another account’s configuration set',
      'ses.amazonaws.com',
      { ...fromSes, 'aws:SourceArn': `arn:aws:ses:${REGION}:${OTHER_ACCOUNT}:configuration-set/orders` },
      false,
    ],
    ['SES in the clear', 'ses.amazonaws.com', { ...fromSes, 'aws:SecureTransport': 'false' }, false],
    ['another service', 's3.amazonaws.com', fromSes, false],
  ] as const)('publishing events: %s', async (_, service, context, allowed) => {
    expect(await asService(service, publish, TOPIC, context)).toBe(allowed);
  });

  it.each([
    ['EventQueuePolicy', 'EventQueue', true],
    ['DeadLetterQueuePolicy', 'DeadLetterQueue', true],
    ['ParkedLetterQueuePolicy', 'ParkedLetterQueue', false],
  ] as const)('sending, by %s: only our topic, and not in the clear', async (policy, queue, open) => {
    const send = { action: 'sqs:SendMessage', on: ARNS[queue] ?? '' };
    const by = [policy, 'AWS::SQS::QueuePolicy'] as const;
    const ours = { 'aws:SourceArn': ARNS.EventTopic ?? '' };
    const other = { 'aws:SourceArn': `arn:aws:sns:${REGION}:${ACCOUNT}:another` };
    expect(await asService('sns.amazonaws.com', send, by, ours)).toBe(open);
    expect(await asService('sns.amazonaws.com', send, by, other)).toBe(false);
    expect(await asService('sns.amazonaws.com', send, by, { ...ours, 'aws:SecureTransport': 'false' })).toBe(
      false,
    );
  });

  it('raising alarms: only alarms of this account', async () => {
    const call = { action: 'sns:Publish', on: ARNS.AlarmTopic ?? '' };
    const by = ['AlarmTopicPolicy', 'AWS::SNS::TopicPolicy'] as const;
    const alarm = (account: string) => ({
      'aws:SourceAccount': account,
      'aws:SourceArn': `arn:aws:cloudwatch:${REGION}:${account}:alarm:todoku-prod-dead-letters`,
    });
    expect(await asService('cloudwatch.amazonaws.com', call, by, alarm(ACCOUNT))).toBe(true);
    expect(await asService('cloudwatch.amazonaws.com', call, by, alarm(OTHER_ACCOUNT))).toBe(false);
  });

  it('reading files of removals and writing reports: only SES of this account', async () => {
    const read = { action: 's3:GetObject', on: `${ARNS.ImportBucket}/removals/one.csv` };
    const imports = ['ImportBucketPolicy', 'AWS::S3::BucketPolicy'] as const;
    expect(await asService('ses.amazonaws.com', read, imports, { 'aws:Referer': ACCOUNT })).toBe(true);
    expect(await asService('ses.amazonaws.com', read, imports, { 'aws:Referer': OTHER_ACCOUNT })).toBe(false);
    const write = { action: 's3:PutObject', on: `${ARNS.DmarcReportBucket}/reports/one` };
    const reports = ['DmarcReportBucketPolicy', 'AWS::S3::BucketPolicy'] as const;
    const rule = (account: string) => ({
      'aws:SourceAccount': account,
      'aws:SourceArn': `arn:aws:ses:${REGION}:${account}:receipt-rule-set/shop:receipt-rule/todoku`,
    });
    expect(await asService('ses.amazonaws.com', write, reports, rule(ACCOUNT))).toBe(true);
    expect(await asService('ses.amazonaws.com', write, reports, rule(OTHER_ACCOUNT))).toBe(false);
  });
});
