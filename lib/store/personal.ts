import { normaliseAddress } from '../address.ts';
import type { SuppressionCase } from '../cases/records.ts';
import { campaignPartitions } from './campaign.ts';
import type { Item, KeyedItem } from './items.ts';
import {
  addressKey,
  hash,
  type Key,
  outcomePartition,
  outcomeSortKey,
  PARTITIONS,
  SORT_KEYS,
  wavePartition,
} from './keys.ts';
import { notesQuery } from './notes.ts';
import { partitionQuery, type Table } from './table.ts';

/**
 * Where an address stands in the table: under its own partition key, and in these places beside it. One owner, so that
 * what is handed out of a person, what is erased, and what a writer takes back are the same.
 */

/** The prefix of the partitions of addresses, of the items of import jobs, and of waves. */
const ADDRESS = addressKey('');
const JOB = 'JOB#';
const WAVE = wavePartition('');

/** A mention of an address outside its own partition. */
export interface Mention {
  /** The kind of place. */
  readonly where: 'note' | 'wave' | 'job' | 'checkpoint' | 'put-back' | 'outcome' | 'notice';
  readonly item: KeyedItem;
}

/**
 * The items outside the partition of a normalised address that name it, found by their keys: no scan. Those of a wave and
 * a put-back have the address (or a hash of it) as their key; notes of a move lead to each other; an outcome is named by its
 * removal, which the case remembers; the files of import jobs, kept for 30 days, the notices that wait, kept for 14,
 * and the checkpoint are read whole.
 *
 * @param known the case of the address, for its removals.
 */
export async function mentionsOf(
  table: Table,
  address: string,
  known: Pick<SuppressionCase, 'removals'> | undefined,
): Promise<Mention[]> {
  // Also where DynamoDB has not deleted yet what is past its TTL.
  const { stored } = table;
  const notes = (await stored.query(notesQuery(addressKey(address)))).flatMap(
    ({ sk, movedTo, movedFrom }) => {
      const other = movedTo ?? movedFrom;
      return typeof other === 'string' ? [{ pk: addressKey(other), sk }] : [];
    },
  );
  const waves = (await campaignPartitions(table)).map((pk) => ({ pk, sk: address }));
  const outcomes = (known?.removals ?? []).map(({ rule, carrier, at }) => ({
    ...outcomePartition(rule, carrier),
    sk: outcomeSortKey(at, address),
  }));
  const byKey = new Map<string, { readonly where: Mention['where']; readonly key: Key }>();
  const add = (where: Mention['where'], keys: readonly Key[]) => {
    for (const key of keys) byKey.set(`${key.pk}\n${key.sk}`, { where, key });
  };
  add('note', notes);
  add('wave', waves);
  add('outcome', outcomes);
  add('put-back', [{ pk: PARTITIONS.putBacks, sk: hash(address, 16) }]);
  add('checkpoint', [{ pk: PARTITIONS.cleanup, sk: CHECKPOINT }]);
  const found = await stored.getAll([...byKey.values()].map(({ key }) => key));
  const mentions = found.flatMap((item): Mention[] => {
    const where = byKey.get(`${item.pk}\n${item.sk}`)?.where;
    const isMention = where !== undefined && (where !== 'checkpoint' || addressesIn(item).includes(address));
    return isMention ? [{ where, item }] : [];
  });
  // Kept until they are told, for 14 days at most.
  for await (const page of stored.pages(partitionQuery(PARTITIONS.notices))) {
    for (const item of page)
      if (addressesIn(item).includes(address)) mentions.push({ where: 'notice', item });
  }
  const jobs = partitionQuery(PARTITIONS.cleanup, { from: JOB, to: `${JOB}~` });
  for await (const page of stored.pages(jobs)) {
    for (const item of page) if (addressesIn(item).includes(address)) mentions.push({ where: 'job', item });
  }
  return mentions;
}

const CHECKPOINT = 'CHECKPOINT';

/** The normalised addresses that an item names, wherever it stands. */
export function addressesIn(item: Item): string[] {
  const [pk, sk] = [String(item.pk), String(item.sk)];
  if (pk.startsWith(ADDRESS)) {
    const named = sk.startsWith(SORT_KEYS.note) ? [item.movedTo, item.movedFrom] : [];
    return [pk.slice(ADDRESS.length), ...named.filter((each) => typeof each === 'string')];
  }
  if (pk.startsWith(WAVE)) return [sk];
  if (pk === PARTITIONS.putBacks || pk === PARTITIONS.notices) {
    return typeof item.address === 'string' ? [normaliseAddress(item.address)] : [];
  }
  if (pk !== PARTITIONS.cleanup) return [];
  if (sk.startsWith(JOB)) return spellingsIn(item.spellings).map(normaliseAddress);
  if (sk !== CHECKPOINT) return [];
  const from = closingFrom(item);
  return [
    ...againIn(item).map(({ spelling }) => normaliseAddress(spelling)),
    ...(from?.startsWith(ADDRESS) ? [from.slice(ADDRESS.length)] : []),
  ];
}

/** Of an item that names an address among others, what is about that one alone. */
export function onlyAbout(item: Item, address: string): Item {
  if (item.pk !== PARTITIONS.cleanup) return item;
  const { pk, sk } = item;
  const isOwn = (spelling: string) => normaliseAddress(spelling) === address;
  if (sk !== CHECKPOINT) return { pk, sk, spellings: spellingsIn(item.spellings).filter(isOwn) };
  return { pk, sk, again: againIn(item).filter(({ spelling }) => isOwn(spelling)) };
}

/**
 * An item without the addresses that are gone; undefined: nothing is left of it. A checkpoint from which the key is taken
 * that the closing of cases goes on from begins that closing anew.
 */
export function withoutAddresses(item: Item, isGone: (address: string) => boolean): Item | undefined {
  if (item.pk !== PARTITIONS.cleanup) return undefined;
  if (item.sk !== CHECKPOINT) {
    const spellings = spellingsIn(item.spellings).filter((spelling) => !isGone(normaliseAddress(spelling)));
    return { ...item, spellings };
  }
  const again = againIn(item).filter(({ spelling }) => !isGone(normaliseAddress(spelling)));
  const from = closingFrom(item);
  const isFromGone = from?.startsWith(ADDRESS) && isGone(from.slice(ADDRESS.length));
  const { again: _before, ...rest } = item;
  return {
    ...rest,
    ...(again.length > 0 && { again }),
    ...(isFromGone && { walk: { ...(item.walk as Item), closing: {} } }),
  };
}

function spellingsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function againIn({ again }: Item): { readonly spelling: string }[] {
  return Array.isArray(again) ? again.filter((each) => typeof each?.spelling === 'string') : [];
}

function closingFrom({ walk }: Item): string | undefined {
  const closing = (walk as { readonly closing?: { readonly from?: Partial<Key> } } | undefined)?.closing;
  return closing?.from?.pk;
}
