import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addressRecord } from '../../lib/store/addresses.ts';
import { readCheckpoint } from '../../lib/store/checkpoint.ts';
import { WalkMarks } from '../../lib/store/walk-marks.ts';
import { startWorld, type World } from '../support/world.ts';

/** What todoku remembers of an address, and for how long. */
let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

const DAY = 86_400_000;

const caseOf = async (address: string) => (await addressRecord(world.store, address)).case;
const stateOf = async (address: string) => (await caseOf(address))?.state;

/** Addresses whose carrier refused a mail, with a shop that knows them: policy would remove them. */
async function refused(...addresses: string[]): Promise<void> {
  for (const address of addresses) world.ses.setMailbox(address, { exists: true, filtersPcMail: true });
  await world.send(...addresses);
  await world.members(...addresses);
  world.clock.advance(DAY);
}

describe('the case of an entry that somebody else took off the list', () => {
  it('is closed by the next full walk, whatever it waited for, and then ends', async () => {
    const [proposed, kept, stays] = ['p@ezweb.ne.jp', 'gone@example.jp', 'stays@ezweb.ne.jp'];
    world.ses.setMailbox(kept, { exists: false });
    await world.send(kept);
    await refused(proposed, stays);
    expect((await world.run({ mode: 'propose' })).counts).toEqual({ proposed: 2, kept: 1 });
    world.ses.list.delete(proposed);
    world.ses.list.delete(kept);
    world.clock.advance(DAY);
    expect((await world.run({ mode: 'propose' })).counts).toEqual({});
    const report = await world.run({ mode: 'propose', full: true });
    expect(report.counts).toEqual({ 'no-longer-listed': 2, unchanged: 1 });
    expect([await stateOf(proposed), await stateOf(kept), await stateOf(stays)]).toEqual([
      'closed',
      'closed',
      'proposed',
    ]);
    expect((await addressRecord(world.store, kept)).decisions.at(-1)).toMatchObject({ action: 'not-listed' });
    world.clock.advance(1_200 * DAY);
    const left = (await world.table.scan()).filter(({ pk }) => String(pk).includes(kept));
    expect(left.every(({ expiresAt }) => Number(expiresAt) * 1000 < world.clock.time())).toBe(true);
  });

  it('is closed by a walk of several invocations too, and by none that does not know what it met', async () => {
    const people = Array.from({ length: 24 }, (_, index) => `c${index}@ezweb.ne.jp`);
    await refused(...people);
    await world.run({ mode: 'propose' });
    world.ses.list.delete('c7@ezweb.ne.jp');
    world.clock.advance(DAY);
    const list = inPagesOf(8);
    const walkInParts = async (forget: boolean) => {
      let report = await world.run({ mode: 'propose', full: true }, { list, timeIsUp: afterAsks(2) });
      let invocations = 1;
      while (report.unfinished) {
        const { walk } = await readCheckpoint(world.store);
        if (forget && walk) await forgetMarks(walk.startedAt);
        report = await world.run({ mode: 'propose' }, { list, timeIsUp: afterAsks(2) });
        invocations += 1;
      }
      return invocations;
    };
    expect(await walkInParts(true)).toBeGreaterThan(1);
    expect(await stateOf('c7@ezweb.ne.jp')).toBe('proposed');
    world.clock.advance(DAY);
    expect(await walkInParts(false)).toBeGreaterThan(1);
    expect(await stateOf('c7@ezweb.ne.jp')).toBe('closed');
    expect(await stateOf('c8@ezweb.ne.jp')).toBe('proposed');
  });

  it('is left alone where the list shrank implausibly', async () => {
    const people = Array.from({ length: 130 }, (_, index) => `c${index}@ezweb.ne.jp`);
    const updatedAt = world.clock.time();
    for (const address of people) world.ses.list.put({ address, reason: 'BOUNCE', updatedAt });
    await world.run({ mode: 'propose' });
    for (const person of people) world.ses.list.delete(person);
    world.clock.advance(DAY);
    expect((await world.run({ mode: 'propose', full: true })).counts).toEqual({});
    expect(await stateOf('c7@ezweb.ne.jp')).toBe('kept');
  });

  it('blocks nobody once it is past its end, though the database has not deleted it', async () => {
    await refused('b@ezweb.ne.jp');
    await world.run();
    world.clock.advance(31 * DAY);
    await world.run();
    expect(await stateOf('b@ezweb.ne.jp')).toBe('closed');
    world.clock.advance(1_100 * DAY);
    await refused('b@ezweb.ne.jp');
    world.clock.advance(DAY);
    expect((await world.run()).counts).toEqual({ removed: 1 });
  });

  it('keeps a walk’s marks through its invocations, and tells apart what it did not meet', async () => {
    const startedAt = '2026-10-01T00:00:00.000Z';
    const first = await WalkMarks.open(world.store, startedAt);
    for (let index = 0; index < 100_000; index += 1) first.add(`c${index}@example.jp`);
    await first.save();
    const second = await WalkMarks.open(world.store, startedAt);
    expect(second.count).toBe(100_000);
    second.add('later@example.jp');
    expect(['c0@example.jp', 'c99999@example.jp', 'later@example.jp'].every((a) => second.has(a))).toBe(true);
    const strangers = Array.from({ length: 10_000 }, (_, index) => `d${index}@example.jp`);
    expect(strangers.filter((address) => second.has(address)).length).toBeLessThan(5);
  });
});

/** The list in pages of so many entries. */
function inPagesOf(size: number): World['list'] {
  const own = world.list;
  return {
    ...own,
    page: async ({ token, ...range }) => {
      const { entries } = await own.page(range);
      const start = Number(token ?? 0);
      const next = start + size;
      return { entries: entries.slice(start, next), ...(next < entries.length && { next: String(next) }) };
    },
  };
}

/** Time that is up when it was asked for so many times. */
function afterAsks(times: number): () => boolean {
  let asked = 0;
  return () => {
    asked += 1;
    return asked > times;
  };
}

async function forgetMarks(startedAt: string): Promise<void> {
  for (const { pk, sk } of await world.table.scan()) {
    if (String(sk).startsWith(`WALKED#${startedAt}`)) {
      await world.store.delete({ pk: String(pk), sk: String(sk) });
    }
  }
}
