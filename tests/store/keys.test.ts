import { describe, expect, it } from 'vitest';
import { NOT_SENT } from '../../lib/mails/nature.ts';
import { factKey } from '../../lib/store/keys.ts';
import { fact } from '../mails/facts.ts';

/** The keys of stored facts, as they were written before anybody knew what the newer sub-types mean. */
describe('the key of a fact', () => {
  const at = '2026-11-02T00:00:01.000Z';
  const pk = 'ADDRESS#hanako@ezweb.ne.jp';

  it.each([...NOT_SENT.map(({ subType }) => subType), 'General', 'AddedTomorrow'])(
    'of a bounce with the sub-type %s stays what it was',
    (bounceSubType) => {
      const prefix = bounceSubType === 'OnAccountSuppressionList' ? 'UNSENT' : 'EVENT';
      const bounce = fact({ bounceType: 'Permanent', bounceSubType, id: 'f-1' });
      expect(factKey(bounce)).toEqual({ pk, sk: `${prefix}#${at}#bounce#f-1` });
      const complaint = fact({ kind: 'complaint', complaintSubType: bounceSubType, id: 'f-1' });
      expect(factKey(complaint)).toEqual({ pk, sk: `${prefix}#${at}#complaint#f-1` });
    },
  );

  it('of an open is the same whoever opened', () => {
    const key = { pk, sk: 'EVENT#2026-11-02#open' };
    expect(factKey(fact({ kind: 'open' }))).toEqual(key);
    expect(factKey(fact({ kind: 'open', botEvent: 'Likely' }))).toEqual(key);
  });
});
