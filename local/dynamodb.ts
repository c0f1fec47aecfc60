import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';

/** A database on this machine, empty at the start, gone at the end. */
export interface LocalDatabase {
  /** For a client's `endpoint`. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts dynalite, in this process and in memory. Port 0 takes a free one. */
export async function startDynalite(port = 0): Promise<LocalDatabase> {
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  const chosen = await listening(server, port);
  return {
    endpoint: `http://127.0.0.1:${chosen}`,
    stop: () => closed(server),
  };
}

/** How long a table may take to be there, and between two looks. */
const TABLE_TIMEOUT_MS = 60_000;
const TABLE_LOOK_MS = 5;

/**
 * Creates a table and waits until it takes items. dynalite makes it active a moment after its answer, and until then
 * knows no such table; whether the first write comes sooner is chance.
 *
 * @throws {Error} when it is not there within a minute.
 */
export async function createTable(
  client: Pick<DynamoDBClient, 'send'>,
  definition: CreateTableCommandInput,
): Promise<void> {
  const { TableName } = definition;
  let state = (await client.send(new CreateTableCommand(definition))).TableDescription?.TableStatus;
  const until = performance.now() + TABLE_TIMEOUT_MS;
  while (state !== 'ACTIVE') {
    if (performance.now() > until) throw new Error(`the table ${TableName} is ${state}, not active`);
    await pause(TABLE_LOOK_MS);
    state = (await client.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus;
  }
}

/** How long DynamoDB Local may take to answer: Java starts slowly on a busy machine. */
const START_TIMEOUT_MS = 60_000;

/**
 * Starts AWS's own DynamoDB Local (Java), in memory, on a free port. Undefined when it cannot run here; `explain`
 * is then told why, on stderr unless told otherwise.
 *
 * @throws {Error} when Java starts and the database does not answer: that is a fault, not a missing part.
 */
export async function startDynamoDbLocal(
  explain: (reason: string) => void = (reason) =>
    process.stderr.write(`DynamoDB Local is left out: ${reason}\n`),
): Promise<LocalDatabase | undefined> {
  const folder = emulatorFolder();
  if (folder === undefined) {
    explain('the npm package amplify-dynamodb-simulator, which ships it, is not installed (npm ci).');
    return undefined;
  }
  const port = await freePort();
  const child = await started(folder, port);
  if (child === undefined) {
    explain(
      'there is no Java (JAVA_HOME, or java on the PATH; Debian: apt-get install default-jre-headless).',
    );
    return undefined;
  }
  const database = { endpoint: `http://127.0.0.1:${port}`, stop: () => killed(child) };
  try {
    await answering(database.endpoint, child);
  } catch (error) {
    await killed(child);
    throw error;
  }
  return database;
}

/** Where the npm package keeps the jar. */
function emulatorFolder(): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    const folder = join(dirname(require.resolve('amplify-dynamodb-simulator/package.json')), 'emulator');
    return existsSync(join(folder, 'DynamoDBLocal.jar')) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** The Java to run: that of JAVA_HOME, or the one on the PATH. */
function java(): string {
  const home = process.env.JAVA_HOME;
  return home === undefined || home === '' ? 'java' : join(home, 'bin', 'java');
}

/** Spawns Java; undefined when there is none. The process does not outlive ours. */
function started(folder: string, port: number): Promise<ChildProcess | undefined> {
  // It lives for seconds: what the second compiler and a parallel collector would save later is never earned back.
  const brief = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
  const options = [...brief, '-Djava.library.path=DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar'];
  const child = spawn(java(), [...options, '-inMemory', '-disableTelemetry', '-port', String(port)], {
    cwd: folder,
    stdio: 'ignore',
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(child));
    child.once('error', () => {
      process.off('exit', kill);
      resolve(undefined);
    });
  });
}

async function answering(endpoint: string, child: ChildProcess): Promise<void> {
  const until = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < until) {
    if (child.exitCode !== null) throw new Error(`DynamoDB Local ended with code ${child.exitCode}`);
    try {
      // Any answer will do: an unsigned request is answered 400.
      await fetch(endpoint, { signal: AbortSignal.timeout(2000) });
      return;
    } catch {
      await pause(100);
    }
  }
  throw new Error(`DynamoDB Local did not answer at ${endpoint} within ${START_TIMEOUT_MS / 1000} s`);
}

function killed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await listening(probe, 0);
  await closed(probe);
  return port;
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error('no TCP port'));
      resolve(address.port);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
