import type * as z from 'zod';
import { normaliseAddress } from '../../address.ts';
import type { ExportedPart, exportRequestSchema } from '../../contracts/export.ts';
import { shownRecord } from '../../store/addresses.ts';
import { kindOf } from '../../store/forgotten.ts';
import { addressKey } from '../../store/keys.ts';
import { mentionsOf, onlyAbout } from '../../store/personal.ts';
import { partitionQuery, type Table } from '../../store/table.ts';
import { UnsupportedAddressError } from '../../suppression/errors.ts';
import type { SuppressionList } from '../../suppression/list.ts';
import { findEntry } from '../removal/find-entry.ts';

/** What an export works with. */
export interface ExportTools {
  readonly store: Table;
  readonly list: Pick<SuppressionList, 'get'>;
  readonly now: () => Date;
}

/** Bytes of a part: Lambda answers at most 6 MB. */
const PART_BYTES = 3_000_000;

/**
 * Everything on record about one address, as it is stored, whatever version wrote it: what stands under it, where else it
 * is named, and the entry on SES's list. In parts.
 */
export async function exportPerson(
  { address: typed, after }: z.infer<typeof exportRequestSchema>,
  tools: ExportTools,
): Promise<ExportedPart> {
  const { store, now } = tools;
  const address = normaliseAddress(typed);
  const beside = after === undefined ? await besideOf(typed, address, tools) : {};
  const items: ExportedPart['items'][number][] = [];
  let bytes = 0;
  for await (const page of store.stored.pages(itemsAfter(address, after))) {
    for (const item of page) {
      items.push({ kind: kindOf(item.sk), item });
      bytes += JSON.stringify(item).length * 2;
      if (bytes > PART_BYTES) return { address, at: now().toISOString(), items, ...beside, next: item.sk };
    }
  }
  return { address, at: now().toISOString(), items, ...beside };
}

function itemsAfter(address: string, after: string | undefined) {
  const query = partitionQuery(addressKey(address));
  if (after === undefined) return query;
  return {
    KeyConditionExpression: 'pk = :pk AND sk > :after',
    ExpressionAttributeValues: { ...query.ExpressionAttributeValues, ':after': after },
  };
}

/** What does not stand under the address itself. */
async function besideOf(
  typed: string,
  address: string,
  { store, list }: ExportTools,
): Promise<Pick<ExportedPart, 'mentions' | 'listed' | 'forgotten'>> {
  const record = await shownRecord(store, address);
  const mentions = await mentionsOf(store, address, record.case);
  const entry = await findEntry(typed, record, list).catch((error: unknown) => {
    if (error instanceof UnsupportedAddressError) return undefined;
    throw error;
  });
  const forgotten = store.forgotten.of(address);
  return {
    mentions: mentions.map(({ where, item }) => ({ where, item: onlyAbout(item, address) })),
    ...(entry && { listed: { spelling: entry.spelling, reason: entry.reason, at: entry.at } }),
    ...(forgotten && {
      forgotten: {
        at: forgotten.at,
        ...(forgotten.complainedAt && { complainedAt: forgotten.complainedAt }),
      },
    }),
  };
}
