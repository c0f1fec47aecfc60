import {
  type CloudWatchClient,
  GetMetricDataCommand,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch';
import { GetAccountCommand } from '@aws-sdk/client-sesv2';
import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  paginateListSubscriptionsByTopic,
  type SNSClient,
} from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { explainCallFailure, isCalledOneOf } from '../../lib/call-failure.ts';
import {
  type LastRecorded,
  type Looked,
  type Observed,
  type ObservedAccount,
  type ObservedAlarm,
  type ObservedQueue,
  type ObservedSubscription,
  type ObservedTopic,
  RECORDED_DAYS,
} from '../../lib/doctor/observed.ts';
import { countedAs, RECORDED_TYPES, type RecordedType } from '../../lib/events/recorded.ts';
import { errorName } from '../../lib/refusal.ts';
import { ratesOf } from '../../lib/suppression/reputation.ts';
import { readTraffic, TrafficUnreadableError } from '../../lib/suppression/traffic.ts';
import { DAY, HOUR } from '../../lib/time.ts';
import { whyUnread } from '../../lib/wiring/findings.ts';
import { type WiringClients, whyFailed } from '../../lib/wiring/ses.ts';

/** What `todoku doctor` reads of AWS beside SES's settings about events, each by the fewest calls. It judges nothing. */

/** Clients of what the stack has beside its functions. */
export interface StackClients {
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly cloudWatch: CloudWatchClient;
}

/** What is read beside wiring, status and policy. */
export type StackLook = Pick<
  Observed,
  | 'topic'
  | 'subscriptions'
  | 'deadLetters'
  | 'oldestLetter'
  | 'traffic'
  | 'lastRecorded'
  | 'reputation'
  | 'alarms'
  | 'alarmTopic'
>;

/**
 * One thing, or why it could not be looked at. Never throws.
 *
 * @param call as IAM names it.
 */
export async function looked<Value>(call: string, read: () => Promise<Value>): Promise<Looked<Value>> {
  try {
    return { state: 'seen', value: await read() };
  } catch (error) {
    const failed = whyFailed(error);
    const why = failed === 'unreachable' ? 'failed' : failed;
    const because =
      explainCallFailure(error) ?? whyUnread({ call, why, error: errorName(error), subjects: [] });
    return { state: 'unseen', call, why, because };
  }
}

/** SES's account. */
export function lookAtAccount({ ses, turns }: WiringClients): Promise<Looked<ObservedAccount>> {
  return looked('ses:GetAccount', async () => {
    await turns.take();
    const account = await ses.send(new GetAccountCommand({}));
    const { CurrentPlan: plan, NextPlan: nextPlan } = account.PricingAttributes ?? {};
    return {
      productionAccess: account.ProductionAccessEnabled ?? false,
      sendingEnabled: account.SendingEnabled ?? false,
      enforcementStatus: account.EnforcementStatus ?? 'UNKNOWN',
      suppressedReasons: account.SuppressionAttributes?.SuppressedReasons ?? [],
      vdmEnabled: account.VdmAttributes?.VdmEnabled === 'ENABLED',
      ...(plan && { plan }),
      ...(nextPlan && { nextPlan }),
    };
  });
}

/** The stack's topics, queues and alarms. `topic` is the ARN of the one that SES publishes to. */
export async function lookAtStack(
  { sns, sqs, cloudWatch }: StackClients,
  topic: string,
  stage: string,
  now: Date,
): Promise<StackLook> {
  const queue = (name: string) => `todoku-${stage}-${name}`;
  const alarmTopic = topic.replace(/[^:]*$/, queue('alarms'));
  const [seenTopic, subscriptions, deadLetters, traffic, lastRecorded, reputation, alarms, seenAlarmTopic] =
    await Promise.all([
      looked('sns:GetTopicAttributes', () => topicOf(sns, topic)),
      looked('sns:ListSubscriptionsByTopic, sns:GetSubscriptionAttributes', () =>
        subscriptionsOf(sns, topic),
      ),
      looked('sqs:GetQueueUrl, sqs:GetQueueAttributes', () =>
        queueOf(sqs, queue('dead-letters'), queue('parked-letters')),
      ),
      looked('cloudwatch:GetMetricData', () => readTraffic(cloudWatch, topic.split(':').at(-1) ?? '', now)),
      looked('cloudwatch:GetMetricData', () => lastRecordedIn(cloudWatch, stage, now)),
      looked('cloudwatch:GetMetricData', () => ratesOf(cloudWatch, now)),
      looked('cloudwatch:DescribeAlarms', () => alarmsOf(cloudWatch)),
      looked('sns:GetTopicAttributes', () => topicOf(sns, alarmTopic)),
    ]);
  const waits = deadLetters.state === 'seen' && deadLetters.value !== null && deadLetters.value.waiting > 0;
  return {
    topic: seenTopic,
    subscriptions,
    deadLetters,
    oldestLetter: waits
      ? await looked('cloudwatch:GetMetricData', () => oldestIn(cloudWatch, queue('dead-letters'), now))
      : { state: 'seen', value: null },
    traffic,
    lastRecorded,
    reputation,
    alarms,
    alarmTopic: seenAlarmTopic,
  };
}

async function topicOf(sns: SNSClient, TopicArn: string): Promise<ObservedTopic | null> {
  const answer = await unlessGone(() => sns.send(new GetTopicAttributesCommand({ TopicArn })));
  if (answer === null) return null;
  const {
    Policy = '',
    KmsMasterKeyId,
    SubscriptionsConfirmed,
    SubscriptionsPending,
  } = answer.Attributes ?? {};
  return {
    policy: Policy,
    ...(KmsMasterKeyId && { key: KmsMasterKeyId }),
    confirmed: Number(SubscriptionsConfirmed ?? 0),
    pending: Number(SubscriptionsPending ?? 0),
  };
}

async function subscriptionsOf(sns: SNSClient, TopicArn: string): Promise<readonly ObservedSubscription[]> {
  const found: ObservedSubscription[] = [];
  const pages = paginateListSubscriptionsByTopic({ client: sns }, { TopicArn });
  const page = await unlessGone(async () => {
    const all = [];
    for await (const { Subscriptions = [] } of pages) all.push(...Subscriptions);
    return all;
  });
  for (const { SubscriptionArn: arn = '', Protocol: protocol = '', Endpoint: endpoint = '' } of page ?? []) {
    // Those of others are theirs; one that is not confirmed has no ARN to ask by.
    const isOurs = endpoint.includes(':todoku-');
    const isPending = !arn.startsWith('arn:');
    const { Attributes: attributes = {} } =
      isOurs && !isPending
        ? await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }))
        : {};
    found.push({
      arn,
      protocol,
      endpoint,
      isPending: isPending || attributes.PendingConfirmation === 'true',
      ...(attributes.FilterPolicy && { filter: attributes.FilterPolicy }),
      ...(attributes.FilterPolicyScope && { filterScope: attributes.FilterPolicyScope }),
      ...(attributes.RedrivePolicy && { redrive: attributes.RedrivePolicy }),
    });
  }
  return found;
}

async function queueOf(sqs: SQSClient, name: string, parkedName: string): Promise<ObservedQueue | null> {
  const attributesOf = async (QueueName: string) => {
    const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'Policy'],
      }),
    );
    const { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: held } = Attributes;
    return { url: QueueUrl, policy: Attributes.Policy ?? '', count: Number(visible) + Number(held) };
  };
  const queue = await unlessGone(() => attributesOf(name));
  if (queue === null) return null;
  const parked = await unlessGone(() => attributesOf(parkedName));
  return { url: queue.url, policy: queue.policy, waiting: queue.count, parked: parked?.count ?? 0 };
}

async function oldestIn(cloudWatch: CloudWatchClient, queue: string, now: Date): Promise<number | null> {
  const { MetricDataResults } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now.getTime() - 3_600_000),
      EndTime: now,
      ScanBy: 'TimestampDescending',
      MetricDataQueries: [
        {
          Id: 'age',
          MetricStat: {
            Metric: {
              Namespace: 'AWS/SQS',
              MetricName: 'ApproximateAgeOfOldestMessage',
              Dimensions: [{ Name: 'QueueName', Value: queue }],
            },
            Period: 300,
            Stat: 'Maximum',
          },
        },
      ],
    }),
  );
  return MetricDataResults?.[0]?.Values?.[0] ?? null;
}

/**
 * When ingest last recorded an event of each type: by the figures that it counts anyway, in one call. The day index tells
 * only bounces, complaints and delays, and would be read day by day.
 */
async function lastRecordedIn(cloudWatch: CloudWatchClient, stage: string, now: Date): Promise<LastRecorded> {
  const types = Object.keys(RECORDED_TYPES) as RecordedType[];
  const { MetricDataResults: results = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(Math.floor((now.getTime() - RECORDED_DAYS * DAY) / HOUR) * HOUR),
      EndTime: now,
      ScanBy: 'TimestampDescending',
      MetricDataQueries: types.map((type) => ({
        Id: type.toLowerCase(),
        MetricStat: {
          Metric: {
            Namespace: 'todoku',
            MetricName: countedAs(type),
            Dimensions: [{ Name: 'stage', Value: stage }],
          },
          Period: HOUR / 1_000,
          Stat: 'Sum',
        },
      })),
    }),
  );
  const last = types.map((type) => {
    const result = results.find(({ Id }) => Id === type.toLowerCase());
    if (result?.StatusCode !== 'Complete') throw new TrafficUnreadableError(`${type}: ${result?.StatusCode}`);
    return [type, result.Timestamps?.[0]?.toISOString() ?? null] as const;
  });
  return Object.fromEntries(last) as Record<RecordedType, string | null>;
}

async function alarmsOf(cloudWatch: CloudWatchClient): Promise<readonly ObservedAlarm[]> {
  const alarms: ObservedAlarm[] = [];
  const asked = { AlarmNamePrefix: 'todoku-', AlarmTypes: ['MetricAlarm' as const] };
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client: cloudWatch }, asked)) {
    for (const each of MetricAlarms) {
      alarms.push({
        name: each.AlarmName ?? '',
        alarmState: each.StateValue ?? '',
        ...(each.StateUpdatedTimestamp && { since: each.StateUpdatedTimestamp.toISOString() }),
        description: each.AlarmDescription ?? '',
        actionsEnabled: each.ActionsEnabled ?? true,
        tellsSilence: (each.InsufficientDataActions ?? []).length > 0,
        ...(each.AlarmConfigurationUpdatedTimestamp && {
          configuredAt: each.AlarmConfigurationUpdatedTimestamp.toISOString(),
        }),
        ...(each.Period && each.EvaluationPeriods && { window: each.Period * each.EvaluationPeriods }),
      });
    }
  }
  return alarms;
}

const GONE = [
  'NotFoundException',
  'NotFound',
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
];

async function unlessGone<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await ask();
  } catch (error) {
    if (isCalledOneOf(error, GONE)) return null;
    throw error;
  }
}
