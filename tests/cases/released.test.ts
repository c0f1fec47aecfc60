import { expect, it } from 'vitest';
import type { DecisionAction, Outcome } from '../../lib/cases/records.ts';
import { ReleasedCount } from '../../lib/cases/released.ts';

const at = (day: number) => new Date(Date.UTC(2026, 10, day)).toISOString();

function countOf(
  ...lines: readonly (readonly [address: string, action: DecisionAction, day: number, outcome?: Outcome])[]
) {
  const count = new ReleasedCount();
  for (const [address, action, day, outcome] of lines)
    count.add({ address, action, at: at(day), ...(outcome && { outcome }) });
  return count.counts();
}

const NONE = { addresses: 0, delivered: 0, bouncedAgain: 0, complained: 0, silent: 0, open: 0 };

it('counts each address once, by its last removal and what came after it, in whatever order it is read', () => {
  const lines = [
    ['a@ezweb.ne.jp', 'removed', 1],
    ['a@ezweb.ne.jp', 'outcome', 3, 'bounced-again'],
    ['a@ezweb.ne.jp', 'removed', 5],
    ['b@ezweb.ne.jp', 'removed', 2],
    ['b@ezweb.ne.jp', 'outcome', 4, 'silent'],
    ['b@ezweb.ne.jp', 'outcome', 6, 'delivered'],
  ] as const;
  const counted = { ...NONE, addresses: 2, delivered: 1, open: 1 };
  expect(countOf(...lines)).toEqual(counted);
  expect(countOf(...lines.toReversed())).toEqual(counted);
});

it('counts no outcome of a removal of another time, no approval, and nobody of the simulator', () => {
  expect(
    countOf(
      ['a@ezweb.ne.jp', 'outcome', 3, 'delivered'],
      ['b@ezweb.ne.jp', 'approve', 3],
      ['bounce@simulator.amazonses.com', 'removed', 3],
    ),
  ).toEqual(NONE);
});
