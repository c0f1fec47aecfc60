import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limiter } from '../../lib/suppression/limiter.ts';
import { readSending } from '../../lib/suppression/sending.ts';
import { answerJson, type LocalServer, startServer } from '../../local/http.ts';
import { startWorld, type World } from '../support/world.ts';

/** What CloudWatch answers, and what it was asked. */
let answer: { readonly status: number; readonly body: unknown };
let asked: unknown;
let server: LocalServer;
let world: World;
let clients: { readonly ses: SESv2Client; readonly cloudWatch: CloudWatchClient };

beforeAll(async () => {
  world = await startWorld();
  server = await startServer((request, response) => {
    asked = JSON.parse(request.body);
    answerJson(response, answer.status, answer.body, { 'content-type': 'application/x-amz-json-1.0' });
  });
  const common = {
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  clients = {
    ses: new SESv2Client({ ...common, endpoint: world.server.endpoint }),
    cloudWatch: new CloudWatchClient({ ...common, endpoint: server.endpoint }),
  };
  for (const to of ['a@gmail.com', 'b@gmail.com']) {
    world.ses.setMailbox(to, {});
    await world.send(to);
  }
});
afterAll(async () => {
  clients.ses.destroy();
  clients.cloudWatch.destroy();
  await Promise.all([server.stop(), world.stop()]);
});

const read = () => readSending(clients, limiter(Number.POSITIVE_INFINITY), world.clock.now());
const metric = (values: number[], StatusCode = 'Complete') => ({
  status: 200,
  body: {
    MetricDataResults: [{ Id: 'send', Values: values, Timestamps: values.map((_, day) => day), StatusCode }],
  },
});

describe('the volume of the account', () => {
  it('is the sum of CloudWatch’s Send over seven days', async () => {
    answer = metric([120, 80, 0, 300]);
    expect(await read()).toEqual({ sent: 500, days: 7, source: 'cloudwatch' });
    const until = world.clock.now().getTime() / 1000;
    expect(asked).toMatchObject({
      StartTime: until - 7 * 86_400,
      EndTime: until,
      MetricDataQueries: [
        { MetricStat: { Metric: { Namespace: 'AWS/SES', MetricName: 'Send' }, Stat: 'Sum' } },
      ],
    });
  });

  it.each([
    ['has no data', metric([]), 'no data'],
    ['answers nothing', metric([], 'InternalError'), 'no answer'],
    ['answers without results', { status: 200, body: {} }, 'no answer'],
    ['answers nonsense', metric([-1]), 'not a count'],
    ['refuses', { status: 400, body: { __type: 'AccessDenied', message: 'no' } }, 'AccessDenied'],
  ])('is what SES counts of a day when CloudWatch %s', async (_what, given, instead) => {
    answer = given;
    expect(await read()).toEqual({ sent: 2, days: 1, source: 'send-quota', instead });
  });
});
