import { createHmac } from 'node:crypto';
import * as z from 'zod';
import type { Fact } from '../mails/fact.ts';
import { isComplaint } from '../mails/nature.ts';
import { TTL_ATTRIBUTE } from './definition.ts';
import type { ForgetKey, Forgetting, Forgotten, KeyLoss } from './forgetting.ts';
import { ForgetKeyLostError } from './forgetting.ts';
import { expiry, type Item } from './items.ts';
import { addressKey, complaintKey, factKey, type Key, PARTITIONS, SORT_KEYS } from './keys.ts';
import { addressesIn, withoutAddresses } from './personal.ts';
import { partitionQuery, type Table } from './table.ts';

/**
 * What is kept of forgotten people: an item for each under a keyed hash of the address (HMAC-SHA-256 of the key form), and
 * one that names the key and counts the forgettings.
 *
 * Whoever forgets writes the item, then counts, and only then erases. Whoever writes of addresses looks at the count
 * afterwards: if it has not moved, whoever forgets will find what was written; if it has, the writer takes back what is
 * about those who were forgotten since it looked before. So nothing that was read before a forgetting outlives it.
 */

const HASH = 'HASH#';
const COUNT_KEY: Key = { pk: PARTITIONS.forgotten, sk: 'KEY' };

const countSchema = z.object({ count: z.number(), keyVersion: z.number(), fingerprint: z.string() });
const forgettingSchema = z.object({
  sk: z.string(),
  at: z.string(),
  complainedAt: z.string().optional(),
  [TTL_ATTRIBUTE]: z.number().optional(),
});

/** What an item of a forgotten address holds, with its end as epoch seconds; absent: it has none. */
type Stored = Forgetting & { readonly [TTL_ATTRIBUTE]?: number | undefined };

/** The hash under which an address is known again. */
function hashOf(bytes: Uint8Array, address: string): string {
  return createHmac('sha256', bytes).update(address).digest('hex');
}

/** Tells keys apart, and nothing of the key. */
function fingerprintOf(bytes: Uint8Array): string {
  return hashOf(bytes, 'the key of todoku').slice(0, 16);
}

/** The count of forgettings and the key they were made with; `bytes` absent: the key is lost. */
interface Count {
  readonly count: number;
  readonly keyVersion: number;
  readonly bytes?: Uint8Array;
  readonly lost?: KeyLoss;
}

/** Undefined: nobody was ever forgotten. */
async function readCount(table: Pick<Table, 'get'>, key: ForgetKey): Promise<Count | undefined> {
  const item = await table.get(COUNT_KEY);
  if (item === undefined) return undefined;
  const { count, keyVersion, fingerprint } = countSchema.parse(item);
  const bytes = await key.read(keyVersion);
  if (bytes === undefined) return { count, keyVersion, lost: 'missing' };
  if (fingerprintOf(bytes) !== fingerprint) return { count, keyVersion, lost: 'changed' };
  return { count, keyVersion, bytes };
}

function hashKey(hash: string): Key {
  return { pk: PARTITIONS.forgotten, sk: `${HASH}${hash}` };
}

/** Something that was written and names addresses. */
interface Written {
  readonly key: Key;
  readonly addresses: readonly string[];
  /** When what it tells of happened, where it is a fact: one that came after a forgetting is new. */
  readonly moment?: string;
}

/** Things written after which the table looks by itself, so that they take no memory to speak of. */
const MAXIMUM_WRITTEN = 5_000;

/** A table whose writers take back what they wrote of somebody who was forgotten meanwhile. One for each piece of work. */
export function watchedTable(table: Table, key: ForgetKey): Table {
  const watch = new Watch(table, key);
  const noting = async <Result>(items: readonly Item[], write: () => Promise<Result>): Promise<Result> => {
    const named = items.flatMap((item) => writtenOf(item));
    if (named.length > 0) await watch.ready();
    try {
      return await write();
    } finally {
      // Once it is done, and also where it failed: what was asked for may have been done.
      watch.note(named);
    }
  };
  return {
    ...table,
    forgotten: watch,
    put: (item) => noting([item], () => table.put(item)),
    putIf: (item, condition) => noting([item], () => table.putIf(item, condition)),
    async putAll(items) {
      const consumed = await noting(items, () => table.putAll(items));
      if (watch.isFull) await watch.look();
      return consumed;
    },
  };
}

function writtenOf(item: Item): Written[] {
  const addresses = addressesIn(item);
  if (addresses.length === 0) return [];
  return [
    {
      key: { pk: String(item.pk), sk: String(item.sk) },
      addresses,
      ...(isFact(item) && { moment: momentOf(item) }),
    },
  ];
}

/** When a fact's mail and event were, the later of both: one of a server whose clock is behind is as new as its mail. */
function momentOf({ at, sentAt }: Pick<Fact, 'at' | 'sentAt'>): string {
  return at > sentAt ? at : sentAt;
}

class Watch implements Forgotten {
  readonly #table: Table;
  readonly #key: ForgetKey;
  #count: Count | undefined;
  #forgettings: ReadonlyMap<string, Stored> = new Map();
  /** Those of the first look. */
  #atFirst: ReadonlyMap<string, Stored> = this.#forgettings;
  readonly #written = new Map<string, Written>();
  /** The look under way, or the last: one after the other. */
  #looking: Promise<void> = Promise.resolve();
  #hasLooked = false;

  constructor(table: Table, key: ForgetKey) {
    this.#table = table;
    this.#key = key;
  }

  get lost(): KeyLoss | undefined {
    return this.#count?.lost;
  }

  get isFull(): boolean {
    return this.#written.size > MAXIMUM_WRITTEN;
  }

  of(address: string): Forgetting | undefined {
    return this.#find(address, this.#forgettings);
  }

  #find(address: string, among: ReadonlyMap<string, Stored>): Stored | undefined {
    const { bytes } = this.#count ?? {};
    return bytes && among.size > 0 ? among.get(hashOf(bytes, address)) : undefined;
  }

  note(written: readonly Written[]): void {
    for (const each of written) this.#written.set(`${each.key.pk}\n${each.key.sk}`, each);
  }

  ready(): Promise<void> {
    return this.#hasLooked ? Promise.resolve() : this.look();
  }

  settle(): Promise<void> {
    return this.#written.size === 0 ? this.#looking : this.look();
  }

  look(): Promise<void> {
    const next = this.#looking.catch(() => undefined).then(() => this.#look());
    this.#looking = next;
    return next;
  }

  async #look(): Promise<void> {
    // What is noted from here on is looked at the next time: it may be written after the count is read.
    const written = [...this.#written];
    const count = await readCount(this.#table, this.#key);
    if (count !== undefined && (count.count !== this.#count?.count || count.lost !== this.#count.lost)) {
      this.#count = count;
      if (count.bytes !== undefined) this.#forgettings = await readForgettings(this.#table);
    }
    if (this.#hasLooked) await this.#takeBack(written.map(([, each]) => each));
    else this.#atFirst = this.#forgettings;
    this.#hasLooked = true;
    for (const [name, each] of written) if (this.#written.get(name) === each) this.#written.delete(name);
  }

  /** Whether somebody was forgotten since the work began: what it knows of them was read before. */
  #isGone(address: string): boolean {
    if (this.#forgettings === this.#atFirst) return false;
    const forgetting = this.#find(address, this.#forgettings);
    return forgetting !== undefined && forgetting.at !== this.#find(address, this.#atFirst)?.at;
  }

  /** Takes back what was written of those who were forgotten since the work began. */
  async #takeBack(written: readonly Written[]): Promise<void> {
    const isGone = (address: string): boolean => this.#isGone(address);
    const stale = written.filter(
      ({ addresses, moment = '' }) =>
        addresses.some(isGone) && !addresses.some((each) => moment > (this.of(each)?.at ?? moment)),
    );
    for (const { key, addresses } of stale) {
      const [address = ''] = addresses;
      if (saysComplaint(key)) await this.#protect(address);
      const item = key.pk === PARTITIONS.cleanup ? await this.#table.get(key) : undefined;
      const rest = item && withoutAddresses(item, isGone);
      if (rest !== undefined) await this.#table.put(rest);
      else await this.#table.deleteAll([key]);
    }
  }

  async #protect(address: string): Promise<void> {
    const known = this.of(address);
    const { bytes } = this.#count ?? {};
    if (bytes === undefined || known === undefined || known.complainedAt !== undefined) return;
    await protectForgotten(this.#table, hashOf(bytes, address), known.at);
  }

  async met(address: string): Promise<void> {
    const { bytes } = this.#count ?? {};
    const known = this.#find(address, this.#forgettings);
    const end = known?.[TTL_ATTRIBUTE];
    if (bytes === undefined || known === undefined || end === undefined) return;
    const now = this.#table.now().toISOString();
    const { decisionDays } = this.#table.retention;
    if (end > expiry(now, decisionDays / 2)) return;
    await this.#table.update({
      Key: hashKey(hashOf(bytes, address)),
      UpdateExpression: 'SET #ttl = :ttl',
      ConditionExpression: '#at = :at AND #ttl = :end',
      ExpressionAttributeNames: { '#ttl': TTL_ATTRIBUTE, '#at': 'at' },
      ExpressionAttributeValues: { ':ttl': expiry(now, decisionDays), ':at': known.at, ':end': end },
    });
  }
}

/** Whether an item under an address says that its owner complained. */
function saysComplaint({ sk }: Key): boolean {
  return sk === SORT_KEYS.complaintListing || sk.startsWith(SORT_KEYS.complaint);
}

async function readForgettings(table: Table): Promise<ReadonlyMap<string, Stored>> {
  const found = new Map<string, Stored>();
  const query = partitionQuery(PARTITIONS.forgotten, { from: HASH, to: `${HASH}~` });
  for await (const page of table.pages(query)) {
    for (const item of page) {
      const { sk, ...forgetting } = forgettingSchema.parse(item);
      found.set(sk.slice(HASH.length), forgetting as Stored);
    }
  }
  return found;
}

/** Says that a forgotten address is protected by a complaint; for good. */
async function protectForgotten(table: Table, hash: string, complainedAt: string): Promise<void> {
  const item = await table.get(hashKey(hash));
  if (item === undefined || item.complainedAt !== undefined) return;
  const { [TTL_ATTRIBUTE]: _end, ...rest } = item;
  await table.putIf(
    { ...rest, complainedAt },
    { ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(complainedAt)' },
  );
}

/**
 * Marks an address as forgotten, from now on: before anything of it is erased. The first forgetting makes the key. Again it
 * is forgotten anew; a complaint stays one.
 *
 * @returns the hash under which it is known, shortened: for the receipt.
 * @throws {ForgetKeyLostError} when the key of the earlier ones is lost.
 */
export async function markForgotten(
  table: Table,
  key: ForgetKey,
  address: string,
  { at, complainedAt }: Forgetting,
): Promise<string> {
  const bytes = await keyOf(table, key);
  const hash = hashOf(bytes, address);
  const known = await table.get(hashKey(hash));
  const since =
    known === undefined ? complainedAt : (forgettingSchema.parse(known).complainedAt ?? complainedAt);
  await table.put({
    ...hashKey(hash),
    at,
    ...(since === undefined
      ? { [TTL_ATTRIBUTE]: expiry(at, table.retention.decisionDays) }
      : { complainedAt: since }),
  });
  await table.update({
    Key: COUNT_KEY,
    UpdateExpression: 'ADD #count :one',
    ExpressionAttributeNames: { '#count': 'count' },
    ExpressionAttributeValues: { ':one': 1 },
  });
  return hash.slice(0, 16);
}

/** The key, made where there is none yet. */
async function keyOf(table: Table, key: ForgetKey): Promise<Uint8Array> {
  let count = await readCount(table, key);
  if (count === undefined) {
    const { version, bytes } = await key.make();
    const first = { ...COUNT_KEY, count: 0, keyVersion: version, fingerprint: fingerprintOf(bytes) };
    await table.putIf(first, { ConditionExpression: 'attribute_not_exists(pk)' });
    count = await readCount(table, key);
  }
  if (count?.bytes === undefined) throw new ForgetKeyLostError();
  return count.bytes;
}

/** The hash of a person in the track record, in the place of one that anybody could make of the address. */
export async function keyedHash(table: Table, key: ForgetKey, text: string): Promise<string> {
  return hashOf(await keyOf(table, key), text).slice(0, 16);
}

/** How the forgotten stand: how many forgettings there were, and what became of the key. */
export interface ForgottenState {
  readonly forgettings: number;
  readonly key: 'in-place' | KeyLoss;
}

/** See {@link ForgottenState}; undefined: nobody was ever forgotten. */
export async function forgottenState(table: Table, key: ForgetKey): Promise<ForgottenState | undefined> {
  const count = await readCount(table, key);
  return count && { forgettings: count.count, key: count.lost ?? 'in-place' };
}

/**
 * Gives up what a lost key protected: the hashes made with it mean nothing any more, and go. The next forgetting makes a
 * new key, or takes the one that is there.
 *
 * @returns how many forgotten addresses are not known any more.
 */
export async function dropForgotten(table: Table): Promise<number> {
  const query = partitionQuery(PARTITIONS.forgotten, { from: HASH, to: `${HASH}~` });
  const keys = (await table.query(query)).map(({ pk, sk }) => ({ pk, sk }));
  await table.deleteAll([...keys, COUNT_KEY]);
  return keys.length;
}

/**
 * Takes back facts, just recorded, of people who were forgotten after the mail and the event: a repeated or late delivery
 * must not bring them back. A complaint among them protects its address from now on. One read where nobody was forgotten.
 *
 * @returns those that were taken back, and whether the key is lost: then nobody can tell, and all stay.
 */
export async function takeBackForgotten(
  table: Table,
  key: ForgetKey,
  facts: readonly Fact[],
): Promise<{ readonly takenBack: ReadonlySet<Fact>; readonly lost?: KeyLoss }> {
  const takenBack = new Set<Fact>();
  if (facts.length === 0) return { takenBack };
  const count = await readCount(table, key);
  if (count === undefined) return { takenBack };
  const { bytes, lost } = count;
  if (bytes === undefined) return { takenBack, ...(lost && { lost }) };
  const hashes = new Map(
    [...new Set(facts.map(({ address }) => address))].map((each) => [each, hashOf(bytes, each)]),
  );
  const items = await table.getAll([...hashes.values()].map(hashKey));
  const known = new Map(items.map((item) => [item.sk.slice(HASH.length), forgettingSchema.parse(item)]));
  for (const fact of facts) {
    const hash = hashes.get(fact.address) ?? '';
    const forgetting = known.get(hash);
    if (forgetting === undefined || momentOf(fact) > forgetting.at) continue;
    if (isComplaint(fact)) await protectForgotten(table, hash, forgetting.at);
    // Under the key of a day's deliveries a later one may stand, which is new.
    const old = {
      ConditionExpression: '#at <= :at AND #sentAt <= :at',
      ExpressionAttributeNames: { '#at': 'at', '#sentAt': 'sentAt' },
      ExpressionAttributeValues: { ':at': forgetting.at },
    };
    for (const each of [factKey(fact), ...(isComplaint(fact) ? [complaintKey(fact)] : [])]) {
      await table.deleteIf(each, old);
    }
    takenBack.add(fact);
  }
  return { takenBack };
}

/**
 * Erases what stands under a normalised address: its case first, so that no removal under way is made on a record that is
 * half gone (the gate asks for the case it began with). Facts of mails and events after the forgetting stay.
 *
 * @param before the sort keys that stood there before the address was marked; they go whatever they say of their time.
 * @returns how many items, by kind.
 */
export async function eraseAddress(
  table: Table,
  address: string,
  { at, before }: { readonly at: string; readonly before: ReadonlySet<string> },
): Promise<Record<string, number>> {
  const erased: Record<string, number> = {};
  const pk = addressKey(address);
  await table.deleteAll([{ pk, sk: SORT_KEYS.case }]);
  if (before.has(SORT_KEYS.case)) erased.case = 1;
  for await (const page of table.stored.pages(partitionQuery(pk))) {
    const gone = page.filter((item) => before.has(item.sk) || !isFact(item) || momentOf(item) <= at);
    await table.deleteAll(gone);
    for (const { sk } of gone) {
      const kind = kindOf(sk);
      erased[kind] = (erased[kind] ?? 0) + 1;
    }
  }
  return erased;
}

function isFact(item: Item): item is Item & Pick<Fact, 'at' | 'sentAt'> {
  return typeof item.kind === 'string' && typeof item.at === 'string' && typeof item.sentAt === 'string';
}

/** What an item under an address is, by its sort key. */
export function kindOf(sk: string): string {
  const found = KINDS.find(([prefix]) => sk.startsWith(prefix));
  return found?.[1] ?? 'other';
}

const KINDS: readonly (readonly [string, string])[] = [
  [SORT_KEYS.case, 'case'],
  [SORT_KEYS.member, 'member'],
  [SORT_KEYS.note, 'note'],
  [SORT_KEYS.addressInsights, 'address-insights'],
  [SORT_KEYS.complaintListing, 'complaint-listing'],
  [SORT_KEYS.complaint, 'complaint'],
  [SORT_KEYS.decision, 'decision'],
  [SORT_KEYS.fact, 'fact'],
  [SORT_KEYS.dropped, 'dropped-mail'],
  [SORT_KEYS.backfill, 'backfill'],
];
