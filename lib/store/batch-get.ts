import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Sleep, sleep } from '../sleep.ts';
import { backoff } from './batch-write.ts';
import { UnreadItemsError } from './errors.ts';
import type { Item } from './items.ts';
import type { Key } from './keys.ts';

/** DynamoDB reads at most 100 items in one BatchGetItem. */
const KEYS_A_BATCH = 100;
/** Attempts at one batch's unprocessed keys before giving up; the last waits about 3 s. */
const MAXIMUM_ATTEMPTS = 8;

/**
 * Reads what it can of items within a time, for an answer that is worth less than waiting for it: all batches side by
 * side, each repeated while keys are left unprocessed and there is time. A batch that fails is left unread.
 *
 * @param keys distinct.
 * @param milliseconds after which nothing more is waited for.
 * @returns `unread`: how many keys nobody knows of whether they have an item.
 */
export async function batchGetWithin(
  client: DynamoDBDocumentClient,
  tableName: string,
  keys: readonly Key[],
  milliseconds: number,
  wait: Sleep = sleep,
): Promise<{ readonly items: readonly Item[]; readonly unread: number }> {
  const items: Item[] = [];
  let unread = 0;
  const until = performance.now() + milliseconds;
  const abortSignal = AbortSignal.timeout(milliseconds);
  const read = async (keysOfBatch: readonly Key[]): Promise<void> => {
    let pending: Record<string, unknown>[] = keysOfBatch.map(({ pk, sk }) => ({ pk, sk }));
    try {
      for (let attempt = 0; pending.length > 0; attempt += 1) {
        const delay = attempt === 0 ? 0 : backoff(attempt);
        if (performance.now() + delay >= until) break;
        if (delay > 0) await wait(delay);
        const answer = await client.send(
          new BatchGetCommand({ RequestItems: { [tableName]: { Keys: pending, ConsistentRead: true } } }),
          { abortSignal },
        );
        items.push(...(answer.Responses?.[tableName] ?? []));
        pending = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
      }
    } catch {
      // Told by the count: without this answer the rest of what was asked is still worth having.
    }
    unread += pending.length;
  };
  const batches: Promise<void>[] = [];
  for (let start = 0; start < keys.length; start += KEYS_A_BATCH) {
    batches.push(read(keys.slice(start, start + KEYS_A_BATCH)));
  }
  await Promise.all(batches);
  return { items, unread };
}

/**
 * Reads items by key, consistently, in no order; keys without an item are left out. The keys must be distinct.
 *
 * @throws {UnreadItemsError} when DynamoDB left keys unread after every attempt: absent and unread are not the same.
 */
export async function batchGet(
  client: DynamoDBDocumentClient,
  tableName: string,
  keys: readonly Key[],
  wait: Sleep = sleep,
): Promise<Item[]> {
  const found: Item[] = [];
  for (let start = 0; start < keys.length; start += KEYS_A_BATCH) {
    let pending: Record<string, unknown>[] = keys
      .slice(start, start + KEYS_A_BATCH)
      .map(({ pk, sk }) => ({ pk, sk }));
    for (let attempt = 0; pending.length > 0; attempt += 1) {
      if (attempt >= MAXIMUM_ATTEMPTS) throw new UnreadItemsError(pending.length);
      if (attempt > 0) await wait(backoff(attempt));
      const answer = await client.send(
        new BatchGetCommand({ RequestItems: { [tableName]: { Keys: pending, ConsistentRead: true } } }),
      );
      found.push(...(answer.Responses?.[tableName] ?? []));
      pending = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
    }
  }
  return found;
}
