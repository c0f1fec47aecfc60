import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { normaliseAddress } from '../address.ts';
import type {
  AddressInsightsAnswer,
  AddressRecord,
  CaseState,
  Decision,
  OutcomeRecord,
  Run,
  SuppressionCase,
} from '../cases/records.ts';
import type { Member } from '../classification/types.ts';
import { type Fact, MAXIMUM_DROPPED } from '../mails/fact.ts';
import type { RuleEnabling } from '../policy/track-record.ts';
import type { Sleep } from '../sleep.ts';
import { batchGet } from './batch-get.ts';
import { batchWrite } from './batch-write.ts';
import { CaseChangedError, LeaseLostError } from './errors.ts';
import {
  addressInsightsSchema,
  caseItem,
  caseOf,
  DEFAULT_RETENTION,
  decisionItem,
  decisionOf,
  expiry,
  factItem,
  factOf,
  type Item,
  isExpired,
  memberSchema,
  type Retention,
  runSchema,
} from './items.ts';
import {
  addressKey,
  DAY_SHARDS,
  dayPartition,
  INDEXES,
  isDaily,
  type Key,
  outcomePartition,
  RULES_PARTITION,
  SORT_KEYS,
  statePartition,
} from './keys.ts';
import {
  enablingItem,
  outcomeItem,
  outcomeRecordOf,
  pairItem,
  type RuleRecords,
  ruleRecordsOf,
} from './outcomes.ts';
import { TTL_ATTRIBUTE } from './table.ts';

const RUN_PARTITION = 'RUN';
const STATE_PARTITION = 'CLEANUP';
const COUNTER_DAYS = 40;
/** Conditional puts under way at once: BatchWriteItem takes no conditions. */
const DAILY_CONCURRENCY = 16;

/** What the store needs. */
export interface StoreOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly retention?: Partial<Retention>;
  /** The present; decides what is expired. */
  readonly now: () => Date;
  readonly sleep?: Sleep;
}

/** How far the list has been walked. */
export interface Checkpoint {
  /** Start of the last finished walk, ISO 8601 UTC; absent before the first. */
  readonly walkedUntil?: string;
  /** Entries the last full walk saw. */
  readonly listed?: number;
  /** Entries the full walk before saw, when the last one saw implausibly fewer. */
  readonly shrankFrom?: number;
  /** Entries whose work failed in the last run, to be looked at first by the next; bounded. */
  readonly again?: readonly {
    readonly spelling: string;
    readonly reason: 'BOUNCE' | 'COMPLAINT';
    readonly at: string;
  }[];
  /** Removals of a run that ran out of time, so that its continuation keeps to the run's limit. */
  readonly removals?: number;
  /** A walk that ran out of time, to be continued. */
  readonly walk?: {
    readonly startedAt: string;
    readonly full: boolean;
    /** Entries seen so far. */
    readonly seen: number;
    /** SES's token of the page to go on with; absent: the first page. */
    readonly token?: string;
  };
}

const checkpointSchema = z.object({
  walkedUntil: z.string().optional(),
  listed: z.number().optional(),
  shrankFrom: z.number().optional(),
  again: z
    .array(z.object({ spelling: z.string(), reason: z.enum(['BOUNCE', 'COMPLAINT']), at: z.string() }))
    .optional(),
  removals: z.number().optional(),
  walk: z
    .object({
      startedAt: z.string(),
      full: z.boolean(),
      seen: z.number(),
      token: z.string().optional(),
    })
    .optional(),
});

const CHECKPOINT_KEY = { pk: 'CLEANUP', sk: 'CHECKPOINT' } as const;

/** A member record with its end. */
export interface StoredMember extends Member {
  /** When the record is forgotten unless imported again, ISO 8601 UTC. */
  readonly expiresAt: string;
}

/** What is known of an address, as far as it is read. */
export interface ReadRecord extends AddressRecord {
  /** Of the mails SES dropped because of its list only the newest {@link MAXIMUM_DROPPED} are among the facts. */
  readonly droppedMore?: true;
}

/** One page of an index. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Hand it back to get the next page; absent on the last. */
  readonly next?: Key | undefined;
}

/**
 * The table, in the words of the domain. Every other module reads and writes through it; keys, TTL and retries are
 * its own business.
 */
export class Store {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #retention: Retention;
  readonly #now: () => Date;
  readonly #sleep: Sleep | undefined;

  constructor(options: StoreOptions) {
    this.#client = options.client;
    this.#tableName = options.tableName;
    this.#retention = { ...DEFAULT_RETENTION, ...options.retention };
    this.#now = options.now;
    this.#sleep = options.sleep;
  }

  /**
   * Records facts. Idempotent: the same event written again, in any order and number, leaves one item. Of the
   * deliveries, opens and clicks of one address and day the latest is kept, whatever the order they come in.
   *
   * @returns write capacity units consumed, base table and indexes together.
   * @throws {UnwrittenItemsError} or the SDK's error when something was not written; then the whole call may be repeated.
   */
  async putFacts(facts: readonly Fact[]): Promise<number> {
    const item = (fact: Fact) => factItem(fact, this.#retention);
    const plain = facts.filter((fact) => !isDaily(fact)).map(item);
    let consumed = plain.length > 0 ? await batchWrite(this.#client, this.#tableName, plain, this.#sleep) : 0;
    const latest = new Map<string, Item>();
    for (const daily of facts.filter(isDaily).map(item)) {
      const key = `${daily.pk}\n${daily.sk}`;
      const known = latest.get(key);
      if (known === undefined || momentOf(known) < momentOf(daily)) latest.set(key, daily);
    }
    const pending = [...latest.values()];
    while (pending.length > 0) {
      const puts = pending.splice(0, DAILY_CONCURRENCY).map((daily) => this.#putUnlessLaterExists(daily));
      // All are waited for, also after a failure: none may still be under way when the caller hears of it.
      for (const put of await Promise.allSettled(puts)) {
        if (put.status === 'rejected') throw put.reason;
        consumed += put.value;
      }
    }
    return consumed;
  }

  async #putUnlessLaterExists(item: Item): Promise<number> {
    try {
      const answer = await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: item,
          // Of two events of one moment the id decides, so that their order does not.
          ConditionExpression: 'attribute_not_exists(pk) OR #at < :at OR (#at = :at AND #id < :id)',
          ExpressionAttributeNames: { '#at': 'at', '#id': 'id' },
          ExpressionAttributeValues: { ':at': item.at, ':id': item.id },
          ReturnConsumedCapacity: 'TOTAL',
        }),
      );
      return answer.ConsumedCapacity?.CapacityUnits ?? 0;
    } catch (error) {
      // The day's later event is there already: this one adds nothing.
      if (error instanceof ConditionalCheckFailedException) return 1;
      throw error;
    }
  }

  /**
   * Everything known of an address, expired items left out; of the mails SES dropped because of its list the newest
   * {@link MAXIMUM_DROPPED}. One query of the database, or a few where there are more of them than that.
   */
  async addressRecord(address: string): Promise<ReadRecord> {
    const ofAddress = {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': addressKey(normaliseAddress(address)) },
    };
    const facts: Fact[] = [];
    const decisions: Decision[] = [];
    let dropped: Fact[] = [];
    let known: SuppressionCase | undefined;
    let member: Member | undefined;
    let addressInsights: AddressInsightsAnswer | undefined;
    for await (const page of this.#pages(ofAddress)) {
      for (const item of page) {
        const sk = String(item.sk);
        if (sk.startsWith(SORT_KEYS.fact)) facts.push(factOf(item));
        else if (sk.startsWith(SORT_KEYS.dropped)) dropped.push(factOf(item));
        else if (sk.startsWith(SORT_KEYS.decision)) decisions.push(decisionOf(item));
        else if (sk === SORT_KEYS.case) known = caseOf(item);
        else if (sk === SORT_KEYS.member) member = memberSchema.parse(item);
        else if (sk === SORT_KEYS.addressInsights) addressInsights = addressInsightsSchema.parse(item);
      }
      // Dropped mails sort last, oldest first: all else has been read, and the newest of them come from the other end.
      if (dropped.length > MAXIMUM_DROPPED) break;
    }
    const droppedMore = dropped.length > MAXIMUM_DROPPED;
    if (droppedMore) dropped = await this.#newestDropped(ofAddress.ExpressionAttributeValues[':pk']);
    return {
      facts: [...facts, ...dropped],
      decisions,
      ...(known && { case: known }),
      ...(member && { member }),
      ...(addressInsights && { addressInsights }),
      ...(droppedMore && { droppedMore }),
    };
  }

  async #newestDropped(pk: string): Promise<Fact[]> {
    const newest: Fact[] = [];
    for await (const page of this.#pages({
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :dropped)',
      ExpressionAttributeValues: { ':pk': pk, ':dropped': SORT_KEYS.dropped },
      ScanIndexForward: false,
      Limit: MAXIMUM_DROPPED,
    })) {
      newest.push(...page.map(factOf));
      if (newest.length >= MAXIMUM_DROPPED) break;
    }
    return newest.slice(0, MAXIMUM_DROPPED);
  }

  /**
   * Writes a case as the next version of the one that was read (`undefined`: there was none).
   *
   * @throws {CaseChangedError} when someone else wrote in between.
   */
  async putCase(next: SuppressionCase, read: SuppressionCase | undefined): Promise<SuppressionCase> {
    const written = { ...next, version: (read?.version ?? 0) + 1 };
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: caseItem(written, this.#retention),
          ...(read === undefined
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : {
                ConditionExpression: '#version = :read',
                ExpressionAttributeNames: { '#version': 'version' },
                ExpressionAttributeValues: { ':read': read.version },
              }),
        }),
      );
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        throw new CaseChangedError('the case was changed by someone else meanwhile: read it again', {
          cause: error,
        });
      }
      throw error;
    }
    return written;
  }

  /** Appends decisions to the audit. Repeating a decision (same moment and id) writes it once. */
  async putDecisions(decisions: readonly Decision[]): Promise<void> {
    const items = decisions.map((decision) => decisionItem(decision, this.#retention));
    await batchWrite(this.#client, this.#tableName, items, this.#sleep);
  }

  /** One page of the cases in a state that wait for something, oldest first; `dueBefore` leaves out those not yet due. */
  async casesInState(
    state: CaseState,
    options: { dueBefore?: string; limit?: number; from?: Key } = {},
  ): Promise<Page<SuppressionCase>> {
    const answer = await this.#client.send(
      new QueryCommand({
        TableName: this.#tableName,
        IndexName: INDEXES.byState,
        KeyConditionExpression:
          options.dueBefore === undefined ? 'stateKey = :state' : 'stateKey = :state AND stateSort < :due',
        ExpressionAttributeValues: {
          ':state': statePartition(state),
          ...(options.dueBefore === undefined ? {} : { ':due': options.dueBefore }),
        },
        Limit: options.limit,
        ExclusiveStartKey: options.from,
      }),
    );
    return {
      items: (answer.Items ?? []).map(caseOf),
      ...(answer.LastEvaluatedKey && { next: answer.LastEvaluatedKey as unknown as Key }),
    };
  }

  /** How many cases in a state wait for something, counted up to `maximum` at least; `more` says that it is a part. */
  async countInState(state: CaseState, maximum: number): Promise<{ count: number; more: boolean }> {
    let count = 0;
    let from: Record<string, unknown> | undefined;
    do {
      const answer = await this.#client.send(
        new QueryCommand({
          TableName: this.#tableName,
          IndexName: INDEXES.byState,
          KeyConditionExpression: 'stateKey = :state',
          ExpressionAttributeValues: { ':state': statePartition(state) },
          Select: 'COUNT',
          Limit: maximum - count,
          ExclusiveStartKey: from,
        }),
      );
      count += answer.Count ?? 0;
      from = answer.LastEvaluatedKey;
    } while (from !== undefined && count < maximum);
    return { count, more: from !== undefined };
  }

  /** When the last bounce or complaint of a UTC day (`YYYY-MM-DD`) happened, ISO 8601 UTC; reads one item a shard. */
  async lastEventOfDay(day: string): Promise<string | undefined> {
    const answers = await Promise.all(
      Array.from({ length: DAY_SHARDS }, (_, shard) =>
        this.#client.send(
          new QueryCommand({
            TableName: this.#tableName,
            IndexName: INDEXES.byDay,
            KeyConditionExpression: 'dayKey = :day',
            ExpressionAttributeValues: { ':day': dayPartition(day, shard) },
            ScanIndexForward: false,
            Limit: 1,
          }),
        ),
      ),
    );
    return answers
      .flatMap((answer) => (answer.Items ?? []).map((item) => factOf(item).at))
      .sort()
      .at(-1);
  }

  /** The waiting proposal of this id. The index lags the table by moments: a proposal just made may not be there yet. */
  async proposal(id: string): Promise<SuppressionCase | undefined> {
    const [item] = await this.#queryAll({
      IndexName: INDEXES.byState,
      KeyConditionExpression: 'stateKey = :state AND stateSort = :id',
      ExpressionAttributeValues: { ':state': statePartition('proposed'), ':id': id },
    });
    return item && caseOf(item);
  }

  /**
   * Bounces and complaints of one UTC day (`YYYY-MM-DD`), mails dropped because of the list included, as far as the
   * day index carries them, in no order. Streams: at most one page (1 MB) a shard is held.
   */
  async *eachFactOfDay(day: string): AsyncGenerator<Fact> {
    const shards = Array.from({ length: DAY_SHARDS }, (_, shard) =>
      this.#pages({
        IndexName: INDEXES.byDay,
        KeyConditionExpression: 'dayKey = :day',
        ExpressionAttributeValues: { ':day': dayPartition(day, shard) },
      }),
    );
    // The first pages are asked for at once: most days have no others.
    const firstPages = await Promise.all(shards.map((shard) => shard.next()));
    for (const shard of shards) {
      for (let page = firstPages.shift(); page !== undefined && !page.done; page = await shard.next()) {
        for (const item of page.value) yield factOf(item);
      }
    }
  }

  /** Records that the shop knows these addresses as customers; replaces what was known of each. */
  async putMembers(members: readonly (Member & { address: string })[]): Promise<void> {
    const expiresAt = expiry(this.#now().toISOString(), this.#retention.memberDays);
    const items = members.map(({ address, ...member }) => ({
      pk: addressKey(normaliseAddress(address)),
      sk: SORT_KEYS.member,
      ...member,
      [TTL_ATTRIBUTE]: expiresAt,
    }));
    await batchWrite(this.#client, this.#tableName, items, this.#sleep);
  }

  /** What the shop said of these addresses, by normalised address; those of whom it said nothing are left out. */
  async members(addresses: readonly string[]): Promise<Map<string, StoredMember>> {
    const keys = [...new Set(addresses.map((address) => addressKey(normaliseAddress(address))))];
    const found = new Map<string, StoredMember>();
    for (const item of await batchGet(
      this.#client,
      this.#tableName,
      keys.map((pk) => ({ pk, sk: SORT_KEYS.member })),
      this.#sleep,
    )) {
      if (isExpired(item, this.#now())) continue;
      found.set(String(item.pk).slice(addressKey('').length), {
        ...memberSchema.parse(item),
        expiresAt: new Date(Number(item[TTL_ATTRIBUTE]) * 1000).toISOString(),
      });
    }
    return found;
  }

  /**
   * Forgets that an address is a customer's.
   *
   * @returns whether it was on record as one.
   */
  async deleteMember(address: string): Promise<boolean> {
    const answer = await this.#client.send(
      new DeleteCommand({
        TableName: this.#tableName,
        Key: { pk: addressKey(normaliseAddress(address)), sk: SORT_KEYS.member },
        ReturnValues: 'ALL_OLD',
      }),
    );
    return answer.Attributes !== undefined && !isExpired(answer.Attributes, this.#now());
  }

  /** Remembers SES's answer on whether a mailbox exists, for `addressInsightsDays`; replaces the one before. */
  async putAddressInsights(address: string, answer: AddressInsightsAnswer): Promise<void> {
    await this.putItem({
      pk: addressKey(normaliseAddress(address)),
      sk: SORT_KEYS.addressInsights,
      ...answer,
      [TTL_ATTRIBUTE]: expiry(answer.at, this.#retention.addressInsightsDays),
    });
  }

  /** Writes a run's report; the same run again replaces it. */
  async putRun(run: Run): Promise<void> {
    await this.putItem({
      pk: RUN_PARTITION,
      sk: `${run.startedAt}#${run.id}`,
      ...run,
      [TTL_ATTRIBUTE]: expiry(run.startedAt, this.#retention.decisionDays),
    });
  }

  /** The latest runs, newest first. */
  async latestRuns(count: number): Promise<Run[]> {
    const answer = await this.#client.send(
      new QueryCommand({
        TableName: this.#tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': RUN_PARTITION },
        ScanIndexForward: false,
        Limit: count,
      }),
    );
    return (answer.Items ?? []).map((item) => runSchema.parse(item));
  }

  /**
   * Takes one from a day's allowance before an automatic removal, so that no crash can remove more than the limit.
   *
   * @returns false when the day's allowance is used up.
   */
  reserveRemoval(day: string, maximum: number): Promise<boolean> {
    return this.#reserve('REMOVALS', day, maximum);
  }

  /** How many automatic removals of a UTC day its allowance was taken for so far. */
  async reservedRemovals(day: string): Promise<number> {
    return Number((await this.getItem(counterKey('REMOVALS', day)))?.count ?? 0);
  }

  /**
   * Takes one from a day's allowance of paid questions to SES, before it is asked.
   *
   * @returns false when the day's allowance is used up.
   */
  reserveAddressInsights(day: string, maximum: number): Promise<boolean> {
    return this.#reserve('ADDRESS_INSIGHTS', day, maximum);
  }

  async #reserve(what: Counted, day: string, maximum: number): Promise<boolean> {
    if (maximum <= 0) return false;
    try {
      await this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: counterKey(what, day),
          UpdateExpression: 'SET #ttl = :ttl ADD #count :one',
          ConditionExpression: 'attribute_not_exists(#count) OR #count < :maximum',
          ExpressionAttributeNames: { '#count': 'count', '#ttl': TTL_ATTRIBUTE },
          ExpressionAttributeValues: {
            ':one': 1,
            ':maximum': maximum,
            ':ttl': expiry(`${day}T00:00:00.000Z`, COUNTER_DAYS),
          },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** How far the list has been walked. */
  async checkpoint(): Promise<Checkpoint> {
    return checkpointSchema.parse((await this.getItem(CHECKPOINT_KEY)) ?? {});
  }

  /**
   * Remembers how far the list has been walked.
   *
   * @param fence number of the lease the run holds.
   * @throws {LeaseLostError} when a later holder of the lease wrote before.
   */
  async putCheckpoint(checkpoint: Checkpoint, fence: number): Promise<void> {
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: { ...CHECKPOINT_KEY, ...checkpoint, fence },
          ConditionExpression: 'attribute_not_exists(fence) OR fence <= :fence',
          ExpressionAttributeValues: { ':fence': fence },
        }),
      );
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        throw new LeaseLostError('another cleanup took over meanwhile', { cause: error });
      }
      throw error;
    }
  }

  /**
   * Records what became of a removal, under its rule and carrier. One item a removal, whatever the number of times
   * it is recorded; the last word stands.
   */
  async putOutcome(record: OutcomeRecord & { readonly address: string }): Promise<void> {
    const { decisionDays } = this.#retention;
    // The pair first: a crash in between leaves a pair without outcomes, never outcomes that no listing finds.
    await this.putItem(pairItem(record, this.#now(), decisionDays));
    await this.putItem(outcomeItem(record, normaliseAddress(record.address), decisionDays));
  }

  /** The latest `count` outcomes of a rule at a carrier, newest removal first; only removals after `after` when given. */
  async latestOutcomes(
    rule: string,
    carrier: string | undefined,
    count: number,
    after?: string,
  ): Promise<OutcomeRecord[]> {
    const found: Item[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const answer = await this.#client.send(
        new QueryCommand({
          TableName: this.#tableName,
          // `~` sorts after the `#` that follows the moment: a removal in that very moment is not after it.
          KeyConditionExpression: after === undefined ? 'pk = :pk' : 'pk = :pk AND sk > :after',
          ExpressionAttributeValues: {
            ':pk': outcomePartition(rule, carrier).pk,
            ...(after !== undefined && { ':after': `${after}~` }),
          },
          ScanIndexForward: false,
          Limit: count - found.length,
          ConsistentRead: true,
          ExclusiveStartKey: from,
        }),
      );
      found.push(...(answer.Items ?? []).filter((item) => !isExpired(item, this.#now())));
      from = answer.LastEvaluatedKey;
    } while (from !== undefined && found.length < count);
    return found.map(outcomeRecordOf);
  }

  /** Which rules at which carriers have outcomes on record, and what operators said of them. */
  async ruleRecords(): Promise<RuleRecords> {
    return ruleRecordsOf(await this.queryItems(RULES_PARTITION));
  }

  /** Records an operator's word that a rule may remove again. */
  async putRuleEnabling(enabling: RuleEnabling): Promise<void> {
    await this.putItem(enablingItem(enabling, this.#retention.decisionDays));
  }

  /**
   * One page of the cases changed since a moment, in no order: for an operator's question, not for a run. It scans
   * the table (half a read unit for each 4 KB of it, whatever matches), because an index of cases by time would cost
   * a write unit with every change of every case to answer a question asked a few times a year.
   */
  async casesChangedSince(since: string, from?: Key): Promise<Page<SuppressionCase>> {
    const answer = await this.#client.send(
      new ScanCommand({
        TableName: this.#tableName,
        FilterExpression: 'sk = :case AND #updatedAt >= :since',
        ExpressionAttributeNames: { '#updatedAt': 'updatedAt' },
        ExpressionAttributeValues: { ':case': SORT_KEYS.case, ':since': since },
        ExclusiveStartKey: from,
      }),
    );
    return {
      items: (answer.Items ?? []).filter((item) => !isExpired(item, this.#now())).map(caseOf),
      ...(answer.LastEvaluatedKey && { next: answer.LastEvaluatedKey as unknown as Key }),
    };
  }

  /** An item by its key; undefined when there is none or it expired. For small records that are no address's. */
  async getItem(key: Key): Promise<Item | undefined> {
    const answer = await this.#client.send(
      new GetCommand({ TableName: this.#tableName, Key: key, ConsistentRead: true }),
    );
    return answer.Item && !isExpired(answer.Item, this.#now()) ? answer.Item : undefined;
  }

  /** Writes items as they are, in batches. */
  async putItems(items: readonly Item[]): Promise<void> {
    await batchWrite(this.#client, this.#tableName, items, this.#sleep);
  }

  /**
   * Writes an item that carries a `version`, if the table's is still the version that was read (`undefined`: none).
   *
   * @returns false when it is not; then nothing was written.
   */
  async putVersion(item: Item & { readonly version: number }, read: number | undefined): Promise<boolean> {
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: item,
          ...(read === undefined
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : {
                ConditionExpression: '#version = :read',
                ExpressionAttributeNames: { '#version': 'version' },
                ExpressionAttributeValues: { ':read': read },
              }),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** Writes an item as it is. */
  async putItem(item: Item): Promise<void> {
    await this.#client.send(new PutCommand({ TableName: this.#tableName, Item: item }));
  }

  /** The unexpired items of a partition, by sort key, between two sort keys when given (both inclusive). */
  async queryItems(pk: string, range?: { from: string; to: string }): Promise<Item[]> {
    return this.#queryAll({
      KeyConditionExpression: range ? 'pk = :pk AND sk BETWEEN :from AND :to' : 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk, ...(range && { ':from': range.from, ':to': range.to }) },
    });
  }

  async #queryAll(input: Omit<QueryCommandInput, 'TableName'>): Promise<Item[]> {
    const items: Item[] = [];
    for await (const page of this.#pages(input)) items.push(...page);
    return items;
  }

  /** The unexpired items of a query, page by page as the database cuts them (1 MB, or `Limit` items). */
  async *#pages(input: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<Item[], undefined> {
    let from: Record<string, unknown> | undefined;
    do {
      const answer = await this.#client.send(
        new QueryCommand({
          TableName: this.#tableName,
          // A decision must see what the last writer wrote; an index cannot be read consistently.
          ConsistentRead: input.IndexName === undefined,
          ...input,
          ExclusiveStartKey: from,
        }),
      );
      yield (answer.Items ?? []).filter((item) => !isExpired(item, this.#now()));
      from = answer.LastEvaluatedKey;
    } while (from !== undefined);
  }
}

/** What is counted by UTC day against the policy's allowance. */
type Counted = 'REMOVALS' | 'ADDRESS_INSIGHTS';

function counterKey(what: Counted, day: string): Key {
  return { pk: STATE_PARTITION, sk: `${what}#${day}` };
}

/** What the events of one day are ordered by: the moment, then the id. */
function momentOf(item: Item): string {
  return `${item.at}#${item.id}`;
}
