import { describe, expect, it } from 'vitest';
import { copyIs } from '../../lib/authentication/reports/report-store.ts';
import { droppedQuery } from '../../lib/store/addresses.ts';
import { reservation } from '../../lib/store/allowances.ts';
import {
  changedSince,
  listedAndUnchangedSince,
  noneOrExpired,
  proposalQuery,
  stateQuery,
} from '../../lib/store/cases.ts';
import { unlessLaterHolderWrote } from '../../lib/store/checkpoint.ts';
import { shardOfDay, unlessLaterExists } from '../../lib/store/facts.ts';
import { releasing, taking } from '../../lib/store/lease.ts';
import { monthScan } from '../../lib/store/month.ts';
import { outcomesQuery } from '../../lib/store/outcomes.ts';
import { latestRunsQuery, runsBetweenQuery } from '../../lib/store/runs.ts';
import { type Condition, partitionQuery, type Query, type Scan, versionIs } from '../../lib/store/table.ts';

/** Everything the database is told beside items and keys. */
const inputs: readonly (Condition & Query & Scan & { readonly UpdateExpression?: string | undefined })[] = [
  partitionQuery('RULES'),
  partitionQuery('RULES', { from: 'A', to: 'B' }),
  versionIs(undefined),
  versionIs(3),
  droppedQuery('ADDRESS#a@au.com'),
  reservation('REMOVALS', '2026-11-24', 5),
  stateQuery('kept'),
  stateQuery('kept', { dueBefore: '2026-11-24T00:00:00.000Z', limit: 3 }),
  proposalQuery('20261120-0000000001'),
  changedSince('2026-11-24T00:00:00.000Z'),
  listedAndUnchangedSince('2026-11-24T00:00:00.000Z'),
  noneOrExpired(new Date('2026-11-24T00:00:00.000Z')),
  unlessLaterHolderWrote(2),
  shardOfDay('2026-11-24', 7),
  unlessLaterExists({ at: '2026-11-24T00:00:00.000Z', id: 'm', kind: 'delivery' }),
  unlessLaterExists({ at: '2026-11-24T00:00:00.000Z', id: 'm', kind: 'open' }),
  unlessLaterExists({ at: '2026-11-24T00:00:00.000Z', id: 'm', kind: 'click', botEvent: 'Likely' }),
  taking('run-1', new Date('2026-11-24T00:00:00.000Z'), 1_000),
  releasing('run-1'),
  outcomesQuery('filtered', 'au'),
  outcomesQuery('filtered', undefined, '2026-11-24T00:00:00.000Z'),
  latestRunsQuery(5),
  runsBetweenQuery('2026-10-01T00:00:00.000Z', '2026-11-01T00:00:00.000Z'),
  monthScan({ from: '2026-10-01T00:00:00.000Z', until: '2026-11-01T00:00:00.000Z' }),
  copyIs(undefined),
  copyIs({}),
  copyIs({ copy: 'abc' }),
];

const textOf = (input: (typeof inputs)[number]): string =>
  [
    input.KeyConditionExpression,
    input.FilterExpression,
    input.ConditionExpression,
    input.UpdateExpression,
  ].join(' ');

describe('what the database is asked', () => {
  it.each(inputs)(
    'names no word and no value that is not given, and gives none that is not named: %j',
    (input) => {
      const used = new Set(textOf(input).match(/[#:]\w+/g) ?? []);
      const given = { ...input.ExpressionAttributeNames, ...input.ExpressionAttributeValues };
      expect([...used].sort()).toEqual(Object.keys(given).sort());
      expect(Object.values(given)).not.toContain(undefined);
    },
  );

  it('is the next case of a version, or none at all', () => {
    expect(versionIs(3)).toMatchObject({
      ConditionExpression: '#version = :read',
      ExpressionAttributeValues: { ':read': 3 },
    });
    expect(versionIs(undefined)).toEqual({ ConditionExpression: 'attribute_not_exists(pk)' });
  });

  it('is an end of a day’s counter in epoch seconds, some weeks after the day', () => {
    const { ':ttl': end } = reservation('REMOVALS', '2026-11-24', 5).ExpressionAttributeValues ?? {};
    expect(end).toBe(Date.parse('2026-11-24T00:00:00.000Z') / 1000 + 40 * 86_400);
  });

  it('leaves out a removal of the very moment after which it asks for outcomes', () => {
    const after = '2026-11-24T00:00:00.000Z';
    const { ':after': bound } = outcomesQuery('filtered', 'au', after).ExpressionAttributeValues ?? {};
    expect(`${after}#0123456789abcdef` < String(bound)).toBe(true);
  });
});
