import { type Key, PARTITIONS } from './keys.ts';
import type { Table, Update } from './table.ts';

/** Proof of being the only run; its number grows with each holder, so that a late one can be told from the present. */
export interface Lease {
  readonly owner: string;
  readonly fence: number;
}

/** What one at a time may do: call SES in the background, tell notices, or count a month that is over. */
export type Leased = 'LEASE' | 'NOTICES_LEASE' | 'MONTH_LEASE';

function keyOf(what: Leased): Key {
  return { pk: PARTITIONS.cleanup, sk: what };
}

/**
 * Takes the lease of the cleanup for `milliseconds`, or extends it for the owner that holds it.
 *
 * @returns undefined while another owner's lease runs.
 */
export async function takeLease(
  table: Table,
  owner: string,
  now: Date,
  milliseconds: number,
  what: Leased = 'LEASE',
): Promise<Lease | undefined> {
  const item = await table.update(taking(owner, now, milliseconds, what));
  return item && { owner, fence: Number(item.fence ?? 0) };
}

/** Gives the lease back, if it is still this owner's; somebody else's is left alone. */
export async function releaseLease(table: Table, owner: string, what: Leased = 'LEASE'): Promise<void> {
  await table.update(releasing(owner, what));
}

/** The change that takes the lease unless another owner's runs. */
export function taking(owner: string, now: Date, milliseconds: number, what: Leased = 'LEASE'): Update {
  return {
    Key: keyOf(what),
    UpdateExpression: 'SET #owner = :owner, #until = :until ADD #fence :one',
    ConditionExpression: 'attribute_not_exists(#until) OR #until < :now OR #owner = :owner',
    ExpressionAttributeNames: { '#owner': 'owner', '#until': 'until', '#fence': 'fence' },
    ExpressionAttributeValues: {
      ':owner': owner,
      ':until': now.getTime() + milliseconds,
      ':now': now.getTime(),
      ':one': 1,
    },
  };
}

/** The change that gives the lease of this owner back. */
export function releasing(owner: string, what: Leased = 'LEASE'): Update {
  return {
    Key: keyOf(what),
    UpdateExpression: 'REMOVE #owner, #until',
    ConditionExpression: '#owner = :owner',
    ExpressionAttributeNames: { '#owner': 'owner', '#until': 'until' },
    ExpressionAttributeValues: { ':owner': owner },
  };
}
