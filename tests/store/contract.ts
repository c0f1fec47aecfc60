import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../lib/store/table.ts';

/** How the cases of the contract are written, once for every table that must keep it. */

/** Declares a case; where the table cannot run it is skipped, with a word why. */
export type Test = (name: string, body: () => Promise<void>) => void;

/** An empty table. */
export interface Fresh {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly store: Table;
}
