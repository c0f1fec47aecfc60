import { inspect } from 'node:util';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { guarded, invocationOf } from '../../functions/invocation.ts';
import { logOf } from '../../functions/log.ts';
import { forgetAll } from '../../functions/once.ts';
import { Refusal } from '../../lib/refusal.ts';
import { rawSqsEvent, snsEvent } from '../../local/envelopes.ts';
import { useLocalEnvironment } from '../support/environment.ts';
import { bounceText, sampleText } from '../support/events.ts';
import { type FaultProxy, faults, startProxy } from '../support/proxy.ts';
import { startTable, type TestTable } from '../support/table.ts';

/** What a function writes, as CloudWatch Logs would get it. */
const CONTEXT = {
  awsRequestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
  getRemainingTimeInMillis: () => 30_000,
} as Context;

let table: TestTable;
let dynamo: FaultProxy;
let ingest: (event: unknown, context?: Context) => Promise<unknown>;

beforeAll(async () => {
  table = await startTable();
  dynamo = await startProxy(table.endpoint);
  ({ handler: ingest } = await import('../../functions/ingest.ts'));
});
beforeEach(async () => {
  dynamo.reset();
  useLocalEnvironment({
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    TABLE_NAME: await table.fresh(),
    DEAD_LETTER_QUEUE_URL: undefined,
    LOG_LEVEL: 'DEBUG',
    STAGE: 'prod',
    WATCH: 'full',
  });
  forgetAll();
});
afterAll(() => Promise.all([dynamo.stop(), table.stop()]));

/** What `work` writes to standard output. */
async function written(work: () => unknown): Promise<string> {
  let text = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  return text;
}

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)));

describe('an ingest invocation that stored everything', () => {
  it.each([
    ['a bounce', () => snsEvent(bounceText()), { 'eventsRead.Bounce': 1 }],
    [
      'a batch of three kinds',
      () => rawSqsEvent([bounceText(), sampleText('delivery'), sampleText('complaint')]),
      { 'eventsRead.Bounce': 1, 'eventsRead.Delivery': 1, 'eventsRead.Complaint': 1 },
    ],
  ])(
    'of %s writes one line of at most 350 bytes, with stage and request id',
    async (_name, event, counted) => {
      const text = await written(() => ingest(event(), CONTEXT));
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(350);
      expect(lines(text)).toEqual([
        {
          _aws: {
            Timestamp: expect.any(Number),
            CloudWatchMetrics: [
              {
                Namespace: 'todoku',
                Dimensions: [['stage']],
                Metrics: Object.keys(counted).map((Name) => ({ Name })),
              },
            ],
          },
          stage: 'prod',
          requestId: CONTEXT.awsRequestId,
          ...counted,
        },
      ]);
    },
  );
});

describe('figures', () => {
  const counted = (watch: string, figures: Readonly<Record<string, number>>) => {
    process.env.WATCH = watch;
    return written(() => logOf('request-1').count(figures));
  };

  it('are metrics where an alarm listens or the doctor reads them back, and otherwise only with WATCH=full', async () => {
    const figures = { eventsFailed: 2, 'eventsRead.Bounce': 3, eventsRejected: 1 };
    for (const [watch, names] of [
      ['basic', ['eventsFailed', 'eventsRead.Bounce']],
      ['full', ['eventsFailed', 'eventsRead.Bounce', 'eventsRejected']],
    ] as const) {
      expect(lines(await counted(watch, figures))).toMatchObject([
        { ...figures, _aws: { CloudWatchMetrics: [{ Metrics: names.map((Name) => ({ Name })) }] } },
      ]);
    }
  });

  it('that nobody asks for are a plain line', async () => {
    const text = await counted('basic', { 'eventsRead.unknown': 3 });
    expect(lines(text)).toEqual([{ stage: 'prod', requestId: 'request-1', 'eventsRead.unknown': 3 }]);
  });
});

describe('an ingest invocation that failed', () => {
  it('names the request, the delivery and the mail, counts for the alarm, and names no address', async () => {
    dynamo.faults.push(
      faults.internalError,
      faults.internalError,
      faults.internalError,
      faults.internalError,
    );
    const event = snsEvent(bounceText({ address: 'hanako@ezweb.ne.jp' }));
    const text = await written(() => ingest(event, CONTEXT).catch(() => undefined));
    expect(text).not.toContain('eventsRead');
    expect(lines(text)).toMatchObject([
      { eventsFailed: 1 },
      {
        level: 'ERROR',
        message: 'message not stored',
        stage: 'prod',
        requestId: CONTEXT.awsRequestId,
        deliveryId: event.Records[0]?.Sns.MessageId,
        messageIds: [expect.any(String)],
      },
    ]);
    expect(text).not.toContain('hanako');
  });

  it('names the delivery of a message that is no event', async () => {
    const event = snsEvent('hanako@ezweb.ne.jp');
    const text = await written(() => ingest(event, CONTEXT).catch(() => undefined));
    expect(lines(text).at(-1)).toMatchObject({
      level: 'ERROR',
      deliveryId: event.Records[0]?.Sns.MessageId,
      reason: expect.any(String),
    });
    expect(text).not.toContain('hanako');
  });
});

describe('what a handler throws, which Lambda writes to the log with all that hangs on it', () => {
  class Suggesting extends Refusal {
    override readonly name = 'Suggesting';
    override readonly code = 'suggesting';
  }
  const key = 'key ADDRESS#hanako@ezweb.ne.jp and ADDRESS#hanako are too big';
  const faults: [string, () => Error, string][] = [
    [
      "an error of the SDK's, with its answer",
      () =>
        Object.assign(new Error(key), {
          name: 'ValidationException',
          $response: { body: key },
          Item: { key },
        }),
      'ValidationException',
    ],
    [
      'an error with causes',
      () => new TypeError('no', { cause: new Error(key, { cause: key }) }),
      'TypeError',
    ],
    ['several errors in one', () => new AggregateError([new Error(key)], key), 'AggregateError'],
    [
      'a refusal that suggests an address',
      () => new Suggesting({ ja: 'hanako@ezweb.ne.jp のことですか', en: 'do you mean hanako@ezweb.ne.jp' }),
      'Suggesting',
    ],
  ];
  it.each(faults)('names nobody: %s', async (_name, fault, name) => {
    const thrown = await guarded(() => Promise.reject(fault()))({}, CONTEXT).catch((error: unknown) => error);
    expect(inspect(thrown, { depth: 9, showHidden: true })).not.toMatch(/hanako/);
    expect(thrown).toMatchObject({ name, message: expect.any(String) });
  });
});

describe('a log', () => {
  it.each(['info', 'warn', 'error'] as const)('masks every address in a line of %s', async (level) => {
    const text = await written(() =>
      logOf('request-1')[level]('to hanako@ezweb.ne.jp', {
        deep: [{ cause: '550 <hanako@ezweb.ne.jp>', 'hanako@ezweb.ne.jp': 1 }],
      }),
    );
    expect(lines(text)).toEqual([
      {
        level: level.toUpperCase(),
        message: 'to h***@ezweb.ne.jp',
        stage: 'prod',
        requestId: 'request-1',
        deep: [{ cause: '550 <h***@ezweb.ne.jp>', 'h***@ezweb.ne.jp': 1 }],
      },
    ]);
  });

  it('writes nothing below its level, and nothing at all when silent', async () => {
    useLocalEnvironment({ LOG_LEVEL: 'WARN' });
    const log = logOf('request-1');
    expect(await written(() => log.info('a run'))).toBe('');
    expect(lines(await written(() => log.warn('look')))).toHaveLength(1);
    expect(lines(await written(() => log.count({ seen: 1 })))).toHaveLength(1);
    expect(await written(() => log.count({ seen: 0 }))).toBe('');
    useLocalEnvironment({ LOG_LEVEL: 'SILENT' });
    expect(await written(() => [log.error('lost'), log.count({ seen: 1 })])).toBe('');
  });
});

it('tells of an address that SES would not list again: masked, and as a metric for the alarm', async () => {
  const text = await written(() => invocationOf(CONTEXT).putBackRefused('hanako@ezweb.ne.jp'));
  expect(text).not.toContain('hanako');
  expect(lines(text)).toMatchObject([
    { level: 'ERROR', address: 'h***@ezweb.ne.jp' },
    { stage: 'prod', PutBacksRefused: 1 },
  ]);
});
