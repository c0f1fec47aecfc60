import * as z from 'zod';
import { jsonIn } from '../text.ts';
import { type EnvelopeRecord, isEmptyEvent, openEnvelope } from './envelope.ts';

/** What a dead letter holds, whoever put it into the queue. */
export interface OpenedLetter {
  /**
   * How the message came: `lambda`, a record of Lambda's about an invocation that failed for good (transport
   * `direct`); `sns`, an SNS notification that nobody took, or (`buffered`) that ingest failed on for a day;
   * `eventbridge`; `bare`, the message itself, as ingest keeps what it cannot read.
   */
  readonly transport: 'lambda' | 'sns' | 'eventbridge' | 'bare';
  /** Its messages, to be read like any other; none when it holds nothing. */
  readonly records: readonly EnvelopeRecord[];
  /** What Lambda says the invocation failed with: a stranger's words, possibly with addresses. */
  readonly failure?: string;
}

/**
 * Lambda's record for an on-failure destination (docs.aws.amazon.com/lambda/latest/dg/
 * invocation-async-retain-records.html): the request as it was, and what its last try answered.
 */
const onFailureRecord = z.looseObject({
  requestPayload: z.unknown(),
  responsePayload: z
    .looseObject({ errorType: z.unknown(), errorMessage: z.unknown() })
    .optional()
    .catch(undefined),
});

/** Opens the body of a dead letter. Never throws: what is not JSON is a message by itself, which ingest judges. */
export function openLetter(body: string): OpenedLetter {
  const value = jsonIn(body);
  if (value === undefined) return { transport: 'bare', records: [{ body }] };
  if (isObject(value) && 'requestPayload' in value) return openOnFailureRecord(value);
  const { transport, records } = opened(value);
  if (transport === 'eventbridge') return { transport, records };
  const isNotification = isObject(value) && 'Type' in value && value.Type === 'Notification';
  return { transport: isNotification ? 'sns' : 'bare', records };
}

function openOnFailureRecord(value: object): OpenedLetter {
  const { requestPayload, responsePayload } = onFailureRecord.parse(value);
  const failure = [responsePayload?.errorType, responsePayload?.errorMessage]
    .filter((part) => typeof part === 'string')
    .join(': ');
  return { transport: 'lambda', records: opened(requestPayload).records, ...(failure !== '' && { failure }) };
}

function opened(event: unknown): ReturnType<typeof openEnvelope> {
  return isEmptyEvent(event) ? { transport: 'invoke', records: [] } : openEnvelope(event);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
