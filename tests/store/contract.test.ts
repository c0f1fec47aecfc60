import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proposalIdOf } from '../../lib/cases/ids.ts';
import type { Decision, Run, SuppressionCase } from '../../lib/cases/records.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { reserveRemoval } from '../../lib/store/allowances.ts';
import { casesInState, proposalOf, putCase } from '../../lib/store/cases.ts';
import { putCheckpoint, readCheckpoint } from '../../lib/store/checkpoint.ts';
import { putDecisions } from '../../lib/store/decisions.ts';
import { CaseChangedError, LeaseLostError, UnwrittenItemsError } from '../../lib/store/errors.ts';
import { eachFactOfDay, putFacts } from '../../lib/store/facts.ts';
import { releaseLease, takeLease } from '../../lib/store/lease.ts';
import { deleteMember, putMembers } from '../../lib/store/members.ts';
import { latestRuns, putRun } from '../../lib/store/runs.ts';
import { openTable, type Table } from '../../lib/store/table.ts';
import { startDynamoDbLocal } from '../../local/dynamodb.ts';
import { memoryTable } from '../support/memory-table.ts';
import { clientThat, startTable, type TestTable, tableOn } from '../support/table.ts';
import type { Fresh, Test } from './contract.ts';
import { tableCases } from './table-cases.ts';
import { trackRecordCases } from './track-record-cases.ts';

const NOW = new Date('2026-11-24T00:00:00.000Z');

const bounce = (overrides: Partial<Fact> = {}): Fact => ({
  address: 'hanako@ezweb.ne.jp',
  kind: 'bounce',
  at: '2026-11-20T01:02:03.000Z',
  id: '0106019a2b3c4d5e-11111111-2222-3333-4444-555555555555-000000',
  messageId: '0106019a2b3c4d5e-aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee-000000',
  sentAt: '2026-11-20T01:02:00.000Z',
  senderDomain: 'shop.example',
  bounceType: 'Permanent',
  bounceSubType: 'General',
  status: '5.0.0',
  action: 'failed',
  diagnosticCode: 'smtp; 550 : User unknown',
  reportingMta: 'dns; e234-10.smtp-out.ap-northeast-1.amazonses.com',
  ...overrides,
});

const delivery = (overrides: Partial<Fact> = {}): Fact => ({
  address: 'hanako@ezweb.ne.jp',
  kind: 'delivery',
  at: '2026-11-19T01:02:03.000Z',
  id: 'message-1',
  messageId: 'message-1',
  sentAt: '2026-11-19T01:02:00.000Z',
  smtpResponse: '250 OK',
  ...overrides,
});

const newCase = (overrides: Partial<SuppressionCase> = {}): SuppressionCase => ({
  address: 'hanako@ezweb.ne.jp',
  version: 0,
  state: 'proposed',
  spelling: 'Hanako@ezweb.ne.jp',
  listedReason: 'BOUNCE',
  listedAt: '2026-11-20T01:02:04.000Z',
  diagnosis: { reason: 'filtered', confidence: 'certain', rule: 'au/refused-after-data', carrier: 'au' },
  rule: 'filtered',
  proposalId: '20261120-0000000001',
  removals: [],
  updatedAt: NOW.toISOString(),
  ...overrides,
});

async function factsOfDay(store: Table, day: string): Promise<Fact[]> {
  const facts: Fact[] = [];
  for await (const fact of eachFactOfDay(store, day)) facts.push(fact);
  return facts;
}

/** What dynalite takes although DynamoDB refuses it. */
const LENIENT = ['an empty key of an index'];

/** Memory is held to the same answers as the databases: that is why tests may use it in their place. */
const engines: [string, () => Promise<TestTable | undefined>][] = [
  ['dynalite', () => startTable()],
  [
    'DynamoDB Local',
    async () => {
      const database = await startDynamoDbLocal();
      return database && tableOn(database);
    },
  ],
  ['the table in memory', async () => memoryTable()],
];

describe.each(engines)('the store on %s', (engine, start) => {
  let table: TestTable | undefined;

  beforeAll(async () => {
    table = await start();
    if (table === undefined && process.env.CI) throw new Error(`${engine} must run in CI`);
  });

  afterAll(() => table?.stop());

  const running = (): TestTable => {
    if (table === undefined) throw new Error(`${engine} cannot run here`);
    return table;
  };
  const fresh = async (now = NOW): Promise<Fresh> => {
    const { client } = running();
    const tableName = await running().fresh();
    return { client, tableName, store: openTable({ client, tableName, now: () => now }) };
  };
  const scan = async (tableName: string) =>
    (await running().client.send(new ScanCommand({ TableName: tableName }))).Items?.sort((a, b) =>
      `${a.pk}${a.sk}`.localeCompare(`${b.pk}${b.sk}`),
    );

  const test: Test = (name, body) =>
    it(name, async (context) => {
      if (table === undefined) return context.skip(`${engine} cannot run here; its contract was NOT checked`);
      await body();
    });

  tableCases(test, fresh, engine === 'dynalite' ? LENIENT : []);
  trackRecordCases(test, fresh);

  test('reads back what it recorded, under any spelling of the address', async () => {
    const { store } = await fresh();
    await putFacts(store, [bounce(), delivery()]);
    const record = await addressRecord(store, 'HANAKO@EZWEB.NE.JP.');
    expect(record.facts).toEqual(expect.arrayContaining([bounce(), delivery()]));
    expect(record).toMatchObject({ decisions: [] });
  });

  test('leaves the same table whatever the order and number of deliveries of the same events', async () => {
    const facts = [
      bounce(),
      bounce({ address: 'taro@docomo.ne.jp' }),
      delivery(),
      delivery({ at: '2026-11-19T09:00:00.000Z', id: 'message-2', messageId: 'message-2' }),
      delivery({ kind: 'open', at: '2026-11-19T10:00:00.000Z' }),
      bounce({ kind: 'complaint', id: 'feedback-2', bounceType: undefined, complaintFeedbackType: 'abuse' }),
    ];
    const reference = await fresh();
    await putFacts(reference.store, facts);
    const expected = await scan(reference.tableName);
    // A complaint is two items: one among the facts, one that is found before them.
    expect(expected).toHaveLength(6);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...facts, ...facts, ...facts], { minLength: facts.length * 3 }),
        fc.integer({ min: 1, max: 5 }),
        async (deliveries, batch) => {
          const { store, tableName } = await fresh();
          for (let start = 0; start < deliveries.length; start += batch) {
            await putFacts(store, deliveries.slice(start, start + batch));
          }
          expect(await scan(tableName)).toEqual(expected);
        },
      ),
      { numRuns: 8 },
    );
  });

  test('costs one write unit an event on the table, and one more on the day index for bounces only', async () => {
    const { store } = await fresh();
    // DynamoDB reports table and index together; dynalite counts the table alone, which shows its share is one.
    const ofBounce = engine === 'dynalite' ? 1 : 2;
    expect(await putFacts(store, [delivery()])).toBe(1);
    expect(await putFacts(store, [bounce()])).toBe(ofBounce);
    const many = Array.from({ length: 50 }, (_, index) => bounce({ address: `user${index}@ezweb.ne.jp` }));
    expect(await putFacts(store, many)).toBe(50 * ofBounce);
  });

  test('keeps what a person opened, whatever machines open on that day', async () => {
    const { store } = await fresh();
    const open = (id: string, at: string, botEvent?: string): Fact =>
      delivery({ kind: 'open', id, messageId: id, at, ...(botEvent && { botEvent }) });
    const person = open('person', '2026-11-19T10:00:00.000Z', 'Unlikely');
    const before = open('scanner', '2026-11-19T01:00:00.000Z', 'Likely');
    const after = open('scanner', '2026-11-19T23:00:00.000Z', 'Likely');
    for (const order of [
      [before, person, after],
      [after, person],
      [person, after, before],
      [after, before, person],
    ]) {
      const address = `${order.map(({ id, at }) => id[0] + at.slice(11, 13)).join('')}@ezweb.ne.jp`;
      for (const fact of order) await putFacts(store, [{ ...fact, address }]);
      expect((await addressRecord(store, address)).facts).toEqual([{ ...person, address }]);
    }
    const machines = 'machines@ezweb.ne.jp';
    for (const fact of [after, before]) await putFacts(store, [{ ...fact, address: machines }]);
    expect((await addressRecord(store, machines)).facts).toEqual([{ ...after, address: machines }]);
  });

  test('keeps the latest delivery of a day, also when it comes first', async () => {
    const { store } = await fresh();
    await putFacts(store, [delivery({ at: '2026-11-19T09:00:00.000Z' })]);
    await putFacts(store, [delivery({ at: '2026-11-19T03:00:00.000Z' })]);
    const { facts } = await addressRecord(store, 'hanako@ezweb.ne.jp');
    expect(facts.map((fact) => fact.at)).toEqual(['2026-11-19T09:00:00.000Z']);
  });

  test('expires in seconds, and leaves expired items out although the database still has them', async () => {
    const { client, store, tableName } = await fresh();
    const old = '2020-01-01T00:00:00.000Z';
    await putFacts(store, [bounce({ at: old, sentAt: old }), bounce()]);
    const items = await scan(tableName);
    expect(items?.map((item) => item.expiresAt)).toEqual([
      // Older than facts are kept: 60 days from the end of the day of its receipt.
      NOW.getTime() / 1000 + 61 * 86_400,
      Math.floor(Date.parse('2026-11-20T01:02:03.000Z') / 1000) + 400 * 86_400,
    ]);
    expect((await addressRecord(store, 'hanako@ezweb.ne.jp')).facts).toHaveLength(2);
    const later = openTable({ client, tableName, now: () => new Date(NOW.getTime() + 61 * 86_400_000) });
    expect((await addressRecord(later, 'hanako@ezweb.ne.jp')).facts).toEqual([bounce()]);
  });

  test('keeps a bounce whose server has its clock years behind as long as any', async () => {
    const { store, tableName } = await fresh();
    const behind = bounce({ at: '2024-01-01T00:00:00.000Z' });
    await putFacts(store, [behind]);
    expect((await scan(tableName))?.[0]?.expiresAt).toBe(
      Math.floor(Date.parse(behind.sentAt) / 1000) + 400 * 86_400,
    );
    expect((await addressRecord(store, 'hanako@ezweb.ne.jp')).facts).toEqual([behind]);
  });

  test('never forgets a complaint, but what is none', async () => {
    const { client, store, tableName } = await fresh();
    const complaint = { kind: 'complaint', bounceType: undefined, bounceSubType: undefined } as const;
    const reported = bounce({ ...complaint, id: '1', complaintFeedbackType: 'abuse' });
    const spread = bounce({ ...complaint, id: '2', candidate: true });
    const praise = bounce({ ...complaint, id: '3', complaintFeedbackType: 'not-spam' });
    const dropped = bounce({ ...complaint, id: '4', complaintSubType: 'OnAccountSuppressionList' });
    await putFacts(store, [reported, spread, praise, dropped, bounce()]);
    const later = openTable({ client, tableName, now: () => new Date('2036-01-01T00:00:00.000Z') });
    const { facts } = await addressRecord(later, 'hanako@ezweb.ne.jp');
    expect(facts.map((fact) => fact.id)).toEqual(['1', '2']);
  });

  test('finds a day’s bounces and complaints through the index, not its deliveries', async () => {
    const { store } = await fresh();
    const many = Array.from({ length: 30 }, (_, index) => bounce({ address: `user${index}@ezweb.ne.jp` }));
    await putFacts(store, [...many, delivery({ at: '2026-11-20T05:00:00.000Z' })]);
    const found = await factsOfDay(store, '2026-11-20');
    expect(found.map((fact) => fact.address).sort()).toEqual(many.map((fact) => fact.address).sort());
    expect(found[0]).toMatchObject({ kind: 'bounce', diagnosticCode: 'smtp; 550 : User unknown' });
    expect(await factsOfDay(store, '2026-11-19')).toEqual([]);
  });

  test('reads of mails dropped by the list the newest thousand, and all else', async () => {
    const { store } = await fresh();
    const dropped = (index: number) =>
      bounce({
        id: `dropped-${index}`,
        at: new Date(Date.parse('2026-11-21T00:00:00.000Z') + index * 1_000).toISOString(),
        bounceSubType: 'OnAccountSuppressionList',
        // As long as SES writes it: some 800 of them are a page.
        diagnosticCode: 'Amazon SES did not send the message to this address. '.repeat(16),
      });
    const record = async () => addressRecord(store, 'hanako@ezweb.ne.jp');
    await putFacts(store, [
      bounce(),
      delivery(),
      ...Array.from({ length: 1_000 }, (_, index) => dropped(index)),
    ]);
    await putCase(store, newCase(), undefined);
    await putMembers(store, [{ address: 'hanako@ezweb.ne.jp', since: '2024-05-01', source: 'members.csv' }]);
    expect((await record()).facts).toHaveLength(1_002);
    expect(await record()).not.toHaveProperty('droppedMore');

    await putFacts(
      store,
      Array.from({ length: 30 }, (_, index) => dropped(1_000 + index)),
    );
    const { facts, case: known, member, droppedMore } = await record();
    expect(droppedMore).toBe(true);
    expect(facts).toEqual(expect.arrayContaining([bounce(), delivery(), dropped(1_029), dropped(30)]));
    expect(facts).toHaveLength(1_002);
    expect([known?.state, member?.source]).toEqual(['proposed', 'members.csv']);
  });

  test('refuses a case written on top of an older version', async () => {
    const { store } = await fresh();
    const first = await putCase(store, newCase(), undefined);
    expect(first.version).toBe(1);
    await expect(putCase(store, newCase(), undefined)).rejects.toThrow(CaseChangedError);
    const second = await putCase(store, { ...first, state: 'rejected' }, first);
    expect(second.version).toBe(2);
    await expect(putCase(store, { ...first, state: 'removing' }, first)).rejects.toThrow(CaseChangedError);
    expect((await addressRecord(store, 'hanako@ezweb.ne.jp')).case).toEqual(second);
  });

  test('lists cases by state while they wait, page by page, and finds a proposal by its id', async () => {
    const { store } = await fresh();
    for (let index = 0; index < 5; index += 1) {
      const address = `user${index}@ezweb.ne.jp`;
      const listedAt = `2026-11-1${index}T00:00:00.000Z`;
      await putCase(
        store,
        newCase({ address, listedAt, proposalId: proposalIdOf(address, listedAt) }),
        undefined,
      );
    }
    const first = await casesInState(store, 'proposed', { limit: 3 });
    const second = await casesInState(store, 'proposed', {
      limit: 3,
      ...(first.next && { from: first.next }),
    });
    const all = [...first.items, ...second.items];
    expect(all.map((each) => each.address)).toEqual(
      [0, 1, 2, 3, 4].map((index) => `user${index}@ezweb.ne.jp`),
    );
    const wanted = all[2];
    expect(await proposalOf(store, wanted?.proposalId ?? '')).toEqual(wanted);
    expect(await proposalOf(store, '20260101-ffffffffff')).toBeUndefined();

    if (wanted) await putCase(store, { ...wanted, state: 'closed', proposalId: undefined }, wanted);
    expect((await casesInState(store, 'proposed')).items).toHaveLength(4);
  });

  test('finds kept cases once they fall due', async () => {
    const { store } = await fresh();
    const kept = { state: 'kept', proposalId: undefined } as const;
    await putCase(
      store,
      newCase({ ...kept, address: 'a@au.com', dueAt: '2026-11-23T00:00:00.000Z' }),
      undefined,
    );
    await putCase(
      store,
      newCase({ ...kept, address: 'b@au.com', dueAt: '2026-11-25T00:00:00.000Z' }),
      undefined,
    );
    await putCase(store, newCase({ ...kept, address: 'c@au.com' }), undefined);
    const due = await casesInState(store, 'kept', { dueBefore: NOW.toISOString() });
    expect(due.items.map((each) => each.address)).toEqual(['a@au.com']);
  });

  test('appends decisions once however often they are repeated', async () => {
    const { store } = await fresh();
    const decision: Decision = {
      address: 'hanako@ezweb.ne.jp',
      at: NOW.toISOString(),
      id: 'propose:filtered:1',
      by: 'cleanup',
      action: 'propose',
      rule: 'filtered',
      because: { ja: '理由', en: 'reason' },
      evidence: [{ kind: 'reply', weight: 3, source: 'rule', text: { ja: '応答', en: 'reply' } }],
    };
    await putDecisions(store, [decision, decision]);
    await putDecisions(store, [decision]);
    expect((await addressRecord(store, 'hanako@ezweb.ne.jp')).decisions).toEqual([decision]);
  });

  test('remembers and forgets members', async () => {
    const { store } = await fresh();
    await putMembers(store, [{ address: 'Hanako@ezweb.ne.jp', since: '2024-05-01', source: 'members.csv' }]);
    expect((await addressRecord(store, 'hanako@ezweb.ne.jp')).member).toEqual({
      since: '2024-05-01',
      source: 'members.csv',
    });
    await deleteMember(store, 'hanako@ezweb.ne.jp');
    expect((await addressRecord(store, 'hanako@ezweb.ne.jp')).member).toBeUndefined();
  });

  test('never grants more removals a day than allowed, however many ask at once', async () => {
    const { store } = await fresh();
    const grants = await Promise.all(
      Array.from({ length: 12 }, () => reserveRemoval(store, '2026-11-24', 5)),
    );
    expect(grants.filter(Boolean)).toHaveLength(5);
    expect(await reserveRemoval(store, '2026-11-25', 5)).toBe(true);
    expect(await reserveRemoval(store, '2026-11-26', 0)).toBe(false);
  });

  test('lets one run hold the lease, and the next once it ended or was given back', async () => {
    const { store } = await fresh();
    const first = await takeLease(store, 'run-1', NOW, 1_000);
    expect(first?.fence).toBe(1);
    expect(await takeLease(store, 'run-2', NOW, 1_000)).toBeUndefined();
    const later = new Date(NOW.getTime() + 2_000);
    expect((await takeLease(store, 'run-2', later, 1_000))?.fence).toBe(2);
    await releaseLease(store, 'run-1');
    expect(await takeLease(store, 'run-3', later, 1_000)).toBeUndefined();
    await releaseLease(store, 'run-2');
    expect((await takeLease(store, 'run-3', later, 1_000))?.fence).toBe(3);
  });

  test('answers the latest runs first and keeps the checkpoint', async () => {
    const { store } = await fresh();
    const run: Run = {
      startedAt: '2026-11-23T00:00:00.000Z',
      id: 'run-1',
      mode: 'propose',
      full: true,
      counts: { proposed: 3 },
      limits: [{ limit: 'removals-per-run', because: { ja: '上限', en: 'limit' } }],
    };
    await putRun(store, run);
    await putRun(store, { ...run, startedAt: '2026-11-24T00:00:00.000Z', id: 'run-2' });
    expect((await latestRuns(store, 5)).map((each) => each.id)).toEqual(['run-2', 'run-1']);
    expect(await readCheckpoint(store)).toEqual({});
    await putCheckpoint(store, { walkedUntil: '2026-11-24T00:00:00.000Z', listed: 7 }, 2);
    // A run that lost its lease to a later one must not move the checkpoint.
    await expect(putCheckpoint(store, {}, 1)).rejects.toThrow(LeaseLostError);
    expect(await readCheckpoint(store)).toEqual({ walkedUntil: '2026-11-24T00:00:00.000Z', listed: 7 });
  });

  test('ends with its last caller', async () => {
    const { endpoint } = running();
    await running().stop();
    if (endpoint !== '') await expect(fetch(endpoint)).rejects.toThrow();
  });
});

describe('a day of the index', () => {
  it('is read a page at a time, whatever its size', async () => {
    const pages = 10;
    let asked = 0;
    const long = clientThat(async ({ input }: { input: { ExclusiveStartKey?: { page: number } } }) => {
      asked += 1;
      const page = input.ExclusiveStartKey?.page ?? 0;
      const Items = Array.from({ length: 100 }, (_, index) => bounce({ id: `${page}-${index}` }));
      return { Items, ...(page + 1 < pages && { LastEvaluatedKey: { page: page + 1 } }) };
    });
    const store = openTable({ client: long, tableName: 'table', now: () => NOW });
    let seen = 0;
    for await (const _ of eachFactOfDay(store, '2026-11-20')) {
      seen += 1;
      // The first page of each of the eight shards, then one more whenever one is used up.
      expect(asked).toBeLessThanOrEqual(8 + Math.floor(seen / 100));
    }
    expect([seen, asked]).toEqual([8 * pages * 100, 8 * pages]);
  });
});

describe('batch writes', () => {
  it('repeat what DynamoDB leaves unprocessed, and fail loudly when it never takes it', async () => {
    const answers: number[] = [];
    const stubborn = clientThat(async (sent: { input: { RequestItems: Record<string, unknown[]> } }) => {
      const [requests = []] = Object.values(sent.input.RequestItems);
      answers.push(requests.length);
      return { UnprocessedItems: { table: requests.slice(0, -1) } };
    });
    const store = openTable({ client: stubborn, tableName: 'table', now: () => NOW, sleep: async () => {} });
    await putFacts(store, [bounce(), bounce({ id: '2' }), bounce({ id: '3' })]);
    expect(answers).toEqual([3, 2, 1]);
    const many = Array.from({ length: 20 }, (_, index) => bounce({ id: String(index) }));
    await expect(putFacts(store, many)).rejects.toThrow(UnwrittenItemsError);
  });
});
