import type { SuppressionCase } from '../cases/records.ts';
import type { Member } from '../classification/types.ts';
import { readCase } from './cases.ts';
import { readFact } from './facts.ts';
import type { KeyedItem } from './items.ts';
import { addressKey, deliveryKey, type Key, SORT_KEYS } from './keys.ts';
import { readMember } from './members.ts';
import type { Table } from './table.ts';

/** What shows at one key that an address is known: its case, that it is a customer's, or a delivery of one day. */

/** An address on record. */
export interface KnownAddress {
  /** Normalised. */
  readonly address: string;
  readonly case?: SuppressionCase;
  readonly member?: Member;
  /** When the receiving side last took mail, of the days that were asked for; ISO 8601 UTC. */
  readonly deliveredAt?: string;
}

/** What may show that an address is known. */
export type KnownKey = {
  /** Normalised. */
  readonly address: string;
} & (
  | { readonly kind: 'case' | 'member' }
  /** `day`: `YYYY-MM-DD` (UTC). */
  | { readonly kind: 'delivery'; readonly day: string }
);

/**
 * What is on record under these keys, read within a time; an address of which nothing is found is left out.
 *
 * @param milliseconds when to answer with what has been read until then.
 * @returns `unread`: how many keys nobody could read in that time.
 */
export async function knownAddresses(
  table: Table,
  keys: readonly KnownKey[],
  milliseconds: number,
): Promise<{ readonly known: readonly KnownAddress[]; readonly unread: number }> {
  const { items, unread } = await table.getWithin(keys.map(keyOf), milliseconds);
  const known = new Map<string, KnownAddress>();
  for (const item of items) {
    const address = item.pk.slice(addressKey('').length);
    const before = known.get(address);
    const found = foundIn(item, table);
    const times = [before?.deliveredAt ?? '', found.deliveredAt ?? ''].sort();
    const deliveredAt = times.at(-1) || undefined;
    known.set(address, { address, ...before, ...withoutUndefined({ ...found, deliveredAt }) });
  }
  return { known: [...known.values()], unread };
}

function keyOf(key: KnownKey): Key {
  if (key.kind === 'delivery') return deliveryKey(key.address, key.day);
  return { pk: addressKey(key.address), sk: SORT_KEYS[key.kind] };
}

/** What an item shows; what cannot be read shows nothing. */
interface Found {
  readonly case?: SuppressionCase | undefined;
  readonly member?: Member | undefined;
  readonly deliveredAt?: string | undefined;
}

function foundIn(item: KeyedItem, table: Table): Found {
  if (item.sk === SORT_KEYS.case) return { case: readCase(item, table) };
  if (item.sk === SORT_KEYS.member) return { member: readMember(item, table) };
  return { deliveredAt: readFact(item, table)?.at };
}

function withoutUndefined(found: Found): Partial<KnownAddress> {
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}
