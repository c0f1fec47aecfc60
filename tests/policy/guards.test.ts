import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accountGuards,
  blindness,
  describeReputation,
  type Reputation,
  type Sight,
  type TrafficPeriod,
} from '../../lib/policy/guards.ts';
import { DEFAULT_POLICY } from '../../lib/policy/policy.ts';

const healthy = { enforcementStatus: 'HEALTHY', sendingEnabled: true };
const at = '2026-11-24T00:00:00.000Z';
const rates = (bounce: number, complaint: number): Reputation => ({
  state: 'read',
  bounceRate: { value: bounce, at },
  complaintRate: { value: complaint, at },
});
const names = (...given: Parameters<typeof accountGuards>) =>
  accountGuards(...given).map((each) => each.limit);

describe('the account guards', () => {
  it('let a healthy account with low rates alone', () => {
    expect(accountGuards(healthy, rates(0.0249, 0.00049), DEFAULT_POLICY)).toEqual([]);
  });

  it('stop at the limit itself, with both figures in both languages', () => {
    const limits = accountGuards(healthy, rates(0.025, 0.0005), DEFAULT_POLICY);
    expect(limits.map((each) => each.limit)).toEqual(['bounce-rate', 'complaint-rate']);
    expect(limits[0]?.because.en).toContain('2.5 %');
    expect(limits[0]?.because.ja).toContain('2.5 %');
    expect(limits[1]?.because.en).toContain('0.050 %');
    expect(limits[1]?.because.ja).toContain('0.050 %');
  });

  it('stop while SES watches the account or has switched sending off', () => {
    const account = { enforcementStatus: 'PROBATION', sendingEnabled: false };
    expect(names(account, rates(0, 0), DEFAULT_POLICY)).toEqual([
      'account-enforcement',
      'account-sending-disabled',
    ]);
    expect(accountGuards(account, rates(0, 0), DEFAULT_POLICY)[0]?.because.ja).toContain('PROBATION');
  });

  it('stop when nobody could look, and do not take that for health', () => {
    const limits = accountGuards(undefined, { state: 'unreadable', why: 'AccessDenied' }, DEFAULT_POLICY);
    expect(limits.map((each) => each.limit)).toEqual(['account-unreadable', 'reputation-unreadable']);
    expect(limits[1]?.because.en).toContain('AccessDenied');
  });

  it('do not stop an account too young to have rates, and say that it has none', () => {
    expect(accountGuards(healthy, { state: 'read' }, DEFAULT_POLICY)).toEqual([]);
    expect(describeReputation({ state: 'read' }).en).toMatch(/bounce rate: no data.*complaint rate: no data/);
    expect(describeReputation({ state: 'read' }).ja).toContain('データなし');
  });

  it('say every reason in both languages, each naming what follows', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('HEALTHY', 'PROBATION', 'SHUTDOWN', 'UNKNOWN'),
        fc.boolean(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (enforcementStatus, sendingEnabled, bounce, complaint) => {
          const limits = accountGuards(
            { enforcementStatus, sendingEnabled },
            rates(bounce, complaint),
            DEFAULT_POLICY,
          );
          const fine =
            enforcementStatus === 'HEALTHY' &&
            sendingEnabled &&
            bounce < DEFAULT_POLICY.maximumBounceRate &&
            complaint < DEFAULT_POLICY.maximumComplaintRate;
          expect(limits.length === 0).toBe(fine);
          for (const { because } of limits) {
            expect(because.en).toContain('Nothing is removed, only proposed.');
            expect(because.ja).toContain('提案だけを行います');
          }
        },
      ),
    );
  });
});

describe('whether todoku is blind', () => {
  const hour = (at: number, delivered: number, published: number): TrafficPeriod => ({
    at: new Date(Date.parse('2026-11-24T00:00:00.000Z') + at * 3_600_000).toISOString(),
    delivered,
    published,
  });
  const traffic = (...hours: TrafficPeriod[]): Sight => ({ traffic: { state: 'read', value: hours } });
  const waiting = (count: number): Sight => ({ deadLetters: { state: 'read', value: count } });
  const namesOf = (sight: Sight, maximumUnheardDeliveries = 50) => {
    const { limits, notes } = blindness(sight, { maximumUnheardDeliveries });
    return [limits, notes].map((all) => all.map(({ limit }) => limit));
  };

  it.each<[string, Sight, boolean]>([
    ['nobody asked', {}, false],
    ['no dead letter waits', waiting(0), false],
    ['a dead letter waits', waiting(1), true],
    ['nothing was sent and nothing heard', traffic(), false],
    ['no more than the limit was delivered unheard', traffic(hour(0, 20, 0), hour(5, 30, 0)), false],
    ['more was', traffic(hour(0, 20, 0), hour(5, 31, 0)), true],
    ['an event came in the last hour of deliveries', traffic(hour(0, 9_000, 0), hour(5, 9_000, 1)), false],
    ['an event came, and then too many deliveries', traffic(hour(5, 9_000, 1), hour(6, 51, 0)), true],
    ['the hours are out of order', traffic(hour(6, 51, 0), hour(5, 9_000, 1), hour(0, 1, 3)), true],
    ['events came and nothing was delivered', traffic(hour(5, 0, 9)), false],
  ])('%s: %j is %s', (_name, sight, expected) => {
    expect(namesOf(sight)).toEqual([expected ? ['blind'] : [], []]);
  });

  it('is bounded by the policy', () => {
    const sight = traffic(hour(0, 100, 0));
    expect(namesOf(sight, 100)).toEqual([[], []]);
    expect(namesOf(sight, 99)).toEqual([['blind'], []]);
  });

  it('names both causes with their figures and what to do, in both languages', () => {
    const both = { ...waiting(3), ...traffic(hour(0, 60, 0)) };
    const [limit] = blindness(both, { maximumUnheardDeliveries: 50 }).limits;
    for (const text of Object.values(limit?.because ?? {})) {
      expect(text).toMatch(/3.*todoku dead-letters list.*60.*50/);
    }
  });

  it('is not said of what could not be read; that is said instead', () => {
    const why = 'AccessDenied';
    const unread = { state: 'unreadable', why } as const;
    const { limits, notes } = blindness({ deadLetters: unread, traffic: unread }, DEFAULT_POLICY);
    expect(limits).toEqual([]);
    expect(notes.map(({ limit }) => limit)).toEqual(['sight-unreadable', 'sight-unreadable']);
    for (const { because } of notes) expect(because.ja + because.en).toMatch(/AccessDenied.*AccessDenied/);
  });
});
