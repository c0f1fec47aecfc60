import { beforeEach, describe, expect, it } from 'vitest';
import {
  type IncidentList,
  incidentsContract,
  incidentsRequestSchema,
  type OneIncident,
} from '../../lib/contracts/incidents.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { incidents, UnknownIncidentError } from '../../lib/operations/incidents.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { openTable, type Table } from '../../lib/store/table.ts';
import { memoryTable } from '../support/memory-table.ts';

/** Mass events as they are read from the table. */

const NOW = new Date('2026-11-24T06:00:00.000Z');
const table = memoryTable();
let store: Table;

beforeEach(async () => {
  await table.fresh();
  store = openTable({ client: table.client, tableName: table.tableName, now: () => NOW });
});

const BLOCKED = 'smtp; 554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org';

function refusal(address: string, at: string, more: Partial<Fact> = {}): Fact {
  return {
    address,
    kind: 'bounce',
    at,
    id: `b-${address}-${at}`,
    messageId: `m-${address}-${at}`,
    sentAt: at,
    senderDomain: 'shop.example',
    bounceType: 'Permanent',
    bounceSubType: 'General',
    diagnosticCode: BLOCKED,
    ...more,
  };
}

/** So many refusals at a domain, one each so many seconds. */
function many(count: number, from: string, seconds: number, domain = 'docomo.ne.jp'): Fact[] {
  return Array.from({ length: count }, (_, index) =>
    refusal(`c${index}@${domain}`, new Date(Date.parse(from) + index * seconds * 1_000).toISOString()),
  );
}

async function ask(request: object, isLate?: () => boolean) {
  const tools = { store, now: () => NOW, ...(isLate && { isLate }) };
  return incidentsContract.answer.parse(await incidents(incidentsRequestSchema.parse(request), tools));
}
const list = async (days = 7) => ((await ask({ days })) as IncidentList).incidents;

describe('the incidents of some days', () => {
  it('are told with receiver, time, counts, words and remedy, the latest first', async () => {
    await putFacts(store, [
      ...many(300, '2026-11-20T03:00:00.000Z', 10),
      ...many(4, '2026-11-21T03:00:00.000Z', 10, 'ezweb.ne.jp'),
      ...many(5, '2026-11-22T03:00:00.000Z', 10, 'gmail.com'),
    ]);
    const [gmail, docomo, ...others] = await list();
    expect(others).toEqual([]);
    expect(gmail).toMatchObject({ receiver: 'gmail', receiverName: { en: 'Gmail' }, recipients: 5 });
    expect(docomo).toMatchObject({
      receiverName: { ja: 'NTTドコモ' },
      kind: 'blocked',
      recipients: 300,
      mails: 300,
      senders: [{ domain: 'shop.example', mails: 300 }],
      lists: [{ name: 'Spamhaus', removal: 'https://check.spamhaus.org/' }],
    });
    expect(docomo?.remedy.en).toContain('https://check.spamhaus.org/');
    expect(docomo?.remedy.ja).toContain('お客様に依頼することはありません');
    expect(docomo?.goesOn).toBeUndefined();
  });

  it('are whole across midnight, the shards of the index and the beginning of the days asked for', async () => {
    await putFacts(store, many(300, '2026-11-22T15:00:00.000Z', 350));
    const [whole] = await list(7);
    expect(whole).toMatchObject({ recipients: 300, from: '2026-11-22T15:00:00.000Z' });
    expect(whole?.hours).toHaveLength(30);
    const [yesterday] = await list(2);
    expect(yesterday).toEqual(whole);
    expect(await list(1)).toEqual([]);
  });

  it('go on while the last refusal is younger than an hour', async () => {
    await putFacts(store, many(6, '2026-11-24T05:30:00.000Z', 60));
    expect(await list(1)).toMatchObject([{ goesOn: true }]);
  });

  it('are read as far as there is time, and said to be a part', async () => {
    await putFacts(store, many(6, '2026-11-24T03:00:00.000Z', 60));
    expect(await ask({ days: 2 }, () => true)).toEqual({ days: 2, incidents: [], incomplete: true });
  });

  it('of thousands of recipients are one, told apart to the last', async () => {
    await putFacts(store, many(4_000, '2026-11-23T01:00:00.000Z', 1));
    const [incident] = await list(3);
    expect(incident).toMatchObject({ recipients: 4_000, mails: 4_000 });
    expect(incident?.atLeast).toBeUndefined();
    const one = (await ask({ id: incident?.id, full: true })) as OneIncident;
    expect(one.incident.addresses).toHaveLength(4_000);
    expect(JSON.stringify(one).length).toBeLessThan(400_000);
  });
});

describe('one incident', () => {
  it('is shown with its addresses, masked unless they are asked for in full', async () => {
    await putFacts(store, many(6, '2026-11-23T01:00:00.000Z', 60));
    const [{ id = '' } = {}] = await list();
    const masked = ((await ask({ id })) as OneIncident).incident;
    expect(masked.addresses).toHaveLength(6);
    expect(JSON.stringify(masked)).not.toContain('c1@');
    const full = ((await ask({ id, full: true })) as OneIncident).incident;
    expect(full.addresses).toContain('c1@docomo.ne.jp');
  });

  it('is found from its very beginning to its end', async () => {
    await putFacts(store, many(200, '2026-11-19T23:50:00.000Z', 300));
    const [{ id = '' } = {}] = await list();
    expect(id).toMatch(/^20261120-08-/);
    expect(((await ask({ id })) as OneIncident).incident).toMatchObject({ recipients: 200 });
  });

  it.each(['20261120-12-000000', '20200101-00-abcdef', '29991231-23-abcdef'])(
    'that is not on record is refused as that: %s',
    async (id) => {
      await putFacts(store, many(6, '2026-11-20T03:00:00.000Z', 60));
      await expect(ask({ id })).rejects.toThrow(UnknownIncidentError);
    },
  );

  it('that began earlier than its part is not found under the part’s id', async () => {
    await putFacts(store, many(60, '2026-11-19T23:40:00.000Z', 60));
    const [{ id = '' } = {}] = await list();
    const ofPart = id.replace('20261120-08', '20261120-09');
    await expect(ask({ id: ofPart })).rejects.toThrow(UnknownIncidentError);
  });
});

describe('mail that is put off', () => {
  it('is an incident by the words of the delays', async () => {
    const rate = 'smtp; 452 4.2.1 Too many messages from your server, slow down';
    await putFacts(
      store,
      many(100, '2026-11-23T01:00:00.000Z', 5).map((each) => ({
        ...each,
        kind: 'deliveryDelay' as const,
        delayType: 'General',
        diagnosticCode: rate,
      })),
    );
    expect(await list()).toMatchObject([
      {
        kind: 'ratelimited',
        recipients: 100,
        deferred: 100,
        returned: 0,
        remedy: { en: expect.stringContaining('Send slower') },
      },
    ]);
  });
});
