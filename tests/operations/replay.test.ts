import { describe, expect, it } from 'vitest';
import type { AddressRecord, Decision } from '../../lib/cases/records.ts';
import { judgedEntries, replay } from '../../lib/operations/policy/replay.ts';
import { DEFAULT_POLICY } from '../../lib/policy/policy.ts';
import { refused } from '../mails/facts.ts';

/** A replay judges as the gate does: by the entry, and by everything that was on record of the address. */

const LISTED_AT = '2026-11-01T00:00:05.000Z';
const JUDGED_AT = '2026-11-10T00:00:00.000Z';
const bounce = refused({ at: '2026-11-01T00:00:00.000Z', sentAt: '2026-11-01T00:00:00.000Z' });

const judged: Decision = {
  address: bounce.address,
  at: JUDGED_AT,
  id: 'remove:filtered-known-recipient',
  by: 'cleanup',
  action: 'remove',
  rule: 'filtered-known-recipient',
  because: { ja: '理由', en: 'reason' },
  listing: { reason: 'BOUNCE', at: LISTED_AT },
};

const record = (more: Partial<AddressRecord> = {}): AddressRecord => ({
  facts: [bounce],
  decisions: [judged],
  member: { since: '2024-01-01T00:00:00.000Z', source: 'members.csv' },
  ...more,
});

const replayed = (known: AddressRecord) => {
  const [entry] = judgedEntries(known, '2026-10-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z');
  return entry && replay(entry, known, DEFAULT_POLICY);
};

describe('a replay', () => {
  it('removes what the gate would remove', () => {
    expect(replayed(record())).toMatchObject({ action: 'remove', rule: 'filtered-known-recipient' });
  });

  it('keeps an address that SES had listed for a complaint before', () => {
    const before = record({ listedForComplaint: '2025-01-01T00:00:00.000Z' });
    expect(replayed(before)).toMatchObject({ action: 'keep', rule: 'complaint' });
    const after = record({ listedForComplaint: '2026-11-20T00:00:00.000Z' });
    expect(replayed(after)).toMatchObject({ action: 'remove' });
  });

  it('keeps an address of which the receiving side said after the listing that it does not exist', () => {
    const gone = refused({
      at: '2026-11-05T00:00:00.000Z',
      sentAt: '2026-11-05T00:00:00.000Z',
      messageId: 'm-2',
      id: 'f-2',
      status: '5.1.1',
      diagnosticCode:
        'smtp; 550 5.1.1 <hanako@ezweb.ne.jp>: Recipient address rejected: User unknown in virtual mailbox table',
    });
    expect(replayed(record({ facts: [bounce, gone] }))).toMatchObject({
      action: 'keep',
      rule: 'unknown-user-since-listing',
    });
  });

  it('judges by the bounce that SES named to the gate', () => {
    const case_ = {
      address: bounce.address,
      version: 2,
      state: 'kept',
      spelling: bounce.address,
      listedReason: 'BOUNCE',
      listedAt: LISTED_AT,
      feedbackId: 'a-bounce-that-is-not-on-record',
      diagnosis: { reason: 'filtered', confidence: 'certain', rule: 'au/filtered' },
      rule: 'filtered',
      removals: [],
      updatedAt: JUDGED_AT,
    } as const;
    expect(replayed(record({ case: case_ }))).toMatchObject({
      action: 'propose',
      rule: 'filtered-without-record',
    });
  });
});
