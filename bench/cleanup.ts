import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { putCheckpoint } from '../lib/store/checkpoint.ts';
import { tableDefinition } from '../lib/store/definition.ts';
import { putFacts } from '../lib/store/facts.ts';
import { putMembers } from '../lib/store/members.ts';
import { openTable } from '../lib/store/table.ts';
import { createTable } from '../local/dynamodb.ts';
import type { RunAnswer, RunQuestion } from './cleanup/cleanup-process.ts';
import type { ListAnswer, ListQuestion } from './cleanup/list-process.ts';
import { addressOf, expectedCalls, factOf, fates, type ListScene } from './cleanup/scene.ts';
import type { TableAnswer, TableQuestion } from './cleanup/table-process.ts';
import { bundled, Part } from './processes/part.ts';

/**
 * What a cleanup costs on a list of ten thousand, a hundred thousand and a million addresses of which one in a hundred
 * is new: `npm run bench:cleanup [-- --sizes 10000,100000 --day-one 100000]`. The figures are explained in
 * docs/scale.md; the last line is JSON. It fails when a run does not do exactly what its scene asks for, or makes
 * another number of calls than the formula says. `--warm-up` and `--measured` say how many new entries are worked
 * through before anything is measured, and at least how many for the measured time: with small numbers the bench
 * shows that it still runs, and its times mean nothing.
 *
 * SES, the database and the cleanup are processes of their own. The table holds the facts of the new entries only:
 * what is known of the other 99 % an incremental run never reads, which the counted calls prove. Time is the cleanup's
 * processor time: what it waits for is in the calls, and how long depends on what else this machine does.
 */

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000,1000000' },
    'day-one': { type: 'string', default: '10000' },
    'warm-up': { type: 'string', default: '1500' },
    measured: { type: 'string', default: '1000' },
  },
});
const SIZES = options.sizes.split(',').map(Number);
const DAY_ONE = Number(options['day-one']);
const WARM_UP = Number(options['warm-up']);
const MEASURED = Number(options.measured);
/** Removes whatever the scene asks for: the limits are not what is measured. */
const POLICY = {
  coolDownHours: 0,
  maximumRemovalsPerRun: 1_000_000,
  maximumRemovalsPerDay: 1_000_000,
  removalsOneByOne: 100_000,
};
/** Half of the function's 512 MiB (serverless.yml): V8 sizes its heap by the machine, and this one may be large. */
const LAMBDA_HEAP = ['--max-old-space-size=256'];
const TABLE = 'todoku-bench';
const LOCAL = {
  AWS_REGION: 'ap-northeast-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  LOG_LEVEL: 'SILENT',
};

/** Everything a run needs. */
interface Bench {
  readonly ses: Part<ListQuestion, ListAnswer>;
  readonly table: Part<TableQuestion, TableAnswer>;
  readonly client: DynamoDBDocumentClient;
  readonly cleanupProcess: () => Part<RunQuestion, RunAnswer>;
}

const here = (name: string) => fileURLToPath(new URL(`cleanup/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'todoku-bench-'));
const parts: { stop(): void }[] = [];
async function main(): Promise<void> {
  const bench = await start();
  const measured = [];
  for (const listed of SIZES) measured.push(await incremental(bench, listed));
  const last = SIZES.at(-1);
  if (last !== undefined) await atQuota(bench, last);
  if (DAY_ONE > 0) await dayOne(bench, DAY_ONE);
  bench.client.destroy();

  // How much dearer the longest list is than the shortest; and the spread of all, in which the machine's noise shows.
  const ratio = (figures: readonly number[]) =>
    Number(((figures.at(-1) ?? Number.NaN) / (figures[0] ?? Number.NaN)).toFixed(2));
  const spread = (figures: readonly number[]) => (Math.max(...figures) / Math.min(...figures)).toFixed(2);
  const cpu = measured.map((each) => each.cpu);
  const wall = measured.map((each) => each.wall);
  say(
    `time per changed address, largest by smallest: ${spread(cpu)} of a core, ${spread(wall)} by the clock`,
  );
  const result = {
    bench: 'cleanup',
    sizes: SIZES,
    perChangedRatio: ratio(cpu),
    memoryRatio: ratio(measured.map(({ peakMiB }) => peakMiB)),
    sesCalls: measured.map(({ ses }) => ses),
    dynamoCalls: measured.map(({ dynamo }) => dynamo),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

async function start(): Promise<Bench> {
  const outfile = await bundled(here('cleanup-process.ts'), folder);
  const ses = new Part<ListQuestion, ListAnswer>([here('list-process.ts')]);
  const table = new Part<TableQuestion, TableAnswer>([here('table-process.ts')]);
  parts.push(ses, table);
  const { endpoint } = await table.ask({ fresh: false });
  const { ses: sesEndpoint, cloudWatch } = await ses.ask({ count: true });
  const dynamo = new DynamoDBClient({
    endpoint,
    region: LOCAL.AWS_REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const environment = {
    ...LOCAL,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_SESV2: sesEndpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch,
    TABLE_NAME: TABLE,
    CLEANUP_MODE: 'apply',
    POLICY: JSON.stringify(POLICY),
    SES_CALLS_PER_SECOND: '1000000',
  };
  return {
    ses,
    table,
    client: DynamoDBDocumentClient.from(dynamo, { marshallOptions: { removeUndefinedValues: true } }),
    cleanupProcess: () => {
      const part = new Part<RunQuestion, RunAnswer>([...LAMBDA_HEAP, outfile], environment);
      parts.push(part);
      return part;
    },
  };
}

/** A list with a table beside it: the new entries' facts, the customers, and the checkpoint of the last walk. */
async function prepare(bench: Bench, scene: ListScene): Promise<void> {
  await bench.table.ask({ fresh: true });
  await createTable(bench.client, tableDefinition(TABLE));
  await waitUntilTableExists({ client: bench.client, maxWaitTime: 60 }, { TableName: TABLE });
  const store = openTable({ client: bench.client, tableName: TABLE, now: () => new Date(scene.now) });
  const indices = Array.from({ length: scene.changed }, (_, index) => index);
  await putFacts(
    store,
    indices.map((index) => factOf(index, scene.now)),
  );
  const customers = indices
    .map((index) => addressOf(index, scene.now))
    .filter(({ fate }) => fate === 'removed');
  await putMembers(
    store,
    customers.map(({ address }) => ({ address, since: '2024-01-01T00:00:00.000Z', source: 'members.csv' })),
  );
  if (scene.changed > 0) {
    const walkedUntil = new Date(scene.now - 20 * 3_600_000).toISOString();
    await putCheckpoint(store, { walkedUntil, listed: scene.listed - scene.changed }, 0);
  }
  await bench.ses.ask({ fill: scene });
}

/** One run with the calls it made. */
async function counted(
  bench: Bench,
  part: Part<RunQuestion, RunAnswer>,
  question: RunQuestion,
): Promise<RunAnswer & { ses: number; dynamo: number; scans: number; entries: number }> {
  const before = await bench.table.ask({ fresh: false });
  const answer = await part.ask(question);
  const after = await bench.table.ask({ fresh: false });
  const [dynamo, scans] = [after.calls - before.calls, after.scans - before.scans];
  const { calls, entries } = await bench.ses.ask({ count: true });
  return {
    ...answer,
    ses: Object.values(calls).reduce((sum, each) => sum + each, 0),
    dynamo,
    scans,
    entries,
  };
}

/** The run of a day on which one address in a hundred is new, by the deployed function with SES's limit lifted. */
async function incremental(bench: Bench, listed: number) {
  const changed = Math.ceil(listed / 100);
  const part = bench.cleanupProcess();
  if (WARM_UP > 0) await runOnce(bench, part, { listed: WARM_UP * 100, changed: WARM_UP });
  const runs: Awaited<ReturnType<typeof runOnce>>[] = [];
  for (let done = 0; done < MEASURED || done === 0; done += changed) {
    runs.push(await runOnce(bench, part, { listed, changed }));
  }
  part.stop();
  const [first] = runs;
  if (first === undefined) throw new Error('nothing was measured');
  const per = (figure: (run: RunAnswer) => number) =>
    (runs.reduce((sum, run) => sum + figure(run), 0) / runs.length / changed) * 1_000;
  const result = {
    wall: per((run) => run.wall),
    cpu: per((run) => run.cpu),
    peakMiB: first.peakMiB,
    ses: first.ses,
    dynamo: first.dynamo,
  };
  say(
    `${format(listed)} listed, ${format(changed)} new: ${result.wall.toFixed(2)} ms (${result.cpu.toFixed(2)} ms of a core) ` +
      `per changed address, peak ${result.peakMiB.toFixed(0)} MiB, ${first.ses} calls to SES, ${first.dynamo} to the table` +
      (runs.length > 1 ? ` (time: mean of ${runs.length} runs)` : ''),
  );
  return result;
}

async function runOnce(
  bench: Bench,
  part: Part<RunQuestion, RunAnswer>,
  size: { readonly listed: number; readonly changed: number },
) {
  await prepare(bench, { ...size, now: Date.now() });
  const run = await counted(bench, part, { run: 'function', full: false });
  const expected = fates(size.changed);
  same('what was done', run.counts, expected);
  const calls = expectedCalls(expected, { withBounce: true, invocation: 'function' });
  same('calls', { ses: run.ses, dynamo: run.dynamo }, calls);
  same('entries left', run.entries, size.listed - expected.removed);
  return run;
}

/** The same day at one call a second, by simulated clock. */
async function atQuota(bench: Bench, listed: number): Promise<void> {
  const changed = Math.ceil(listed / 100);
  const expected = fates(changed);
  await prepare(bench, { listed, changed, now: Date.now() });
  const part = bench.cleanupProcess();
  const run = await counted(bench, part, { run: 'quota' });
  part.stop();
  const { unchanged: _again, ...counts } = run.counts;
  same('what was done', counts, expected);
  const { seconds, invocations } = run.quota ?? { seconds: 0, invocations: 0 };
  // An invocation that goes on asks for the account and for the page it stopped on once more.
  const calls =
    expectedCalls(expected, { withBounce: true, invocation: 'operation' }).ses +
    // The account and the page once more, and the complaints where there are several pages.
    (changed > 1_000 ? 3 : 2) * (invocations - 1);
  same('calls to SES', run.ses, calls);
  say(
    `${format(listed)} listed, ${format(changed)} new, ${expected.removed} removed one by one at SES's quota of 1 call/s ` +
      `(simulated): ${format(Math.round(seconds))} s in ${invocations} invocations of 15 minutes, ${run.ses} calls to SES`,
  );
}

/** The first walk over a list of which nothing is known. */
async function dayOne(bench: Bench, listed: number): Promise<void> {
  const part = bench.cleanupProcess();
  await prepare(bench, { listed, changed: 0, now: Date.now() });
  const run = await counted(bench, part, { run: 'function', full: true });
  part.stop();
  const expected = { kept: listed, proposed: 0, removed: 0 };
  same('what was done', run.counts, { kept: listed });
  const calls = expectedCalls(expected, { withBounce: false, invocation: 'function', full: true });
  same('calls', { ses: run.ses, dynamo: run.dynamo }, calls);
  say(
    `day one, ${format(listed)} listed, nothing on record: ${format(Math.round(listed / run.wall))} addresses/s ` +
      `(${format(Math.round(listed / run.cpu))} a second of one core), peak ${run.peakMiB.toFixed(0)} MiB, ` +
      `${run.ses} calls to SES, ${run.dynamo} to the table and ${run.scans} pages of one scan`,
  );
}

/** @throws {Error} when a run did not do what the scene asks for. */
function same(what: string, actual: unknown, expected: unknown): void {
  const text = (value: unknown) =>
    JSON.stringify(
      typeof value === 'object' && value !== null
        ? Object.entries(value)
            .filter(([, count]) => count !== 0)
            .sort()
        : value,
    );
  if (text(actual) !== text(expected))
    throw new Error(`${what}: ${text(actual)}, expected ${text(expected)}`);
}

function format(count: number): string {
  return count.toLocaleString('en-US');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  await main();
} finally {
  for (const part of parts) part.stop();
  rmSync(folder, { recursive: true, force: true });
}
