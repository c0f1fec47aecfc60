import type { SQSBatchResponse } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { byCodeUnits } from '../../lib/text.ts';
import { eventBridgeEvent, rawSqsEvent, snsEvent, sqsEvent } from '../../local/envelopes.ts';
import { type SqsServer, startSqs } from '../../local/sqs.ts';
import { useLocalEnvironment } from '../support/environment.ts';
import { bounceText, sampleNames, sampleText } from '../support/events.ts';
import { type FaultProxy, faults, startProxy } from '../support/proxy.ts';
import { startTable, type TestTable } from '../support/table.ts';

/** The real handler, with the real AWS SDK, against an embedded DynamoDB and a local SQS behind breakable lines. */
let table: TestTable;
let dynamo: FaultProxy;
let sqsServer: SqsServer;
let sqs: FaultProxy;
let handler: (event: unknown) => Promise<unknown>;
let forgetAll: () => void;

beforeAll(async () => {
  table = await startTable();
  dynamo = await startProxy(table.endpoint);
  sqsServer = await startSqs({ queues: ['dead-letters'] });
  sqs = await startProxy(sqsServer.endpoint);
  useLocalEnvironment({ AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint, AWS_ENDPOINT_URL_SQS: sqs.endpoint });
  ({ handler } = await import('../../functions/ingest.ts'));
  ({ forgetAll } = await import('../../functions/once.ts'));
});

beforeEach(async () => {
  dynamo.reset();
  sqs.reset();
  deploy({
    TABLE_NAME: await table.fresh(),
    DEAD_LETTER_QUEUE_URL: `${sqs.endpoint}/123456789012/dead-letters`,
  });
});

afterAll(async () => {
  await Promise.all([dynamo.stop(), sqs.stop(), sqsServer.stop(), table.stop()]);
});

/** Changes the function's environment, as a deploy does. */
function deploy(variables: Readonly<Record<string, string | undefined>>): void {
  useLocalEnvironment(variables);
  forgetAll();
}

const addresses = async (): Promise<unknown[]> => (await table.scan()).map((item) => item.address);

/** What the function sent to the dead-letter queue. */
function deadLetters(): { body: string; reason: string }[] {
  return sqs.requests.map(({ body }) => {
    const request = JSON.parse(body) as {
      MessageBody: string;
      MessageAttributes: { Reason: { StringValue: string } };
    };
    return { body: request.MessageBody, reason: request.MessageAttributes.Reason.StringValue };
  });
}

const failuresOf = (answer: unknown): string[] =>
  (answer as SQSBatchResponse).batchItemFailures.map((failure) => failure.itemIdentifier);

/** Three bounces of three people. */
const THREE = ['ichika', 'nagi', 'mio'].map((name) =>
  bounceText({ address: `${name}@ezweb.ne.jp`, feedbackId: `feedback-${name}` }),
);
const THREE_STORED = ['ichika@ezweb.ne.jp', 'mio@ezweb.ne.jp', 'nagi@ezweb.ne.jp'];

const EVERY_TRANSPORT: [string, (messages: string[]) => unknown][] = [
  ['SNS', snsEvent],
  ['SQS with SNS’s envelope', sqsEvent],
  ['SQS with raw message delivery', rawSqsEvent],
  [
    'SQS from EventBridge',
    (messages) => rawSqsEvent(messages.map((each) => JSON.stringify(eventBridgeEvent(each)))),
  ],
  ['an invocation by hand', (messages) => messages.map((each): unknown => JSON.parse(each))],
];

describe('an event', () => {
  it.each(EVERY_TRANSPORT)('by %s is recorded', async (_name, envelope) => {
    await handler(envelope(THREE));
    expect(await addresses()).toEqual(THREE_STORED);
    expect(deadLetters()).toEqual([]);
  });

  it('by EventBridge is recorded', async () => {
    expect(await handler(eventBridgeEvent(bounceText()))).toMatchObject({ stored: 1, rejected: [] });
    expect(await addresses()).toEqual(['sakura@ezweb.ne.jp']);
  });

  it('of any kind is counted, and those with evidence are stored', async () => {
    const names = sampleNames('event-publishing');
    const answer = await handler(names.map((name) => sampleText(name, 'event-publishing')));
    // Without the second item of each complaint.
    const items = (await table.scan()).filter(
      (item) => item.kind !== undefined && !String(item.sk).startsWith('COMPLAINT#'),
    );
    expect(answer).toMatchObject({
      eventTypes: {
        ...{ Bounce: 10, Complaint: 4, Delivery: 2, DeliveryDelay: 1, Open: 1, Click: 1 },
        ...{ Send: 1, Reject: 1, 'Rendering Failure': 1, Subscription: 1 },
      },
      rejected: [],
    });
    expect(new Set(items.map((item) => item.kind))).toEqual(
      new Set(['bounce', 'complaint', 'delivery', 'deliveryDelay', 'open', 'click']),
    );
    // Ten bounces, one of them of two; four complaints, one naming two; two deliveries; delay, open, click.
    expect(items).toHaveLength(11 + 5 + 2 + 3);
  });

  it('in both wire formats, by every transport, repeated, is one item', async () => {
    const names = sampleNames('notification');
    await handler(snsEvent(names.map((name) => sampleText(name))));
    const once = await table.scan();
    for (const [, envelope] of EVERY_TRANSPORT) {
      await handler(envelope(names.map((name) => sampleText(name, 'event-publishing'))));
      await handler(envelope(names.map((name) => sampleText(name)).toReversed()));
    }
    expect(await table.scan()).toEqual(once);
  });

  it('expires: in seconds, counted from the event', async () => {
    deploy({ TABLE_NAME: table.tableName, FACT_RETENTION_DAYS: '10' });
    await handler(snsEvent(bounceText({ at: '2026-11-23T01:00:01.000Z' })));
    deploy({ FACT_RETENTION_DAYS: undefined });
    const [item] = await table.scan();
    expect(item?.expiresAt).toBe(Date.parse('2026-12-03T01:00:01.000Z') / 1000);
  });

  it('costs one BatchWriteItem for a batch of up to 25 recipients, and a look whether anybody was forgotten', async () => {
    const many = Array.from({ length: 25 }, (_, index) =>
      bounceText({ address: `guest${index}@example.jp`, feedbackId: `f-${index}` }),
    );
    expect(failuresOf(await handler(sqsEvent(many)))).toEqual([]);
    expect(dynamo.requests.map((request) => request.operation)).toEqual(['BatchWriteItem', 'GetItem']);
  });

  it('to fifty recipients is fifty items', async () => {
    const bouncedRecipients = Array.from({ length: 50 }, (_, index) => ({
      emailAddress: `guest${index}@example.jp`,
    }));
    await handler(snsEvent(bounceText({ bounce: { bouncedRecipients } })));
    expect(await addresses()).toHaveLength(50);
  });

  it('of a test of the wiring changes nothing and is no dead letter', async () => {
    const notice = sampleText('sns-subscription-succeeded', 'setup');
    const validated = 'Successfully validated SNS topic for Amazon SES event publishing.';
    expect(await handler(snsEvent([validated, notice]))).toMatchObject({ stored: 0, rejected: [] });
    expect(failuresOf(await handler(sqsEvent([validated, notice])))).toEqual([]);
    expect(await table.scan()).toEqual([]);
    expect(deadLetters()).toEqual([]);
  });
});

describe('of the deliveries of one day', () => {
  const delivery = (time: string, messageId: string) =>
    JSON.stringify({
      eventType: 'Delivery',
      delivery: {
        timestamp: `2026-11-23T${time}Z`,
        recipients: ['mio@ezweb.ne.jp'],
        smtpResponse: `250 ${messageId}`,
      },
      mail: { timestamp: '2026-11-23T00:00:00.000Z', messageId, destination: ['mio@ezweb.ne.jp'] },
    });
  const morning = delivery('08:00:00.000', 'message-1');
  const evening = delivery('20:00:00.000', 'message-2');
  const sameMoment = delivery('20:00:00.000', 'message-3');

  it.each([
    ['in order', [[morning], [evening]], 'message-2'],
    ['late', [[evening], [morning]], 'message-2'],
    ['together', [[evening, morning]], 'message-2'],
    ['at one moment', [[evening], [sameMoment]], 'message-3'],
    ['at one moment, the other way round', [[sameMoment], [evening]], 'message-3'],
    ['at one moment, together', [[sameMoment, evening]], 'message-3'],
  ])('the last is kept when they come %s', async (_name, invocations, kept) => {
    for (const messages of invocations) await handler(snsEvent(messages));
    expect((await table.scan()).map((item) => item.messageId)).toEqual([kept]);
  });
});

describe('that deliveries are recorded', () => {
  const months = async () =>
    (await table.scan()).filter((item) => item.pk === 'DELIVERIES').map((item) => String(item.sk));

  it('is noted by the first of a month, sender and carrier, and by no bounce', async () => {
    await handler(snsEvent(THREE));
    expect(await months()).toEqual([]);
    await handler(snsEvent(sampleText('delivery')));
    const noted = await months();
    expect(noted).toEqual([expect.stringMatching(/^[a-z.]+#[a-z-]+#\d{4}-\d{2}$/)]);
    const before = dynamo.requests.length;
    await handler(snsEvent(sampleText('delivery')));
    // The delivery itself, the look whether anybody was forgotten, and nothing else.
    expect(dynamo.requests.slice(before).map(({ operation }) => operation)).toEqual(['PutItem', 'GetItem']);
    expect(await months()).toEqual(noted);
  });

  it('is no reason to report the event when it cannot be noted, and is noted with the next', async () => {
    // The delivery and the look who was forgotten pass, the note does not.
    dynamo.faults.push(faults.none, faults.none, faults.refused);
    const event = sqsEvent(sampleText('delivery'));
    expect(failuresOf(await handler(event))).toEqual([]);
    expect(await table.scan()).toHaveLength(1);
    await handler(event);
    expect(await months()).toHaveLength(1);
  });
});

describe('a message that is no SES event', () => {
  const GARBAGE = '{"hello":';
  const BROKEN = bounceText({ bounce: { feedbackId: 7 } });
  const BATCH = [THREE[0] ?? '', GARBAGE, THREE[1] ?? '', BROKEN, THREE[2] ?? ''];

  it.each(EVERY_TRANSPORT.slice(0, 3))(
    'by %s is kept with the reason, and the others are stored',
    async (name, envelope) => {
      const answer = await handler(envelope(BATCH));
      if (name.startsWith('SQS')) expect(failuresOf(answer)).toEqual([]);
      else
        expect(answer).toMatchObject({
          stored: 3,
          rejected: [expect.stringMatching(/JSON/), expect.stringMatching(/feedbackId/)],
        });
      expect(await addresses()).toEqual(THREE_STORED);
      const kept = deadLetters().toSorted((left, right) => byCodeUnits(right.reason, left.reason));
      expect(kept.map((letter) => letter.reason)).toEqual([
        expect.stringMatching(/not JSON/),
        expect.stringMatching(/bounce\.feedbackId/),
      ]);
      // As it came: to be mended and delivered again. SQS without raw delivery hands it over in SNS's envelope.
      expect(kept[0]?.body).toContain(
        name === 'SQS with SNS’s envelope' ? JSON.stringify(GARBAGE).slice(1, -1) : GARBAGE,
      );
    },
  );

  it.each([7, 'x'.repeat(100_000), { Records: [{ eventSource: 'aws:s3' }] }])(
    'invoked by hand as %.30j does no harm',
    async (event) => {
      expect(await handler(event)).toMatchObject({ stored: 0 });
      expect(await table.scan()).toEqual([]);
    },
  );

  it.each([undefined, null, '', {}, [], { Records: [] }])(
    'but empty (%j) is refused, and kept nowhere',
    async (event) => {
      await expect(handler(event)).rejects.toMatchObject({
        name: 'EmptyEventError',
        message: expect.stringMatching(
          /^\{"code":"empty-event","ja":".+","en":"the event is empty.+","version":".+"\}$/,
        ),
      });
      expect(deadLetters()).toEqual([]);
      expect(await table.scan()).toEqual([]);
    },
  );

  it('fails its own record alone where there is no dead-letter queue', async () => {
    deploy({ DEAD_LETTER_QUEUE_URL: undefined });
    const event = sqsEvent(BATCH);
    expect(failuresOf(await handler(event))).toEqual([
      event.Records[1]?.messageId,
      event.Records[3]?.messageId,
    ]);
    expect(await addresses()).toEqual(THREE_STORED);
  });

  it('fails a delivery by SNS, after the others are stored, with the reason', async () => {
    deploy({ DEAD_LETTER_QUEUE_URL: undefined });
    await expect(handler(snsEvent(BATCH))).rejects.toThrow(/not JSON.*bounce\.feedbackId/);
    expect(await addresses()).toEqual(THREE_STORED);
  });

  it('fails its own record when the dead-letter queue does not take it', async () => {
    sqs.standing = faults.refused;
    const event = sqsEvent(BATCH);
    expect(failuresOf(await handler(event))).toEqual([
      event.Records[1]?.messageId,
      event.Records[3]?.messageId,
    ]);
    expect(await addresses()).toEqual(THREE_STORED);
  });

  it('is kept though the line to the queue breaks once', async () => {
    sqs.faults.push(faults.reset);
    expect(failuresOf(await handler(sqsEvent([GARBAGE])))).toEqual([]);
    expect(sqsServer.bodies('dead-letters').at(-1)).toContain(JSON.stringify(GARBAGE).slice(1, -1));
  });
});

describe('when DynamoDB fails', () => {
  const passing: [string, (typeof faults)[keyof typeof faults]][] = [
    ['an internal error', faults.internalError],
    ['throttling', faults.throttled],
    ['a connection reset', faults.reset],
    ['unprocessed items', faults.unprocessed],
  ];

  it.each(passing)('with %s for a moment, nothing is lost or reported', async (_name, fault) => {
    dynamo.faults.push(fault, fault);
    expect(failuresOf(await handler(sqsEvent(THREE)))).toEqual([]);
    expect(await addresses()).toEqual(THREE_STORED);
  });

  it.each([
    ['an internal error', faults.internalError, THREE],
    ['a connection reset', faults.reset, THREE],
    ['refusal', faults.refused, THREE],
    ['garbage', faults.garbage, THREE],
    // The SDK waits long before it gives up on throttling: one record is enough.
    ['throttling', faults.throttled, THREE.slice(0, 1)],
  ])(
    'with %s for good, every record is reported, and stored when delivered again',
    async (_name, fault, messages) => {
      dynamo.standing = fault;
      const event = sqsEvent(messages);
      expect(failuresOf(await handler(event))).toEqual(event.Records.map((record) => record.messageId));
      await expect(handler(snsEvent(messages))).rejects.toThrow();
      dynamo.reset();
      expect(await table.scan()).toEqual([]);
      expect(failuresOf(await handler(event))).toEqual([]);
      expect(await addresses()).toHaveLength(messages.length);
    },
  );

  it('leaving items unprocessed for good, the record is reported', async () => {
    dynamo.standing = faults.unprocessed;
    const event = sqsEvent(bounceText());
    expect(failuresOf(await handler(event))).toEqual(event.Records.map((record) => record.messageId));
  });

  it('at one record only, that one alone is reported and the others are stored', async () => {
    // The batch is refused, then the records one by one: the second again.
    dynamo.faults.push(faults.refused, faults.none, faults.refused, faults.none);
    const event = sqsEvent(THREE);
    expect(failuresOf(await handler(event))).toEqual([event.Records[1]?.messageId]);
    expect(await addresses()).toEqual(['ichika@ezweb.ne.jp', 'mio@ezweb.ne.jp']);
  });

  it('at a delivery, which is written otherwise, it is reported too', async () => {
    dynamo.standing = faults.refused;
    const event = sqsEvent(sampleText('delivery'));
    expect(failuresOf(await handler(event))).toHaveLength(1);
    await expect(handler(snsEvent(sampleText('delivery')))).rejects.toThrow();
  });

  it('and the message was unreadable, it still is kept', async () => {
    dynamo.standing = faults.refused;
    const event = sqsEvent(['nonsense', bounceText()]);
    expect(failuresOf(await handler(event))).toEqual([event.Records[1]?.messageId]);
    expect(deadLetters()).toHaveLength(1);
  });
});

describe('whatever was read can be written', () => {
  it.each<[string, string]>([
    [
      'numbers beyond the client’s and DynamoDB’s',
      '{"id":1152921504606846977,"big":1e300,"small":1e-300,"no":1e999}',
    ],
    ['empty names', '{"part":{"":1}}'],
    ['names of Object’s', '{"part":{"constructor":{"name":"Set"}},"constructor":1}'],
    ['a prototype', '{"part":{"__proto__":{"a":1}}}'],
    ['half a surrogate pair', '{"part":"a\\ud800","b\\udc00":1}'],
    ['forty levels', `{"part":${'['.repeat(40)}1${']'.repeat(40)}}`],
    ['ten thousand levels', `{"part":${'['.repeat(10_000)}1${']'.repeat(10_000)}}`],
    ['empty texts', '{"bounceType":"","bounceSubType":"","extra":"","list":[],"map":{},"nothing":null}'],
    ['long texts', JSON.stringify({ bounceType: '届'.repeat(50_000), remoteMtaIp: '😀'.repeat(50_000) })],
    [
      'an attribute of the table’s',
      '{"pk":"x","sk":"y","expiresAt":"never","address":"z@example.jp","dayKey":7}',
    ],
  ])('with %s among the fields', async (_name, fields) => {
    const bounce: unknown = JSON.parse(bounceText());
    const text = bounceText().replace('"bounce":{', `"bounce":{${fields.slice(1, -1)},`);
    expect(text.length).toBeGreaterThan(JSON.stringify(bounce).length);
    expect(await handler(snsEvent(text))).toMatchObject({ stored: 1, rejected: [] });
    expect(await addresses()).toEqual(['sakura@ezweb.ne.jp']);
  });

  it.each<[string, string]>([
    ['the longest', `${'a'.repeat(948)}@example.jp`],
    ['the longest in bytes', `${'あ'.repeat(316)}@example.jp`],
    ['without domain', 'sakura'],
    ['of an at sign', '@'],
    ['with line breaks', 'a\nb@example.jp'],
    ['with half a surrogate pair', 'a\ud800@example.jp'],
    ['with a number sign', 'a#b#EVENT#@example.jp'],
  ])('with an address %s', async (_name, address) => {
    expect(await handler(snsEvent(bounceText({ address, feedbackId: '届'.repeat(133) })))).toMatchObject({
      stored: 1,
    });
    expect(await table.scan()).toHaveLength(1);
  });

  it.each(['constructor', '__proto__', ' ', '届'.repeat(200)])(
    'with the unknown event type %.20j',
    async (eventType) => {
      expect(await handler(snsEvent(bounceText({ event: { eventType } })))).toMatchObject({ stored: 1 });
      const { eventTypes } = (await handler(bounceText({ event: { eventType } }))) as {
        eventTypes: Record<string, number>;
      };
      expect(Object.values(eventTypes)).toEqual([1]);
    },
  );

  it('two addresses that are one in UTF-8 do not cost their batch', async () => {
    const bouncedRecipients = ['a\ud800@example.jp', 'a\udbff@example.jp', 'b@example.jp'].map(
      (emailAddress) => ({
        emailAddress,
      }),
    );
    await handler(snsEvent(bounceText({ bounce: { bouncedRecipients } })));
    expect(await table.scan()).toHaveLength(2);
  });
});
