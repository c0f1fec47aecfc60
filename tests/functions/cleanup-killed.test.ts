import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOf } from '../../bench/cold-start/bundles.ts';
import { addressRecord } from '../../lib/store/addresses.ts';
import { type CloudWatchServer, startCloudWatch } from '../../local/cloudwatch.ts';
import { startWorld, type World } from '../support/world.ts';

const CUSTOMERS = ['a@ezweb.ne.jp', 'b@ezweb.ne.jp', 'c@au.com'];

let world: World;
let cloudWatch: CloudWatchServer;

/** Holds the function as it is deployed, in one file: a process that loads the sources takes a second more. */
const folder = mkdtempSync(join(tmpdir(), 'todoku-cleanup-killed-'));
const program = join(folder, 'once.mjs');

beforeAll(async () => {
  writeFileSync(join(folder, 'cleanup.mjs'), (await bundleOf('cleanup')).text);
  writeFileSync(
    program,
    "import { handler } from './cleanup.mjs';\nawait handler({ mode: 'apply', full: true });\n",
  );
  world = await startWorld();
  cloudWatch = await startCloudWatch();
});
afterAll(async () => {
  await Promise.all([world.stop(), cloudWatch.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** Three customers whose filter refused them days ago, and a mailbox that does not exist. */
async function prepare(): Promise<void> {
  await world.reset();
  world.clock.set(new Date(Date.now() - 5 * 86_400_000).toISOString());
  for (const address of CUSTOMERS) world.ses.setMailbox(address, {});
  await world.send(...CUSTOMERS);
  world.clock.advance(86_400_000);
  for (const address of CUSTOMERS) world.ses.setMailbox(address, { filtersPcMail: true });
  await world.send(...CUSTOMERS, 'nobody@gmail.com');
}

function startCleanup(): ChildProcess {
  return spawn(process.execPath, [program], {
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
      AWS_REGION: 'ap-northeast-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: world.table.endpoint,
      AWS_ENDPOINT_URL_SESV2: world.server.endpoint,
      AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.endpoint,
      TABLE_NAME: world.table.tableName,
      CLEANUP_MODE: 'apply',
      SES_CALLS_PER_SECOND: '1000',
      LOG_LEVEL: 'SILENT',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Runs the cleanup in a process of its own, and kills it with -9 when SES receives its nth call. */
async function runKilledAt(call: number, takesEffect: boolean): Promise<boolean> {
  const child = startCleanup();
  let seen = 0;
  world.server.faults.clear();
  world.server.faults.inject({
    match: () => {
      seen += 1;
      if (seen !== call) return false;
      child.kill('SIGKILL');
      return true;
    },
    kind: 'hang',
    takesEffect,
  });
  const [code, signal] = await once(child, 'exit');
  world.server.faults.clear();
  if (signal === null && code !== 0) throw new Error(`the cleanup failed with code ${code}`);
  // The dead run's lease ends by itself after 16 minutes, which no test waits for.
  const lease = { pk: 'CLEANUP', sk: 'LEASE' };
  await world.table.client.send(new DeleteCommand({ TableName: world.table.tableName, Key: lease }));
  return signal === 'SIGKILL';
}

async function outcome() {
  const states = await Promise.all(
    [...CUSTOMERS, 'nobody@gmail.com'].map(async (address) => {
      const { case: known, decisions } = await addressRecord(world.store, address);
      return { address, state: known?.state, audit: decisions.map((decision) => decision.action) };
    }),
  );
  return { states, listed: CUSTOMERS.filter((address) => world.ses.list.get(address)) };
}

describe('the cleanup function, killed with -9', () => {
  it('is finished by the next invocation, at whichever of its calls to SES it died', {
    timeout: 300_000,
  }, async () => {
    await prepare();
    expect(await runKilledAt(Number.POSITIVE_INFINITY, false)).toBe(false);
    const undisturbed = await outcome();
    expect(undisturbed.listed).toEqual([]);
    expect(undisturbed.states.map(({ state }) => state)).toEqual([
      'watching',
      'watching',
      'watching',
      'kept',
    ]);

    let call = 1;
    for (let died = true; died; call += 1) {
      await prepare();
      died = await runKilledAt(call, call % 2 === 0);
      if (died) {
        await runKilledAt(1 + (call % 4), call % 2 === 1);
        await runKilledAt(Number.POSITIVE_INFINITY, false);
      }
      expect(await outcome(), `killed at call ${call} to SES`).toEqual(undisturbed);
    }
    // The account, the list, and a re-reading and a deletion for each of the three.
    expect(call).toBeGreaterThanOrEqual(8);
  });
});
