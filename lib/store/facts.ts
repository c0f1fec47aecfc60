import * as z from 'zod';
import { FACT_KINDS, type Fact } from '../mails/fact.ts';
import { isComplaint } from '../mails/nature.ts';
import { TTL_ATTRIBUTE } from './definition.ts';
import { expiry, type Item, type Retention } from './items.ts';
import { DAY_SHARDS, dayIndexKeys, dayPartition, factKey, INDEXES, isDaily } from './keys.ts';
import type { Condition, Query, Table } from './table.ts';

/** Facts: what SES told of one mail to one address, each event one item. */

/** Conditional puts under way at once: BatchWriteItem takes no conditions. */
const DAILY_CONCURRENCY = 16;

const factSchema = z.object({
  address: z.string(),
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

/** The item of a fact. A function of the fact alone, so that writing it twice writes the same. */
export function factItem(fact: Fact, retention: Retention): Item {
  return {
    ...factKey(fact),
    ...dayIndexKeys(fact),
    ...fact,
    ...factExpiry(fact, retention),
  };
}

/**
 * When a fact is forgotten. A complaint never is: it protects the address (and the sender's reputation) for as long as
 * SES's own list remembers it, which is for good.
 *
 * Counted from the event or, if later, from when SES took the mail: the event's time is the receiving server's, and
 * one whose clock is years behind must not make a fact that has expired before it is written.
 */
function factExpiry(fact: Fact, retention: Retention): Item {
  if (isComplaint(fact)) return {};
  const { factDays } = retention;
  return { [TTL_ATTRIBUTE]: Math.max(expiry(fact.at, factDays), expiry(fact.sentAt, factDays)) };
}

/** The fact of an item of the table or of the day index. */
export function factOf(item: Item): Fact {
  return factSchema.parse(item);
}

/**
 * Records facts. Idempotent: the same event written again, in any order and number, leaves one item. Of the
 * deliveries, opens and clicks of one address and day the latest is kept, whatever the order they come in.
 *
 * @returns write capacity units consumed, base table and indexes together.
 * @throws {UnwrittenItemsError} or the SDK's error when something was not written; then the whole call may be repeated.
 */
export async function putFacts(table: Table, facts: readonly Fact[]): Promise<number> {
  const item = (fact: Fact) => factItem(fact, table.retention);
  const plain = facts.filter((fact) => !isDaily(fact)).map(item);
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
    .flatMap(({ items }) => items.map((item) => factOf(item).at))
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
      for (const item of page.value) yield factOf(item);
    }
  }
}
