import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  paginateQuery,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { NoticeSetting } from '../notices/setting.ts';
import type { Sleep } from '../sleep.ts';
import { batchGet, batchGetWithin } from './batch-get.ts';
import { batchDelete, batchWrite } from './batch-write.ts';
import { type Forgotten, NOBODY } from './forgetting.ts';
import { DEFAULT_RETENTION, type Item, isExpired, type KeyedItem, type Retention } from './items.ts';
import type { Key } from './keys.ts';
import { UnreadableItems } from './unreadable.ts';

/** What a table is opened with. */
export interface TableOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly retention?: Partial<Retention>;
  /** The present; decides what is expired. */
  readonly now: () => Date;
  readonly sleep?: Sleep;
  /** What is kept to be told to people and systems; default: nothing. */
  readonly notices?: NoticeSetting;
}

/** The condition under which a write takes place. */
export type Condition = Pick<
  PutCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/** A change of one item in place. */
export type Update = Pick<
  UpdateCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
> & { readonly Key: Key };

/** Which items are read: those of a partition, of the table or of an index. */
export type Query = Pick<
  QueryCommandInput,
  | 'IndexName'
  | 'KeyConditionExpression'
  | 'FilterExpression'
  | 'ExpressionAttributeNames'
  | 'ExpressionAttributeValues'
  | 'ScanIndexForward'
  | 'Limit'
>;

/** Which items are read where no key says it: the whole table is paid for. */
export type Scan = Pick<
  ScanCommandInput,
  'FilterExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/** One page of items. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Hand it back to get the next page; absent on the last. */
  readonly next?: Key | undefined;
}

/**
 * The one table, and the only way to it. Reads are consistent wherever DynamoDB can (an index cannot), and leave out
 * items past their TTL, which DynamoDB may deliver for days after it. What the items mean is the business of the
 * files beside this one, one for each kind of item.
 */
export interface Table {
  /** The present. */
  readonly now: () => Date;
  /** How long each kind of record is kept. */
  readonly retention: Retention;
  /** What was met and could not be read. */
  readonly unreadable: UnreadableItems;
  /** What is kept to be told to people and systems. */
  readonly notices: NoticeSetting;
  /** What is stored, items past their TTL included, which DynamoDB may keep for days. */
  readonly stored: Pick<Table, 'getAll' | 'pages' | 'query'>;
  /** Who was forgotten: asked by whoever works on addresses. */
  readonly forgotten: Forgotten;
  /** Lambda's id of the invocation that works on the table, for the audit; absent: none does. */
  readonly requestId?: string;
  /** The item of a key; undefined when there is none. */
  get(key: Key): Promise<KeyedItem | undefined>;
  /** The items of these keys, which must be distinct; in no order, absent ones left out. */
  getAll(keys: readonly Key[]): Promise<KeyedItem[]>;
  /** As far as they can be read within a time; `unread`: of how many keys it is not known whether there is an item. */
  getWithin(
    keys: readonly Key[],
    milliseconds: number,
  ): Promise<{ readonly items: readonly KeyedItem[]; readonly unread: number }>;
  /** Writes an item whole, whatever stood there. */
  put(item: Item): Promise<void>;
  /** Writes an item if the condition holds. @returns whether it did, and write capacity units consumed. */
  putIf(item: Item, condition: Condition): Promise<{ readonly written: boolean; readonly consumed: number }>;
  /**
   * Writes items, in batches; of two with one key the later wins.
   *
   * @returns write capacity units consumed, base table and indexes together.
   * @throws {UnwrittenItemsError} when items are left after every attempt.
   */
  putAll(items: readonly Item[]): Promise<number>;
  /** Removes items, in batches, whatever they are. @throws {UnwrittenItemsError} when some are left after every attempt. */
  deleteAll(keys: readonly Key[]): Promise<void>;
  /** Removes an item if the condition holds. */
  deleteIf(key: Key, condition: Condition): Promise<void>;
  /** Changes an item. @returns the item after it; undefined when the condition did not hold. */
  update(update: Update): Promise<Item | undefined>;
  /** Removes an item. @returns what it was; undefined when there was none. */
  delete(key: Key): Promise<Item | undefined>;
  /** The items of a query, page by page as the database cuts them (1 MB, or `Limit` items). */
  pages(query: Query): AsyncGenerator<KeyedItem[], undefined>;
  /** All items of a query. */
  query(query: Query): Promise<KeyedItem[]>;
  /** One page of a query, from the start or from where the page before ended. */
  page(query: Query, from?: Key): Promise<Page<KeyedItem>>;
  /** How many items a query finds, counted up to `maximum` at least, expired ones included; `more`: a part. */
  count(query: Query, maximum: number): Promise<{ count: number; more: boolean }>;
  /** One page of the items of the whole table that pass a filter, in no order. */
  scan(scan: Scan, from?: Key): Promise<Page<KeyedItem>>;
}

/** The query for a partition's items by sort key, between two sort keys when given (both included). */
export function partitionQuery(pk: string, range?: { readonly from: string; readonly to: string }): Query {
  return {
    KeyConditionExpression: range ? 'pk = :pk AND sk BETWEEN :from AND :to' : 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk, ...(range && { ':from': range.from, ':to': range.to }) },
  };
}

/** The condition that an item's `version` is still the one that was read (`undefined`: there was no item). */
export function versionIs(read: number | undefined): Condition {
  if (read === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
  return {
    ConditionExpression: '#version = :read',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':read': read },
  };
}

/** The table over its client. */
export function openTable({ client, tableName, now, sleep, ...options }: TableOptions): Table {
  const TableName = tableName;
  const unexpired = (items: readonly Item[] = []) =>
    // Every item has its keys, which an index carries too.
    items.filter((item) => !isExpired(item, now())) as KeyedItem[];
  const readable = (query: Query) => ({ TableName, ConsistentRead: query.IndexName === undefined, ...query });
  const pageOf = (items: readonly Item[] | undefined, next: Item | undefined): Page<KeyedItem> => ({
    items: unexpired(items),
    ...(next && { next: next as unknown as Key }),
  });

  /** Reads of several items, as far as they are kept. */
  const reads = (kept: (items?: readonly Item[]) => KeyedItem[]): Table['stored'] => {
    async function* pages(query: Query): AsyncGenerator<KeyedItem[], undefined> {
      for await (const page of paginateQuery({ client }, readable(query))) yield kept(page.Items);
    }
    return {
      getAll: async (keys) => kept(await batchGet(client, tableName, keys, sleep)),
      pages,
      async query(query) {
        const items: KeyedItem[] = [];
        for await (const page of pages(query)) items.push(...page);
        return items;
      },
    };
  };

  return {
    now,
    retention: { ...DEFAULT_RETENTION, ...options.retention },
    unreadable: new UnreadableItems(),
    notices: options.notices ?? 'off',
    forgotten: NOBODY,
    async get(key) {
      const { Item } = await client.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }));
      return unexpired(Item && [Item])[0];
    },
    ...reads(unexpired),
    // Every item has its keys.
    stored: reads((items = []) => [...items] as KeyedItem[]),
    async getWithin(keys, milliseconds) {
      const { items, unread } = await batchGetWithin(client, tableName, keys, milliseconds, sleep);
      return { items: unexpired(items), unread };
    },
    async put(item) {
      await client.send(new PutCommand({ TableName, Item: item }));
    },
    async putIf(item, condition) {
      const put = new PutCommand({ TableName, Item: item, ...condition, ReturnConsumedCapacity: 'TOTAL' });
      const answer = await ifConditionHolds(client.send(put));
      // A refused write costs a unit too.
      if (answer === undefined) return { written: false, consumed: 1 };
      return { written: true, consumed: answer.ConsumedCapacity?.CapacityUnits ?? 0 };
    },
    putAll: (items) => batchWrite(client, tableName, items, sleep),
    deleteAll: (keys) => batchDelete(client, tableName, keys, sleep),
    async deleteIf(key, condition) {
      await ifConditionHolds(client.send(new DeleteCommand({ TableName, Key: key, ...condition })));
    },
    async update(update) {
      const command = new UpdateCommand({ TableName, ...update, ReturnValues: 'ALL_NEW' });
      const answer = await ifConditionHolds(client.send(command));
      return answer && (answer.Attributes ?? {});
    },
    async delete(key) {
      const command = new DeleteCommand({ TableName, Key: key, ReturnValues: 'ALL_OLD' });
      const { Attributes } = await client.send(command);
      return unexpired(Attributes && [Attributes])[0];
    },
    async page(query, from) {
      const answer = await client.send(new QueryCommand({ ...readable(query), ExclusiveStartKey: from }));
      return pageOf(answer.Items, answer.LastEvaluatedKey);
    },
    async count(query, maximum) {
      let count = 0;
      const input = { ...readable(query), Select: 'COUNT' as const, Limit: maximum };
      for await (const page of paginateQuery({ client }, input)) {
        count += page.Count ?? 0;
        if (page.LastEvaluatedKey !== undefined && count >= maximum) return { count, more: true };
      }
      return { count, more: false };
    },
    async scan(scan, from) {
      const answer = await client.send(new ScanCommand({ TableName, ...scan, ExclusiveStartKey: from }));
      return pageOf(answer.Items, answer.LastEvaluatedKey);
    },
  };
}

/** The answer of a conditional write; undefined when its condition did not hold. */
async function ifConditionHolds<Answer>(sent: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
