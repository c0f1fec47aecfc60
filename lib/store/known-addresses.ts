import type { SuppressionCase } from '../cases/records.ts';
import type { Member } from '../classification/types.ts';
import { readCase } from './cases.ts';
import { addressKey, type Key, SORT_KEYS } from './keys.ts';
import { readMember } from './members.ts';
import type { Table } from './table.ts';

/** What shows at one key that an address is known: its case, or that it is a customer's. */

/** An address on record. */
export interface KnownAddress {
  /** Normalised. */
  readonly address: string;
  readonly case?: SuppressionCase;
  readonly member?: Member;
}

/** What may show that an address is known. */
export interface KnownKey {
  /** Normalised. */
  readonly address: string;
  readonly kind: 'case' | 'member';
}

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
    const found =
      item.sk === SORT_KEYS.case ? { case: readCase(item, table) } : { member: readMember(item, table) };
    known.set(address, { address, ...known.get(address), ...withoutUndefined(found) });
  }
  return { known: [...known.values()], unread };
}

function keyOf({ address, kind }: KnownKey): Key {
  return { pk: addressKey(address), sk: SORT_KEYS[kind] };
}

function withoutUndefined(found: Partial<KnownAddress> | { case: undefined } | { member: undefined }) {
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}
