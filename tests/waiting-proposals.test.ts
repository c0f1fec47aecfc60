import { describe, expect, it } from 'vitest';
import {
  isAskedFor,
  isUrgent,
  ordered,
  type Proposal,
  totalsOf,
  waitingProposals,
} from '../lib/waiting-proposals.ts';

const NOW = '2026-11-24T03:00:00.000Z';

function proposal(changes: Partial<Proposal> = {}): Proposal {
  return {
    proposalId: '20261101-0000000001',
    address: 'hanako.sato@ezweb.ne.jp',
    spelling: 'Hanako.Sato@ezweb.ne.jp',
    listedAt: '2026-11-01T00:00:00.000Z',
    listedReason: 'BOUNCE',
    diagnosis: { reason: 'filtered', confidence: 'certain', rule: 'au', carrier: 'au' },
    rule: 'filtered',
    missed: { count: 0 },
    ...changes,
  };
}

describe('waiting proposals', () => {
  it('are urgent where a customer missed a mail within 30 days', () => {
    const missed = (last: string) => ({ missed: { count: 1, last } });
    const member = { memberSince: '2019-04-01T00:00:00.000Z' };
    expect(isUrgent(proposal({ ...member, ...missed('2026-10-26T00:00:00.000Z') }), NOW)).toBe(true);
    expect(isUrgent(proposal({ ...member, ...missed('2026-10-24T00:00:00.000Z') }), NOW)).toBe(false);
    expect(isUrgent(proposal(missed('2026-11-20T00:00:00.000Z')), NOW)).toBe(false);
    expect(isUrgent(proposal(member), NOW)).toBe(false);
  });

  it('are found by a part of the address in any spelling, and by a name of the carrier', () => {
    expect(isAskedFor(proposal(), { text: ' ＨＡＮＡＫＯ ' })).toBe(true);
    expect(isAskedFor(proposal(), { text: 'kazuko' })).toBe(false);
    expect(isAskedFor(proposal(), { carrier: 'ａｕ', customer: 'no' })).toBe(true);
    expect(isAskedFor(proposal(), { carrier: 'ドコモ' })).toBe(false);
  });

  it('stand in the order asked for, the newest entry first among equals', () => {
    const one = proposal({ missed: { count: 1, last: '2026-11-02T00:00:00.000Z' } });
    const two = proposal({ lastSeen: '2026-11-03T00:00:00.000Z' });
    const three = proposal({ listedAt: '2026-11-04T00:00:00.000Z' });
    expect(ordered([three, two, one], 'missed')).toEqual([one, three, two]);
    expect(ordered([three, two, one], 'order')).toEqual([two, three, one]);
    expect(ordered([two, one, three], 'stopped')[0]).toEqual(three);
  });

  it('are read page by page up to a limit, which says that more wait', async () => {
    const told: number[] = [];
    const asked: unknown[] = [];
    const read = await waitingProposals(
      async (request) => {
        asked.push(request);
        return { proposals: Array.from({ length: request.limit }, () => proposal()), next: 'there' };
      },
      { onPage: ({ length }) => told.push(length), most: 700 },
    );
    expect(asked).toEqual([{ limit: 500 }, { limit: 200, next: 'there' }]);
    expect(told).toEqual([500, 700]);
    expect(read.next).toBe('there');
    expect(totalsOf(read.proposals)).toMatchObject({ waiting: 700, carriers: { au: 700 }, customers: 0 });
  });
});
