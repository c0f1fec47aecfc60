import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CleanupTools } from '../../lib/operations/cleanup/types.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { worlds } from '../support/thorough.ts';
import { EAGER_POLICY, startWorld, type World } from '../support/world.ts';

/** Two removals one by one, the others by import job: every way of removing is passed through. */
const policy = { ...EAGER_POLICY, removalsOneByOne: 2 };

const FILTERED = ['a@ezweb.ne.jp', 'b@ezweb.ne.jp', 'c@au.com', 'd@au.com', 'e/slash@ezweb.ne.jp'];
const ALL = [
  ...FILTERED,
  'relisted@ezweb.ne.jp',
  'stranger@ezweb.ne.jp',
  'nobody@gmail.com',
  'angry@outlook.com',
];

let onServers: World;
let inMemory: World;
/** The one of the two that is looked at. */
let world: World;

beforeAll(async () => {
  onServers = await startWorld();
  inMemory = await startWorld({ inMemory: true });
});
afterAll(() => Promise.all([onServers.stop(), inMemory.stop()]));

/**
 * A run dies at every call with table, SES and S3 in memory, and at every so many calls on the servers too: nearly all
 * the time of a dying run is theirs. `npm run thorough` dies at every call on both.
 */
const SERVERS_STEP = worlds({ few: 24, all: 1 });

/** Thrown into a run at the moment it dies. From then on it reaches nothing any more, as after kill -9. */
class Killed extends Error {
  override readonly name = 'Killed';
}

/** The calls of a run: counts them, and kills the run at the one given, before or after it took effect. */
function killing(at: number, when: 'before' | 'after') {
  const state = { calls: 0, dead: false };
  const intercept = async <T>(proceed: () => Promise<T>): Promise<T> => {
    if (state.dead) throw new Killed();
    state.calls += 1;
    if (state.calls !== at) return proceed();
    state.dead = true;
    if (when === 'after') await proceed();
    throw new Killed();
  };
  return { state, intercept };
}

const tools = (): Partial<CleanupTools> => ({ policy, importJobs: world.importJobs, sleep: async () => {} });

/** A list on which every kind of work waits: removals both ways, an outcome, a new listing, proposals, keeps. */
async function prepare(): Promise<void> {
  await world.reset();
  const { ses } = world;
  for (const address of [...FILTERED, 'relisted@ezweb.ne.jp']) ses.setMailbox(address, {});
  await world.send(...FILTERED, 'relisted@ezweb.ne.jp');
  world.clock.advance(86_400_000);
  for (const address of ['relisted@ezweb.ne.jp', 'stranger@ezweb.ne.jp']) {
    ses.setMailbox(address, { filtersPcMail: true });
  }
  await world.send('relisted@ezweb.ne.jp');
  await world.run({}, tools());
  world.clock.advance(86_400_000);
  for (const address of FILTERED) ses.setMailbox(address, { filtersPcMail: true });
  ses.setMailbox('angry@outlook.com', { reaction: 'complains' });
  await world.send(
    ...FILTERED,
    'relisted@ezweb.ne.jp',
    'stranger@ezweb.ne.jp',
    'nobody@gmail.com',
    'angry@outlook.com',
  );
  world.clock.advance(86_400_000);
}

/** What must be the same whether or not runs died on the way: the list, each case, the audit without its times. */
async function snapshot() {
  const cases: Record<string, unknown> = {};
  for (const address of ALL) {
    const { case: known, decisions } = await addressRecord(world.store, address);
    cases[address] = {
      state: known?.state,
      rule: known?.rule,
      removals: known?.removals.map(({ by, rule, outcome }) => ({ by, rule, outcome })),
      audit: decisions.map(({ by, action, rule, outcome }) => ({ by, action, rule, outcome })),
    };
  }
  const listed = ALL.flatMap((address) => {
    const entry = world.ses.list.get(address);
    return entry ? [`${address} ${entry.reason}`] : [];
  });
  return { listed, cases };
}

async function dyingRun(at: number, when: 'before' | 'after'): Promise<number> {
  const { state, intercept } = killing(at, when);
  world.intercept(intercept);
  await world.run({}, tools()).catch(() => undefined);
  world.intercept(undefined);
  return state.calls;
}

async function finalRuns(): Promise<void> {
  // The second goes on where the first had to start anew what a dead run had left in an unknown state.
  await world.run({ full: true }, tools());
  await world.run({ full: true }, tools());
}

describe('a cleanup killed at any call', () => {
  it('leaves what the next run makes as if nothing had happened, at every call, before and after its effect', {
    timeout: 600_000,
  }, async () => {
    world = onServers;
    await prepare();
    await finalRuns();
    const expected = await snapshot();
    const stored = await world.table.scan();
    await expect(await world.table.text()).toMatchFileSnapshot('../golden/crash-table.txt');
    expect(expected.listed).toEqual([
      'relisted@ezweb.ne.jp BOUNCE',
      'stranger@ezweb.ne.jp BOUNCE',
      'nobody@gmail.com BOUNCE',
      'angry@outlook.com COMPLAINT',
    ]);
    world = inMemory;
    await prepare();
    await finalRuns();
    expect(await snapshot()).toEqual(expected);
    expect(await world.table.scan()).toEqual(stored);
    await prepare();
    const calls = await dyingRun(Number.POSITIVE_INFINITY, 'before');
    expect(calls).toBeGreaterThan(30);

    const points = Array.from({ length: calls }, (_, index) => index + 1);
    const dying = [
      ...points.map((at) => ({ at, where: inMemory })),
      ...points.filter((at) => at % SERVERS_STEP === 0).map((at) => ({ at, where: onServers })),
    ];
    for (const { at, where } of dying) {
      world = where;
      for (const when of ['before', 'after'] as const) {
        await prepare();
        await dyingRun(at, when);
        // And once more, somewhere else on its way.
        await dyingRun(1 + ((at * 7) % calls), when === 'before' ? 'after' : 'before');
        await finalRuns();
        expect(await snapshot(), `killed ${when} call ${at} of ${calls}`).toEqual(expected);
      }
    }
  });
});
