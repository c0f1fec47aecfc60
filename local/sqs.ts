import { createHash, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import * as z from 'zod';
import { answerJson, type LocalRequest, type LocalServer, startServer } from './http.ts';

/** How the local SQS is set up. */
export interface SqsOptions {
  /** Default: a free port. */
  readonly port?: number;
  /** Names of the queues. */
  readonly queues: readonly string[];
  /** Milliseconds; for visibility timeouts. Default: the machine's time. */
  readonly time?: () => number;
  /** Policy documents as text, by the queue's name. */
  readonly policies?: ReadonlyMap<string, string>;
}

/** The metrics of a queue that SQS writes for CloudWatch, as far as an alarm listens to them. */
export const QUEUE_METRICS = [
  'ApproximateNumberOfMessagesVisible',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateAgeOfOldestMessage',
] as const;

/** Standard queues for the real SQS client. */
export interface SqsServer extends LocalServer {
  /** The URL of a queue. @throws {RangeError} when there is no such queue. */
  queueUrl(name: string): string;
  /** The bodies in a queue, oldest first, also those in flight. */
  bodies(name: string): readonly string[];
  /** What CloudWatch has of a metric of a queue in a span (milliseconds): a value every five minutes while it is active. */
  points(
    name: string,
    metric: (typeof QUEUE_METRICS)[number],
    from: number,
    until: number,
  ): Iterable<{ readonly at: string; readonly value: number }>;
}

interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly sentAt: number;
  visibleAt: number;
  receipt: string | undefined;
  receives: number;
  firstReceivedAt: number | undefined;
  /** When it was received so often that it no longer counts for the age of the oldest message. */
  uncountedAt: number;
  /** When it was deleted, or was too old. */
  goneAt: number;
}

const DEFAULT_VISIBILITY_S = 30;
/** What SQS keeps a message for at most, seconds: as the deployed queues do. */
const RETENTION_S = 14 * 86_400;
/** Received this often, a message no longer counts for the age of the oldest message. */
const UNCOUNTED_RECEIVES = 3;
/** How long an empty queue still writes metrics, milliseconds; and how often any writes them. */
const ACTIVE_MS = 6 * 3_600_000;
const STEP_MS = 5 * 60_000;

const messageAttribute = z.object({ DataType: z.literal('String'), StringValue: z.string().min(1) });

type MessageAttribute = z.infer<typeof messageAttribute>;

const sendRequest = z.object({
  QueueUrl: z.string(),
  MessageBody: z.string().min(1),
  MessageAttributes: z.record(z.string(), messageAttribute).default({}),
  DelaySeconds: z.number().optional(),
});
const receiveRequest = z.object({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z.int().min(1).max(10).optional(),
  VisibilityTimeout: z.number().min(0).optional(),
  MessageAttributeNames: z.array(z.string()).default([]),
});
const visibilityRequest = z.object({
  QueueUrl: z.string(),
  ReceiptHandle: z.string(),
  VisibilityTimeout: z.number().min(0),
});
const deleteRequest = z.object({ QueueUrl: z.string(), ReceiptHandle: z.string() });
const queueRequest = z.object({ QueueUrl: z.string() });
const nameRequest = z.object({ QueueName: z.string() });
const attributesRequest = z.object({ QueueUrl: z.string(), AttributeNames: z.array(z.string()).default([]) });

/** An error by SQS's name for it. */
class SqsError extends Error {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/**
 * Serves SendMessage, ReceiveMessage (without waiting), ChangeMessageVisibility, DeleteMessage, PurgeQueue, GetQueueUrl and
 * GetQueueAttributes over the JSON protocol: `new SQSClient({ endpoint: server.endpoint, ... })`.
 */
export async function startSqs(options: SqsOptions): Promise<SqsServer> {
  const time = options.time ?? Date.now;
  // Those that are gone included: metrics tell of them too.
  const queues = new Map<string, QueuedMessage[]>(options.queues.map((name) => [name, []]));

  const nameIn = (url: string): string => {
    const name = url.slice(url.lastIndexOf('/') + 1);
    if (queues.has(name)) return name;
    throw new SqsError('com.amazonaws.sqs#QueueDoesNotExist', `The specified queue does not exist: ${url}`);
  };
  const queueOf = (url: string): QueuedMessage[] =>
    (queues.get(nameIn(url)) ?? []).filter(({ goneAt }) => goneAt > time());

  const actions: Readonly<Record<string, (body: unknown) => Record<string, unknown>>> = {
    SendMessage: (body) => {
      const request = sendRequest.parse(body);
      const message: QueuedMessage = {
        id: randomUUID(),
        body: request.MessageBody,
        attributes: request.MessageAttributes,
        sentAt: time(),
        visibleAt: time() + (request.DelaySeconds ?? 0) * 1000,
        receipt: undefined,
        receives: 0,
        firstReceivedAt: undefined,
        uncountedAt: Number.POSITIVE_INFINITY,
        goneAt: time() + RETENTION_S * 1000,
      };
      queues.get(nameIn(request.QueueUrl))?.push(message);
      return { MessageId: message.id, MD5OfMessageBody: md5(message.body) };
    },
    ReceiveMessage: (body) => {
      const request = receiveRequest.parse(body);
      const moment = time();
      const visible = queueOf(request.QueueUrl)
        .filter((message) => message.visibleAt <= moment)
        .slice(0, request.MaxNumberOfMessages ?? 1);
      for (const message of visible) {
        message.visibleAt = moment + (request.VisibilityTimeout ?? DEFAULT_VISIBILITY_S) * 1000;
        message.receipt = randomUUID();
        message.receives++;
        message.firstReceivedAt ??= moment;
        if (message.receives === UNCOUNTED_RECEIVES) message.uncountedAt = moment;
      }
      return visible.length === 0
        ? {}
        : { Messages: visible.map((message) => received(message, request.MessageAttributeNames)) };
    },
    ChangeMessageVisibility: (body) => {
      const request = visibilityRequest.parse(body);
      const message = queueOf(request.QueueUrl).find(({ receipt }) => receipt === request.ReceiptHandle);
      if (message === undefined || message.visibleAt <= time()) {
        throw new SqsError('com.amazonaws.sqs#MessageNotInflight', 'The message is not in flight.');
      }
      message.visibleAt = time() + request.VisibilityTimeout * 1000;
      return {};
    },
    DeleteMessage: (body) => {
      const request = deleteRequest.parse(body);
      const message = queueOf(request.QueueUrl).find(({ receipt }) => receipt === request.ReceiptHandle);
      if (message !== undefined) message.goneAt = time();
      return {};
    },
    PurgeQueue: (body) => {
      for (const message of queueOf(queueRequest.parse(body).QueueUrl)) message.goneAt = time();
      return {};
    },
    GetQueueUrl: (body) => ({ QueueUrl: urlOf(nameIn(nameRequest.parse(body).QueueName)) }),
    GetQueueAttributes: (body) => {
      const { QueueUrl, AttributeNames } = attributesRequest.parse(body);
      const queue = queueOf(QueueUrl);
      const visible = queue.filter((message) => message.visibleAt <= time()).length;
      const policy = options.policies?.get(nameIn(QueueUrl));
      const attributes = {
        ApproximateNumberOfMessages: String(visible),
        ApproximateNumberOfMessagesNotVisible: String(queue.length - visible),
        MessageRetentionPeriod: String(RETENTION_S),
        ...(policy !== undefined && { Policy: policy }),
      };
      const asked = Object.entries(attributes).filter(
        ([name]) => AttributeNames.includes('All') || AttributeNames.includes(name),
      );
      return { Attributes: Object.fromEntries(asked) };
    },
  };

  const handle = (request: LocalRequest, response: ServerResponse): void => {
    const name = (request.header('x-amz-target') ?? '').replace(/^AmazonSQS\./, '');
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) {
      const message = `${name || request.path} is not part of the local SQS.`;
      answerJson(response, 501, { __type: 'com.amazonaws.sqs#UnsupportedOperation', message });
      return;
    }
    try {
      answerJson(response, 200, action(JSON.parse(request.body)), {
        'content-type': 'application/x-amz-json-1.0',
      });
    } catch (error) {
      const type = error instanceof SqsError ? error.name : 'com.amazonaws.sqs#InvalidAttributeValue';
      answerJson(response, 400, {
        __type: type,
        message: error instanceof Error ? error.message : String(error),
      });
    }
  };

  const server = await startServer(handle, options.port);
  const urlOf = (name: string) => `${server.endpoint}/123456789012/${name}`;
  const known = (name: string): QueuedMessage[] => {
    const queue = queues.get(name);
    if (queue === undefined)
      throw new RangeError(`no queue ${name}; there are: ${[...queues.keys()].join(', ')}`);
    return queue;
  };
  return {
    ...server,
    queueUrl: (name) => {
      known(name);
      return urlOf(name);
    },
    bodies: (name) =>
      known(name)
        .filter(({ goneAt }) => goneAt > time())
        .map((message) => message.body),
    points: function* (name, metric, from, until) {
      const all = known(name);
      const first = all[0]?.sentAt ?? Number.POSITIVE_INFINITY;
      const last = Math.max(...all.map(({ goneAt }) => goneAt)) + ACTIVE_MS;
      const end = Math.min(until, time() + 1, last);
      for (let at = Math.ceil(Math.max(from, first) / STEP_MS) * STEP_MS; at < end; at += STEP_MS) {
        const there = all.filter(({ sentAt, goneAt }) => sentAt <= at && at < goneAt);
        yield { at: new Date(at).toISOString(), value: metricOf(metric, there, at) };
      }
    },
  };
}

/** A message as it is handed out, with those of its own attributes that were asked for. */
function received(message: QueuedMessage, names: readonly string[]): Record<string, unknown> {
  const asked = Object.entries(message.attributes).filter(
    ([name]) => names.includes('All') || names.includes(name),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(asked.length > 0 && { MessageAttributes: Object.fromEntries(asked) }),
    Attributes: {
      SentTimestamp: String(message.sentAt),
      ApproximateReceiveCount: String(message.receives),
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    },
  };
}

/** A metric's value by the messages that were there; which of them were hidden is known of the present alone. */
function metricOf(
  metric: (typeof QUEUE_METRICS)[number],
  there: readonly QueuedMessage[],
  at: number,
): number {
  switch (metric) {
    case 'ApproximateNumberOfMessagesVisible':
      return there.length;
    case 'ApproximateNumberOfMessagesNotVisible':
      return 0;
    case 'ApproximateAgeOfOldestMessage':
      return Math.max(
        0,
        ...there.filter(({ uncountedAt }) => at < uncountedAt).map(({ sentAt }) => (at - sentAt) / 1_000),
      );
  }
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
