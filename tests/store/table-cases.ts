import {
  BatchGetCommand,
  BatchWriteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/lib-dynamodb';
import { expect } from 'vitest';
import { noneOrExpired } from '../../lib/store/cases.ts';
import { UnwrittenItemsError } from '../../lib/store/errors.ts';
import { unlessLaterExists } from '../../lib/store/facts.ts';
import type { Item } from '../../lib/store/items.ts';
import { INDEXES } from '../../lib/store/keys.ts';
import { openTable, partitionQuery, type Query, versionIs } from '../../lib/store/table.ts';
import { clientThat } from '../support/table.ts';
import type { Fresh, Test } from './contract.ts';

const SECONDS = Date.parse('2026-11-24T00:00:00.000Z') / 1000;
const item = (sk: string, rest: object = {}): Item => ({ pk: 'P', sk, ...rest });
const waiting = (sk: string, stateSort: string): Item => item(sk, { stateKey: 'STATE#kept', stateSort });
const STATE: Query = {
  IndexName: INDEXES.byState,
  KeyConditionExpression: 'stateKey = :state',
  ExpressionAttributeValues: { ':state': 'STATE#kept' },
};
const DAY: Query = {
  IndexName: INDEXES.byDay,
  KeyConditionExpression: 'dayKey = :day',
  ExpressionAttributeValues: { ':day': 'DAY#2026-11-24#0' },
};
/** `a`, `b` and so on. */
const letters = (count: number) =>
  Array.from({ length: count }, (_, index) => String.fromCharCode(97 + index));
const names = (items: readonly Item[]) => items.map(({ sk }) => sk);

/**
 * What the code relies on of a table, whoever keeps it: values, order, pages, conditions, indexes, batches, refusals.
 *
 * @param lenient what this table takes although DynamoDB refuses it.
 */
export function tableCases(test: Test, fresh: () => Promise<Fresh>, lenient: readonly string[]): void {
  test('gives back every kind of value, and leaves out what is undefined', async () => {
    const { store } = await fresh();
    const whole = item('a', {
      text: '絵文字 😀',
      empty: '',
      number: -1.5,
      zero: 0,
      yes: true,
      nothing: null,
      list: ['a', { deep: [1, 2] }, []],
      map: { inner: { empty: {} } },
      bytes: new Uint8Array([0, 1, 255]),
    });
    await store.put({ ...whole, absent: undefined });
    expect(await store.get({ pk: 'P', sk: 'a' })).toEqual(whole);
    expect(Object.keys((await store.get({ pk: 'P', sk: 'a' })) ?? {})).not.toContain('absent');
    expect(await store.get({ pk: 'P', sk: 'b' })).toBeUndefined();
  });

  test('hands out nobody else’s object', async () => {
    const { store } = await fresh();
    const written = { ...item('a'), list: ['first'] };
    await store.put(written);
    written.list.push('second');
    const read = await store.get({ pk: 'P', sk: 'a' });
    expect(read).toEqual(item('a', { list: ['first'] }));
    (read as unknown as typeof written).list.push('third');
    expect(await store.get({ pk: 'P', sk: 'a' })).toEqual(item('a', { list: ['first'] }));
  });

  test('orders a partition by the bytes of its sort keys, forwards and backwards, between two of them', async () => {
    const { store } = await fresh();
    // In UTF-16 the emoji would stand before the full-width tilde.
    const ordered = ['A', 'A#1', 'B', 'a', 'é', 'あ', '～', '😀'];
    await store.putAll([...ordered].reverse().map((sk) => item(sk)));
    await store.put({ pk: 'other', sk: 'A' });
    expect(names(await store.query(partitionQuery('P')))).toEqual(ordered);
    const backwards = { ...partitionQuery('P'), ScanIndexForward: false };
    expect(names(await store.query(backwards))).toEqual([...ordered].reverse());
    expect(names(await store.query(partitionQuery('P', { from: 'A#', to: 'a' })))).toEqual(['A#1', 'B', 'a']);
  });

  test('ends a page at its limit, and goes on from a key whose item is gone', async () => {
    const { store } = await fresh();
    await store.putAll(letters(5).map((sk) => waiting(sk, sk)));
    for (const [forwards, query] of [
      [true, partitionQuery('P')],
      [false, { ...partitionQuery('P'), ScanIndexForward: false }],
      [true, STATE],
      [false, { ...STATE, ScanIndexForward: false }],
    ] as const) {
      const expected = forwards ? letters(5) : letters(5).reverse();
      const first = await store.page({ ...query, Limit: 2 });
      expect(names(first.items)).toEqual(expected.slice(0, 2));
      expect(first.next).toMatchObject({ pk: 'P', sk: expected[1] });
      await store.delete({ pk: 'P', sk: expected[1] ?? '' });
      const second = await store.page({ ...query, Limit: 3 }, first.next);
      expect(names(second.items)).toEqual(expected.slice(2));
      // A full page may be the last: the database does not look.
      const third = second.next && (await store.page({ ...query, Limit: 3 }, second.next));
      expect(third?.items ?? []).toEqual([]);
      await store.put(waiting(expected[1] ?? '', expected[1] ?? ''));
    }
  });

  test('names in the key of a page of an index its own key and the table’s, and nothing more', async () => {
    const { client, tableName, store } = await fresh();
    await store.putAll(letters(3).map((sk) => ({ ...waiting(sk, sk), more: 'x' })));
    const query = (input: Query) =>
      client.send(new QueryCommand({ TableName: tableName, ...input, Limit: 1 }));
    const { LastEvaluatedKey: ofIndex } = await query(STATE);
    expect(ofIndex).toEqual({ pk: 'P', sk: 'a', stateKey: 'STATE#kept', stateSort: 'a' });
    const { LastEvaluatedKey: ofTable } = await query(partitionQuery('P'));
    expect(ofTable).toEqual({ pk: 'P', sk: 'a' });
  });

  test('cuts pages at 1 MB, of the table and of the whole of it, and gives everything once', async () => {
    const { client, tableName, store } = await fresh();
    await store.putAll(letters(6).map((sk) => item(sk, { text: 'x'.repeat(300_000) })));
    const pages: unknown[][] = [];
    for await (const page of store.pages(partitionQuery('P'))) pages.push(names(page));
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat()).toEqual(letters(6));
    const scanned: Item[] = [];
    let asked = 0;
    for (let next: Item | undefined, first = true; first || next !== undefined; first = false, asked += 1) {
      const page = await client.send(new ScanCommand({ TableName: tableName, ExclusiveStartKey: next }));
      scanned.push(...(page.Items ?? []));
      next = page.LastEvaluatedKey;
    }
    expect(asked).toBeGreaterThan(1);
    expect(names(scanned).toSorted()).toEqual(letters(6));
  });

  test('counts what it reads before the filter, and counts without items', async () => {
    const { client, tableName, store } = await fresh();
    await store.putAll(letters(6).map((sk, index) => item(sk, { kind: index % 2 === 0 ? 'odd' : 'even' })));
    const filtered: Query = {
      ...partitionQuery('P'),
      FilterExpression: '#kind = :even',
      ExpressionAttributeNames: { '#kind': 'kind' },
      ExpressionAttributeValues: { ':pk': 'P', ':even': 'even' },
      Limit: 4,
    };
    const page = await client.send(new QueryCommand({ TableName: tableName, ...filtered }));
    expect([page.Count, page.ScannedCount, names(page.Items ?? [])]).toEqual([2, 4, ['b', 'd']]);
    expect(names(await store.query(filtered))).toEqual(['b', 'd', 'f']);
    expect(await store.count(partitionQuery('P'), 4)).toEqual({ count: 4, more: true });
    expect(await store.count(partitionQuery('P'), 100)).toEqual({ count: 6, more: false });
    expect(await store.count(partitionQuery('none'), 4)).toEqual({ count: 0, more: false });
  });

  test('leaves expired items out of every read, and out of no count', async () => {
    const { store } = await fresh();
    const expired = { ...waiting('old', '1'), expiresAt: SECONDS - 1 };
    const lives = { ...waiting('young', '2'), expiresAt: SECONDS + 1 };
    await store.putAll([expired, lives]);
    const keys = ['old', 'young'].map((sk) => ({ pk: 'P', sk }));
    expect(await store.get({ pk: 'P', sk: 'old' })).toBeUndefined();
    expect(await store.getAll(keys)).toEqual([lives]);
    expect(await store.getWithin(keys, 60_000)).toEqual({ items: [lives], unread: 0 });
    for (const query of [partitionQuery('P'), STATE]) {
      expect(await store.query(query)).toEqual([lives]);
      expect((await store.page(query)).items).toEqual([lives]);
    }
    expect((await store.scan({})).items).toEqual([lives]);
    expect((await store.count(STATE, 10)).count).toBe(2);
    expect(await store.delete({ pk: 'P', sk: 'old' })).toBeUndefined();
    expect(await store.delete({ pk: 'P', sk: 'young' })).toEqual(lives);
    expect(await store.delete({ pk: 'P', sk: 'young' })).toBeUndefined();
  });

  test('writes on a condition: none was there, one expired, the version that was read', async () => {
    const { store } = await fresh();
    const now = new Date(SECONDS * 1000);
    const puts = async (version: number, condition: Parameters<typeof store.putIf>[1], rest: object = {}) =>
      (await store.putIf(item('a', { version, ...rest }), condition)).written;
    expect(await puts(1, versionIs(3))).toBe(false);
    expect(await store.get({ pk: 'P', sk: 'a' })).toBeUndefined();
    expect(await puts(1, versionIs(undefined))).toBe(true);
    expect(await puts(2, versionIs(undefined))).toBe(false);
    expect(await puts(2, noneOrExpired(now))).toBe(false);
    expect(await puts(2, versionIs(1), { expiresAt: SECONDS + 1 })).toBe(true);
    expect(await puts(3, noneOrExpired(now))).toBe(false);
    expect(await puts(3, versionIs(2), { expiresAt: SECONDS })).toBe(true);
    expect(await puts(4, noneOrExpired(now))).toBe(true);
    // A version that is text is another version.
    await store.put(item('a', { version: '4' }));
    expect(await puts(5, versionIs(4))).toBe(false);
  });

  test('lets of two events of a day the later stand, and a person’s before a machine’s', async () => {
    const { store } = await fresh();
    const moment = (minute: number) => `2026-11-24T00:0${minute}:00.000Z`;
    const versions = ['delivery', 'person', 'machine'].flatMap((who) =>
      [1, 2].flatMap((minute) =>
        ['a', 'b'].map((id) => ({
          at: moment(minute),
          id,
          kind: who === 'delivery' ? 'delivery' : 'open',
          ...(who === 'machine' && { botEvent: 'Likely' }),
        })),
      ),
    );
    const rank = ({ at, id, ...rest }: (typeof versions)[number]) =>
      `${'botEvent' in rest ? 0 : 1}#${at}#${id}`;
    const pairs = versions.flatMap((there) =>
      versions.filter(({ kind }) => kind === there.kind).map((comes) => ({ there, comes })),
    );
    await store.putAll(pairs.map(({ there }, index) => item(String(index), there)));
    const written = await Promise.all(
      pairs.map(async ({ comes }, index) => {
        const coming = item(String(index), comes);
        return (await store.putIf(coming, unlessLaterExists(coming))).written;
      }),
    );
    expect(pairs.map((pair, index) => [pair, written[index]])).toEqual(
      pairs.map((pair) => [pair, rank(pair.there) < rank(pair.comes)]),
    );
  });

  test('changes an item in place, makes it where there was none, and answers it whole', async () => {
    const { store } = await fresh();
    const Key = { pk: 'P', sk: 'a' };
    const change = {
      Key,
      UpdateExpression: 'SET #a = :a, #b = :b ADD #n :one',
      ExpressionAttributeNames: { '#a': 'a', '#b': 'b', '#n': 'n' },
      ExpressionAttributeValues: { ':a': 'A', ':b': ['B'], ':one': 1 },
    };
    expect(await store.update(change)).toEqual(item('a', { a: 'A', b: ['B'], n: 1 }));
    expect(await store.update(change)).toEqual(item('a', { a: 'A', b: ['B'], n: 2 }));
    const removal = {
      Key,
      UpdateExpression: 'REMOVE #a, #b',
      ConditionExpression: '#n = :two',
      ExpressionAttributeNames: { '#a': 'a', '#b': 'b', '#n': 'n' },
      ExpressionAttributeValues: { ':two': 2 },
    };
    expect(await store.update(removal)).toEqual(item('a', { n: 2 }));
    await store.update(change);
    expect(await store.update(removal)).toBeUndefined();
    expect(await store.get(Key)).toEqual(item('a', { a: 'A', b: ['B'], n: 3 }));
  });

  test('has in an index what has both of its keys, follows them, and carries what the index carries', async () => {
    const { store } = await fresh();
    await store.putAll([
      waiting('a', '2'),
      waiting('b', '1'),
      item('c'),
      item('d', { stateKey: 'STATE#kept' }),
    ]);
    expect(names(await store.query(STATE))).toEqual(['b', 'a']);
    await store.put(waiting('b', '3'));
    expect(names(await store.query(STATE))).toEqual(['a', 'b']);
    await store.put(item('a'));
    await store.delete({ pk: 'P', sk: 'b' });
    expect(await store.query(STATE)).toEqual([]);
    const dayKeys = { dayKey: 'DAY#2026-11-24#0', daySort: 'x' };
    await store.put(item('e', { ...dayKeys, address: 'a@au.com', smtpResponse: 'not carried', version: 1 }));
    expect(await store.query(DAY)).toEqual([item('e', { ...dayKeys, address: 'a@au.com' })]);
    const until: Query = { ...STATE, KeyConditionExpression: 'stateKey = :state AND stateSort < :until' };
    const values = { ':state': 'STATE#kept', ':until': '2' };
    await store.putAll([waiting('f', '1'), waiting('g', '2')]);
    expect(names(await store.query({ ...until, ExpressionAttributeValues: values }))).toEqual(['f']);
  });

  test('reads and writes more than fits into one batch, and of two items with one key keeps the later', async () => {
    const { store } = await fresh();
    const many = Array.from({ length: 130 }, (_, index) => item(String(index)));
    await store.putAll([...many, item('7', { later: true })]);
    const keys = [...many, item('none')].map(({ sk }) => ({ pk: 'P', sk: String(sk) }));
    expect(await store.getAll(keys)).toHaveLength(130);
    expect(await store.getWithin(keys, 60_000)).toMatchObject({ unread: 0 });
    expect(await store.get({ pk: 'P', sk: '7' })).toEqual(item('7', { later: true }));
  });

  test('writes and reads again what was left unprocessed of a batch', async () => {
    const { client, tableName } = await fresh();
    const attempts: number[] = [];
    // Takes seven of a batch at most, as a table does whose capacity is used up.
    const busy = clientThat<BatchWriteCommand | BatchGetCommand>(async (command) => {
      if (command instanceof BatchWriteCommand) {
        const [[table = '', all = []] = []] = Object.entries(command.input.RequestItems ?? {});
        attempts.push(all.length);
        const answer = await client.send(
          new BatchWriteCommand({ ...command.input, RequestItems: { [table]: all.slice(0, 7) } }),
        );
        return { ...answer, UnprocessedItems: { [table]: all.slice(7) } };
      }
      const [[table = '', asked] = []] = Object.entries(command.input.RequestItems ?? {});
      const Keys = asked?.Keys ?? [];
      attempts.push(Keys.length);
      const answer = await client.send(
        new BatchGetCommand({ RequestItems: { [table]: { ...asked, Keys: Keys.slice(0, 7) } } }),
      );
      const left = Keys.slice(7);
      return { ...answer, ...(left.length > 0 && { UnprocessedKeys: { [table]: { Keys: left } } }) };
    });
    const options = { tableName, now: () => new Date(SECONDS * 1000), sleep: async () => {} };
    const store = openTable({ client: busy, ...options });
    const many = letters(20).map((sk) => item(sk));
    expect(await store.putAll(many)).toBe(20);
    const keys = many.map(({ sk }) => ({ pk: 'P', sk: String(sk) }));
    expect(names(await store.getAll(keys)).toSorted()).toEqual(letters(20));
    expect(attempts).toEqual([20, 13, 6, 20, 13, 6]);
    const refuses = clientThat(async ({ input }: BatchWriteCommand) => ({
      UnprocessedItems: input.RequestItems,
    }));
    await expect(openTable({ client: refuses, ...options }).putAll(many)).rejects.toThrow(
      UnwrittenItemsError,
    );
  });

  test('refuses what DynamoDB refuses', async () => {
    const { client, tableName: TableName, store } = await fresh();
    const put = (Item: Item) => client.send(new PutCommand({ TableName, Item }));
    const write = (items: readonly Item[]) =>
      client.send(
        new BatchWriteCommand({
          RequestItems: { [TableName]: items.map((Item) => ({ PutRequest: { Item } })) },
        }),
      );
    const read = (Keys: Item[]) =>
      client.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys } } }));
    const query = (input: object) =>
      client.send(new QueryCommand({ TableName, ...partitionQuery('P'), ...input }));
    const many = (count: number) => Array.from({ length: count }, (_, index) => item(String(index)));
    const refusals: Record<string, () => Promise<unknown>> = {
      'an item above 400 KB': () => put(item('a', { text: 'x'.repeat(410_000) })),
      'an empty key': () => put(item('')),
      'no key': () => put({ pk: 'P' }),
      'a key that is no text': () => put({ pk: 'P', sk: 1 }),
      'an empty key of an index': () => put(waiting('a', '')),
      'a key of an index that is no text': () => put(item('a', { stateKey: 'STATE#kept', stateSort: 1 })),
      '26 writes': () => write(many(26)),
      'no write': () => write([]),
      'one key written twice': () => write([item('a'), item('a')]),
      '101 reads': () => read(many(101)),
      'one key read twice': () => read([item('a'), item('a')]),
      'a limit of none': () => query({ Limit: 0 }),
      'a consistent read of an index': () => query({ ...STATE, ConsistentRead: true }),
      'an index that is not there': () => query({ ...STATE, IndexName: 'none' }),
      'a name that is not used': () => query({ ExpressionAttributeNames: { '#a': 'a' } }),
      'a value that is not given': () => query({ KeyConditionExpression: 'pk = :other' }),
    };
    const taken: string[] = [];
    for (const [what, call] of Object.entries(refusals)) {
      const answer = await call().catch(({ name }: Error) => name);
      if (answer !== 'ValidationException') taken.push(what);
    }
    expect(taken).toEqual(lenient);
    const elsewhere = client.send(new GetCommand({ TableName: 'elsewhere', Key: { pk: 'P', sk: 'a' } }));
    await expect(elsewhere).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const outdated = new PutCommand({ TableName, Item: item('a'), ...versionIs(1) });
    await expect(client.send(outdated)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    if (lenient.length === 0) expect((await store.scan({})).items).toEqual([]);
  });
}
