import { describe, expect, it } from 'vitest';
import { situationOfMissedDelivery, situationOfReason } from '../../lib/guidance/situation-of.ts';

describe('situationOfReason', () => {
  it.each([
    ['filtered', 'refused'],
    ['userunknown', 'unknown-address'],
    ['hostunknown', 'unknown-address'],
    ['mailboxfull', 'mailbox-full'],
    ['suspend', 'suspended'],
    ['feedback', 'complained'],
    ['blocked', 'sender-problem'],
    ['authfailure', 'sender-problem'],
  ] as const)('%s: %s', (reason, situation) => {
    expect(situationOfReason(reason)).toBe(situation);
  });

  it.each(['expired', 'networkerror', 'systemerror'] as const)('%s: nobody took it in time', (reason) => {
    expect(situationOfReason(reason)).toBe('expired');
  });

  it.each(['suppressed', 'undefined', 'onhold'] as const)(
    '%s: nothing sure to tell the customer',
    (reason) => {
      expect(situationOfReason(reason)).toBeUndefined();
    },
  );
});

describe('situationOfMissedDelivery', () => {
  it.each([
    ['docomo', 'filed'],
    ['gmail', 'filed'],
    ['rakuten', 'filed'],
    ['other', 'filed'],
    ['softbank', 'dropped'],
    ['ymobile', 'dropped'],
    ['au', 'dropped'],
  ] as const)('%s: %s', (provider, situation) => {
    expect(situationOfMissedDelivery(provider)).toBe(situation);
  });
});
