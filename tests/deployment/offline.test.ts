import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { endGroup, serverless, workspace } from '../../deploy/workspace.ts';
import { packFiles } from '../../lib/authentication/reports/handed-files.ts';
import { FUNCTIONS } from '../../lib/contracts/functions.ts';
import { tableDefinition } from '../../lib/store/definition.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { addressKey } from '../../lib/store/keys.ts';
import { putNotices } from '../../lib/store/notices.ts';
import { putRun } from '../../lib/store/runs.ts';
import { openTable } from '../../lib/store/table.ts';
import { VERSION } from '../../lib/version.ts';
import { type CloudWatchServer, startCloudWatch } from '../../local/cloudwatch.ts';
import { type DnsServer, startDnsServer } from '../../local/dns-server.ts';
import { createTable, type LocalDatabase, startDynalite } from '../../local/dynamodb.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { type NoticesServer, startNotices } from '../../local/notices.ts';
import { SCENE_DMARC, SCENE_ZONE, sceneIdentities, sceneReport } from '../../local/sender-scene.ts';
import { LocalSes } from '../../local/ses/engine.ts';
import type { CalledOperation } from '../../local/ses/faults.ts';
import { type SesServer, startSes } from '../../local/ses/server.ts';
import { type SqsServer, startSqs } from '../../local/sqs.ts';
import { type SsmServer, startSsm } from '../../local/ssm.ts';
import { mailWith } from '../authentication/report-fixtures.ts';
import { sampleText } from '../support/events.ts';
import { type FaultProxy, startProxy } from '../support/proxy.ts';
import { DEPLOYED } from './functions.ts';
import { type Recorder, startRecorder } from './recorder.ts';
import { grantsOfRole, templateSchema } from './template.ts';

const TABLE = 'todoku-prod';
/** What every queue is called here: serverless-offline resolves no references. */
const QUEUE = '[object Object]';
/** Bundling on a busy machine, milliseconds: guards against a hang, not speed. */
const STARTING = 600_000;
const CLIENT = {
  region: 'ap-northeast-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;

let database: LocalDatabase;
let recorder: Recorder;
let ses: LocalSes;
let sesServer: SesServer;
let cloudWatch: CloudWatchServer;
let sqsServer: SqsServer;
let sqs: FaultProxy;
let ssm: SsmServer;
let notices: NoticesServer;
/** Is asked to tell what was noted, and does not. */
let asked: LambdaServer;
let dns: DnsServer;
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
  await createTable(dynamo, tableDefinition(TABLE));

  recorder = await startRecorder(database.endpoint);
  ses = new LocalSes({ tenants: [{ name: 'a-shop' }], identities: sceneIdentities() });
  sesServer = await startSes(ses);
  cloudWatch = await startCloudWatch();
  sqsServer = await startSqs({ queues: [QUEUE] });
  sqs = await startProxy(sqsServer.endpoint);
  ssm = await startSsm();
  dns = await startDnsServer({ ...SCENE_ZONE, ...SCENE_DMARC });
  // Off by default, and a call that the cleanup's role must allow.
  ssm.set('/todoku/prod/policy', JSON.stringify({ maximumAddressInsightsPerDay: 1 }));

  // Kept so long that a bounce of the backlog, of 2024, is not forgotten.
  // What is to be told is kept, and told when the test says so.
  service = workspace({ scheduleEnabled: false, factRetentionDays: 3650, notices: 'addresses' });
  notices = await startNotices();
  asked = await startLambda({ functions: { 'todoku-prod-notify': () => undefined } });
  const port = await freePort();
  const running = serverless(service.folder, ['offline', `--lambdaPort=${port}`, '--noSponsor'], {
    AWS_ENDPOINT_URL_DYNAMODB: recorder.endpoint,
    AWS_ENDPOINT_URL_SESV2: sesServer.endpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.endpoint,
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    AWS_ENDPOINT_URL_SSM: ssm.endpoint,
    AWS_ENDPOINT_URL_SNS: notices.endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: notices.endpoint,
    AWS_ENDPOINT_URL_LAMBDA: asked.endpoint,
    AWS_ACCESS_KEY_ID: CLIENT.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CLIENT.credentials.secretAccessKey,
  });
  offline = running.child;
  await ready(running);
  lambda = new LambdaClient({ ...CLIENT, endpoint: `http://localhost:${port}` });
}, STARTING);

afterAll(async () => {
  if (offline) await endGroup(offline);
  lambda?.destroy();
  dynamo?.destroy();
  await sesServer?.stop();
  await cloudWatch?.stop();
  await sqs?.stop();
  await sqsServer?.stop();
  await ssm?.stop();
  await notices?.stop();
  await asked?.stop();
  await dns?.close();
  await recorder?.stop();
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
function bounceBySns(
  address: string,
  feedbackId: string,
  { at = '2026-10-01T03:04:05.000Z', reply = '550 : User unknown', subType = 'General' } = {},
) {
  const message = {
    notificationType: 'Bounce',
    bounce: {
      bounceType: 'Permanent',
      bounceSubType: subType,
      bouncedRecipients: [{ emailAddress: address, diagnosticCode: `smtp; ${reply}` }],
      timestamp: at,
      feedbackId,
    },
    mail: {
      timestamp: at,
      messageId: 'message-1',
      source: 'orders@shop.example',
      destination: [address],
    },
  };
  return { Records: [{ EventSource: 'aws:sns', Sns: { Message: JSON.stringify(message) } }] };
}

const proposalsSchema = z.object({ proposals: z.array(z.object({ proposalId: z.string() })).min(1) });

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
    expect(answer).toEqual({ proposals: [], version: VERSION });
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

describe('the roles', () => {
  const roles = templateSchema.parse(
    parse(readFileSync(join(import.meta.dirname, '../../deploy/roles.yml'), 'utf8')),
  );

  /** Calls by function: at the end, all that its role may allow. */
  const made = new Map<string, Set<string>>();

  /**
   * Bulk removal and the export need a larger list or another clock, and a wave that is put back a wave of its own; their
   * own tests make these calls.
   */
  const elsewhere = (name: string, grant: string) =>
    /(Import|Export)Job on/.test(grant) ||
    (name === 'rescue' && grant.startsWith('ses:PutSuppressedDestination on'));

  const roleOf = (name: string) =>
    `${name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Role`;

  /** What a function may call, each once: DynamoDB with the table or index, the actions of SES and SQS by name. */
  const grantsOfFunction = (name: string) => {
    const grants = grantsOfRole(roles, roleOf(name))
      .filter((grant) => /^(dynamodb|ses|sqs):/.test(grant) && !elsewhere(name, grant))
      .map((grant) => (grant.startsWith('dynamodb:') ? grant : grant.slice(0, grant.indexOf(' on '))));
    return [...new Set(grants)];
  };

  /** Invokes a function, and checks that its role allows each call it made to DynamoDB, SES and SQS. */
  async function allowed(name: string, payload: unknown) {
    recorder.taken();
    sqs.reset();
    const before = sesServer.calls.length;
    const { failed, answer } = await invoke(name, payload);
    const listCalls = sesServer.calls.slice(before).map((call) => `ses:${call.name}`);
    const queueCalls = sqs.requests.map(({ operation }) => `sqs:${operation}`);
    const calls = [...recorder.taken(), ...new Set([...listCalls, ...queueCalls])];
    expect(failed).toBe(false);
    expect(calls.filter((call) => !grantsOfFunction(name).includes(call))).toEqual([]);
    made.set(name, new Set([...(made.get(name) ?? []), ...calls]));
    return { calls, answer };
  }

  /** Has somebody complain while SES deletes their entry: after the last look, so that only putting it back helps. */
  async function complainsWhileRemoved(address: string, work: () => Promise<{ readonly calls: string[] }>) {
    let arrived = false;
    const deletes = ({ name, subject }: CalledOperation) => {
      const isIt = name === 'DeleteSuppressedDestination' && subject === address;
      arrived ||= isIt;
      return isIt;
    };
    sesServer.faults.inject({ match: deletes, kind: 'late', delayMs: 1_000 });
    const worked = work();
    await vi.waitUntil(() => arrived, { timeout: 60_000 });
    const at = new Date().toISOString();
    const complaint = { kind: 'complaint', at, id: `c-${address}`, messageId: 'm', sentAt: at } as const;
    const store = openTable({ client: dynamo, tableName: TABLE, now: () => new Date() });
    await putFacts(store, [{ ...complaint, address, complaintFeedbackType: 'abuse' }]);
    const { calls } = await worked;
    expect(calls).toEqual(expect.arrayContaining(['ses:GetAccount', 'ses:PutSuppressedDestination']));
    expect(ses.list.get(address)?.reason).toBe('COMPLAINT');
    ses.list.delete(address);
  }

  /** An address on the list, whose bounce and earlier delivery are on record. */
  async function listed(
    address: string,
    feedbackId: string,
    { at = '2026-10-01T03:04:05.000Z', reply = '550 : User unknown' } = {},
  ) {
    const monthBefore = new Date(Date.parse(at) - 30 * 86_400_000).toISOString();
    const delivery = {
      notificationType: 'Delivery',
      delivery: { timestamp: monthBefore, recipients: [address] },
      mail: {
        timestamp: monthBefore,
        messageId: `before-${feedbackId}`,
        destination: [address],
      },
    };
    const recorded = await allowed('ingest', [
      delivery,
      JSON.parse(bounceBySns(address, feedbackId, { at, reply }).Records[0]?.Sns.Message ?? ''),
    ]);
    ses.list.put({
      address,
      reason: 'BOUNCE',
      updatedAt: Date.parse(at),
      messageId: 'message-1',
      feedbackId,
    });
    return recorded.calls;
  }

  it('suffice for recording, judging, showing, approving and removing, on the table and on SES', async () => {
    expect(await listed('sakura@ezweb.ne.jp', 'feedback-3')).toEqual([
      'dynamodb:BatchWriteItem on Table',
      'dynamodb:GetItem on Table',
      'dynamodb:PutItem on Table',
    ]);
    await listed('momiji@ezweb.ne.jp', 'feedback-4');
    // Of whom nothing is on record, and whom docomo may have refused as a filter: in doubt.
    ses.list.put({ address: 'old@docomo.ne.jp', reason: 'BOUNCE', updatedAt: Date.parse('2024-06-01') });
    await allowed('cleanup', { mode: 'propose' });
    ses.list.delete('old@docomo.ne.jp');

    const { answer: page } = await allowed('proposals', {});
    const [first] = proposalsSchema.parse(page).proposals;
    const approval = { proposals: [first?.proposalId], decision: 'approve', operator: 'test' };
    const { answer: approved, calls } = await allowed('remove', approval);
    expect(approved).toMatchObject({ results: [{ result: 'removed' }] });
    expect(calls).toContain('ses:DeleteSuppressedDestination');

    await allowed('lookup', { address: 'momiji@ezweb.ne.jp' });
    // SES drops mail to her, and nobody knows the spelling of the entry: how far was the list walked?
    const dropped = { at: new Date().toISOString(), subType: 'OnAccountSuppressionList' };
    await allowed('ingest', bounceBySns('ayame@ezweb.ne.jp', 'feedback-7', dropped));
    const { answer: unknown } = await allowed('lookup', { address: 'ayame@ezweb.ne.jp' });
    expect(unknown).toMatchObject({ listing: { state: 'unknown', why: 'spelling-unknown' } });
    await allowed('policy', { ask: 'explain', address: 'ayame@ezweb.ne.jp' });
    await allowed('remove', { addresses: ['ayame@ezweb.ne.jp'], reason: 'asked', operator: 'test' });
    // What blames the sender: were others refused at the time?
    const blocked = { reply: '554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org' };
    await allowed('ingest', bounceBySns('fuji@ezweb.ne.jp', 'feedback-8', blocked));
    await allowed('lookup', { address: 'fuji@ezweb.ne.jp' });
    await listed('kaede@ezweb.ne.jp', 'feedback-5');
    const run = await allowed('cleanup', { mode: 'apply', full: true });
    expect(run.calls).toContain('ses:DeleteSuppressedDestination');
    expect(ses.list.size).toBeLessThan(3);

    const byHand = { addresses: ['kaede@ezweb.ne.jp'], reason: 'asked', operator: 'test' };
    await allowed('remove', byHand);
    await allowed('status', {});

    await allowed('replies', {});
    await allowed('policy', { ask: 'show' });
    await allowed('policy', { ask: 'explain', address: 'momiji@ezweb.ne.jp' });
    await allowed('policy', { ask: 'simulate', policy: {} });
    await allowed('policy', { ask: 'rules' });
    await allowed('policy', { ask: 'scope' });
    const word = { rule: 'filtered-known-recipient', reason: 'looked at', operator: 'test' };
    await allowed('policy', { ask: 'enable-rule', ...word });

    // A bounce that nobody recorded, but that SES still knows.
    ses.send({ from: 'orders@shop.example', to: ['tsubaki@ezweb.ne.jp'], subject: 'ご注文の確認' });
    ses.tick();
    await allowed('backfill', { seconds: 30 });
  });

  it('suffice for putting back who complained while they were removed', async () => {
    const byHand = { addresses: ['kiku@ezweb.ne.jp'], reason: 'asked', operator: 'test' };
    await listed('kiku@ezweb.ne.jp', 'feedback-9');
    await complainsWhileRemoved('kiku@ezweb.ne.jp', () => allowed('remove', byHand));
    await listed('hagi@ezweb.ne.jp', 'feedback-10');
    await complainsWhileRemoved('hagi@ezweb.ne.jp', () => allowed('cleanup', { mode: 'apply', full: true }));
  });

  it('suffice for planning, starting, continuing and stopping the backlog campaign', async () => {
    const ajisai = 'ajisai@docomo.ne.jp';
    // The words of an unknown user, which docomo gave for a filter as well.
    await listed(ajisai, 'feedback-6', {
      at: '2024-08-09T03:04:05.000Z',
      reply: `550 Unknown user ${ajisai}`,
    });
    await allowed('cleanup', { mode: 'propose', full: true });
    // The volume that a wave is measured by.
    const readers = Array.from({ length: 50 }, (_, index) => `reader-${index}@example.jp`);
    for (let mail = 0; mail < 20; mail += 1) ses.send({ from: 'news@shop.example', to: readers });

    const { answer: plan } = await allowed('rescue', { action: 'plan' });
    expect(plan).toMatchObject({ candidates: 1, limits: [] });
    const { answer: started } = await allowed('rescue', { action: 'start', operator: 'test' });
    expect(started).toMatchObject({ waves: [{ removed: 1 }] });
    expect([...ses.list.entries()].map((entry) => entry.address)).not.toContain(ajisai);
    await allowed('rescue', { action: 'continue' });
    await allowed('rescue', { action: 'status' });
    await allowed('rescue', { action: 'stop', operator: 'test' });
  });

  it('suffice for telling what the runs above have noted', async () => {
    const store = openTable({
      client: dynamo,
      tableName: TABLE,
      now: () => new Date(),
      notices: 'addresses',
    });
    // So long ago that the month that is over is on record, and is told as well.
    const startedAt = new Date(Date.now() - 100 * 86_400_000).toISOString();
    await putRun(store, { startedAt, id: 'first', mode: 'propose', full: false, counts: {}, limits: [] });
    const { answer } = await allowed('notify', {});
    expect(answer).toMatchObject({ left: 0, failed: [], month: expect.any(String) });
    expect(notices.published).toHaveLength(2);
    expect(notices.events.filter(({ detailType }) => detailType === 'Month Reported')).toHaveLength(1);
    const released = notices.events.filter(({ detailType }) => detailType === 'Address Released');
    expect(released.length).toBeGreaterThan(2);
    // What a channel did not take is marked and stays.
    const at = new Date().toISOString();
    await putNotices(store, [
      { kind: 'sender', id: 'n', at, identity: 'shop.example', appeared: [], resolved: [] },
    ]);
    await allowed('notify', { digest: false });
  });

  it('suffice for handing out and forgetting, and for taking back what comes late of somebody forgotten', async () => {
    const person = 'yuri@ezweb.ne.jp';
    await listed(person, 'feedback-11');
    await allowed('export', { address: person });
    const asked = { address: person, reason: 'asked', operator: 'test', unlist: true };
    await complainsWhileRemoved(person, () => allowed('forget', asked));
    await listed(person, 'feedback-11');
    expect(await factsOf(person)).toEqual([]);
    const { answer } = await allowed('forget', { ...asked, address: 'momiji@ezweb.ne.jp', patience: 0 });
    expect(answer).toMatchObject({ masked: 'm***@ezweb.ne.jp' });
    ses.list.delete(person);
  });

  it('suffice for keeping what cannot be read, and for looking at it, putting it back and parking it', async () => {
    // After the runs above: while a letter waits, nothing is removed.
    await allowed('ingest', 'not JSON');
    const { answer } = await allowed('dead-letters', { action: 'list' });
    const [kept] = z.object({ letters: z.array(z.object({ id: z.string() })).min(1) }).parse(answer).letters;
    await allowed('dead-letters', { action: 'show', id: kept?.id });
    await allowed('dead-letters', { action: 'park', ids: [kept?.id] });

    const client = new SQSClient({ ...CLIENT, endpoint: sqsServer.endpoint });
    const QueueUrl = sqsServer.queueUrl(QUEUE);
    const [bounce] = bounceBySns('ume@ezweb.ne.jp', 'feedback-8').Records;
    // The last of somebody who was forgotten since: it is taken back.
    const [late] = bounceBySns('yuri@ezweb.ne.jp', 'feedback-11').Records;
    for (const body of [bounce?.Sns.Message ?? '', sampleText('delivery'), late?.Sns.Message ?? '']) {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
    }
    client.destroy();
    const { answer: replayed } = await allowed('dead-letters', { action: 'replay-all' });
    expect(replayed).toMatchObject({ counts: { stored: 2, acknowledged: 1 } });
    expect(new Set(sqsServer.bodies(QUEUE))).toEqual(new Set(['not JSON']));
  });

  it('suffice for importing DMARC reports by hand, and for the audit that reads them', async () => {
    const [request] = packFiles([{ name: 'report.xml', content: sceneReport(new Date()) }]).requests;
    const files = (request ?? []).map(({ file }) => file);
    const servers = { dns: [dns.address] };
    const first = await allowed('read-dmarc-report', { files, ...servers });
    expect(first.answer).toMatchObject({
      results: [{ stored: 1, rejected: [], domains: ['shop.example'] }],
    });
    const twice = sceneReport(new Date(Date.now() - 86_400_000));
    // First in a mail that nobody signed, then by hand: the rows of the first are removed.
    for (const content of [mailWith([{ name: 'x', type: 'text/xml', content: twice }]), twice]) {
      const [one = []] = packFiles([{ name: 'x', content }]).requests;
      await allowed('read-dmarc-report', { files: one.map(({ file }) => file), ...servers });
    }
    const { answer: shown } = await allowed('read-dmarc-report', { domains: ['shop.example'], ...servers });
    expect(shown).toMatchObject({ summaries: [{ domain: 'shop.example', reports: 2 }] });

    // A name server in the request makes it a trial, which keeps nothing; the scheduled audit does.
    await allowed('audit-senders', { identities: ['shop.example'] });
    const { answer: last } = await allowed('audit-senders', { last: true });
    expect(last).toMatchObject({ senders: [{ identity: 'shop.example' }] });
    const { answer: audit } = await allowed('audit-senders', servers);
    expect(audit).toMatchObject({ failed: [], reports: [{ domain: 'shop.example', reports: 2 }] });
  });

  it('allow nothing that was not needed for it', async () => {
    for (const { name } of FUNCTIONS) {
      const { requests = made.has(name) ? [] : [{}] } = DEPLOYED[name];
      for (const request of requests) await allowed(name, request);
    }
    for (const [name, calls] of made) {
      expect(grantsOfFunction(name).toSorted(), name).toEqual([...calls].toSorted());
    }
    expect([...made.keys()].toSorted()).toEqual(FUNCTIONS.map(({ name }) => name).toSorted());
  });
});
