import { TTL_ATTRIBUTE } from './definition.ts';
import { expiry } from './items.ts';
import { type Key, PARTITIONS } from './keys.ts';
import type { Table, Update } from './table.ts';

/** Allowances: what is counted by UTC day against the policy's limits, one counter a day. */

/** What is counted. */
type Counted = 'REMOVALS' | 'ADDRESS_INSIGHTS';

/** How long a day's counter is kept, days. */
const COUNTER_DAYS = 40;

function counterKey(what: Counted, day: string): Key {
  return { pk: PARTITIONS.cleanup, sk: `${what}#${day}` };
}

/**
 * Takes one from a day's allowance before an automatic removal, so that no crash can remove more than the limit.
 *
 * @returns false when the day's allowance is used up.
 */
export function reserveRemoval(table: Table, day: string, maximum: number): Promise<boolean> {
  return reserve(table, 'REMOVALS', day, maximum);
}

/** How many automatic removals of a UTC day its allowance was taken for so far. */
export async function reservedRemovals(table: Table, day: string): Promise<number> {
  return Number((await table.get(counterKey('REMOVALS', day)))?.count ?? 0);
}

/**
 * Takes one from a day's allowance of paid questions to SES, before it is asked.
 *
 * @returns false when the day's allowance is used up.
 */
export function reserveAddressInsights(table: Table, day: string, maximum: number): Promise<boolean> {
  return reserve(table, 'ADDRESS_INSIGHTS', day, maximum);
}

async function reserve(table: Table, what: Counted, day: string, maximum: number): Promise<boolean> {
  if (maximum <= 0) return false;
  return (await table.update(reservation(what, day, maximum))) !== undefined;
}

/** The change of a day's counter by one, as long as it is below the maximum. */
export function reservation(what: Counted, day: string, maximum: number): Update {
  return {
    Key: counterKey(what, day),
    UpdateExpression: 'SET #ttl = :ttl ADD #count :one',
    ConditionExpression: 'attribute_not_exists(#count) OR #count < :maximum',
    ExpressionAttributeNames: { '#count': 'count', '#ttl': TTL_ATTRIBUTE },
    ExpressionAttributeValues: {
      ':one': 1,
      ':maximum': maximum,
      ':ttl': expiry(`${day}T00:00:00.000Z`, COUNTER_DAYS),
    },
  };
}
