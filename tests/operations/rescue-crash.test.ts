import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { continueRescue, startRescue } from '../../lib/operations/rescue/rescue.ts';
import { rescueStatus } from '../../lib/operations/rescue/status.ts';
import type { RescueTools } from '../../lib/operations/rescue/tools.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { CampaignChangedError } from '../../lib/store/campaign.ts';
import {
  alone,
  backlog,
  DAY,
  docomo,
  rescueTools,
  SETTLED,
  START,
  startOrContinue,
} from '../support/rescue-scene.ts';
import { worlds } from '../support/thorough.ts';
import { startWorld, type World } from '../support/world.ts';

let onServers: World;
let inMemory: World;
/** The one of the two that is looked at. */
let world: World;

beforeAll(async () => {
  onServers = await startWorld();
  inMemory = await startWorld({ inMemory: true });
});
beforeEach(() => {
  world = onServers;
});
afterAll(() => Promise.all([onServers.stop(), inMemory.stop()]));

/**
 * A campaign dies at every call with its table in memory, and at every so many calls on a database too: nearly all the
 * time of a dying campaign is the database's. `npm run thorough` dies at every call on both.
 */
const SERVERS_STEP = worlds({ few: 24, all: 1 });

const ALL = docomo(2);
/**
 * A volume told for one day, not for the usual seven: of the reads of the day index, eight a day and all alike, two
 * days' are left to die in. Every other call of a campaign is made as ever.
 */
const ONE_DAY: Partial<RescueTools> = {
  sending: async () => ({ sent: 1_000, days: 1, source: 'send-quota' }),
};

/** Thrown into a call at the moment it dies. From then on it reaches nothing any more, as after kill -9. */
class Killed extends Error {
  override readonly name = 'Killed';
}

/** Starts or continues, and dies at the given call, before or after that took effect. @returns calls made. */
async function killedAt(at: number, when: 'before' | 'after', first?: number): Promise<number> {
  let calls = 0;
  let dead = false;
  world.intercept(async (proceed) => {
    if (dead) throw new Killed();
    calls += 1;
    if (calls !== at) return proceed();
    dead = true;
    if (when === 'after') await proceed();
    throw new Killed();
  });
  await startOrContinue(world, ONE_DAY, first === undefined ? {} : { first }).catch(() => undefined);
  world.intercept(undefined);
  return calls;
}

/** What must be the same whether or not calls died on the way: list, cases, audit and waves, without their times. */
async function snapshot() {
  const addresses: Record<string, unknown> = {};
  for (const address of ALL) {
    const { case: known, decisions } = await addressRecord(world.store, address);
    addresses[address] = {
      listed: world.ses.list.get(address) !== undefined,
      state: known?.state,
      removals: known?.removals.map(({ by, rule }) => ({ by, rule })),
      audit: decisions.map(({ by, action, rule }) => ({ by, action, rule })),
    };
  }
  const { campaign, waves } = await rescueStatus(rescueTools(world));
  return {
    addresses,
    state: campaign?.state,
    waves: waves.map(({ chosen, removed, skipped, delivered }) => ({ chosen, removed, skipped, delivered })),
  };
}

/** A campaign of two waves of one address, in which the first call and the one after the outcomes may die. */
async function campaign(at: number, when: 'before' | 'after'): Promise<number> {
  await world.reset();
  await backlog(world, ALL);
  await world.run({ mode: 'propose' });
  const calls = [await killedAt(at, when, 1)];
  await startOrContinue(world, ONE_DAY, { first: 1 });
  world.clock.advance(DAY);
  await world.send(...ALL);
  world.clock.advance(SETTLED);
  // The second call dies the other way round.
  calls.push(await killedAt(at, when === 'before' ? 'after' : 'before'));
  await startOrContinue(world, ONE_DAY);
  return Math.max(...calls);
}

describe('a campaign killed at any call', () => {
  it('is finished by the next call as if nothing had happened, at every call, before and after its effect', {
    timeout: 600_000,
  }, async () => {
    const calls = await campaign(Number.POSITIVE_INFINITY, 'before');
    const expected = await snapshot();
    await expect(await world.table.text()).toMatchFileSnapshot('../golden/rescue-crash-table.txt');
    expect(expected).toMatchObject({
      state: 'running',
      waves: [
        { chosen: 1, removed: 1, delivered: 1 },
        { chosen: 1, removed: 1 },
      ],
    });
    expect(calls).toBeGreaterThan(30);
    const stored = await world.table.scan();
    world = inMemory;
    expect(await campaign(Number.POSITIVE_INFINITY, 'before')).toBe(calls);
    expect(await snapshot()).toEqual(expected);
    expect(await world.table.scan()).toEqual(stored);

    const points = Array.from({ length: calls }, (_, index) => index + 1);
    const dying = [
      ...points.map((at) => ({ at, where: inMemory })),
      ...points.filter((at) => at % SERVERS_STEP === 0).map((at) => ({ at, where: onServers })),
    ];
    for (const { at, where } of dying) {
      world = where;
      for (const when of ['before', 'after'] as const) {
        await campaign(at, when);
        expect(await snapshot(), `killed ${when} call ${at} of ${calls}`).toEqual(expected);
      }
    }
  });
});

describe('two calls at once', () => {
  const removalsOf = async (address: string) =>
    (await addressRecord(world.store, address)).case?.removals ?? [];

  it('do not both remove: the lease lets one in', async () => {
    await world.reset();
    await backlog(world, ALL);
    await world.run({ mode: 'propose' });
    const start = (tools = rescueTools(world)) => alone(world, tools, () => startRescue(START, tools));
    const answers = await Promise.all([start(), start(), start()]);
    expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
    for (const address of ALL) expect(await removalsOf(address)).toHaveLength(1);
  });

  it('and where a lease has run out under a slow call, versions keep them from removing twice', async () => {
    await world.reset();
    await backlog(world, ALL);
    await world.run({ mode: 'propose' });
    const answers = await Promise.allSettled([
      startRescue(START, rescueTools(world)),
      startRescue(START, rescueTools(world)),
    ]);
    const failed = answers.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(failed).toHaveLength(1);
    expect(failed[0]).toBeInstanceOf(CampaignChangedError);
    await Promise.allSettled([continueRescue(rescueTools(world)), continueRescue(rescueTools(world))]);
    for (const address of ALL) expect(await removalsOf(address)).toHaveLength(1);
  });
});
