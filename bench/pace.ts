import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { tableDefinition } from '../lib/store/definition.ts';
import { putFacts } from '../lib/store/facts.ts';
import { putMembers } from '../lib/store/members.ts';
import { openTable } from '../lib/store/table.ts';
import { startCloudWatch } from '../local/cloudwatch.ts';
import { createTable, startDynalite } from '../local/dynamodb.ts';
import { LocalSes } from '../local/ses/engine.ts';
import { startSes } from '../local/ses/server.ts';
import type { CallAnswer, CallQuestion } from './pace/caller-process.ts';
import { bundled, Part } from './processes/part.ts';

/**
 * How fast entries are removed one by one on a real clock, against SES's limit as a strict bucket (one call a second,
 * none saved up), while a rescue is started too and somebody looks up addresses:
 * `npm run bench:pace [-- --seconds 180 --look-ups 2]`, look-ups a minute. Each function is a process of its own with
 * its own pace, bundled and set up as deployed. The last line is JSON. With a minute or more it fails below
 * 0.36 removals a second, where a look-up takes more than 15 s, and where a removal failed.
 */

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '180' },
    'look-ups': { type: 'string', default: '2' },
  },
});
const SECONDS = Number(options.seconds);
const BETWEEN_LOOK_UPS = 60_000 / Number(options['look-ups']);
const MINIMUM_RATE = 0.36;
const MAXIMUM_LOOK_UP = 15;
/** More entries than can be removed in the time. */
const LISTED = Math.ceil(SECONDS * 0.6) + 5;
const POLICY = { coolDownHours: 0, maximumRemovalsPerRun: 1_000_000, maximumRemovalsPerDay: 1_000_000 };
const TABLE = 'todoku-pace';
const REGION = 'ap-northeast-1';

/** A customer whose carrier refused the shop's mail an hour ago. */
const customer = (index: number) => `customer.${index}@ezweb.ne.jp`;

const folder = mkdtempSync(join(tmpdir(), 'todoku-pace-'));
const database = await startDynalite();
const ses = new LocalSes();
const server = await startSes(ses, { throttle: { perSecond: 1, burst: 1 } });
const cloudWatch = await startCloudWatch();
const dynamo = new DynamoDBClient({
  endpoint: database.endpoint,
  region: REGION,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
const parts: { stop(): void }[] = [];

async function main(): Promise<void> {
  await prepare();
  const program = await bundled(fileURLToPath(new URL('pace/caller-process.ts', import.meta.url)), folder);
  const caller = () => {
    const part = new Part<CallQuestion, CallAnswer>([program], environment());
    parts.push(part);
    return part;
  };
  const [cleanup, rescue, desk] = [caller(), caller(), caller()];
  const began = performance.now();
  const until = began + SECONDS * 1_000;
  // They end when their processes are stopped: there is more to do than time.
  cleanup.ask({ call: 'cleanup', event: { patience: 600 } }).catch(() => undefined);
  const rescued = rescue.ask({ call: 'rescue', event: { action: 'start', operator: 'bench' } });
  const lookUps: CallAnswer[] = [];
  // Half of them about a listed address, half about one that is not listed, typed in mixed case: two calls.
  for (let asked = 0; performance.now() < until; asked += 1) {
    const address = asked % 2 === 0 ? customer(LISTED - 1) : `Somebody.${asked}@Example.jp`;
    await pause(Math.min(BETWEEN_LOOK_UPS / 2, until - performance.now()));
    if (performance.now() >= until) break;
    lookUps.push(await desk.ask({ call: 'lookup', event: { address } }));
    await pause(Math.max(0, Math.min(began + (asked + 1) * BETWEEN_LOOK_UPS, until) - performance.now()));
  }
  const elapsed = (performance.now() - began) / 1_000;
  const removed = LISTED - ses.list.size;
  const refused = server.calls.filter(({ status }) => status === 429).length;
  const answered = server.calls.length - refused;
  const rescueAnswer = await Promise.race([rescued, pause(1_000, { error: 'no answer' })]);
  const longest = Math.max(0, ...lookUps.map(({ seconds }) => seconds));
  const result = {
    bench: 'pace',
    seconds: Math.round(elapsed),
    removed,
    removalsPerSecond: rounded(removed / elapsed),
    callsPerSecond: rounded(answered / elapsed),
    refused,
    lookUps: lookUps.length,
    longestLookUp: rounded(longest),
    failedLookUps: lookUps.filter(({ error }) => error !== undefined).length,
  };
  say(`rescue, started together: ${JSON.stringify(rescueAnswer).slice(0, 200)}`);
  for (const { seconds, error } of lookUps)
    say(`look-up: ${seconds.toFixed(1)} s${error ? ` ${error}` : ''}`);
  say(
    `${removed} removed one by one in ${result.seconds} s: ${result.removalsPerSecond} a second; ` +
      `SES answered ${result.callsPerSecond} calls a second and refused ${refused}`,
  );
  process.stdout.write(`${JSON.stringify(result)}\n`);
  if (SECONDS < 60) return;
  if (result.removalsPerSecond < MINIMUM_RATE)
    throw new Error(`fewer than ${MINIMUM_RATE} removals a second`);
  if (longest > MAXIMUM_LOOK_UP || result.failedLookUps > 0) throw new Error('a look-up took too long');
}

/** A list of customers, with the bounces that put them there on record. */
async function prepare(): Promise<void> {
  const client = DynamoDBDocumentClient.from(dynamo, { marshallOptions: { removeUndefinedValues: true } });
  await createTable(client, tableDefinition(TABLE));
  await waitUntilTableExists({ client, maxWaitTime: 60 }, { TableName: TABLE });
  const store = openTable({ client, tableName: TABLE, now: () => new Date() });
  const at = new Date(Date.now() - 3_600_000).toISOString();
  const addresses = Array.from({ length: LISTED }, (_, index) => customer(index));
  for (const [index, address] of addresses.entries()) {
    const messageId = `m-${index}`;
    const feedbackId = `f-${index}`;
    ses.list.put({ address, reason: 'BOUNCE', updatedAt: Date.parse(at), messageId, feedbackId });
  }
  await putFacts(
    store,
    addresses.map((address, index) => ({
      address,
      kind: 'bounce',
      at,
      id: `f-${index}`,
      messageId: `m-${index}`,
      sentAt: at,
      senderDomain: 'shop.example',
      bounceType: 'Permanent',
      bounceSubType: 'General',
      status: '5.0.0',
      action: 'failed',
      diagnosticCode: 'smtp; 550 : User unknown',
      reportingMta: 'dns; a8-70.smtp-out.shop.example',
    })),
  );
  await putMembers(
    store,
    addresses.map((address) => ({ address, since: '2024-01-01T00:00:00.000Z', source: 'members.csv' })),
  );
}

function environment(): Record<string, string> {
  return {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
    AWS_ENDPOINT_URL_SESV2: server.endpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.endpoint,
    TABLE_NAME: TABLE,
    CLEANUP_MODE: 'apply',
    POLICY: JSON.stringify(POLICY),
    LOG_LEVEL: 'SILENT',
  };
}

function rounded(figure: number): number {
  return Number(figure.toFixed(2));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  await main();
} finally {
  for (const part of parts) part.stop();
  dynamo.destroy();
  await Promise.all([server.stop(), cloudWatch.stop(), database.stop()]);
  rmSync(folder, { recursive: true, force: true });
}
