import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isComplaint } from '../../lib/events/fact.ts';
import { rescueStatus } from '../../lib/operations/rescue.ts';
import { allowance } from '../../lib/policy/rescue.ts';
import { campaign, waveMembers } from '../../lib/store/rescue-records.ts';
import { DAY, rescueTools, startOrContinue } from '../support/rescue-scene.ts';
import { EAGER_POLICY, startWorld, type World } from '../support/world.ts';

let world: World;

/** Near enough to docomo's change that what was recorded before it is not forgotten yet. */
const PRESENT = '2025-12-01T00:00:00.000Z';

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Someone on the list. Only those at docomo, listed before it changed, are a campaign's business. */
interface Person {
  readonly address: string;
  readonly old: boolean;
  /** Whether the shop knows them, and when they were last seen. */
  readonly member: 'no' | 'yes' | 'lately';
  readonly deliveredBefore: boolean;
  readonly listedFor: 'bounce' | 'complaint';
  readonly complainedBefore: boolean;
  /** What becomes of mail to them once it is tried. */
  readonly answer: 'receives' | 'unknown' | 'complains';
}

const DOMAINS = [
  'docomo.ne.jp',
  'docomo.ne.jp',
  'docomo.ne.jp',
  'ezweb.ne.jp',
  'softbank.ne.jp',
  'docom.ne.jp',
];

const people: fc.Arbitrary<Person[]> = fc
  .array(
    fc.record({
      domain: fc.constantFrom(...DOMAINS),
      slash: fc.integer({ min: 0, max: 9 }).map((lot) => lot === 0),
      old: fc.integer({ min: 0, max: 4 }).map((lot) => lot > 0),
      member: fc.constantFrom('no', 'yes', 'lately', 'lately'),
      deliveredBefore: fc.boolean(),
      listedFor: fc.constantFrom('bounce', 'bounce', 'bounce', 'complaint'),
      complainedBefore: fc.integer({ min: 0, max: 5 }).map((lot) => lot === 0),
      answer: fc.constantFrom('receives', 'receives', 'receives', 'unknown', 'complains'),
    }),
    { minLength: 3, maxLength: 14 },
  )
  .map((rows) =>
    rows.map(({ domain, slash, ...rest }, index) => ({
      ...rest,
      address: `p${index}${slash ? '/x' : ''}@${domain}`,
    })),
  ) as fc.Arbitrary<Person[]>;

const STEPS = ['rescue', 'rescue', 'mail', 'mail', 'days', 'cleanup', 'complaint'] as const;

/** Puts them on the list as SES would have, with what was recorded of them. */
async function prepare(of: readonly Person[]): Promise<void> {
  await world.reset();
  world.clock.set(PRESENT);
  for (const person of of) {
    const { address, old, member } = person;
    const listedAt = old ? '2025-02-01T00:00:00.000Z' : '2025-09-01T00:00:00.000Z';
    world.ses.list.put({
      address,
      reason: person.listedFor === 'bounce' ? 'BOUNCE' : 'COMPLAINT',
      updatedAt: Date.parse(listedAt),
    });
    world.ses.setMailbox(address, {
      exists: person.answer !== 'unknown',
      reaction: person.answer === 'complains' ? 'complains' : 'none',
    });
    const fact = (kind: 'delivery' | 'complaint', at: string) => ({
      ...{ address, kind, at, sentAt: at, id: `${kind}-${address}`, messageId: `${kind}-${address}` },
    });
    await world.store.putFacts([
      ...(person.deliveredBefore ? [fact('delivery', '2024-12-01T00:00:00.000Z')] : []),
      ...(person.complainedBefore ? [fact('complaint', '2025-06-01T00:00:00.000Z')] : []),
    ]);
    if (member === 'no') continue;
    const lastSeen = member === 'lately' ? { lastSeen: '2025-11-20T00:00:00.000Z' } : {};
    await world.store.putMembers([
      { address, since: '2024-01-01T00:00:00.000Z', source: 'm.csv', ...lastSeen },
    ]);
  }
  await world.run({ mode: 'propose' });
}

/** What must hold at any moment, whatever happened. */
async function check(of: readonly Person[], volume: number, bound: number): Promise<void> {
  const known = await campaign(world.store);
  const inWaves: string[] = [];
  for (const wave of known?.waves ?? []) {
    const members = await waveMembers(world.store, wave.members);
    inWaves.push(...members.map(({ address }) => address));
    expect(members.length).toBe(wave.chosen);
    expect(wave.worstCaseRate).toBeLessThanOrEqual(bound);
  }
  expect(new Set(inWaves).size, 'no two waves have an address in common').toBe(inWaves.length);
  const { waves } = await rescueStatus(rescueTools(world));
  const room = allowance({ volume, bounceRate: 0, bound, open: 0 });
  const atStake = waves.reduce((sum, { open, pending }) => sum + open + pending, 0);
  expect(atStake, 'all that may bounce at once').toBeLessThanOrEqual(room);

  for (const person of of) {
    const { facts, case: record } = await world.store.addressRecord(person.address);
    const rescued = record?.removals.filter(({ rule }) => rule === 'rescue') ?? [];
    expect(rescued.length, 'tried once at most').toBeLessThanOrEqual(1);
    const [removal] = rescued;
    if (removal === undefined) {
      const entry = world.ses.list.get(person.address);
      if (record?.state !== 'removing')
        expect(entry, `${person.address} left the list unrecorded`).toBeDefined();
      continue;
    }
    expect(inWaves).toContain(person.address);
    expect(person.address).toMatch(/^[^/]+@docomo\.ne\.jp$/);
    expect(person).toMatchObject({ old: true, listedFor: 'bounce', complainedBefore: false });
    expect(person.member !== 'no' || person.deliveredBefore).toBe(true);
    expect(
      facts.some((fact) => isComplaint(fact) && fact.at <= removal.at),
      'no complaint',
    ).toBe(false);
  }
}

describe('a campaign', () => {
  it('removes no complaint, no stranger, nobody twice, and never more than the bound allows, whatever happens', {
    timeout: 300_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        people,
        fc.integer({ min: 100, max: 600 }),
        fc.constantFrom(0.01, 0.02, 0.04),
        fc.array(fc.tuple(fc.constantFrom(...STEPS), fc.nat(100), fc.boolean()), {
          minLength: 4,
          maxLength: 10,
        }),
        async (of, volume, bound, steps) => {
          await prepare(of);
          const policy = { ...EAGER_POLICY, maximumBounceRate: bound };
          const sending = async () => ({ sent: volume, days: 1, source: 'send-quota' }) as const;
          for (const [step, lot, takesEffect] of [['rescue', 100, false] as const, ...steps]) {
            if (step === 'mail') await world.send(...of.map(({ address }) => address));
            if (step === 'days') world.clock.advance((1 + (lot % 16)) * DAY);
            if (step === 'cleanup') await world.run({ mode: 'propose' }, { policy });
            if (step === 'complaint') {
              const at = world.clock.now().toISOString();
              const address = of[lot % of.length]?.address ?? '';
              const id = `late-${address}`;
              await world.store.putFacts([{ address, kind: 'complaint', at, sentAt: at, id, messageId: id }]);
            }
            if (step === 'rescue') {
              // One call of the services in a hundred fails, before or after it took effect.
              let calls = 0;
              world.intercept(async (proceed) => {
                calls += 1;
                if (calls !== lot) return proceed();
                if (takesEffect) await proceed();
                throw new Error('a fault');
              });
              await startOrContinue(world, { policy, sending }, { knownShare: 0.5 }).catch(() => undefined);
              world.intercept(undefined);
            }
            world.clock.advance(60_000);
            await check(of, volume, bound);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});
