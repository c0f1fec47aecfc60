import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fact } from '../../lib/mails/fact.ts';
import { ingest } from '../../lib/operations/ingest.ts';
import { putFacts } from '../../lib/store/facts.ts';
import type { Item } from '../../lib/store/items.ts';
import type { Key } from '../../lib/store/keys.ts';
import type { ListEntry } from '../../local/ses/list.ts';
import { bounceText } from '../support/events.ts';
import { forgetIn, removeIn, tracesOf } from '../support/forget-scene.ts';
import { isWhole } from '../support/thorough.ts';
import { startWorld, type World } from '../support/world.ts';
import { FLOWS, type Flow } from './news-flows.ts';

/**
 * A person is forgotten before every call of every way of working on an address, and each of them begins before every
 * call of a forgetting. Whatever the order: nothing is left of the address but what came after, and an address whose owner
 * complained is never taken off the list. `npm run news` tries every call, every run of the tests every fourth, beginning
 * with another one for each way.
 */
const EVERY = isWhole('NEWS') ? 1 : 4;
let turn = 0;

const DAY = 86_400_000;
const AU = 'hanako@ezweb.ne.jp';

/** Recording of an event that happened before anybody is forgotten: it may come late. */
const recording: Pick<Flow, 'name' | 'address' | 'prepare' | 'act'> = {
  name: 'ingest',
  address: AU,
  async prepare(world) {
    world.clock.advance(DAY);
  },
  async act(world) {
    const at = '2026-10-01T12:00:00.000Z';
    const body = bounceText({ address: AU, at, mail: { timestamp: at } });
    await ingest([{ body }], { store: world.store, forgetKey: world.forgetKey });
    return undefined;
  },
};
const WAYS: readonly Pick<Flow, 'name' | 'address' | 'prepare' | 'act'>[] = [...FLOWS, recording];

let world: World;

beforeAll(async () => {
  world = await startWorld({ inMemory: true });
});
afterAll(() => world.stop());

interface Scene {
  readonly items: readonly Item[];
  readonly entries: readonly ListEntry[];
  readonly time: string;
}

async function sceneOf(way: Pick<Flow, 'address' | 'prepare'>, complained: boolean): Promise<Scene> {
  await world.reset();
  await way.prepare(world);
  if (complained) await putFacts(world.store, [complaintOf(way.address)]);
  const entries = [...world.ses.list.entries()];
  return { items: await world.table.scan(), entries, time: world.clock.now().toISOString() };
}

const isListed = (address: string) => world.ses.list.get(address) !== undefined;

/** A complaint that nobody has looked at yet: what is proposed, or was begun, is of before. */
function complaintOf(address: string): Fact {
  const at = world.clock.now().toISOString();
  return {
    address,
    kind: 'complaint',
    at,
    id: 'c',
    messageId: 'c',
    sentAt: at,
    complaintFeedbackType: 'abuse',
  };
}

async function restore({ items, entries, time }: Scene): Promise<void> {
  const keep = new Set(items.map(({ pk, sk }) => `${pk} ${sk}`));
  const gone = (await world.table.scan()).filter(
    ({ pk, sk }) => !keep.has(`${pk} ${sk}`),
  ) as unknown as Key[];
  const { store } = world;
  await store.deleteAll(gone);
  await store.putAll(items);
  for (const { address } of [...world.ses.list.entries()]) world.ses.list.delete(address);
  for (const entry of entries) world.ses.list.put(entry);
  world.clock.set(time);
}

const isIn = ({ entries }: Scene, { address }: Pick<Flow, 'address'>) =>
  entries.some((entry) => entry.address === address);

/** Runs `work`; before its nth call `news` arrives, or it dies. @returns how many calls it made. */
async function interrupted(
  work: () => Promise<unknown>,
  nth: number,
  news: (() => Promise<unknown>) | 'death' | undefined,
): Promise<number> {
  let calls = 0;
  let quiet = false;
  world.intercept(async (proceed) => {
    if (quiet) return proceed();
    calls += 1;
    if (calls >= nth && news === 'death') throw new Error('killed');
    if (calls === nth && typeof news === 'function') {
      quiet = true;
      await news();
      quiet = false;
    }
    // Each call takes some time, so that what follows is later.
    world.clock.advance(100);
    return proceed();
  });
  try {
    await work().catch(() => undefined);
  } finally {
    world.intercept(undefined);
  }
  return calls;
}

/** What a play has come to. */
interface Ended {
  /** Whether the entry stood on the list, and a complaint must keep it there. */
  readonly isProtected: boolean;
  /** When the person was forgotten, and when the other work began; ISO 8601 UTC. */
  readonly at: string;
  readonly begun: string;
}

/** What is wrong at the end of a play. */
async function wrongs({ address }: Pick<Flow, 'address'>, ended: Ended): Promise<string[]> {
  const { isProtected, at, begun } = ended;
  const found: string[] = [];
  // An operator who asks after the forgetting makes new records.
  const isNew = ({ by, at: date, updatedAt }: Item) =>
    begun >= at && String(updatedAt ?? date) > at && by !== 'cleanup';
  const traces = (await tracesOf(world, address)).filter((item) => !isNew(item));
  if (traces.length > 0) found.push(`left: ${traces.map(({ pk, sk }) => `${pk} ${sk}`).join(', ')}`);
  if (!isProtected) return found;
  if (!isListed(address)) found.push('taken off the list after a complaint');
  const { result } = (await removeIn(world, address)) ?? {};
  if (result !== 'refused') found.push(`not protected afterwards: ${result}`);
  return found;
}

describe.each(WAYS)('$name', (way) => {
  it.each(['nobody complained', 'a complaint before', 'a complaint meanwhile'])(
    'leaves nothing of whoever is forgotten meanwhile; %s',
    async (complaint) => {
      const scene = await sceneOf(way, complaint === 'a complaint before');
      const count = await interrupted(() => way.act(world), Number.POSITIVE_INFINITY, undefined);
      const wrong: string[] = [];
      /** Before how many calls a forgetting does not keep the entry from being removed. */
      let window = 0;
      for (let nth = 1 + (turn++ % EVERY); nth <= count + 1; nth += EVERY) {
        await restore(scene);
        let at: string | undefined;
        let wasListed = false;
        const forgetting = async () => {
          wasListed = isListed(way.address);
          if (complaint === 'a complaint meanwhile') await putFacts(world.store, [complaintOf(way.address)]);
          ({ at } = await forgetIn(world, way.address));
        };
        const begun = nth === 1 ? '9' : scene.time;
        await interrupted(() => way.act(world), nth, forgetting);
        // It ended before: then the person is forgotten afterwards.
        if (at === undefined) await forgetting();
        // Nobody looks any more at what comes between the look and the deletion, and an override is never put back.
        const isOverridden = 'override' in way && complaint === 'a complaint meanwhile';
        const isProtected = complaint !== 'nobody complained' && wasListed && !isOverridden;
        const found = await wrongs(way, { isProtected, at: at ?? '', begun });
        wrong.push(...found.map((each) => `before call ${nth} of ${count}: ${each}`));
        if (nth > 1 && wasListed && !isListed(way.address)) window += 1;
      }
      expect(wrong).toEqual([]);
      // The deletion itself; with an import job what lies between the judgement and its start.
      if (!('override' in way)) expect(window).toBeLessThanOrEqual('weaker' in way ? 4 : 1);
    },
  );

  it.each([false, true])('begins while somebody is forgotten; complained: %s', async (complained) => {
    const scene = await sceneOf(way, complained);
    const forgetting = () => forgetIn(world, way.address);
    const count = await interrupted(forgetting, Number.POSITIVE_INFINITY, undefined);
    const wrong: string[] = [];
    for (let nth = 1 + (turn++ % EVERY); nth <= count; nth += EVERY) {
      await restore(scene);
      let begun = '';
      let at = '';
      const work = async () => {
        begun = world.clock.now().toISOString();
        await way.act(world);
      };
      const forgotten = async () => {
        ({ at } = await forgetting());
      };
      await interrupted(forgotten, nth, work);
      const found = await wrongs(way, { isProtected: complained && isIn(scene, way), at, begun });
      wrong.push(...found.map((each) => `before call ${nth} of ${count}: ${each}`));
    }
    expect(wrong).toEqual([]);
  });
});

describe('a forgetting that dies', () => {
  it.each([false, true])(
    'protects from its first erasure on, and does the rest when it is asked for again; complained: %s',
    async (complained) => {
      const way = WAYS.find(({ name }) => name === 'rescue wave') as Flow;
      const scene = await sceneOf(way, complained);
      const count = await interrupted(
        () => forgetIn(world, way.address),
        Number.POSITIVE_INFINITY,
        undefined,
      );
      const wrong: string[] = [];
      for (let nth = 1; nth <= count; nth += 1) {
        await restore(scene);
        await interrupted(() => forgetIn(world, way.address), nth, 'death');
        await way.act(world);
        if (complained && world.ses.list.get(way.address) === undefined)
          wrong.push(`${nth}: taken off the list`);
        const { at } = await forgetIn(world, way.address);
        const found = await wrongs(way, { isProtected: complained && isIn(scene, way), at, begun: '' });
        wrong.push(...found.map((each) => `killed before call ${nth}: ${each}`));
      }
      expect(wrong).toEqual([]);
    },
  );
});
