import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeOf, outcomeSoFar } from '../../lib/cases/outcome.ts';
import type { Fact } from '../../lib/mails/fact.ts';

const REMOVED_AT = '2026-10-01T00:00:00.000Z';
const fact = (kind: Fact['kind'], at: string, more: Partial<Fact> = {}): Fact => ({
  address: 'taro@ezweb.ne.jp',
  kind,
  at,
  id: 'id',
  messageId: 'message',
  sentAt: at,
  ...more,
});
const outcome = (facts: Fact[], now = '2026-10-10T00:00:00.000Z') => outcomeOf(REMOVED_AT, facts, 30, now);
const permanent = { bounceType: 'Permanent', bounceSubType: 'General' };

describe('the outcome of a removal', () => {
  it('is the first answer of the mailbox after it', () => {
    const delivered = fact('delivery', '2026-10-02T00:00:00.000Z');
    const bounced = fact('bounce', '2026-10-03T00:00:00.000Z', { ...permanent, messageId: 'next' });
    expect(outcome([bounced, delivered])).toEqual({ outcome: 'delivered', at: delivered.at });
  });

  it.each([
    ['bounced-again', fact('bounce', '2026-10-02T00:00:00.000Z', permanent)],
    ['complained', fact('complaint', '2026-10-02T00:00:00.000Z')],
    ['delivered', fact('open', '2026-10-02T00:00:00.000Z')],
  ] as const)('is %s', (expected, event) => {
    expect(outcome([event])?.outcome).toBe(expected);
  });

  it.each([
    ['what happened before the removal', fact('bounce', '2026-09-30T00:00:00.000Z', permanent)],
    [
      'a mail dropped by the list',
      fact('bounce', '2026-10-02T00:00:00.000Z', {
        bounceType: 'Permanent',
        bounceSubType: 'OnAccountSuppressionList',
      }),
    ],
    [
      "a bounce of SES's global list",
      fact('bounce', '2026-10-02T00:00:00.000Z', { bounceType: 'Permanent', bounceSubType: 'Suppressed' }),
    ],
    ['a temporary bounce', fact('bounce', '2026-10-02T00:00:00.000Z', { bounceType: 'Transient' })],
    [
      'not-spam feedback',
      fact('complaint', '2026-10-02T00:00:00.000Z', { complaintFeedbackType: 'not-spam' }),
    ],
  ] as const)('is not decided by %s', (_name, event) => {
    expect(outcome([event])).toBeUndefined();
  });

  it('is a bounce of the mail that was delivered, however long after', () => {
    const delivered = fact('delivery', '2026-10-02T00:00:00.000Z');
    const bounced = fact('bounce', '2026-10-04T00:00:00.000Z', { ...permanent, sentAt: delivered.sentAt });
    expect(outcome([delivered, bounced])).toEqual({ outcome: 'bounced-again', at: bounced.at });
  });

  it('is a bounce of any mail soon after a delivery: of a day one delivery is kept, of whichever mail', () => {
    const delivered = fact('delivery', '2026-10-02T00:00:00.000Z');
    const bounced = (at: string) => fact('bounce', at, { ...permanent, messageId: 'next' });
    expect(outcome([delivered, bounced('2026-10-02T12:00:00.000Z')])?.outcome).toBe('bounced-again');
    expect(outcome([delivered, bounced('2026-10-02T12:00:00.001Z')])?.outcome).toBe('delivered');
  });

  it('is a complaint, however long after a delivery', () => {
    const delivered = fact('delivery', '2026-10-02T00:00:00.000Z');
    const complaint = fact('complaint', '2026-10-05T00:00:00.000Z', { messageId: 'next' });
    expect(outcome([delivered, complaint])).toEqual({ outcome: 'complained', at: complaint.at });
  });

  it('is delivered only when that has stood for twelve hours, but shown at once', () => {
    const delivered = [fact('delivery', '2026-10-02T00:00:00.000Z')];
    expect(outcome(delivered, '2026-10-02T11:59:59.999Z')).toBeUndefined();
    expect(outcome(delivered, '2026-10-02T12:00:00.000Z')?.outcome).toBe('delivered');
    expect(outcomeSoFar(REMOVED_AT, delivered, 30, '2026-10-02T00:00:01.000Z')?.outcome).toBe('delivered');
    expect(outcomeSoFar(REMOVED_AT, [], 30, '2026-10-31T00:00:00.000Z')?.outcome).toBe('silent');
  });

  it('is not silence while a delivery on the last day waits', () => {
    const late = [fact('delivery', '2026-10-30T23:00:00.000Z')];
    expect(outcome(late, '2026-10-31T00:00:00.000Z')).toBeUndefined();
  });

  it('is not decided by a late bounce of a mail sent before the removal, but by a late complaint', () => {
    const late = { sentAt: '2026-09-29T00:00:00.000Z', ...permanent };
    expect(outcome([fact('bounce', '2026-10-02T00:00:00.000Z', late)])).toBeUndefined();
    expect(outcome([fact('complaint', '2026-10-02T00:00:00.000Z', late)])?.outcome).toBe('complained');
  });

  it('is silent after the configured time, not before', () => {
    expect(outcome([], '2026-10-30T23:59:59.999Z')).toBeUndefined();
    expect(outcome([], '2026-10-31T00:00:00.000Z')).toEqual({
      outcome: 'silent',
      at: '2026-10-31T00:00:00.000Z',
    });
  });

  it('does not depend on the order of the facts', () => {
    const kinds = fc.constantFrom('delivery', 'bounce', 'complaint', 'open');
    const events = fc.array(
      fc
        .tuple(kinds, fc.integer({ min: 1, max: 5 }))
        .map(([kind, day]) => fact(kind as Fact['kind'], `2026-10-0${day}T00:00:00.000Z`, permanent)),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(events, (facts) => {
        const reversed = outcome([...facts].reverse());
        expect(reversed?.at).toBe(outcome(facts)?.at);
        expect(reversed?.outcome === 'delivered').toBe(outcome(facts)?.outcome === 'delivered');
      }),
    );
  });
});
