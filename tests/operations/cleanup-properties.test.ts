import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Policy } from '../../lib/policy/policy.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { casesInState } from '../../lib/store/cases.ts';
import { type FaultProxy, startProxy } from '../support/proxy.ts';
import { worlds } from '../support/thorough.ts';
import { startWorld, type World } from '../support/world.ts';
import {
  addressOf,
  mustStay,
  type Plan,
  plan,
  policyOf,
  populate,
  type RunOutcome,
  runOnce,
  type Step,
} from './disturbed-world.ts';

let world: World;
let proxy: FaultProxy;

beforeAll(async () => {
  world = await startWorld();
  proxy = await startProxy(world.table.endpoint);
});
afterAll(() => Promise.all([world.stop(), proxy.stop()]));

/** The same worlds on every machine; fast-check prints seed and path of a failing one. */
const SEED = 20_261_124;

const listed = () => new Map([...world.ses.list.entries()].map((entry) => [entry.address, entry.reason]));
const caseOf = async (address: string) => (await addressRecord(world.store, address)).case;

/** Runs left alone until one has finished. */
async function finishUndisturbed(of: Plan, policy: Policy, full: boolean): Promise<RunOutcome> {
  for (let invocation = 0; invocation < 20; invocation += 1) {
    const outcome = await runOnce(world, proxy, of, { policy, full });
    if (outcome.report?.unfinished === false) return outcome;
  }
  throw new Error('twenty undisturbed runs did not finish');
}

/** What happens to people before a run. */
async function live(of: Plan, { hours, complains, writtenTo }: Step): Promise<void> {
  world.clock.advance(hours * 3_600_000);
  const complaining = of.people[complains];
  if (complaining !== undefined) {
    const address = addressOf(complaining, complains);
    world.ses.list.put({ address, reason: 'COMPLAINT', updatedAt: world.clock.time() });
  }
  const recipient = of.people[writtenTo];
  if (recipient !== undefined) await world.send(addressOf(recipient, writtenTo));
}

/** Single calls refuse an address with a slash: where there are no import jobs a run can only count it. */
const cannotBeRemoved = (of: Plan, address: string) => address.includes('/') && !of.importJobs;

/** What the run before left begun: removals that the limits of their own run allowed. */
async function begun(): Promise<number> {
  return (await casesInState(world.store, 'removing')).items.length;
}

describe('a cleanup, whatever the facts, order and faults', () => {
  it('removes no complaint, no unknown user and never more than its limits, and forgets nobody', {
    timeout: 600_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (of) => {
        await world.reset();
        await populate(world, of);
        const policy = policyOf(of);
        const addresses = of.people.map(addressOf);
        const stay = addresses.filter((_, index) => mustStay(of.people[index] as Plan['people'][number]));
        const firstDay = Math.floor(world.clock.time() / 86_400_000);
        let removedInAll = 0;
        /** Removals of one run, its earlier invocations included; a run that died has ended. */
        let removedInRun = 0;

        const check = async (disturbed: Step | undefined, run: () => Promise<RunOutcome>) => {
          const before = listed();
          const leftOver = await begun();
          const outcome = await run();
          const after = listed();
          const gone = [...before.keys()].filter((address) => !after.has(address));
          for (const address of gone) {
            expect(before.get(address), `${address} was removed`).toBe('BOUNCE');
            expect(stay, `${address} was removed`).not.toContain(address);
          }
          if (disturbed?.mode === 'propose') expect(gone.length).toBeLessThanOrEqual(leftOver);
          removedInRun += Math.max(0, gone.length - leftOver);
          removedInAll += gone.length;
          expect(removedInRun, 'removals of one run').toBeLessThanOrEqual(of.perRun);
          const days = Math.floor(world.clock.time() / 86_400_000) - firstDay + 1;
          expect(removedInAll, `removals in ${days} days`).toBeLessThanOrEqual(of.perDay * days);
          if (outcome.report?.unfinished !== true) removedInRun = 0;
          return outcome;
        };

        for (const disturbed of of.steps) {
          await live(of, disturbed);
          await check(disturbed, () => runOnce(world, proxy, of, { step: disturbed, policy }));
        }

        // Left alone, an incremental run finds whoever was missed.
        await check(undefined, () => finishUndisturbed(of, policy, false));
        for (const address of listed().keys()) {
          if (cannotBeRemoved(of, address)) continue;
          expect(await caseOf(address), `the case of ${address}`).toBeDefined();
        }
        await check(undefined, () => finishUndisturbed(of, policy, true));
        expect((await casesInState(world.store, 'removing')).items).toEqual([]);
      }),
      { numRuns: worlds({ few: 15, all: 40 }), seed: SEED, endOnFailure: true },
    );
  });

  it('comes to the cases and the list of a world without faults, once they have stopped', {
    timeout: 600_000,
  }, async () => {
    const ending = async (of: Plan, disturbed: boolean) => {
      await world.reset();
      await populate(world, of);
      const policy = policyOf(of, true);
      for (const each of of.steps) {
        world.clock.advance(each.hours * 3_600_000);
        const step = disturbed
          ? each
          : { ...each, looks: Number.POSITIVE_INFINITY, sesFaults: [], tableFaults: [] };
        await runOnce(world, proxy, of, { step, policy });
      }
      await finishUndisturbed(of, policy, true);
      const states = new Map<string, unknown>();
      for (const address of of.people.map(addressOf)) {
        if (cannotBeRemoved(of, address)) continue;
        const { case: known, decisions } = await addressRecord(world.store, address);
        const audit = decisions.map(({ id }) => id);
        expect(new Set(audit).size, `audit of ${address}: ${audit.join(' ')}`).toBe(audit.length);
        const removals = known?.removals.map(({ by, rule, outcome }) => ({ by, rule, outcome }));
        states.set(address, { state: known?.state, rule: known?.rule, removals });
      }
      return { listed: listed(), states };
    };
    await fc.assert(
      fc.asyncProperty(plan, async (of) => {
        expect(await ending(of, true)).toEqual(await ending(of, false));
      }),
      { numRuns: worlds({ few: 8, all: 20 }), seed: SEED, endOnFailure: true },
    );
  });
});
