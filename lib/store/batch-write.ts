import {
  BatchWriteCommand,
  type BatchWriteCommandInput,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { type Sleep, sleep } from '../sleep.ts';
import { UnwrittenItemsError } from './errors.ts';
import type { Item } from './items.ts';
import type { Key } from './keys.ts';

/** DynamoDB takes at most 25 items in one BatchWriteItem. */
const ITEMS_A_BATCH = 25;
/** Attempts at one batch's unprocessed items before giving up; the last waits about 3 s. */
const MAXIMUM_ATTEMPTS = 8;
const FIRST_DELAY_MS = 50;

/** Milliseconds to wait before an attempt, exponential with full jitter; attempts count from 0. */
export function backoff(attempt: number): number {
  return Math.random() * FIRST_DELAY_MS * 2 ** attempt;
}

/**
 * Writes items in batches, repeating what DynamoDB returns as UnprocessedItems with exponential backoff and full
 * jitter. Of two items with one key the later wins, as if written one after the other.
 *
 * @returns write capacity units consumed, base table and indexes together.
 * @throws {UnwrittenItemsError} when items are left after every attempt.
 */
export function batchWrite(
  client: DynamoDBDocumentClient,
  tableName: string,
  items: readonly Item[],
  wait: Sleep = sleep,
): Promise<number> {
  const distinct = [...new Map(items.map((item) => [`${item.pk}\n${item.sk}`, item])).values()];
  return requestAll(
    client,
    tableName,
    distinct.map((Item) => ({ PutRequest: { Item } })),
    wait,
  );
}

/** Removes items in batches, as {@link batchWrite} writes them; an item that is not there is as good as removed. */
export async function batchDelete(
  client: DynamoDBDocumentClient,
  tableName: string,
  keys: readonly Key[],
  wait: Sleep = sleep,
): Promise<void> {
  const distinct = [...new Map(keys.map(({ pk, sk }) => [`${pk}\n${sk}`, { pk, sk }])).values()];
  await requestAll(
    client,
    tableName,
    distinct.map((Key) => ({ DeleteRequest: { Key } })),
    wait,
  );
}

type Request = NonNullable<NonNullable<BatchWriteCommandInput['RequestItems']>[string]>[number];

async function requestAll(
  client: DynamoDBDocumentClient,
  tableName: string,
  requests: readonly Request[],
  wait: Sleep,
): Promise<number> {
  let consumed = 0;
  let unwritten = 0;
  for (let start = 0; start < requests.length; start += ITEMS_A_BATCH) {
    let pending = requests.slice(start, start + ITEMS_A_BATCH);
    for (let attempt = 0; pending.length > 0 && attempt < MAXIMUM_ATTEMPTS; attempt += 1) {
      if (attempt > 0) await wait(backoff(attempt));
      const answer = await client.send(
        new BatchWriteCommand({ RequestItems: { [tableName]: pending }, ReturnConsumedCapacity: 'TOTAL' }),
      );
      consumed += answer.ConsumedCapacity?.reduce((sum, each) => sum + (each.CapacityUnits ?? 0), 0) ?? 0;
      pending = answer.UnprocessedItems?.[tableName] ?? [];
    }
    unwritten += pending.length;
  }
  if (unwritten > 0) throw new UnwrittenItemsError(unwritten);
  return consumed;
}
