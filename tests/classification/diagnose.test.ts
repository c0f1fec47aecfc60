import { describe, expect, test } from 'vitest';
import { diagnose, explainedBounce } from '../../lib/classification/diagnose.ts';
import type { Listing, Member } from '../../lib/classification/types.ts';
import { isWithoutFacts } from '../../lib/classification/without-reply.ts';
import { bounce, fact, input } from './facts.ts';

const DOCOMO = 'smtp; 550 Unknown user hanako@docomo.ne.jp';
const AU_FILTER = 'smtp; 550 : User unknown';
const AU_UNKNOWN = 'smtp; 550 <hanako@ezweb.ne.jp>: User unknown';
const AU = { address: 'hanako@ezweb.ne.jp' };
const member: Member = { since: '2020-04-01T00:00:00.000Z', source: 'members.csv' };

function listing(at: string, more: Partial<Listing> = {}): Listing {
  return { reason: 'BOUNCE', at: new Date(at).toISOString(), ...more };
}

describe('what the words leave open, other evidence settles', () => {
  test('docomo before its change: ambiguous alone, likely filtered with a member record or an earlier delivery', () => {
    const refused = bounce('2024-06-10', DOCOMO);
    expect(diagnose(input([refused])).confidence).toBe('ambiguous');
    const byMember = diagnose(input([refused], { member }));
    const byDelivery = diagnose(input([fact('delivery', '2024-06-01'), refused]));
    for (const diagnosis of [byMember, byDelivery]) {
      expect(diagnosis).toMatchObject({ reason: 'filtered', confidence: 'likely', carrier: 'docomo' });
    }
    expect(byDelivery.evidence).toContainEqual(
      expect.objectContaining({ kind: 'delivery-before', weight: 4 }),
    );
    expect(byDelivery.explains.en).toContain('9 days before the bounce');
  });

  test('docomo since its change: an earlier delivery does not make it a filter', () => {
    const gone = bounce('2026-05-01', DOCOMO);
    const diagnosis = diagnose(input([fact('delivery', '2026-04-20'), gone], { member }));
    expect(diagnosis).toMatchObject({ reason: 'userunknown', confidence: 'likely' });
  });

  test('au’s bracketed text takes a delivery and a member record together', () => {
    const refused = bounce('2026-05-01', AU_UNKNOWN, AU);
    const delivered = fact('delivery', '2026-04-20', AU);
    expect(diagnose(input([refused], AU))).toMatchObject({ reason: 'userunknown', confidence: 'likely' });
    expect(diagnose(input([refused], { ...AU, member })).confidence).toBe('ambiguous');
    expect(diagnose(input([delivered, refused], AU)).confidence).toBe('ambiguous');
    expect(diagnose(input([delivered, refused], { ...AU, member }))).toMatchObject({
      reason: 'filtered',
      confidence: 'likely',
    });
  });

  test('au’s bare text is certain whatever else is known', () => {
    const refused = bounce('2026-05-01', AU_FILTER, AU);
    for (const more of [{}, { member }, { recordedSince: '2020-01-01T00:00:00.000Z' }]) {
      expect(diagnose(input([refused], { ...AU, ...more }))).toMatchObject({
        reason: 'filtered',
        confidence: 'certain',
        carrier: 'au',
        rule: 'au/filtered',
      });
    }
  });

  test('a certain unknown user stays one, with any evidence for the mailbox', () => {
    const address = 'taro@shop.example';
    const gone = bounce('2026-05-01', 'smtp; 550 5.1.1 <taro@shop.example>: no such user', { address });
    const facts = [
      fact('delivery', '2026-04-30', { address }),
      gone,
      fact('delivery', '2026-05-02', { address }),
      fact('click', '2026-05-03', { address }),
    ];
    expect(diagnose(input(facts, { address, member }))).toMatchObject({
      reason: 'userunknown',
      confidence: 'certain',
    });
  });

  test('a delivery after a likely unknown user puts it in doubt', () => {
    const facts = [bounce('2026-05-01', DOCOMO), fact('delivery', '2026-05-20')];
    expect(diagnose(input(facts))).toMatchObject({ reason: 'userunknown', confidence: 'ambiguous' });
  });

  test('silence is evidence only where events were recorded long enough', () => {
    const refused = bounce('2024-06-10', DOCOMO);
    const kinds = (recordedSince?: string) =>
      diagnose(input([refused], recordedSince === undefined ? {} : { recordedSince })).evidence.map(
        (piece) => piece.kind,
      );
    expect(kinds()).not.toContain('first-mail-ever');
    expect(kinds('2024-06-01T00:00:00.000Z')).not.toContain('first-mail-ever');
    expect(kinds('2023-06-01T00:00:00.000Z')).toContain('first-mail-ever');
  });

  test('an address bounced again after a removal is doubted more', () => {
    const refused = bounce('2024-06-10', DOCOMO);
    const again = { removals: ['2024-05-01T00:00:00.000Z'], member };
    expect(diagnose(input([refused], { member })).confidence).toBe('likely');
    expect(diagnose(input([refused], again)).confidence).toBe('ambiguous');
  });

  test('SES’s estimate of the mailbox counts when it was asked for', () => {
    const refused = bounce('2024-06-10', DOCOMO);
    const asked = (mailboxExists: 'HIGH' | 'LOW') =>
      diagnose(input([refused], { addressInsights: { mailboxExists, at: '2026-05-01T00:00:00.000Z' } }));
    expect(asked('HIGH')).toMatchObject({ reason: 'filtered', confidence: 'likely' });
    expect(asked('LOW')).toMatchObject({ reason: 'userunknown', confidence: 'likely' });
  });

  test('a blocking incident explains replies that blame nobody', () => {
    const incident = { carrier: 'au', from: '2026-05-01T00:00:00.000Z', until: '2026-05-01T01:00:00.000Z' };
    const timedOut = bounce('2026-05-01T00:30:00Z', 'smtp; 421 4.4.2 Connection timed out', AU);
    expect(diagnose(input([timedOut], { ...AU, incident }))).toMatchObject({
      reason: 'blocked',
      rule: 'incident',
    });
    const filtered = bounce('2026-05-01T00:30:00Z', AU_FILTER, AU);
    expect(diagnose(input([filtered], { ...AU, incident })).reason).toBe('filtered');
    const later = bounce('2026-05-02T00:30:00Z', 'smtp; 421 4.4.2 Connection timed out', AU);
    expect(diagnose(input([later], { ...AU, incident })).reason).toBe('expired');
  });
});

describe('which bounce is explained', () => {
  test('the one SES names, though a later one exists', () => {
    const named = bounce('2026-05-01', AU_FILTER, { ...AU, id: 'feedback-1' });
    const later = bounce('2026-05-05', AU_UNKNOWN, AU);
    const asked = input([later, named], {
      ...AU,
      listing: listing('2026-05-01', { feedbackId: 'feedback-1' }),
    });
    expect(explainedBounce(asked)?.id).toBe('feedback-1');
    expect(diagnose(asked).evidence.map((piece) => piece.kind)).toContain('joined-by-SES');
  });

  test('else the latest that is no dropped mail and no automatic reply', () => {
    const real = bounce('2026-05-01', AU_FILTER, AU);
    const dropped = bounce('2026-05-20', undefined, { ...AU, bounceSubType: 'OnAccountSuppressionList' });
    const delivered = fact('delivery', '2026-05-21', { ...AU, messageId: 'm' });
    const away = fact('bounce', '2026-05-22', {
      ...AU,
      messageId: 'm',
      bounceType: 'Transient',
      bounceSubType: 'General',
    });
    const asked = input([away, dropped, delivered, real], AU);
    expect(explainedBounce(asked)).toBe(real);
    expect(diagnose(asked).evidence.map((piece) => piece.kind)).toEqual(
      expect.arrayContaining(['out-of-office', 'dropped-by-suppression', 'delivery-after']),
    );
  });

  test('none, when SES names a feedback that is not on record, however near another bounce is', () => {
    const near = bounce('2026-05-01T00:00:00Z', AU_FILTER, AU);
    for (const named of [{ feedbackId: 'lost' }, { messageId: 'lost' }]) {
      const asked = input([near], { ...AU, member, listing: listing('2026-05-01T00:00:01Z', named) });
      expect(explainedBounce(asked)).toBeUndefined();
      expect(isWithoutFacts(diagnose(asked))).toBe(true);
    }
  });

  test('the one of the mail SES names, under whatever feedback it was recorded', () => {
    const named = bounce('2026-04-28', AU_FILTER, { ...AU, messageId: 'mail-1' });
    const asked = input([named, bounce('2026-05-01', AU_UNKNOWN, AU)], {
      ...AU,
      listing: listing('2026-05-01', { feedbackId: 'other', messageId: 'mail-1' }),
    });
    expect(explainedBounce(asked)).toBe(named);
  });

  test.each([
    ['a day before', '2026-05-09T12:00:00Z', true],
    ['more than a day before', '2026-05-09T11:59:59Z', false],
    ['six hours after', '2026-05-10T18:00:00Z', true],
    ['more than six hours after', '2026-05-10T18:00:01Z', false],
    ['half a year before', '2025-11-10T00:00:00Z', false],
  ])('where SES names none: a bounce %s the listing (%s) explains it: %s', (_when, at, explains) => {
    const asked = input([bounce(at, AU_FILTER, AU)], {
      ...AU,
      member,
      listing: listing('2026-05-10T12:00:00Z'),
    });
    expect(explainedBounce(asked) !== undefined).toBe(explains);
    expect(isWithoutFacts(diagnose(asked))).toBe(!explains);
  });

  test('of two near the listing the nearer, in either order', () => {
    const nearer = bounce('2026-05-10T11:59:00Z', AU_FILTER, AU);
    const later = bounce('2026-05-10T15:00:00Z', AU_UNKNOWN, AU);
    for (const facts of [
      [nearer, later],
      [later, nearer],
    ]) {
      expect(explainedBounce(input(facts, { ...AU, listing: listing('2026-05-10T12:00:00Z') }))).toBe(nearer);
    }
  });

  test('never an automatic reply or the global list where the address is listed', () => {
    const listed = { ...AU, listing: listing('2026-05-10T12:00:00Z') };
    const away = fact('bounce', '2026-05-10T12:00:00Z', {
      ...AU,
      bounceType: 'Transient',
      bounceSubType: 'General',
    });
    const global = bounce('2026-05-10T12:00:00Z', undefined, { ...AU, bounceSubType: 'Suppressed' });
    const full = bounce('2026-05-10T12:00:00Z', 'smtp; 452 4.2.2 mailbox full', {
      ...AU,
      bounceType: 'Transient',
      bounceSubType: 'MailboxFull',
    });
    expect(explainedBounce(input([away], listed))).toBeUndefined();
    expect(explainedBounce(input([global], listed))).toBeUndefined();
    expect(explainedBounce(input([away, global, full], listed))).toBe(full);
  });

  test('none where a complaint made the entry', () => {
    const asked = { ...AU, listing: listing('2026-05-10', { reason: 'COMPLAINT' }) };
    expect(explainedBounce(input([bounce('2026-05-10', AU_FILTER, AU)], asked))).toBeUndefined();
  });

  test('a bounce read back from insights stands for the event, in SES’s other spelling', () => {
    const insight = fact('insight', '2026-05-01', {
      ...AU,
      bounceType: 'PERMANENT',
      bounceSubType: 'GENERAL',
      diagnosticCode: AU_FILTER,
    });
    const dropped = fact('insight', '2026-05-02', {
      ...AU,
      bounceType: 'PERMANENT',
      bounceSubType: 'ON_ACCOUNT_SUPPRESSION_LIST',
    });
    const asked = input([dropped, insight], {
      ...AU,
      listing: listing('2026-05-01', { messageId: insight.messageId }),
    });
    expect(explainedBounce(asked)).toBe(insight);
    expect(diagnose(asked).reason).toBe('filtered');
  });

  test('the global list within 14 days of a removal says nothing about the mailbox', () => {
    const global = (at: string) => bounce(at, undefined, { ...AU, bounceSubType: 'Suppressed' });
    const removals = ['2026-05-01T00:00:00.000Z'];
    const real = bounce('2026-04-20', AU_FILTER, AU);
    expect(explainedBounce(input([real, global('2026-05-10')], { ...AU, removals }))).toBe(real);
    expect(explainedBounce(input([global('2026-05-10')], { ...AU, removals }))).toBeUndefined();
    expect(diagnose(input([global('2026-05-30')], { ...AU, removals })).reason).toBe('suppressed');
    expect(explainedBounce(input([real, global('2026-05-30')], { ...AU, removals }))).toBe(real);
  });
});

describe('complaints', () => {
  const complaint = (more = {}) =>
    fact('complaint', '2026-05-10', { ...AU, complaintFeedbackType: 'abuse', ...more });
  const refused = bounce('2026-05-20', AU_FILTER, AU);

  test('outrank every bounce, however certain', () => {
    expect(diagnose(input([complaint(), refused], { ...AU, member }))).toMatchObject({
      reason: 'feedback',
      confidence: 'certain',
    });
  });

  test('that SES spread over a domain prove nothing', () => {
    const spread = complaint({ candidate: true });
    const diagnosis = diagnose(input([spread, refused], AU));
    expect(diagnosis.reason).toBe('filtered');
    expect(diagnosis.evidence.map((piece) => piece.kind)).toContain('complaint-candidate');
    const listed = { ...AU, listing: listing('2026-05-10', { reason: 'COMPLAINT' }) };
    expect(diagnose(input([spread], listed))).toMatchObject({ reason: 'feedback', confidence: 'ambiguous' });
  });

  test('marked not-spam speak for the mailbox', () => {
    const diagnosis = diagnose(input([complaint({ complaintFeedbackType: 'not-spam' }), refused], AU));
    expect(diagnosis.reason).toBe('filtered');
    expect(diagnosis.evidence).toContainEqual(expect.objectContaining({ kind: 'not-spam', weight: 3 }));
  });
});

describe('a listed address of which nothing was recorded', () => {
  const judged = (address: string, at: string, more = {}) =>
    diagnose(input([], { address, listing: listing(at), ...more }));

  test('docomo before its change: open, and likely filtered with a member record', () => {
    const rule = 'listed-without-facts/docomo-before-2025-03-13';
    const alone = judged('hanako@docomo.ne.jp', '2024-06-01');
    expect(alone).toMatchObject({ reason: 'filtered', confidence: 'ambiguous', rule, carrier: 'docomo' });
    expect(alone.explains.en).toContain('is not on record');
    expect(judged('hanako@docomo.ne.jp', '2024-06-01', { member })).toMatchObject({
      reason: 'filtered',
      confidence: 'likely',
    });
  });

  test.each([
    ['hanako@docomo.ne.jp', '2026-01-01', 'userunknown', 'likely'],
    ['hanako@ezweb.ne.jp', '2024-01-01', 'filtered', 'ambiguous'],
    ['hanako@uqmobile.jp', '2026-01-01', 'filtered', 'ambiguous'],
    ['hanako@softbank.ne.jp', '2024-01-01', 'userunknown', 'likely'],
    ['hanako@ymobile.ne.jp', '2024-01-01', 'userunknown', 'ambiguous'],
    ['hanako@rakumail.jp', '2024-01-01', 'userunknown', 'ambiguous'],
    ['hanako@yo.willcomlive.jp', '2024-01-01', 'userunknown', 'likely'],
    ['hanako@docom.ne.jp', '2024-01-01', 'hostunknown', 'likely'],
    ['taro@shop.example', '2024-01-01', 'userunknown', 'ambiguous'],
  ])('%s listed on %s is %s, %s', (address, at, reason, confidence) => {
    const diagnosis = judged(address, at);
    expect(diagnosis).toMatchObject({ reason, confidence });
    expect(diagnosis.rule).toMatch(/^listed-without-facts\//);
  });

  test('a complaint is a complaint', () => {
    const listed = { address: 'taro@shop.example', listing: listing('2024-01-01', { reason: 'COMPLAINT' }) };
    expect(diagnose(input([], { ...listed, member })).reason).toBe('feedback');
  });

  test('a mistyped domain is named', () => {
    const diagnosis = judged('hanako@docom.ne.jp', '2024-01-01');
    expect(diagnosis.probablyMeant).toBe('docomo.ne.jp');
    expect(diagnosis.explains.ja).toContain('docomo.ne.jp');
  });

  test('mails dropped since are counted, and are no bounce of their own', () => {
    const dropped = [1, 2].map((day) =>
      bounce(`2026-05-0${day}`, undefined, { bounceSubType: 'OnAccountSuppressionList' }),
    );
    const diagnosis = diagnose(input(dropped, { listing: listing('2024-06-01') }));
    expect(diagnosis.rule).toBe('listed-without-facts/docomo-before-2025-03-13');
    expect(diagnosis.evidence.find((piece) => piece.kind === 'dropped-by-suppression')?.text.en).toContain(
      '2 mail(s)',
    );
  });
});

describe('an address that never bounced', () => {
  test.each([
    ['hanako@softbank.ne.jp', 'SoftBank may have filtered it'],
    ['hanako@docomo.ne.jp', 'spam folder'],
    ['hanako@ezweb.ne.jp', 'may have filtered it'],
    ['taro@shop.example', 'took the mail'],
  ])('%s: %s, and nothing is claimed', (address, words) => {
    const diagnosis = diagnose(input([fact('delivery', '2026-05-01', { address })], { address }));
    expect(diagnosis).toMatchObject({ reason: 'undefined', confidence: 'ambiguous' });
    expect(diagnosis.explains.en).toContain(words);
  });

  test('a delay says what SES waits for', () => {
    const waiting = fact('deliveryDelay', '2026-05-01', { ...AU, delayType: 'MailboxFull' });
    expect(diagnose(input([waiting], AU))).toMatchObject({ reason: 'mailboxfull', confidence: 'likely' });
  });

  test('nothing known is said to be so', () => {
    expect(diagnose(input([]))).toMatchObject({
      reason: 'undefined',
      confidence: 'ambiguous',
      rule: 'no-facts',
    });
  });
});
