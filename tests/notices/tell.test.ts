import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Digest } from '../../lib/notices/digest.ts';
import type { OutboundEvent } from '../../lib/notices/events.ts';
import type { NoticeSetting } from '../../lib/notices/setting.ts';
import type { CleanupTools } from '../../lib/operations/cleanup/types.ts';
import { type Outlets, type TellTools, tell } from '../../lib/operations/tell.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { waitingNotices } from '../../lib/store/notices.ts';
import type { Table } from '../../lib/store/table.ts';
import { worlds } from '../support/thorough.ts';
import { EAGER_POLICY, startWorld, type World } from '../support/world.ts';

/** What is told of what happens to addresses: nothing is lost, whatever dies or is away. */

const DAY = 86_400_000;
/** One goes by a call of its own, the others by import job. */
const policy = { ...EAGER_POLICY, removalsOneByOne: 1 };
const FILTERED = ['a@ezweb.ne.jp', 'b@ezweb.ne.jp', 'c@au.com'];
/** A stranger's address: proposed, not removed. */
const STRANGER = 'd@ezweb.ne.jp';

let world: World;
beforeAll(async () => {
  world = await startWorld({ inMemory: true });
});
afterAll(() => world.stop());

/** The table as a stage with this setting opens it. */
const telling = (notices: NoticeSetting): Table => ({ ...world.store, notices });

/** Ways out that keep what they are given, and may fail. */
function outlets() {
  const kept = { events: [] as OutboundEvent[], mails: [] as Digest[], chats: [] as Digest[] };
  const away = new Set<'events' | 'mail' | 'chat'>();
  let calls = 0;
  let dies = Number.POSITIVE_INFINITY;
  const step = async (channel: 'events' | 'mail' | 'chat', work: () => void) => {
    calls += 1;
    if (calls > dies) throw new Error('killed');
    if (away.has(channel)) throw new Error('ThrottlingException');
    work();
    if (calls === dies) throw new Error('killed');
  };
  const given: Outlets = {
    events: async (events) => {
      await step('events', () => kept.events.push(...events));
      return new Set();
    },
    mail: (digest) => step('mail', () => kept.mails.push(digest)),
    chat: (digest) => step('chat', () => kept.chats.push(digest)),
  };
  return {
    kept,
    away,
    given,
    /** Dies with its so many-th call out, after its effect. */
    dieAt: (call: number) => {
      calls = 0;
      dies = call;
    },
  };
}

function tools(way: Outlets, setting: NoticeSetting = 'addresses'): TellTools {
  return { store: telling(setting), outlets: way, setting, stage: 'prod', language: 'en' };
}

const run = (setting: NoticeSetting = 'addresses', given: Partial<CleanupTools> = {}) =>
  world.run(
    {},
    { store: telling(setting), policy, importJobs: world.importJobs, sleep: async () => {}, ...given },
  );

/** Customers whom a filter refused, and who missed two mails each since. */
async function prepare(): Promise<void> {
  await world.reset();
  const { ses } = world;
  await world.members(...FILTERED);
  for (const address of [...FILTERED, STRANGER]) ses.setMailbox(address, { filtersPcMail: true });
  await world.send(...FILTERED, STRANGER);
  world.clock.advance(DAY / 2);
  await world.send(...FILTERED);
  world.clock.advance(DAY / 2);
  await world.send(...FILTERED);
  world.clock.advance(DAY);
}

const ofType = (events: readonly OutboundEvent[], type: string) =>
  events.filter(({ detailType }) => detailType === type).map(({ detail }) => detail);

/** Whose removal the audit has. */
async function removedOnRecord(): Promise<string[]> {
  const found: string[] = [];
  for (const address of FILTERED) {
    const { decisions } = await addressRecord(world.store, address);
    if (decisions.some(({ action }) => action === 'removed')) found.push(address);
  }
  return found;
}

describe('a run', () => {
  it('tells systems of each address, with the mails to send again, and people in one digest', async () => {
    await prepare();
    await run();
    const out = outlets();
    const report = await tell({ digest: true }, tools(out.given));
    expect(report).toMatchObject({ left: 0, failed: [], digest: expect.any(String) });
    const released = ofType(out.kept.events, 'Address Released');
    expect(released.map(({ address }) => address).toSorted()).toEqual(FILTERED);
    for (const detail of released) {
      expect(detail).toMatchObject({
        schema: 1,
        stage: 'prod',
        by: 'cleanup',
        reason: 'filtered',
        missed: {
          count: 2,
          mails: [
            { messageId: expect.any(String), sentAt: '2026-10-02T00:00:00.000Z' },
            { messageId: expect.any(String), sentAt: '2026-10-01T12:00:00.000Z' },
          ],
        },
      });
    }
    expect(ofType(out.kept.events, 'Removal Proposed')).toMatchObject([{ address: STRANGER }]);
    expect(ofType(out.kept.events, 'Address Suppressed')).toHaveLength(4);
    expect(out.kept.mails).toHaveLength(1);
    expect(out.kept.mails[0]?.subject).toBe('todoku prod: 3 released, 1 proposed, 4 listed');
    expect(out.kept.chats.map(({ id }) => id)).toEqual(out.kept.mails.map(({ id }) => id));
    expect(ofType(out.kept.events, 'Digest Made')).toMatchObject([
      { counts: { released: 3, missedMails: 6, proposed: 1, waiting: 1 } },
    ]);
    // Told once: there is nothing left, and an empty digest is not sent.
    expect(await tell({ digest: true }, tools(out.given))).toEqual({ found: 0, left: 0, failed: [] });
    expect(out.kept.mails).toHaveLength(1);
    world.clock.advance(DAY);
    await run();
    await tell({ digest: true }, tools(out.given));
    expect(out.kept.mails).toHaveLength(1);
  });

  it('tells what became of a release', async () => {
    await prepare();
    await run();
    const out = outlets();
    await tell({ digest: true }, tools(out.given));
    for (const address of FILTERED) world.ses.setMailbox(address, { filtersPcMail: false });
    await world.send(...FILTERED);
    world.clock.advance(DAY);
    await run();
    await tell({ digest: true }, tools(out.given));
    const outcomes = ofType(out.kept.events, 'Release Outcome Known');
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(FILTERED.map(() => 'delivered'));
    expect(out.kept.mails.at(-1)?.text).toContain('What became of earlier releases: delivered 3');
  });

  it('tells a limit when it begins to hold, not as long as it does', async () => {
    await prepare();
    const out = outlets();
    const at = world.clock.now().toISOString();
    const high: Partial<CleanupTools> = { reputation: { state: 'read', bounceRate: { value: 0.5, at } } };
    for (const given of [high, high, {}, high]) {
      await run('addresses', given);
      await tell({ digest: true }, tools(out.given));
    }
    const limits = ofType(out.kept.events, 'Run Limited');
    expect(limits.map(({ limit }) => limit)).toEqual(['bounce-rate', 'bounce-rate']);
    expect(out.kept.mails[0]?.text).toContain("The account's bounce rate is 50.0 %");
  });

  it('keeps and tells nobody’s name where only counts may be told', async () => {
    await prepare();
    await run('counts');
    const { items } = await waitingNotices(world.store);
    expect(items.length).toBeGreaterThan(0);
    expect(JSON.stringify(items)).not.toContain('@');
    const out = outlets();
    await tell({ digest: true }, tools(out.given, 'counts'));
    expect(out.kept.events.map(({ detailType }) => detailType)).toEqual(['Digest Made']);
    expect(out.kept.mails[0]?.text).toContain('Released: 3 (mails not sent meanwhile: 6)');
    expect(JSON.stringify(out.kept)).not.toContain('@');
  });

  it('writes nothing where nothing is to be told', async () => {
    await prepare();
    await run('off');
    expect((await waitingNotices(world.store)).items).toEqual([]);
  });
});

describe('a setting that changed between a run and the telling', () => {
  it('to counts holds for what was written before', async () => {
    await prepare();
    await run('addresses');
    const out = outlets();
    await tell({ digest: true }, tools(out.given, 'counts'));
    expect(JSON.stringify(out.kept)).not.toContain('@');
    expect(out.kept.mails).toHaveLength(1);
  });

  it('to addresses tells what was written without them, in counts', async () => {
    await prepare();
    await run('counts');
    const out = outlets();
    await tell({ digest: true }, tools(out.given, 'addresses'));
    expect(JSON.stringify(out.kept)).not.toContain('@');
    expect(ofType(out.kept.events, 'Address Released')).toHaveLength(3);
  });

  it('to off tells nothing', async () => {
    await prepare();
    await run('addresses');
    const out = outlets();
    await tell({ digest: true }, tools(out.given, 'off'));
    expect(out.kept).toEqual({ events: [], mails: [], chats: [] });
  });
});

describe('a channel that is away', () => {
  it('hears of it when it is back, under the same ids, and the others hear of it once', async () => {
    await prepare();
    await run();
    const out = outlets();
    out.away.add('events');
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const report = await tell({ digest: true }, tools(out.given));
      expect(report.failed).toContain('events');
      expect(report.left).toBeGreaterThan(0);
    }
    expect(out.kept.mails).toHaveLength(1);
    out.away.clear();
    world.clock.advance(DAY);
    expect((await tell({ digest: true }, tools(out.given))).left).toBe(0);
    expect(out.kept.mails).toHaveLength(1);
    expect(ofType(out.kept.events, 'Address Released')).toHaveLength(3);
  });

  it('for the mail alone keeps the events from being told again', async () => {
    await prepare();
    await run();
    const out = outlets();
    out.away.add('mail');
    await tell({ digest: true }, tools(out.given));
    out.away.clear();
    await tell({ digest: true }, tools(out.given));
    expect(ofType(out.kept.events, 'Address Released')).toHaveLength(3);
    expect(out.kept.mails).toHaveLength(1);
    expect(out.kept.chats).toHaveLength(1);
  });

  it('for two weeks is not told what nobody wants to hear any more', async () => {
    await prepare();
    await run();
    world.clock.advance(15 * DAY);
    const out = outlets();
    await tell({ digest: true }, tools(out.given));
    expect(out.kept.events).toEqual([]);
  });
});

describe('an operator’s removal', () => {
  it('is told to systems at once, and to people with the next run', async () => {
    await prepare();
    await run();
    const out = outlets();
    await tell({ digest: false }, tools(out.given));
    expect(ofType(out.kept.events, 'Address Released')).toHaveLength(3);
    expect(out.kept.mails).toEqual([]);
    await tell({ digest: true }, tools(out.given));
    expect(ofType(out.kept.events, 'Address Released')).toHaveLength(3);
    expect(out.kept.mails[0]?.subject).toContain('3 released');
  });
});

/** Thrown into a run at the moment it dies; from then on it reaches nothing any more. */
function killing(at: number) {
  const state = { calls: 0 };
  const intercept = async <T>(proceed: () => Promise<T>): Promise<T> => {
    state.calls += 1;
    if (state.calls > at) throw new Error('killed');
    const answer = await proceed();
    if (state.calls === at) throw new Error('killed');
    return answer;
  };
  return { state, intercept };
}

/** Every so many calls: `npm run thorough` dies at each. */
const STEP = worlds({ few: 7, all: 1 });

describe('deaths', () => {
  it('of runs at any call, and of the telling at any step, lose no release and change no id', async () => {
    await prepare();
    const { state, intercept } = killing(Number.POSITIVE_INFINITY);
    world.intercept(intercept);
    await run();
    const calls = state.calls;
    expect(calls).toBeGreaterThan(30);
    for (let at = 1; at <= calls; at += STEP) {
      await prepare();
      const out = outlets();
      world.intercept(killing(at).intercept);
      await run().catch(() => undefined);
      world.intercept(undefined);
      // Somebody else's call tells what is there already; it dies at one of its steps.
      out.dieAt((at % 5) + 1);
      world.intercept(killing((at % 11) + 1).intercept);
      await tell({ digest: true }, tools(out.given)).catch(() => undefined);
      world.intercept(undefined);
      out.dieAt(Number.POSITIVE_INFINITY);
      await run();
      await run();
      expect((await tell({ digest: true }, tools(out.given))).left).toBe(0);
      const released = ofType(out.kept.events, 'Address Released');
      const removed = await removedOnRecord();
      expect(removed.length, `killed at ${at}`).toBeGreaterThan(0);
      expect([...new Set(released.map(({ address }) => address))].toSorted()).toEqual(removed);
      // However often it was told, it is one release.
      expect(new Set(released.map(({ id }) => id)).size).toBe(removed.length);
      expect(out.kept.mails.reduce((sum, { counts }) => sum + counts.released, 0)).toBeGreaterThanOrEqual(
        removed.length,
      );
    }
  });
});
