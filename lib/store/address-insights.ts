import * as z from 'zod';
import { normaliseAddress } from '../address.ts';
import type { AddressInsightsAnswer } from '../cases/records.ts';
import { TTL_ATTRIBUTE } from './definition.ts';
import { expiry, type Item } from './items.ts';
import { addressKey, SORT_KEYS } from './keys.ts';
import type { Table } from './table.ts';
import { readItem } from './unreadable.ts';

/** SES's answers on whether a mailbox exists, one item an address. */

const addressInsightsSchema = z.object({
  at: z.string(),
  mailboxExists: z.enum(['HIGH', 'MEDIUM', 'LOW']).optional(),
});

/** SES's answer of an item; undefined, and counted, where it cannot be read. */
export function readAddressInsights(
  item: Item,
  { unreadable }: Pick<Table, 'unreadable'>,
): AddressInsightsAnswer | undefined {
  return readItem(addressInsightsSchema, item, unreadable);
}

/** Remembers SES's answer on whether a mailbox exists, for `addressInsightsDays`; replaces the one before. */
export async function putAddressInsights(
  table: Table,
  address: string,
  answer: AddressInsightsAnswer,
): Promise<void> {
  await table.put({
    pk: addressKey(normaliseAddress(address)),
    sk: SORT_KEYS.addressInsights,
    ...answer,
    [TTL_ATTRIBUTE]: expiry(answer.at, table.retention.addressInsightsDays),
  });
}
