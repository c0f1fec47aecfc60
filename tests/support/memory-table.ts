import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DAY_INDEX_ATTRIBUTES } from '../../lib/store/definition.ts';
import { INDEXES, type Key } from '../../lib/store/keys.ts';
import { openTable } from '../../lib/store/table.ts';
import { tableText } from '../../local/table-text.ts';
import { type Attributes, meets, orderOfStrings, updated, wordsUsed } from './expressions.ts';
import type { TestTable } from './table.ts';

/**
 * The table in memory, for tests that make so many calls that a database behind HTTP would be their whole cost. It
 * answers the commands that lib/store/table.ts sends, with the expressions that lib/store has; anything else throws.
 * tests/store/contract.test.ts holds it to the same answers as dynalite and DynamoDB Local.
 */

type Row = Attributes & Key;
type Middleware = (
  next: (args: { input: Attributes }) => Promise<unknown>,
  context: { readonly commandName: string },
) => (args: { input: Attributes }) => Promise<unknown>;

/** Where items stand by: partition key, sort key, and what a read finds there beside the keys. */
interface Order {
  readonly partition: string;
  readonly sort: string;
  /** Undefined: everything. */
  readonly carried?: ReadonlySet<string>;
}

const BASE: Order = { partition: 'pk', sort: 'sk' };
const ORDERS: Readonly<Record<string, Order>> = {
  [INDEXES.byState]: { partition: 'stateKey', sort: 'stateSort' },
  [INDEXES.byDay]: {
    partition: 'dayKey',
    sort: 'daySort',
    carried: new Set(['pk', 'sk', 'dayKey', 'daySort', ...DAY_INDEX_ATTRIBUTES]),
  },
};

/** DynamoDB's limits: bytes of an item, bytes of a page, items of a batch. */
const ITEM_BYTES = 400 * 1024;
const PAGE_BYTES = 1024 * 1024;
const BATCH = { write: 25, read: 100 };
/** Bytes that a write unit pays for. */
const WRITE_UNIT = 1024;

/** What a command may say here. */
const WORDS = new Set([
  ...['TableName', 'IndexName', 'Key', 'Item', 'RequestItems', 'Limit', 'ExclusiveStartKey', 'Select'],
  ...['ConsistentRead', 'ScanIndexForward', 'ReturnValues', 'ReturnConsumedCapacity'],
  ...['ConditionExpression', 'FilterExpression', 'KeyConditionExpression', 'UpdateExpression'],
  ...['ExpressionAttributeNames', 'ExpressionAttributeValues'],
]);

/** A table in memory, with a client that counts as the SDK's. */
export function memoryTable(): TestTable {
  const tables = new Map<string, Rows>();
  const middlewares: Middleware[] = [];
  const send = (command: { readonly input: Attributes; readonly constructor: { readonly name: string } }) => {
    const name = command.constructor.name.replace(/^(Get|Put|Update|Delete|BatchGet|BatchWrite)C/, '$1ItemC');
    const chain = middlewares.reduceRight<(args: { input: Attributes }) => Promise<unknown>>(
      (next, middleware) => middleware(next, { commandName: name }),
      async ({ input }) => answerOf(tables, name, input),
    );
    return chain({ input: command.input });
  };
  const client: DynamoDBDocumentClient = Object.assign(Object.create(DynamoDBDocumentClient.prototype), {
    send,
    middlewareStack: { add: (middleware: Middleware) => void middlewares.push(middleware) },
    config: {},
    destroy: () => {},
  });
  let tableName = '';
  const fresh = async () => {
    tableName = `memory-${tables.size + 1}`;
    tables.set(tableName, new Rows());
    return tableName;
  };
  void fresh();
  return {
    endpoint: '',
    get tableName() {
      return tableName;
    },
    client,
    open: (now) => openTable({ client, tableName, now }),
    scan: async () => copy(tables.get(tableName)?.all() ?? []),
    text: () => tableText(client, tableName),
    fresh,
    stop: async () => tables.clear(),
  };
}

/** The items of one table, by partition; those of an index by the index's partition too. */
class Rows {
  readonly #partitions = new Map<string, Map<string, Row>>();
  readonly #indexed = new Map<Order, Map<string, Set<Row>>>();

  get({ pk, sk }: Key): Row | undefined {
    return this.#partitions.get(pk)?.get(sk);
  }

  set(row: Row): void {
    this.delete(row);
    const partition = this.#partitions.get(row.pk) ?? new Map<string, Row>();
    this.#partitions.set(row.pk, partition.set(row.sk, row));
    for (const order of Object.values(ORDERS)) if (isIn(row, order)) this.#indexedWith(row, order).add(row);
  }

  delete(key: Key): void {
    const row = this.get(key);
    if (row === undefined) return;
    this.#partitions.get(key.pk)?.delete(key.sk);
    for (const order of Object.values(ORDERS))
      if (isIn(row, order)) this.#indexedWith(row, order).delete(row);
  }

  /** The items of one partition of an order, in no order. */
  partition(order: Order, name: string): Row[] {
    if (order === BASE) return [...(this.#partitions.get(name)?.values() ?? [])];
    return [...(this.#indexed.get(order)?.get(name) ?? [])];
  }

  /** The items of an index that share the row's partition there. */
  #indexedWith(row: Row, order: Order): Set<Row> {
    const partitions = this.#indexed.get(order) ?? new Map<string, Set<Row>>();
    this.#indexed.set(order, partitions);
    const name = String(row[order.partition]);
    const rows = partitions.get(name) ?? new Set<Row>();
    partitions.set(name, rows);
    return rows;
  }

  /** Every item, ordered by key. */
  all(): Row[] {
    return [...this.#partitions.values()].flatMap((partition) => [...partition.values()]).toSorted(byKey);
  }
}

function byKey(left: Key, right: Key): number {
  return orderOfStrings(left.pk, right.pk) || orderOfStrings(left.sk, right.sk);
}

function answerOf(tables: ReadonlyMap<string, Rows>, name: string, input: Attributes): unknown {
  const unknown = Object.keys(input).filter((word) => input[word] !== undefined && !WORDS.has(word));
  if (unknown.length > 0) throw new Error(`the table in memory does not know ${unknown.join(', ')}`);
  checkWords(input);
  const rows = rowsOf(tables, input.TableName);
  switch (name) {
    case 'GetItemCommand':
      return { Item: copy(rows().get(keyOf(input.Key))) };
    case 'PutItemCommand':
      return put(rows(), input);
    case 'DeleteItemCommand': {
      const key = keyOf(input.Key);
      const before = rows().get(key);
      check(before, input);
      rows().delete(key);
      return input.ReturnValues === 'ALL_OLD' ? { Attributes: before } : {};
    }
    case 'UpdateItemCommand':
      return update(rows(), input);
    case 'BatchWriteItemCommand':
      return batchWrite(tables, input);
    case 'BatchGetItemCommand':
      return batchGet(tables, input);
    case 'ScanCommand':
      return pageOf(rows().all(), BASE, input);
    case 'QueryCommand':
      return query(rows(), input);
    default:
      throw new Error(`the table in memory does not know ${name}`);
  }
}

function rowsOf(tables: ReadonlyMap<string, Rows>, name: unknown): () => Rows {
  return () => {
    const rows = tables.get(String(name));
    if (rows) return rows;
    throw new ResourceNotFoundException({ message: `no table ${name}`, $metadata: {} });
  };
}

function put(rows: Rows, input: Attributes): unknown {
  const item = itemOf(input.Item);
  const before = rows.get(item);
  check(before, input);
  rows.set(item);
  return input.ReturnConsumedCapacity === undefined
    ? {}
    : { ConsumedCapacity: { CapacityUnits: unitsOf(before, item) } };
}

function update(rows: Rows, input: Attributes): unknown {
  const key = keyOf(input.Key);
  const before = rows.get(key);
  check(before, input);
  rows.set(itemOf(updated(String(input.UpdateExpression), before ?? { ...key }, input)));
  return input.ReturnValues === 'ALL_NEW' ? { Attributes: copy(rows.get(key)) } : {};
}

function batchWrite(tables: ReadonlyMap<string, Rows>, input: Attributes): unknown {
  const asked = Object.entries(input.RequestItems as Record<string, Attributes[]>);
  const writes = asked.flatMap(([table, requests]) =>
    requests.map(({ PutRequest, DeleteRequest }) => {
      const rows = rowsOf(tables, table)();
      if (DeleteRequest !== undefined) return { rows, key: keyOf((DeleteRequest as { Key: unknown }).Key) };
      const item = itemOf((PutRequest as { Item: unknown }).Item);
      return { rows, key: keyOf(item), item };
    }),
  );
  checkBatch(
    writes.map(({ key }) => key),
    BATCH.write,
  );
  let CapacityUnits = 0;
  for (const { rows, key, item } of writes) {
    const before = rows.get(key);
    CapacityUnits += item ? unitsOf(before, item) : before ? unitsOf(undefined, before) : 1;
    if (item) rows.set(item);
    else rows.delete(key);
  }
  const counted = input.ReturnConsumedCapacity !== undefined;
  return { UnprocessedItems: {}, ...(counted && { ConsumedCapacity: [{ CapacityUnits }] }) };
}

function batchGet(tables: ReadonlyMap<string, Rows>, input: Attributes): unknown {
  const asked = Object.entries(input.RequestItems as Record<string, { readonly Keys: unknown[] }>);
  checkBatch(
    asked.flatMap(([, { Keys }]) => Keys.map(keyOf)),
    BATCH.read,
  );
  const found = asked.map(([table, { Keys }]) => [
    table,
    Keys.flatMap((key) => rowsOf(tables, table)().get(keyOf(key)) ?? []).map(copy),
  ]);
  return { Responses: Object.fromEntries(found), UnprocessedKeys: {} };
}

function query(rows: Rows, input: Attributes): unknown {
  const order = input.IndexName === undefined ? BASE : ORDERS[String(input.IndexName)];
  if (order === undefined) throw refused(`no index ${input.IndexName}`);
  if (order !== BASE && input.ConsistentRead === true) throw refused('an index is not read consistently');
  const text = String(input.KeyConditionExpression);
  // Every query of lib/store begins with its partition.
  const [, name, value = ''] = /^(\w+) = (:\w+)/.exec(text) ?? [];
  if (name !== order.partition) throw refused(`${text} does not begin with ${order.partition}`);
  const partition = (input.ExpressionAttributeValues as Attributes)[value];
  const candidates = rows.partition(order, String(partition));
  const found = candidates.filter((row) => meets(text, row, input)).toSorted(compareIn(order));
  if (input.ScanIndexForward === false) found.reverse();
  return pageOf(found, order, input);
}

/** A page of the items found: as many as are asked for, or 1 MB of them; the filter comes after. */
function pageOf(found: readonly Row[], order: Order, input: Attributes): unknown {
  const { FilterExpression: filter, Limit, ExclusiveStartKey: start } = input;
  const compare = compareIn(order);
  const direction = input.ScanIndexForward === false ? -1 : 1;
  const rest = start ? found.filter((row) => direction * compare(row, start as Row) > 0) : found;
  const limit = typeof Limit === 'number' ? Limit : Number.POSITIVE_INFINITY;
  if (limit < 1) throw refused('the limit is below one');
  const read: Row[] = [];
  let bytes = 0;
  for (const row of rest) {
    read.push(row);
    bytes += order.carried ? sizeOf(carriedBy(order, row)) : sizeOfStored(row);
    if (read.length >= limit || bytes > PAGE_BYTES) break;
  }
  const last = read.at(-1);
  // Where a limit ended the page, the database does not look whether it was the last item.
  const more = last !== undefined && (read.length < rest.length || read.length >= limit);
  const passing = read.filter((row) => typeof filter !== 'string' || meets(filter, row, input));
  return {
    ...(input.Select === 'COUNT' ? {} : { Items: passing.map((row) => copy(carriedBy(order, row))) }),
    Count: passing.length,
    ScannedCount: read.length,
    ...(more && { LastEvaluatedKey: keysIn(order, last) }),
  };
}

function isIn(row: Row, { partition, sort }: Order): boolean {
  return row[partition] !== undefined && row[sort] !== undefined;
}

function compareIn({ sort }: Order): (left: Row, right: Row) => number {
  return sort === BASE.sort
    ? byKey
    : (left, right) => orderOfStrings(String(left[sort]), String(right[sort])) || byKey(left, right);
}

function keysIn({ partition, sort }: Order, row: Row): Attributes {
  return { pk: row.pk, sk: row.sk, [partition]: row[partition], [sort]: row[sort] };
}

function carriedBy({ carried }: Order, row: Row): Attributes {
  return carried ? Object.fromEntries(Object.entries(row).filter(([name]) => carried.has(name))) : row;
}

/** Write units of a put: the larger of both items, and what it changes in each index. */
function unitsOf(before: Row | undefined, after: Row): number {
  const units = (item: Attributes) => Math.ceil(sizeOf(item) / WRITE_UNIT);
  const ofIndex = (order: Order): number => {
    const [old, next] = [before, after].map((row) =>
      row && isIn(row, order) ? carriedBy(order, row) : undefined,
    );
    if (old === undefined || next === undefined) return units(next ?? old ?? {});
    const moved = old[order.partition] !== next[order.partition] || old[order.sort] !== next[order.sort];
    if (moved) return units(old) + units(next);
    return JSON.stringify(old) === JSON.stringify(next) ? 0 : Math.max(units(old), units(next));
  };
  const inIndexes = Object.values(ORDERS).reduce((sum, order) => sum + ofIndex(order), 0);
  return Math.max(units(after), before ? units(before) : 0) + inIndexes;
}

/** Sizes of stored items: none is changed once it is stored, and each is read many times. */
const sizes = new WeakMap<Row, number>();

function sizeOfStored(row: Row): number {
  const size = sizes.get(row) ?? sizeOf(row);
  sizes.set(row, size);
  return size;
}

/** Bytes of an item as DynamoDB counts them, numbers roughly. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return 8;
  if (value instanceof Uint8Array) return value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + 1 + sizeOf(each), 3);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce((sum, [name, each]) => sum + Buffer.byteLength(name) + sizeOf(each), 0);
}

/** An item as it is written: nobody else's object, refused where DynamoDB would. */
function itemOf(value: unknown): Row {
  const item = copy(value as Row);
  keyOf(item);
  for (const { partition, sort } of Object.values(ORDERS)) {
    for (const name of [partition, sort]) {
      const key = item[name];
      if (key !== undefined && (typeof key !== 'string' || key === '')) throw refused(`${name} is no key`);
    }
  }
  if (sizeOf(item) > ITEM_BYTES) throw refused('the item is too large');
  return item;
}

function keyOf(value: unknown): Key {
  const { pk, sk } = (value ?? {}) as Partial<Key>;
  if (typeof pk !== 'string' || pk === '' || typeof sk !== 'string' || sk === '') throw refused('no key');
  return { pk, sk };
}

/** Data as the database hands it out: nobody else's object, without what is undefined. */
function copy<T>(value: T): T {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new Error(`${value} is no number of DynamoDB's`);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return value.slice() as T;
  if (Array.isArray(value)) return value.filter((each) => each !== undefined).map(copy) as T;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new Error('only plain objects are stored');
  const copied: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(value)) if (each !== undefined) copied[name] = copy(each);
  return copied as T;
}

function check(row: Row | undefined, input: Attributes): void {
  const { ConditionExpression: text } = input;
  if (typeof text !== 'string' || meets(text, row ?? {}, input)) return;
  throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
}

function checkBatch(keys: readonly Key[], maximum: number): void {
  if (keys.length === 0 || keys.length > maximum) throw refused(`${keys.length} items in a batch`);
  if (new Set(keys.map(({ pk, sk }) => `${pk}\n${sk}`)).size < keys.length) throw refused('an item twice');
}

/** Words that no expression uses are refused, and so are those that it uses and are not given. */
function checkWords(input: Attributes): void {
  const { ExpressionAttributeNames, ExpressionAttributeValues } = input;
  const given = [ExpressionAttributeNames, ExpressionAttributeValues].flatMap((words) =>
    Object.keys(words ?? {}),
  );
  const used = wordsUsed(
    ...[input.ConditionExpression, input.FilterExpression],
    ...[input.KeyConditionExpression, input.UpdateExpression],
  );
  const known = new Set(given);
  if (given.length !== used.size || [...used].some((word) => !known.has(word))) {
    throw refused(`given: ${given.join()}, used: ${[...used].join()}`);
  }
}

function refused(message: string): DynamoDBServiceException {
  return new DynamoDBServiceException({
    name: 'ValidationException',
    message,
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
  });
}
