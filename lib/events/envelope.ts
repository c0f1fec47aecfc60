import * as z from 'zod';

/** One message of an invocation, with what is needed to report it as failed. */
export interface EnvelopeRecord {
  /** SQS's message id, to be named in a partial batch response; absent outside SQS. */
  readonly sqsMessageId?: string;
  /** SNS's or SQS's id of the message, for logs. */
  readonly deliveryId?: string;
  /** The message: text or a parsed object, possibly still inside an SNS notification. */
  readonly body: unknown;
}

/** An invocation of ingest, whatever delivered it. */
export interface Envelope {
  /** `sqs` reports failures per record; the others fail or succeed as a whole. */
  readonly transport: 'sns' | 'sqs' | 'eventbridge' | 'invoke';
  readonly records: readonly EnvelopeRecord[];
}

const batch = z.looseObject({ Records: z.array(z.unknown()) });
const fromSns = z.looseObject({ EventSource: z.literal('aws:sns') });
const fromSqs = z.looseObject({ eventSource: z.literal('aws:sqs') });

const snsRecord = z
  .looseObject({ Sns: z.looseObject({ Message: z.unknown(), MessageId: z.unknown().optional() }) })
  .transform(({ Sns }): EnvelopeRecord => {
    const { Message: body, MessageId: deliveryId } = Sns;
    return { body, ...(typeof deliveryId === 'string' && { deliveryId }) };
  });
const sqsRecord = z.looseObject({ messageId: z.string(), body: z.unknown().optional() }).transform(
  (record): EnvelopeRecord => ({
    sqsMessageId: record.messageId,
    deliveryId: record.messageId,
    body: record.body ?? record,
  }),
);

/**
 * Whether an invocation carries no message at all: no payload, or an empty text, object, list or batch. No transport
 * delivers such a thing; a script whose payload was lost on the way does.
 */
export function isEmptyEvent(event: unknown): boolean {
  if (event === undefined || event === null || event === '') return true;
  if (typeof event !== 'object') return false;
  if (Object.keys(event).length === 0) return true;
  const parsed = batch.safeParse(event);
  return parsed.success && parsed.data.Records.length === 0;
}

/**
 * The messages inside an invocation by SNS, SQS (with an SNS envelope or with raw message delivery), EventBridge,
 * or by hand (one SES event, or an array of them).
 *
 * A record of a batch that has not its shape is a message by itself, to be rejected like any unreadable one: it
 * must not cost the records beside it.
 */
export function openEnvelope(event: unknown): Envelope {
  const parsed = batch.safeParse(event);
  const raw = parsed.success ? parsed.data.Records : [];
  if (fromSns.safeParse(raw[0]).success) {
    return { transport: 'sns', records: raw.map((each) => snsRecord.safeParse(each).data ?? { body: each }) };
  }
  if (fromSqs.safeParse(raw[0]).success) {
    const records = raw.map((each) => sqsRecord.safeParse(each).data ?? { body: each });
    // A failed record that cannot be named can only be repeated with its whole batch.
    const named = records.every((record) => record.sqsMessageId !== undefined);
    return { transport: named ? 'sqs' : 'invoke', records };
  }
  if (typeof event === 'object' && event !== null && 'detail-type' in event && 'detail' in event) {
    return { transport: 'eventbridge', records: [{ body: event }] };
  }
  return { transport: 'invoke', records: (Array.isArray(event) ? event : [event]).map((body) => ({ body })) };
}
