import type { SuppressionCase } from '../../cases/records.ts';
import type { MissedMails } from '../../cases/transitions.ts';
import { missedForNotice } from '../../notices/of-transition.ts';
import { addressRecord, type ReadRecord } from '../../store/addresses.ts';
import type { Table } from '../../store/table.ts';

/**
 * The mails that a customer missed while listed, to be told with the removal; undefined where nothing is told.
 *
 * @param read the record as it was judged: absent where a dead run had the entry removed, and then read here.
 */
export async function missedBy(
  { address, listedAt }: Pick<SuppressionCase, 'address' | 'listedAt'>,
  read: Pick<ReadRecord, 'facts' | 'droppedMore'> | undefined,
  store: Table,
): Promise<MissedMails | undefined> {
  if (store.notices === 'off') return undefined;
  const { facts, droppedMore } = read ?? (await addressRecord(store, address));
  return missedForNotice(facts, listedAt, droppedMore);
}
