import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { displayWidth } from '../../lib/display-width.ts';
import { DEFAULT_POLICY } from '../../lib/policy/policy.ts';
import { VERSION } from '../../lib/version.ts';
import { type CloudWatchServer, startCloudWatch } from '../../local/cloudwatch.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { type NoticesServer, startNotices } from '../../local/notices.ts';
import { LocalSes } from '../../local/ses/engine.ts';
import { type SesServer, startSes } from '../../local/ses/server.ts';
import { QUEUE_METRICS, type SqsServer, startSqs } from '../../local/sqs.ts';
import { stackOf } from '../../local/stack.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';

/** `todoku doctor` as an operator sees it, on the local services over HTTP. */

const TOPIC = 'arn:aws:sns:ap-northeast-1:123456789012:todoku-local-ses-events';

let cli: CliFolder;
let lambda: LambdaServer;
let status: Record<string, unknown>;
let ses: LocalSes;
let server: SesServer;
let sns: NoticesServer;
let sqs: SqsServer;
let cloudWatch: CloudWatchServer;
const LETTERS = 'todoku-local-dead-letters';

/** How `npm start` says it is reached. */
const reached = () => ({
  sesEndpoint: server.endpoint,
  snsEndpoint: sns.endpoint,
  sqsEndpoint: sqs.endpoint,
  cloudWatchEndpoint: cloudWatch.endpoint,
});

beforeAll(async () => {
  const functions = {
    'todoku-local-status': async () => status,
    'todoku-local-policy': async () => ({
      policy: DEFAULT_POLICY,
      defaults: DEFAULT_POLICY,
      origins: {},
      parameter: { state: 'missing', name: '/todoku/local/policy' },
      guards: [],
    }),
  };
  lambda = await startLambda({ functions });
  ses = new LocalSes({
    configurationSets: [
      {
        name: 'orders',
        eventDestinations: [
          {
            Name: 'todoku-local',
            Enabled: true,
            MatchingEventTypes: ['BOUNCE', 'COMPLAINT', 'DELIVERY', 'DELIVERY_DELAY'],
            SnsDestination: { TopicArn: TOPIC },
          },
        ],
      },
    ],
    identities: [{ name: 'shop.example', configurationSet: 'orders' }],
  });
  server = await startSes(ses);
  const stack = stackOf();
  sns = await startNotices(stack.topics);
  sqs = await startSqs({ queues: [LETTERS, 'todoku-local-parked-letters'], policies: stack.queuePolicies });
  cloudWatch = await startCloudWatch({ alarms: stack.alarms });
  for (const metric of QUEUE_METRICS) {
    cloudWatch.feed('AWS/SQS', metric, (from, until) => sqs.points(LETTERS, metric, from, until), {
      QueueName: LETTERS,
    });
  }
});
afterAll(async () => {
  await Promise.all([sns, sqs, cloudWatch].map((each) => each.stop()));
  await server.stop();
  await lambda.stop();
});

beforeEach(() => {
  const startedAt = new Date().toISOString();
  status = {
    mode: 'propose',
    runs: [{ id: 'run', startedAt, mode: 'propose', full: false, counts: {}, limits: [] }],
    waiting: { count: 2, more: false },
    lookedBackTo: startedAt,
    eventTopic: TOPIC,
    version: VERSION,
  };
  cli = cliFolder();
  cli.useLocal(lambda.endpoint, reached());
});
afterEach(() => cli.remove());

const doctor = (...words: readonly string[]) => cli.run('doctor', '--local', ...words);

describe('todoku doctor', () => {
  it.each(['ja', 'en'])(
    'shows a healthy shop on one screen of 80 columns and 24 lines, in %s',
    async (lang) => {
      cli.environment.COLUMNS = '80';
      const { code, stdout, stderr } = await doctor('--lang', lang);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const lines = stdout.trimEnd().split('\n');
      expect(lines.length).toBeLessThan(24);
      expect(lines.filter((line) => displayWidth(line) > 80)).toEqual([]);
      expect(lines.at(-1)).toBe(lang === 'ja' ? '問題は見つかりませんでした。' : 'No problems found.');
      // No schedule runs on this machine.
      const marked = lines.filter((line) => /^[!-]/.test(line)).map((line) => line.slice(0, 4));
      expect(marked).toEqual(lang === 'ja' ? ['- 実行', '- 定期'] : ['- ru', '- th']);
    },
  );

  it('names what is wrong, the gravest first, with commands for this deployment, and ends with 2', async () => {
    status.stopped = { by: 'kato', at: new Date().toISOString(), reason: 'moving\u001b[2J house' };
    ses.account.productionAccess = false;
    const { code, stdout } = await doctor();
    ses.account.productionAccess = true;
    expect(code).toBe(2);
    const [problem, look, , , note, resume] = stdout.split('\n\n')[1]?.split('\n') ?? [];
    expect(problem).toMatch(/^! SES is in the sandbox/);
    expect(look).toBe('    aws sesv2 get-account --region ap-northeast-1');
    expect(note).toMatch(/^- all removals are stopped .*kato: moving/);
    expect(resume).toBe('    todoku resume --local');
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toMatch(/1 problem\.\n$/);
  });

  it('gives a program everything in both languages', async () => {
    status.version = '0.0.1';
    const { code, stdout } = await doctor('--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      stage: 'local',
      command: VERSION,
      stack: '0.0.1',
      verdict: 'well',
      areas: expect.arrayContaining([
        expect.objectContaining({
          id: 'stack',
          state: 'note',
          findings: [
            expect.objectContaining({
              id: 'other-version',
              text: { ja: expect.any(String), en: expect.any(String) },
            }),
          ],
        }),
        expect.objectContaining({ id: 'alarms', state: 'well' }),
      ]),
    });
  });

  it('ends with 1 where SES may not be read, and says what to allow', async () => {
    server.faults.inject({ match: 'GetAccount', kind: 'denied' });
    const { code, stdout } = await doctor();
    expect(code).toBe(1);
    expect(stdout).toContain('? not looked at: not allowed: allow ses:GetAccount in the IAM policy');
    expect(stdout).toMatch(/Nothing wrong in what could be looked at\.\n$/);
  });

  it('goes by the last run where the caller may not ask for the policy', async () => {
    const because = { ja: '壊れています', en: 'the parameter is broken' };
    const refusing = createServer((request, response) => {
      const isStatus = request.url?.includes('todoku-local-status') === true;
      response.writeHead(isStatus ? 200 : 403, { 'x-amzn-errortype': 'AccessDeniedException' });
      response.end(JSON.stringify(isStatus ? status : { message: 'not allowed' }));
    });
    await new Promise<void>((listening) => refusing.listen(0, '127.0.0.1', listening));
    cli.useLocal(`http://127.0.0.1:${(refusing.address() as AddressInfo).port}`, reached());
    const well = await doctor();
    const [run] = status.runs as { limits: object[] }[];
    run?.limits.push({ limit: 'policy-unreadable', because });
    const broken = await doctor();
    refusing.closeAllConnections();
    refusing.close();
    expect(well.code).toBe(0);
    expect(broken.code).toBe(2);
    expect(broken.stdout).toContain('! the parameter is broken');
  });

  it('says when an event of each kind was last recorded', async () => {
    const hour = 3_600_000;
    const counted = (type: string, ...hoursAgo: readonly number[]) =>
      cloudWatch.set(
        'todoku',
        `eventsRead.${type}`,
        hoursAgo.map((ago) => ({ at: new Date(Date.now() - ago * hour).toISOString(), value: 1 })),
        { stage: 'local' },
      );
    counted('Bounce', 30, 2_000, 2);
    counted('Delivery', 1);
    counted('DeliveryDelay', 1_000);
    counted('Complaint', 100 * 24);
    const inTokyo = (ago: number) =>
      new Date(Date.now() + (9 - ago) * hour).toISOString().slice(0, 13).replace('T', ' ');
    const { stdout } = await doctor();
    expect(stdout).toContain(
      `last bounce ${inTokyo(2)}h, complaint none, delivery ${inTokyo(1)}h, delay ${inTokyo(1_000)}h (none: in 90 days)`,
    );
    expect((await doctor('--lang', 'ja')).stdout).toContain(`不達 ${inTokyo(2)}時、申告 なし`);
  });

  it('sees a dead letter and an alarm that rings, and ends with 2', async () => {
    const client = new SQSClient({
      endpoint: sqs.endpoint,
      region: 'ap-northeast-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const QueueUrl = sqs.queueUrl(LETTERS);
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
    const refused = { at: new Date(Date.now() - 60_000).toISOString(), value: 1 };
    cloudWatch.set('todoku', 'PutBacksRefused', [refused], { stage: 'local' });
    const { code, stdout } = await doctor();
    cloudWatch.set('todoku', 'PutBacksRefused', [], { stage: 'local' });
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    client.destroy();
    expect(code).toBe(2);
    expect(stdout).toMatch(/! not on record: 1 event, kept|! not on record: 1 event \(the oldest/);
    expect(stdout).toMatch(/! alarm put-back-refused \(\d.*\): SES refused to list an address again/);
    expect(stdout).toMatch(/problems\.\n$/);
  });

  it('ends with 1 where an alarm cannot be looked at', async () => {
    cloudWatch.fail('AccessDenied');
    const { code, stdout } = await doctor();
    cloudWatch.fail(undefined);
    expect(code).toBe(1);
    expect(stdout).toContain('allow cloudwatch:DescribeAlarms in the IAM policy');
    expect(stdout).toContain('no bounce or complaint since');
  });

  it('refuses a local system that does not say where its topics, queues and alarms are', async () => {
    cli.useLocal(lambda.endpoint, { sesEndpoint: server.endpoint });
    const { code, stderr } = await doctor();
    expect(code).toBe(1);
    expect(stderr).toContain('start it again with "npm start"');
  });

  it('ends with 1 and the error’s own words where there is no stack', async () => {
    cli.useLocal(lambda.endpoint.replace(/\d+$/, '9'));
    const { code, stdout, stderr } = await doctor();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('todoku-local-status could not be invoked');
  });

  it('calls nothing of SES but what DoctorAccess allows', async () => {
    const before = server.calls.length;
    await doctor();
    const called = new Set(server.calls.slice(before).map(({ name }) => `ses:${name}`));
    const { Resources } = parse(
      readFileSync(new URL('../../deploy/roles.yml', import.meta.url), 'utf8').replaceAll(/!\w+/g, ''),
    );
    const { Statement } = Resources.DoctorAccess.Properties.PolicyDocument;
    const allowed = Statement.flatMap(({ Action }: { Action: string | string[] }) => Action);
    expect(allowed.filter((action: string) => action.startsWith('ses:')).toSorted()).toEqual(
      [...called].toSorted(),
    );
  });
});
