import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';

/** An item of the table: its key and plain data. */
export interface StoredItem {
  readonly pk: string;
  readonly sk: string;
  readonly [attribute: string]: unknown;
}

const SECONDS_A_DAY = 86_400;

/** Epoch seconds for the table's TTL: some days from a moment on. */
export function expiry(now: Date, days: number): number {
  return Math.floor(now.getTime() / 1000) + days * SECONDS_A_DAY;
}

/** The little that the senders' audit needs of a table. */
export interface ItemStore {
  get(pk: string, sk: string): Promise<StoredItem | undefined>;
  /** Writes the item whole, whatever stood there. */
  put(item: StoredItem): Promise<void>;
  /**
   * Writes the item unless what stands there is another than expected: nothing, or an item with this `copy`. The
   * answer says whether it was written.
   */
  putOver(item: StoredItem, expected: { readonly copy: string | undefined } | undefined): Promise<boolean>;
  /** Removes the item, if there is one. */
  remove(pk: string, sk: string): Promise<void>;
  /** The items of a partition whose sort key lies between two values, both included, in order. */
  query(pk: string, range: { readonly from: string; readonly to: string }): Promise<readonly StoredItem[]>;
  /** The same, a page at a time: for what may be too much to hold. */
  pages(
    pk: string,
    range: { readonly from: string; readonly to: string },
  ): AsyncIterable<readonly StoredItem[]>;
}

/** The store over the project's DynamoDB table. */
export function dynamoItemStore(client: DynamoDBDocumentClient, tableName: string): ItemStore {
  return {
    async get(pk, sk) {
      const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: { pk, sk } }));
      return Item === undefined ? undefined : { ...Item, pk, sk };
    },
    async put(item) {
      await client.send(new PutCommand({ TableName: tableName, Item: item }));
    },
    async putOver(item, expected) {
      try {
        await client.send(new PutCommand({ TableName: tableName, Item: item, ...conditionOf(expected) }));
        return true;
      } catch (error) {
        if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
        throw error;
      }
    },
    async remove(pk, sk) {
      await client.send(new DeleteCommand({ TableName: tableName, Key: { pk, sk } }));
    },
    async query(pk, range) {
      const items: StoredItem[] = [];
      for await (const page of pages(pk, range)) items.push(...page);
      return items;
    },
    pages,
  };

  async function* pages(
    pk: string,
    { from, to }: { readonly from: string; readonly to: string },
  ): AsyncGenerator<readonly StoredItem[]> {
    let start: Record<string, unknown> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
          ExclusiveStartKey: start,
        }),
      );
      yield (page.Items ?? []).map((item) => ({ ...item, pk, sk: String(item.sk) }));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
  }
}

/** The condition under which `putOver` writes; `copy` is a word of DynamoDB's own and goes by another name. */
function conditionOf(expected: { readonly copy: string | undefined } | undefined): {
  ConditionExpression: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, string>;
} {
  if (expected === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
  const names = { ExpressionAttributeNames: { '#copy': 'copy' } };
  if (expected.copy === undefined) {
    return { ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#copy)', ...names };
  }
  return {
    ConditionExpression: '#copy = :copy',
    ...names,
    ExpressionAttributeValues: { ':copy': expected.copy },
  };
}
