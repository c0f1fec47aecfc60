import * as z from 'zod';
import { LeaseLostError } from './errors.ts';
import { type Key, PARTITIONS } from './keys.ts';
import type { Condition, Table } from './table.ts';
import { readItem } from './unreadable.ts';

/** The checkpoint of the cleanup: how far the list has been walked. One item. */

const checkpointSchema = z.object({
  /** Start of the last finished walk, ISO 8601 UTC; absent before the first. */
  walkedUntil: z.string().optional(),
  /** Entries the last full walk saw. */
  listed: z.number().optional(),
  /** Entries the full walk before saw, when the last one saw implausibly fewer. */
  shrankFrom: z.number().optional(),
  /** Entries whose work failed in the last run, to be looked at first by the next; bounded. */
  again: z
    .array(z.object({ spelling: z.string(), reason: z.enum(['BOUNCE', 'COMPLAINT']), at: z.string() }))
    .optional(),
  /** Removals of a run that ran out of time, so that its continuation keeps to the run's limit. */
  removals: z.number().optional(),
  /** A walk that ran out of time, to be continued. */
  walk: z
    .object({
      startedAt: z.string(),
      full: z.boolean(),
      /** Entries seen so far. */
      seen: z.number(),
      /** SES's token of the page to go on with; absent: the first page. */
      token: z.string().optional(),
      /** Every entry was seen; the cases of those that are gone are being closed, from this key of the table on. */
      closing: z.object({ from: z.object({ pk: z.string(), sk: z.string() }).optional() }).optional(),
    })
    .optional(),
});

/** How far the list has been walked. */
export type Checkpoint = Readonly<z.infer<typeof checkpointSchema>>;

const KEY: Key = { pk: PARTITIONS.cleanup, sk: 'CHECKPOINT' };

/** How far the list has been walked. One that cannot be read is none: the next walk is a full one. */
export async function readCheckpoint(table: Table): Promise<Checkpoint> {
  return readItem(checkpointSchema, (await table.get(KEY)) ?? {}, table.unreadable) ?? {};
}

/**
 * Remembers how far the list has been walked.
 *
 * @param fence number of the lease the run holds.
 * @throws {LeaseLostError} when a later holder of the lease wrote before.
 */
export async function putCheckpoint(table: Table, checkpoint: Checkpoint, fence: number): Promise<void> {
  const { written } = await table.putIf({ ...KEY, ...checkpoint, fence }, unlessLaterHolderWrote(fence));
  if (!written) throw new LeaseLostError();
}

/** The condition that nobody with a later lease wrote. */
export function unlessLaterHolderWrote(fence: number): Condition {
  return {
    ConditionExpression: 'attribute_not_exists(fence) OR fence <= :fence',
    ExpressionAttributeValues: { ':fence': fence },
  };
}
