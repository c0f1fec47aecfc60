import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditIdentity, type IdentityAudit, lookUpIdentity } from '../../lib/authentication/audit/audit.ts';
import { alarmKeys } from '../../lib/authentication/audit/run-audit.ts';
import { systemDns } from '../../lib/authentication/dns/system-dns.ts';
import { judgeAddress } from '../../lib/authentication/spf/judge.ts';
import { analyseSpf } from '../../lib/authentication/spf/spf.ts';
import { type DnsServer, startDnsServer } from '../../local/dns-server.ts';
import type { Zone, ZoneName } from '../../local/dns-zone.ts';
import { D, FEEDBACK, HOSTED, IDENTITY, keyOf, MF, TOKENS } from './sound-identity.ts';

/**
 * One SPF verdict, the library's: a fault decides over SES's mail only where SES's mail meets it. The expected results
 * follow from how each zone is put together (RFC 7208 section 4.6.2: from left to right, the first match ends it).
 */

const txt = (...records: readonly string[]): ZoneName => ({ TXT: records });
/** First and last address of each of SES's ranges in these zones. */
const RANGES = {
  '203.0.113.0/24': ['203.0.113.0', '203.0.113.255'],
  '198.51.100.64/26': ['198.51.100.64', '198.51.100.127'],
  '2001:db8:100::/40': ['2001:db8:100::', '2001:db8:1ff:ffff:ffff:ffff:ffff:ffff'],
} as const;
const SES = txt(
  `v=spf1 ${Object.keys(RANGES)
    .map((range) => `${range.includes(':') ? 'ip6' : 'ip4'}:${range}`)
    .join(' ')} -all`,
);

const KEY = keyOf(2048);
const SOUND: Zone = {
  'amazonses.com': SES,
  [D]: { TXT: ['v=spf1 ip4:192.0.2.1 -all'], MX: [`10 mx.${D}`], A: ['192.0.2.1'] },
  ...Object.fromEntries(
    TOKENS.flatMap((token) => [
      [`${token}._domainkey.${D}`, { CNAME: `${token}.${HOSTED}` }],
      [`${token}.${HOSTED}`, txt(`p=${KEY}`)],
    ]),
  ),
  [`_dmarc.${D}`]: txt(`v=DMARC1; p=quarantine; rua=mailto:reports@${D}`),
  // What sound terms lead to.
  'office.example': {
    TXT: ['v=spf1 ip4:192.0.2.64/28 include:more.office.example -all'],
    A: ['192.0.2.70'],
    AAAA: ['2001:db8:2::70'],
    MX: ['10 office.example'],
  },
  'more.office.example': txt('v=spf1 ip4:192.0.2.96/28 ~all'),
  // What faults lead to.
  'none.example': txt('nothing'),
  'two.example': txt('v=spf1 -all', 'v=spf1 ~all'),
  'wrong.example': txt('v=spf1 ip4:1.2.3 -all'),
  'glued.example': txt('v=spf1 ip4:192.0.2.5include:office.example -all'),
  'loop.example': txt('v=spf1 include:loop.example -all'),
  'deep.example': txt(`v=spf1 ${Array.from({ length: 11 }, () => 'a:office.example').join(' ')} -all`),
  'many.example': { MX: Array.from({ length: 11 }, (_, i) => `${i} m${i}.example`) },
  'broken.example': { fault: 'SERVFAIL' },
  'below.example': txt('v=spf1 include:gone.example -all'),
};

/** Terms of other senders, none of which matches SES. */
const sound = fc.constantFrom(
  'ip4:192.0.2.9',
  'ip6:2001:db8:2::/48',
  '-ip4:192.0.2.10',
  'a:office.example',
  'mx:office.example',
  '~ip4:192.0.2.0/26',
  'include:office.example',
  '?a:office.example',
);
/** What is wrong with one term, and what SPF comes to where it is met. */
const fault = fc.constantFrom(
  ...(['gone', 'none', 'two', 'wrong', 'glued', 'loop', 'deep', 'below'] as const).map((name) => ({
    terms: `include:${name}.example`,
    met: 'permerror' as const,
  })),
  { terms: `include:${MF}`, met: 'permerror' as const },
  { terms: 'a:void1.example a:void2.example exists:void3.example', met: 'permerror' as const },
  { terms: 'mx:many.example', met: 'permerror' as const },
  { terms: 'include:broken.example', met: 'unknown' as const },
  { terms: 'a:broken.example', met: 'unknown' as const },
);
const scene = fc.record({
  before: fc.array(sound, { maxLength: 2 }),
  behind: fc.array(sound, { maxLength: 2 }),
  /** SES named in the record itself, or in that of a vendor. */
  nested: fc.boolean(),
  /** The fault stands in the vendor's record. */
  within: fc.boolean(),
  end: fc.constantFrom('-all', '~all', '?all', ''),
  fault,
});

let server: DnsServer;
beforeAll(async () => {
  server = await startDnsServer();
});
afterAll(() => server.close());
const dns = () => systemDns({ servers: [server.address], timeout: 5000, tries: 1 });

/** The zone with terms before and behind SES in each record on the way to it. */
function zoneOf(
  {
    before,
    behind,
    nested,
    within,
    end,
  }: Omit<typeof scene extends fc.Arbitrary<infer T> ? T : never, 'fault'>,
  faults: { readonly before: string; readonly behind: string },
): Zone {
  const put = (inside: boolean, target: string) =>
    [
      'v=spf1',
      ...before,
      ...(inside === (nested && within) ? [faults.before, target, faults.behind] : [target]),
      ...behind,
      inside ? '-all' : end,
    ]
      .filter((term) => term !== '')
      .join(' ');
  return {
    ...SOUND,
    [MF]: { MX: [FEEDBACK], TXT: [put(false, nested ? 'include:vendor.example' : 'include:amazonses.com')] },
    ...(nested && { 'vendor.example': txt(put(true, 'include:amazonses.com')) }),
  };
}

async function audit(zone: Zone): Promise<IdentityAudit> {
  server.use(zone);
  return auditIdentity(IDENTITY, await lookUpIdentity(dns(), IDENTITY), {
    region: 'ap-northeast-1',
    identities: [IDENTITY],
  });
}

/** What the library says of each range's first and last address. */
async function ends(): Promise<string[]> {
  const results: string[] = [];
  const names = new Set([
    ...Object.keys(SOUND),
    ...server.questions.map((question) => question.split(' ')[1] ?? ''),
  ]);
  for (const ip of Object.values(RANGES).flat()) {
    results.push(await judgeAddress({ dns: dns(), domain: MF, names }, ip));
  }
  return [...new Set(results)];
}

describe('one fault in a random SPF tree', () => {
  it('changes no verdict and rings no alarm behind SES, and both before it', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(scene, async ({ fault: { terms, met }, ...rest }) => {
        const calm = await audit(zoneOf(rest, { before: '', behind: '' }));
        expect(calm.verdict.spf).toEqual({ result: 'pass', aligned: 'yes' });

        const behind = await audit(zoneOf(rest, { before: '', behind: terms }));
        expect(await ends()).toEqual(['pass']);
        expect(behind.verdict).toEqual(calm.verdict);
        expect(behind.checklist).toEqual(calm.checklist);
        expect(alarmKeys(behind.findings)).toEqual(alarmKeys(calm.findings));
        expect(behind.findings.filter(({ severity }) => severity === 'critical')).toEqual([]);

        const before = await audit(zoneOf(rest, { before: terms, behind: '' }));
        expect(await ends()).toEqual([met]);
        expect(before.verdict.spf.result).toBe(met);
        const rung = alarmKeys(before.findings).filter((key) => !alarmKeys(calm.findings).includes(key));
        expect(rung.length > 0).toBe(met === 'permerror');
      }),
      { numRuns: 60 },
    );
  });
});

describe('a fault behind the term that SES matches', () => {
  it.each([
    ['an include of a name without a record', 'include:amazonses.com include:gone.example ~all'],
    ['three void look-ups', 'include:amazonses.com a:x1.example a:x2.example mx:x3.example ~all'],
    ['an include of itself', `include:amazonses.com include:${MF} ~all`],
    ['a redirect to nothing', 'include:amazonses.com redirect=gone.example'],
    ['a syntax error of a vendor', 'include:amazonses.com include:wrong.example ~all'],
    ['two records of a vendor', 'include:amazonses.com include:two.example ~all'],
    ['an mx of eleven hosts', 'include:amazonses.com mx:many.example -all'],
  ])('%s is a warning about other senders', async (_, terms) => {
    const { verdict, findings, summary } = await audit({
      ...SOUND,
      [MF]: { MX: [FEEDBACK], TXT: [`v=spf1 ${terms}`] },
    });
    expect(verdict.spf.result).toBe('pass');
    const told = findings.filter(({ id }) => id.startsWith('spf-') && id !== 'spf-ses-at-from');
    expect(told.map(({ severity, spares }) => `${severity} ${spares}`)).toContain('warning ses');
    expect(told.map(({ effect }) => effect.en).join()).toContain("SES's mail passes");
    expect(summary.en).toBe('SPF, DKIM and DMARC: all three pass.');
  });

  it.each([
    ['a syntax error in the record itself', ['v=spf1 include:amazonses.com ip4:1.2.3 -all']],
    ['two records at the name itself', ['v=spf1 include:amazonses.com -all', 'v=spf1 -all']],
  ])('%s stays a permerror', async (_, records) => {
    const { verdict, findings } = await audit({ ...SOUND, [MF]: { MX: [FEEDBACK], TXT: records } });
    expect(verdict.spf.result).toBe('permerror');
    expect(findings[0]).toMatchObject({ severity: 'critical' });
  });
});

describe('a record that holds some of a range', () => {
  it.each([
    ['all but its last address', 'ip4:203.0.113.0/25 ip4:203.0.113.128/26 ip4:203.0.113.192/27'],
    ['all but a piece in the middle', '-ip4:203.0.113.100/31 ip4:203.0.113.0/24'],
    ['all but the address of a host', '-a:host.example ip4:203.0.113.0/24'],
  ])('%s does not pass', async (_, terms) => {
    server.use({
      'amazonses.com': txt('v=spf1 ip4:203.0.113.0/24 -all'),
      'host.example': { A: ['203.0.113.77'] },
      [MF]: txt(`v=spf1 ${terms} -all`),
    });
    expect(await analyseSpf(dns(), MF)).toMatchObject({
      verdict: 'fail',
      partly: true,
      missing: ['203.0.113.0/24'],
    });
  });
});

describe('a name made of the message', () => {
  it.each([
    ['before SES', 'exists:%{i}._spf.shop.example include:amazonses.com -all', 'pass'],
    ['in an include before SES', 'include:%{d}.list.example include:amazonses.com -all', 'pass'],
    ['alone', 'exists:%{l}.%{d} -all', 'unknown'],
    ['in a redirect', 'redirect=%{d}.list.example', 'unknown'],
  ])('%s: %s', async (_, terms, verdict) => {
    server.use({ 'amazonses.com': SES, [MF]: txt(`v=spf1 ${terms}`) });
    expect((await analyseSpf(dns(), MF)).verdict).toBe(verdict);
  });
});
