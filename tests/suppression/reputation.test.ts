import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readReputation } from '../../lib/suppression/reputation.ts';
import { type CloudWatchServer, startCloudWatch } from '../../local/cloudwatch.ts';

const NOW = new Date('2026-11-24T03:00:00.000Z');
let server: CloudWatchServer;
let client: CloudWatchClient;

const clientOf = (endpoint: string) =>
  new CloudWatchClient({
    endpoint,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });

beforeAll(async () => {
  server = await startCloudWatch();
  client = clientOf(server.endpoint);
});
beforeEach(() => {
  server.fail(undefined);
  server.status = 'Complete';
  server.set('AWS/SES', 'Reputation.BounceRate', []);
  server.set('AWS/SES', 'Reputation.ComplaintRate', []);
});
afterAll(async () => {
  client.destroy();
  await server.stop();
});

describe("the account's rates in CloudWatch, by the real SDK client", () => {
  it('are the latest within a day, in one call', async () => {
    server.set('AWS/SES', 'Reputation.BounceRate', [
      { at: '2026-11-23T04:00:00Z', value: 0.09 },
      { at: '2026-11-24T02:10:00Z', value: 0.021 },
      { at: '2026-11-24T01:00:00Z', value: 0.03 },
    ]);
    server.set('AWS/SES', 'Reputation.ComplaintRate', [{ at: '2026-11-24T02:00:00Z', value: 0.0002 }]);
    const before = server.calls;
    expect(await readReputation(client, NOW)).toEqual({
      state: 'read',
      bounceRate: { value: 0.021, at: '2026-11-24T02:00:00.000Z' },
      complaintRate: { value: 0.0002, at: '2026-11-24T02:00:00.000Z' },
    });
    expect(server.calls - before).toBe(1);
  });

  it('of an hour with several values are the worst', async () => {
    server.set('AWS/SES', 'Reputation.BounceRate', [
      { at: '2026-11-24T02:10:00Z', value: 0.031 },
      { at: '2026-11-24T02:40:00Z', value: 0.021 },
    ]);
    expect(await readReputation(client, NOW)).toMatchObject({ bounceRate: { value: 0.031 } });
  });

  it('are absent, not zero, when there is no data point within a day', async () => {
    server.set('AWS/SES', 'Reputation.BounceRate', [{ at: '2026-11-22T00:00:00Z', value: 0.09 }]);
    expect(await readReputation(client, NOW)).toEqual({ state: 'read' });
  });

  it.each(['AccessDeniedException', 'InternalServiceFault'])(
    'are unreadable when CloudWatch answers %s',
    async (name) => {
      server.fail(name);
      expect(await readReputation(client, NOW)).toEqual({ state: 'unreadable', why: name });
    },
  );

  it.each(['InternalError', 'Forbidden', 'PartialData'] as const)(
    'are unreadable, not absent, when a metric comes back as %s without values',
    async (status) => {
      server.status = status;
      const reading = await readReputation(client, NOW);
      expect(reading).toEqual({ state: 'unreadable', why: `Reputation.BounceRate: ${status}` });
    },
  );

  it('are unreadable when a value is no rate', async () => {
    server.set('AWS/SES', 'Reputation.BounceRate', [{ at: '2026-11-24T02:00:00Z', value: 7 }]);
    expect(await readReputation(client, NOW)).toMatchObject({ state: 'unreadable' });
  });

  it('are unreadable when nobody answers at all', async () => {
    const gone = await startCloudWatch();
    await gone.stop();
    const lost = clientOf(gone.endpoint);
    expect(await readReputation(lost, NOW)).toMatchObject({ state: 'unreadable' });
    lost.destroy();
  });
});
