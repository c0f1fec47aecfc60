import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alarmsOf } from '../../deploy/alarms.ts';
import { settingsOf } from '../../deploy/settings.ts';
import type { LettersWorked, ListedLetter } from '../../lib/contracts/dead-letters.ts';
import { eventBridgeEvent, snsEvent, sqsEvent } from '../../local/envelopes.ts';
import { invokeAsync, type LocalHandler } from '../../local/invoke.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { type SqsServer, startSqs } from '../../local/sqs.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { useLocalEnvironment } from '../support/environment.ts';
import { bounceText, sampleText } from '../support/events.ts';
import { type Fault, type FaultProxy, faults, startProxy } from '../support/proxy.ts';
import { startTable, type TestTable } from '../support/table.ts';

/** The real functions and the real command line, against an embedded DynamoDB and a local SQS behind breakable lines. */
let table: TestTable;
let dynamo: FaultProxy;
let sqsServer: SqsServer;
let sqs: FaultProxy;
let client: SQSClient;
let ingest: (event: unknown) => Promise<unknown>;
let letters: (event: unknown) => Promise<unknown>;
let forgetAll: () => void;
let lambda: LambdaServer;
let cli: CliFolder;
/** Of the queues, milliseconds. */
let time = Date.parse('2026-11-24T00:00:00.000Z');

const queueUrl = (name: string) => `${sqs.endpoint}/123456789012/${name}`;

beforeAll(async () => {
  table = await startTable();
  dynamo = await startProxy(table.endpoint);
  sqsServer = await startSqs({ queues: ['dead-letters', 'parked'], time: () => time });
  sqs = await startProxy(sqsServer.endpoint);
  useLocalEnvironment({
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    DEAD_LETTER_QUEUE_URL: queueUrl('dead-letters'),
    PARKED_QUEUE_URL: queueUrl('parked'),
  });
  ({ handler: ingest } = await import('../../functions/ingest.ts'));
  ({ handler: letters } = await import('../../functions/dead-letters.ts'));
  ({ forgetAll } = await import('../../functions/once.ts'));
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new SQSClient({ endpoint: sqsServer.endpoint, region: 'ap-northeast-1', credentials });
  lambda = await startLambda({ functions: { 'todoku-local-dead-letters': letters as LocalHandler } });
  cli = cliFolder();
  cli.useLocal(lambda.endpoint);
});

beforeEach(async () => {
  dynamo.reset();
  sqs.reset();
  useLocalEnvironment({ TABLE_NAME: await table.fresh() });
  forgetAll();
  // Whatever is held comes back.
  time += 3_600_000;
  for (const name of ['dead-letters', 'parked']) {
    const QueueUrl = sqsServer.queueUrl(name);
    for (;;) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) break;
      for (const { ReceiptHandle } of Messages)
        await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
});

afterAll(async () => {
  client.destroy();
  cli.remove();
  await Promise.all([lambda.stop(), dynamo.stop(), sqs.stop(), sqsServer.stop(), table.stop()]);
});

const put = async (body: string): Promise<string> => {
  const sent = await client.send(
    new SendMessageCommand({ QueueUrl: sqsServer.queueUrl('dead-letters'), MessageBody: body }),
  );
  return sent.MessageId ?? '';
};
const waiting = () => sqsServer.bodies('dead-letters');
const parked = () => sqsServer.bodies('parked');
const list = async (of: { parked?: boolean } = {}): Promise<readonly ListedLetter[]> =>
  ((await letters({ action: 'list', ...of })) as { letters: readonly ListedLetter[] }).letters;
const replayAll = async (of: { parked?: boolean } = {}): Promise<LettersWorked> =>
  (await letters({ action: 'replay-all', ...of })) as LettersWorked;
const work = async (action: 'replay' | 'park', ...ids: string[]): Promise<LettersWorked> =>
  (await letters({ action, ids })) as LettersWorked;
const addresses = async () => (await table.scan()).map((item) => item.address).toSorted();

/** What Lambda puts into its on-failure destination. */
const onFailure = (requestPayload: unknown) =>
  JSON.stringify({
    version: '1.0',
    timestamp: '2026-11-24T00:03:00.000Z',
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
    requestPayload,
    responseContext: { statusCode: 200, functionError: 'Unhandled' },
    responsePayload: {
      errorType: 'IngestError',
      errorMessage: 'TimeoutError: no answer about mio@ezweb.ne.jp',
    },
  });
const bounceOf = (name: string) =>
  bounceText({ address: `${name}@ezweb.ne.jp`, feedbackId: `feedback-${name}` });
/** What SNS leaves in a queue: its notification. */
const notification = (message: string) => sqsEvent(message).Records[0]?.body ?? '';
/** A bounce whose JSON was cut off. */
const CUT =
  '{"notificationType":"Bounce","bounce":{"feedbackId":"f-1","bouncedRecipients":[{"emailAddress":"hanako@ezweb.ne.jp","diagnosticCode":"smtp; 550 : User unknown"}],"timest';

const LONG = 'x'.repeat(300_000);
const OLD = { at: '2019-03-01T00:00:00.000Z', mail: { timestamp: '2019-03-01T00:00:00.000Z' } };

/** Fails the calls of one operation. */
const failing =
  (operation: string): Fault =>
  (request, response) =>
    request.header('x-amz-target')?.endsWith(operation) ? faults.refused(request, response) : 'pass';

describe('putting dead letters back', () => {
  it.each<[string, string]>([
    ['a bare event', bounceOf('mio')],
    ['an SNS notification', notification(bounceOf('mio'))],
    ['Lambda’s record of a failed invocation', onFailure(snsEvent(bounceOf('mio')))],
    ['Lambda’s record of an event of EventBridge', onFailure(eventBridgeEvent(bounceOf('mio')))],
    ['an event of EventBridge', JSON.stringify(eventBridgeEvent(bounceOf('mio')))],
    ['an invocation as it was', JSON.stringify(snsEvent(bounceOf('mio')))],
  ])('records %s and deletes it', async (_name, body) => {
    const id = await put(body);
    expect(await work('replay', id)).toMatchObject({
      counts: { stored: 1 },
      results: [{ id, result: 'stored' }],
      waiting: 0,
      unfinished: false,
    });
    expect(await addresses()).toEqual(['mio@ezweb.ne.jp']);
    expect(waiting()).toEqual([]);
  });

  it('records every message of a letter, and notes that deliveries are recorded', async () => {
    await put(onFailure(snsEvent([bounceOf('mio'), bounceOf('nagi'), sampleText('delivery')])));
    expect(await replayAll()).toMatchObject({ counts: { stored: 1 }, results: [] });
    const items = await table.scan();
    expect(items.filter((item) => item.kind !== undefined)).toHaveLength(3);
    expect(items.filter((item) => item.pk === 'DELIVERIES')).toHaveLength(1);
  });

  it.each<[string, () => string]>([
    ['is stored already', () => bounceOf('mio')],
    ['is older than facts are kept', () => bounceText({ address: 'mio@ezweb.ne.jp', ...OLD })],
    [
      'has more than 256 KB',
      () => onFailure(snsEvent(bounceText({ address: 'mio@ezweb.ne.jp', event: { note: LONG } }))),
    ],
  ])('stores once, and deletes, an event that %s', async (_name, body) => {
    await put(body());
    await put(body());
    const [first] = await list();
    expect(first?.size).toBe(body().length);
    expect(await replayAll()).toMatchObject({ counts: { stored: 2 }, waiting: 0 });
    expect(await addresses()).toEqual(['mio@ezweb.ne.jp']);
  });

  it('deletes what says nothing to be stored', async () => {
    await put('Successfully validated SNS topic for Amazon SES event publishing.');
    expect(await replayAll()).toMatchObject({ counts: { acknowledged: 1 } });
    expect(waiting()).toEqual([]);
  });

  it('takes only the letters that were named, and says which there are not', async () => {
    const [mio, nagi] = [await put(bounceOf('mio')), await put(bounceOf('nagi'))];
    expect(await work('replay', nagi, 'no-such-id')).toMatchObject({
      results: [
        { id: nagi, result: 'stored' },
        { id: 'no-such-id', result: 'not-found' },
      ],
      waiting: 1,
    });
    expect(await addresses()).toEqual(['nagi@ezweb.ne.jp']);
    // What was only passed by is there at once for the next.
    expect((await list()).map(({ id }) => id)).toEqual([mio]);
  });

  it('works through more letters than SQS hands out at once', async () => {
    const names = Array.from({ length: 23 }, (_, index) => `guest-${index}`);
    for (const name of names) await put(notification(bounceOf(name)));
    await put(CUT);
    expect(await replayAll()).toMatchObject({ counts: { stored: 23, unreadable: 1 }, waiting: 1 });
    expect(await addresses()).toHaveLength(23);
    expect(waiting()).toEqual([CUT]);
  });
});

describe('a letter that ingest does not take', () => {
  it('because it is not JSON stays as it is, however often it is handed over, and is one letter', async () => {
    // As ingest itself keeps it.
    await ingest(snsEvent(CUT));
    expect(waiting()).toEqual([CUT]);
    for (let round = 0; round < 2; round += 1) {
      expect(await replayAll()).toMatchObject({
        counts: { unreadable: 1 },
        results: [{ result: 'unreadable', why: 'the body is not JSON' }],
        waiting: 1,
      });
      expect(waiting()).toEqual([CUT]);
    }
    expect(await list()).toMatchObject([{ reason: 'the body is not JSON', transport: 'bare' }]);
    expect(await table.scan()).toEqual([]);
  });

  it('in one of its messages stays, and the others are recorded', async () => {
    const body = onFailure(snsEvent([bounceOf('mio'), CUT]));
    await put(body);
    expect(await replayAll()).toMatchObject({ counts: { unreadable: 1 } });
    expect(await addresses()).toEqual(['mio@ezweb.ne.jp']);
    expect(waiting()).toEqual([body]);
  });

  it.each([
    '{}',
    'null',
    '""',
    '[]',
    '{"Records":[]}',
    onFailure({}),
    onFailure(null),
    onFailure({ Records: [] }),
  ])('because it is empty stays: %.40j', async (body) => {
    await put(body);
    expect(await replayAll()).toMatchObject({ counts: { unreadable: 1 } });
    expect(waiting()).toEqual([body]);
  });

  it('because it is a mail that SES received stays', async () => {
    const body = JSON.stringify({ notificationType: 'Received', content: 'private', mail: {} });
    await put(body);
    expect(await replayAll()).toMatchObject({ counts: { refused: 1 } });
    expect(waiting()).toEqual([body]);
  });

  it('because DynamoDB is away stays, and is stored when it is back', async () => {
    const body = onFailure(snsEvent(bounceOf('mio')));
    await put(body);
    dynamo.standing = faults.refused;
    expect(await replayAll()).toMatchObject({
      counts: { failed: 1 },
      results: [{ result: 'failed', why: 'ValidationException' }],
    });
    expect(waiting()).toEqual([body]);
    dynamo.reset();
    expect(await replayAll()).toMatchObject({ counts: { stored: 1 }, waiting: 0 });
    expect(await addresses()).toEqual(['mio@ezweb.ne.jp']);
  });
});

describe('a death', () => {
  it('between the hand-over and the deletion leaves the letter, which is handed over once more', async () => {
    await put(notification(bounceOf('mio')));
    // From the deletion on nothing reaches SQS any more.
    sqs.standing = (request, response) =>
      /DeleteMessage|ChangeMessageVisibility|GetQueueAttributes/.test(request.header('x-amz-target') ?? '')
        ? faults.refused(request, response)
        : 'pass';
    await expect(letters({ action: 'replay-all' })).rejects.toThrow();
    const recorded = await table.scan();
    expect(recorded).toHaveLength(1);
    expect(waiting()).toHaveLength(1);
    sqs.reset();
    // Held by the dead one for two minutes.
    expect(await list()).toEqual([]);
    time += 120_000;
    expect(await replayAll()).toMatchObject({ counts: { stored: 1 }, waiting: 0 });
    expect(await table.scan()).toEqual(recorded);
    expect(waiting()).toEqual([]);
  });

  it('of the deletion alone is told', async () => {
    const id = await put(bounceOf('mio'));
    sqs.standing = failing('DeleteMessage');
    expect(await work('replay', id)).toMatchObject({ results: [{ id, result: 'not-deleted' }], waiting: 1 });
    expect(await addresses()).toEqual(['mio@ezweb.ne.jp']);
  });

  it('while a letter is parked leaves it in both queues, not in none', async () => {
    const id = await put(CUT);
    sqs.standing = failing('DeleteMessage');
    expect(await work('park', id)).toMatchObject({ results: [{ id, result: 'not-deleted' }] });
    expect([waiting(), parked()]).toEqual([[CUT], [CUT]]);
    sqs.standing = failing('SendMessage');
    expect(await work('park', id)).toMatchObject({ results: [{ id, result: 'failed' }] });
    expect(waiting()).toEqual([CUT]);
  });
});

describe('parking', () => {
  it('moves a letter with its id, age and reason, and it can be put back from there', async () => {
    await ingest(snsEvent(CUT));
    const [before] = await list();
    time += 86_400_000;
    expect(await work('park', before?.id ?? '')).toMatchObject({ counts: { parked: 1 }, waiting: 0 });
    expect([waiting(), parked()]).toEqual([[], [CUT]]);
    const { id, since, reason } = before ?? {};
    const [after] = await list({ parked: true });
    expect(after).toMatchObject({ id, since, reason, parked: true });
    // The queue of parked letters keeps it for fourteen days more.
    expect(Date.parse(after?.expiresAt ?? '') - time).toBe(14 * 86_400_000);
    expect(await letters({ action: 'show', id })).toMatchObject({ letter: { body: CUT } });
    expect(await work('replay', id ?? '')).toMatchObject({ counts: { unreadable: 1 } });
    expect(parked()).toEqual([CUT]);
  });

  it('keeps the words with which Lambda gave up', async () => {
    const id = await put(onFailure(snsEvent(bounceOf('mio'))));
    await work('park', id);
    expect(await list({ parked: true })).toMatchObject([
      { id, transport: 'lambda', reason: 'IngestError: TimeoutError: no answer about m***@ezweb.ne.jp' },
    ]);
    expect(await replayAll({ parked: true })).toMatchObject({ counts: { stored: 1 } });
    expect(parked()).toEqual([]);
  });

  it('once more begins anew', async () => {
    const id = await put(CUT);
    await work('park', id);
    time += 86_400_000;
    expect(await work('park', id)).toMatchObject({ results: [{ id, result: 'parked' }] });
    const [again, ...others] = await list({ parked: true });
    expect(others).toEqual([]);
    expect(Date.parse(again?.expiresAt ?? '') - time).toBe(14 * 86_400_000);
  });

  it('begins anew for a letter that was looked at three times: SQS would not count its age any more', async () => {
    const id = await put(CUT);
    await work('park', id);
    time += 86_400_000;
    for (let look = 1; look <= 3; look += 1) {
      expect(await list({ parked: true })).toMatchObject([{ id, receives: look }]);
    }
    const [renewed] = await list({ parked: true });
    expect(parked()).toEqual([CUT]);
    expect(Date.parse(renewed?.expiresAt ?? '') - time).toBe(14 * 86_400_000);
    expect(Date.parse(renewed?.since ?? '')).toBe(time - 86_400_000);
  });

  it.each([
    ['shown', (id: string) => letters({ action: 'show', id })],
    ['put back in vain', () => replayAll({ parked: true })],
    ['met by work on another', () => work('replay', 'another')],
    ['listed', () => list({ parked: true })],
  ])('is told two days before its end, however often it was %s', async (_, look) => {
    const id = await put(CUT);
    await work('park', id);
    for (let times = 0; times < 8; times += 1) {
      time += 3_600_000;
      await look(id);
    }
    time += 13 * 86_400_000;
    expect(parked()).toEqual([CUT]);
    const ages = [...sqsServer.points('parked', 'ApproximateAgeOfOldestMessage', time - 3_600_000, time)];
    const { threshold = 0 } =
      alarmsOf('prod', settingsOf('prod', {})).find(({ name }) => name === 'parked-letters-expire') ?? {};
    expect(Math.max(...ages.map(({ value }) => value))).toBeGreaterThan(threshold);
  });
});

describe('the list', () => {
  it('shows what is needed to judge a letter, and nothing personal', async () => {
    await put(onFailure(snsEvent(bounceOf('mio'))));
    await ingest(snsEvent(CUT));
    const answer = (await letters({ action: 'list' })) as { letters: ListedLetter[]; waiting: number };
    expect(answer).toMatchObject({ waiting: 2, parked: 0 });
    expect(answer.letters).toMatchObject([
      { transport: 'lambda', receives: 1, size: onFailure(snsEvent(bounceOf('mio'))).length, parked: false },
      { transport: 'bare', receives: 1, reason: 'the body is not JSON' },
    ]);
    expect(JSON.stringify(answer)).not.toMatch(/mio@|hanako@|User unknown/);
  });

  it('changes nothing: every letter is there at once for the next', async () => {
    for (const name of ['mio', 'nagi']) await put(bounceOf(name));
    const [first, second] = [await list(), await list()];
    expect(second.map(({ id }) => id).toSorted()).toEqual(first.map(({ id }) => id).toSorted());
    expect(second.map(({ receives }) => receives)).toEqual([2, 2]);
  });

  it('is bounded, and says how many there are', async () => {
    for (let count = 0; count < 12; count += 1) await put(bounceOf(`guest-${count}`));
    const answer = (await letters({ action: 'list', limit: 3 })) as { letters: unknown[]; waiting: number };
    expect(answer.letters).toHaveLength(3);
    expect(answer.waiting).toBe(12);
  });
});

describe('todoku dead-letters', () => {
  it('lists, shows, parks and puts back', async () => {
    const id = await put(CUT);
    await put(notification(bounceOf('mio')));
    const listed = await cli.run('dead-letters', 'list', '--local');
    expect(listed.stdout).toContain(id);
    expect(listed.stdout).toContain('2 of 2 shown');
    expect(listed.stdout).not.toMatch(/mio@|hanako@/);
    const shown = await cli.run('dead-letters', 'show', id, '--local');
    expect(shown.stdout).toContain('hanako@ezweb.ne.jp');

    const replayed = await cli.run('dead-letters', 'replay', '--all', '--yes', '--local');
    expect(replayed).toMatchObject({ code: 2, stderr: '' });
    expect(replayed.stdout).toContain(`${id}  not readable: it stays  the body is not JSON`);
    expect(replayed.stdout).toContain('stored: 1');
    const setAside = await cli.run('dead-letters', 'park', id, '--local', '--lang', 'ja');
    expect(setAside).toMatchObject({ code: 0, stderr: '' });
    expect(setAside.stdout).toContain('残りの未処理メッセージ：0件');
    expect((await cli.run('dead-letters', 'list', '--local')).stdout).toContain(
      'parked: 1 (--parked shows them)',
    );
    expect((await cli.run('dead-letters', 'list', '--parked', '--local')).stdout).toContain(id);
  });

  it.each([
    [['replay'], 'either the ids of letters or --all'],
    [['replay', 'x', '--all'], 'either the ids of letters or --all'],
    [['replay', 'x', '--parked'], '--parked goes with --all'],
    [['show', 'x'], 'there is no dead letter x'],
  ])('%j is refused with what to do', async (words, text) => {
    const result = await cli.run('dead-letters', ...words, '--local');
    expect(result).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(text) });
  });
});

describe('transport direct, while the dead-letter queue refuses', () => {
  it('never takes an event for stored or kept: Lambda tries it three times, and its alarm tells of the loss', async () => {
    sqs.standing = faults.refused;
    let tries = 0;
    const failures: unknown[] = [];
    const counting: LocalHandler = (event) => {
      tries += 1;
      return ingest(event);
    };
    await invokeAsync('ingest', counting, snsEvent(bounceText({ bounce: { feedbackId: 7 } })), {
      onFailure: async (record) => void failures.push(record),
    });
    expect(tries).toBe(3);
    // The on-failure destination is handed the whole event; that the queue refuses it is DestinationDeliveryFailures.
    expect(failures).toMatchObject([{ responsePayload: { errorType: 'IngestError' } }]);
    expect(waiting()).toEqual([]);
    // Where the queue takes it after all, nothing of the event is missing.
    sqs.reset();
    const id = await put(JSON.stringify(failures[0]));
    expect(await work('replay', id)).toMatchObject({ results: [{ id, result: 'unreadable' }] });
    expect(waiting()).toHaveLength(1);
  });
});
