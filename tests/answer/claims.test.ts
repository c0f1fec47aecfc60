import { describe, expect, it } from 'vitest';
import {
  type ClaimNamed,
  causeOf,
  goneFromList,
  isClaim,
  liftedDespiteComplaint,
  nothingRecorded,
  refusedAgain,
  released,
  reportOf,
  resumed,
} from '../../lib/answer/claims.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { LEADS } from '../guidance/sample-leads.ts';

const AT = '2026-11-20T01:00:00.000Z';
const fact = (more: Partial<Fact>): Fact => ({
  address: 'hanako@mail.example.jp',
  kind: 'delivery',
  at: AT,
  id: 'f',
  messageId: 'm',
  sentAt: AT,
  ...more,
});
const FREE = { state: 'not-listed' } as const;
const UNASKED = { state: 'unknown', why: 'TimeoutError' } as const;
const removal = { at: '2026-11-21T00:00:00.000Z', by: 'tanaka', rule: 'by-hand' };

describe('a claim', () => {
  it('is made by its constructor alone: neither a copy nor a literal is one, and neither compiles', () => {
    const { lifted } = LEADS;
    expect(isClaim(lifted)).toBe(true);
    expect(isClaim({ ...lifted })).toBe(false);
    // @ts-expect-error A copy of a claim is no claim.
    const copy: ClaimNamed<'accepted'> = { ...LEADS.filed };
    // @ts-expect-error A literal of the same shape is no claim.
    const literal: ClaimNamed<'unasked'> = { claim: 'unasked', facts: { why: '' } };
    expect([copy, literal].filter(isClaim)).toEqual([]);
  });

  it('is not made of a fact that does not support it', () => {
    expect(causeOf(fact({}), [])).toBeUndefined();
    expect(causeOf(fact({ kind: 'bounce', bounceSubType: 'Suppressed' }), [])).toBeUndefined();
    expect(reportOf(fact({ kind: 'complaint', complaintFeedbackType: 'not-spam' }))).toBeUndefined();
    expect(
      reportOf(fact({ kind: 'complaint', complaintSubType: 'OnTenantSuppressionList' })),
    ).toBeUndefined();
    expect(reportOf(fact({ kind: 'complaint', complaintFeedbackType: 'virus' }))?.claim).toBe(
      'system-report',
    );
    expect(nothingRecorded([fact({})], undefined)).toBeUndefined();
    expect(goneFromList(fact({}), FREE)).toBeUndefined();
  });

  it('that an address was released needs a list that was asked, and mail that was sent since', () => {
    expect(released(removal, UNASKED)).toBeUndefined();
    expect(resumed(removal, LEADS.filed.facts.mail, FREE)).toBeUndefined();
    expect(released(removal, FREE)?.claim).toBe('released');
    const dropped = fact({
      kind: 'bounce',
      bounceType: 'Permanent',
      bounceSubType: 'OnAccountSuppressionList',
    });
    const after = { ...dropped, sentAt: '2100-01-01T00:00:00.000Z' };
    expect(
      released(removal, FREE, undefined, { ...dropped, sentAt: removal.at })?.facts.dropped,
    ).toBeUndefined();
    expect(
      released(removal, FREE, undefined, fact({ ...after, bounceSubType: 'General' }))?.facts.dropped,
    ).toBeUndefined();
    expect(released(removal, FREE, undefined, after)?.facts.dropped).toBe(after);
  });

  it('that a complaint was lifted needs an override of it', () => {
    const overridden = { ...removal, override: true };
    expect(liftedDespiteComplaint(removal, FREE, AT)).toBeUndefined();
    expect(liftedDespiteComplaint({ ...overridden, overrides: ['unknown-user'] }, FREE, AT)).toBeUndefined();
    expect(
      liftedDespiteComplaint({ ...overridden, overrides: ['complaint'] }, FREE, undefined),
    ).toBeDefined();
    // An older version kept no rules: the complaint before it is on record.
    expect(liftedDespiteComplaint(overridden, FREE, AT)).toBeDefined();
    expect(liftedDespiteComplaint(overridden, FREE, undefined)).toBeUndefined();
  });

  it('that a filter refuses again needs two releases in vain before that bounce', () => {
    const before = { ...removal, at: '2026-11-01T00:00:00.000Z' };
    expect(refusedAgain(LEADS.refused, [before])).toBeUndefined();
    expect(refusedAgain(LEADS.refused, [before, { ...before, outcome: 'delivered' }])).toBeUndefined();
    expect(refusedAgain(LEADS.refused, [before, removal])).toBeUndefined();
    expect(refusedAgain(LEADS.refused, [before, before])?.claim).toBe('refused-again');
  });
});
