import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IncidentList, incidentsRequestSchema } from '../../lib/contracts/incidents.ts';
import type { LookupAnswer } from '../../lib/contracts/lookup.ts';
import { lookupRequestSchema } from '../../lib/contracts/lookup-request.ts';
import { displayWidth } from '../../lib/display-width.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { incidents } from '../../lib/operations/incidents.ts';
import { lookup } from '../../lib/operations/lookup.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { LISTED } from '../support/incident-scene.ts';
import { memoryTable } from '../support/memory-table.ts';
import { EAGER_POLICY, startWorld, type World } from '../support/world.ts';

/** What an operator sees of mass events, in either language and at either width. */

let world: World;
let server: LambdaServer;
let folder: CliFolder;

beforeAll(async () => {
  world = await startWorld({ table: memoryTable(), inMemory: true });
  const now = () => world.clock.now();
  const at = (minute: number) => new Date(world.clock.time() - 3_600_000 * 5 + minute * 60_000).toISOString();
  const refusal = (index: number, domain: string, reply: string): Fact => ({
    address: `customer-with-a-long-name-${index}@${domain}`,
    kind: 'bounce',
    at: at(index),
    id: `b-${domain}-${index}`,
    messageId: `m-${domain}-${index}`,
    sentAt: at(index),
    senderDomain: 'a-rather-long-name-of-a-shop.mail.example.co.jp',
    bounceType: 'Permanent',
    bounceSubType: 'General',
    diagnosticCode: `smtp; ${reply}; see https://www.example.com/a/very/long/address/of/a/page?about=${index}`,
  });
  const twelve = Array.from({ length: 12 }, (_, index) => index);
  await putFacts(world.store, [
    ...twelve.map((index) => refusal(index, 'ezweb.ne.jp', LISTED)),
    ...twelve.map((index) =>
      refusal(index, 'gmail.com', "550 5.7.26 unauthenticated, the domain's DMARC policy"),
    ),
  ]);
  server = await startLambda({
    functions: {
      'todoku-local-incidents': async (event) =>
        incidents(incidentsRequestSchema.parse(event), { store: world.store, now }),
      'todoku-local-lookup': async (event): Promise<LookupAnswer> =>
        lookup(lookupRequestSchema.parse(event), {
          store: world.store,
          list: world.list,
          policy: EAGER_POLICY,
          now,
        }),
    },
  });
  folder = cliFolder();
  folder.useLocal(server.endpoint);
});
afterAll(async () => {
  folder.remove();
  await Promise.all([server.stop(), world.stop()]);
});

const run = (...words: string[]) => folder.run(...words, '--local');
const idOf = async (receiver: string): Promise<string> => {
  const { stdout } = await run('incidents', '--json');
  const { incidents: found } = JSON.parse(stdout) as IncidentList;
  return found.find((each) => each.receiver === receiver)?.id ?? '';
};

describe.each([
  ['ja', 80],
  ['en', 80],
  ['ja', 120],
  ['en', 120],
])('in %s at %i columns', (language, columns) => {
  it('the list and each incident stay within the terminal, but for the addresses of pages', async () => {
    folder.environment.COLUMNS = String(columns);
    const list = await run('incidents', '--lang', language);
    const one = await run('incidents', await idOf('au'), '--lang', language);
    for (const line of `${list.stdout}\n${one.stdout}`.split('\n')) {
      if (!line.includes('https://')) expect(displayWidth(line), line).toBeLessThanOrEqual(columns);
    }
    delete folder.environment.COLUMNS;
  });
});

it('names who refused, when, how many, in which words, and what to do', async () => {
  const { stdout } = await run('incidents');
  expect(stdout).toMatch(/^\d{8}-\d\d-[0-9a-f]{6} {2}.*Gmail {2}authentication failed$/m);
  expect(stdout).toMatch(/^\d{8}-\d\d-[0-9a-f]{6} {2}au \(KDDI\) {2}sending server blocked$/m);
  expect(stdout).toContain('12 recipients, 12 mails (12 returned)');
  expect(stdout).toContain('sender: a-rather-long-name-of-a-shop.mail.example.co.jp');
  expect(stdout).toContain('https://check.spamhaus.org/');
  expect(stdout).not.toContain('@');
});

it('masks addresses unless they are asked for in full', async () => {
  const id = await idOf('au');
  expect((await run('incidents', id)).stdout).not.toContain('long-name-1@');
  expect((await run('incidents', id, '--full')).stdout).toContain('customer-with-a-long-name-1@ezweb.ne.jp');
});

it.each([
  ['ja', /^\* 一斉拒否の一部（\d{4}-\d\d-\d\d \d\d:\d\d）：todoku incidents \S+ --local$/m],
  ['en', /^\* part of an incident, \d{4}-\d\d-\d\d \d\d:\d\d: todoku incidents \S+ --local$/m],
])('a look-up of one of them says so in a line (%s)', async (language, line) => {
  const { stdout } = await run('lookup', 'customer-with-a-long-name-3@ezweb.ne.jp', '--lang', language);
  expect(stdout).toMatch(line);
  expect(stdout).toContain(await idOf('au'));
});
