import * as z from 'zod';
import { FACT_KINDS, type Fact } from '../mails/fact.ts';
import { isComplaint } from '../mails/nature.ts';
import { TTL_ATTRIBUTE } from './definition.ts';
import { expiry, type Item, isExpired, type Retention } from './items.ts';
import { complaintKey, DAY_SHARDS, dayIndexKeys, dayPartition, factKey, INDEXES, isDaily } from './keys.ts';
import type { Condition, Query, Table } from './table.ts';
import { readItem, readItems } from './unreadable.ts';

/** Facts: what SES told of one mail to one address, each event one item. */

/** Conditional puts under way at once: BatchWriteItem takes no conditions. */
const DAILY_CONCURRENCY = 16;

/** A fact as it is stored. */
export const factSchema = z.object({
  address: z.string(),
  spelling: z.string().optional(),
  kind: z.enum(FACT_KINDS),
  at: z.string(),
  id: z.string(),
  messageId: z.string(),
  sentAt: z.string(),
  senderDomain: z.string().optional(),
  bounceType: z.string().optional(),
  bounceSubType: z.string().optional(),
  status: z.string().optional(),
  action: z.string().optional(),
  diagnosticCode: z.string().optional(),
  reportingMta: z.string().optional(),
  remoteMtaIp: z.string().optional(),
  complaintFeedbackType: z.string().optional(),
  complaintSubType: z.string().optional(),
  candidate: z.boolean().optional(),
  smtpResponse: z.string().optional(),
  delayType: z.string().optional(),
  botEvent: z.string().optional(),
  notDestination: z.boolean().optional(),
  eventType: z.string().optional(),
  extra: z.record(z.string(), z.unknown()).optional(),
});

/**
 * The item of a fact. A function of the fact, so that writing it twice writes the same; only the end of one that comes
 * late is counted from `receivedAt`, and moves when it comes again.
 */
export function factItem(fact: Fact, retention: Retention, receivedAt: Date): Item {
  return {
    ...factKey(fact),
    ...dayIndexKeys(fact),
    ...fact,
    ...factExpiry(fact, retention, receivedAt),
  };
}

/** How long a fact is kept from its receipt at least, days: the next walk copies it where it explains an entry. */
const LATE_FACT_DAYS = 60;

/** Whether a fact's event is older than facts are kept: it is kept for a while only, unless it explains an entry. */
export function isPastRetention(fact: Fact, { now, retention }: Pick<Table, 'now' | 'retention'>): boolean {
  return !isComplaint(fact) && isExpired(byEvent(fact, retention), now());
}

function byEvent(fact: Fact, { factDays }: Retention): Record<typeof TTL_ATTRIBUTE, number> {
  return { [TTL_ATTRIBUTE]: Math.max(expiry(fact.at, factDays), expiry(fact.sentAt, factDays)) };
}

/**
 * A complaint once more, before all facts of its address, so that it is found however many others there are. Kept for
 * good, as the complaint is.
 */
function complaintItem(fact: Fact): Item {
  return { ...complaintKey(fact), ...fact };
}

/**
 * When a fact is forgotten. A complaint never is: it protects the address (and the sender's reputation) for as long as
 * SES's own list remembers it, which is for good.
 *
 * Counted from the event or, if later, from when SES took the mail: the event's time is the receiving server's, and
 * one whose clock is years behind must not make a fact that has expired before it is written.
 */
function factExpiry(fact: Fact, retention: Retention, receivedAt: Date): Item {
  if (isComplaint(fact)) return {};
  const end = byEvent(fact, retention)[TTL_ATTRIBUTE];
  if (end > receivedAt.getTime() / 1000) return { [TTL_ATTRIBUTE]: end };
  // Never longer than the operator keeps a fact of today; from the end of the day, so that a repetition is the same.
  const days = Math.min(LATE_FACT_DAYS, retention.factDays) + 1;
  return { [TTL_ATTRIBUTE]: expiry(receivedAt.toISOString().slice(0, 10), days) };
}

/** The fact of an item of the table or of the day index; undefined, and counted, where it cannot be read. */
export function readFact(item: Item, { unreadable }: Pick<Table, 'unreadable'>): Fact | undefined {
  return readItem(factSchema, item, unreadable);
}

/**
 * Records facts. Idempotent: the same event written again, in any order and number, leaves one item. Of the
 * deliveries, opens and clicks of one address and day the latest is kept, whatever the order they come in.
 *
 * @returns write capacity units consumed, base table and indexes together.
 * @throws {UnwrittenItemsError} or the SDK's error when something was not written; then the whole call may be repeated.
 */
export async function putFacts(table: Table, facts: readonly Fact[]): Promise<number> {
  const receivedAt = table.now();
  const item = (fact: Fact) => factItem(fact, table.retention, receivedAt);
  const plain = [
    ...facts.filter((fact) => !isDaily(fact)).map(item),
    ...facts.filter(isComplaint).map(complaintItem),
  ];
  let consumed = plain.length > 0 ? await table.putAll(plain) : 0;
  const pending = latestOfEachKey(facts.filter(isDaily).map(item));
  while (pending.length > 0) {
    const puts = pending
      .splice(0, DAILY_CONCURRENCY)
      .map((daily) => table.putIf(daily, unlessLaterExists(daily)));
    // All are waited for, also after a failure: none may still be under way when the caller hears of it.
    for (const put of await Promise.allSettled(puts)) {
      if (put.status === 'rejected') throw put.reason;
      consumed += put.value.consumed;
    }
  }
  return consumed;
}

function latestOfEachKey(items: readonly Item[]): Item[] {
  const latest = new Map<string, Item>();
  for (const item of items) {
    const key = `${item.pk}\n${item.sk}`;
    const known = latest.get(key);
    if (known === undefined || momentOf(known) < momentOf(item)) latest.set(key, item);
  }
  return [...latest.values()];
}

/** SES's word for an open or click that a machine is likely to have made. */
const LIKELY_BOT = 'Likely';

/** What the events of one day are ordered by: a person's before a machine's, then the moment, then the id. */
function momentOf(item: Item): string {
  return `${item.botEvent === LIKELY_BOT ? 0 : 1}#${item.at}#${item.id}`;
}

/**
 * The condition that no event of the day is there that outranks this one: a later one, but for what a machine opened or
 * clicked, which takes no person's place. Of two events of one moment the id decides.
 */
export function unlessLaterExists({ at, id, kind, botEvent }: Item): Condition {
  const later = '#at < :at OR (#at = :at AND #id < :id)';
  const values = { ':at': at, ':id': id };
  const names = { '#at': 'at', '#id': 'id' };
  if (kind === 'delivery') {
    return {
      ConditionExpression: `attribute_not_exists(pk) OR ${later}`,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    };
  }
  const outranked =
    botEvent === LIKELY_BOT ? `(#bot = :likely AND (${later}))` : `#bot = :likely OR ${later}`;
  return {
    ConditionExpression: `attribute_not_exists(pk) OR ${outranked}`,
    ExpressionAttributeNames: { ...names, '#bot': 'botEvent' },
    ExpressionAttributeValues: { ...values, ':likely': LIKELY_BOT },
  };
}

/** The bounces and complaints of a UTC day (`YYYY-MM-DD`) that stand in one shard of the day index. */
export function shardOfDay(day: string, shard: number): Query {
  return {
    IndexName: INDEXES.byDay,
    KeyConditionExpression: 'dayKey = :day',
    ExpressionAttributeValues: { ':day': dayPartition(day, shard) },
  };
}

function shardsOfDay(day: string): Query[] {
  return Array.from({ length: DAY_SHARDS }, (_, shard) => shardOfDay(day, shard));
}

/** When the last bounce or complaint of a UTC day (`YYYY-MM-DD`) happened, ISO 8601 UTC; reads one item a shard. */
export async function lastEventOfDay(table: Table, day: string): Promise<string | undefined> {
  const pages = await Promise.all(
    shardsOfDay(day).map((shard) => table.page({ ...shard, ScanIndexForward: false, Limit: 1 })),
  );
  return pages
    .flatMap(({ items }) => readItems(factSchema, items, table.unreadable))
    .map(({ at }) => at)
    .sort()
    .at(-1);
}

/**
 * Bounces and complaints of one UTC day (`YYYY-MM-DD`), mails dropped because of the list included, as far as the
 * day index carries them, in no order. Streams: at most one page (1 MB) a shard is held.
 */
export async function* eachFactOfDay(table: Table, day: string): AsyncGenerator<Fact> {
  const shards = shardsOfDay(day).map((shard) => table.pages(shard));
  // The first pages are asked for at once: most days have no others.
  const firstPages = await Promise.all(shards.map((shard) => shard.next()));
  for (const shard of shards) {
    for (let page = firstPages.shift(); page !== undefined && !page.done; page = await shard.next()) {
      yield* readItems(factSchema, page.value, table.unreadable);
    }
  }
}
