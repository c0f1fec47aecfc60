import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { FIGURES, type Figures } from '../functions/log.ts';
import { FUNCTIONS } from '../lib/contracts/functions.ts';
import type { NoticeSetting } from '../lib/notices/setting.ts';
import { tableDefinition } from '../lib/store/definition.ts';
import type { Table } from '../lib/store/table.ts';
import { LocalClock } from './clock.ts';
import { type CloudWatchServer, type DataPoint, type Dimensions, startCloudWatch } from './cloudwatch.ts';
import { type DnsServer, startDnsServer } from './dns-server.ts';
import { createTable, startDynalite } from './dynamodb.ts';
import type { LocalServer } from './http.ts';
import type { LocalHandler } from './invoke.ts';
import { type LambdaServer, startLambda } from './lambda.ts';
import { type NoticesServer, startNotices } from './notices.ts';
import { startS3 } from './s3.ts';
import { SCENE_REPORT_ADDRESS, SCENE_ZONE, sceneIdentities } from './sender-scene.ts';
import { SHOP_CONFIGURATION_SET, SHOP_DOMAIN } from './ses/account.ts';
import { LocalSes } from './ses/engine.ts';
import { SES_TEST_MESSAGE } from './ses/events.ts';
import { type SesServer, startSes } from './ses/server.ts';
import { LocalTopic } from './sns.ts';
import { QUEUE_METRICS, type SqsServer, startSqs } from './sqs.ts';
import { type SsmServer, startSsm } from './ssm.ts';
import { ACCOUNT, isDelivered, REGION, STAGE, stackOf } from './stack.ts';
import { startSts } from './sts.ts';
import { tableText } from './table-text.ts';

/** The whole system on this machine: the real handlers and SDK clients, on local servers. */
export interface LocalSystem {
  readonly clock: LocalClock;
  /** The world behind SES: mailboxes, list, account. */
  readonly ses: LocalSes;
  readonly sesServer: SesServer;
  /** SES's events on their way to ingest. */
  readonly topic: LocalTopic;
  readonly lambda: LambdaServer;
  /** Says who calls. */
  readonly sts: LocalServer;
  readonly sqs: SqsServer;
  /** The names the sending domains are audited in. */
  readonly dns: DnsServer;
  readonly store: Table;
  /** Everything the table holds, as text: see {@link tableText}. */
  tableText(): Promise<string>;
  /**
   * The account's metrics: Send counts what the local SES took, Delivery and the topic's NumberOfMessagesPublished what
   * it delivered and published once it was subscribed to; there are no rates, as of a young account. The functions' own
   * figures, their errors and the queues' counts are there too, and the stack's alarms, which go by all that.
   */
  readonly cloudWatch: CloudWatchServer;
  /** What people and systems were told. */
  readonly notices: NoticesServer;
  /** Holds the policy parameter, once it is set. */
  readonly ssm: SsmServer;
  readonly policyParameter: string;
  readonly region: string;
  /** Name of the queue that holds what could not be read. */
  readonly deadLetterQueue: string;
  /** The real SES client against the local SES. */
  readonly sesClient: SESv2Client;
  /** Has SES publish its events to the topic from this moment of its clock on: the day the system is deployed. */
  subscribe(from: string): void;
  /** Invokes a function through the real Lambda client; throws the function's error message. */
  invoke<Answer>(name: string, event: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

/** How the local system is set up. */
export interface LocalSystemOptions {
  /** ISO 8601; where the clock starts. It stands still until told to flow. */
  readonly start: string;
  /** What is told to people and systems. Default: nothing, as in a new stack. */
  readonly notices?: NoticeSetting;
  /** Ports of Lambda and SES; free ones when absent. */
  readonly ports?: { readonly lambda: number; readonly ses: number };
  /** A table that is there, in place of one on a database of the system's own. */
  readonly table?: { readonly client: DynamoDBDocumentClient; readonly tableName: string };
}

/** Names the functions are invoked by: `todoku-local-lookup` and so on. */
const PREFIX = `todoku-${STAGE}`;
const TABLE_NAME = PREFIX;
const POLICY_PARAMETER = '/todoku/local/policy';
/** As settings.STAGE.yml would name the shop of the story. */
const SCENE_SHOPS = [
  {
    domains: [SHOP_DOMAIN],
    name: 'とどくショップ',
    nameEn: 'Todoku Shop',
    from: [`order@${SHOP_DOMAIN}`],
    orderStands: true,
  },
];
const DEAD_LETTER_QUEUE = `${PREFIX}-dead-letters`;
const TOPIC = `${PREFIX}-ses-events`;
const TOPIC_ARN = `arn:aws:sns:${REGION}:${ACCOUNT}:${TOPIC}`;
const PARKED_QUEUE = `${PREFIX}-parked-letters`;

/**
 * Starts the system. It sets this process's environment to the local servers before the handlers are loaded, so a
 * process holds one system at a time.
 */
export async function startLocalSystem(options: LocalSystemOptions): Promise<LocalSystem> {
  const clock = new LocalClock({ start: options.start });
  const uninstallClock = clock.install();
  const database = options.table === undefined ? await startDynalite() : undefined;
  const tableName = options.table?.tableName ?? TABLE_NAME;
  const s3 = await startS3();
  const dns = await startDnsServer(SCENE_ZONE);
  const ses = new LocalSes({ account: { vdmEnabled: true }, identities: sceneIdentities() });
  const sesServer = await startSes(ses, {
    readObject: (url) => s3.read(url),
    ...(options.ports && { port: options.ports.ses }),
  });
  const stack = stackOf({ ...(options.notices && { notices: options.notices }) });
  const queues = [DEAD_LETTER_QUEUE, PARKED_QUEUE];
  const sqs = await startSqs({ queues, policies: stack.queuePolicies, time: clock.time });
  const cloudWatch = await startCloudWatch({ alarms: stack.alarms, time: clock.time });
  for (const QueueName of queues) {
    for (const metric of QUEUE_METRICS) {
      const points = (from: number, until: number) => sqs.points(QueueName, metric, from, until);
      cloudWatch.feed('AWS/SQS', metric, points, { QueueName });
    }
  }
  const series = new Map<string, Series>();
  /** Adds a value to a metric of the functions. */
  const add = (namespace: string, metric: string, value: number, dimensions: Dimensions) => {
    const name = JSON.stringify([namespace, metric, dimensions]);
    const known = series.get(name);
    const one = known ?? new Series();
    if (known === undefined) {
      series.set(name, one);
      cloudWatch.feed(namespace, metric, (from, until) => one.points(from, until), dimensions);
    }
    one.add(clock.time(), value);
  };
  const hear = (message: unknown) => {
    const { stage, figures } = message as Figures;
    for (const [name, value] of Object.entries(figures)) add('todoku', name, value, { stage });
  };
  subscribe(FIGURES.name, hear);
  cloudWatch.feed('AWS/SES', 'Send', (from, until) => ses.sends(from, until));
  const delivered = new PeriodCount();
  const published = new PeriodCount();
  cloudWatch.feed('AWS/SES', 'Delivery', (from, until) => delivered.points(from, until));
  cloudWatch.feed('AWS/SNS', 'NumberOfMessagesPublished', (from, until) => published.points(from, until), {
    TopicName: TOPIC,
  });
  const ssm = await startSsm({ time: clock.time });
  const sts = await startSts();
  const notices = await startNotices(stack.topics);
  Object.assign(process.env, {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    ...(database && { AWS_ENDPOINT_URL_DYNAMODB: database.endpoint }),
    AWS_ENDPOINT_URL_SESV2: sesServer.endpoint,
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.endpoint,
    AWS_ENDPOINT_URL_SSM: ssm.endpoint,
    POLICY_PARAMETER,
    SHOPS: JSON.stringify(SCENE_SHOPS),
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    IMPORT_BUCKET: 'todoku-local-imports',
    TABLE_NAME: tableName,
    DEAD_LETTER_QUEUE_URL: sqs.queueUrl(DEAD_LETTER_QUEUE),
    PARKED_QUEUE_URL: sqs.queueUrl(PARKED_QUEUE),
    EVENT_TOPIC_NAME: TOPIC,
    AWS_ENDPOINT_URL_SNS: notices.endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: notices.endpoint,
    NOTICES: options.notices ?? 'off',
    NOTIFY_FUNCTION: `${PREFIX}-notify`,
    NOTICE_TOPIC_ARN: `arn:aws:sns:${REGION}:${ACCOUNT}:${PREFIX}-notices`,
    CHAT_TOPIC_ARN: `arn:aws:sns:${REGION}:${ACCOUNT}:${PREFIX}-chat`,
    EVENT_TOPIC_ARN: TOPIC_ARN,
    // The local SES is not throttled unless asked; the limit itself is tested elsewhere.
    SES_CALLS_PER_SECOND: '100000',
    DNS_SERVERS: dns.address,
    DMARC_REPORT_ADDRESS: SCENE_REPORT_ADDRESS,
    // As the subscription below lets them through.
    DELIVERIES: 'carriers',
    // The database shares this process, and may share a busy machine with others.
    NEAR_PATIENCE_MS: '60000',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'SILENT',
  });

  // Loaded only now: they read the environment.
  const { dynamo: dynamoOf, store: storeOf } = await import('../functions/clients.ts');
  const { forgetAll, once } = await import('../functions/once.ts');
  forgetAll();
  const { table } = options;
  if (table !== undefined) once(dynamoOf, () => table.client);
  const handlers: Record<string, LocalHandler> = {};
  for (const { name } of FUNCTIONS) {
    const loaded: { readonly handler: LocalHandler } = await import(`../functions/${name}.ts`);
    const FunctionName = `${PREFIX}-${name}`;
    handlers[name] = async (event, context, callback) => {
      try {
        const answer = await loaded.handler(event, context, callback);
        add('AWS/Lambda', 'Errors', 0, { FunctionName });
        return answer;
      } catch (error) {
        add('AWS/Lambda', 'Errors', 1, { FunctionName });
        throw error;
      }
    };
  }
  const [dynamo, store] = [dynamoOf(), storeOf()];
  if (database) await createTable(dynamo, tableDefinition(tableName));

  const ingest = handlers.ingest as LocalHandler;
  const topic = new LocalTopic({
    subscriptions: [
      { name: `${PREFIX}-ingest`, handler: ingest, filter: (message) => isDelivered(stack, message) },
    ],
  });
  const lambda = await startLambda({
    functions: Object.fromEntries(
      Object.entries(handlers).map(([name, handler]) => [`${PREFIX}-${name}`, handler]),
    ),
    ...(options.ports && { port: options.ports.lambda }),
  });
  // For what a function has another one do.
  process.env.AWS_ENDPOINT_URL_LAMBDA = lambda.endpoint;

  const lambdaClient = new LambdaClient({ endpoint: lambda.endpoint });
  const sesClient = new SESv2Client({ endpoint: sesServer.endpoint });

  return {
    clock,
    ses,
    sesServer,
    topic,
    lambda,
    sts,
    sqs,
    dns,
    store,
    tableText: () => tableText(dynamo, tableName),
    cloudWatch,
    notices,
    ssm,
    policyParameter: POLICY_PARAMETER,
    region: REGION,
    deadLetterQueue: DEAD_LETTER_QUEUE,
    sesClient,
    subscribe: (from) => {
      const start = Date.parse(from);
      ses.addTap({
        format: 'event-publishing',
        types: ['Delivery'],
        publish: (message) => {
          if (message !== SES_TEST_MESSAGE) delivered.add(clock.time());
        },
      });
      ses.topics.set(TOPIC_ARN, (message) => {
        const time = clock.time();
        if (time < start) return;
        published.add(time);
        topic.publish(message);
      });
      ses.setEventDestinations(SHOP_CONFIGURATION_SET, [
        {
          Name: PREFIX,
          Enabled: true,
          // Opens and clicks as for a shop that follows them; with `deliveries: carriers` the filter holds them back.
          MatchingEventTypes: ['BOUNCE', 'COMPLAINT', 'DELIVERY', 'DELIVERY_DELAY', 'OPEN', 'CLICK'],
          SnsDestination: { TopicArn: TOPIC_ARN },
        },
      ]);
      ses.subscribeTopic(TOPIC_ARN, SES_TEST_MESSAGE);
    },
    async invoke<Answer>(name: string, event: unknown) {
      const answer = await lambdaClient.send(
        new InvokeCommand({ FunctionName: `${PREFIX}-${name}`, Payload: JSON.stringify(event) }),
      );
      // What it had others do is done: a story is told in its order.
      await lambda.idle();
      const text = Buffer.from(answer.Payload ?? []).toString();
      if (answer.FunctionError) throw new Error(`${name}: ${text}`);
      // The functions' answers are this project's own types; the caller names the one it asked for.
      return JSON.parse(text) as Answer;
    },
    async stop() {
      await topic.idle();
      await lambda.idle();
      for (const client of [dynamo, lambdaClient, sesClient]) client.destroy();
      const servers = [
        lambda,
        sqs,
        cloudWatch,
        notices,
        ssm,
        sts,
        s3,
        sesServer,
        ...(database ? [database] : []),
      ];
      await Promise.all([...servers.map((server) => server.stop()), dns.close()]);
      unsubscribe(FIGURES.name, hear);
      uninstallClock();
    },
  };
}

/** What was counted or measured, in the order of time but where the clock was set back. */
class Series {
  readonly #points: DataPoint[] = [];

  /** @param time milliseconds. */
  add(time: number, value: number): void {
    this.#points.push({ at: new Date(time).toISOString(), value });
  }

  /** Those of a span, in milliseconds: newest first, as most are asked for. */
  *points(from: number, until: number): Generator<DataPoint> {
    const [start, end] = [new Date(from).toISOString(), new Date(until).toISOString()];
    for (let index = this.#points.length - 1; index >= 0; index -= 1) {
      const point = this.#points[index];
      if (point === undefined || point.at < start) return;
      if (point.at < end) yield point;
    }
  }
}

const QUARTER = 15 * 60_000;

/** Counts by the quarter of an hour, as CloudWatch is asked for them. */
class PeriodCount {
  readonly #counts = new Map<number, number>();

  /** @param time milliseconds. */
  add(time: number): void {
    const quarter = Math.floor(time / QUARTER);
    this.#counts.set(quarter, (this.#counts.get(quarter) ?? 0) + 1);
  }

  /** The quarters that began within a span, in milliseconds. */
  *points(from: number, until: number): Generator<DataPoint> {
    for (let quarter = Math.ceil(from / QUARTER); quarter * QUARTER < until; quarter += 1) {
      const value = this.#counts.get(quarter);
      if (value !== undefined) yield { at: new Date(quarter * QUARTER).toISOString(), value };
    }
  }
}
