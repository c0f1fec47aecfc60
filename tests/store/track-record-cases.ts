import { expect } from 'vitest';
import type { SuppressionCase } from '../../lib/cases/records.ts';
import { casesChangedSince, putCase } from '../../lib/store/cases.ts';
import { latestOutcomes, putOutcome, putRuleEnabling, ruleRecords } from '../../lib/store/outcomes.ts';
import type { Table } from '../../lib/store/table.ts';
import type { Fresh, Test } from './contract.ts';

const NOW = new Date('2026-11-24T00:00:00.000Z');
const RULE = 'filtered-known-recipient';

/** What the store answers of the track record, on whatever table. */
export function trackRecordCases(onTable: Test, fresh: () => Promise<Fresh>): void {
  const test = (name: string, body: (store: Table) => Promise<void>) =>
    onTable(name, async () => body((await fresh()).store));

  /** An outcome of a removal so many days ago. */
  const outcome = (daysAgo: number, carrier = 'au') => {
    const removedAt = new Date(NOW.getTime() - daysAgo * 86_400_000).toISOString();
    return {
      rule: RULE,
      carrier,
      address: 'hanako@ezweb.ne.jp',
      removedAt,
      outcome: 'delivered' as const,
      at: removedAt,
    };
  };

  test('answers the latest outcomes of one rule at one carrier, newest first', async (store) => {
    for (const days of [5, 1, 3, 2, 4]) await putOutcome(store, outcome(days));
    await putOutcome(store, outcome(0, 'docomo'));
    const { address: _address, ...first } = outcome(1);
    const found = await latestOutcomes(store, RULE, 'au', 3);
    expect(found[0]).toEqual(first);
    expect(found.map((each) => each.removedAt)).toEqual([1, 2, 3].map((days) => outcome(days).removedAt));
    expect(await latestOutcomes(store, RULE, undefined, 3)).toEqual([]);
  });

  test('leaves out the removal of the very moment after which it is asked', async (store) => {
    for (const days of [1, 2, 3]) await putOutcome(store, outcome(days));
    const found = await latestOutcomes(store, RULE, 'au', 10, outcome(2).removedAt);
    expect(found.map((each) => each.removedAt)).toEqual([outcome(1).removedAt]);
  });

  test('lets the last word on a removal stand', async (store) => {
    await putOutcome(store, outcome(1));
    await putOutcome(store, { ...outcome(1), outcome: 'complained' });
    expect(await latestOutcomes(store, RULE, 'au', 10)).toMatchObject([{ outcome: 'complained' }]);
  });

  test('names each pair once, and keeps what operators said', async (store) => {
    for (const days of [1, 2]) await putOutcome(store, outcome(days));
    await putOutcome(store, { ...outcome(3), rule: 'by-hand' });
    const word = { rule: RULE, at: NOW.toISOString(), operator: 'Sato', reason: 'DKIM mended' };
    await putRuleEnabling(store, word);
    await putRuleEnabling(store, word);
    expect(await ruleRecords(store)).toEqual({
      pairs: [
        { rule: 'by-hand', carrier: 'au' },
        { rule: RULE, carrier: 'au' },
      ],
      enablings: [word],
    });
  });

  test('finds the cases changed since a moment, and nothing else', async (store) => {
    const kept = (address: string, updatedAt: string): SuppressionCase => ({
      address,
      version: 0,
      state: 'kept',
      spelling: address,
      listedReason: 'BOUNCE',
      listedAt: updatedAt,
      diagnosis: { reason: 'undefined', confidence: 'ambiguous', rule: 'x' },
      rule: 'no-evidence',
      removals: [],
      updatedAt,
    });
    await putCase(store, kept('old@ezweb.ne.jp', '2026-10-01T00:00:00.000Z'), undefined);
    await putCase(store, kept('new@ezweb.ne.jp', '2026-11-01T00:00:00.000Z'), undefined);
    await putOutcome(store, outcome(1));
    const { items, next } = await casesChangedSince(store, '2026-11-01T00:00:00.000Z');
    expect([items.map((each) => each.address), next]).toEqual([['new@ezweb.ne.jp'], undefined]);
  });
}
