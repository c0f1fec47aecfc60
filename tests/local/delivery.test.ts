import type { SNSEvent, SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { eventBridgeEvent, rawSqsEvent, snsEvent, sqsEvent } from '../../local/envelopes.ts';
import { lambdaContext } from '../../local/invoke.ts';
import { LocalTopic } from '../../local/sns.ts';

const BOUNCE = JSON.stringify({ eventType: 'Bounce', bounce: { feedbackId: 'f-1' }, mail: {} });

describe('envelopes', () => {
  it('carry the same message through SNS, through SQS with SNS’s envelope, and raw', () => {
    expect(snsEvent([BOUNCE, 'plain']).Records.map((record) => record.Sns.Message)).toEqual([
      BOUNCE,
      'plain',
    ]);
    const wrapped: unknown = JSON.parse(sqsEvent(BOUNCE).Records[0]?.body ?? '');
    expect(wrapped).toMatchObject({
      Type: 'Notification',
      Message: BOUNCE,
      SigningCertURL: expect.any(String),
    });
    expect(rawSqsEvent(BOUNCE).Records[0]?.body).toBe(BOUNCE);
  });

  it('give a queue’s records different ids even for equal messages', () => {
    const event: SQSEvent = rawSqsEvent([BOUNCE, BOUNCE]);
    expect(new Set(event.Records.map((record) => record.messageId)).size).toBe(2);
  });

  it('put the event itself into EventBridge’s detail, named as SES names it', () => {
    expect(eventBridgeEvent(BOUNCE)).toMatchObject({
      source: 'aws.ses',
      'detail-type': 'Email Bounced',
      detail: { eventType: 'Bounce', bounce: { feedbackId: 'f-1' } },
    });
  });
});

describe('a local topic', () => {
  const messagesOf = (event: SNSEvent): string[] => event.Records.map((record) => record.Sns.Message);

  it('invokes every subscribed function with one record a message, in order', async () => {
    const seen: string[] = [];
    const topic = new LocalTopic({
      subscriptions: [
        { name: 'ingest', handler: async (event: SNSEvent) => void seen.push(...messagesOf(event)) },
        { name: 'picky', handler: async () => void seen.push('picky'), filter: (message) => message === 'b' },
      ],
    });
    for (const message of ['a', 'b', 'c']) topic.publish(message);
    await topic.idle();
    expect(seen).toEqual(['a', 'b', 'picky', 'c']);
  });

  it('tries a failing function three times, then hands the event and the error to the destination', async () => {
    let calls = 0;
    const given: unknown[] = [];
    const topic = new LocalTopic({
      subscriptions: [
        {
          name: 'ingest',
          handler: async (event: SNSEvent) => {
            if (messagesOf(event)[0] !== 'bad') return;
            calls++;
            throw new RangeError('not a SES event');
          },
        },
      ],
      onFailure: (record) => void given.push(record),
    });
    topic.publish('bad');
    topic.publish('good');
    await topic.idle();
    expect(calls).toBe(3);
    expect(topic.deadLetters).toEqual(given);
    expect(topic.deadLetters).toMatchObject([
      {
        version: '1.0',
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        requestPayload: { Records: [{ Sns: { Message: 'bad' } }] },
        responseContext: { functionError: 'Unhandled' },
        responsePayload: { errorType: 'RangeError', errorMessage: 'not a SES event' },
      },
    ]);
  });

  it('succeeds without a dead letter when a retry does', async () => {
    let calls = 0;
    const topic = new LocalTopic({
      subscriptions: [
        {
          name: 'ingest',
          handler: async () => {
            if (++calls < 3) throw new Error('table is busy');
          },
        },
      ],
    });
    topic.publish('x');
    await topic.idle();
    expect([calls, topic.deadLetters.length]).toEqual([3, 0]);
  });

  it('duplicates and reorders repeatably, losing nothing', async () => {
    const run = async (): Promise<string[]> => {
      const seen: string[] = [];
      const topic = new LocalTopic({
        subscriptions: [
          { name: 'ingest', handler: async (event: SNSEvent) => void seen.push(...messagesOf(event)) },
        ],
        duplicates: 0.3,
        reorder: 10,
        seed: 42,
      });
      for (let i = 0; i < 100; i++) topic.publish(String(i));
      await topic.idle();
      return seen;
    };
    const first = await run();
    expect(await run()).toEqual(first);
    expect(new Set(first).size).toBe(100);
    expect(first.length).toBeGreaterThan(100);
    expect(first).not.toEqual([...first].sort((a, b) => Number(a) - Number(b)));
  });

  it('waits for what a handler itself publishes', async () => {
    const seen: string[] = [];
    const topic: LocalTopic = new LocalTopic({
      subscriptions: [
        {
          name: 'echo',
          handler: async (event: SNSEvent) => {
            const [message = ''] = messagesOf(event);
            seen.push(message);
            if (message === 'first') topic.publish('second');
          },
        },
      ],
    });
    topic.publish('first');
    await topic.idle();
    expect(seen).toEqual(['first', 'second']);
  });
});

describe('the invocation context', () => {
  it('counts the remaining time down to zero', () => {
    let time = 0;
    const context = lambdaContext('cleanup', { timeoutMs: 1000, time: () => time });
    expect(context.getRemainingTimeInMillis()).toBe(1000);
    time = 400;
    expect(context.getRemainingTimeInMillis()).toBe(600);
    time = 5000;
    expect(context.getRemainingTimeInMillis()).toBe(0);
  });
});
