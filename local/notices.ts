import type { ServerResponse } from 'node:http';
import * as z from 'zod';
import { answerJson, type LocalRequest, type LocalServer, startServer } from './http.ts';
import { element, queryAnswer } from './query-protocol.ts';
import type { StackTopic } from './stack.ts';

/** A message that was published to a topic. */
export interface PublishedMessage {
  readonly topicArn: string;
  readonly subject?: string;
  readonly message: string;
}

/** An event that was put on the bus. */
export interface PutEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: unknown;
}

/** Topics and the bus, for the real clients of SNS and EventBridge: keeps what it is given. */
export interface NoticesServer extends LocalServer {
  readonly published: readonly PublishedMessage[];
  readonly events: readonly PutEvent[];
  /** Makes every call of a service fail with this error (`ThrottlingException`); undefined ends it. */
  fail(service: 'sns' | 'events', name: string | undefined): void;
  /** Told of each message as it comes. */
  onPublished(listener: (message: PublishedMessage) => void): void;
}

const entriesSchema = z.object({
  Entries: z
    .array(
      z.object({
        Source: z.string().regex(/^(?!aws\.)./),
        DetailType: z.string().min(1).max(128),
        Detail: z.string(),
        EventBusName: z.string().optional(),
      }),
    )
    .min(1)
    .max(10),
});

/** Limits of SNS: bytes of a message, and a subject without control characters. */
const MAXIMUM_MESSAGE_BYTES = 256 * 1024;
// biome-ignore lint/suspicious/noControlCharactersInRegex: SNS refuses them
const SUBJECT = /^[^\u0000-\u001f\u007f]{1,99}$/;

/**
 * Serves SNS's Publish, GetTopicAttributes, ListSubscriptionsByTopic and GetSubscriptionAttributes (query protocol), and
 * EventBridge's PutEvents. What SNS or EventBridge would refuse is refused.
 *
 * @param topics what SNS says it has; any topic takes a message.
 */
export async function startNotices(topics: readonly StackTopic[] = [], port = 0): Promise<NoticesServer> {
  const published: PublishedMessage[] = [];
  const events: PutEvent[] = [];
  const failures = new Map<'sns' | 'events', string>();
  const listeners: ((message: PublishedMessage) => void)[] = [];

  const publish = (request: LocalRequest, response: ServerResponse): void => {
    const given = new URLSearchParams(request.body);
    const message = given.get('Message') ?? '';
    const subject = given.get('Subject') ?? undefined;
    const failure =
      failures.get('sns') ??
      (Buffer.byteLength(message) > MAXIMUM_MESSAGE_BYTES || (subject !== undefined && !SUBJECT.test(subject))
        ? 'InvalidParameter'
        : undefined);
    if (failure !== undefined) {
      xml(response, 400, error(failure));
      return;
    }
    if (given.get('Action') !== 'Publish') {
      answerOfTopics(given, topics, response);
      return;
    }
    const one = { topicArn: given.get('TopicArn') ?? '', message, ...(subject !== undefined && { subject }) };
    published.push(one);
    for (const listener of listeners) listener(one);
    xml(
      response,
      200,
      `<PublishResponse xmlns="${SNS}"><PublishResult><MessageId>${published.length}</MessageId></PublishResult></PublishResponse>`,
    );
  };

  const putEvents = (request: LocalRequest, response: ServerResponse): void => {
    const headers = { 'content-type': 'application/x-amz-json-1.1' };
    const failure = failures.get('events');
    if (failure !== undefined) {
      answerJson(response, 400, { __type: failure, message: failure }, headers);
      return;
    }
    const { Entries } = entriesSchema.parse(JSON.parse(request.body));
    for (const { Source, DetailType, Detail } of Entries) {
      events.push({ source: Source, detailType: DetailType, detail: JSON.parse(Detail) });
    }
    const answered = Entries.map((_, index) => ({ EventId: String(events.length - Entries.length + index) }));
    answerJson(response, 200, { FailedEntryCount: 0, Entries: answered }, headers);
  };

  const server = await startServer((request, response) => {
    if (request.header('x-amz-target') === 'AWSEvents.PutEvents') putEvents(request, response);
    else publish(request, response);
  }, port);
  return {
    ...server,
    published,
    events,
    fail: (service, name) => {
      if (name === undefined) failures.delete(service);
      else failures.set(service, name);
    },
    onPublished: (listener) => void listeners.push(listener),
  };
}

/** Members of the answers about topics and their subscriptions, by action; undefined: there is no such thing. */
const OF_TOPICS: Readonly<
  Record<string, (given: URLSearchParams, topics: readonly StackTopic[]) => string | undefined>
> = {
  GetTopicAttributes: (given, topics) => {
    const topic = topics.find(({ arn }) => arn === given.get('TopicArn'));
    return topic && attributesOf({ TopicArn: topic.arn, Policy: topic.policy, ...subscribers(topic) });
  },
  ListSubscriptionsByTopic: (given, topics) => {
    const topic = topics.find(({ arn }) => arn === given.get('TopicArn'));
    return (
      topic &&
      `<Subscriptions>${topic.subscriptions.map((each) => memberOf(each, topic)).join('')}</Subscriptions>`
    );
  },
  GetSubscriptionAttributes: (given, topics) => {
    const subscription = topics
      .flatMap(({ subscriptions }) => subscriptions)
      .find(({ arn }) => arn === given.get('SubscriptionArn'));
    return subscription && attributesOf(subscription.attributes);
  },
};

function answerOfTopics(
  given: URLSearchParams,
  topics: readonly StackTopic[],
  response: ServerResponse,
): void {
  const action = given.get('Action') ?? '';
  const members = Object.hasOwn(OF_TOPICS, action) ? OF_TOPICS[action] : undefined;
  const found = members?.(given, topics);
  if (members === undefined) xml(response, 501, error('UnknownOperation'));
  else if (found === undefined) xml(response, 404, error('NotFound'));
  else xml(response, 200, queryAnswer(SNS, action, found));
}

function subscribers({ subscriptions }: StackTopic): Record<string, string> {
  const pending = subscriptions.filter(({ attributes }) => attributes.PendingConfirmation === 'true').length;
  return {
    SubscriptionsConfirmed: String(subscriptions.length - pending),
    SubscriptionsPending: String(pending),
  };
}

function attributesOf(attributes: Readonly<Record<string, string>>): string {
  const entries = Object.entries(attributes).map(
    ([key, value]) => `<entry>${element('key', key)}${element('value', value)}</entry>`,
  );
  return `<Attributes>${entries.join('')}</Attributes>`;
}

function memberOf(
  { arn, protocol, endpoint }: StackTopic['subscriptions'][number],
  topic: StackTopic,
): string {
  const fields = {
    SubscriptionArn: arn,
    TopicArn: topic.arn,
    Protocol: protocol,
    Endpoint: endpoint,
    Owner: '',
  };
  return `<member>${Object.entries(fields)
    .map(([name, value]) => element(name, value))
    .join('')}</member>`;
}

const SNS = 'http://sns.amazonaws.com/doc/2010-03-31/';

function error(code: string): string {
  return `<ErrorResponse xmlns="${SNS}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${code}</Message></Error></ErrorResponse>`;
}

function xml(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/xml' }).end(text);
}
