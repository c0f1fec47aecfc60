import * as z from 'zod';
import { isSimulator } from '../address.ts';
import { inParallel } from '../in-parallel.ts';
import { FACT_KINDS, type Fact } from '../mails/fact.ts';
import { isComplaint } from '../mails/nature.ts';
import { DAY } from '../time.ts';
import { TTL_ATTRIBUTE } from './definition.ts';
import { UnwrittenItemsError } from './errors.ts';
import { expiry, type Item, isExpired, type Retention } from './items.ts';
import { complaintKey, DAY_SHARDS, dayIndexKeys, dayPartition, factKey, INDEXES, isDaily } from './keys.ts';
import type { Condition, Query, Table } from './table.ts';
import { readItem, readItems } from './unreadable.ts';

/** Facts: what SES told of one mail to one address, each event one item. */

/**
 * Writes under way at once, so that a batch of 5,000 facts takes less than ten seconds where a call takes 150 ms: in
 * batches, and one by one where there is a condition, which BatchWriteItem does not take. functions/clients.ts opens as
 * many connections.
 */
const BATCH_CONCURRENCY = 10;
export const DAILY_CONCURRENCY = 96;
/** Items that BatchWriteItem takes. */
const ITEMS_A_BATCH = 25;

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

/** What became of facts that were to be recorded. */
export interface FactsWritten {
  /** Write capacity units consumed, base table and indexes together. */
  readonly consumed: number;
  /** The facts that are not on record, or perhaps not, each with the reason: to be written again. */
  readonly unwritten: ReadonlyMap<Fact, Error>;
}

/**
 * Records facts as far as it can. Idempotent: the same event written again, in any order and number, leaves one item. Of
 * the deliveries, opens and clicks of one address and day the latest is kept, whatever the order they come in.
 *
 * A fact that DynamoDB refuses for what it is costs no other. When DynamoDB is slow or away, or time is up, nothing more
 * is begun.
 *
 * @param timeIsUp whether no further write may be begun; absent: there is time.
 */
export async function writeFacts(
  table: Table,
  facts: readonly Fact[],
  timeIsUp: () => boolean = () => false,
): Promise<FactsWritten> {
  const writing = new Writing(table, timeIsUp);
  const receivedAt = table.now();
  const item = (fact: Fact) => factItem(fact, table.retention, receivedAt);
  const plain = facts
    .filter((fact) => !isDaily(fact))
    .flatMap((fact) => [item(fact), ...(isComplaint(fact) ? [complaintItem(fact)] : [])]);
  await writing.plain([...new Map(plain.map((each) => [keyText(each), each])).values()]);
  await writing.daily(latestOfEachKey(facts.filter(isDaily).map(item)));
  const unwritten = new Map<Fact, Error>();
  for (const fact of facts) {
    const keys = [factKey(fact), ...(isComplaint(fact) ? [complaintKey(fact)] : [])];
    const [error] = keys.flatMap((key) => writing.failures.get(keyText(key)) ?? []);
    if (error !== undefined) unwritten.set(fact, error);
  }
  return { consumed: writing.consumed, unwritten };
}

/**
 * Records facts, all of them; see {@link writeFacts}.
 *
 * @returns write capacity units consumed, base table and indexes together.
 * @throws {UnwrittenItemsError} or the SDK's error when something was not written; then the whole call may be repeated.
 */
export async function putFacts(table: Table, facts: readonly Fact[]): Promise<number> {
  const { consumed, unwritten } = await writeFacts(table, facts);
  for (const error of unwritten.values()) throw error;
  return consumed;
}

/** Thrown for facts that were not begun to be written, because the time was up. */
class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
}

/** Writes items side by side, and remembers which are not written. */
class Writing {
  readonly #table: Table;
  readonly #timeIsUp: () => boolean;
  /** By key. */
  readonly failures = new Map<string, Error>();
  consumed = 0;
  /** Why nothing more is begun. */
  #ended: Error | undefined;

  constructor(table: Table, timeIsUp: () => boolean) {
    this.#table = table;
    this.#timeIsUp = timeIsUp;
  }

  async plain(items: readonly Item[]): Promise<void> {
    const batches = Array.from({ length: Math.ceil(items.length / ITEMS_A_BATCH) }, (_, index) =>
      items.slice(index * ITEMS_A_BATCH, (index + 1) * ITEMS_A_BATCH),
    );
    await inParallel(batches, BATCH_CONCURRENCY, (batch) => this.#batch(batch));
  }

  async daily(items: readonly Item[]): Promise<void> {
    await inParallel(items, DAILY_CONCURRENCY, (item) =>
      this.#try([item], async () => (await this.#table.putIf(item, unlessLaterExists(item))).consumed),
    );
  }

  /** A batch that is refused is looked into item by item: one that DynamoDB does not take must not cost the others. */
  async #batch(items: readonly Item[]): Promise<void> {
    await this.#try(items, () => this.#table.putAll(items));
    if (this.#ended !== undefined || items.length === 1) return;
    const refused = items.filter((item) => this.failures.delete(keyText(item)));
    for (const item of refused) await this.#try([item], () => this.#table.putAll([item]));
  }

  async #try(items: readonly Item[], write: () => Promise<number>): Promise<void> {
    if (this.#timeIsUp()) this.#ended ??= new OutOfTimeError('the time was up before this was written');
    let failure = this.#ended;
    if (failure === undefined) {
      try {
        const consumed = await write();
        this.consumed += consumed;
        return;
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
        if (!isRefusal(failure)) this.#ended ??= failure;
      }
    }
    for (const item of items) this.failures.set(keyText(item), failure);
  }
}

/** Whether DynamoDB, or its client before asking, refused an item for what it is. */
function isRefusal(error: Error): boolean {
  if (error instanceof UnwrittenItemsError) return false;
  // The SDK marks what went over the line, answered or not, with $metadata.
  return error.name === 'ValidationException' || !('$metadata' in error);
}

function keyText({ pk, sk }: { readonly pk?: unknown; readonly sk?: unknown }): string {
  return `${pk}\n${sk}`;
}

function latestOfEachKey(items: readonly Item[]): Item[] {
  const latest = new Map<string, Item>();
  for (const item of items) {
    const known = latest.get(keyText(item));
    if (known === undefined || momentOf(known) < momentOf(item)) latest.set(keyText(item), item);
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

/** The bounces, complaints and delays of a UTC day (`YYYY-MM-DD`) that stand in one shard of the day index. */
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

/**
 * When the last bounce, complaint or delay of a UTC day (`YYYY-MM-DD`) happened, ISO 8601 UTC; reads one item a shard, and
 * on where SES's simulator was written to last: a test of the wiring is no customer's mail.
 */
export async function lastEventOfDay(table: Table, day: string): Promise<string | undefined> {
  const last = await Promise.all(shardsOfDay(day).map((shard) => lastEventIn(table, shard)));
  return last
    .flatMap((at) => at ?? [])
    .sort()
    .at(-1);
}

/** Items read at once beyond a mail to the simulator: a test sends some twenty. */
const BEYOND_TESTS = 25;

async function lastEventIn(table: Table, shard: Query): Promise<string | undefined> {
  const backwards = { ...shard, ScanIndexForward: false };
  let page = await table.page({ ...backwards, Limit: 1 });
  for (;;) {
    const facts = readItems(factSchema, page.items, table.unreadable);
    const found = facts.find(({ address }) => !isSimulator(address));
    if (found !== undefined || page.next === undefined) return found?.at;
    page = await table.page({ ...backwards, Limit: BEYOND_TESTS }, page.next);
  }
}

/**
 * Bounces, complaints and delays of one UTC day (`YYYY-MM-DD`), mails dropped because of the list included, as far as the
 * day index carries them, in no order. Streams: at most one page (1 MB) a shard is held.
 */
export function eachFactOfDay(table: Table, day: string): AsyncGenerator<Fact> {
  return eachFactIn(table, shardsOfDay(day));
}

/** As {@link eachFactOfDay}, of the moments from one to another, both included (ISO 8601 UTC): reads nothing beside. */
export async function* eachFactBetween(table: Table, from: string, until: string): AsyncGenerator<Fact> {
  for (let day = from.slice(0, 10); day <= until.slice(0, 10); day = dayAfter(day)) {
    yield* eachFactIn(
      table,
      shardsOfDay(day).map((shard) => withinDay(shard, from, until)),
    );
  }
}

/** The part of a day's shard between two moments. */
export function withinDay(shard: Query, from: string, until: string): Query {
  return {
    ...shard,
    KeyConditionExpression: 'dayKey = :day AND daySort BETWEEN :from AND :until',
    // What stands behind the moment sorts before it.
    ExpressionAttributeValues: { ...shard.ExpressionAttributeValues, ':from': from, ':until': `${until}~` },
  };
}

/** The UTC day after another, both `YYYY-MM-DD`. */
export function dayAfter(day: string, days = 1): string {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
}

async function* eachFactIn(table: Table, queries: readonly Query[]): AsyncGenerator<Fact> {
  const shards = queries.map((shard) => table.pages(shard));
  // The first pages are asked for at once: most days have no others.
  const firstPages = await Promise.all(shards.map((shard) => shard.next()));
  for (const shard of shards) {
    for (let page = firstPages.shift(); page !== undefined && !page.done; page = await shard.next()) {
      for (const fact of readItems(factSchema, page.value, table.unreadable)) {
        // Whoever reads a day counts something: a test of the wiring is no customer's mail.
        if (!isSimulator(fact.address)) yield fact;
      }
    }
  }
}
