import type { ListedEntry } from '../cases/records.ts';
import { addressKey, SORT_KEYS } from './keys.ts';
import type { Table } from './table.ts';

/**
 * What a listing said, as a fact of its own that outlives the entry: an address once listed for a complaint is known as
 * that for good, whoever takes the entry off the list and whatever becomes of the case.
 */

/** Records that SES listed an address for a complaint. Kept without an end, as complaints are; the same again is one item. */
export async function noteComplaintListing(
  table: Table,
  entry: Pick<ListedEntry, 'address' | 'at'>,
): Promise<void> {
  await table.put({ pk: addressKey(entry.address), sk: SORT_KEYS.complaintListing, at: entry.at });
}
