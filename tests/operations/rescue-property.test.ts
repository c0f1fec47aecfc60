import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isComplaint } from '../../lib/mails/nature.ts';
import { rescueStatus } from '../../lib/operations/rescue/status.ts';
import { allowance } from '../../lib/policy/rescue.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { campaign, waveMembers } from '../../lib/store/campaign.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { putMembers } from '../../lib/store/members.ts';
import { DAY, rescueTools, startOrContinue } from '../support/rescue-scene.ts';
import { worlds } from '../support/thorough.ts';
import { EAGER_POLICY, startWorld, type World } from '../support/world.ts';

let world: World;

/** Near enough to docomo's change that what was recorded before it is not forgotten yet. */
const PRESENT = '2025-12-01T00:00:00.000Z';

beforeAll(async () => {
  world = await startWorld({ inMemory: true });
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

/** Mostly docomo: the others are there to be left alone. */
const DOMAINS = [...Array<string>(9).fill('docomo.ne.jp'), 'ezweb.ne.jp', 'softbank.ne.jp', 'docom.ne.jp'];

const oneIn = (many: number) => fc.integer({ min: 1, max: many }).map((lot) => lot === many);

const people: fc.Arbitrary<Person[]> = fc
  .array(
    fc.record({
      domain: fc.constantFrom(...DOMAINS),
      slash: oneIn(10),
      old: oneIn(8).map((not) => !not),
      member: fc.constantFrom('no', 'yes', 'lately', 'lately'),
      deliveredBefore: fc.boolean(),
      listedFor: oneIn(8).map((complaint) => (complaint ? 'complaint' : 'bounce')),
      complainedBefore: oneIn(8),
      answer: fc.constantFrom(...Array<string>(8).fill('receives'), 'unknown', 'complains'),
    }),
    { minLength: 4, maxLength: 20 },
  )
  .map((rows) =>
    rows.map(({ domain, slash, ...rest }, index) => ({
      ...rest,
      address: `p${index}${slash ? '/x' : ''}@${domain}`,
    })),
  ) as fc.Arbitrary<Person[]>;

const STEPS = [
  ...(['rescue', 'rescue', 'rescue', 'mail', 'mail', 'mail', 'days', 'cleanup'] as const),
  // What others do meanwhile.
  ...(['complaint', 'listed-for-complaint', 'deleted-by-hand'] as const),
];

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
    await putFacts(world.store, [
      ...(person.deliveredBefore ? [fact('delivery', '2024-12-01T00:00:00.000Z')] : []),
      ...(person.complainedBefore ? [fact('complaint', '2025-06-01T00:00:00.000Z')] : []),
    ]);
    if (member === 'no') continue;
    const lastSeen = member === 'lately' ? { lastSeen: '2025-11-20T00:00:00.000Z' } : {};
    await putMembers(world.store, [
      { address, since: '2024-01-01T00:00:00.000Z', source: 'm.csv', ...lastSeen },
    ]);
  }
  await world.run({ mode: 'propose' });
}

/** What must hold at any moment, whatever happened. */
async function check(
  of: readonly Person[],
  volume: number,
  bound: number,
  deleted: ReadonlySet<string>,
): Promise<void> {
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
    const { facts, case: record } = await addressRecord(world.store, person.address);
    const rescued = record?.removals.filter(({ rule }) => rule === 'rescue') ?? [];
    expect(rescued.length, 'tried once at most').toBeLessThanOrEqual(1);
    const [removal] = rescued;
    if (removal === undefined) {
      const entry = world.ses.list.get(person.address);
      if (record?.state !== 'removing' && !deleted.has(person.address))
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

/** About two in three of them. */
function someOf(of: readonly Person[], lot: number): string[] {
  return of.filter((_, index) => (lot * (index + 3)) % 3 !== 0).map(({ address }) => address);
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
          const deleted = new Set<string>();
          for (const [step, lot, flag] of steps) {
            const address = of[lot % of.length]?.address ?? '';
            const now = world.clock.now();
            if (step === 'mail') await world.send(...someOf(of, lot));
            if (step === 'days') world.clock.advance((1 + (lot % 16)) * DAY);
            if (step === 'cleanup') await world.run({ mode: 'propose' }, { policy });
            if (step === 'complaint') {
              const [at, id] = [now.toISOString(), `late-${address}`];
              await putFacts(world.store, [
                { address, kind: 'complaint', at, sentAt: at, id, messageId: id },
              ]);
            }
            if (step === 'listed-for-complaint' && world.ses.list.get(address)) {
              world.ses.list.put({ address, reason: 'COMPLAINT', updatedAt: now.getTime() });
            }
            if (step === 'deleted-by-hand' && world.ses.list.delete(address)) deleted.add(address);
            if (step === 'rescue') {
              // Some calls of the services fail, before or after they took effect; some invocations have little time.
              let calls = 0;
              world.intercept(async (proceed) => {
                calls += 1;
                if (calls !== lot) return proceed();
                if (flag) await proceed();
                throw new Error('a fault');
              });
              let asked = 0;
              const timeIsUp = () => ++asked > (lot % 7 === 0 ? 1 : 1_000);
              const changes = { policy, sending, timeIsUp };
              await startOrContinue(world, changes, { knownShare: 0.5 }).catch(() => undefined);
              world.intercept(undefined);
            }
            world.clock.advance(60_000);
            await check(of, volume, bound, deleted);
          }
        },
      ),
      { numRuns: worlds({ few: 10, all: 25 }) },
    );
  });
});
