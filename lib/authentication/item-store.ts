import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';

/** An item of the table: its key and plain data. */
export interface StoredItem {
  readonly pk: string;
  readonly sk: string;
  readonly [attribute: string]: unknown;
}

/** The little that the senders' audit needs of a table. */
export interface ItemStore {
  get(pk: string, sk: string): Promise<StoredItem | undefined>;
  /** Writes the item whole, whatever stood there. */
  put(item: StoredItem): Promise<void>;
  /** The items of a partition whose sort key lies between two values, both included, in order. */
  query(pk: string, range: { readonly from: string; readonly to: string }): Promise<readonly StoredItem[]>;
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
    async query(pk, { from, to }) {
      const items: StoredItem[] = [];
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
        for (const item of page.Items ?? []) items.push({ ...item, pk, sk: String(item.sk) });
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      return items;
    },
  };
}
