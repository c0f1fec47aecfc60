import { describe, expect, it } from 'vitest';
import { causeOf, reportOf } from '../../lib/answer/claims.ts';
import type { Reason } from '../../lib/classification/types.ts';
import { situationOf, situationOfMissedDelivery } from '../../lib/guidance/situation-of.ts';

/** The situation of a customer whose mail was returned for a reason, or who reported it. */
function situationOfReason(reason: Reason): string | undefined {
  const at = '2026-11-20T01:00:00.000Z';
  const bounce = { address: 'a@b.example', kind: 'bounce', at, id: 'f', messageId: 'm', sentAt: at } as const;
  const explains = { ja: '', en: '' };
  const report = reason === 'feedback' ? reportOf({ ...bounce, kind: 'complaint' }) : undefined;
  const cause =
    report ?? causeOf(bounce, [], { reason, confidence: 'likely', rule: 'r', evidence: [], explains });
  return cause && situationOf(cause, 'other').situation;
}

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
      expect(situationOfReason(reason)).toBe('returned');
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
