import { afterAll, beforeAll, expect, it } from 'vitest';
import { LocalClock } from '../../local/clock.ts';
import { type DnsServer, startDnsServer } from '../../local/dns-server.ts';
import { playSenders } from '../../local/sender-chapter.ts';
import { SCENE_REPORT_ADDRESS, SCENE_ZONE, sceneIdentities } from '../../local/sender-scene.ts';
import { LocalSes } from '../../local/ses/engine.ts';
import { type SesServer, startSes } from '../../local/ses/server.ts';
import { useLocalEnvironment } from '../support/environment.ts';
import { startTable, type TestTable } from '../support/table.ts';

let table: TestTable;
let dns: DnsServer;
let ses: SesServer;
let handlers: Record<string, (event: unknown) => Promise<unknown>>;
const clock = new LocalClock({ start: '2026-11-24T00:00:00.000Z' });
const uninstallClock = clock.install();

beforeAll(async () => {
  table = await startTable();
  dns = await startDnsServer(SCENE_ZONE);
  ses = await startSes(new LocalSes({ identities: sceneIdentities() }));
  useLocalEnvironment({
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_SESV2: ses.endpoint,
    TABLE_NAME: table.tableName,
    SES_CALLS_PER_SECOND: '100000',
    DNS_SERVERS: dns.address,
    DMARC_REPORT_ADDRESS: SCENE_REPORT_ADDRESS,
  });
  handlers = {
    'audit-senders': (await import('../../functions/audit-senders.ts')).handler,
    'read-dmarc-report': (await import('../../functions/read-dmarc-report.ts')).handler,
  };
});
afterAll(async () => {
  uninstallClock();
  await Promise.all([ses.stop(), dns.close(), table.stop()]);
});

it("plays the senders' chapter, each step of which holds", async () => {
  const told: string[] = [];
  const held = await playSenders(
    {
      // The chapter names the type of the answer it asks for; through JSON, as over the network.
      invoke: async <Answer>(name: string, event: unknown) =>
        JSON.parse(JSON.stringify(await handlers[name]?.(event))) as Answer,
      dns,
      now: () => clock.now().toISOString(),
      toNextDay: () => clock.advance(86_400_000),
    },
    {
      chapter: () => undefined,
      line: ({ text, held: holds }) => told.push(`${holds === true ? 'held' : 'not held'}: ${text.en}`),
      quote: ({ en }) => told.push(en),
      table: () => undefined,
    },
  );
  expect(told.filter((line) => line.startsWith('not held'))).toEqual([]);
  expect(told).toContain(
    `Record to publish:\n_dmarc.shop.example. 3600 IN TXT "v=DMARC1; p=none; rua=mailto:${SCENE_REPORT_ADDRESS}"`,
  );
  expect(told).toContain('held: SPF, DKIM and DMARC: all three pass.');
  expect(told).toContain(
    'held: The day after, a DMARC report is imported and stored (twice, and counted once): 3 of 123 messages fail.',
  );
  expect(held).toBe(true);
});
