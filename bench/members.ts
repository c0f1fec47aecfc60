import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { membersRequestSchema } from '../lib/contracts/members.ts';
import { members } from '../lib/operations/members.ts';
import { tableDefinition } from '../lib/store/definition.ts';
import { openTable, type Table } from '../lib/store/table.ts';
import { createTable, startDynalite } from '../local/dynamodb.ts';
import type { LocalHandler } from '../local/invoke.ts';
import { startLambda } from '../local/lambda.ts';

/**
 * The import of a large customer list: `npm run bench:members [-- --rows 1000000 --base 10000 --whole-path 5000]`:
 * rows of the large list, of the one whose peak is the base of the ratio, and of the one that goes down to a database.
 *
 * The importer is the real command line (`todoku members import`) in a process of its own, whose operating system
 * says how much memory it took at its peak; this process is Lambda. First the whole path down to a database is run
 * with a small list. dynalite, made for tests, takes about a thousand rows a second on a small machine, so for the
 * measured lists the table alone is replaced by one that counts: the function still validates every row.
 *
 * Left to itself, V8 lets garbage pile up as long as the machine has memory, more of it in a long run than in a
 * short one: that peak tells of the machine. So the importers that are compared run in a heap of fixed size, in
 * which one that kept its rows would die; the large list is then read once more without it. The last line is JSON.
 */

const TABLE = 'todoku-local';
/** The heap of the importers that are compared, MiB. */
const HEAP_MIB = 64;
const FIXED_HEAP = [`--max-old-space-size=${HEAP_MIB}`, '--max-semi-space-size=4'];
/** File descriptor on which an importer tells its peak memory. */
const REPORT_FD = 3;
const self = fileURLToPath(import.meta.url);

interface Measured {
  readonly rows: number;
  readonly seconds: number;
  readonly peakMiB: number;
}

const [role, ...rest] = process.argv.slice(2);
if (role === 'importer') await runImporter(rest);
else if (role === 'database') await runDatabase();
else await run();

/** The command line, followed by what it took. */
async function runImporter(args: readonly string[]): Promise<void> {
  process.on('exit', () => writeSync(REPORT_FD, String(process.resourceUsage().maxRSS)));
  process.argv.splice(1, process.argv.length, 'todoku', ...args);
  await import('../cli/todoku.ts');
}

async function runDatabase(): Promise<void> {
  const database = await startDynalite();
  process.send?.(database.endpoint);
  // When the bench ends, however it ends, so does its database.
  process.once('disconnect', () => process.exit());
}

async function run(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      rows: { type: 'string', default: '1000000' },
      base: { type: 'string', default: '10000' },
      'whole-path': { type: 'string', default: '5000' },
    },
  });
  const rows = Number(options.rows);
  const folder = mkdtempSync(join(tmpdir(), 'todoku-bench-'));
  mkdirSync(join(folder, '.todoku'));
  try {
    const whole = await withFunction(folder, wholePath, () =>
      importOf(Number(options['whole-path']), folder, []),
    );
    say('whole path, with a database', whole);
    const { small, big, free } = await withFunction(folder, countingPath, async () => ({
      small: await importOf(Number(options.base), folder, FIXED_HEAP),
      big: await importOf(rows, folder, FIXED_HEAP),
      free: await importOf(rows, folder, []),
    }));
    say(`counting table, heap ${HEAP_MIB} MiB`, small);
    say(`counting table, heap ${HEAP_MIB} MiB`, big);
    say('counting table, heap unbounded', free);
    const result = {
      bench: 'members',
      rows: big.rows,
      rowsPerSecond: rate(big),
      peakMiB: big.peakMiB,
      memoryRatio: Number((big.peakMiB / small.peakMiB).toFixed(2)),
      peakUnboundedHeapMiB: free.peakMiB,
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rate({ rows, seconds }: Measured): number {
  return Math.round(rows / seconds);
}

function say(what: string, measured: Measured): void {
  const { rows, seconds, peakMiB } = measured;
  const number = (value: number) => value.toLocaleString('en-US').padStart(9);
  process.stdout.write(
    `${what.padEnd(30)} ${number(rows)} rows ${number(rate(measured))} rows/s  ${seconds.toFixed(1)} s  peak ${peakMiB} MiB\n`,
  );
}

/** A members function, and what is to be ended after it. */
interface Path {
  readonly handler: LocalHandler;
  readonly end: () => void;
}

/** Serves a function as the local system's while something is done. */
async function withFunction<Result>(
  folder: string,
  path: () => Promise<Path>,
  work: () => Promise<Result>,
): Promise<Result> {
  const { handler, end } = await path();
  const lambda = await startLambda({ functions: { 'todoku-local-members': handler } });
  writeFileSync(
    join(folder, '.todoku', 'local.json'),
    JSON.stringify({ lambdaEndpoint: lambda.endpoint, region: 'ap-northeast-1' }),
  );
  try {
    return await work();
  } finally {
    await lambda.stop();
    end();
  }
}

/** The handler as deployed, on dynalite. */
async function wholePath(): Promise<Path> {
  const { endpoint, child } = await startDatabase();
  Object.assign(process.env, {
    AWS_REGION: 'ap-northeast-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    TABLE_NAME: TABLE,
    LOG_LEVEL: 'SILENT',
  });
  const dynamo = new DynamoDBClient({});
  await createTable(dynamo, tableDefinition(TABLE));
  // Loaded only now: it reads the environment.
  const { handler } = await import('../functions/members.ts');
  const end = () => {
    dynamo.destroy();
    child.kill();
  };
  return { handler, end };
}

/** The operation behind the handler, on a table that only counts. */
async function countingPath(): Promise<Path> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'ap-northeast-1' }));
  const store: Table = {
    ...openTable({ client, tableName: TABLE, now: () => new Date() }),
    putAll: async (items) => items.length,
    getAll: async () => [],
  };
  return {
    handler: (event: unknown) => members(membersRequestSchema.parse(event), { store, now: () => new Date() }),
    end: () => undefined,
  };
}

async function startDatabase(): Promise<{ endpoint: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [self, 'database'], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [endpoint] = await once(child, 'message');
  return { endpoint: String(endpoint), child };
}

/** One import through the command line. @throws {Error} when it did not store every row. */
async function importOf(rows: number, folder: string, flags: readonly string[]): Promise<Measured> {
  const file = join(folder, `${rows}.csv`);
  await generate(file, rows);
  const start = performance.now();
  const child = spawn(
    process.execPath,
    [...flags, self, 'importer', 'members', 'import', file, '--local', '--json', '--lang', 'en'],
    { cwd: folder, stdio: ['ignore', 'pipe', process.stderr.isTTY ? 'inherit' : 'ignore', 'pipe'] },
  );
  const [output, report] = await Promise.all([textOf(child.stdio[1]), textOf(child.stdio[REPORT_FD])]);
  if (child.exitCode === null) await once(child, 'exit');
  const seconds = (performance.now() - start) / 1000;
  const { stored } = JSON.parse(output) as { stored?: unknown };
  if (stored !== rows) throw new Error(`of ${rows} rows ${String(stored)} were stored: ${output}`);
  return { rows, seconds, peakMiB: Math.round(Number(report) / 1024) };
}

async function textOf(stream: unknown): Promise<string> {
  let text = '';
  for await (const chunk of stream as AsyncIterable<Buffer>) text += chunk.toString();
  return text;
}

/** A customer list as a shop exports it: CRLF, Japanese headings, columns that are nobody's business. */
async function generate(file: string, rows: number): Promise<void> {
  const domains = ['ezweb.ne.jp', 'docomo.ne.jp', 'softbank.ne.jp', 'shop.example', 'mail.example.jp'];
  const stream = createWriteStream(file);
  stream.write('会員ID,氏名,メールアドレス,登録日,最終購入日,メモ\r\n');
  for (let row = 0; row < rows; row += 1) {
    const day = 1 + (row % 28);
    const line =
      `${row},"見本, ${row}",member.${row}@${domains[row % domains.length]},` +
      `${2010 + (row % 15)}/${1 + (row % 12)}/${day},2026年${1 + (row % 10)}月${day}日,"電話 ""済"""\r\n`;
    if (!stream.write(line)) await once(stream, 'drain');
  }
  stream.end();
  await finished(stream);
}
