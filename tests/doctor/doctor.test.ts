import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SESClient } from '@aws-sdk/client-ses';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lookAtAccount, lookAtStack, looked, type StackClients } from '../../cli/doctor/look.ts';
import { alarmResource, alarmsOf } from '../../deploy/alarms.ts';
import { settingsOf } from '../../deploy/settings.ts';
import type { StatusAnswer } from '../../lib/contracts/status.ts';
import { type Examined, examine, verdictOf } from '../../lib/doctor/examine.ts';
import { healthOf } from '../../lib/doctor/health.ts';
import type { Observed, ObservedPolicy } from '../../lib/doctor/observed.ts';
import { limiter } from '../../lib/suppression/limiter.ts';
import { readWiring } from '../../lib/wiring/ses.ts';
import type { ConfigurationSet, EventDestination, Identity } from '../../local/ses/account.ts';
import { LocalSes } from '../../local/ses/engine.ts';
import { type SesServer, startSes } from '../../local/ses/server.ts';
import { wrongIn } from '../support/aws-commands.ts';

/** A healthy stack, and what breaks it: each fault is named with its remedy, and gone once it is mended. */

const ACCOUNT = '123456789012';
const arn = (service: string, name: string) => `arn:aws:${service}:ap-northeast-1:${ACCOUNT}:${name}`;
const TOPIC = arn('sns', 'todoku-prod-ses-events');
const NOW = '2026-11-29T03:00:00.000Z';
const hoursAgo = (hours: number) => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString();

const SES_MAY_PUBLISH = {
  Effect: 'Allow',
  Principal: { Service: 'ses.amazonaws.com' },
  Action: 'sns:Publish',
  Resource: TOPIC,
  Condition: {
    StringEquals: { 'aws:SourceAccount': ACCOUNT },
    ArnLike: { 'aws:SourceArn': arn('ses', '*') },
  },
};
const ONLY_ENCRYPTED = {
  Effect: 'Deny',
  Principal: '*',
  Action: 'sns:Publish',
  Resource: TOPIC,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const SNS_MAY_SEND = {
  Effect: 'Allow',
  Principal: { Service: 'sns.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: arn('sqs', 'todoku-prod-dead-letters'),
  Condition: { ArnEquals: { 'aws:SourceArn': TOPIC } },
};
const policy = (...statements: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

const destination = (Name: string, TopicArn: string): EventDestination => ({
  Name,
  Enabled: true,
  MatchingEventTypes: ['BOUNCE', 'COMPLAINT', 'DELIVERY', 'DELIVERY_DELAY'],
  SnsDestination: { TopicArn },
});

/** The alarm's resource as DescribeAlarms shows it. */
interface Alarm {
  AlarmName: string;
  AlarmDescription: string;
  StateValue: string;
  StateUpdatedTimestamp: Date;
  ActionsEnabled: boolean;
  InsufficientDataActions?: readonly unknown[];
  AlarmConfigurationUpdatedTimestamp?: Date;
}

/** What AWS answers, to be broken by a test. */
interface World {
  status: StatusAnswer;
  deployed: string;
  policy: ObservedPolicy;
  topics: Record<string, Record<string, string>>;
  subscriptions: Record<string, string>[];
  queues: Record<string, Record<string, string>>;
  alarms: Alarm[];
  published: number[];
  age: number[];
  /** The account's rates, fractions. */
  rates: { bounce?: number; complaint?: number };
  denied: Set<string>;
}

const RUN: StatusAnswer['runs'][number] = {
  id: 'run',
  startedAt: hoursAgo(3),
  finishedAt: hoursAgo(3),
  mode: 'propose',
  full: false,
  counts: {},
  limits: [],
};

const healthy = (): World => ({
  status: {
    mode: 'propose',
    runs: [RUN],
    waiting: { count: 2, more: false },
    lookedBackTo: hoursAgo(72),
    lastEventAt: hoursAgo(2),
    eventTopic: TOPIC,
  },
  deployed: '0.1.0',
  policy: { maximumUnheardDeliveries: 50, maxima: { bounceRate: 0.025, complaintRate: 0.0005 } },
  topics: {
    [TOPIC]: { Policy: policy(SES_MAY_PUBLISH, ONLY_ENCRYPTED), SubscriptionsConfirmed: '1' },
    [arn('sns', 'todoku-prod-alarms')]: {
      Policy: policy(),
      SubscriptionsConfirmed: '1',
      SubscriptionsPending: '0',
    },
  },
  subscriptions: [
    {
      SubscriptionArn: `${TOPIC}:1`,
      Protocol: 'lambda',
      Endpoint: arn('lambda', 'function:todoku-prod-ingest'),
      FilterPolicy: '{}',
      FilterPolicyScope: 'MessageBody',
      RedrivePolicy: '{}',
      PendingConfirmation: 'false',
    },
    { SubscriptionArn: `${TOPIC}:2`, Protocol: 'email', Endpoint: 'crm@shop.example' },
  ],
  queues: {
    'todoku-prod-dead-letters': {
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      Policy: policy(SNS_MAY_SEND),
    },
    'todoku-prod-parked-letters': {
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    },
  },
  alarms: alarmsOfStage('prod'),
  published: [1, 1, 1],
  age: [],
  rates: { bounce: 0.011, complaint: 0.0001 },
  denied: new Set(),
});

function alarmsOfStage(stage: string): Alarm[] {
  return alarmsOf(stage, settingsOf(stage, {})).map((alarm) => {
    const { Properties } = alarmResource(alarm, stage) as { Properties: Omit<Alarm, 'StateValue'> };
    return {
      ...Properties,
      // "No data" is how a quiet metric looks; for those that tell of silence it is the fault.
      StateValue: 'OK',
      StateUpdatedTimestamp: new Date(hoursAgo(1)),
      ActionsEnabled: true,
    };
  });
}

let world: World;
let ses: LocalSes;
let server: SesServer;
const SETS: readonly ConfigurationSet[] = [
  { name: 'orders', eventDestinations: [destination('todoku-prod', TOPIC)] },
];
const IDENTITIES: readonly Identity[] = [{ name: 'shop.example', configurationSet: 'orders' }];

const settings = () => ({
  region: 'ap-northeast-1',
  endpoint: server.endpoint,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

beforeAll(async () => {
  ses = new LocalSes({ configurationSets: SETS, identities: IDENTITIES });
  server = await startSes(ses);
});
afterAll(() => server.stop());
beforeEach(() => {
  world = healthy();
});

const named = (name: string) => Object.assign(new Error(name), { name });

/** What the commands ask with, as far as it is looked at. */
interface Input {
  readonly TopicArn: string;
  readonly SubscriptionArn: string;
  readonly QueueName: string;
  readonly QueueUrl: string;
  readonly MetricDataQueries: readonly {
    readonly Id: string;
    readonly MetricStat: { readonly Metric: { readonly MetricName: string } };
  }[];
}

/** AWS's answers by the command's name. */
const ANSWERS: Readonly<Record<string, (input: Input) => object>> = {
  GetTopicAttributesCommand: ({ TopicArn }) => {
    const Attributes = world.topics[TopicArn];
    if (Attributes === undefined) throw named('NotFoundException');
    return { Attributes };
  },
  ListSubscriptionsByTopicCommand: () => ({ Subscriptions: world.subscriptions }),
  GetSubscriptionAttributesCommand: ({ SubscriptionArn }) => ({
    Attributes: world.subscriptions.find((each) => each.SubscriptionArn === SubscriptionArn),
  }),
  GetQueueUrlCommand: ({ QueueName }) => {
    if (world.queues[QueueName] === undefined) throw named('QueueDoesNotExist');
    return { QueueUrl: `https://sqs.ap-northeast-1.amazonaws.com/${ACCOUNT}/${QueueName}` };
  },
  GetQueueAttributesCommand: ({ QueueUrl }) => ({
    Attributes: world.queues[QueueUrl.split('/').at(-1) ?? ''],
  }),
  DescribeAlarmsCommand: () => ({ MetricAlarms: world.alarms }),
  GetMetricDataCommand: ({ MetricDataQueries }) => ({
    MetricDataResults: MetricDataQueries.map(({ Id, MetricStat }) => {
      const { bounce, complaint } = world.rates;
      const { MetricName } = MetricStat.Metric;
      const rate = { 'Reputation.BounceRate': [bounce], 'Reputation.ComplaintRate': [complaint] }[MetricName];
      const known = { age: world.age, published: world.published }[Id] ?? [40, 40, 40];
      const values = rate === undefined ? known : rate.filter((each) => each !== undefined);
      return {
        Id,
        StatusCode: 'Complete',
        Timestamps: values.map((_, at) => new Date(Date.parse(NOW) - (values.length - at) * 3_600_000)),
        Values: values,
      };
    }),
  }),
};

function answering<Client extends object>(client: Client): Client {
  return Object.assign(client, {
    send: async (command: { readonly constructor: { readonly name: string }; readonly input: Input }) => {
      const { name } = command.constructor;
      if (world.denied.has(name)) throw named('AccessDeniedException');
      return ANSWERS[name]?.(command.input);
    },
  });
}

async function observed(): Promise<Observed> {
  const clients: StackClients = {
    sns: answering(new SNSClient(settings())),
    sqs: answering(new SQSClient(settings())),
    cloudWatch: answering(new CloudWatchClient(settings())),
  };
  const wiring = {
    ses: new SESv2Client(settings()),
    first: new SESClient(settings()),
    turns: limiter(1_000),
  };
  return {
    now: NOW,
    stage: 'prod',
    version: '0.1.0',
    isLocal: false,
    status: world.status,
    deployed: world.deployed,
    policy: { state: 'seen', value: world.policy },
    account: await lookAtAccount(wiring),
    wiring: await looked('ses:ListConfigurationSets', () =>
      readWiring(wiring, { topic: TOPIC, name: 'todoku-prod' }),
    ),
    ...(await lookAtStack(clients, TOPIC, 'prod', new Date(NOW))),
  };
}

const found = (examined: readonly Examined[]) =>
  examined.flatMap(({ findings }) => findings.map(({ id, severity }) => `${severity} ${id}`));
const finding = (examined: readonly Examined[], id: string) =>
  examined.flatMap(({ findings }) => findings).find((each) => each.id === id);

const topic = () => world.topics[TOPIC] ?? {};
const ours = () => world.subscriptions[0] ?? {};
const letters = () => world.queues['todoku-prod-dead-letters'] ?? {};
const alarm = (name: string) => {
  const one = world.alarms.find(({ AlarmName }) => AlarmName === `todoku-prod-${name}`);
  if (one === undefined) throw new Error(`no alarm ${name}`);
  return one;
};
const set = () => ses.existingSet('orders');
const listen = (...eventDestinations: readonly EventDestination[]) =>
  Object.assign(set(), { eventDestinations });

/** What goes wrong, what is to be found, and what a command of its remedy begins with. */
const FAULTS: readonly (readonly [fault: string, inject: () => void, finding: string, remedy: string])[] = [
  [
    'the stack is older',
    () => {
      world.deployed = '0.0.9';
    },
    'note other-version',
    'npx serverless deploy --stage prod --region ap-northeast-1',
  ],
  [
    'nothing ran yet',
    () => {
      world.status.runs = [];
    },
    'note no-run-yet',
    'todoku cleanup',
  ],
  [
    'runs stop, and no alarm can be seen',
    () => {
      world.denied.add('DescribeAlarmsCommand');
      world.status.runs = [{ ...RUN, finishedAt: hoursAgo(200) }];
    },
    'problem run-overdue',
    'todoku cleanup',
  ],
  [
    'a run does not come',
    () => {
      alarm('no-run').StateValue = 'INSUFFICIENT_DATA';
    },
    'problem alarm-no-run',
    'todoku',
  ],
  [
    'the first run has not come in time',
    () => {
      alarm('no-run').StateValue = 'INSUFFICIENT_DATA';
      alarm('no-run').AlarmConfigurationUpdatedTimestamp = new Date(hoursAgo(14));
    },
    'problem alarm-no-run',
    'todoku',
  ],
  [
    'the schedule is off',
    () => {
      world.alarms = world.alarms.filter(({ AlarmName }) => !AlarmName.endsWith('no-run'));
    },
    'note no-schedule',
    'todoku cleanup',
  ],
  [
    'removals were stopped an hour ago',
    () => {
      world.status.stopped = { by: 'a', at: hoursAgo(1), reason: 'r' };
    },
    'note stopped',
    'todoku resume',
  ],
  [
    'removals are stopped for two days',
    () => {
      world.status.stopped = { by: 'a', at: hoursAgo(48), reason: 'r' };
    },
    'problem stopped',
    'todoku resume',
  ],
  [
    'a complaint was not put back',
    () => {
      world.status.putBacksRefused = [{ address: 'a@docomo.ne.jp', at: NOW }];
    },
    'problem put-back-refused',
    'todoku status',
  ],
  [
    'the policy parameter is broken',
    () => {
      world.policy = {
        ...world.policy,
        problem: { parameter: '/todoku/prod/policy', because: { ja: '壊れ', en: 'broken' } },
      };
    },
    'problem policy-unreadable',
    'aws ssm get-parameter --region ap-northeast-1 --name',
  ],
  [
    'items cannot be read',
    () => {
      world.status.unreadable = { count: 3, example: 'FACT' };
    },
    'problem unreadable',
    'npx serverless deploy',
  ],
  [
    'the key of forgotten people is lost',
    () => {
      world.status.forgotten = { forgettings: 2, key: 'missing' };
    },
    'problem forgetting-key-lost',
    'todoku status',
  ],
  [
    'the account is in the sandbox',
    () => {
      ses.account.productionAccess = false;
    },
    'problem sandbox',
    'aws sesv2 get-account',
  ],
  [
    'AWS reviews the account',
    () => {
      ses.account.enforcementStatus = 'PROBATION';
    },
    'problem account-enforcement',
    'aws sesv2 get-account',
  ],
  [
    'sending is off',
    () => {
      ses.account.sendingEnabled = false;
    },
    'problem account-sending-disabled',
    'aws sesv2 put-account-sending-attributes',
  ],
  [
    'mail bounces more than the policy lets pass',
    () => {
      world.rates.bounce = 0.03;
    },
    'problem bounce-rate',
    'aws sesv2 get-account',
  ],
  [
    'suppression is off',
    () => {
      ses.account.suppressedReasons = [];
    },
    'problem suppression-off',
    'aws sesv2 put-account-suppression-attributes',
  ],
  [
    'complaints are not suppressed',
    () => {
      ses.account.suppressedReasons = ['BOUNCE'];
    },
    'note suppression-in-part',
    'aws sesv2 put-account-suppression-attributes',
  ],
  [
    'a set reports nowhere',
    () => {
      listen();
    },
    'problem set-not-connected',
    'todoku connect --apply',
  ],
  [
    'another stage hears the same',
    () => {
      listen(
        destination('todoku-prod', TOPIC),
        destination('todoku-dev', arn('sns', 'todoku-dev-ses-events')),
      );
    },
    'note other-stage-listens',
    'todoku status --stage dev',
  ],
  [
    'another stage runs by a schedule',
    () => {
      world.alarms.push(...alarmsOfStage('dev'));
    },
    'problem two-stages',
    'npx serverless deploy --stage dev',
  ],
  [
    'the topic is gone',
    () => {
      delete world.topics[TOPIC];
    },
    'problem topic-gone',
    'aws cloudformation detect-stack-drift',
  ],
  [
    'SES may not publish',
    () => {
      topic().Policy = policy(ONLY_ENCRYPTED);
    },
    'problem topic-policy',
    'aws sns set-topic-attributes',
  ],
  [
    'SES of another account may publish',
    () => {
      topic().Policy = policy({
        ...SES_MAY_PUBLISH,
        Condition: { StringEquals: { 'aws:SourceAccount': '210987654321' } },
      });
    },
    'problem topic-policy',
    'aws sns set-topic-attributes',
  ],
  [
    'SES may publish for senders only',
    () => {
      topic().Policy = policy({
        ...SES_MAY_PUBLISH,
        Condition: { StringLike: { 'AWS:SourceArn': arn('ses', 'identity/*') } },
      });
    },
    'problem topic-policy',
    'aws sns set-topic-attributes',
  ],
  [
    'the topic has the AWS-managed key',
    () => {
      topic().KmsMasterKeyId = 'alias/aws/sns';
    },
    'problem topic-key',
    'aws sns set-topic-attributes',
  ],
  [
    'nothing is subscribed',
    () => {
      world.subscriptions = world.subscriptions.slice(1);
    },
    'problem subscription-missing',
    'aws sns subscribe',
  ],
  [
    'the subscription waits',
    () => {
      ours().SubscriptionArn = 'PendingConfirmation';
      ours().PendingConfirmation = 'true';
    },
    'problem subscription-pending',
    'aws sns subscribe',
  ],
  [
    'the filter reads attributes',
    () => {
      ours().FilterPolicyScope = 'MessageAttributes';
    },
    'problem filter-scope',
    'aws sns set-subscription-attributes',
  ],
  [
    'what SNS cannot hand over is kept nowhere',
    () => {
      delete ours().RedrivePolicy;
    },
    'problem no-redrive',
    'aws sns set-subscription-attributes',
  ],
  [
    'SES delivers and no event comes',
    () => {
      world.published = [0, 0, 0];
    },
    'problem silent',
    'todoku connect',
  ],
  [
    'dead letters wait',
    () => {
      letters().ApproximateNumberOfMessagesNotVisible = '3';
      world.age = [4 * 86_400];
    },
    'problem dead-letters',
    'todoku dead-letters list',
  ],
  [
    'the dead-letter queue is gone',
    () => {
      delete world.queues['todoku-prod-dead-letters'];
    },
    'problem dead-letter-queue-gone',
    'aws cloudformation detect-stack-drift',
  ],
  [
    'the dead-letter queue takes nothing',
    () => {
      letters().Policy = '';
    },
    'problem dead-letter-policy',
    'aws sqs set-queue-attributes',
  ],
  [
    'there are no alarms',
    () => {
      world.alarms = [];
    },
    'problem no-alarms',
    'npx serverless deploy',
  ],
  [
    'an alarm rings',
    () => {
      alarm('dead-letters').StateValue = 'ALARM';
    },
    'problem alarm-dead-letters',
    'todoku dead-letters list',
  ],
  [
    'alarms are muted',
    () => {
      alarm('silent').ActionsEnabled = false;
    },
    'problem alarms-muted',
    'aws cloudwatch enable-alarm-actions',
  ],
  [
    'nobody hears the alarms',
    () => {
      world.topics[arn('sns', 'todoku-prod-alarms')] = {
        SubscriptionsConfirmed: '0',
        SubscriptionsPending: '1',
      };
    },
    'problem alarms-unheard',
    'npx serverless deploy',
  ],
];

describe('doctor', () => {
  it('finds nothing in a healthy shop', async () => {
    const examined = examine(await observed());
    expect(found(examined)).toEqual([]);
    expect(examined.flatMap(({ unseen }) => unseen)).toEqual([]);
    expect(verdictOf(examined)).toBe('well');
    expect(examined.map(({ state }) => state)).toEqual(examined.map(() => 'well'));
  });

  it.each(FAULTS)(
    'names it with its remedy when %s, and no longer once it is mended',
    async (_, inject, expected, remedy) => {
      const before = structuredClone({ account: ses.account, destinations: set().eventDestinations });
      inject();
      const examined = examine(await observed());
      Object.assign(ses.account, before.account);
      listen(...(before.destinations ?? []));
      world = healthy();
      expect(found(examined)).toEqual([expected]);
      const [severity, id = ''] = expected.split(' ');
      expect(verdictOf(examined)).toBe(
        severity === 'problem'
          ? 'problem'
          : examined.some(({ unseen }) => unseen.length > 0)
            ? 'unseen'
            : 'well',
      );
      const commands = finding(examined, id)?.commands ?? [];
      expect(commands[0]?.slice(0, remedy.length)).toBe(remedy);
      // Of CloudFormation the SDK's model is not here.
      const ofAws = commands.filter((command) => /^aws (?!cloudformation )/.test(command));
      expect(ofAws.flatMap(wrongIn)).toEqual([]);
      expect(found(examine(await observed()))).toEqual([]);
    },
  );

  it('answers the figures behind it, and each part by the gravest of its areas', async () => {
    letters().ApproximateNumberOfMessages = '2';
    world.status.stopped = { by: 'a', at: hoursAgo(1), reason: 'r' };
    const { strip, figures, findings } = healthOf(await observed());
    expect(strip).toEqual({ events: 'well', account: 'well', runs: 'note', deadLetters: 'problem' });
    expect(findings.map(({ id }) => id)).toEqual(['dead-letters', 'stopped']);
    expect(figures).toMatchObject({
      margins: {
        bounce: { rate: 0.011, policy: 0.025, review: 0.05, pause: 0.1 },
        complaint: { rate: 0.0001, policy: 0.0005, review: 0.001, pause: 0.005 },
      },
      lastRun: { id: 'run' },
      lastEventAt: hoursAgo(2),
      deadLetters: { waiting: 2, parked: 0 },
    });
    expect(figures.lastRecorded?.Bounce).toBe(hoursAgo(3));
  });

  it('says no more of rates than it knows: none of a small account, no maximum of a policy that may not be read', async () => {
    world.rates = {};
    expect(healthOf(await observed()).figures.margins?.bounce).toEqual({
      policy: 0.025,
      review: 0.05,
      pause: 0.1,
    });
    world.policy = {};
    world.rates = { bounce: 0.04 };
    const { figures, findings } = healthOf(await observed());
    expect(figures.margins?.bounce).toEqual({ rate: 0.04, review: 0.05, pause: 0.1 });
    expect(findings).toEqual([]);
    world.denied.add('GetMetricDataCommand');
    const { strip, unseen, figures: blind } = healthOf(await observed());
    expect(blind).toMatchObject({ margins: null, lastRecorded: null });
    expect([strip.events, strip.account]).toEqual(['unseen', 'unseen']);
    expect(unseen.length).toBeGreaterThan(0);
  });

  it('tells when the next run is due, where the schedule is on', async () => {
    world.status.nextDue = hoursAgo(-3);
    expect(healthOf(await observed()).figures.nextDue).toBe(hoursAgo(-3));
    world.alarms = world.alarms.filter(({ AlarmName }) => !AlarmName.endsWith('no-run'));
    expect(healthOf(await observed()).figures).not.toHaveProperty('nextDue');
  });

  it('tells how long the oldest dead letter has waited', async () => {
    letters().ApproximateNumberOfMessages = '2';
    world.age = [4 * 86_400];
    expect(finding(examine(await observed()), 'dead-letters')?.text).toEqual({
      ja: expect.stringContaining('4日前'),
      en: expect.stringContaining('the oldest for 4 days'),
    });
  });

  it.each([
    'GetTopicAttributesCommand',
    'GetQueueUrlCommand',
    'GetMetricDataCommand',
    'ListSubscriptionsByTopicCommand',
  ])('says what it may not look at, and takes it for neither well nor ill: %s', async (call) => {
    world.denied.add(call);
    const examined = examine(await observed());
    expect(found(examined)).toEqual([]);
    expect(verdictOf(examined)).toBe('unseen');
    const [unseen] = examined.flatMap((area) => area.unseen);
    expect(unseen).toMatchObject({ why: 'denied', because: { en: expect.stringContaining('IAM policy') } });
  });

  it('does not say of a stack of this morning that nothing ran for longer than there is one', async () => {
    for (const each of world.alarms) {
      each.AlarmConfigurationUpdatedTimestamp = new Date(hoursAgo(1));
      if (each.InsufficientDataActions !== undefined) each.StateValue = 'INSUFFICIENT_DATA';
    }
    world.status.runs = [];
    expect(found(examine(await observed()))).toEqual(['note no-run-yet']);
  });

  it('leaves another stage alone once the schedule of this one is switched off', async () => {
    world.alarms = world.alarms.filter(({ AlarmName }) => !AlarmName.endsWith('no-run'));
    world.alarms.push(...alarmsOfStage('dev'));
    const examined = examine(await observed());
    expect(found(examined)).toEqual(['note no-schedule']);
    expect(examined.find(({ id }) => id === 'stages')?.said?.en).toBe('also dev');
  });

  it('is not sure of a policy that denies all but what it names', async () => {
    const allBut = { Effect: 'Deny', NotPrincipal: { AWS: ACCOUNT }, Action: '*', Resource: TOPIC };
    topic().Policy = policy(SES_MAY_PUBLISH, allBut);
    const examined = examine(await observed());
    expect(found(examined)).toEqual([]);
    expect(examined.find(({ id }) => id === 'topic')?.said?.en).toContain('policy not fully understood');
  });

  it('sets the page of the runbook apart from the command before it', async () => {
    alarm('dead-letters').StateValue = 'ALARM';
    const [finding] = examine(await observed()).flatMap(({ findings }) => findings);
    expect(finding?.text).toEqual({
      ja: expect.stringMatching(/list（docs\/runbook\.md#dead-letters）$/),
      en: expect.stringMatching(/list \(docs\/runbook\.md#dead-letters\)$/),
    });
  });

  it('does not take a stage whose name begins with ours for ours', async () => {
    world.alarms = alarmsOfStage('prod-b');
    expect(found(examine(await observed()))).toEqual(['problem two-stages', 'problem no-alarms']);
  });

  it('shows a plan of tomorrow by its own word, and says nothing of its price', async () => {
    ses.account.pricingPlan = 'PLATINUM';
    const plan = examine(await observed()).find(({ id }) => id === 'plan');
    ses.account.pricingPlan = 'ESSENTIALS';
    expect(plan?.said?.en).toBe('VDM on; PLATINUM: prices not known');
  });

  it('leaves a policy that it does not understand undecided', async () => {
    topic().Policy = policy({
      ...SES_MAY_PUBLISH,
      Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    });
    const examined = examine(await observed());
    expect(found(examined)).toEqual([]);
    expect(examined.find(({ id }) => id === 'topic')?.said?.en).toContain('not fully understood');
  });
});
