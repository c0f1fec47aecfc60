import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTCOMES, type Outcome } from '../../lib/cases/records.ts';
import { DEFAULT_POLICY } from '../../lib/policy/policy.ts';
import {
  countedSince,
  describeStanding,
  type RuleEnabling,
  standing,
  trackRecordLimit,
  wilsonLowerBound,
  wilsonUpperBound,
} from '../../lib/policy/track-record.ts';
import { percent } from '../../lib/text.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-09-01T00:00:00.000Z');

/** Outcomes a day apart, in the order given. */
function outcomes(...counts: [Outcome, number][]): { outcome: Outcome; at: string }[] {
  return counts
    .flatMap(([outcome, count]) => Array.from({ length: count }, () => outcome))
    .map((outcome, day) => ({ outcome, at: new Date(START + day * DAY).toISOString() }));
}

const anyOutcome = fc.record({
  outcome: fc.constantFrom(...OUTCOMES),
  at: fc.integer({ min: 0, max: 500 }).map((day) => new Date(START + day * DAY).toISOString()),
});

describe('the lower Wilson bound', () => {
  // Worked by hand from the formula: (p + z²/2n - z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n), z = 1.96.
  it.each([
    [0, 10, 0],
    [5, 10, 0.2366],
    [8, 10, 0.4902],
    [9, 10, 0.5958],
    [10, 10, 0.7225],
    [97, 111, 0.7995],
  ])('of %d in %d is %d', (successes, trials, bound) => {
    expect(wilsonLowerBound(successes, trials)).toBeCloseTo(bound, 3);
  });

  it('never exceeds the share, rises with each success and falls with each failure', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(2000), (successes, failures) => {
        const trials = successes + failures;
        fc.pre(trials > 0);
        const bound = wilsonLowerBound(successes, trials);
        expect(bound).toBeGreaterThanOrEqual(0);
        expect(bound).toBeLessThanOrEqual(successes / trials + 1e-12);
        expect(wilsonLowerBound(successes + 1, trials + 1)).toBeGreaterThanOrEqual(bound);
        expect(wilsonLowerBound(successes, trials + 1)).toBeLessThanOrEqual(bound);
      }),
    );
  });
});

describe('the upper Wilson bound', () => {
  // The other end of the same interval, by the formula with + for −.
  it.each([
    [0, 10, 0.2775],
    [5, 10, 0.7634],
    [97, 111, 0.9235],
    [10, 10, 1],
  ])('of %d in %d is %d', (successes, trials, bound) => {
    expect(wilsonUpperBound(successes, trials)).toBeCloseTo(bound, 3);
  });
});

describe('the standing of a rule', () => {
  it('adds up like the sentence an operator reads', () => {
    const of = standing(outcomes(['delivered', 97], ['bounced-again', 14], ['silent', 9]), DEFAULT_POLICY);
    expect(describeStanding(of)).toEqual({
      en: 'removed 120: 97 delivered, 14 bounced again, 0 complained, 9 silent',
      ja: '解除120件：到達97件、再不達14件、迷惑メール申告0件、結果不明9件',
    });
    expect(of).toMatchObject({ removed: 120, telling: 111, belowFloor: false });
  });

  it('counts removals that wait for their outcome, and judges nothing by them', () => {
    const of = standing(outcomes(['delivered', 3]), DEFAULT_POLICY, 4);
    expect(of).toMatchObject({ removed: 7, open: 4, telling: 3 });
    expect(describeStanding(of).en).toMatch(/0 silent, 4 open$/);
  });

  it('does not judge a rule by fewer outcomes than the policy asks for', () => {
    expect(standing(outcomes(['bounced-again', 9]), DEFAULT_POLICY).belowFloor).toBe(false);
    expect(standing(outcomes(['bounced-again', 10]), DEFAULT_POLICY).belowFloor).toBe(true);
  });

  it('does not count silence as an outcome that judges', () => {
    const of = standing(outcomes(['bounced-again', 9], ['silent', 50]), DEFAULT_POLICY);
    expect(of).toMatchObject({ belowFloor: false, telling: 9, removed: 59 });
    expect(standing(outcomes(['silent', 3]), DEFAULT_POLICY).lowerBound).toBeUndefined();
  });

  it('counts a complaint as a failure', () => {
    const nine = outcomes(['delivered', 9]);
    const at = new Date(START + 20 * DAY).toISOString();
    const complained = standing([...nine, { outcome: 'complained', at }], DEFAULT_POLICY);
    const bounced = standing([...nine, { outcome: 'bounced-again', at }], DEFAULT_POLICY);
    expect(complained.lowerBound).toBe(bounced.lowerBound);
    expect(complained.complained).toBe(1);
  });

  it('names the day from which on a rule has been below its floor', () => {
    const of = standing(outcomes(['delivered', 9], ['bounced-again', 4]), DEFAULT_POLICY);
    // After nine deliveries, 9 of 10 and 9 of 11 (0.52) are fine; 9 of 12 (0.47) is not.
    expect(of.belowSince).toBe(new Date(START + 11 * DAY).toISOString());
  });

  it('recovers by new successes alone', () => {
    const failing = standing(outcomes(['delivered', 9], ['bounced-again', 4]), DEFAULT_POLICY);
    const recovered = standing(
      outcomes(['delivered', 9], ['bounced-again', 4], ['delivered', 6]),
      DEFAULT_POLICY,
    );
    expect([failing.belowFloor, recovered.belowFloor]).toEqual([true, false]);
    expect(recovered.belowSince).toBeUndefined();
  });

  it('does not depend on the order in which outcomes are read', () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(anyOutcome, { selector: (each) => each.at, maxLength: 60 })
          .chain((list) =>
            fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
          ),
        ([list, shuffled]) => {
          expect(standing(shuffled, DEFAULT_POLICY)).toEqual(standing(list, DEFAULT_POLICY));
        },
      ),
    );
  });

  it('never stops a rule for an outcome that was a success', () => {
    fc.assert(
      fc.property(fc.array(anyOutcome, { maxLength: 60 }), (list) => {
        const later = { outcome: 'delivered' as const, at: '2030-01-01T00:00:00.000Z' };
        const before = standing(list, DEFAULT_POLICY);
        const after = standing([...list, later], DEFAULT_POLICY);
        // The tenth outcome may be what makes the rule judged at all; nothing else may turn against it.
        if (before.telling >= DEFAULT_POLICY.minimumOutcomes && !before.belowFloor) {
          expect(after.belowFloor).toBe(false);
        }
      }),
    );
  });
});

describe("an operator's word that a rule may remove again", () => {
  const enabling = (at: string, carrier?: string): RuleEnabling => ({
    rule: 'filtered-known-recipient',
    ...(carrier && { carrier }),
    at,
    operator: 'Suzuki',
    reason: 'the sending domain has DMARC now',
  });

  it('counts for its carrier, or for every one; the latest stands', () => {
    const list = [enabling('2026-10-01T00:00:00.000Z'), enabling('2026-10-05T00:00:00.000Z', 'au')];
    expect(countedSince(list, 'filtered-known-recipient', 'au')?.at).toBe('2026-10-05T00:00:00.000Z');
    expect(countedSince(list, 'filtered-known-recipient', 'docomo')?.at).toBe('2026-10-01T00:00:00.000Z');
    expect(countedSince(list, 'filtered-known-recipient', undefined)?.at).toBe('2026-10-01T00:00:00.000Z');
    expect(countedSince(list, 'temporary', 'au')).toBeUndefined();
  });
});

describe('the limit a bad record sets', () => {
  it('names rule, carrier, figures and the way back, in both languages', () => {
    const of = standing(outcomes(['delivered', 8], ['bounced-again', 1], ['complained', 1]), DEFAULT_POLICY);
    const limit = trackRecordLimit('filtered-known-recipient', 'au', of, DEFAULT_POLICY);
    expect(limit?.limit).toBe('track-record:filtered-known-recipient:au');
    for (const text of [limit?.because.ja, limit?.because.en]) {
      expect(text).toContain('49.0 %');
      expect(text).toContain('50.0 %');
      expect(text).toContain('todoku rules enable filtered-known-recipient');
    }
    expect(limit?.because.en).toContain('1 complained');
  });

  it('does not exist for a rule in good standing', () => {
    const of = standing(outcomes(['delivered', 20]), DEFAULT_POLICY);
    expect(trackRecordLimit('filtered-known-recipient', 'au', of, DEFAULT_POLICY)).toBeUndefined();
  });
});

describe('a share as text', () => {
  it.each([
    [0, '0.0 %'],
    [0.0005, '0.050 %'],
    [0.00123, '0.12 %'],
    [0.025, '2.5 %'],
    [1, '100.0 %'],
  ])('%d is %s', (share, text) => expect(percent(share)).toBe(text));
});
