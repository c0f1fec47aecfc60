import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setClock } from '../../lib/clock.ts';
import { VERSION } from '../../lib/version.ts';
import { useLocalEnvironment, useTable } from '../support/environment.ts';
import { memoryTable } from '../support/memory-table.ts';
import type { TestTable } from '../support/table.ts';

const DAY = 86_400_000;
const SOURCE = 'members.csv';
// Loaded after the environment is set: the logger reads it then.
useLocalEnvironment();
const { handler } = await import('../../functions/members.ts');

let table: TestTable;
let clock = Date.parse('2026-11-24T00:00:00.000Z');

beforeAll(async () => {
  table = memoryTable();
  setClock(() => clock);
});

beforeEach(async () => {
  clock = Date.parse('2026-11-24T00:00:00.000Z');
  useLocalEnvironment();
  await useTable(table);
});

afterAll(async () => {
  setClock();
  await table.stop();
});

describe('storing members', () => {
  it('keeps address, dates and source, and nothing else', async () => {
    await handler({
      put: [
        {
          address: ' "Hanako" <Hanako@EZweb.ne.jp> ',
          since: '2024-05-01T00:00:00+09:00',
          lastSeen: '2026-10-02T00:00:00Z',
          source: SOURCE,
        },
      ],
    });
    const expiresAt = clock / 1000 + 400 * 86_400;
    expect(await table.scan()).toEqual([
      {
        pk: 'ADDRESS#hanako@ezweb.ne.jp',
        sk: 'MEMBER',
        since: '2024-04-30T15:00:00.000Z',
        lastSeen: '2026-10-02T00:00:00.000Z',
        source: SOURCE,
        expiresAt,
      },
    ]);
  });

  it('answers each refused row by its index, and stores all the others', async () => {
    const source = SOURCE;
    const answer = await handler({
      put: [
        { address: 'a..b.@docomo.ne.jp', since: '2024-05-01T00:00:00Z', source },
        { address: 'nobody', source },
        { address: '@shop.example', source },
        { address: 'one@shop.example, two@shop.example', source },
        { address: '  ', source },
        { address: `${'x'.repeat(990)}@shop.example`, source },
        { address: 'later@shop.example', since: '2027-01-01T00:00:00Z', source },
        { address: 'when@shop.example', since: 'last spring', source },
        { address: 'more@shop.example', phone: '090-0000-0000', source },
        { address: 'nowhere@shop.example' },
        'text',
        { address: 'taro@shop.example', since: '2024-05-01T00:00:00Z', source },
      ],
    });
    expect(answer).toEqual({
      version: VERSION,
      stored: 2,
      undated: 0,
      rejected: [
        { index: 1, reason: 'not-an-address' },
        { index: 2, reason: 'not-an-address' },
        { index: 3, reason: 'not-an-address' },
        { index: 4, reason: 'no-address' },
        { index: 5, reason: 'address-too-long' },
        { index: 6, reason: 'date-in-the-future' },
        { index: 7, reason: 'not-a-date' },
        { index: 8, reason: 'wrong-fields' },
        { index: 9, reason: 'wrong-fields' },
        { index: 10, reason: 'wrong-fields' },
      ],
    });
    expect((await table.scan()).map((item) => item.pk)).toEqual([
      'ADDRESS#a..b.@docomo.ne.jp',
      'ADDRESS#taro@shop.example',
    ]);
  });

  it('renews the expiry, and replaces what was known', async () => {
    await handler({ put: [{ address: 'a@shop.example', since: '2024-05-01T00:00:00Z', source: 'old' }] });
    clock += 100 * DAY;
    await handler({ put: [{ address: 'A@shop.example', since: '2023-05-01T00:00:00Z', source: 'new' }] });
    expect(await handler({ show: 'a@shop.example' })).toEqual({
      address: 'a@shop.example',
      member: {
        since: '2023-05-01T00:00:00.000Z',
        source: 'new',
        expiresAt: new Date(clock + 400 * DAY).toISOString(),
      },
      version: VERSION,
    });
  });

  it('takes a customer without a date from the first import on, not from the latest', async () => {
    const put = [{ address: 'a@shop.example', source: SOURCE }];
    const first = new Date(clock).toISOString();
    expect(await handler({ put })).toMatchObject({ stored: 1, undated: 1 });
    clock += 30 * DAY;
    expect(await handler({ put })).toMatchObject({ stored: 1, undated: 0 });
    expect(await handler({ show: 'a@shop.example' })).toMatchObject({ member: { since: first } });
  });

  it('lets the last of several rows of one address stay', async () => {
    await handler({
      put: [
        { address: 'a@shop.example', since: '2020-01-01T00:00:00Z', source: 'first' },
        { address: 'A@shop.example', since: '2021-01-01T00:00:00Z', source: 'second' },
        { address: 'a@shop.example', source: 'third' },
      ],
    });
    expect(await handler({ show: 'a@shop.example' })).toMatchObject({
      member: { since: '2021-01-01T00:00:00.000Z', source: 'third' },
    });
  });
});

describe('one member', () => {
  it('is asked for in any spelling that a form or an IME leaves, or refused with what was probably meant', async () => {
    await handler({ put: [{ address: '<hana\u00adko@ezweb.ne.jp>、', source: SOURCE }] });
    expect(await handler({ show: 'ｈａｎａｋｏ＠ｅｚｗｅｂ．ｎｅ．ｊｐ\ufeff' })).toMatchObject({
      address: 'hanako@ezweb.ne.jp',
      member: { source: SOURCE },
    });
    await expect(handler({ remove: 'hanako@ezweb,ne,jp' })).rejects.toThrow(
      '「h***@ezweb.ne.jp」ではありませんか',
    );
  });

  it('is forgotten on request, once', async () => {
    await handler({ put: [{ address: 'a@shop.example', source: SOURCE }] });
    expect(await handler({ remove: 'A@shop.example' })).toEqual({
      address: 'a@shop.example',
      removed: true,
      version: VERSION,
    });
    expect(await handler({ remove: 'a@shop.example' })).toEqual({
      address: 'a@shop.example',
      removed: false,
      version: VERSION,
    });
    expect(await handler({ show: 'a@shop.example' })).toEqual({
      address: 'a@shop.example',
      version: VERSION,
    });
  });

  it('is unknown after its expiry, although DynamoDB still has the item', async () => {
    await handler({ put: [{ address: 'a@shop.example', source: SOURCE }] });
    clock += 401 * DAY;
    expect(await handler({ show: 'a@shop.example' })).toEqual({
      address: 'a@shop.example',
      version: VERSION,
    });
    expect(await handler({ remove: 'a@shop.example' })).toMatchObject({ removed: false });
  });
});

describe('a request it does not understand', () => {
  it.each([
    {},
    { put: [] },
    { put: Array.from({ length: 1001 }, () => ({ address: 'a@shop.example', source: SOURCE })) },
    { show: 'a@shop.example', remove: 'a@shop.example' },
    { list: true },
    { show: '' },
  ])('is refused as a whole (%#)', async (request) => {
    await expect(handler(request)).rejects.toThrow(/wrong request/);
    expect(await table.scan()).toEqual([]);
  });
});
