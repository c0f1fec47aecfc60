import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Decision } from '../../lib/cases/records.ts';
import {
  InvalidPartError,
  joinSimulations,
  overDailyLimit,
  type Simulation,
  type SimulationPart,
  simulate,
} from '../../lib/operations/policy/simulate.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { putCase } from '../../lib/store/cases.ts';
import { putDecisions } from '../../lib/store/decisions.ts';
import { EAGER_POLICY, startWorld, type World } from '../support/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ inMemory: true });
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const HANAKO = 'hanako@ezweb.ne.jp';
const TARO = 'taro@ezweb.ne.jp';

/** Simulates a changed policy over the last 90 days, part by part. */
async function compare(changes: Partial<Policy>, days = 90): Promise<Simulation & { parts: number }> {
  const tools = {
    store: world.store,
    inForce: EAGER_POLICY,
    candidate: { ...EAGER_POLICY, ...changes },
    now: () => world.clock.now(),
  };
  let part: SimulationPart = await simulate({ policy: {}, days }, tools);
  let whole: Simulation = part;
  let parts = 1;
  while (part.next !== undefined) {
    part = await simulate({ policy: {}, days, next: part.next }, tools);
    whole = joinSimulations(whole, part);
    parts += 1;
  }
  return { ...whole, parts };
}

/** A customer whom mail reached before, and whose carrier now refuses it. */
async function refused(...addresses: string[]): Promise<void> {
  for (const address of addresses) world.ses.setMailbox(address, {});
  await world.send(...addresses);
  world.clock.advance(DAY);
  for (const address of addresses) world.ses.setMailbox(address, { filtersPcMail: true });
  await world.send(...addresses);
}

/** Two removals, one of them a success; an unknown user; a stranger who is only proposed. */
async function history(): Promise<void> {
  await refused(HANAKO, TARO);
  world.ses.setMailbox('stranger@ezweb.ne.jp', { filtersPcMail: true });
  await world.send('stranger@ezweb.ne.jp', 'nobody@example.jp');
  await world.run();
  world.ses.setMailbox(HANAKO, { filtersPcMail: false });
  world.clock.advance(HOUR);
  await world.send(HANAKO, TARO);
  // Long enough for a delivery to be the outcome.
  world.clock.advance(13 * HOUR);
  await world.run();
}

const none = { removed: 0, delivered: 0, bouncedAgain: 0, complained: 0, silent: 0, open: 0 };

describe('a simulation', () => {
  it('of the policy in force says what really happened', async () => {
    await history();
    const { inForce, candidate, changes, entries, addresses } = await compare({});
    // Taro's second listing, after he was refused again, is the fifth entry.
    expect([entries, addresses]).toEqual([5, 4]);
    expect(inForce).toMatchObject({ remove: 2, propose: 2, keep: 1 });
    expect(inForce.ofThese).toEqual({ ...none, removed: 2, delivered: 1, bouncedAgain: 1 });
    expect(inForce.ofOthers).toEqual(none);
    expect(inForce.byRule).toMatchObject({ 'filtered-known-recipient': 2, 'filtered-bounced-again': 1 });
    expect([candidate, changes]).toEqual([inForce, {}]);
  });

  it('of the policy in force says so whatever happened, in whatever order', async () => {
    const people = [HANAKO, TARO, 'jiro@uqmobile.jp', 'stranger@docomo.ne.jp'];
    const person = fc.constantFrom(...people);
    const step = fc.oneof(
      fc.record({ what: fc.constant('send' as const), person }),
      fc.record({ what: fc.constant('filter' as const), person, on: fc.boolean() }),
      fc.record({ what: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 400 }) }),
      fc.record({ what: fc.constant('run' as const), full: fc.boolean() }),
    );
    let removals = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 25 }), async (steps) => {
        await world.reset();
        // Everybody was reached once, so that a refusal is removed and not only proposed; two are refused by now.
        for (const address of people) world.ses.setMailbox(address, {});
        await world.send(...people);
        await refused(HANAKO, TARO);
        for (const each of steps) {
          if (each.what === 'send') await world.send(each.person);
          else if (each.what === 'filter') world.ses.setMailbox(each.person, { filtersPcMail: each.on });
          else if (each.what === 'wait') world.clock.advance(each.hours * HOUR);
          else await world.run({ full: each.full });
        }
        await world.run({ full: true });
        const items = await world.table.scan();
        const really = items.filter((item) => item.action === 'removed').length;
        const { inForce } = await compare({}, 1_000);
        removals += really;
        expect([inForce.remove, inForce.ofThese.removed, inForce.ofOthers.removed]).toEqual([
          really,
          really,
          0,
        ]);
      }),
      { numRuns: 12 },
    );
    expect(removals).toBeGreaterThan(0);
  });

  it('of a stricter policy says what would not have been removed, with what came of it', async () => {
    await history();
    const { candidate, changes, differences } = await compare({ maximumRemovals: 0 });
    expect(candidate).toMatchObject({ remove: 0, propose: 0, keep: 5 });
    expect(candidate.ofThese).toEqual(none);
    expect(candidate.ofOthers).toEqual({ ...none, removed: 2, delivered: 1, bouncedAgain: 1 });
    expect(changes).toEqual({ 'remove>keep': 2, 'propose>keep': 2 });
    const hanako = differences.find((each) => each.address === HANAKO);
    expect(hanako).toMatchObject({
      inForce: { action: 'remove', rule: 'filtered-known-recipient' },
      candidate: { action: 'keep', rule: 'removed-too-often' },
      really: 'delivered',
    });
  });

  it('changes nothing in the table', async () => {
    await history();
    const before = await world.table.scan();
    await compare({ coolDownHours: 48 });
    expect(await world.table.scan()).toEqual(before);
  });

  it('judges by what was known at the time, not by what came after', async () => {
    await refused(HANAKO);
    await world.run();
    world.ses.setMailbox(HANAKO, { filtersPcMail: false, reaction: 'complains' });
    world.clock.advance(HOUR);
    await world.send(HANAKO);
    await world.run();
    expect((await addressRecord(world.store, HANAKO)).facts.map((fact) => fact.kind)).toContain('complaint');
    const { inForce } = await compare({});
    expect(inForce.byRule['filtered-known-recipient']).toBe(1);
    expect(inForce.ofThese).toMatchObject({ removed: 1 });
  });

  it('follows a policy that would have waited to the day on which it would have acted', async () => {
    await refused(HANAKO);
    await world.run();
    world.ses.setMailbox(HANAKO, { filtersPcMail: false });
    world.clock.advance(HOUR);
    await world.send(HANAKO);
    const listedAt = (await addressRecord(world.store, HANAKO)).case?.listedAt ?? '';
    const early = await compare({ coolDownHours: 48 });
    expect(early.changes).toEqual({ 'remove>keep': 1 });
    world.clock.advance(3 * DAY);
    const later = await compare({ coolDownHours: 48 });
    expect([later.changes, later.candidate.remove]).toEqual([{}, 1]);
    const day = new Date(Date.parse(listedAt) + 48 * HOUR).toISOString().slice(0, 10);
    expect(later.candidate.removalsByDay).toEqual({ [day]: 1 });
  });

  it("takes an operator's no for what it was", async () => {
    world.ses.setMailbox('stranger@ezweb.ne.jp', { filtersPcMail: true });
    await world.send('stranger@ezweb.ne.jp');
    await world.run();
    const { case: proposed } = await addressRecord(world.store, 'stranger@ezweb.ne.jp');
    if (proposed === undefined) throw new Error('nothing was proposed');
    world.clock.advance(HOUR);
    const at = world.clock.now().toISOString();
    await putDecisions(world.store, [rejection(proposed.address, proposed.listedAt, at)]);
    const { proposalId: _proposal, ...rest } = proposed;
    await putCase(world.store, { ...rest, state: 'rejected', updatedAt: at }, proposed);
    world.clock.advance(3 * DAY);
    const { inForce, candidate } = await compare({ coolDownHours: 48 });
    expect(inForce.byRule).toEqual({ filtered: 1 });
    expect(candidate.byRule).toEqual({ 'rejected-by-operator': 1 });
  });

  it('looks no further back than asked', async () => {
    await history();
    world.clock.advance(40 * DAY);
    expect(await compare({}, 30)).toMatchObject({ entries: 0, addresses: 0 });
  });

  it('counts removals above the limit of a day', async () => {
    await history();
    const { candidate } = await compare({});
    expect(overDailyLimit(candidate, { maximumRemovalsPerDay: 1 })).toBe(1);
    expect(overDailyLimit(candidate, { maximumRemovalsPerDay: 500 })).toBe(0);
  });

  it('goes through a long history in parts, each address once', async () => {
    const at = world.clock.now().toISOString();
    const addresses = Array.from({ length: 700 }, (_, index) => `customer${index}@ezweb.ne.jp`);
    const put = (address: string) =>
      putCase(
        world.store,
        {
          address,
          version: 0,
          state: 'kept',
          spelling: address,
          listedReason: 'BOUNCE',
          listedAt: at,
          diagnosis: { reason: 'undefined', confidence: 'ambiguous', rule: 'x' },
          rule: 'no-evidence',
          removals: [],
          updatedAt: at,
        },
        undefined,
      );
    for (let start = 0; start < addresses.length; start += 50) {
      await Promise.all(addresses.slice(start, start + 50).map(put));
    }
    await putDecisions(
      world.store,
      addresses.map((address) => bulky(address, at)),
    );
    const whole = await compare({});
    expect(whole).toMatchObject({ entries: 700, addresses: 700 });
    expect(whole.parts).toBeGreaterThan(1);
    expect(whole.inForce.keep).toBe(700);
  });

  it('refuses a place it did not give', async () => {
    const tools = {
      store: world.store,
      inForce: EAGER_POLICY,
      candidate: EAGER_POLICY,
      now: () => new Date(),
    };
    await expect(simulate({ policy: {}, days: 1, next: 'e30' }, tools)).rejects.toThrow(InvalidPartError);
  });
});

function rejection(address: string, listedAt: string, at: string): Decision {
  return {
    address,
    at,
    id: 'reject:filtered',
    by: 'Suzuki',
    action: 'reject',
    rule: 'filtered',
    because: { ja: '却下', en: 'rejected' },
    listing: { reason: 'BOUNCE', at: listedAt },
  };
}

/** A decision with much text, so that few addresses fill a page of the table. */
function bulky(address: string, at: string): Decision {
  return {
    address,
    at,
    id: 'keep:no-evidence',
    by: 'cleanup',
    action: 'keep',
    rule: 'no-evidence',
    because: { ja: '材料なし', en: 'x'.repeat(4_000) },
    listing: { reason: 'BOUNCE', at },
  };
}
