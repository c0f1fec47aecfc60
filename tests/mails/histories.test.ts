import { describe, expect, it } from 'vitest';
import { outcomeSoFar } from '../../lib/cases/outcome.ts';
import { diagnose } from '../../lib/classification/diagnose.ts';
import { timelineOf } from '../../lib/guidance/wording/timeline.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { mailsOf, missedMails } from '../../lib/mails/mails.ts';
import { judge } from '../../lib/operations/removal/judge.ts';
import { DEFAULT_POLICY } from '../../lib/policy/policy.ts';
import { factItem } from '../../lib/store/facts.ts';
import { DEFAULT_RETENTION } from '../../lib/store/items.ts';
import { delivered, fact, notSent, refused } from './facts.ts';

/** Histories in which SES did not send a mail, as an operator meets them: each with what must be said of it. */

const NOW = '2026-11-28T06:00:00.000Z';
const sent = (at: string, fields: Partial<Fact> = {}) => ({
  at,
  sentAt: at,
  id: `f-${at}`,
  messageId: `m-${at}`,
  ...fields,
});
const earlier = delivered(sent('2026-10-20T01:00:00.000Z'));

describe('a mail that SES did not send', () => {
  it.each([
    ['EmailValidationSuppressed', 'ses/auto-validation', true],
    ['OnTenantSuppressionList', 'ses/tenant-list', true],
    ['UnsubscribedRecipient', 'ses/unsubscribed', false],
    ['Suppressed', 'ses/global-list', true],
    ['AddedTomorrow', 'ses/not-sent', true],
  ])('%s is no word of the receiving side about an address that is not listed', (subType, rule, missed) => {
    const drop = notSent(subType, sent('2026-11-20T01:00:00.000Z'));
    const facts = [earlier, drop];
    const diagnosis = diagnose({ address: drop.address, facts, now: NOW });
    expect(diagnosis).toMatchObject({ reason: 'suppressed', rule });
    expect(missedMails(mailsOf(facts))).toHaveLength(missed ? 1 : 0);
    const told = timelineOf({ facts: [drop], decisions: [] })[0]?.text;
    expect(told?.en).toMatch(/^SES did not send/);
    expect(told?.ja).toMatch(/^SESはメールを送りませんでした/);
  });

  it('is old news once a later mail was accepted', () => {
    const drop = notSent('EmailValidationSuppressed', sent('2026-10-01T01:00:00.000Z'));
    const { rule } = diagnose({ address: drop.address, facts: [drop, earlier], now: NOW });
    expect(rule).toMatch(/^delivered/);
  });

  it.each([
    'OnAccountSuppressionList',
    'OnTenantSuppressionList',
    'EmailValidationSuppressed',
    'UnsubscribedRecipient',
  ])('%s restarts no cool-down and is no outcome of a removal', (subType) => {
    const refusal = refused(sent('2026-11-01T00:00:00.000Z'));
    const drop = notSent(subType, sent('2026-11-28T00:00:00.000Z'));
    const entry = {
      address: refusal.address,
      spelling: refusal.address,
      reason: 'BOUNCE',
      at: '2026-11-01T00:00:05.000Z',
    } as const;
    const member = { since: '2024-01-01T00:00:00.000Z', source: 'members.csv' };
    const { verdict } = judge(
      entry,
      { facts: [refusal, drop], decisions: [], member },
      { policy: DEFAULT_POLICY, now: NOW },
    );
    expect(verdict).toMatchObject({ action: 'remove', rule: 'filtered-known-recipient' });
    expect(outcomeSoFar('2026-11-20T00:00:00.000Z', [drop], 30, NOW)).toBeUndefined();
  });

  it('in the form of a complaint is no complaint, and expires like any other fact', () => {
    const drop = fact({
      kind: 'complaint',
      complaintSubType: 'OnTenantSuppressionList',
      ...sent('2026-11-20T01:00:00.000Z'),
    });
    expect(outcomeSoFar('2026-11-01T00:00:00.000Z', [drop], 90, NOW)).toBeUndefined();
    expect(factItem(drop, DEFAULT_RETENTION, new Date(NOW))).toHaveProperty('expiresAt');
    const complaint = fact({
      kind: 'complaint',
      complaintFeedbackType: 'abuse',
      ...sent('2026-11-20T01:00:00.000Z'),
    });
    expect(factItem(complaint, DEFAULT_RETENTION, new Date(NOW))).not.toHaveProperty('expiresAt');
  });
});

describe('an answer after the listing that the mailbox does not exist', () => {
  const refusal = refused(sent('2026-11-01T00:00:00.000Z'));
  const entry = {
    address: refusal.address,
    spelling: refusal.address,
    reason: 'BOUNCE',
    at: '2026-11-01T00:00:05.000Z',
  } as const;
  const gone = refused({
    ...sent('2026-11-10T00:00:00.000Z'),
    status: '5.1.1',
    diagnosticCode:
      'smtp; 550 5.1.1 <hanako@ezweb.ne.jp>: Recipient address rejected: User unknown in virtual mailbox table',
  });
  const verdictOn = (facts: readonly Fact[]) =>
    judge(
      entry,
      { facts, decisions: [], member: { since: '2024-01-01T00:00:00.000Z', source: 'members.csv' } },
      { policy: DEFAULT_POLICY, now: NOW },
    ).verdict;

  it('keeps the entry that would be removed without it', () => {
    expect(verdictOn([refusal]).action).toBe('remove');
    expect(verdictOn([refusal, gone])).toMatchObject({ action: 'keep', rule: 'unknown-user-since-listing' });
  });

  it('counts no more once a later mail was accepted', () => {
    const later = delivered(sent('2026-11-20T00:00:00.000Z'));
    expect(verdictOn([refusal, gone, later]).action).toBe('remove');
  });
});
