import { beforeAll, describe, expect, it } from 'vitest';
import type { Decision } from '../../lib/cases/records.ts';
import type { ReportAnswer } from '../../lib/contracts/report.ts';
import { report } from '../../lib/operations/report.ts';
import { saveAudit } from '../../lib/store/audits.ts';
import { putDecisions } from '../../lib/store/decisions.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { putRun } from '../../lib/store/runs.ts';
import { fact, notSent, refused } from '../mails/facts.ts';
import { memoryTable } from '../support/memory-table.ts';

/** What happened in a month of Japan's time, over all addresses. */

const NOW = new Date('2026-11-05T00:00:00Z');

const table = memoryTable().open(() => NOW);
const because = { ja: '理由', en: 'why' };
let mails = 0;

/** A mail of its own. */
function own<Fields extends { readonly at: string }>(fields: Fields) {
  mails += 1;
  return { ...fields, id: `id-${mails}`, messageId: `m-${mails}`, sentAt: fields.at };
}

let decisions = 0;
function decision(fields: Partial<Decision> & Pick<Decision, 'at' | 'action'>): Decision {
  decisions += 1;
  return {
    address: 'hanako@ezweb.ne.jp',
    id: `d-${decisions}`,
    by: 'suzuki',
    rule: 'filtered-known-recipient',
    because,
    ...fields,
  };
}

let october: ReportAnswer;

beforeAll(async () => {
  await putFacts(table, [
    // 2026-10-01 00:00 in Tokyo is 15:00 UTC of the day before.
    refused(own({ at: '2026-09-30T14:59:59.000Z' })),
    refused(own({ at: '2026-09-30T15:00:00.000Z' })),
    notSent('OnAccountSuppressionList', own({ at: '2026-10-12T00:00:00.000Z' })),
    notSent(
      'OnAccountSuppressionList',
      own({ at: '2026-10-31T14:59:59.000Z', address: 'jiro@docomo.ne.jp' }),
    ),
    notSent('OnAccountSuppressionList', own({ at: '2026-10-31T15:00:00.000Z' })),
    // Not by the account's list: no address comes off it.
    notSent('Suppressed', own({ at: '2026-10-20T00:00:00.000Z' })),
    fact({
      ...own({ at: '2026-10-20T00:00:00.000Z' }),
      bounceType: 'Transient',
      bounceSubType: 'MailboxFull',
    }),
    fact({ ...own({ at: '2026-10-21T00:00:00.000Z' }), kind: 'complaint', address: 'sora@shop.example' }),
  ]);
  await putDecisions(table, [
    // Listed in June, removed in September, delivered in October.
    decision({
      at: '2026-09-20T00:00:00.000Z',
      action: 'removed',
      listing: { reason: 'BOUNCE', at: '2026-06-12T00:00:00.000Z' },
    }),
    decision({ at: '2026-10-10T00:00:00.000Z', action: 'outcome', by: 'cleanup', outcome: 'delivered' }),
    decision({ at: '2026-10-11T00:00:00.000Z', action: 'keep', by: 'cleanup' }),
    decision({ at: '2026-10-11T00:00:00.000Z', action: 'propose', by: 'cleanup' }),
    decision({ at: '2026-10-12T00:00:00.000Z', action: 'approve' }),
    decision({ at: '2026-10-12T00:00:01.000Z', action: 'removed', overrides: ['complaint'] }),
    decision({ at: '2026-10-13T00:00:00.000Z', action: 'reject', by: 'tanaka' }),
    decision({ at: '2026-11-01T00:00:00.000Z', action: 'removed' }),
  ]);
  const limit = { limit: 'removals-per-day', because };
  for (const [startedAt, limits] of [
    ['2026-10-02T00:00:00.000Z', [limit]],
    ['2026-10-03T00:00:00.000Z', [limit, { limit: 'bounce-rate', because }]],
    ['2026-11-03T00:00:00.000Z', [limit]],
  ] as const) {
    await putRun(table, {
      startedAt,
      id: startedAt,
      mode: 'propose',
      full: false,
      counts: {},
      limits: [...limits],
    });
  }
  const change = { appeared: ['dmarc-none', 'spf-none'], resolved: ['dkim-off'] };
  await saveAudit(table, { identity: 'shop.example' }, [], change, new Date('2026-10-15T00:00:00Z'));
  october = await report({ month: '2026-10' }, { store: table, now: () => NOW });
});

describe('a month', () => {
  it('is one of Japan, from its first moment up to the next month', () => {
    expect([october.from, october.until]).toEqual(['2026-09-30T15:00:00.000Z', '2026-10-31T15:00:00.000Z']);
  });

  it('counts what came back, what SES did not send because of the list, and complaints', () => {
    expect(october.returned).toEqual({ mails: 1, carriers: { au: 1 }, reasons: expect.any(Object) });
    expect(Object.values(october.returned.reasons)).toEqual([1]);
    expect(october.missed).toEqual({ mails: 2, carriers: { au: 1, docomo: 1 } });
    expect(october.complaints).toBe(1);
  });

  it('counts decisions by kind and by who made them, without what merely stays', () => {
    expect(october.decisions).toEqual({ outcome: 1, propose: 1, approve: 1, removed: 1, reject: 1 });
    expect(october.operators).toEqual([
      { by: 'suzuki', approved: 1, rejected: 0, removed: 1, overridden: 1 },
      { by: 'tanaka', approved: 0, rejected: 1, removed: 0, overridden: 0 },
    ]);
  });

  it('tells what became of removals, and how long mail had been stopped', () => {
    expect(october.outcomes).toEqual({ delivered: 1 });
    // From 12 June to 10 October, though the removal was in September.
    expect(october.ended).toEqual({ addresses: 1, days: 120 });
  });

  it('names the limits that were met, and the changes of senders', () => {
    expect(october.limits.map(({ limit, runs }) => [limit, runs])).toEqual([
      ['removals-per-day', 2],
      ['bounce-rate', 1],
    ]);
    expect(october.senders).toEqual({ appeared: 2, resolved: 1 });
  });

  it('holds no address', () => {
    expect(JSON.stringify(october)).not.toContain('@');
  });

  it('of which nothing is on record is empty, and says from when on there are records', async () => {
    const {
      missed,
      decisions: none,
      recordedFrom,
      incomplete,
    } = await report({ month: '2024-01' }, { store: table, now: () => NOW });
    expect([missed.mails, none, incomplete]).toEqual([0, {}, undefined]);
    expect(recordedFrom).toBeDefined();
  });

  it('says so where time ran out', async () => {
    const answer = await report({ month: '2026-12' }, { store: table, now: () => NOW, isLate: () => true });
    expect(answer).toMatchObject({ incomplete: true, until: '2026-12-31T15:00:00.000Z' });
  });
});
