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
}

/** Standard queues for the real SQS client. */
export interface SqsServer extends LocalServer {
  /** The URL of a queue. @throws {RangeError} when there is no such queue. */
  queueUrl(name: string): string;
  /** The bodies in a queue, oldest first, also those in flight. */
  bodies(name: string): readonly string[];
}

interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  visibleAt: number;
  receipt: string | undefined;
  receives: number;
  firstReceivedAt: number | undefined;
}

const DEFAULT_VISIBILITY_S = 30;

const sendRequest = z.object({
  QueueUrl: z.string(),
  MessageBody: z.string().min(1),
  DelaySeconds: z.number().optional(),
});
const receiveRequest = z.object({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z.int().min(1).max(10).optional(),
  VisibilityTimeout: z.number().min(0).optional(),
});
const deleteRequest = z.object({ QueueUrl: z.string(), ReceiptHandle: z.string() });
const queueRequest = z.object({ QueueUrl: z.string() });

/** An error by SQS's name for it. */
class SqsError extends Error {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/**
 * Serves SendMessage, ReceiveMessage (without waiting), DeleteMessage, PurgeQueue and GetQueueAttributes over the
 * JSON protocol: `new SQSClient({ endpoint: server.endpoint, ... })`.
 */
export async function startSqs(options: SqsOptions): Promise<SqsServer> {
  const time = options.time ?? Date.now;
  const queues = new Map<string, QueuedMessage[]>(options.queues.map((name) => [name, []]));

  const queueOf = (url: string): QueuedMessage[] => {
    const queue = queues.get(url.slice(url.lastIndexOf('/') + 1));
    if (queue !== undefined) return queue;
    const message = `The specified queue does not exist: ${url}`;
    throw new SqsError('com.amazonaws.sqs#QueueDoesNotExist', message);
  };

  const actions: Readonly<Record<string, (body: unknown) => Record<string, unknown>>> = {
    SendMessage: (body) => {
      const request = sendRequest.parse(body);
      const message: QueuedMessage = {
        id: randomUUID(),
        body: request.MessageBody,
        sentAt: time(),
        visibleAt: time() + (request.DelaySeconds ?? 0) * 1000,
        receipt: undefined,
        receives: 0,
        firstReceivedAt: undefined,
      };
      queueOf(request.QueueUrl).push(message);
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
      }
      return visible.length === 0 ? {} : { Messages: visible.map(received) };
    },
    DeleteMessage: (body) => {
      const request = deleteRequest.parse(body);
      const queue = queueOf(request.QueueUrl);
      const index = queue.findIndex((message) => message.receipt === request.ReceiptHandle);
      if (index >= 0) queue.splice(index, 1);
      return {};
    },
    PurgeQueue: (body) => {
      queueOf(queueRequest.parse(body).QueueUrl).length = 0;
      return {};
    },
    GetQueueAttributes: (body) => {
      const queue = queueOf(queueRequest.parse(body).QueueUrl);
      const visible = queue.filter((message) => message.visibleAt <= time()).length;
      return {
        Attributes: {
          ApproximateNumberOfMessages: String(visible),
          ApproximateNumberOfMessagesNotVisible: String(queue.length - visible),
        },
      };
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
      return `${server.endpoint}/123456789012/${name}`;
    },
    bodies: (name) => known(name).map((message) => message.body),
  };
}

function received(message: QueuedMessage): Record<string, unknown> {
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    Body: message.body,
    MD5OfBody: md5(message.body),
    Attributes: {
      SentTimestamp: String(message.sentAt),
      ApproximateReceiveCount: String(message.receives),
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    },
  };
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
