import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, vi } from 'vitest';
import { tableDefinition } from '../../lib/store/definition.ts';
import { createTable, startDynalite, startDynamoDbLocal } from '../../local/dynamodb.ts';
import { clientThat } from '../support/table.ts';

// DynamoDB Local takes seconds to start: tests/store/contract.test.ts starts it, and shows the same.
describe('dynalite', () => {
  it('keeps an item, starts empty each time, and frees its port', async () => {
    for (let round = 0; round < 2; round++) {
      const database = await startDynalite();
      const client = new DynamoDBClient({
        endpoint: database.endpoint,
        region: 'ap-northeast-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      });
      await client.send(
        new CreateTableCommand({
          TableName: 'letters',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        }),
      );
      await client.send(new PutItemCommand({ TableName: 'letters', Item: { pk: { S: 'い' } } }));
      const got = await client.send(new GetItemCommand({ TableName: 'letters', Key: { pk: { S: 'い' } } }));
      expect(got.Item).toEqual({ pk: { S: 'い' } });
      client.destroy();
      await database.stop();
      await expect(fetch(database.endpoint)).rejects.toThrow();
    }
  });
});

describe('a new table', () => {
  it('is waited for until it takes items', async () => {
    const states = ['CREATING', 'CREATING', 'ACTIVE'];
    const asked: string[] = [];
    const slow = clientThat(async (command: object) => {
      asked.push(command.constructor.name);
      const TableStatus = states.shift();
      return { TableDescription: { TableStatus }, Table: { TableStatus } };
    });
    await createTable(slow, tableDefinition('letters'));
    expect(asked).toEqual(['CreateTableCommand', 'DescribeTableCommand', 'DescribeTableCommand']);
  });
});

describe('DynamoDB Local', () => {
  it('says loudly why it is missing', async () => {
    const reasons: string[] = [];
    vi.stubEnv('JAVA_HOME', '/nonexistent');
    expect(await startDynamoDbLocal((reason) => reasons.push(reason))).toBeUndefined();
    vi.unstubAllEnvs();
    expect(reasons).toEqual([expect.stringContaining('there is no Java')]);
  });
});
