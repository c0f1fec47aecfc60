import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** Keeps what could not be read, with the reason, where an engineer finds it. */
export interface DeadLetters {
  /** Throws when it was not kept: then the caller must fail, so that the platform keeps the message. */
  keep(body: string, reason: string): Promise<void>;
}

/** A dead letter as its queue hands it out. */
export interface Letter {
  /** Its name: SQS's id of the message that was first kept; parking does not change it. */
  readonly id: string;
  /** SQS's id of the message that holds it now: a letter that was put into a queue twice is two messages. */
  readonly messageId: string;
  readonly body: string;
  /** Why ingest kept it; absent where Lambda, SNS or SQS did. */
  readonly reason?: string;
  /** When it was first kept, ISO 8601 UTC. */
  readonly since: string;
  /** When its present queue took it, ISO 8601 UTC: the queue's retention counts from here. */
  readonly queuedAt: string;
  /** How often it was taken from its present queue, this time included. */
  readonly receives: number;
  /** What the queue wants to see when it is deleted or given back. */
  readonly receipt: string;
}

/** How many letters a queue holds: approximate, as SQS counts. */
export interface LetterCounts {
  /** All of them, those that somebody holds at this moment included. */
  readonly waiting: number;
  /** How long the queue keeps a letter, seconds. */
  readonly retentionSeconds: number;
}

/** A queue of dead letters. Every call throws the SDK's error when SQS does not do it. */
export interface LetterQueue {
  /** Takes up to ten letters: nobody else gets them while they are held. None: there are none, or all are held. */
  take(): Promise<Letter[]>;
  /** Deletes a letter that was taken. */
  delete(letter: Letter): Promise<void>;
  /** Gives a letter back at once; without it, it comes back when it was held long enough. */
  giveBack(letter: Letter): Promise<void>;
  /** Puts a letter of another queue, or once more of this one, into this queue; it keeps its name, reason and age. */
  put(letter: Letter): Promise<void>;
  counts(): Promise<LetterCounts>;
}

/** How long a letter that was taken is held, seconds: longer than ingest takes with ten of them. */
const HELD_FOR = 120;
/** Longest reason sent along; SQS counts attributes into the message's size. */
const MAXIMUM_REASON_LENGTH = 1_000;
/** Message attributes of a letter. */
const ATTRIBUTES = { reason: 'Reason', id: 'LetterId', since: 'Since' } as const;

/** Dead letters in an SQS queue: the body as it came, the reason as message attribute `Reason`. */
export function sqsDeadLetters(client: SQSClient, queueUrl: string): DeadLetters {
  return {
    async keep(body, reason) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          // SQS refuses an empty body.
          MessageBody: body === '' ? '(empty message)' : body,
          MessageAttributes: attributes({ [ATTRIBUTES.reason]: reason.slice(0, MAXIMUM_REASON_LENGTH) }),
        }),
      );
    },
  };
}

/** The letters of an SQS queue. */
export function sqsLetterQueue(client: SQSClient, queueUrl: string): LetterQueue {
  return {
    async take() {
      const { Messages } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: HELD_FOR,
          // Without waiting SQS asks some of its servers only, and may say "none" of a queue that holds letters.
          WaitTimeSeconds: 1,
          MessageAttributeNames: Object.values(ATTRIBUTES),
          MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
        }),
      );
      return (Messages ?? []).map(letterOf);
    },
    async delete({ receipt }) {
      await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));
    },
    async giveBack({ receipt }) {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: receipt,
          VisibilityTimeout: 0,
        }),
      );
    },
    async put({ id, body, reason, since }) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: body,
          MessageAttributes: attributes({
            [ATTRIBUTES.id]: id,
            [ATTRIBUTES.since]: since,
            ...(reason && { [ATTRIBUTES.reason]: reason }),
          }),
        }),
      );
    },
    async counts() {
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({
          QueueUrl: queueUrl,
          AttributeNames: [
            'ApproximateNumberOfMessages',
            'ApproximateNumberOfMessagesNotVisible',
            'MessageRetentionPeriod',
          ],
        }),
      );
      const visible = numberIn(Attributes?.ApproximateNumberOfMessages);
      const held = numberIn(Attributes?.ApproximateNumberOfMessagesNotVisible);
      return {
        waiting: visible + held,
        retentionSeconds: numberIn(Attributes?.MessageRetentionPeriod),
      };
    },
  };
}

/** Thrown when SQS answers without a figure it was asked for: nobody knows how many letters wait. */
export class QueueUnreadableError extends Error {
  override readonly name = 'QueueUnreadableError';
}

function numberIn(text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || !Number.isFinite(value))
    throw new QueueUnreadableError('no figure in SQS’s answer');
  return value;
}

function letterOf({ MessageId, ReceiptHandle, Body, MessageAttributes, Attributes }: Message): Letter {
  const named = (name: string) => MessageAttributes?.[name]?.StringValue;
  const queuedAt = new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString();
  const reason = named(ATTRIBUTES.reason);
  return {
    id: named(ATTRIBUTES.id) ?? MessageId ?? '',
    messageId: MessageId ?? '',
    body: Body ?? '',
    ...(reason && { reason }),
    since: named(ATTRIBUTES.since) ?? queuedAt,
    queuedAt,
    receives: Number(Attributes?.ApproximateReceiveCount ?? 1),
    receipt: ReceiptHandle ?? '',
  };
}

function attributes(
  texts: Readonly<Record<string, string>>,
): Record<string, { DataType: string; StringValue: string }> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  );
}
