import { describe, expect, it } from 'vitest';
import type { Fact } from '../../lib/mails/fact.ts';
import { isComplaint, type Nature, NOT_SENT, natureOf, notSentRow } from '../../lib/mails/nature.ts';
import { delivered, fact, notSent, refused } from './facts.ts';

const complaint = (fields: Partial<Fact>) => fact({ kind: 'complaint', ...fields });

describe('what an event says, and who spoke', () => {
  it.each<[string, Fact, Nature]>([
    ['a refusal', refused(), { says: 'returned', permanent: true }],
    ['a temporary failure', fact({ bounceType: 'Transient' }), { says: 'returned', permanent: false }],
    ['an undetermined one', fact({ bounceType: 'Undetermined' }), { says: 'returned', permanent: false }],
    ["the account's list", notSent('OnAccountSuppressionList'), { says: 'not-sent', by: 'account-list' }],
    ["a tenant's list", notSent('OnTenantSuppressionList'), { says: 'not-sent', by: 'tenant-list' }],
    ["SES's global list", notSent('Suppressed'), { says: 'not-sent', by: 'global-list' }],
    ['Auto Validation', notSent('EmailValidationSuppressed'), { says: 'not-sent', by: 'auto-validation' }],
    ['an unsubscribed contact', notSent('UnsubscribedRecipient'), { says: 'not-sent', by: 'unsubscribed' }],
    ['a sub-type of tomorrow, by SES itself', notSent('QuotaOfTenant'), { says: 'not-sent', by: 'unknown' }],
    [
      'a sub-type of tomorrow, with a server that was asked',
      notSent('MailboxMoved', { remoteMtaIp: '192.0.2.1' }),
      { says: 'returned', permanent: true },
    ],
    [
      'a sub-type of tomorrow, with the words of a server',
      notSent('MailboxMoved', { diagnosticCode: 'smtp; 551 5.1.6 moved' }),
      { says: 'returned', permanent: true },
    ],
    [
      "the sender's own time limit",
      fact({ bounceType: 'Transient', bounceSubType: 'CustomTimeoutExceeded' }),
      { says: 'returned', permanent: false },
    ],
    [
      "the insights' spelling",
      fact({ kind: 'insight', bounceType: 'PERMANENT', bounceSubType: 'ON_TENANT_SUPPRESSION_LIST' }),
      { says: 'not-sent', by: 'tenant-list' },
    ],
    ['an insight without a bounce', fact({ kind: 'insight' }), { says: 'nothing' }],
    ['a delivery', delivered(), { says: 'accepted' }],
    ['a delay', fact({ kind: 'deliveryDelay' }), { says: 'delayed' }],
    ['an open', fact({ kind: 'open' }), { says: 'opened', person: true }],
    ["a scanner's open", fact({ kind: 'open', botEvent: 'Likely' }), { says: 'opened', person: false }],
    ["a person's click", fact({ kind: 'click', botEvent: 'Unlikely' }), { says: 'clicked', person: true }],
    ["a scanner's click", fact({ kind: 'click', botEvent: 'Likely' }), { says: 'clicked', person: false }],
    ['a complaint', complaint({ complaintFeedbackType: 'abuse' }), { says: 'complaint', by: 'person' }],
    ['a complaint without a report', complaint({}), { says: 'complaint', by: 'person' }],
    ['a candidate', complaint({ candidate: true }), { says: 'complaint', by: 'candidate' }],
    [
      'a drop in the form of a complaint',
      complaint({ complaintSubType: 'OnTenantSuppressionList' }),
      { says: 'not-sent', by: 'tenant-list' },
    ],
    ['not spam', complaint({ complaintFeedbackType: 'not-spam' }), { says: 'not-spam', candidate: false }],
    ["a system's report", complaint({ complaintFeedbackType: 'auth-failure' }), { says: 'system-report' }],
    ['a virus report', complaint({ complaintFeedbackType: 'virus' }), { says: 'system-report' }],
    ['an event of tomorrow', fact({ kind: 'unknown', eventType: 'Teleported' }), { says: 'nothing' }],
  ])('%s', (_, event, nature) => {
    expect(natureOf(event)).toEqual(nature);
    expect(isComplaint(event)).toBe(nature.says === 'complaint');
  });

  it('todoku lifts what the account list stopped, and nothing else', () => {
    expect(NOT_SENT.filter(({ liftable }) => liftable).map(({ by }) => by)).toEqual(['account-list']);
    expect(notSentRow('unknown').liftable).toBe(false);
  });

  it('who has unsubscribed misses nothing', () => {
    expect(NOT_SENT.filter(({ missed }) => !missed).map(({ by }) => by)).toEqual(['unsubscribed']);
  });
});
