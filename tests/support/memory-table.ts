import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { INDEXES } from '../../lib/store/keys.ts';
import { openTable } from '../../lib/store/table.ts';
import type { TestTable } from './table.ts';

/**
 * The table in memory, for tests that make so many calls that a database behind HTTP would be their whole cost. It
 * answers the commands that lib/store/table.ts sends, with the expressions that lib/store has; anything else throws.
 * The tests that use it show on a few cases that a real database is left with the same items.
 */

type Row = Record<string, unknown> & { readonly pk: string; readonly sk: string };
type Names = Readonly<Record<string, string>> | undefined;
type Values = Readonly<Record<string, unknown>> | undefined;
/** The input of a command, as far as it is read here. */
type Input = Readonly<Record<string, unknown>>;
type Middleware = (
  next: (args: { input: Input }) => Promise<unknown>,
  context: { readonly commandName: string },
) => (args: { input: Input }) => Promise<unknown>;

/** Sort key attribute of each index; the partition's stands first. */
const INDEX_KEYS: Readonly<Record<string, readonly [string, string]>> = {
  [INDEXES.byState]: ['stateKey', 'stateSort'],
  [INDEXES.byDay]: ['dayKey', 'daySort'],
};

/** A table in memory, with a client that counts as the SDK's. */
export function memoryTable(): TestTable {
  let rows = new Map<string, Row>();
  const middlewares: Middleware[] = [];
  const run = async (name: string, input: Input): Promise<unknown> => {
    switch (name) {
      case 'GetItemCommand':
        return { Item: copy(rows.get(keyOf(input.Key as Row))) };
      case 'PutItemCommand':
        check(rows.get(keyOf(input.Item as Row)), input);
        rows.set(keyOf(input.Item as Row), copy(input.Item as Row));
        return { ConsumedCapacity: { CapacityUnits: 1 } };
      case 'DeleteItemCommand': {
        const key = keyOf(input.Key as Row);
        const Attributes = rows.get(key);
        rows.delete(key);
        return { Attributes };
      }
      case 'UpdateItemCommand': {
        const key = keyOf(input.Key as Row);
        check(rows.get(key), input);
        const updated = applied(copy(rows.get(key) ?? (input.Key as Row)), input);
        rows.set(key, updated);
        return { Attributes: copy(updated) };
      }
      case 'BatchWriteItemCommand': {
        const [requests = []] = Object.values(input.RequestItems as Record<string, Input[]>);
        for (const { PutRequest } of requests) {
          const { Item } = PutRequest as { Item: Row };
          rows.set(keyOf(Item), copy(Item));
        }
        return {};
      }
      case 'BatchGetItemCommand': {
        const [[table, asked] = ['', {}]] = Object.entries(input.RequestItems as Record<string, Input>);
        const found = ((asked.Keys ?? []) as Row[]).flatMap((key) => rows.get(keyOf(key)) ?? []);
        return { Responses: { [table]: copy(found) } };
      }
      case 'ScanCommand': {
        const { FilterExpression: text } = input;
        const found = [...rows.values()].filter((row) => typeof text !== 'string' || holds(text, row, input));
        return { Items: copy(found) };
      }
      case 'QueryCommand':
        return queried([...rows.values()], input);
      default:
        throw new Error(`the table in memory does not know ${name}`);
    }
  };
  const send = (command: { readonly input: Input; readonly constructor: { readonly name: string } }) => {
    const name = command.constructor.name.replace(/^(Get|Put|Update|Delete|BatchGet|BatchWrite)C/, '$1ItemC');
    const chain = middlewares.reduceRight<(args: { input: Input }) => Promise<unknown>>(
      (next, middleware) => middleware(next, { commandName: name }),
      ({ input }) => run(name, input),
    );
    return chain({ input: command.input });
  };
  const client: DynamoDBDocumentClient = Object.assign(Object.create(DynamoDBDocumentClient.prototype), {
    send,
    middlewareStack: { add: (middleware: Middleware) => void middlewares.push(middleware) },
    config: {},
  });
  const tableName = 'memory';
  return {
    endpoint: '',
    tableName,
    client,
    open: (now) => openTable({ client, tableName, now }),
    scan: async () => copy([...rows.values()].toSorted((a, b) => (sortOf(a) < sortOf(b) ? -1 : 1))),
    text: async () => JSON.stringify([...rows.values()]),
    fresh: async () => {
      rows = new Map();
      return tableName;
    },
    stop: async () => {},
  };
}

/** Data as the database hands it out: nobody else's object, without what is undefined. */
function copy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy) as T;
  const copied: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(value)) if (each !== undefined) copied[name] = copy(each);
  return copied as T;
}

function keyOf({ pk, sk }: Row): string {
  return `${pk}\n${sk}`;
}

/** Keys of one table in the order in which DynamoDB would deliver them. */
const sortOf = keyOf;

function check(row: Row | undefined, input: Input): void {
  const { ConditionExpression: text } = input;
  if (typeof text !== 'string' || holds(text, row ?? {}, input)) return;
  throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
}

function queried(rows: readonly Row[], input: Input): unknown {
  const [, sort] = INDEX_KEYS[String(input.IndexName)] ?? ['pk', 'sk'];
  const text = String(input.KeyConditionExpression);
  const found = rows
    .filter((row) => typeof row[sort] === 'string' && holds(text, row, input))
    .sort((a, b) => (String(a[sort]) < String(b[sort]) ? -1 : 1));
  if (input.ScanIndexForward === false) found.reverse();
  const start = input.ExclusiveStartKey as Row | undefined;
  const from = start === undefined ? 0 : found.findIndex((row) => keyOf(row) === keyOf(start)) + 1;
  const limit = typeof input.Limit === 'number' ? input.Limit : found.length;
  const page = found.slice(from, from + limit);
  const last = page.at(-1);
  const more = last !== undefined && from + page.length < found.length;
  return { Items: copy(page), Count: page.length, ...(more && { LastEvaluatedKey: last }) };
}

/** An item after `SET a = :a, ... ADD b :b ... REMOVE c, ...`. */
function applied(row: Row, input: Input): Row {
  const { names, value } = resolver(row, input);
  const changed: Record<string, unknown> = { ...row };
  const clauses = String(input.UpdateExpression).split(/\b(SET|ADD|REMOVE)\b/);
  for (let index = 1; index < clauses.length; index += 2) {
    for (const part of (clauses[index + 1] ?? '').split(',').map((each) => each.trim())) {
      const [target = '', ...rest] = part.split(/[\s=]+/);
      const name = names(target);
      if (clauses[index] === 'REMOVE') delete changed[name];
      else if (clauses[index] === 'SET') changed[name] = value(rest[0] ?? '');
      else changed[name] = Number(changed[name] ?? 0) + Number(value(rest[0] ?? ''));
    }
  }
  return changed as Row;
}

function resolver(row: Input, input: Input) {
  const names = (token: string) => (input.ExpressionAttributeNames as Names)?.[token] ?? token;
  const value = (token: string) =>
    token.startsWith(':') ? (input.ExpressionAttributeValues as Values)?.[token] : row[names(token)];
  return { names, value };
}

/** Whether an item meets a condition: ORs of ANDs of comparisons, with one level of brackets. */
function holds(text: string, row: Input, input: Input): boolean {
  const { value } = resolver(row, input);
  const term = (part: string): boolean => {
    const [call, name = '', argument = ''] =
      /^(?:attribute_not_exists|attribute_exists|begins_with)\(([^,)]+),?\s*([^)]*)\)$/.exec(part) ?? [];
    if (call?.startsWith('attribute_not_exists')) return value(name) === undefined;
    if (call?.startsWith('attribute_exists')) return value(name) !== undefined;
    if (call?.startsWith('begins_with')) return String(value(name)).startsWith(String(value(argument)));
    const between = /^(\S+) BETWEEN (\S+) AND (\S+)$/.exec(part);
    if (between) {
      const [, left = '', from = '', to = ''] = between;
      const found = value(left) as string;
      return found >= (value(from) as string) && found <= (value(to) as string);
    }
    const among = /^(\S+) IN \(([^)]*)\)$/.exec(part);
    if (among) {
      const [, left = '', choices = ''] = among;
      return choices.split(', ').some((each) => value(left) === value(each));
    }
    const [left, operator, right] = part.split(' ');
    if (left === undefined || operator === undefined || right === undefined)
      throw new Error(`unread: ${part}`);
    return compared(value(left) as string | undefined, operator, value(right) as string);
  };
  const all = (part: string): boolean => {
    if (part.startsWith('(') && part.endsWith(')')) return all(part.slice(1, -1));
    // The AND of a BETWEEN is no conjunction.
    return part.split(/(?<!BETWEEN \S+) AND /).every((each) => term(each.trim()));
  };
  return text.split(' OR ').some((part) => all(part.trim()));
}

function compared(left: string | undefined, operator: string, right: string): boolean {
  if (left === undefined) return false;
  switch (operator) {
    case '=':
      return left === right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      throw new Error(`the table in memory does not compare by ${operator}`);
  }
}
