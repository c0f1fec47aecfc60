import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditIdentity, type IdentityAudit, lookUpIdentity } from '../../lib/authentication/audit/audit.ts';
import { systemDns } from '../../lib/authentication/dns/system-dns.ts';
import { identityFrom } from '../../lib/authentication/identities/identities.ts';
import { type DnsServer, startDnsServer } from '../../local/dns-server.ts';
import type { Zone } from '../../local/dns-zone.ts';
import {
  SCENE_DMARC,
  SCENE_IDENTITIES,
  SCENE_REGION,
  SCENE_REPORT_ADDRESS,
  SCENE_ZONE,
} from '../../local/sender-scene.ts';

let server: DnsServer;
beforeAll(async () => {
  server = await startDnsServer();
});
afterAll(() => server.close());

async function audit(zone: Zone, name: string): Promise<IdentityAudit> {
  server.use(zone);
  const dns = systemDns({ servers: [server.address], timeout: 5000, tries: 1 });
  const identities = Object.entries(SCENE_IDENTITIES).map(([key, answer]) => identityFrom(key, answer));
  const identity = identities.find((one) => one.name === name);
  if (identity === undefined) throw new Error(`no identity ${name} in the scene`);
  const context = { region: SCENE_REGION, identities, reportAddress: SCENE_REPORT_ADDRESS };
  return auditIdentity(identity, await lookUpIdentity(dns, identity), context);
}

const ids = (result: IdentityAudit, ...severities: string[]) =>
  result.findings.filter(({ severity }) => severities.includes(severity)).map(({ id }) => id);

describe('the local scene', () => {
  it('finds DMARC missing at the shop, with the record to publish', async () => {
    const result = await audit(SCENE_ZONE, 'shop.example');
    expect(result.verdict).toMatchObject({
      spf: { result: 'pass', aligned: 'yes' },
      dkim: { result: 'pass' },
      dmarc: { result: 'none' },
    });
    expect(result.findings[0]).toMatchObject({
      id: 'dmarc-missing',
      severity: 'critical',
      records: [
        {
          name: '_dmarc.shop.example',
          type: 'TXT',
          value: 'v=DMARC1; p=none; rua=mailto:dmarc-reports@shop.example',
        },
      ],
    });
    expect(result.summary.ja).toBe('SPF と DKIM は合格しますが、DMARC がありません。');
  });

  it('says that all three pass once exactly that record is published', async () => {
    const before = await audit(SCENE_ZONE, 'shop.example');
    const record = before.findings[0]?.records[0];
    if (record === undefined) throw new Error('no record to publish');
    const after = await audit({ ...SCENE_ZONE, [record.name]: { TXT: [record.value] } }, 'shop.example');
    expect(after.summary).toEqual({
      ja: 'SPF・DKIM・DMARC の 3 つとも合格します。',
      en: 'SPF, DKIM and DMARC: all three pass.',
    });
    expect(ids(after, 'critical', 'warning', 'unknown')).toEqual([]);
    expect({ [record.name]: { TXT: [record.value] } }).toEqual(SCENE_DMARC);
  });

  it('puts the receivers that demand DMARC on the list of rules not met, and takes them off again', async () => {
    const before = await audit(SCENE_ZONE, 'shop.example');
    const after = await audit({ ...SCENE_ZONE, ...SCENE_DMARC }, 'shop.example');
    const open = (result: IdentityAudit) =>
      result.checklist.filter(({ state }) => state === 'not-met').map(({ id }) => id);
    expect(open(before)).toEqual([
      'gmail-bulk',
      'yahoo-bulk',
      'microsoft-bulk',
      'docomo-dmarc',
      'softbank-header-from-spf',
    ]);
    expect(open(after)).toEqual(['softbank-header-from-spf']);
  });

  it('finds the SPF record of the newsletter subdomain that SES never looks at', async () => {
    const result = await audit({ ...SCENE_ZONE, ...SCENE_DMARC }, 'news.shop.example');
    expect(ids(result, 'critical')).toEqual(['mail-from-spf-missing']);
    expect(ids(result, 'advice')).toContain('dkim-short-key');
    expect(result.verdict.dmarc.result).toBe('pass');
  });

  it('finds the address identity that takes the signature away', async () => {
    const result = await audit({ ...SCENE_ZONE, ...SCENE_DMARC }, 'order@shop.example');
    expect(ids(result, 'critical')).toEqual(['address-identity-unsigned', 'dmarc-nothing-aligned']);
    expect(result.verdict.dmarc.result).toBe('fail');
  });

  it('finds what grew at the old domain', async () => {
    const result = await audit(SCENE_ZONE, 'old-shop.example');
    expect(ids(result, 'critical', 'warning', 'advice')).toEqual([
      'dmarc-partial',
      'spf-lookup-limit',
      'dkim-short-key',
      'dmarc-no-rua',
      'mail-from-default',
      'softbank-header-from',
    ]);
    expect(result.spfLookups).toBe(11);
    expect(result.spfTree).toHaveLength(11 * 3 + 1);
  });
});
