import { FUNCTIONS } from '../lib/contracts/functions.ts';

/** What `watch: full` adds to the alarms: a dashboard, and queries over the functions' logs. */

/** A panel of the dashboard; half of its width. */
interface Panel {
  readonly title: string;
  readonly metrics: readonly (readonly unknown[])[];
  readonly stat: 'Sum' | 'Maximum' | 'Average';
  /** Seconds. */
  readonly period: number;
}

/** CloudWatch's own placeholders, which CloudFormation fills in. */
const REGION = '$'.concat('{AWS::Region}');
const ACCOUNT = '$'.concat('{AWS::AccountId}');
const PARTITION = '$'.concat('{AWS::Partition}');

/** The resources, by their names in the template. */
export function dashboardResources(stage: string, alarms: readonly { readonly name: string }[]): object {
  return {
    Dashboard: {
      Type: 'AWS::CloudWatch::Dashboard',
      Properties: {
        DashboardName: `todoku-${stage}`,
        DashboardBody: { 'Fn::Sub': JSON.stringify({ widgets: widgets(stage, alarms) }) },
      },
    },
    ...queries(stage),
  };
}

function widgets(stage: string, alarms: readonly { readonly name: string }[]): object[] {
  const arns = alarms.map(
    ({ name }) => `arn:${PARTITION}:cloudwatch:${REGION}:${ACCOUNT}:alarm:todoku-${stage}-${name}`,
  );
  return [
    { type: 'alarm', x: 0, y: 0, width: 24, height: 4, properties: { title: 'alarms', alarms: arns } },
    ...panels(stage).map(({ title, ...properties }, index) => ({
      type: 'metric',
      x: 12 * (index % 2),
      y: 4 + 6 * Math.floor(index / 2),
      width: 12,
      height: 6,
      properties: { title, region: REGION, view: 'timeSeries', ...properties },
    })),
  ];
}

function panels(stage: string): Panel[] {
  const HOUR = 3_600;
  const searched = (prefix: string) => [
    { expression: `SEARCH('{todoku,stage} stage="${stage}" ${prefix}', 'Sum', ${HOUR})` },
  ];
  const queue = (name: string) => [
    'AWS/SQS',
    'ApproximateNumberOfMessagesVisible',
    'QueueName',
    `todoku-${stage}-${name}`,
  ];
  return [
    {
      title: 'mail delivered, events that reached the topic',
      metrics: [
        ['AWS/SES', 'Delivery'],
        ['AWS/SNS', 'NumberOfMessagesPublished', 'TopicName', `todoku-${stage}-ses-events`],
      ],
      stat: 'Sum',
      period: HOUR,
    },
    { title: 'events read, by type', metrics: [searched('eventsRead')], stat: 'Sum', period: HOUR },
    { title: 'addresses, by what was done', metrics: [searched('addresses')], stat: 'Sum', period: HOUR },
    {
      title: 'bounce and complaint rate',
      metrics: [
        ['AWS/SES', 'Reputation.BounceRate'],
        ['AWS/SES', 'Reputation.ComplaintRate'],
      ],
      stat: 'Maximum',
      period: HOUR,
    },
    {
      title: 'dead letters',
      metrics: [queue('dead-letters'), queue('parked-letters')],
      stat: 'Maximum',
      period: HOUR,
    },
    {
      title: 'waiting proposals',
      metrics: [['todoku', 'ProposalsWaiting', 'stage', stage]],
      stat: 'Maximum',
      period: HOUR,
    },
  ];
}

/** Queries that the console offers under Logs Insights. */
function queries(stage: string): object {
  const LogGroupNames = FUNCTIONS.map(({ name }) => `/aws/lambda/todoku-${stage}-${name}`);
  const query = (name: string, groups: readonly string[], ...lines: readonly string[]) => ({
    Type: 'AWS::Logs::QueryDefinition',
    Properties: {
      Name: `todoku-${stage}/${name}`,
      LogGroupNames: groups,
      QueryString: lines.join('\n| '),
    },
  });
  const groupOf = (name: string) => LogGroupNames.filter((group) => group.endsWith(`-${name}`));
  return {
    ErrorsQuery: query(
      'errors',
      LogGroupNames,
      'fields @timestamp, @log, message, errorName, requestId',
      'filter level = "ERROR" or @message like /Task timed out|Runtime\\.|errorType/',
      'sort @timestamp desc',
      'limit 100',
    ),
    RunsQuery: query(
      'runs',
      groupOf('cleanup'),
      'fields @timestamp, mode, full, unfinished, throttled',
      'filter message = "cleanup finished"',
      'sort @timestamp desc',
      'limit 50',
    ),
    NotStoredQuery: query(
      'events-not-stored',
      groupOf('ingest'),
      'fields @timestamp, message, deliveryId, errorName, reason',
      'filter message in ["message not stored", "message not read"]',
      'sort @timestamp desc',
      'limit 100',
    ),
  };
}
