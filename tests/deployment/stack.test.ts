import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { alarmResource, alarmsOf } from '../../deploy/alarms.ts';
import { dashboardResources } from '../../deploy/dashboard.ts';
import { inventory } from '../../deploy/release/inventory.ts';
import { makeRelease } from '../../deploy/release/make.ts';
import { parametersOf } from '../../deploy/release/parameters.ts';
import { resolved } from '../../deploy/release/resolved.ts';
import { settingsOf } from '../../deploy/settings.ts';
import { runServerless, workspace, writeSettings } from '../../deploy/workspace.ts';
import { FUNCTIONS } from '../../lib/contracts/functions.ts';
import { TTL_ATTRIBUTE, tableDefinition } from '../../lib/store/definition.ts';
import { DEPLOYED, RATES } from './functions.ts';
import {
  grantsOf,
  grantsOfRole,
  named,
  type Packaged,
  packageStack,
  properties,
  templateSchema,
} from './template.ts';
import { unpack } from './unpack.ts';

/** A bundling on a busy machine, milliseconds: guards against a hang, not speed. */
const PACKAGING = 600_000;
/** Seconds. */
const DAY = 86_400;
const TOPIC_KEY = 'arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000';

/** Settings that differ from their defaults, all of them. */
const EVERYTHING = {
  transport: 'buffered',
  deliveries: 'all',
  mode: 'apply',
  policy: { maximumRemovalsPerDay: 50 },
  schedule: 'cron(0 21 * * ? *)',
  scheduleEnabled: false,
  watch: 'full',
  alarmEmail: 'ops@shop.example',
  notices: 'addresses',
  noticeEmail: 'desk@shop.example',
  language: 'en',
  topicKeyArn: TOPIC_KEY,
  dmarcReportAddress: 'dmarc@reports.shop.example',
  receiptRuleSet: 'shop',
  logRetentionDays: 90,
  tracing: true,
};

const ROOT = join(import.meta.dirname, '../..');

const parameterSchema = z.looseObject({
  Default: z.string().optional(),
  AllowedPattern: z.string().optional(),
  AllowedValues: z.array(z.string()).optional(),
  MinValue: z.number().optional(),
  MaxValue: z.number().optional(),
  MaxLength: z.number().optional(),
});

const environmentSchema = z.object({ Variables: z.record(z.string(), z.unknown()) });

let direct: Packaged;
let buffered: Packaged;
/** Folder of the release that is made of the two. */
let release: string;

beforeAll(async () => {
  direct = await packageStack('empty');
  buffered = await packageStack('whole', {
    stage: 'staging',
    options: ['--region=us-east-1'],
    settings: EVERYTHING,
  });
  release = makeRelease(
    {
      plain: { template: direct.template, stage: 'prod', settings: settingsOf('prod', {}) },
      full: { template: buffered.template, stage: 'staging', settings: settingsOf('staging', EVERYTHING) },
      archives: buffered.folder,
      inventory: inventory(),
    },
    join(buffered.folder, 'dist'),
  );
}, PACKAGING);

afterAll(() => {
  direct?.remove();
  buffered?.remove();
});

const NAMES = FUNCTIONS.map(({ name }) => name).toSorted();

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function logical(name: string): string {
  return capitalised(name.replaceAll('-', 'Dash'));
}

/** `ReadDmarcReportRole`. */
function roleOf(name: string): string {
  return `${name.split('-').map(capitalised).join('')}Role`;
}

const LOGS = (name: string) =>
  ['CreateLogStream', 'PutLogEvents'].map((action) => `logs:${action} on ${logical(name)}LogGroup`);
describe('permissions', () => {
  it.each(NAMES)('give %s a role of its own with the actions its code calls and no other', (name) => {
    const role = roleOf(name);
    const { Role } = properties(direct.template, `${logical(name)}LambdaFunction`, 'AWS::Lambda::Function');
    expect(Role).toEqual({ 'Fn::GetAtt': [role, 'Arn'] });
    const granted = grantsOfRole(direct.template, role);
    expect(granted.toSorted()).toEqual([...LOGS(name), ...DEPLOYED[name].grants].toSorted());
  });

  it('contain no wildcard action, and the wildcard resource for account-level actions of SES and X-Ray alone', () => {
    for (const { template } of [direct, buffered]) {
      const roles = named(template, 'AWS::IAM::Role').flatMap((role) => grantsOfRole(template, role));
      const policies = named(template, 'AWS::IAM::Policy').flatMap((policy) =>
        grantsOf(properties(template, policy, 'AWS::IAM::Policy')),
      );
      for (const grant of [...roles, ...policies]) {
        expect(grant).toMatch(/^[a-z0-9]+:[A-Za-z]+ on /);
        if (grant.endsWith(' on *') && grant !== RATES) expect(grant).toMatch(/^(?:ses|xray):/);
      }
    }
  });

  it('leave no function without a role of its own, and no shared role', () => {
    for (const { template } of [direct, buffered]) {
      expect(named(template, 'AWS::Lambda::Function').toSorted()).toEqual(
        NAMES.map((name) => `${logical(name)}LambdaFunction`).toSorted(),
      );
      expect(named(template, 'AWS::IAM::Role').toSorted()).toEqual(NAMES.map(roleOf).toSorted());
    }
  });

  it('let only SES, acting for this account, publish to the topic', () => {
    for (const { template } of [direct, buffered]) {
      const { Topics, PolicyDocument } = properties(template, 'EventTopicPolicy', 'AWS::SNS::TopicPolicy');
      expect(Topics).toEqual([{ Ref: 'EventTopic' }]);
      expect(PolicyDocument).toMatchObject({
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'ses.amazonaws.com' },
            Action: 'sns:Publish',
            Resource: { Ref: 'EventTopic' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ArnLike: {
                'aws:SourceArn': {
                  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
                  'Fn::Sub': 'arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:*',
                },
              },
            },
          },
          { Effect: 'Deny' },
        ],
      });
    }
  });

  it('let only alarms of this account publish to the topic of alarms', () => {
    const { Topics, PolicyDocument } = properties(
      direct.template,
      'AlarmTopicPolicy',
      'AWS::SNS::TopicPolicy',
    );
    expect(Topics).toEqual([{ Ref: 'AlarmTopic' }]);
    expect(PolicyDocument).toMatchObject({
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
        { Effect: 'Deny' },
      ],
    });
  });

  it('refuse what is not encrypted in transit, at every topic, queue and bucket', () => {
    for (const { template } of [direct, buffered]) {
      for (const [kind, policies, key] of [
        ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'Topics'],
        ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'Queues'],
        ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'Bucket'],
      ] as const) {
        // osls makes the bucket of the deployment itself, with such a policy of its own.
        const all = named(template, kind).filter((name) => name !== 'ServerlessDeploymentBucket');
        const refusing = named(template, policies).flatMap((name) => {
          const { [key]: on, PolicyDocument } = properties(template, name, policies);
          const refused = JSON.stringify(PolicyDocument).includes(
            '"Condition":{"Bool":{"aws:SecureTransport":"false"}}',
          );
          return refused ? [on].flat() : [];
        });
        expect(refusing).toEqual(expect.arrayContaining(all.map((name) => ({ Ref: name }))));
      }
    }
  });

  it('let only the topic send to the queues, by one policy a queue', () => {
    for (const { template } of [direct, buffered]) {
      const policies = named(template, 'AWS::SQS::QueuePolicy').map((name) =>
        properties(template, name, 'AWS::SQS::QueuePolicy'),
      );
      const queues = policies.flatMap(({ Queues }) => Queues);
      expect(queues.toSorted()).toEqual(
        named(template, 'AWS::SQS::Queue')
          .map((name) => ({ Ref: name }))
          .toSorted(),
      );
      for (const { Queues, PolicyDocument } of policies) {
        // Nobody but the function sends to the queue of parked letters.
        if (JSON.stringify(Queues).includes('ParkedLetterQueue')) {
          expect(PolicyDocument).toMatchObject({ Statement: [{ Effect: 'Deny' }] });
          continue;
        }
        expect(PolicyDocument).toMatchObject({
          Statement: [
            {
              Principal: { Service: 'sns.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Condition: { ArnEquals: { 'aws:SourceArn': { Ref: 'EventTopic' } } },
            },
            { Effect: 'Deny' },
          ],
        });
      }
    }
  });
});

describe('the table', () => {
  it('is the one the code creates locally', () => {
    const { TableName, ...definition } = tableDefinition('todoku-prod');
    expect(properties(direct.template, 'Table', 'AWS::DynamoDB::Table')).toMatchObject({
      TableName,
      ...definition,
    });
  });

  it('expires items, is encrypted and recoverable, and outlives the stack, but for a first deployment that failed', () => {
    expect(properties(direct.template, 'Table', 'AWS::DynamoDB::Table')).toMatchObject({
      TimeToLiveSpecification: { AttributeName: TTL_ATTRIBUTE, Enabled: true },
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    expect(direct.template.Resources.Table).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });
});

describe('the functions', () => {
  const bundle = (name: string) => join(buffered.folder, name, `functions/${name}.mjs`);

  beforeAll(async () => {
    for (const name of NAMES) {
      await unpack(join(buffered.folder, `${name}.zip`), join(buffered.folder, name));
    }
  }, PACKAGING);

  it.each(NAMES)('%s runs on Node 24, arm64, with its log kept for a stated time', (name) => {
    expect(
      properties(direct.template, `${logical(name)}LambdaFunction`, 'AWS::Lambda::Function'),
    ).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      FunctionName: `todoku-prod-${name}`,
      Environment: { Variables: { TABLE_NAME: 'todoku-prod' } },
    });
    const logGroup = properties(direct.template, `${logical(name)}LogGroup`, 'AWS::Logs::LogGroup');
    expect(logGroup.RetentionInDays).toBe(30);
  });

  const environment = (name: string) =>
    properties(direct.template, `${logical(name)}LambdaFunction`, 'AWS::Lambda::Function').Environment;

  it('propose by default, with the default limits', () => {
    expect(environment('cleanup')).toMatchObject({ Variables: { CLEANUP_MODE: 'propose', POLICY: '{}' } });
  });

  it('do not give ingest the policy: a mistyped limit must not stop the recording', () => {
    expect(environment('ingest')).not.toHaveProperty('Variables.POLICY');
    expect(environment('ingest')).toMatchObject({
      Variables: { FACT_RETENTION_DAYS: '400', DEAD_LETTER_QUEUE_URL: { Ref: 'DeadLetterQueue' } },
    });
  });

  it.each(['cleanup', 'rescue'])(
    '%s runs for as long as Lambda allows, and may continue itself without end',
    (name) => {
      const its = properties(direct.template, `${logical(name)}LambdaFunction`, 'AWS::Lambda::Function');
      expect(its).toMatchObject({ Timeout: 900, RecursiveLoop: 'Allow' });
    },
  );

  it('reserve no concurrency: an account with the smallest quota could not deploy them', () => {
    for (const name of NAMES) {
      const its = properties(direct.template, `${logical(name)}LambdaFunction`, 'AWS::Lambda::Function');
      expect(its, name).not.toHaveProperty('ReservedConcurrentExecutions');
    }
  });

  it('have the memory and the time their work needs', () => {
    const sizes = NAMES.map((name) => {
      const its = properties(direct.template, `${logical(name)}LambdaFunction`, 'AWS::Lambda::Function');
      return [name, [its.MemorySize, its.Timeout]];
    });
    expect(Object.fromEntries(sizes)).toEqual(
      Object.fromEntries(NAMES.map((name) => [name, [DEPLOYED[name].memory, DEPLOYED[name].seconds]])),
    );
  });

  it('are given no variable that their code does not read', () => {
    // A name that stays behind when the code renames its variable would silently become the default.
    for (const name of NAMES) {
      const its = properties(buffered.template, `${logical(name)}LambdaFunction`, 'AWS::Lambda::Function');
      const { Variables } = environmentSchema.parse(its.Environment);
      const code = readFileSync(bundle(name), 'utf8');
      const unread = Object.keys(Variables).filter((variable) => !new RegExp(`\\b${variable}\\b`).test(code));
      expect(unread, name).toEqual([]);
    }
  });

  it('are ES modules that load, each with its handler', () => {
    const files = Object.fromEntries(NAMES.map((name) => [name, pathToFileURL(bundle(name)).href]));
    const program = `const handlers = {};
      for (const [name, file] of Object.entries(${JSON.stringify(files)})) handlers[name] = typeof (await import(file)).handler;
      process.stdout.write(JSON.stringify(handlers))`;
    const run = [process.execPath, ['--input-type=module', '--eval', program]] as const;
    const handlers = JSON.parse(execFileSync(...run, { cwd: buffered.folder, encoding: 'utf8' }));
    expect(handlers).toEqual(Object.fromEntries(NAMES.map((name) => [name, 'function'])));
  });
});

describe('the direct transport', () => {
  it('subscribes ingest to the topic, filtered by the message body, with a dead-letter queue', () => {
    expect(properties(direct.template, 'EventSubscription', 'AWS::SNS::Subscription')).toMatchObject({
      TopicArn: { Ref: 'EventTopic' },
      Protocol: 'lambda',
      Endpoint: { 'Fn::GetAtt': ['IngestLambdaFunction', 'Arn'] },
      FilterPolicyScope: 'MessageBody',
      FilterPolicy: {
        $or: expect.arrayContaining([{ notificationType: [{ 'anything-but': ['Delivery'] }] }]),
      },
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] } },
    });
    expect(properties(direct.template, 'EventTopicMayInvokeIngest', 'AWS::Lambda::Permission')).toMatchObject(
      {
        FunctionName: { 'Fn::GetAtt': ['IngestLambdaFunction', 'Arn'] },
        Principal: 'sns.amazonaws.com',
        SourceArn: { Ref: 'EventTopic' },
      },
    );
  });

  it('tries a failed event twice more, one that is throttled for up to six hours, then keeps it', () => {
    expect(properties(direct.template, 'IngestLambdaEvConf', 'AWS::Lambda::EventInvokeConfig')).toMatchObject(
      {
        MaximumRetryAttempts: 2,
        MaximumEventAgeInSeconds: 21_600,
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] } } },
      },
    );
  });

  it('has no queue but those of dead letters', () => {
    expect(named(direct.template, 'AWS::SQS::Queue')).toEqual(['DeadLetterQueue', 'ParkedLetterQueue']);
  });
});

describe('the buffered transport', () => {
  it('puts a queue between the topic and ingest, with SNS’s envelope and the other filter policy', () => {
    expect(properties(buffered.template, 'EventQueueSubscription', 'AWS::SNS::Subscription')).toMatchObject({
      Protocol: 'sqs',
      Endpoint: { 'Fn::GetAtt': ['EventQueue', 'Arn'] },
      RawMessageDelivery: false,
      FilterPolicyScope: 'MessageBody',
      FilterPolicy: {
        $or: expect.arrayContaining([
          { eventType: [{ 'anything-but': ['Send', 'Reject', 'Rendering Failure', 'Subscription'] }] },
        ]),
      },
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] } },
    });
    expect(named(buffered.template, 'AWS::SNS::Subscription').toSorted()).toEqual([
      'AlarmMail',
      'EventQueueSubscription',
      'NoticeMail',
    ]);
  });

  it('hands batches over, and takes back only the messages that failed', () => {
    const mapping = 'IngestEventSourceMappingSQSEventQueue';
    expect(properties(buffered.template, mapping, 'AWS::Lambda::EventSourceMapping')).toMatchObject({
      BatchSize: 100,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      EventSourceArn: { 'Fn::GetAtt': ['EventQueue', 'Arn'] },
    });
    expect(grantsOf(properties(buffered.template, 'IngestQueueAccess', 'AWS::IAM::Policy'))).toEqual([
      'sqs:ReceiveMessage on EventQueue',
      'sqs:DeleteMessage on EventQueue',
      'sqs:GetQueueAttributes on EventQueue',
    ]);
    // Lambda refuses an event source that the function's role may not read.
    expect(buffered.template.Resources[mapping]?.DependsOn).toEqual(['IngestQueueAccess']);
  });

  it('hides a message for six times ingest’s timeout, and tries it for a day before it gives up', () => {
    const { Timeout } = properties(buffered.template, 'IngestLambdaFunction', 'AWS::Lambda::Function');
    const queue = properties(buffered.template, 'EventQueue', 'AWS::SQS::Queue');
    expect(queue.VisibilityTimeout).toBeGreaterThanOrEqual(6 * Number(Timeout));
    expect(queue.RedrivePolicy).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] },
      maxReceiveCount: 432,
    });
    // SQS takes 1,000 at most.
    expect(432 * Number(queue.VisibilityTimeout)).toBe(DAY);
  });

  it('keeps a message longer than it tries it, and as a dead letter for days more', () => {
    const queue = properties(buffered.template, 'EventQueue', 'AWS::SQS::Queue');
    const deadLetters = properties(buffered.template, 'DeadLetterQueue', 'AWS::SQS::Queue');
    expect(queue.MessageRetentionPeriod).toBe(10 * DAY);
    expect(Number(deadLetters.MessageRetentionPeriod)).toBeGreaterThanOrEqual(14 * DAY);
  });
});

describe('the buckets', () => {
  const buckets = () =>
    named(buffered.template, 'AWS::S3::Bucket').filter((name) => /^(Import|Dmarc)/.test(name));

  it('are those of bulk removal and of DMARC reports', () => {
    expect(buckets().toSorted()).toEqual(['DmarcReportBucket', 'ImportBucket']);
  });

  it('are closed to the public, encrypted, and forget', () => {
    for (const name of buckets()) {
      expect(properties(buffered.template, name, 'AWS::S3::Bucket'), name).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: expect.any(Number) }] },
      });
    }
  });

  it('answer nobody without TLS', () => {
    for (const name of buckets()) {
      const { Bucket, PolicyDocument } = properties(
        buffered.template,
        `${name}Policy`,
        'AWS::S3::BucketPolicy',
      );
      expect(Bucket).toEqual({ Ref: name });
      expect(PolicyDocument, name).toMatchObject({
        Statement: expect.arrayContaining([
          expect.objectContaining({
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: [{ 'Fn::GetAtt': [name, 'Arn'] }, { 'Fn::Sub': `\${${name}.Arn}/*` }],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      });
    }
  });
});

describe('bulk removal', () => {
  it('has a bucket that SES reads for this account alone, whose files expire', () => {
    expect(properties(direct.template, 'ImportBucket', 'AWS::S3::Bucket')).toMatchObject({
      LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 7 }] },
    });
    expect(
      properties(direct.template, 'ImportBucketPolicy', 'AWS::S3::BucketPolicy').PolicyDocument,
    ).toMatchObject({
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'ses.amazonaws.com' },
          Action: 's3:GetObject',
          Condition: { StringEquals: { 'aws:Referer': { Ref: 'AWS::AccountId' } } },
        },
        { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ],
    });
  });
});

describe('DMARC reports', () => {
  it('are not received unless asked for', () => {
    expect(named(direct.template, 'AWS::SES::ReceiptRule')).toEqual([]);
    expect(named(direct.template, 'AWS::S3::Bucket')).not.toContain('DmarcReportBucket');
  });

  it('may be read from their bucket where there is one, and from nowhere else', () => {
    const access = properties(buffered.template, 'DmarcReportBucketAccess', 'AWS::IAM::Policy');
    expect(access.Roles).toEqual([{ Ref: 'ReadDmarcReportRole' }]);
    expect(grantsOf(access)).toEqual([
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
      's3:GetObject on arn:${AWS::Partition}:s3:::todoku-staging-dmarc-reports-${AWS::AccountId}-${AWS::Region}/reports/*',
    ]);
    expect(buffered.template.Resources.DmarcReportBucket?.DependsOn).toContain('DmarcReportBucketAccess');
    expect(named(direct.template, 'AWS::IAM::Policy')).toEqual([]);
  });

  it('come in by a receipt rule for one address, into a bucket that calls the reader', () => {
    expect(properties(buffered.template, 'DmarcReportRule', 'AWS::SES::ReceiptRule')).toMatchObject({
      RuleSetName: 'shop',
      Rule: {
        Recipients: ['dmarc@reports.shop.example'],
        Actions: [{ S3Action: { BucketName: { Ref: 'DmarcReportBucket' }, ObjectKeyPrefix: 'reports/' } }],
      },
    });
    const reader = { 'Fn::GetAtt': [`${logical('read-dmarc-report')}LambdaFunction`, 'Arn'] };
    expect(properties(buffered.template, 'DmarcReportBucket', 'AWS::S3::Bucket')).toMatchObject({
      NotificationConfiguration: {
        LambdaConfigurations: [{ Event: 's3:ObjectCreated:*', Function: reader }],
      },
    });
    expect(
      properties(buffered.template, 'DmarcReportBucketMayInvoke', 'AWS::Lambda::Permission'),
    ).toMatchObject({ FunctionName: reader, SourceAccount: { Ref: 'AWS::AccountId' } });
  });
});

describe('dead letters and alarms', () => {
  it('keep what was lost, and what was parked, for fourteen days, encrypted', () => {
    for (const queue of ['DeadLetterQueue', 'ParkedLetterQueue']) {
      expect(properties(direct.template, queue, 'AWS::SQS::Queue')).toMatchObject({
        MessageRetentionPeriod: 14 * DAY,
        SqsManagedSseEnabled: true,
      });
    }
  });

  it('stand in the template as deploy/alarms.ts has them, where their faults are played', () => {
    for (const [packaged, stage, settings] of [
      [direct, 'prod', {}],
      [buffered, 'staging', EVERYTHING],
    ] as const) {
      const expected = alarmsOf(stage, settingsOf(stage, settings));
      const resources = expected.map((alarm) => [alarm.id, alarmResource(alarm, stage)]);
      const alarms = named(packaged.template, 'AWS::CloudWatch::Alarm');
      expect(Object.fromEntries(alarms.map((name) => [name, packaged.template.Resources[name]]))).toEqual(
        Object.fromEntries(resources),
      );
    }
  });

  it('have a dashboard and queries where the stage is watched in full', () => {
    expect(named(direct.template, 'AWS::CloudWatch::Dashboard')).toEqual([]);
    const { DashboardBody } = properties(buffered.template, 'Dashboard', 'AWS::CloudWatch::Dashboard');
    const body = z.object({ 'Fn::Sub': z.string() }).parse(DashboardBody)['Fn::Sub'];
    expect(JSON.parse(body)).toMatchObject({
      widgets: expect.arrayContaining([expect.objectContaining({ type: 'alarm' })]),
    });
    expect(named(buffered.template, 'AWS::Logs::QueryDefinition')).toHaveLength(3);
    const groups = named(buffered.template, 'AWS::Logs::LogGroup').map(
      (name) => properties(buffered.template, name, 'AWS::Logs::LogGroup').LogGroupName,
    );
    for (const name of named(buffered.template, 'AWS::Logs::QueryDefinition')) {
      const { LogGroupNames } = properties(buffered.template, name, 'AWS::Logs::QueryDefinition');
      expect(groups).toEqual(expect.arrayContaining(z.array(z.string()).parse(LogGroupNames)));
    }
  });

  it('tell the address that was given, and nobody when none was', () => {
    expect(buffered.template.Resources.AlarmMail).toMatchObject({
      Properties: { Protocol: 'email', Endpoint: 'ops@shop.example' },
    });
    expect(direct.template.Resources.AlarmMail).toBeUndefined();
    expect(buffered.template.Resources.NoticeMail).toMatchObject({
      Properties: { TopicArn: { Ref: 'NoticeTopic' }, Protocol: 'email', Endpoint: 'desk@shop.example' },
    });
    expect(direct.template.Resources.NoticeMail).toBeUndefined();
  });
});

describe('the settings', () => {
  const rule = (packaged: Packaged) =>
    properties(packaged.template, 'CleanupEventsRuleSchedule1', 'AWS::Events::Rule');

  it('schedule cleanup with a request that waits for another run, or leave it off', () => {
    expect(rule(direct)).toMatchObject({
      ScheduleExpression: 'rate(6 hours)',
      State: 'ENABLED',
      Targets: [{ Input: '{"patience":600}' }],
    });
    expect(rule(buffered)).toMatchObject({ ScheduleExpression: 'cron(0 21 * * ? *)', State: 'DISABLED' });
  });

  it('reach the functions’ environment, the names, the logs, the tracing and the topic', () => {
    expect(properties(buffered.template, 'CleanupLambdaFunction', 'AWS::Lambda::Function')).toMatchObject({
      FunctionName: 'todoku-staging-cleanup',
      TracingConfig: { Mode: 'Active' },
      Environment: {
        Variables: {
          TABLE_NAME: 'todoku-staging',
          CLEANUP_MODE: 'apply',
          POLICY: '{"maximumRemovalsPerDay":50}',
          NOTICES: 'addresses',
        },
      },
    });
    const logGroup = properties(buffered.template, 'CleanupLogGroup', 'AWS::Logs::LogGroup');
    expect(logGroup.RetentionInDays).toBe(90);
    expect(properties(buffered.template, 'EventTopic', 'AWS::SNS::Topic').KmsMasterKeyId).toBe(TOPIC_KEY);
  });

  it(
    'are refused in one place: without a settings file, by --param, and where a value is wrong',
    async () => {
      const { folder, remove } = workspace();
      const refused = async (settings: unknown, ...options: readonly string[]) => {
        writeSettings(folder, settings);
        const { code, output } = await runServerless(folder, ['package', ...options], { TODOKU_LANG: 'en' });
        expect(code).toBe(1);
        return output;
      };
      expect(await refused({ mode: 'aply' })).toContain('settings.prod.yml is wrong: mode: must be one of');
      expect(await refused({}, '--param=mode=apply')).toContain('Write the setting into settings.prod.yml');
      expect(await refused({}, '--stage=other')).toContain('settings.other.yml is missing or empty');
      remove();
    },
    PACKAGING,
  );

  it('give every function that is traced the right to write traces', () => {
    const { Roles } = properties(buffered.template, 'TracePolicy', 'AWS::IAM::Policy');
    expect(
      z
        .array(z.object({ Ref: z.string() }))
        .parse(Roles)
        .map(({ Ref }) => Ref)
        .toSorted(),
    ).toEqual(NAMES.map(roleOf).toSorted());
  });

  it('name what SES, the CLI and an engineer need, as outputs', () => {
    expect(direct.template.Outputs).toMatchObject({
      EventTopicArn: { Value: { Ref: 'EventTopic' } },
      TableName: { Value: { Ref: 'Table' } },
      DeadLetterQueueUrl: { Value: { Ref: 'DeadLetterQueue' } },
      AlarmTopicArn: { Value: { Ref: 'AlarmTopic' } },
    });
    expect(buffered.template.Outputs).toMatchObject({ EventQueueUrl: { Value: { Ref: 'EventQueue' } } });
  });
});

describe('the release', () => {
  const text = (file: string) => readFileSync(join(release, file), 'utf8');
  const parameters = () =>
    z
      .looseObject({ Parameters: z.record(z.string(), parameterSchema) })
      .parse(JSON.parse(text('todoku.json'))).Parameters;
  const stack = (packaged: Packaged, stage: string, settings: unknown) => ({
    template: packaged.template,
    stage,
    settings: settingsOf(stage, settings),
  });
  const parts = () => ({
    plain: stack(direct, 'prod', {}),
    full: stack(buffered, 'staging', EVERYTHING),
    archives: buffered.folder,
    inventory: { packages: [], sbom: {} },
  });

  it('has each archive that its template names, as it was packaged', () => {
    const { Resources } = templateSchema.parse(JSON.parse(text('todoku.json')));
    const keys = NAMES.map((name) => {
      const { Code } = Resources[`${logical(name)}LambdaFunction`]?.Properties ?? {};
      const { S3Key } = z
        .strictObject({ S3Bucket: z.object({ Ref: z.literal('CodeBucket') }), S3Key: z.string() })
        .parse(Code);
      const archive = readFileSync(join(dirname(release), S3Key));
      expect(archive.equals(readFileSync(join(buffered.folder, `${name}.zip`))), name).toBe(true);
      return basename(S3Key);
    });
    expect(readdirSync(join(release, 'functions')).toSorted()).toEqual(keys.toSorted());
  });

  it('has a checksum of every file, as sha256sum reads them', () => {
    const files = readdirSync(release, { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'SHA256SUMS')
      .map(({ parentPath, name }) => join(parentPath, name));
    const sums = files.map((file) => {
      const sum = createHash('sha256').update(readFileSync(file)).digest('hex');
      return `${sum}  ${relative(release, file)}\n`;
    });
    expect(
      text('SHA256SUMS')
        .split(/(?<=\n)/)
        .toSorted(),
    ).toEqual(sums.toSorted());
  });

  it('is the same to the last byte when it is made again', () => {
    const again = makeRelease({ ...parts(), inventory: inventory() }, join(buffered.folder, 'again'));
    expect(readFileSync(join(again, 'SHA256SUMS'), 'utf8')).toBe(text('SHA256SUMS'));
  });

  it('names every package that todoku runs with, those that a development tool needs as well among them', () => {
    const { components } = z
      .looseObject({ components: z.array(z.looseObject({ name: z.string() })) })
      .parse(JSON.parse(text('sbom.cdx.json')));
    const names = components.map(({ name }) => name);
    const ours = z
      .looseObject({
        dependencies: z.record(z.string(), z.string()),
        devDependencies: z.record(z.string(), z.string()),
      })
      .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
    expect(names).toEqual(expect.arrayContaining(Object.keys(ours.dependencies)));
    expect(names.filter((name) => name in ours.devDependencies)).toEqual([]);
    for (const name of names) expect(text('THIRD-PARTY-LICENSES.txt')).toContain(`\n${name} `);
  });

  /** Whether CloudFormation takes a value for a parameter: the same regular expressions, lists and limits. */
  const takes = (name: string, value: string) => {
    const { AllowedPattern, AllowedValues, MinValue, MaxValue, MaxLength } = parameters()[name] ?? {};
    return (
      (AllowedPattern === undefined || new RegExp(`^(?:${AllowedPattern})$`).test(value)) &&
      (AllowedValues === undefined || AllowedValues.includes(value)) &&
      (MinValue === undefined || Number(value) >= MinValue) &&
      (MaxValue === undefined || Number(value) <= MaxValue) &&
      (MaxLength === undefined || value.length <= MaxLength)
    );
  };

  it.each([
    ['Mode', 'apply', 'aply'],
    ['Transport', 'buffered', 'bufered'],
    ['Policy', '{"maximumRemovalsPerDay":50, "coolDownHours": 48}', '{"maximumRemovalPerDay":50}'],
    ['Policy', '{}', 'maximumRemovalsPerDay=50'],
    ['Shops', '[{"domains":["shop.example"]}]', '{"domains":["shop.example"]}'],
    ['FactRetentionDays', '3650', '0'],
    ['Policy', '{"outcomeWindow":50}', '{"maximumBounceRate":0.04}'],
    ['Schedule', 'rate(12 hours)', 'rate(1 days)'],
    ['ScheduleEnabled', 'false', 'no'],
    ['AlarmEmail', 'ops@shop.example', 'ops'],
    ['AlarmEmail', '', 'ops@shop'],
    ['TopicKeyArn', TOPIC_KEY, 'alias/todoku'],
    ['ReceiptRuleSet', 'shop', 'a rule set'],
    ['LogRetentionDays', '90', '31'],
    ['Stage', 'staging-2', 'Staging'],
    ['Stage', 'fourteen-lette', 'fifteen-letters'],
  ])('takes for %s what a settings file takes, %j, and refuses %j', (name, right, wrong) => {
    expect([takes(name, right), takes(name, wrong)]).toEqual([true, false]);
  });

  it('has for every parameter but the bucket a default that it would take itself', () => {
    for (const [name, { Default }] of Object.entries(parameters())) {
      if (name === 'CodeBucket') expect(Default).toBeUndefined();
      else expect(takes(name, Default ?? 'none'), name).toBe(true);
    }
  });

  it.each<Readonly<Record<string, unknown>>>([
    { schedule: 'rate(1 hour)', auditSchedule: 'rate(12 hours)' },
    { transport: 'buffered', schedule: 'rate(1 day)', watch: 'full' },
    { scheduleEnabled: false, watch: 'full', dmarcReportAddress: 'd@shop.example', receiptRuleSet: 'shop' },
  ])('has the alarms and the dashboard of the settings that it is given: %j', (given) => {
    const settings = settingsOf('mixed', given);
    const alarms = alarmsOf('mixed', settings);
    const resources = {
      ...Object.fromEntries(alarms.map((alarm) => [alarm.id, alarmResource(alarm, 'mixed')])),
      ...(settings.watch === 'full' && dashboardResources('mixed', alarms)),
    };
    const wanted = resolved({ Parameters: {}, Conditions: {}, Resources: resources, Outputs: {} }, {});
    const got = resolved(JSON.parse(text('todoku.json')), parametersOf('mixed', settings));
    const watching = ({ Type }: { readonly Type?: unknown }) =>
      ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::Dashboard', 'AWS::Logs::QueryDefinition'].includes(
        `${Type}`,
      );
    const ours = Object.entries(got.Resources).filter(([, each]) => watching(each as object));
    expect(Object.fromEntries(ours)).toEqual(wanted.Resources);
  });

  it('is not made where a setting changes what no parameter stands for', () => {
    const { full, ...others } = parts();
    const template = structuredClone(full.template);
    const { Properties } = template.Resources.CleanupLambdaFunction ?? {};
    Object.assign(Properties ?? {}, { MemorySize: 1024 });
    expect(() =>
      makeRelease({ ...others, full: { ...full, template } }, join(buffered.folder, 'refused')),
    ).toThrow('CleanupLambdaFunction.Properties.MemorySize depends on the settings');
  });
});

describe('the templates', () => {
  const files = () => [direct.file, buffered.file];
  const output = (command: string, args: readonly string[]) =>
    spawnSync(command, args, { encoding: 'utf8', timeout: PACKAGING });
  const cfnLint = output('cfn-lint', ['--version']).status === 0;
  const nag = existsSync(join(import.meta.dirname, '../../deploy/nag/node_modules'));
  if (!cfnLint) console.warn('NOT RUN: cfn-lint is not on the PATH, the templates are not checked with it');
  if (!nag) console.warn('NOT RUN: cdk-nag is not installed; npm ci --prefix deploy/nag installs it');

  // W3005: osls writes a DependsOn beside each function's reference to its role.
  it.skipIf(!cfnLint)('have no error or warning under cfn-lint', () => {
    const { stdout } = output('cfn-lint', [
      '-r',
      'ap-northeast-1',
      'us-east-1',
      '-i',
      'W3005',
      '-t',
      ...files(),
      join(release, 'todoku.json'),
    ]);
    expect(stdout).toBe('');
  });

  it.skipIf(!nag)('are clean under cdk-nag’s AwsSolutions but for exceptions with a reason', () => {
    const script = join(import.meta.dirname, '../../deploy/nag/nag.js');
    const { stdout, status } = output(process.execPath, [script, ...files()]);
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  });

  it('give a reason for each exception', () => {
    const metadata = z.looseObject({
      cdk_nag: z
        .strictObject({
          rules_to_suppress: z.array(z.strictObject({ id: z.string(), reason: z.string().min(20) })),
        })
        .optional(),
    });
    for (const { template } of [direct, buffered]) {
      for (const { Metadata = {} } of Object.values(template.Resources))
        expect(metadata.safeParse(Metadata).success).toBe(true);
    }
  });
});
