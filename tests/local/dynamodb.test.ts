import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, vi } from 'vitest';
import { type LocalDatabase, startDynalite, startDynamoDbLocal } from '../../local/dynamodb.ts';

describe.each([
  ['dynalite', startDynalite, 2],
  // Java takes seconds to start: once is enough to show that it answers and ends.
  ['DynamoDB Local', startDynamoDbLocal, 1],
] as const)('%s', (_name, start, rounds) => {
  it('keeps an item, starts empty each time, and frees its port', async (context) => {
    for (let round = 0; round < rounds; round++) {
      const database: LocalDatabase | undefined = await start();
      if (database === undefined) return context.skip();
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

describe('DynamoDB Local', () => {
  it('says loudly why it is missing', async () => {
    const reasons: string[] = [];
    vi.stubEnv('JAVA_HOME', '/nonexistent');
    expect(await startDynamoDbLocal((reason) => reasons.push(reason))).toBeUndefined();
    vi.unstubAllEnvs();
    expect(reasons).toEqual([expect.stringContaining('there is no Java')]);
  });
});
