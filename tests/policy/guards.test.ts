import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountGuards, describeReputation, type Reputation } from '../../lib/policy/guards.ts';
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
