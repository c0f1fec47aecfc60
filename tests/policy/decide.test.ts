import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SuppressionCase } from '../../lib/cases/records.ts';
import { CONFIDENCES, type Diagnosis, REASONS } from '../../lib/classification/types.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { decide, explainPolicy } from '../../lib/policy/decide.ts';
import { DEFAULT_POLICY, InvalidPolicyError, policyWith } from '../../lib/policy/policy.ts';
import { POLICY_RULES, type VerdictInput } from '../../lib/policy/rules.ts';

const LISTED_AT = '2026-10-01T00:00:00.000Z';
const NOW = '2026-11-01T00:00:00.000Z';

const diagnosis = (overrides: Partial<Diagnosis> = {}): Diagnosis => ({
  reason: 'filtered',
  carrier: 'au',
  confidence: 'certain',
  rule: 'au/refused-after-data',
  evidence: [
    { kind: 'reply', weight: 4, source: 'au/refused-after-data', text: { ja: '応答', en: 'reply' } },
  ],
  explains: { ja: '説明', en: 'explanation' },
  ...overrides,
});

const fact = (overrides: Partial<Fact>): Fact => ({
  address: 'hanako@ezweb.ne.jp',
  kind: 'delivery',
  at: '2026-09-01T00:00:00.000Z',
  id: 'message-1',
  messageId: 'message-1',
  sentAt: '2026-09-01T00:00:00.000Z',
  ...overrides,
});

const knownCase = (overrides: Partial<SuppressionCase>): SuppressionCase => ({
  address: 'hanako@ezweb.ne.jp',
  version: 1,
  state: 'closed',
  spelling: 'hanako@ezweb.ne.jp',
  listedReason: 'BOUNCE',
  listedAt: LISTED_AT,
  diagnosis: { reason: 'filtered', confidence: 'certain', rule: 'au/refused-after-data' },
  rule: 'filtered',
  removals: [],
  updatedAt: LISTED_AT,
  ...overrides,
});

/** The refusal that put the address on the list. */
const refusal = fact({
  kind: 'bounce',
  at: '2026-09-30T23:59:59.000Z',
  id: 'feedback-1',
  messageId: 'message-2',
  sentAt: '2026-09-30T23:59:58.000Z',
  bounceType: 'Permanent',
  bounceSubType: 'General',
});

const input = (overrides: Partial<VerdictInput> = {}): VerdictInput => ({
  diagnosis: diagnosis(),
  listing: { reason: 'BOUNCE', at: LISTED_AT },
  facts: [refusal],
  policy: DEFAULT_POLICY,
  now: NOW,
  ...overrides,
});

const member = { since: '2024-01-01T00:00:00.000Z', source: 'members.csv' };

describe('the verdict on an entry', () => {
  const cases: [string, Partial<VerdictInput>, { rule: string; action: string }][] = [
    ['removes a filtered member', { member }, { rule: 'filtered-known-recipient', action: 'remove' }],
    [
      'removes a filtered recipient whom mail reached before',
      { facts: [refusal, fact({})] },
      { rule: 'filtered-known-recipient', action: 'remove' },
    ],
    [
      'proposes, never removes, what is inferred from the listing alone',
      { diagnosis: diagnosis({ confidence: 'likely', rule: 'listed-without-facts/au' }), member },
      { rule: 'filtered-without-record', action: 'propose' },
    ],
    [
      'keeps a probably unknown user outside the carriers although a member',
      {
        diagnosis: diagnosis({ reason: 'userunknown', confidence: 'ambiguous', carrier: undefined }),
        member,
      },
      { rule: 'no-evidence', action: 'keep' },
    ],
    [
      'proposes an ambiguous unknown user at a carrier when a member',
      { diagnosis: diagnosis({ reason: 'userunknown', confidence: 'ambiguous' }), member },
      { rule: 'ambiguous-known-recipient', action: 'propose' },
    ],
    ['proposes a filtered recipient nobody knows', {}, { rule: 'filtered', action: 'propose' }],
    [
      'keeps a complaint however well the customer is known',
      { listing: { reason: 'COMPLAINT', at: LISTED_AT }, member },
      { rule: 'complaint', action: 'keep' },
    ],
    [
      'keeps an address with an earlier complaint although it is listed for a bounce',
      { facts: [fact({ kind: 'complaint' })], member },
      { rule: 'complaint', action: 'keep' },
    ],
    [
      'does not take not-spam feedback for a complaint',
      { facts: [refusal, fact({ kind: 'complaint', complaintFeedbackType: 'not-spam' })], member },
      { rule: 'filtered-known-recipient', action: 'remove' },
    ],
    [
      'keeps a certain unknown user even if a member',
      { diagnosis: diagnosis({ reason: 'userunknown' }), member },
      { rule: 'unknown-user', action: 'keep' },
    ],
    [
      'keeps the old address of a customer who has moved, however well the customer is known',
      { movedAt: '2026-10-20T00:00:00.000Z', member },
      { rule: 'moved', action: 'keep' },
    ],
    [
      'keeps a likely unknown user',
      { diagnosis: diagnosis({ reason: 'userunknown', confidence: 'likely' }) },
      { rule: 'probably-unknown-user', action: 'keep' },
    ],
    [
      'keeps a mistyped domain',
      { diagnosis: diagnosis({ probablyMeant: 'docomo.ne.jp' }), member },
      { rule: 'mistyped-domain', action: 'keep' },
    ],
    [
      'keeps an entry the account does not enforce',
      { enforcedReasons: ['COMPLAINT'], member },
      { rule: 'not-enforced', action: 'keep' },
    ],
    [
      'waits after a fresh bounce',
      { now: '2026-10-01T12:00:00.000Z', member },
      { rule: 'cooling-down', action: 'keep' },
    ],
    [
      'waits while the carrier refuses everybody',
      { incident: { carrier: 'au', until: NOW }, member },
      { rule: 'incident', action: 'keep' },
    ],
    [
      'proposes, not removes, after a removal that did not help',
      {
        member,
        case: knownCase({
          removals: [
            { at: '2026-09-15T00:00:00.000Z', by: 'cleanup', rule: 'filtered', outcome: 'bounced-again' },
          ],
        }),
      },
      { rule: 'filtered-bounced-again', action: 'propose' },
    ],
    [
      'keeps after two removals that did not help',
      {
        member,
        case: knownCase({
          removals: [
            { at: '2026-08-15T00:00:00.000Z', by: 'cleanup', rule: 'filtered', outcome: 'bounced-again' },
            { at: '2026-09-15T00:00:00.000Z', by: 'sato', rule: 'by-hand', outcome: 'bounced-again' },
          ],
        }),
      },
      { rule: 'removed-too-often', action: 'keep' },
    ],
    [
      'takes no delivery for success when the address was listed again days later',
      {
        member,
        case: knownCase({
          removals: [
            {
              at: '2026-08-15T00:00:00.000Z',
              by: 'cleanup',
              rule: 'filtered',
              outcome: 'delivered',
              relistedAt: '2026-08-16T00:00:00.000Z',
            },
            { at: '2026-09-29T00:00:00.000Z', by: 'cleanup', rule: 'filtered', outcome: 'delivered' },
          ],
        }),
      },
      { rule: 'removed-too-often', action: 'keep' },
    ],
    [
      'forgets failed removals older than the window',
      {
        member,
        case: knownCase({
          removals: [
            { at: '2025-08-15T00:00:00.000Z', by: 'cleanup', rule: 'filtered', outcome: 'bounced-again' },
            { at: '2025-09-15T00:00:00.000Z', by: 'cleanup', rule: 'filtered', outcome: 'bounced-again' },
          ],
        }),
      },
      { rule: 'filtered-known-recipient', action: 'remove' },
    ],
    [
      "respects an operator's no for this entry",
      {
        member,
        // Another verdict on the same entry in between does not undo it.
        case: knownCase({ state: 'kept', rejected: { listedAt: LISTED_AT, by: 'sato', at: LISTED_AT } }),
      },
      { rule: 'rejected-by-operator', action: 'keep' },
    ],
    [
      'asks again when the entry is a new one',
      {
        member,
        case: knownCase({
          state: 'rejected',
          rejected: { listedAt: '2025-01-01T00:00:00.000Z', by: 'sato', at: '2025-01-02T00:00:00.000Z' },
        }),
      },
      { rule: 'filtered-known-recipient', action: 'remove' },
    ],
    [
      'proposes a full mailbox after its own cool-down',
      { diagnosis: diagnosis({ reason: 'mailboxfull' }) },
      { rule: 'temporary', action: 'propose' },
    ],
    [
      'waits with a full mailbox before it',
      { diagnosis: diagnosis({ reason: 'mailboxfull' }), now: '2026-10-05T00:00:00.000Z' },
      { rule: 'temporary-cooling-down', action: 'keep' },
    ],
    [
      'proposes an ambiguous bounce of a member',
      { diagnosis: diagnosis({ confidence: 'ambiguous' }), member },
      { rule: 'ambiguous-known-recipient', action: 'propose' },
    ],
    [
      'keeps an ambiguous bounce of a stranger',
      { diagnosis: diagnosis({ confidence: 'ambiguous' }) },
      { rule: 'no-evidence', action: 'keep' },
    ],
    [
      'does not call a refusal outside the carriers a removable filter',
      { diagnosis: diagnosis({ carrier: undefined }), member },
      { rule: 'ambiguous-known-recipient', action: 'propose' },
    ],
  ];

  it.each(cases)('%s', (_name, overrides, expected) => {
    expect(decide(input(overrides))).toMatchObject(expected);
  });

  it('says when to look again for every rule that waits', () => {
    expect(decide(input({ now: '2026-10-01T12:00:00.000Z' })).dueAt).toBe('2026-10-02T00:00:00.000Z');
  });

  it('names every rule that wants an override, also those behind the one that decides', () => {
    const gone = fact({
      address: 'hanako@gmail.com',
      kind: 'bounce',
      bounceType: 'Permanent',
      bounceSubType: 'General',
      status: '5.1.1',
      diagnosticCode: 'smtp; 550-5.1.1 The email account that you tried to reach does not exist.',
    });
    const complained = diagnosis({ reason: 'feedback', confidence: 'certain', probablyMeant: 'gmail.com' });
    expect(decide(input({ diagnosis: complained, facts: [gone] }))).toMatchObject({
      rule: 'complaint',
      byHand: 'override',
      overrides: ['complaint', 'mistyped-domain', 'unknown-user'],
    });
    const rejected = { listedAt: input().listing.at, by: 'sato', at: input().now };
    const often = ['2026-10-01T00:00:00.000Z', '2026-10-05T00:00:00.000Z', '2026-10-09T00:00:00.000Z'];
    const removals = often.map((at) => ({
      at,
      by: 'cleanup',
      rule: 'filtered',
      outcome: 'bounced-again' as const,
    }));
    const known = knownCase({ rejected, removals });
    const verdict = decide(input({ case: known, now: '2026-11-01T00:00:00.000Z' }));
    expect(verdict.rule).toBe('rejected-by-operator');
    expect(verdict.byHand).toBe(verdict.overrides === undefined ? 'allowed' : 'override');
    expect(decide(input()).overrides).toBeUndefined();
  });

  it('wants an override by hand for what protects the reputation', () => {
    const guarded = POLICY_RULES.filter((rule) => rule.byHand === 'override').map((rule) => rule.id);
    expect(guarded).toEqual(['complaint', 'mistyped-domain', 'unknown-user', 'moved', 'removed-too-often']);
  });

  it('explains every rule and marks the one that decided', () => {
    const explained = explainPolicy(input({ member }));
    expect(explained.map((each) => each.rule)).toEqual(POLICY_RULES.map((rule) => rule.id));
    expect(explained.filter((each) => each.decides)).toMatchObject([{ rule: 'filtered-known-recipient' }]);
  });

  it('never lets a complaint or a certain unknown user go, whatever else is known', () => {
    const moments = fc
      .integer({ min: Date.parse('2024-01-01'), max: Date.parse('2026-11-01') })
      .map((time) => new Date(time).toISOString());
    const anyFact = fc.record({
      kind: fc.constantFrom('bounce', 'complaint', 'delivery', 'open', 'insight', 'deliveryDelay'),
      at: moments,
      bounceType: fc.constantFrom('Permanent', 'Transient'),
      candidate: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...REASONS),
        fc.constantFrom(...CONFIDENCES),
        fc.option(fc.constantFrom('au', 'docomo', 'softbank'), { nil: undefined }),
        fc.array(anyFact, { maxLength: 8 }),
        fc.boolean(),
        fc.constantFrom('BOUNCE' as const, 'COMPLAINT' as const),
        moments,
        (reason, confidence, carrier, facts, isMember, listedFor, at) => {
          const known = facts.map((each) => fact(each as Partial<Fact>));
          const verdict = decide(
            input({
              diagnosis: diagnosis({
                reason,
                confidence,
                ...(carrier ? { carrier } : { carrier: undefined }),
              }),
              facts: known,
              listing: { reason: listedFor, at },
              ...(isMember && { member }),
            }),
          );
          const complained = listedFor === 'COMPLAINT' || known.some((each) => each.kind === 'complaint');
          const unknown =
            ['userunknown', 'hostunknown', 'hasmoved'].includes(reason) && confidence === 'certain';
          if (complained || unknown || reason === 'feedback') expect(verdict.action).toBe('keep');
          if (confidence === 'ambiguous') expect(verdict.action).not.toBe('remove');
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('policy overrides', () => {
  it('replace single values', () => {
    expect(policyWith({ coolDownHours: 2 })).toEqual({ ...DEFAULT_POLICY, coolDownHours: 2 });
  });

  it.each([
    [{ coolDownHuors: 2 }],
    [{ maximumRemovalsPerDay: -1 }],
    [{ maximumBounceRate: 5 }],
    ['nonsense'],
  ])('are refused when mistyped or out of range: %j', (overrides) => {
    expect(() => policyWith(overrides)).toThrow(InvalidPolicyError);
  });
});
