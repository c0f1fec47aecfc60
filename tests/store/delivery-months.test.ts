import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fact } from '../../lib/mails/fact.ts';
import { deliveryMonths, noteDeliveries, recordedSince } from '../../lib/store/delivery-months.ts';
import { openTable, type Table } from '../../lib/store/table.ts';
import { memoryTable } from '../support/memory-table.ts';
import type { TestTable } from '../support/table.ts';

let table: TestTable;
let now = new Date('2026-01-10T00:00:00.000Z');
let store: Table;

beforeAll(async () => {
  table = memoryTable();
});
afterAll(() => table.stop());
beforeEach(async () => {
  await table.fresh();
  now = new Date('2026-01-10T00:00:00.000Z');
  store = openTable({ client: table.client, tableName: table.tableName, now: () => now });
});

const HANAKO = 'hanako@ezweb.ne.jp';

function fact(kind: Fact['kind'], address = HANAKO, senderDomain: string | undefined = 'shop.example'): Fact {
  const at = now.toISOString();
  return {
    address,
    kind,
    at,
    id: `${kind}-${at}`,
    messageId: 'm',
    sentAt: at,
    ...(senderDomain && { senderDomain }),
  };
}

/** A container that starts in this month, and records these facts. */
const note = (...facts: Fact[]) =>
  noteDeliveries(store, facts, { noted: new Set(), now, retentionDays: 400 });

async function months(first: number, last: number): Promise<void> {
  for (let month = first; month <= last; month += 1) {
    now = new Date(Date.UTC(2026, month - 1, 20));
    await note(fact('delivery'));
  }
}

const since = async (at: string, sender = 'shop.example', recipient = HANAKO) =>
  recordedSince(await deliveryMonths(store), sender, recipient, at);

describe('since when deliveries are recorded', () => {
  it('is the month after the first in which one was, as long as no month is missing', async () => {
    await months(2, 7);
    expect(await since('2026-07-25T00:00:00.000Z')).toBe('2026-03-01T00:00:00.000Z');
    // Early in August nothing has been delivered yet.
    expect(await since('2026-08-02T00:00:00.000Z')).toBe('2026-03-01T00:00:00.000Z');
    expect(await since('2026-09-02T00:00:00.000Z')).toBeUndefined();
    await months(9, 9);
    expect(await since('2026-09-30T00:00:00.000Z')).toBeUndefined();
    expect(await since('2026-02-25T00:00:00.000Z')).toBeUndefined();
  });

  it('goes over the turn of a year', async () => {
    for (const month of ['2025-11', '2025-12', '2026-01']) {
      now = new Date(`${month}-05T00:00:00.000Z`);
      await note(fact('delivery'));
    }
    expect(await since('2026-01-25T00:00:00.000Z')).toBe('2025-12-01T00:00:00.000Z');
  });

  it('is known for each sender and carrier apart, and not from bounces', async () => {
    await months(1, 4);
    await note(
      fact('bounce', 'taro@docomo.ne.jp'),
      fact('delivery', 'jiro@gmail.com'),
      fact('delivery', HANAKO, ''),
    );
    const at = '2026-04-25T00:00:00.000Z';
    expect(await since(at, 'other.example')).toBeUndefined();
    expect(await since(at, 'shop.example', 'taro@docomo.ne.jp')).toBeUndefined();
    // Another domain of the same carrier.
    expect(await since(at, 'shop.example', 'mika@au.com')).toBe('2026-02-01T00:00:00.000Z');
    expect([...(await deliveryMonths(store))].toSorted()).toContain('shop.example#-#2026-04');
  });

  it('is the month of the recording, not of old events put in by hand', async () => {
    const old = { ...fact('delivery'), at: '2025-06-01T00:00:00.000Z' };
    await note(old);
    expect([...(await deliveryMonths(store))]).toEqual(['shop.example#au#2026-01']);
  });

  it('is written once by a container, and forgotten with the facts', async () => {
    const noted = new Set<string>();
    const options = { noted, now, retentionDays: 400 };
    let writes = 0;
    const counting: Table = {
      ...store,
      putAll: (items) => {
        writes += 1;
        return store.putAll(items);
      },
    };
    for (let event = 0; event < 5; event += 1) await noteDeliveries(counting, [fact('delivery')], options);
    expect(writes).toBe(1);
    now = new Date(now.getTime() + 401 * 86_400_000);
    expect(await deliveryMonths(store)).toEqual(new Set());
  });
});
