import { describe, expect, it } from 'vitest';
import { diagnose } from '../../lib/classification/diagnose.ts';
import { eventWord, factsFromInsights } from '../../lib/operations/backfill/insight-facts.ts';
import { decide } from '../../lib/policy/decide.ts';
import { DEFAULT_POLICY } from '../../lib/policy/policy.ts';
import type { InsightsEvent, MessageInsights } from '../../lib/suppression/insights.ts';

const SENT = '2026-10-01T00:00:00.000Z';
const BOUNCED = '2026-10-01T00:00:05.000Z';
const HANAKO = { address: 'hanako@ezweb.ne.jp', reason: 'BOUNCE', feedbackId: 'feedback-1' } as const;

function mail(
  events: readonly Omit<InsightsEvent, 'at'>[],
  destination = 'Hanako@EZWEB.ne.jp',
): MessageInsights {
  return {
    messageId: 'message-1',
    from: '"みなと書店" <order@shop.example>',
    recipients: [
      {
        destination,
        events: [{ at: SENT, type: 'SEND' }, ...events.map((event) => ({ at: BOUNCED, ...event }))],
      },
    ],
  };
}

const REFUSED = {
  type: 'BOUNCE',
  bounceType: 'PERMANENT',
  bounceSubType: 'GENERAL',
  diagnosticCode: 'smtp; 550 : User unknown',
};

describe('the facts of a mail’s insights', () => {
  it('are SES’s events in SES’s own words, under the feedback the list names', () => {
    expect(factsFromInsights(mail([REFUSED]), HANAKO)).toEqual([
      {
        address: 'hanako@ezweb.ne.jp',
        kind: 'insight',
        at: BOUNCED,
        id: 'feedback-1',
        messageId: 'message-1',
        sentAt: SENT,
        senderDomain: 'shop.example',
        bounceType: 'Permanent',
        bounceSubType: 'General',
        diagnosticCode: 'smtp; 550 : User unknown',
      },
    ]);
  });

  it.each([
    ['ON_ACCOUNT_SUPPRESSION_LIST', 'OnAccountSuppressionList'],
    ['OnAccountSuppressionList', 'OnAccountSuppressionList'],
    ['SUPPRESSED', 'Suppressed'],
    ['NO_EMAIL', 'NoEmail'],
    ['MAILBOX_FULL', 'MailboxFull'],
    ['TRANSIENT', 'Transient'],
    ['SOMETHING_NEW', 'SOMETHING_NEW'],
  ])('know %s as %s', (word, expected) => {
    expect(eventWord(word)).toBe(expected);
  });

  it('are read by the diagnosis as the bounce they stand for', () => {
    const listing = { reason: 'BOUNCE', at: BOUNCED, feedbackId: 'feedback-1' } as const;
    const facts = factsFromInsights(mail([REFUSED]), HANAKO);
    const now = '2026-10-10T00:00:00.000Z';
    const before = diagnose({ address: HANAKO.address, facts: [], listing, now });
    const after = diagnose({ address: HANAKO.address, facts, listing, now });
    expect(before.rule).toMatch(/^listed-without-facts\//);
    expect(after).toMatchObject({ reason: 'filtered', carrier: 'au' });
    expect(after.rule).not.toMatch(/^listed-without-facts\//);
    expect(after.evidence.map((each) => each.kind)).toContain('joined-by-SES');
  });

  it('belong to this address only', () => {
    expect(factsFromInsights(mail([REFUSED], 'taro@ezweb.ne.jp'), HANAKO)).toEqual([]);
  });

  it('leave out mails that SES did not send because of the list', () => {
    const dropped = { ...REFUSED, bounceSubType: 'ON_ACCOUNT_SUPPRESSION_LIST' };
    const complaint = { type: 'COMPLAINT', complaintSubType: 'OnAccountSuppressionList' };
    expect(factsFromInsights(mail([dropped, complaint]), HANAKO)).toEqual([]);
  });

  it('keep the mail’s id where more than one bounce could be the feedback’s', () => {
    const later = { ...REFUSED, at: '2026-10-02T00:00:00.000Z' };
    const ids = factsFromInsights(mail([REFUSED, later]), HANAKO).map((fact) => fact.id);
    expect(ids).toEqual(['message-1', 'message-1']);
  });

  it('have policy keep an address with a complaint even if SES lists it for a bounce', () => {
    const complaint = { type: 'COMPLAINT', complaintFeedbackType: 'ABUSE' };
    const facts = factsFromInsights(mail([complaint, REFUSED]), HANAKO);
    const listing = { reason: 'BOUNCE', at: BOUNCED } as const;
    const now = '2026-12-01T00:00:00.000Z';
    const diagnosis = diagnose({ address: HANAKO.address, facts, listing, now });
    expect(decide({ diagnosis, listing, facts, policy: DEFAULT_POLICY, now })).toMatchObject({
      action: 'keep',
      rule: 'complaint',
    });
  });

  it('do not make a complaint of not-spam feedback, nor proof of one among several recipients', () => {
    const notSpam = factsFromInsights(
      mail([{ type: 'COMPLAINT', complaintFeedbackType: 'NOT_SPAM' }]),
      HANAKO,
    );
    expect(notSpam).toMatchObject([{ kind: 'complaint', complaintFeedbackType: 'not-spam' }]);
    const single = mail([{ type: 'COMPLAINT' }]);
    const several = {
      ...single,
      recipients: [...single.recipients, { destination: 'x@au.com', events: [] }],
    };
    expect(factsFromInsights(several, HANAKO)).toMatchObject([{ candidate: true }]);
  });

  it('bound the strangers’ texts', () => {
    const endless = { ...REFUSED, diagnosticCode: `550 ${'あ'.repeat(1_000_000)}\uD800` };
    const [fact] = factsFromInsights(mail([endless]), HANAKO);
    expect(fact?.diagnosticCode).toHaveLength(1_000);
  });
});
