import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';

/** Proof of being the only run; its number grows with each holder, so that a late one can be told from the present. */
export interface Lease {
  readonly owner: string;
  readonly fence: number;
}

const KEY = { pk: 'CLEANUP', sk: 'LEASE' } as const;

/**
 * Takes the lease of the cleanup for `milliseconds`, or extends it for the owner that holds it.
 *
 * @returns undefined while another owner's lease runs.
 */
export async function takeLease(
  client: DynamoDBDocumentClient,
  tableName: string,
  owner: string,
  now: Date,
  milliseconds: number,
): Promise<Lease | undefined> {
  try {
    const answer = await client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: KEY,
        UpdateExpression: 'SET #owner = :owner, #until = :until ADD #fence :one',
        ConditionExpression: 'attribute_not_exists(#until) OR #until < :now OR #owner = :owner',
        ExpressionAttributeNames: { '#owner': 'owner', '#until': 'until', '#fence': 'fence' },
        ExpressionAttributeValues: {
          ':owner': owner,
          ':until': now.getTime() + milliseconds,
          ':now': now.getTime(),
          ':one': 1,
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return { owner, fence: Number(answer.Attributes?.fence ?? 0) };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** Gives the lease back, if it is still this owner's. */
export async function releaseLease(
  client: DynamoDBDocumentClient,
  tableName: string,
  owner: string,
): Promise<void> {
  try {
    await client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: KEY,
        UpdateExpression: 'REMOVE #owner, #until',
        ConditionExpression: '#owner = :owner',
        ExpressionAttributeNames: { '#owner': 'owner', '#until': 'until' },
        ExpressionAttributeValues: { ':owner': owner },
      }),
    );
  } catch (error) {
    // Somebody else's by now: there is nothing of ours to give back.
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
