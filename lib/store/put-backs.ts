import * as z from 'zod';
import { TTL_ATTRIBUTE } from './definition.ts';
import { expiry } from './items.ts';
import { hash, PARTITIONS } from './keys.ts';
import { partitionQuery, type Table } from './table.ts';

/** Complaints whose address SES refused to list again: an operator has to do it, so they are kept where `status` looks. */

const refusedSchema = z.object({ address: z.string(), at: z.string() });

/** An address that SES refused to list again, and when (ISO 8601 UTC). */
export type RefusedPutBack = Readonly<z.infer<typeof refusedSchema>>;

/** Refused put-backs told at most. */
const MAXIMUM = 100;

/** Records a refused put-back; one item an address. */
export async function notePutBackRefused(table: Table, refused: RefusedPutBack): Promise<void> {
  await table.put({
    pk: PARTITIONS.putBacks,
    sk: hash(refused.address, 16),
    ...refused,
    [TTL_ATTRIBUTE]: expiry(refused.at, table.retention.decisionDays),
  });
}

/** The refused put-backs, at most {@link MAXIMUM}. */
export async function refusedPutBacks(table: Table): Promise<RefusedPutBack[]> {
  const { items } = await table.page({ ...partitionQuery(PARTITIONS.putBacks), Limit: MAXIMUM });
  return items.flatMap((item) => refusedSchema.safeParse(item).data ?? []);
}
