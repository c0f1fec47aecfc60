import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allowance,
  countWaves,
  lapsedRefusal,
  lapsedRefusals,
  planWaves,
  worstCaseRate,
} from '../../lib/policy/rescue.ts';
import {
  guardStep,
  nextStep,
  type RescueSettings,
  type WaveOutcome,
} from '../../lib/policy/rescue-progress.ts';

const NOW = '2026-10-01T00:00:00.000Z';

describe('a rule that no longer holds', () => {
  it('is docomo’s refusal of filtered mail, since it files it in a folder', () => {
    expect(lapsedRefusal('docomo', '2025-03-12T14:59:59.000Z', NOW)).toMatchObject({ carrier: 'docomo' });
    expect(lapsedRefusal('docomo', '2025-03-12T15:00:00.000Z', NOW)).toBeUndefined();
    expect(lapsedRefusals(NOW).map(({ carrier }) => carrier)).toEqual(['docomo']);
  });

  it('was none while docomo refused, and is none at a carrier that refuses, never did, or does not exist', () => {
    expect(lapsedRefusals('2025-03-12T00:00:00.000Z')).toEqual([]);
    for (const carrier of ['au', 'uq', 'softbank', 'ymobile', 'nobody', undefined]) {
      expect(lapsedRefusal(carrier, '2024-01-01T00:00:00.000Z', NOW)).toBeUndefined();
    }
  });
});

describe('the size of a wave', () => {
  it('follows the worked example of the documentation', () => {
    const exposure = { volume: 20_000, bounceRate: 0.01, bound: 0.025, open: 0 };
    expect(allowance(exposure)).toBe(307);
    expect(worstCaseRate(exposure, 307)).toBeCloseTo(0.02496, 4);
    expect(worstCaseRate(exposure, 308)).toBeGreaterThan(0.025);
    expect(allowance({ ...exposure, open: 300 })).toBe(7);
    expect(allowance({ ...exposure, open: 400 })).toBe(0);
    expect(allowance({ ...exposure, bounceRate: 0.03 })).toBe(0);
    expect(allowance({ ...exposure, volume: 0 })).toBe(0);
  });

  it('is the largest that keeps the worst case under the bound', () => {
    fc.assert(
      fc.property(
        fc.record({
          volume: fc.integer({ min: 0, max: 10_000_000 }),
          bounceRate: fc.double({ min: 0, max: 0.2, noNaN: true }),
          bound: fc.double({ min: 0.0001, max: 0.0499, noNaN: true }),
          open: fc.integer({ min: 0, max: 5_000 }),
        }),
        (exposure) => {
          const size = allowance(exposure);
          expect(Number.isSafeInteger(size) && size >= 0).toBe(true);
          if (size > 0) expect(worstCaseRate(exposure, size)).toBeLessThanOrEqual(exposure.bound + 1e-9);
          expect(worstCaseRate(exposure, size + 1)).toBeGreaterThan(exposure.bound - 1e-9);
        },
      ),
    );
  });
});

describe('the waves of a plan', () => {
  it('take the best evidence first, and hold everyone once', () => {
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.nat(200),
        fc.nat(200),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 50 }),
        (active, member, earlier, first, others) => {
          const tiers = { 'active-member': active, member, 'earlier-delivery': earlier, unproven: 0 };
          const exposure = { volume: 10_000, bounceRate: 0, bound: 0.025, open: 0 };
          const waves = planWaves(tiers, exposure, { first, others }, 1_000);
          const total = active + member + earlier;
          expect(waves.reduce((sum, wave) => sum + wave.addresses, 0)).toBe(total);
          expect(waves).toHaveLength(countWaves(total, { first, others }));
          for (const [index, wave] of waves.entries()) {
            expect(wave.addresses).toBeLessThanOrEqual(index === 0 ? first : others);
          }
          const lastActive = waves.findLastIndex((wave) => wave.tiers['active-member'] > 0);
          const firstEarlier = waves.findIndex((wave) => wave.tiers['earlier-delivery'] > 0);
          if (firstEarlier >= 0) expect(firstEarlier).toBeGreaterThanOrEqual(lastActive);
        },
      ),
    );
  });
});

const SETTINGS: RescueSettings = {
  bound: 0.025,
  knownShare: 0.8,
  silentAfterDays: 14,
  minimumSuccessRate: 0.5,
  minimumOutcomes: 10,
};

function wave(of: Partial<WaveOutcome>): WaveOutcome {
  const { delivered = 0, bouncedAgain = 0, complained = 0, silent = 0, open = 0 } = of;
  const removed = delivered + bouncedAgain + complained + silent + open;
  const known = { delivered, bouncedAgain, complained, silent, open };
  return { number: 1, chosen: removed, removed, skipped: 0, pending: 0, ...known, removedAt: NOW, ...of };
}

describe('the next wave', () => {
  it.each([
    ['starts when there was none', [], 'next'],
    ['waits while too few outcomes are known', [wave({ delivered: 7, open: 3 })], 'wait'],
    ['starts once enough are known and good', [wave({ delivered: 8, open: 2 })], 'next'],
    ['starts after silence among deliveries', [wave({ delivered: 2, silent: 8 })], 'next'],
    ['is not to be after nothing but silence', [wave({ silent: 10 })], 'stop'],
    [
      'is not to be after a complaint, however good the rest',
      [wave({ delivered: 99, complained: 1 })],
      'stop',
    ],
    [
      'is not to be after a complaint of an earlier wave',
      [wave({ complained: 1 }), wave({ delivered: 9 })],
      'stop',
    ],
    ['is not to be while open ones hide a complaint', [wave({ complained: 1, open: 9 })], 'stop'],
    [
      'is not to be when the lower bound is under the floor',
      [wave({ delivered: 7, bouncedAgain: 3 })],
      'stop',
    ],
    ['starts when the lower bound is above it', [wave({ delivered: 9, bouncedAgain: 1 })], 'next'],
    [
      'is judged by the plain share while outcomes are few',
      [wave({ delivered: 2, bouncedAgain: 1 })],
      'next',
    ],
    ['is not to be when most of few bounced', [wave({ delivered: 1, bouncedAgain: 2 })], 'stop'],
    [
      'is not to be when the last wave failed after good ones',
      [wave({ delivered: 200 }), wave({ delivered: 4, bouncedAgain: 8 })],
      'stop',
    ],
    [
      'starts when nothing of the last one was removed',
      [wave({ delivered: 3 }), wave({ skipped: 2 })],
      'next',
    ],
    ['starts when nothing of any was removed', [wave({ skipped: 2 })], 'next'],
  ] as const)('%s', (_what, waves, step) => {
    expect(nextStep(waves, SETTINGS).step).toBe(step);
  });

  it('is waited for until the last address counts as silent', () => {
    expect(nextStep([wave({ open: 1 })], SETTINGS)).toMatchObject({ until: '2026-10-15T00:00:00.000Z' });
  });
});

describe('the state of the account', () => {
  const because = { ja: '理由', en: 'why' };

  it('ends a campaign, unless it only cannot be read', () => {
    expect(guardStep([])).toBeUndefined();
    expect(guardStep([{ limit: 'bounce-rate', because }])?.step).toBe('stop');
    expect(guardStep([{ limit: 'reputation-unreadable', because }])?.step).toBe('wait');
    expect(guardStep([{ limit: 'blind', because }])?.step).toBe('wait');
    const both = [
      { limit: 'account-unreadable', because },
      { limit: 'complaint-rate', because },
    ];
    expect(guardStep(both)).toMatchObject({ step: 'stop', because: { en: 'why why' } });
  });
});
