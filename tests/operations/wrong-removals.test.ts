import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { removeRequestSchema } from '../../lib/contracts/remove.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { isComplaint } from '../../lib/mails/nature.ts';
import { remove } from '../../lib/operations/removal/remove.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { addressKey } from '../../lib/store/keys.ts';
import type { Table } from '../../lib/store/table.ts';
import type { SuppressionList } from '../../lib/suppression/list.ts';
import { memoryTable } from '../support/memory-table.ts';
import { worlds } from '../support/thorough.ts';
import { EAGER_POLICY, startWorld, type World, withEntryCalls } from '../support/world.ts';

/** Removals that once happened and must not: each a scene as it was found. */

const HANAKO = 'hanako@ezweb.ne.jp';
const CAPITAL = 'Hanako@ezweb.ne.jp';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BULK = { ...EAGER_POLICY, removalsOneByOne: 0 };

let world: World;

beforeAll(async () => {
  world = await startWorld({ table: memoryTable() });
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

const stateOf = async (address: string) => (await addressRecord(world.store, address)).case?.state;
const listed = () =>
  [...world.ses.list.entries()].map(({ address, reason }) => `${address} ${reason}`).toSorted();

/** Members whom their carrier's filter refused two days ago: policy removes them. */
async function filtered(...addresses: string[]): Promise<void> {
  for (const address of addresses) world.ses.setMailbox(address, { filtersPcMail: true });
  await world.send(...addresses);
  await world.members(...addresses);
  world.clock.advance(2 * DAY);
}

const byHand = (addresses: string[], more: object = {}) => {
  const request = { addresses, reason: '電話で確認', operator: 'ito', ...more };
  const { store, list } = world;
  return remove(removeRequestSchema.parse(request), {
    store,
    list,
    policy: EAGER_POLICY,
    now: () => world.clock.now(),
  });
};

/** The list in pages of so many entries. */
function pagesOf(list: SuppressionList, size: number): SuppressionList['page'] {
  return async ({ token, ...range }) => {
    const { entries } = await list.page(range);
    const next = Number(token ?? 0) + size;
    return {
      entries: entries.slice(Number(token ?? 0), next),
      ...(next < entries.length && { next: String(next) }),
    };
  };
}

it('no call for another address lies between the last look at an entry and its deletion', async () => {
  const people = Array.from({ length: 16 }, (_, index) => `p${index}@ezweb.ne.jp`);
  await filtered(...people);
  const before = world.server.calls.length;
  // Who complains once todoku has seen all sixteen, before their turn comes.
  let looks = 0;
  const list = withEntryCalls(world.list, (own) => ({
    get: async (spelling) => {
      looks += 1;
      const entry = {
        address: 'p15@ezweb.ne.jp',
        reason: 'COMPLAINT',
        updatedAt: world.clock.time(),
      } as const;
      if (looks === 1) world.ses.list.put(entry);
      return own.get(spelling);
    },
  }));
  await world.run({}, { list });
  const calls = world.server.calls.slice(before);
  const deleted = calls.flatMap(({ name, subject }, index) =>
    name === 'DeleteSuppressedDestination'
      ? [[calls[index - 1]?.name, calls[index - 1]?.subject, subject]]
      : [],
  );
  expect(deleted).toHaveLength(15);
  for (const [look, seen, gone] of deleted) expect([look, seen]).toEqual(['GetSuppressedDestination', gone]);
  expect(listed()).toEqual(['p15@ezweb.ne.jp COMPLAINT']);
});

describe('two spellings of one mailbox', () => {
  it.each([
    ['BOUNCE', 'COMPLAINT'],
    ['COMPLAINT', 'BOUNCE'],
  ] as const)('listed for %s, then for %s, both stay', async (first, second) => {
    world.ses.setMailbox(CAPITAL, { filtersPcMail: true });
    await world.send(CAPITAL);
    world.ses.list.delete(CAPITAL);
    const at = world.clock.time();
    const spellings = { BOUNCE: CAPITAL, COMPLAINT: HANAKO };
    world.ses.list.put({ address: spellings[first], reason: first, updatedAt: at });
    world.ses.list.put({ address: spellings[second], reason: second, updatedAt: at + 1_000 });
    await world.members(HANAKO);
    world.clock.advance(2 * DAY);
    for (const full of [false, true]) await world.run({ full });
    expect(listed()).toEqual([`${CAPITAL} BOUNCE`, `${HANAKO} COMPLAINT`]);
    expect(await stateOf(HANAKO)).toBe('kept');
  });

  it('are both removed by hand: "removed" means that mail goes out again', async () => {
    await filtered(HANAKO);
    world.ses.list.put({ address: CAPITAL, reason: 'BOUNCE', updatedAt: world.clock.time() });
    world.clock.advance(DAY);
    await world.run({ mode: 'propose' });
    expect(await byHand([HANAKO])).toMatchObject([{ result: 'removed' }]);
    expect(listed()).toEqual([]);
  });

  it.each([false, true])(
    'are known before any is removed, on whichever page of the list; full: %s',
    async (full) => {
      await filtered(CAPITAL);
      const complaint = { address: 'HANAKO@ezweb.ne.jp', reason: 'COMPLAINT' } as const;
      world.ses.list.put({ ...complaint, updatedAt: world.clock.time() - HOUR });
      const own = world.list;
      const list = { ...own, page: pagesOf(own, 1) };
      for (let run = 0; run < 2; run += 1) await world.run({ full }, { list });
      expect(listed()).toEqual([`${complaint.address} COMPLAINT`, `${CAPITAL} BOUNCE`]);
    },
  );

  it('do not fill the audit with each walk', async () => {
    await filtered(HANAKO);
    world.ses.list.put({ address: CAPITAL, reason: 'BOUNCE', updatedAt: world.clock.time() });
    world.clock.advance(DAY);
    const decisions: number[] = [];
    for (let walk = 0; walk < 4; walk += 1) {
      await world.run({ mode: 'propose', full: true });
      decisions.push((await addressRecord(world.store, HANAKO)).decisions.length);
      world.clock.advance(DAY / 4);
    }
    expect(decisions[3]).toBe(decisions[1]);
  });
});

/** A file asks nobody about its entries: see docs/threat-model.md. */
it.each([
  ['one by one, it stays', 100, 'proposed'],
  ['in a file, which takes it where every bounce on record reads as a filter, it goes', 0, 'watching'],
] as const)('an entry whose cause SES names and nobody recorded: %s', async (_, removalsOneByOne, state) => {
  const listedAt = world.clock.time() + DAY;
  const at = (ms: number) => new Date(ms).toISOString();
  const words = { bounceType: 'Permanent', bounceSubType: 'General', status: '5.0.0' };
  await putFacts(world.store, [
    {
      address: HANAKO,
      kind: 'bounce',
      at: at(listedAt - 3 * HOUR),
      id: 'filter',
      messageId: 'm-filter',
      sentAt: at(listedAt - 3 * HOUR),
      diagnosticCode: 'smtp; 550 : User unknown',
      ...words,
    },
  ]);
  await world.members(HANAKO);
  const cause = { feedbackId: 'unrecorded', messageId: 'm-unrecorded' };
  world.ses.list.put({ address: HANAKO, reason: 'BOUNCE', updatedAt: listedAt, ...cause });
  world.clock.advance(3 * DAY);
  const { importJobs } = world;
  for (let run = 0; run < 2; run += 1) {
    await world.run({}, { policy: { ...EAGER_POLICY, removalsOneByOne }, importJobs });
    world.clock.advance(DAY);
  }
  expect(listed()).toEqual(state === 'proposed' ? [`${HANAKO} BOUNCE`] : []);
  expect(await stateOf(HANAKO)).toBe(state);
});

it('an address that fell out of a job’s file is not recorded as removed by that job', async () => {
  const [first, second] = ['a@ezweb.ne.jp', 'b@ezweb.ne.jp'];
  await filtered(first, second);
  // The table throttles the read of the second right before the file is written.
  let reads = 0;
  const own = world.store;
  const store: Table = {
    ...own,
    pages: (query) => {
      if (query.ExpressionAttributeValues?.[':pk'] === addressKey(second) && ++reads === 2) {
        throw Object.assign(new Error('throttled'), { name: 'ProvisionedThroughputExceededException' });
      }
      return own.pages(query);
    },
  };
  const tools = { policy: BULK, importJobs: world.importJobs, sleep: async () => world.clock.advance(5_000) };
  await world.run({}, { ...tools, store });
  expect(reads).toBeGreaterThan(1);
  expect(listed()).toEqual([`${second} BOUNCE`]);
  const actions = (await addressRecord(own, second)).decisions.map(({ action }) => action);
  expect(actions).not.toContain('removed');
  world.clock.advance(6 * HOUR);
  await world.run({}, tools);
  // Now it is removed, and only now recorded so.
  expect(listed()).toEqual([]);
  expect(await stateOf(second)).toBe('watching');
});

it('an address listed for a complaint, and lifted by an override, is known as that when it bounces later', async () => {
  world.ses.list.put({ address: HANAKO, reason: 'COMPLAINT', updatedAt: world.clock.time() });
  await world.members(HANAKO);
  world.clock.advance(DAY);
  await world.run();
  expect(await byHand([HANAKO], { override: ['complaint'] })).toMatchObject([{ result: 'removed' }]);
  world.clock.advance(40 * DAY);
  await world.run();
  await filtered(HANAKO);
  for (const full of [false, true]) await world.run({ full });
  expect(listed()).toEqual([`${HANAKO} BOUNCE`]);
  const { case: known } = await addressRecord(world.store, HANAKO);
  expect(known).toMatchObject({ state: 'kept', rule: 'complaint' });
});

it('soft bounces after a complaint do not hide it: 3,000 of them, or 60,000', async () => {
  const count = worlds({ few: 3_000, all: 60_000 });
  const base = world.clock.time();
  const fact = (index: number, words: Partial<Fact>): Fact => {
    const at = new Date(base + index * 1_000).toISOString();
    return { address: HANAKO, at, id: `f${index}`, messageId: `m${index}`, sentAt: at, ...words } as Fact;
  };
  await putFacts(world.store, [fact(0, { kind: 'complaint', complaintFeedbackType: 'abuse' })]);
  const soft = { kind: 'bounce', bounceType: 'Transient', bounceSubType: 'MailboxFull' } as const;
  await putFacts(
    world.store,
    Array.from({ length: count }, (_, index) => fact(index + 1, soft)),
  );
  world.clock.advance(DAY);
  await filtered(HANAKO);
  const { facts, more } = await addressRecord(world.store, HANAKO);
  expect(more).toBe(true);
  expect(facts.filter(isComplaint)).toHaveLength(1);
  await world.run();
  expect(listed()).toEqual([`${HANAKO} BOUNCE`]);
  expect((await addressRecord(world.store, HANAKO)).case).toMatchObject({ state: 'kept', rule: 'complaint' });
});
