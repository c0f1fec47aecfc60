import { z } from 'zod';

/** One message of an invocation, with what is needed to report it as failed. */
export interface EnvelopeRecord {
  /** SQS's message id, to be named in a partial batch response; absent outside SQS. */
  readonly sqsMessageId?: string;
  /** The message: text or a parsed object, possibly still inside an SNS notification. */
  readonly body: unknown;
}

/** An invocation of ingest, whatever delivered it. */
export interface Envelope {
  /** `sqs` reports failures per record; the others fail or succeed as a whole. */
  readonly transport: 'sns' | 'sqs' | 'eventbridge' | 'invoke';
  readonly records: readonly EnvelopeRecord[];
}

const snsRecords = z.looseObject({
  Records: z.array(
    z.looseObject({ EventSource: z.literal('aws:sns'), Sns: z.looseObject({ Message: z.string() }) }),
  ),
});

const sqsRecords = z.looseObject({
  Records: z.array(
    z.looseObject({ eventSource: z.literal('aws:sqs'), messageId: z.string(), body: z.string() }),
  ),
});

/**
 * The messages inside an invocation by SNS, SQS (with an SNS envelope or with raw message delivery), EventBridge,
 * or by hand (one SES event, or an array of them).
 */
export function openEnvelope(event: unknown): Envelope {
  const sns = snsRecords.safeParse(event);
  if (sns.success) {
    return { transport: 'sns', records: sns.data.Records.map((record) => ({ body: record.Sns.Message })) };
  }
  const sqs = sqsRecords.safeParse(event);
  if (sqs.success) {
    return {
      transport: 'sqs',
      records: sqs.data.Records.map((record) => ({ sqsMessageId: record.messageId, body: record.body })),
    };
  }
  if (typeof event === 'object' && event !== null && 'detail-type' in event && 'detail' in event) {
    return { transport: 'eventbridge', records: [{ body: event }] };
  }
  return { transport: 'invoke', records: (Array.isArray(event) ? event : [event]).map((body) => ({ body })) };
}
