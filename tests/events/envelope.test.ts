import { describe, expect, it } from 'vitest';
import { openEnvelope } from '../../lib/events/envelope.ts';
import { readMessage } from '../../lib/events/read-message.ts';
import { eventBridgeEvent, rawSqsEvent, snsEvent, sqsEvent } from '../../local/envelopes.ts';
import { bounceText } from '../support/events.ts';

const MESSAGE = bounceText();
const FACTS = readMessage(MESSAGE);
const EVENT_BRIDGE = eventBridgeEvent(MESSAGE);

describe('an invocation', () => {
  it.each([
    ['by SNS', 'sns', snsEvent(MESSAGE)],
    ['by SQS with SNS’s envelope', 'sqs', sqsEvent(MESSAGE)],
    ['by SQS with raw message delivery', 'sqs', rawSqsEvent(MESSAGE)],
    ['by EventBridge', 'eventbridge', EVENT_BRIDGE],
    ['by EventBridge through SQS', 'sqs', rawSqsEvent(JSON.stringify(EVENT_BRIDGE))],
    ['by EventBridge through SNS', 'sns', snsEvent(JSON.stringify(EVENT_BRIDGE))],
    ['by EventBridge through SNS through SQS', 'sqs', sqsEvent(JSON.stringify(EVENT_BRIDGE))],
    ['by hand', 'invoke', JSON.parse(MESSAGE)],
    ['by hand with the text', 'invoke', MESSAGE],
  ])('%s carries the event', (_name, transport, invocation) => {
    const opened = openEnvelope(invocation);
    expect(opened.transport).toBe(transport);
    expect(opened.records.map((record) => readMessage(record.body))).toEqual([FACTS]);
  });

  it('by SNS carries the event where the message has no id', () => {
    const opened = openEnvelope({ Records: [{ EventSource: 'aws:sns', Sns: { Message: MESSAGE } }] });
    expect(opened.records).toEqual([{ body: MESSAGE }]);
  });

  it('by hand may carry several', () => {
    const opened = openEnvelope([JSON.parse(MESSAGE), MESSAGE, 7]);
    expect(opened.records.map((record) => readMessage(record.body).outcome)).toEqual([
      'facts',
      'facts',
      'rejected',
    ]);
  });

  it('by SQS names each record', () => {
    const event = sqsEvent([MESSAGE, MESSAGE]);
    expect(openEnvelope(event).records.map((record) => record.sqsMessageId)).toEqual(
      event.Records.map((record) => record.messageId),
    );
  });

  it('with a misshapen record keeps the records beside it', () => {
    const sns = snsEvent([MESSAGE, MESSAGE]);
    const broken = { Records: [sns.Records[0], { EventSource: 'aws:sns' }, null, sns.Records[1]] };
    const opened = openEnvelope(broken);
    expect(opened.transport).toBe('sns');
    expect(opened.records.map((record) => readMessage(record.body).outcome)).toEqual([
      'facts',
      'rejected',
      'rejected',
      'facts',
    ]);
  });

  it('with a record that has no name cannot be answered by naming records', () => {
    const sqs = sqsEvent(MESSAGE);
    const opened = openEnvelope({ Records: [sqs.Records[0], { eventSource: 'aws:sqs', body: MESSAGE }] });
    expect(opened.transport).toBe('invoke');
    expect(opened.records).toHaveLength(2);
  });

  it('of another service is one message, to be rejected', () => {
    const opened = openEnvelope({ Records: [{ eventSource: 'aws:s3', s3: {} }] });
    expect(opened.records.map((record) => readMessage(record.body).outcome)).toEqual(['rejected']);
  });

  it.each([[undefined], [null], [''], [0], [{}]])('with %j is one message, to be rejected', (event) => {
    const opened = openEnvelope(event);
    expect(opened.transport).toBe('invoke');
    expect(opened.records.map((record) => readMessage(record.body).outcome)).toEqual(['rejected']);
  });
});
