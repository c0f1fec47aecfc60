import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { tableDefinition } from '../../lib/store/definition.ts';
import type { Item } from '../../lib/store/items.ts';
import { openTable, type Table } from '../../lib/store/table.ts';
import { byCodeUnits } from '../../lib/text.ts';
import { createTable, type LocalDatabase, startDynalite } from '../../local/dynamodb.ts';
import { tableText } from '../../local/table-text.ts';

/** The table on a DynamoDB of its own. */
export interface TestTable {
  readonly endpoint: string;
  readonly tableName: string;
  readonly client: DynamoDBDocumentClient;
  /** The table as the code has it, at a present. */
  open(now: () => Date): Table;
  /** Every item of the table, ordered by key, so that two tables can be compared. */
  scan(): Promise<Item[]>;
  /** The same as text, for a golden file. */
  text(): Promise<string>;
  /** Continues with an empty table of this name; the one before stays as it is. */
  fresh(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts dynalite and creates the table. */
export async function startTable(): Promise<TestTable> {
  return tableOn(await startDynalite());
}

/** The table on a database, which it stops when it is stopped. */
export async function tableOn(database: LocalDatabase): Promise<TestTable> {
  const plain = new DynamoDBClient({
    endpoint: database.endpoint,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const client = DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } });
  let tables = 0;
  let tableName = '';

  const fresh = async (): Promise<string> => {
    tables += 1;
    tableName = `todoku-${tables}`;
    await createTable(client, tableDefinition(tableName));
    return tableName;
  };
  await fresh();

  return {
    endpoint: database.endpoint,
    get tableName() {
      return tableName;
    },
    client,
    open: (now) => openTable({ client, tableName, now }),
    fresh,
    scan: async () => {
      const items: Item[] = [];
      let from: Record<string, unknown> | undefined;
      do {
        const page = await client.send(
          new ScanCommand({ TableName: tableName, ConsistentRead: true, ExclusiveStartKey: from }),
        );
        items.push(...(page.Items ?? []));
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
      return items.toSorted((left, right) => byCodeUnits(keyOf(left), keyOf(right)));
    },
    text: () => tableText(client, tableName),
    stop: async () => {
      plain.destroy();
      await database.stop();
    },
  };
}

function keyOf(item: Item): string {
  return `${item.pk}\n${item.sk}`;
}

/** A client whose every call is answered by a function. */
export function clientThat<Command>(send: (command: Command) => Promise<unknown>): DynamoDBDocumentClient {
  return Object.assign(Object.create(DynamoDBDocumentClient.prototype), { send });
}

/** A table of these methods alone; a call of any other fails. */
export function tableThat(methods: Partial<Table>): Table {
  const client = clientThat(() => Promise.reject(new Error('a call that this test does not expect')));
  return { ...openTable({ client, tableName: 'none', now: () => new Date() }), ...methods };
}
