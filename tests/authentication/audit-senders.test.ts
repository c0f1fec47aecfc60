import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { abridged, runAudit } from '../../lib/authentication/audit/run-audit.ts';
import { systemDns } from '../../lib/authentication/dns/system-dns.ts';
import type { IdentitySource } from '../../lib/authentication/identities/identities.ts';
import { identityFrom, UnexpectedSesAnswerError } from '../../lib/authentication/identities/identities.ts';
import {
  type AuditSendersAnswer,
  type LastAuditsAnswer,
  lastAuditsContract,
} from '../../lib/contracts/audit-senders.ts';
import { changesOf, lastOpen } from '../../lib/store/audits.ts';
import { senderPartition } from '../../lib/store/keys.ts';
import { type DnsServer, startDnsServer } from '../../local/dns-server.ts';
import type { Zone } from '../../local/dns-zone.ts';
import {
  SCENE_DMARC,
  SCENE_IDENTITIES,
  SCENE_REGION,
  SCENE_REPORT_ADDRESS,
  SCENE_ZONE,
  sceneIdentities,
} from '../../local/sender-scene.ts';
import { LocalSes } from '../../local/ses/engine.ts';
import { type SesServer, startSes } from '../../local/ses/server.ts';
import { useLocalEnvironment, useTable } from '../support/environment.ts';
import { memoryTable } from '../support/memory-table.ts';
import type { TestTable } from '../support/table.ts';

let table: TestTable;
let dns: DnsServer;
let ses: SesServer;
let handler: (event: unknown) => Promise<AuditSendersAnswer>;
let last: () => Promise<LastAuditsAnswer>;

const SHOP = 'shop.example';
const DMARC_FIXED: Zone = { ...SCENE_ZONE, ...SCENE_DMARC };
const ALWAYS = { from: '2000', to: '2100' };

beforeAll(async () => {
  table = memoryTable();
  dns = await startDnsServer();
  ses = await startSes(
    new LocalSes({
      identities: sceneIdentities(),
      recommendations: [
        {
          ResourceArn: `arn:aws:ses:ap-northeast-1:123456789012:identity/${SHOP}`,
          Type: 'DMARC',
          Description: 'DMARC1',
          Status: 'OPEN',
          Impact: 'HIGH',
          CreatedTimestamp: 1_790_000_000,
          LastUpdatedTimestamp: 1_790_000_000,
        },
      ],
    }),
  );
  useLocalEnvironment({
    AWS_ENDPOINT_URL_SESV2: ses.endpoint,
    SES_CALLS_PER_SECOND: '100000',
    DNS_SERVERS: dns.address,
    DMARC_REPORT_ADDRESS: SCENE_REPORT_ADDRESS,
  });
  const { handler: deployed } = await import('../../functions/audit-senders.ts');
  handler = async (event) => {
    const answer = await deployed(event);
    if (!('audits' in answer)) throw new Error('another run is active');
    return answer;
  };
  last = async () => {
    const answer = await deployed({ last: true });
    if (!('senders' in answer)) throw new Error('an audit was made');
    return lastAuditsContract.answer.parse(answer);
  };
});
beforeEach(async () => {
  await useTable(table);
});
afterAll(async () => {
  await Promise.all([ses.stop(), dns.close(), table.stop()]);
});

async function run(zone: Zone, event: unknown = {}): Promise<AuditSendersAnswer> {
  dns.use(zone);
  return handler(event);
}
const auditOf = (result: AuditSendersAnswer, name: string) =>
  result.audits.find(({ identity }) => identity === name);

describe('the deployed audit, over SES, DNS and the table', () => {
  it('audits every identity of the account', async () => {
    const result = await run(SCENE_ZONE);
    expect(result.audits.map(({ identity }) => identity)).toEqual(Object.keys(SCENE_IDENTITIES).sort());
    expect(result.failed).toEqual([]);
    expect(auditOf(result, SHOP)?.findings[0]?.id).toBe('dmarc-missing');
  });

  it('ends where SES throttles it, and goes on there', async () => {
    const names = Object.keys(SCENE_IDENTITIES).sort();
    ses.faults.inject({ match: 'GetEmailIdentity', after: 1, times: 100, kind: 'throttle' });
    const first = await run(SCENE_ZONE);
    ses.faults.clear();
    expect(first).toMatchObject({ throttled: true, continuesAfter: names[0], failed: [] });
    const second = await run(SCENE_ZONE);
    expect([...first.audits, ...second.audits].map(({ identity }) => identity)).toEqual(names);
  });

  it("shows SES's own recommendations beside ours", async () => {
    const found = auditOf(await run(SCENE_ZONE), SHOP)?.findings.find(
      ({ id }) => id === 'ses-recommendation',
    );
    expect(found?.effect.en).toBe('DMARC1');
  });

  it('says that all three pass after the record is published, and that this was resolved', async () => {
    expect((await run(SCENE_ZONE)).changes).toEqual([]);
    const after = await run(DMARC_FIXED);
    expect(auditOf(after, SHOP)?.summary.ja).toBe('SPF・DKIM・DMARC の 3 つとも合格します。');
    const change = after.changes.find(({ identity }) => identity === SHOP);
    expect(change?.resolved).toEqual([`dmarc-missing: ${SHOP}`]);
  });

  it('compares and keeps nothing of an audit that asks a name server given by hand', async () => {
    await run(DMARC_FIXED);
    const trial = await run({}, { dns: [dns.address] });
    expect(auditOf(trial, SHOP)?.findings.map(({ id }) => id)).toContain('dmarc-missing');
    expect(trial.changes).toEqual([]);
    expect((await run(DMARC_FIXED)).changes).toEqual([]);
  });

  it('reports a change once: a CNAME that disappeared', async () => {
    await run(DMARC_FIXED);
    const { [`k3shopbb._domainkey.${SHOP}`]: _, ...broken } = DMARC_FIXED;
    const first = await run(broken);
    expect(first.changes).toEqual([
      {
        identity: SHOP,
        appeared: [`dkim-cname-missing: k3shopbb._domainkey.${SHOP}`],
        resolved: [],
      },
    ]);
    expect((await run(broken)).changes).toEqual([]);
    const store = table.open(() => new Date('2026-11-24T00:00:00Z'));
    expect(await changesOf(store, SHOP, ALWAYS)).toHaveLength(1);
    expect((await lastOpen(store, SHOP))?.open).toHaveLength(1);
  });

  it('raises no alarm, now or later, when the name server does not answer', async () => {
    await run(SCENE_ZONE);
    const names = Object.keys(SCENE_ZONE).filter((name) => name.endsWith(SHOP));
    const silent: Zone = Object.fromEntries(
      [...names, `_dmarc.${SHOP}`].map((name) => [name, { fault: 'SERVFAIL' as const }]),
    );
    const blind = await run({ ...SCENE_ZONE, ...silent }, { identities: [SHOP] });
    expect(blind.changes).toEqual([]);
    expect(auditOf(blind, SHOP)?.findings.some(({ severity }) => severity === 'unknown')).toBe(true);
    expect((await run(SCENE_ZONE, { identities: [SHOP] })).changes).toEqual([]);
  });

  it('audits the identities asked for, and goes on when one is gone', async () => {
    const result = await run(SCENE_ZONE, { identities: [SHOP, 'gone.example'] });
    expect(result.audits).toHaveLength(1);
    expect(result.failed).toEqual([
      {
        identity: 'gone.example',
        message: expect.stringContaining('does not exist'),
        text: { ja: 'NotFoundException', en: expect.stringContaining('does not exist') },
      },
    ]);
  });

  it('refuses a wrong request by name', async () => {
    await expect(run(SCENE_ZONE, { identities: 'shop.example' })).rejects.toThrow(/identities/);
  });

  it('tells what the last audits found, and makes none', async () => {
    expect(await last()).toMatchObject({ senders: [], urgent: { count: 0 } });
    expect((await last()).unaudited).toEqual(Object.keys(SCENE_IDENTITIES).sort());
    const made = await run(SCENE_ZONE, { identities: [SHOP] });
    const calls = ses.calls.length;
    const told = await last();
    expect(ses.calls.slice(calls).map(({ name }) => name)).toEqual(['ListEmailIdentities']);
    expect(told.senders).toMatchObject([
      { identity: SHOP, marks: { spf: 'pass', dkim: 'pass', mailFrom: 'own', dmarc: 'none' } },
    ]);
    expect(Date.parse(told.senders[0]?.at ?? '')).toBeLessThanOrEqual(Date.parse(made.at));
    expect(told.urgent).toMatchObject({
      count: 1,
      items: [
        {
          id: 'dmarc-missing',
          identities: [SHOP],
          now: { en: 'it has no DMARC today' },
          records: [{ lines: [expect.stringMatching(/^_dmarc\.shop\.example\. 3600 IN TXT "v=DMARC1/)] }],
        },
      ],
    });
  });

  it('names the senders whose stored audit this version cannot read', async () => {
    await run(SCENE_ZONE, { identities: [SHOP] });
    const store = table.open(() => new Date('2026-11-24T00:00:00Z'));
    await store.put({
      ...{ pk: senderPartition(SHOP), sk: 'AUDIT' },
      at: 'x',
      open: [],
      audit: { of: 'tomorrow' },
    });
    expect(await last()).toMatchObject({ senders: [], unreadable: [SHOP] });
  });

  it('says that no report came once reports are asked for', async () => {
    const result = await run(DMARC_FIXED);
    expect(auditOf(result, SHOP)?.findings.map(({ id }) => id)).toContain('dmarc-no-reports');
  });
});

describe('a long account', () => {
  it('is audited over several runs, each going on where the last stopped', async () => {
    dns.use(SCENE_ZONE);
    const names = ['a.example', 'b.example', 'c.example', 'd.example', 'e.example'];
    const asked: string[] = [];
    const source: IdentitySource = {
      names: () => Promise.resolve(names),
      identity: (name) => {
        asked.push(name);
        return Promise.resolve(identityFrom(name, {}));
      },
      recommendations: () => Promise.reject(new Error('not subscribed to Virtual Deliverability Manager')),
    };
    const go = () => {
      let budget = 2;
      return runAudit({
        source,
        dns: systemDns({ servers: [dns.address] }),
        store: table.open(() => new Date('2026-11-24T00:00:00Z')),
        region: SCENE_REGION,
        now: () => new Date('2026-11-24T00:00:00Z'),
        timeIsUp: () => budget-- <= 0,
      });
    };
    expect((await go()).continuesAfter).toBe('b.example');
    expect((await go()).continuesAfter).toBe('d.example');
    expect((await go()).continuesAfter).toBeUndefined();
    expect(asked).toEqual(names);
    await go();
    expect(asked.slice(5)).toEqual(['a.example', 'b.example']);
  });
});

describe('a large account', () => {
  it('is answered within what Lambda can carry, keeping what is urgent', async () => {
    const run_ = await run(SCENE_ZONE);
    const many = { ...run_, audits: Array.from({ length: 1500 }, () => run_.audits).flat() };
    const short = abridged(many);
    expect(Buffer.byteLength(JSON.stringify(many))).toBeGreaterThan(20_000_000);
    expect(short.audits).toHaveLength(many.audits.length);
    expect(short.audits.at(-1)?.findings.map(({ severity }) => severity)).toEqual(['critical']);
    expect(abridged(run_)).toBe(run_);
  });
});

describe("SES's answers", () => {
  it('are refused when they are of another shape', () => {
    expect(() => identityFrom('shop.example', { DkimAttributes: { Tokens: 'x' } })).toThrow(
      UnexpectedSesAnswerError,
    );
  });

  it('are read at the pace given, one call at a time', async () => {
    const calls = ses.calls.length;
    await run(SCENE_ZONE);
    const made = ses.calls.slice(calls).map(({ name }) => name);
    expect(made).toEqual([
      'ListEmailIdentities',
      'ListRecommendations',
      ...Array.from({ length: 4 }, () => 'GetEmailIdentity'),
    ]);
  });
});
