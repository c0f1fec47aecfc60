import { describe, expect, it } from 'vitest';
import { outcomeSoFar } from '../../lib/cases/outcome.ts';
import { isByGlobalList, isDropped } from '../../lib/classification/explained-bounce.ts';
import { type Fact, isComplaint, isDroppedBySuppression } from '../../lib/mails/fact.ts';
import { hasEarlierDelivery, isRealBounce } from '../../lib/policy/rules.ts';

/**
 * One question, "did the receiving side refuse this mail?", and the answers of every place that asks it. Rows in
 * which the answers differ, or are all wrong, are what one owner of the question has to mend.
 */

const REMOVED = '2026-11-01T00:00:00.000Z';
const NOW = '2026-12-31T00:00:00.000Z';

const fact = (fields: Partial<Fact>): Fact => ({
  address: 'hanako@ezweb.ne.jp',
  kind: 'bounce',
  at: '2026-11-02T00:00:01.000Z',
  id: 'f-1',
  messageId: 'm-1',
  sentAt: '2026-11-02T00:00:00.000Z',
  ...fields,
});

const answers = (of: Fact) => ({
  policy: isRealBounce(of),
  diagnosis: !isDropped(of) && !isByGlobalList(of),
  dropped: isDroppedBySuppression(of),
  complaint: isComplaint(of),
  outcome: outcomeSoFar(REMOVED, [of], 90, NOW)?.outcome,
});

const permanent = (bounceSubType: string) => fact({ bounceType: 'Permanent', bounceSubType });

describe('who holds what for a refusal by the receiving side', () => {
  it.each<[string, Fact, ReturnType<typeof answers>]>([
    [
      "the account's list",
      permanent('OnAccountSuppressionList'),
      { policy: false, diagnosis: false, dropped: true, complaint: false, outcome: undefined },
    ],
    [
      "SES's global list: a refusal for policy only",
      permanent('Suppressed'),
      { policy: true, diagnosis: false, dropped: false, complaint: false, outcome: undefined },
    ],
    [
      "a tenant's list: a refusal everywhere",
      permanent('OnTenantSuppressionList'),
      { policy: true, diagnosis: true, dropped: false, complaint: false, outcome: 'bounced-again' },
    ],
    [
      'Auto Validation: a refusal everywhere',
      permanent('EmailValidationSuppressed'),
      { policy: true, diagnosis: true, dropped: false, complaint: false, outcome: 'bounced-again' },
    ],
    [
      'unsubscribed: a refusal everywhere',
      permanent('UnsubscribedRecipient'),
      { policy: true, diagnosis: true, dropped: false, complaint: false, outcome: 'bounced-again' },
    ],
    [
      "the insights' spelling of the account's list: a refusal for policy only",
      fact({ kind: 'insight', bounceType: 'PERMANENT', bounceSubType: 'ON_ACCOUNT_SUPPRESSION_LIST' }),
      { policy: true, diagnosis: false, dropped: false, complaint: false, outcome: undefined },
    ],
    [
      "a drop by a tenant's list in the form of a complaint: a complaint for good",
      fact({ kind: 'complaint', complaintSubType: 'OnTenantSuppressionList' }),
      { policy: false, diagnosis: true, dropped: false, complaint: true, outcome: 'complained' },
    ],
  ])('%s', (_, of, expected) => {
    expect(answers(of)).toEqual(expected);
  });

  it('the delivery of the very mail that bounced is an earlier delivery for policy', () => {
    const listing = { reason: 'BOUNCE', at: '2026-11-02T00:00:05.000Z' } as const;
    const facts = [fact({ kind: 'delivery', at: '2026-11-02T00:00:00.500Z' }), permanent('General')];
    expect(hasEarlierDelivery({ facts, listing })).toBe(true);
  });
});
