import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { LocalClock } from '../../local/clock.ts';
import { startCloudWatch } from '../../local/cloudwatch.ts';
import type { FailureRecord } from '../../local/invoke.ts';
import { type LambdaOptions, startLambda } from '../../local/lambda.ts';
import { LocalSes } from '../../local/ses/engine.ts';
import { startSqs } from '../../local/sqs.ts';

const settings = {
  region: 'ap-northeast-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
};
const closing: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('the Invoke API, by the real SDK client', () => {
  async function lambda(options: LambdaOptions) {
    const server = await startLambda(options);
    const client = new LambdaClient({ ...settings, endpoint: server.endpoint });
    closing.push(server.stop, () => client.destroy());
    return { server, client };
  }

  const text = (payload: { transformToString(): string } | undefined) => payload?.transformToString();

  it('returns what the handler returns', async () => {
    const { client } = await lambda({
      functions: { lookup: async (event: { address: string }) => ({ looked: event.address }) },
    });
    const answer = await client.send(
      new InvokeCommand({ FunctionName: 'lookup', Payload: JSON.stringify({ address: 'はな@au.com' }) }),
    );
    expect([answer.StatusCode, answer.FunctionError]).toEqual([200, undefined]);
    expect(text(answer.Payload)).toBe('{"looked":"はな@au.com"}');
  });

  it('answers null for a handler without a result, and takes an ARN for a name', async () => {
    const { client } = await lambda({ functions: { noop: async () => undefined } });
    const FunctionName = 'arn:aws:lambda:ap-northeast-1:123456789012:function:noop';
    expect(text((await client.send(new InvokeCommand({ FunctionName }))).Payload)).toBe('null');
  });

  it('reports a thrown error as Lambda does', async () => {
    const { client } = await lambda({
      functions: {
        remove: async () => {
          throw new TypeError('addresses: missing');
        },
      },
    });
    const answer = await client.send(new InvokeCommand({ FunctionName: 'remove', Payload: '{}' }));
    expect([answer.StatusCode, answer.FunctionError]).toEqual([200, 'Unhandled']);
    expect(JSON.parse(text(answer.Payload) ?? '')).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'addresses: missing',
      trace: expect.any(Array),
    });
  });

  it('accepts an Event invocation at once, retries it, and hands it to the destination', async () => {
    const failures: FailureRecord[] = [];
    let calls = 0;
    const { client, server } = await lambda({
      functions: {
        ingest: async () => {
          calls++;
          throw new Error('no');
        },
      },
      onFailure: (record) => void failures.push(record),
    });
    const answer = await client.send(
      new InvokeCommand({ FunctionName: 'ingest', InvocationType: 'Event', Payload: '{"a":1}' }),
    );
    expect(answer.StatusCode).toBe(202);
    await server.idle();
    expect(calls).toBe(3);
    expect(failures).toMatchObject([{ requestPayload: { a: 1 } }]);
  });

  it('knows DryRun, and says so when it does not know a function', async () => {
    const { client } = await lambda({ functions: { noop: async () => undefined } });
    const dry = new InvokeCommand({ FunctionName: 'noop', InvocationType: 'DryRun' });
    expect((await client.send(dry)).StatusCode).toBe(204);
    await expect(client.send(new InvokeCommand({ FunctionName: 'constructor' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('a queue, by the real SDK client', () => {
  async function queue(time?: () => number) {
    const server = await startSqs({ queues: ['dead-letters'], ...(time === undefined ? {} : { time }) });
    const client = new SQSClient({ ...settings, endpoint: server.endpoint });
    closing.push(server.stop, () => client.destroy());
    return { server, client, QueueUrl: server.queueUrl('dead-letters') };
  }

  it('keeps a message until it is deleted, hidden while it is worked on', async () => {
    let time = 1_000_000;
    const { server, client, QueueUrl } = await queue(() => time);
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'ひとつ' }));
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'two' }));
    expect(server.bodies('dead-letters')).toEqual(['ひとつ', 'two']);
    const receive = () =>
      client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 60 }));
    const first = await receive();
    expect(first.Messages?.map((message) => message.Body)).toEqual(['ひとつ', 'two']);
    expect((await receive()).Messages).toBeUndefined();
    await client.send(
      new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first.Messages?.[0]?.ReceiptHandle }),
    );
    time += 60_000;
    const again = await receive();
    expect(again.Messages).toMatchObject([{ Body: 'two', Attributes: { ApproximateReceiveCount: '2' } }]);
    const counts = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(counts.Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '1',
    });
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    expect(server.bodies('dead-letters')).toEqual([]);
  });

  it('names an unknown queue and an unknown call', async () => {
    const { client, server } = await queue();
    const QueueUrl = `${server.endpoint}/123456789012/nothing`;
    await expect(client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
    await expect(client.send(new ListQueuesCommand({}))).rejects.toMatchObject({
      message: 'ListQueues is not part of the local SQS.',
    });
  });
});

describe('the metric Send, by the real SDK client', () => {
  it('counts the recipients of a span day by day, and knows its maximum as well', async () => {
    const clock = new LocalClock({ start: '2026-10-01T09:00:00.000Z' });
    const ses = new LocalSes({ now: () => clock.now() });
    const server = await startCloudWatch();
    server.feed('AWS/SES', 'Send', (from, until) => ses.sends(from, until));
    const client = new CloudWatchClient({ ...settings, endpoint: server.endpoint });
    closing.push(server.stop, () => client.destroy());
    const send = (...to: string[]) => ses.send({ from: 'order@shop.example', to });
    send('a@gmail.com');
    clock.set('2026-10-02T09:00:00.000Z');
    send('a@gmail.com', 'b@gmail.com');
    send('c@gmail.com');
    clock.set('2026-10-03T09:00:00.000Z');
    send('a@gmail.com');
    clock.advance(1);
    const read = async (Stat: string) => {
      const answer = await client.send(
        new GetMetricDataCommand({
          StartTime: new Date('2026-10-02T00:00:00.000Z'),
          EndTime: clock.now(),
          ScanBy: 'TimestampAscending',
          MetricDataQueries: [
            {
              Id: 'send',
              MetricStat: { Metric: { Namespace: 'AWS/SES', MetricName: 'Send' }, Period: 86_400, Stat },
            },
          ],
        }),
      );
      return answer.MetricDataResults?.[0]?.Values;
    };
    expect(await read('Sum')).toEqual([3, 1]);
    expect(await read('Maximum')).toEqual([2, 1]);
    expect(await read('Average')).toEqual([1.5, 1]);
    await expect(read('p99')).rejects.toThrow('Stat');
  });
});
