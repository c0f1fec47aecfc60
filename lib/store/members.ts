import * as z from 'zod';
import { normaliseAddress } from '../address.ts';
import type { Member } from '../classification/types.ts';
import { TTL_ATTRIBUTE } from './definition.ts';
import { expiry, type Item } from './items.ts';
import { addressKey, type Key, SORT_KEYS } from './keys.ts';
import type { Table } from './table.ts';
import { readItem } from './unreadable.ts';

/** Members: what the shop says of its customers, one item an address. */

const memberSchema = z.object({
  since: z.string(),
  source: z.string(),
  lastSeen: z.string().optional(),
});

/** A member record with its end. */
export interface StoredMember extends Member {
  /** When the record is forgotten unless imported again, ISO 8601 UTC. */
  readonly expiresAt: string;
}

/** The member record of an item; undefined, and counted, where it cannot be read. */
export function readMember(item: Item, { unreadable }: Pick<Table, 'unreadable'>): Member | undefined {
  return readItem(memberSchema, item, unreadable);
}

function memberKey(address: string): Key {
  return { pk: addressKey(normaliseAddress(address)), sk: SORT_KEYS.member };
}

/** Records that the shop knows these addresses as customers; replaces what was known of each. */
export async function putMembers(
  table: Table,
  members: readonly (Member & { address: string })[],
): Promise<void> {
  const expiresAt = expiry(table.now().toISOString(), table.retention.memberDays);
  await table.putAll(
    members.map(({ address, ...member }) => ({
      ...memberKey(address),
      ...member,
      [TTL_ATTRIBUTE]: expiresAt,
    })),
  );
}

/** What the shop said of these addresses, by normalised address; those of whom it said nothing are left out. */
export async function readMembers(
  table: Table,
  addresses: readonly string[],
): Promise<Map<string, StoredMember>> {
  const keys = new Map(addresses.map(memberKey).map((key) => [key.pk, key]));
  const items = await table.getAll([...keys.values()]);
  return new Map(
    items.flatMap((item): [string, StoredMember][] => {
      const member = readMember(item, table);
      const expiresAt = new Date(Number(item[TTL_ATTRIBUTE]) * 1000).toISOString();
      return member ? [[String(item.pk).slice(addressKey('').length), { ...member, expiresAt }]] : [];
    }),
  );
}

/** Forgets that an address is a customer's. @returns whether it was on record as one. */
export async function deleteMember(table: Table, address: string): Promise<boolean> {
  return (await table.delete(memberKey(address))) !== undefined;
}
