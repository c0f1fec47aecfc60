import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readTraffic } from '../../lib/suppression/traffic.ts';
import { type CloudWatchServer, type DataPoint, startCloudWatch } from '../../local/cloudwatch.ts';

const NOW = new Date('2026-11-24T03:20:00.000Z');
let server: CloudWatchServer;
let client: CloudWatchClient;

beforeAll(async () => {
  server = await startCloudWatch();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new CloudWatchClient({
    endpoint: server.endpoint,
    region: 'ap-northeast-1',
    credentials,
    maxAttempts: 1,
  });
  server.set('AWS/SES', 'Delivery', [
    { at: '2026-11-20T00:00:00Z', value: 9_999 },
    { at: '2026-11-23T01:10:00Z', value: 7 },
    { at: '2026-11-23T01:14:00Z', value: 3 },
    { at: '2026-11-24T02:50:00Z', value: 2 },
    { at: '2026-11-24T03:06:00Z', value: 500 },
  ]);
  const set = (topic: string, at: string, value: number, earlier: readonly DataPoint[] = []) =>
    server.set('AWS/SNS', 'NumberOfMessagesPublished', [...earlier, { at, value }], { TopicName: topic });
  set('events', '2026-11-24T03:18:00Z', 1, [{ at: '2026-11-23T01:02:00Z', value: 8 }]);
  set('other', '2026-11-24T02:00:00Z', 1);
});
afterAll(async () => {
  client.destroy();
  await server.stop();
});

it('is read by the quarter of an hour over three days, of this topic alone, without the latest deliveries, in one call', async () => {
  const before = server.calls;
  expect(await readTraffic(client, 'events', NOW)).toEqual([
    { at: '2026-11-23T01:00:00.000Z', delivered: 10, published: 8 },
    { at: '2026-11-24T02:45:00.000Z', delivered: 2, published: 0 },
    { at: '2026-11-24T03:15:00.000Z', delivered: 0, published: 1 },
  ]);
  expect(server.calls - before).toBe(1);
});

it.each(['PartialData', 'InternalError', 'Forbidden'] as const)(
  'is not read from an answer that is %s',
  async (status) => {
    server.failOn('NumberOfMessagesPublished', status);
    await expect(readTraffic(client, 'events', NOW)).rejects.toThrow(`published: ${status}`);
  },
);
