import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { removeRequestSchema } from '../../lib/contracts/remove.ts';
import { simulate } from '../../lib/operations/policy/simulate.ts';
import { remove } from '../../lib/operations/removal/remove.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { deleteMember, putMembers } from '../../lib/store/members.ts';
import { memoryTable } from '../support/memory-table.ts';
import { EAGER_POLICY, startWorld, type World } from '../support/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ table: memoryTable() });
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

const ASKING: Policy = { ...EAGER_POLICY, maximumAddressInsightsPerDay: 100 };
const DAY = 86_400_000;

const asked = () => world.server.count('GetEmailAddressInsights');
const caseOf = async (address: string) => (await addressRecord(world.store, address)).case;

/**
 * A docomo address listed in the years when docomo gave a filter the words of an unknown user, and nothing on
 * record: ambiguous.
 */
function listedLongAgo(...addresses: string[]): void {
  const updatedAt = Date.parse('2024-06-01');
  for (const address of addresses) world.ses.list.put({ address, reason: 'BOUNCE', updatedAt });
}

/** One that mail reached more than a year before it bounced with docomo's old words: ambiguous, a known recipient. */
async function bouncedAfterSilence(address: string): Promise<void> {
  world.clock.set('2023-07-20T00:00:00.000Z');
  world.ses.setMailbox(address, {});
  await world.send(address);
  world.clock.set('2024-08-09T00:00:00.000Z');
  world.ses.setMailbox(address, { filtersPcMail: true });
  await world.send(address);
}

describe('GetEmailAddressInsights', () => {
  it('is not asked unless the operator allows it', async () => {
    listedLongAgo('old@docomo.ne.jp');
    expect((await world.run()).counts).toEqual({ kept: 1 });
    expect(asked()).toBe(0);
  });

  it('turns a doubt about a mailbox that exists into a proposal, with the evidence', async () => {
    listedLongAgo('old@docomo.ne.jp');
    world.ses.setMailbox('old@docomo.ne.jp', { filtersPcMail: true });
    const report = await world.run({}, { policy: ASKING });
    expect(report.counts).toEqual({ 'address-insights-asked': 1, proposed: 1 });
    const record = await addressRecord(world.store, 'old@docomo.ne.jp');
    expect(record.addressInsights).toMatchObject({ mailboxExists: 'HIGH' });
    expect(record.case).toMatchObject({ diagnosis: { reason: 'filtered', confidence: 'likely' } });
    expect(record.decisions[0]?.evidence).toContainEqual(
      expect.objectContaining({ kind: 'address-insights', weight: 2 }),
    );
  });

  it('removes a known recipient in doubt only with SES’s HIGH, and keeps one with its LOW', async () => {
    await bouncedAfterSilence('kept@docomo.ne.jp');
    await bouncedAfterSilence('gone@docomo.ne.jp');
    expect((await world.run()).counts).toEqual({ proposed: 2 });
    world.ses.setMailbox('gone@docomo.ne.jp', { exists: false });
    const report = await world.run({ full: true }, { policy: ASKING });
    expect(report.counts).toEqual({ 'address-insights-asked': 2, removed: 1, kept: 1 });
    expect(await caseOf('kept@docomo.ne.jp')).toMatchObject({
      state: 'watching',
      removals: [{ rule: 'filtered-known-recipient' }],
    });
    expect(await caseOf('gone@docomo.ne.jp')).toMatchObject({ rule: 'probably-unknown-user' });
    // Before the one removal SES is asked about the entry once more, after its estimate.
    const names = world.server.calls.map(({ name }) => name);
    const last = (name: string) => names.lastIndexOf(name);
    expect(last('GetEmailAddressInsights')).toBeLessThan(last('GetSuppressedDestination'));
    expect(last('GetSuppressedDestination')).toBeLessThan(last('DeleteSuppressedDestination'));
  });

  it('is not asked where the answer could change nothing', async () => {
    const now = world.clock.time();
    world.ses.list.put({ address: 'angry@docomo.ne.jp', reason: 'COMPLAINT', updatedAt: now });
    world.ses.list.put({ address: 'taro@gmail.co', reason: 'BOUNCE', updatedAt: now });
    // A certain filter, and a certain unknown user.
    for (const address of ['hanako@ezweb.ne.jp', 'nobody@gmail.com']) await world.send(address);
    world.ses.setMailbox('sakura@au.com', { filtersPcMail: true });
    await world.send('sakura@au.com');
    listedLongAgo('cooling@docomo.ne.jp');
    const policy = { ...ASKING, coolDownHours: 24 * 365 };
    await world.run({}, { policy: ASKING });
    const before = asked();
    listedLongAgo('cooling@docomo.ne.jp');
    await world.run({ full: true }, { policy });
    expect(before).toBe(1);
    expect(asked()).toBe(1);
  });

  it('is asked once for a month, and anew about a later listing', async () => {
    listedLongAgo('old@docomo.ne.jp');
    await world.run({}, { policy: ASKING });
    world.clock.advance(DAY);
    await world.run({ full: true }, { policy: ASKING });
    expect(asked()).toBe(1);
    world.clock.advance(30 * DAY);
    await world.run({ full: true }, { policy: ASKING });
    expect(asked()).toBe(2);
  });

  it('never passes the allowance of a day, whatever runs it takes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 }),
        async (maximum, entries) => {
          await world.reset();
          const policy = { ...ASKING, maximumAddressInsightsPerDay: maximum };
          let listed = 0;
          for (const count of entries) {
            listedLongAgo(...Array.from({ length: count }, (_, index) => `u${listed + index}@docomo.ne.jp`));
            listed += count;
            await world.run({ full: true }, { policy });
          }
          expect(asked()).toBe(Math.min(maximum, listed));
        },
      ),
      { numRuns: 12 },
    );
  });

  it('says that the allowance is used up, and judges the rest without', async () => {
    listedLongAgo(...Array.from({ length: 5 }, (_, index) => `u${index}@docomo.ne.jp`));
    const report = await world.run({}, { policy: { ...ASKING, maximumAddressInsightsPerDay: 2 } });
    expect(report.counts).toEqual({ 'address-insights-asked': 2, kept: 5 });
    expect(report.limits).toMatchObject([{ limit: 'address-insights-per-day' }]);
  });

  it('stops asking for the run when SES fails, and says so; nothing else fails', async () => {
    listedLongAgo(...Array.from({ length: 40 }, (_, index) => `u${index}@docomo.ne.jp`));
    world.server.faults.inject({ match: 'GetEmailAddressInsights', kind: '5xx', times: 1_000 });
    const failures: string[] = [];
    const report = await world.run({}, { policy: ASKING, onFailure: (address) => failures.push(address) });
    expect(report.counts).toEqual({ kept: 40 });
    expect(report.limits).toMatchObject([{ limit: 'address-insights-unreadable' }]);
    // The first ends it, also for those examined side by side with it.
    expect(failures).toHaveLength(1);
    expect((await world.run()).counts).toEqual({});
  });

  it('takes no verdict on an address whose syntax SES refuses: carriers really issued such', async () => {
    listedLongAgo('foo..bar.@docomo.ne.jp');
    world.ses.setMailbox('foo..bar.@docomo.ne.jp', {});
    const report = await world.run({}, { policy: ASKING });
    expect(report.limits).toEqual([]);
    const { addressInsights, case: known } = await addressRecord(world.store, 'foo..bar.@docomo.ne.jp');
    expect(addressInsights).toBeDefined();
    expect(addressInsights).not.toHaveProperty('mailboxExists');
    expect(known).toMatchObject({ state: 'kept', rule: 'no-evidence' });
    await world.run({ full: true }, { policy: ASKING });
    expect(asked()).toBe(1);
  });

  it('leaves alone what an operator removes while the question is out', async () => {
    listedLongAgo('old@docomo.ne.jp');
    await world.members('old@docomo.ne.jp');
    await world.run({ mode: 'propose' });
    await deleteMember(world.store, 'old@docomo.ne.jp');
    const tools = { store: world.store, list: world.list, policy: ASKING, now: () => world.clock.now() };
    const request = { addresses: ['old@docomo.ne.jp'], reason: 'asked', operator: 'suzuki' };
    let answers: unknown;
    const addressInsights = {
      async mailboxExists() {
        answers = await remove(removeRequestSchema.parse(request), tools);
        return 'HIGH' as const;
      },
    };
    const report = await world.run({ full: true }, { policy: ASKING, addressInsights });
    expect(answers).toMatchObject([{ result: 'removed' }]);
    expect(report.counts).toMatchObject({ conflict: 1 });
    expect(await caseOf('old@docomo.ne.jp')).toMatchObject({
      state: 'watching',
      removals: [{ by: 'suzuki' }],
    });
    world.clock.advance(31 * DAY);
    expect((await world.run()).counts).toMatchObject({ 'outcome-silent': 1 });
  });

  it('is not asked in propose mode where it could only turn a proposal into a removal', async () => {
    await bouncedAfterSilence('kept@docomo.ne.jp');
    // Her latest sign of life is younger: one LOW does not outweigh both.
    await putMembers(world.store, [
      {
        address: 'kept@docomo.ne.jp',
        since: '2024-08-10T00:00:00.000Z',
        source: 'members.csv',
        lastSeen: '2024-08-11T00:00:00.000Z',
      },
    ]);
    const { counts } = await world.run({ mode: 'propose' }, { policy: ASKING });
    expect(counts).toMatchObject({ proposed: 1 });
    expect(asked()).toBe(0);
  });

  it('believes no answer that is older than the latest bounce, and asks anew', async () => {
    await bouncedAfterSilence('kept@docomo.ne.jp');
    await world.run({ mode: 'propose' }, { policy: ASKING });
    expect(asked()).toBe(1);
    const [bounce] = (await addressRecord(world.store, 'kept@docomo.ne.jp')).facts.filter(
      ({ kind }) => kind === 'bounce',
    );
    if (bounce === undefined) throw new Error('no bounce on record');
    world.clock.advance(DAY);
    const at = world.clock.now().toISOString();
    // Tried in spite of the listing, by a configuration set without suppression.
    await putFacts(world.store, [{ ...bounce, id: 'later', messageId: 'later', at, sentAt: at }]);
    world.clock.advance(DAY);
    expect((await world.run({ full: true })).counts.removed).toBeUndefined();
    await world.run({ full: true }, { policy: ASKING });
    expect(asked()).toBe(2);
  });

  it('is replayed by a simulation as it was answered', async () => {
    await bouncedAfterSilence('kept@docomo.ne.jp');
    await world.run({ mode: 'propose' });
    world.clock.advance(DAY);
    await world.run({ mode: 'propose', full: true }, { policy: ASKING });
    const now = () => world.clock.now();
    const eager = { candidate: EAGER_POLICY, inForce: EAGER_POLICY };
    const whole = await simulate({ policy: {}, days: 30 }, { store: world.store, ...eager, now });
    expect(whole.inForce).toMatchObject({ remove: 1, byRule: { 'filtered-known-recipient': 1 } });
    const { addressInsights, decisions } = await addressRecord(world.store, 'kept@docomo.ne.jp');
    expect(decisions.map(({ rule }) => rule)).toEqual([
      'ambiguous-known-recipient',
      'filtered-known-recipient',
    ]);
    expect(addressInsights?.at).toBe(decisions[1]?.at);
  });
});
