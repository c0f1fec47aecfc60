import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressKey } from '../../lib/store/keys.ts';
import { tableDefinition } from '../../lib/store/table.ts';
import { type LocalDatabase, startDynalite } from '../../local/dynamodb.ts';
import { endGroup, serverless, workspace } from './workspace.ts';

const TABLE = 'todoku-prod';
const CLIENT = {
  region: 'ap-northeast-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;

let database: LocalDatabase;
let offline: ChildProcess | undefined;
let service: ReturnType<typeof workspace> | undefined;
let dynamo: DynamoDBDocumentClient;
let lambda: LambdaClient;

/** A port nobody listens on at this moment. */
function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer().once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      if (address === null || typeof address === 'string') return failed(new Error('no TCP port'));
      probe.close(() => done(address.port));
    });
  });
}

/** Waits for the line by which serverless-offline says that functions may be invoked. */
async function ready(running: ReturnType<typeof serverless>): Promise<void> {
  await new Promise<void>((done, failed) => {
    const look = () => {
      if (running.output().includes('Offline [http for lambda] listening')) done();
    };
    running.child.stdout?.on('data', look);
    running.child.stderr?.on('data', look);
    running.child.once('error', failed);
    running.child.once('exit', (code) => failed(new Error(`offline ended (${code}):\n${running.output()}`)));
  });
}

beforeAll(async () => {
  database = await startDynalite();
  dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({ ...CLIENT, endpoint: database.endpoint }));
  await dynamo.send(new CreateTableCommand(tableDefinition(TABLE)));

  service = workspace();
  const port = await freePort();
  const running = serverless(
    service.folder,
    ['offline', `--lambdaPort=${port}`, '--noSponsor', '--param=scheduleEnabled=false'],
    {
      AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
      AWS_ACCESS_KEY_ID: CLIENT.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CLIENT.credentials.secretAccessKey,
    },
  );
  offline = running.child;
  await ready(running);
  lambda = new LambdaClient({ ...CLIENT, endpoint: `http://localhost:${port}` });
});

afterAll(async () => {
  if (offline) await endGroup(offline);
  lambda?.destroy();
  dynamo?.destroy();
  await database?.stop();
  service?.remove();
});

async function invoke(name: string, payload: unknown): Promise<{ failed: boolean; answer: unknown }> {
  const result = await lambda.send(
    new InvokeCommand({ FunctionName: `todoku-prod-${name}`, Payload: JSON.stringify(payload) }),
  );
  const text = new TextDecoder().decode(result.Payload);
  return { failed: result.FunctionError !== undefined, answer: text === '' ? undefined : JSON.parse(text) };
}

/** A bounce of an address, as SNS hands it to ingest. */
function bounceBySns(address: string, feedbackId: string) {
  const message = {
    notificationType: 'Bounce',
    bounce: {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: [{ emailAddress: address, diagnosticCode: 'smtp; 550 : User unknown' }],
      timestamp: '2026-10-01T03:04:05.000Z',
      feedbackId,
    },
    mail: {
      timestamp: '2026-10-01T03:04:00.000Z',
      messageId: 'message-1',
      source: 'orders@shop.example',
      destination: [address],
    },
  };
  return { Records: [{ EventSource: 'aws:sns', Sns: { Message: JSON.stringify(message) } }] };
}

async function factsOf(address: string) {
  const answer = await dynamo.send(
    new QueryCommand({
      TableName: TABLE,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': addressKey(address) },
    }),
  );
  return answer.Items ?? [];
}

describe('serverless offline', () => {
  it('serves the functions to the SDK’s Lambda client', async () => {
    const { failed, answer } = await invoke('proposals', {});
    expect(failed).toBe(false);
    expect(answer).toEqual({ proposals: [] });
  });

  it('records an event once, however often SNS delivers it', async () => {
    await invoke('ingest', bounceBySns('hanako@ezweb.ne.jp', 'feedback-1'));
    await invoke('ingest', bounceBySns('hanako@ezweb.ne.jp', 'feedback-1'));
    expect(await factsOf('hanako@ezweb.ne.jp')).toHaveLength(1);
  });

  it('records an event put back from the dead-letter queue, as SNS left it there', async () => {
    const [record] = bounceBySns('jiro@ezweb.ne.jp', 'feedback-2').Records;
    await invoke('ingest', { Type: 'Notification', Message: record?.Sns.Message });
    expect(await factsOf('jiro@ezweb.ne.jp')).toHaveLength(1);
  });

  it('answers a wrong request with an error that names the field', async () => {
    const { answer } = await invoke('proposals', { limit: 0 });
    expect(JSON.stringify(answer)).toContain('InvalidRequestError');
    expect(JSON.stringify(answer)).toContain('limit');
  });
});
