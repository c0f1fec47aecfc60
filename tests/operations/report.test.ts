import { beforeAll, describe, expect, it } from 'vitest';
import type { Decision } from '../../lib/cases/records.ts';
import type { MonthAnswer, ReportAnswer } from '../../lib/contracts/report.ts';
import { report } from '../../lib/operations/report/report.ts';
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

let answer: ReportAnswer;
let october: MonthAnswer;

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
    // The first: since then what happens is recorded.
    ['2026-07-15T00:00:00.000Z', []],
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
  answer = await report({ month: '2026-10' }, { store: table, now: () => NOW });
  october = answer.month;
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
    expect(JSON.stringify(answer)).not.toContain('@');
  });

  it('stands beside the one before it, worked out for every view', () => {
    expect(answer.before).toEqual(
      expect.objectContaining({ month: '2026-09', until: october.from, ended: { addresses: 0, days: 0 } }),
    );
    expect(answer.headline.map(({ ja }) => ja)).toEqual([
      'SESが送信しなかったメールは2通です。2026年9月より2通増えました。',
      'リストから解除した1件の宛先で、受信側がメールを受け取りました（止まっていた日数の合計：120日）。',
    ]);
    expect(answer.headline[1]?.en).toBe(
      'Mail to 1 address was accepted again after the removal (it had been stopped for 120 days, all together).',
    );
    expect(
      answer.figures.map(({ figure, month, before, change }) => [figure, month, before, change]),
    ).toEqual([
      ['missed', 2, 0, 2],
      ['returned', 1, 1, 0],
      ['complaints', 1, 0, 1],
      ['removed', 1, 1, 0],
      ['putBack', 0, 0, 0],
    ]);
    expect(answer.carriers).toEqual([
      {
        carrier: 'au',
        name: { ja: 'au', en: 'au (KDDI)' },
        missed: { month: 1, before: 0 },
        returned: { month: 1, before: 1 },
      },
      expect.objectContaining({ carrier: 'docomo', missed: { month: 1, before: 0 } }),
    ]);
    expect(answer.causes).toMatchObject([{ month: 1, before: 1 }]);
    expect(answer.outcomes).toEqual([
      { outcome: 'delivered', name: { ja: '到達', en: 'delivered' }, count: 1 },
    ]);
    expect(answer.proposals).toEqual({ proposed: 1, approved: 1, rejected: 1 });
    expect(answer.notes).toEqual([]);
  });

  it('is as the month before what it is by itself', async () => {
    const november = await report({ month: '2026-11' }, { store: table, now: () => NOW });
    expect(november.before).toEqual(october);
  });

  it('that is not over is compared with none', async () => {
    const { headline, figures, notes } = await report({ month: '2026-11' }, { store: table, now: () => NOW });
    expect(headline[0]?.en).toBe('SES did not send 1 mail.');
    expect(figures.every(({ change }) => change === undefined)).toBe(true);
    expect(notes.map(({ en }) => en)).toEqual(['This month is not over yet.']);
  });

  it('in which recording began is no whole one, and is compared with none', async () => {
    const { month, before, headline, notes } = await report(
      { month: '2026-07' },
      { store: table, now: () => NOW },
    );
    expect([before.recordedFrom, month.recordedFrom]).toEqual([
      '2026-07-15T00:00:00.000Z',
      '2026-07-15T00:00:00.000Z',
    ]);
    expect(headline[0]?.ja).toBe('SESが送信しなかったメールは0通です。');
    expect(notes.map(({ en }) => en)).toEqual([
      'Records from before 2026-07-15 may be missing: the counts may be too small.',
    ]);
    expect((await report({ month: '2026-09' }, { store: table, now: () => NOW })).month).not.toHaveProperty(
      'recordedFrom',
    );
  });

  it('of which nothing is on record is empty, and says from when on there are records', async () => {
    const { month } = await report({ month: '2024-01' }, { store: table, now: () => NOW });
    expect([month.missed.mails, month.decisions, month.incomplete]).toEqual([0, {}, undefined]);
    expect(month.recordedFrom).toBeDefined();
  });

  it('says so where time ran out', async () => {
    const { month, notes } = await report(
      { month: '2026-12' },
      { store: table, now: () => NOW, isLate: () => true },
    );
    expect(month).toMatchObject({ incomplete: true, until: '2026-12-31T15:00:00.000Z' });
    expect(notes.map(({ en }) => en)).toContain('Not all could be read in time: the counts are too small.');
  });
});
