import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { INDEXES } from './keys.ts';

/** Name of the attribute DynamoDB's TTL reads: epoch seconds. */
export const TTL_ATTRIBUTE = 'expiresAt';

/** What the day index carries beside the keys: enough to count and group without reading the table. */
export const DAY_INDEX_ATTRIBUTES = [
  'address',
  'kind',
  'at',
  'id',
  'messageId',
  'sentAt',
  'senderDomain',
  'bounceType',
  'bounceSubType',
  'status',
  'diagnosticCode',
  'complaintFeedbackType',
  'complaintSubType',
  'candidate',
  TTL_ATTRIBUTE,
] as const;

/** The table as CreateTable takes it: the local system and the tests create it; `serverless.yml` says the same. */
export function tableDefinition(tableName: string): CreateTableCommandInput {
  const string = (name: string) => ({ AttributeName: name, AttributeType: 'S' as const });
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk', 'stateKey', 'stateSort', 'dayKey', 'daySort'].map(string),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: INDEXES.byState,
        KeySchema: [
          { AttributeName: 'stateKey', KeyType: 'HASH' },
          { AttributeName: 'stateSort', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
      {
        IndexName: INDEXES.byDay,
        KeySchema: [
          { AttributeName: 'dayKey', KeyType: 'HASH' },
          { AttributeName: 'daySort', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...DAY_INDEX_ATTRIBUTES] },
      },
    ],
  };
}
