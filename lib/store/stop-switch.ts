import * as z from 'zod';
import { type Key, PARTITIONS } from './keys.ts';
import type { Table } from './table.ts';

/** The switch by which an operator stops every removal, whoever began it; the gate reads it before each. */

const stopSchema = z.object({
  /** Who stopped, when (ISO 8601 UTC), and why. */
  by: z.string(),
  at: z.string(),
  reason: z.string(),
});

/** See {@link stopSchema}. */
export type Stop = Readonly<z.infer<typeof stopSchema>>;

const KEY: Key = { pk: PARTITIONS.cleanup, sk: 'STOP' };

/** Who stopped the removals, and why; undefined while they are allowed. An item that cannot be read stops as well. */
export async function readStop(table: Table): Promise<Stop | undefined> {
  const item = await table.get(KEY);
  if (item === undefined) return undefined;
  return stopSchema.safeParse(item).data ?? { by: '?', at: '', reason: '?' };
}

/** Stops every removal from the next look of the gate on. */
export async function putStop(table: Table, stop: Stop): Promise<void> {
  await table.put({ ...KEY, ...stop });
}

/** Allows removals again. @returns what had stopped them; undefined: nothing had. */
export async function deleteStop(table: Table): Promise<Stop | undefined> {
  const item = await table.delete(KEY);
  return item && (stopSchema.safeParse(item).data ?? { by: '?', at: '', reason: '?' });
}
