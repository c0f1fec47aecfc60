import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Digest } from '../../lib/notices/digest.ts';
import type { OutboundEvent } from '../../lib/notices/events.ts';
import { monthToNote, tellMonth } from '../../lib/operations/report/tell-month.ts';
import { type Outlets, tell } from '../../lib/operations/tell.ts';
import { noteDeliveries } from '../../lib/store/delivery-months.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { waitingNotices } from '../../lib/store/notices.ts';
import { putRun } from '../../lib/store/runs.ts';
import type { Table } from '../../lib/store/table.ts';
import { delivered, notSent } from '../mails/facts.ts';
import { startWorld, type World } from '../support/world.ts';

/** The month that is over is told by itself: once, whatever dies, and never as a whole one where it was not. */

const DAY = 86_400_000;

let world: World;
beforeAll(async () => {
  world = await startWorld({ inMemory: true });
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

const store = (): Table => ({ ...world.store, notices: 'counts' });
const now = () => world.clock.now();

async function run(startedAt: string): Promise<void> {
  await putRun(world.store, {
    startedAt,
    id: startedAt,
    mode: 'propose',
    full: false,
    counts: {},
    limits: [],
  });
}

/** A mail that SES did not send in each month; `since`: the first run. */
async function prepare(since: string): Promise<void> {
  await run(since);
  await putFacts(
    world.store,
    ['2026-08-20', '2026-09-10', '2026-10-20'].map((day) => {
      const at = `${day}T00:00:00.000Z`;
      return notSent('OnAccountSuppressionList', { at, sentAt: at, id: day, messageId: day });
    }),
  );
  world.clock.set('2026-11-01T00:00:00.000Z');
}

/** A delivery is recorded. */
async function deliveredAt(at: string): Promise<void> {
  const one = delivered({ at, address: 'hanako@au.com', senderDomain: 'shop.example' });
  await noteDeliveries(world.store, [one], { noted: new Set(), now: new Date(at), retentionDays: 400 });
}

/** What systems and people heard. */
interface Told {
  readonly events: OutboundEvent[];
  readonly mails: Digest[];
}

function outlets(told: Told): Outlets {
  return {
    events: async (events) => {
      told.events.push(...events);
      return new Set();
    },
    mail: async (digest) => {
      told.mails.push(digest);
    },
    chat: async () => {},
  };
}

/** What the function that tells does at the end of a run. */
async function afterRun(told: Told): Promise<void> {
  const month = await monthToNote(store(), now());
  if (month !== undefined) await tellMonth(month, { store: store(), now });
  const tools = {
    store: store(),
    outlets: outlets(told),
    setting: 'counts',
    stage: 'prod',
    language: 'ja',
  } as const;
  await tell({ digest: true }, tools);
}

const nothing = (): Told => ({ events: [], mails: [] });
const months = ({ events }: Told) =>
  events.filter(({ detailType }) => detailType === 'Month Reported').map(({ detail }) => detail);

describe('the month that is over', () => {
  it('is told with the first run after it, and once', async () => {
    await prepare('2026-08-01T00:00:00.000Z');
    // In Tokyo it ends at 15:00 UTC of its last day.
    world.clock.set('2026-10-31T14:59:59.000Z');
    const told = nothing();
    await afterRun(told);
    expect(months(told)).toMatchObject([{ month: '2026-09' }]);
    world.clock.set('2026-10-31T15:00:00.000Z');
    for (let calls = 0; calls < 4; calls += 1) {
      await afterRun(told);
      world.clock.advance(7 * DAY);
    }
    expect(months(told)).toMatchObject([
      { month: '2026-09' },
      {
        month: '2026-10',
        missed: 1,
        before: { month: '2026-09', missed: 1 },
        at: '2026-10-31T15:00:00.000Z',
      },
    ]);
    expect(told.mails.map(({ subject }) => subject)).toEqual([
      'todoku prod：2026年9月の報告',
      'todoku prod：2026年10月の報告',
    ]);
    expect(JSON.stringify(told)).not.toContain('@');
  });

  it('costs the reads that docs/scale.md says', async () => {
    await prepare('2026-08-01T00:00:00.000Z');
    let calls = 0;
    world.intercept((proceed) => {
      calls += 1;
      return proceed();
    });
    await tellMonth('2026-10', { store: store(), now });
    world.intercept(undefined);
    // 62 days of eight shards, one page of the table, and the twelve less the first look and the lease.
    expect(calls).toBe(62 * 8 + 1 + 9);
  });

  it('is told late where no run came earlier, and not after the next one is over', async () => {
    await prepare('2026-08-01T00:00:00.000Z');
    world.clock.set('2026-11-30T14:00:00.000Z');
    const told = nothing();
    await afterRun(told);
    world.clock.set('2027-02-10T00:00:00.000Z');
    await afterRun(told);
    expect(months(told).map(({ month }) => month)).toEqual(['2026-10', '2027-01']);
  });

  it.each([
    ['in it', '2026-10-15T00:00:00.000Z', { missed: 1, recordedFrom: '2026-10-15T00:00:00.000Z' }],
    ['in the month before', '2026-09-15T00:00:00.000Z', { missed: 1 }],
  ])('is compared with none where recording began %s', async (_, since, expected) => {
    await prepare(since);
    const told = nothing();
    await afterRun(told);
    expect(months(told)).toMatchObject([expected]);
    expect(months(told)[0]).not.toHaveProperty('before');
    expect(told.mails[0]?.text).not.toContain('前月');
    expect(told.mails[0]?.text.includes('2026-10-15から')).toBe(since > '2026-10');
  });

  it('is not told where recording began after it, nor before anything tells when that was', async () => {
    world.clock.set('2026-11-01T00:00:00.000Z');
    const told = nothing();
    await afterRun(told);
    await run('2026-11-02T00:00:00.000Z');
    world.clock.set('2026-11-02T00:10:00.000Z');
    await afterRun(told);
    expect(told).toEqual(nothing());
    // It is not asked again: that would be a scan of the table with each run.
    expect(await monthToNote(store(), now())).toBeUndefined();
  });

  it('is not told where SES was connected after it, though runs came before', async () => {
    await prepare('2026-09-28T00:00:00.000Z');
    await deliveredAt('2026-11-10T00:00:00.000Z');
    const told = nothing();
    world.clock.set('2026-11-11T00:00:00.000Z');
    await afterRun(told);
    expect(told).toEqual(nothing());
    world.clock.set('2026-12-01T00:00:00.000Z');
    await afterRun(told);
    expect(months(told)).toMatchObject([{ month: '2026-11', recordedFrom: '2026-11-01T00:00:00.000Z' }]);
    expect(months(told)[0]).not.toHaveProperty('before');
  });

  it('is neither counted nor noted where nothing is told', async () => {
    await prepare('2026-08-01T00:00:00.000Z');
    expect(await monthToNote({ ...world.store, notices: 'off' }, now())).toBeUndefined();
  });

  it('that is counted twice at once is one notice', async () => {
    await prepare('2026-08-01T00:00:00.000Z');
    await Promise.all([1, 2].map(() => tellMonth('2026-10', { store: store(), now })));
    expect((await waitingNotices(store())).items).toHaveLength(1);
  });
});

describe('deaths', () => {
  it('at any call lose no month, and change no id', async () => {
    const counting = async (at: number, told: Told): Promise<number> => {
      await world.reset();
      await prepare('2026-08-01T00:00:00.000Z');
      let writes = 0;
      let dead = false;
      world.intercept(async (proceed, { name }) => {
        // Reads change nothing, and come by hundreds.
        const isRead = /^(?:Query|Scan)/.test(name);
        if (dead) throw new Error('killed');
        const answer = await proceed();
        writes += isRead ? 0 : 1;
        dead = writes === at;
        if (dead) throw new Error('killed');
        return answer;
      });
      await afterRun(told).catch(() => undefined);
      world.intercept(undefined);
      return writes;
    };
    const all = await counting(Number.POSITIVE_INFINITY, nothing());
    // The notice, that it was noted, and that it was told.
    expect(all).toBe(3);
    const ids = new Set<unknown>();
    for (let at = 1; at <= all; at += 1) {
      const told = nothing();
      await counting(at, told);
      await afterRun(told);
      await afterRun(told);
      const heard = months(told);
      expect(heard.length, `killed at ${at}`).toBeGreaterThan(0);
      for (const { id, missed } of heard) ids.add(`${id} ${missed}`);
      expect(told.mails.length, `killed at ${at}`).toBeGreaterThan(0);
      expect((await waitingNotices(store())).items).toEqual([]);
      expect(await monthToNote(store(), now())).toBeUndefined();
    }
    expect(ids.size).toBe(1);
  });
});
