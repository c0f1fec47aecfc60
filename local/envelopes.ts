import { createHash } from 'node:crypto';
import type { EventBridgeEvent, SNSEvent, SNSMessage, SQSEvent, SQSRecord } from 'aws-lambda';

/**
 * The envelopes in which Lambda receives a SES event, one builder each. Ids are derived from the content, so the
 * same message gives the same envelope.
 */

const REGION = 'ap-northeast-1';
const ACCOUNT = '123456789012';

const TOPIC_ARN = `arn:aws:sns:${REGION}:${ACCOUNT}:ses-events`;
const QUEUE_ARN = `arn:aws:sqs:${REGION}:${ACCOUNT}:ses-events`;

/** Details of an envelope that a test may care about. */
export interface EnvelopeOptions {
  /** When SNS published it, ISO 8601. */
  readonly at?: string;
  /** SNS message id. Default: derived from the message. */
  readonly messageId?: string;
  /** Makes otherwise equal records different. */
  readonly nonce?: number;
}

/** EventBridge's names of SES's events (EventBridge events reference, Amazon SES). */
const DETAIL_TYPES: Readonly<Record<string, string>> = {
  Send: 'Email Sent',
  Delivery: 'Email Delivered',
  Bounce: 'Email Bounced',
  Complaint: 'Email Complaint Received',
  Reject: 'Email Rejected',
  Open: 'Email Opened',
  Click: 'Email Clicked',
  'Rendering Failure': 'Email Rendering Failed',
  DeliveryDelay: 'Email Delivery Delayed',
  Subscription: 'Email Subscribed',
};

const DEFAULT_AT = '2026-11-24T00:00:00.000Z';

/** An SNS record per message, as SNS invokes a subscribed function (in practice with exactly one record). */
export function snsEvent(messages: string | readonly string[], options: EnvelopeOptions = {}): SNSEvent {
  return {
    Records: listed(messages).map((message, index) => ({
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: `${TOPIC_ARN}:${idOf(`subscription ${index}`)}`,
      Sns: snsMessage(message, options),
    })),
  };
}

/** SQS records whose bodies are SNS notifications: a queue subscribed to the topic without raw delivery. */
export function sqsEvent(messages: string | readonly string[], options: EnvelopeOptions = {}): SQSEvent {
  return {
    Records: listed(messages).map((message, index) => {
      const { SigningCertUrl, UnsubscribeUrl, MessageAttributes: _, ...rest } = snsMessage(message, options);
      // In a queue the two URLs are spelled otherwise than in a Lambda event.
      const body = { ...rest, SigningCertURL: SigningCertUrl, UnsubscribeURL: UnsubscribeUrl };
      return sqsRecord(JSON.stringify(body), index, options);
    }),
  };
}

/** SQS records whose bodies are the messages themselves: raw message delivery. */
export function rawSqsEvent(messages: string | readonly string[], options: EnvelopeOptions = {}): SQSEvent {
  return { Records: listed(messages).map((message, index) => sqsRecord(message, index, options)) };
}

/**
 * The event as SES puts it on EventBridge's default bus.
 *
 * @throws {SyntaxError} when the message is not JSON: EventBridge carries no plain text.
 */
export function eventBridgeEvent(
  message: string,
  options: EnvelopeOptions = {},
): EventBridgeEvent<string, unknown> {
  const detail: unknown = JSON.parse(message);
  const type =
    typeof detail === 'object' && detail !== null && 'eventType' in detail ? String(detail.eventType) : '';
  return {
    version: '0',
    id: options.messageId ?? idOf(message),
    'detail-type': Object.hasOwn(DETAIL_TYPES, type) ? (DETAIL_TYPES[type] ?? '') : `Email ${type}`,
    source: 'aws.ses',
    account: ACCOUNT,
    time: options.at ?? DEFAULT_AT,
    region: REGION,
    resources: [`arn:aws:ses:${REGION}:${ACCOUNT}:configuration-set/shop-mail`],
    detail,
  };
}

function snsMessage(message: string, options: EnvelopeOptions): SNSMessage {
  return {
    Type: 'Notification',
    MessageId: options.messageId ?? idOf(`${options.nonce ?? ''} ${message}`),
    TopicArn: TOPIC_ARN,
    Message: message,
    Timestamp: options.at ?? DEFAULT_AT,
    SignatureVersion: '1',
    Signature: 'bm90IHNpZ25lZA==',
    SigningCertUrl: 'https://sns.example/SimpleNotificationService.pem',
    UnsubscribeUrl: 'https://sns.example/unsubscribe',
    MessageAttributes: {},
  };
}

function sqsRecord(body: string, index: number, options: EnvelopeOptions): SQSRecord {
  const sent = String(Date.parse(options.at ?? DEFAULT_AT));
  return {
    messageId: idOf(`${options.nonce ?? ''} ${index} ${body}`),
    receiptHandle: `handle-${index}`,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: sent,
      SenderId: 'AIDAEXAMPLE',
      ApproximateFirstReceiveTimestamp: sent,
    },
    messageAttributes: {},
    md5OfBody: createHash('md5').update(body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: QUEUE_ARN,
    awsRegion: REGION,
  };
}

function listed(messages: string | readonly string[]): readonly string[] {
  return typeof messages === 'string' ? [messages] : messages;
}

/** A UUID-shaped id made of a text. */
function idOf(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    hash.slice(12, 16),
    hash.slice(16, 20),
    hash.slice(20, 32),
  ].join('-');
}
