import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { normaliseDomain } from '../../lib/address.ts';
import type { Dns, DnsOutcome, MxRecord } from '../../lib/authentication/dns/dns.ts';
import type { SpfResult } from '../../lib/authentication/spf/judge.ts';
import { analyseSpf } from '../../lib/authentication/spf/spf.ts';

/**
 * The verdict held against the public suite's expected results. In each case SES sends from the address that the case
 * asks about, and the case's own domain is the MAIL FROM domain, or is included by it before or behind SES.
 */

const Suite = z.array(
  z.object({
    section: z.string(),
    tests: z.array(
      z.object({ id: z.string(), host: z.string(), domain: z.string(), results: z.array(z.string()) }),
    ),
    zone: z.record(z.string(), z.array(z.union([z.literal('TIMEOUT'), z.record(z.string(), z.unknown())]))),
  }),
);
type Section = z.infer<typeof Suite>[number];

const SUITE = Suite.parse(JSON.parse(readFileSync(new URL('rfc7208/suite.json', import.meta.url), 'utf8')));
const CASES = SUITE.flatMap(({ section, tests, zone }) => tests.map((test) => ({ ...test, section, zone })));

/** What DMARC makes of SPF's seven results. */
const VERDICTS: Readonly<Record<string, SpfResult>> = {
  pass: 'pass',
  fail: 'fail',
  softfail: 'fail',
  neutral: 'fail',
  none: 'none',
  permerror: 'permerror',
  temperror: 'unknown',
};

/** The sending host's name decides here, and lies in the sender's domain: no host of SES has such a name. */
const BY_HOST_NAME = [
  'ptr-match-target',
  'ptr-match-implicit',
  'ptr-match-ip6',
  'ptr-case-change',
  'bytes-bug',
];
/** The local part, the name in HELO or the host's name decides here: of mail to come nobody knows them. */
const BY_MESSAGE = [
  'invalid-domain-long-via-macro',
  'trailing-dot-domain',
  'macro-mania-in-domain',
  'p-macro-multiple',
  'hello-macro',
  'invalid-hello-macro',
  'hello-domain-literal',
  'require-valid-helo',
  'macro-reverse-split-on-dash',
  'macro-multiple-delimiters',
];

/** A zone of the suite, as its driver reads it: SPF stands for TXT where no TXT is given, TIMEOUT for what is absent. */
function dnsOf(zone: Section['zone'], extra: Readonly<Record<string, string>>): Dns {
  const names = new Map(Object.entries(zone).map(([name, rows]) => [normaliseDomain(name), rows]));
  const find = (asked: string, type: string, hops = 0): DnsOutcome<unknown> => {
    const name = asked.toLowerCase().replace(/\.$/, '');
    const own = extra[name];
    if (own !== undefined)
      return type === 'TXT' ? { status: 'records', records: [own] } : { status: 'nodata' };
    if (name.split('.').some((label) => label === '' || label.length > 63)) return { status: 'nxdomain' };
    const rows = names.get(name);
    if (rows === undefined) {
      return name.startsWith('error.') ? { status: 'failure', code: 'ETIMEOUT' } : { status: 'nxdomain' };
    }
    const hasTxt = rows.some((row) => row !== 'TIMEOUT' && row.TXT !== undefined);
    const key = type === 'TXT' && !hasTxt ? 'SPF' : type;
    const found: unknown[] = [];
    for (const row of rows) {
      if (row === 'TIMEOUT')
        return found.length > 0 ? records(found) : { status: 'failure', code: 'ETIMEOUT' };
      if (typeof row.CNAME === 'string') {
        return hops > 8 ? { status: 'failure', code: 'ECNAMELOOP' } : find(row.CNAME, type, hops + 1);
      }
      if (row[key] !== undefined && row[key] !== 'NONE') found.push(row[key]);
    }
    return found.length > 0 ? records(found) : { status: 'nodata' };
  };
  const records = (found: readonly unknown[]): DnsOutcome<unknown> => ({ status: 'records', records: found });
  const ask =
    <T>(type: string, read: (row: unknown) => T) =>
    async (name: string): Promise<DnsOutcome<T>> => {
      const outcome = find(name, type);
      return outcome.status === 'records' ? { ...outcome, records: outcome.records.map(read) } : outcome;
    };
  return {
    txt: ask('TXT', (row): readonly string[] => [row].flat().map(String)),
    mx: ask('MX', (row): MxRecord => {
      const [priority, exchange] = Array.isArray(row) ? row : [];
      return { priority: Number(priority), exchange: normaliseDomain(String(exchange)) };
    }),
    a: ask('A', String),
    aaaa: ask('AAAA', String),
    cname: ask('CNAME', String),
    ns: ask('NS', String),
  };
}

type Case = (typeof CASES)[number];

/** SPF of SES's mail, where SES sends from the case's address; `record` is the MAIL FROM domain's own. */
async function verdictOf({ host, zone, domain }: Case, record?: string): Promise<SpfResult> {
  // An IPv4 address written as IPv6 is one of IPv4 (RFC 7208 section 5).
  const ip = host.replace(/^::ffff:(?=.*\.)/i, '');
  const dns = dnsOf(zone, {
    'amazonses.com': `v=spf1 ${ip.includes(':') ? 'ip6' : 'ip4'}:${ip} -all`,
    ...(record !== undefined && { 'bounce.shop.example': record }),
  });
  return (await analyseSpf(dns, record === undefined ? domain : 'bounce.shop.example')).verdict;
}

/** What the suite's expected results allow. */
function expectedOf({ id, results }: Case): SpfResult[] {
  if (BY_HOST_NAME.includes(id)) return ['fail'];
  if (BY_MESSAGE.includes(id)) return ['unknown'];
  return results.map((result) => VERDICTS[result] ?? 'unknown');
}

/** What the term that includes a case comes to before SES (RFC 7208 section 5.2). */
const INCLUDED: Readonly<Record<SpfResult, SpfResult>> = {
  pass: 'pass',
  fail: 'pass',
  none: 'permerror',
  permerror: 'permerror',
  unknown: 'unknown',
};

/** What SPF of SES's mail may come to behind such a term: that all results lead to one end may be seen or not. */
function resultsBefore(one: Case): SpfResult[] {
  const results = BY_MESSAGE.includes(one.id)
    ? one.results.map((result) => VERDICTS[result] ?? 'unknown')
    : expectedOf(one);
  return [
    ...results.map((result) => INCLUDED[result]),
    ...(BY_MESSAGE.includes(one.id) ? ['unknown' as const] : []),
  ];
}

/** Cases whose domain no `include` may name (RFC 7208 section 7.1). */
const includable = ({ domain }: Case): boolean =>
  /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z][a-z0-9-]+$/i.test(domain);
/** Look-ups that the tenth place, or the third void one, decides: SES's own include before them is one more. */
const AT_A_LIMIT = ['mech-at-limit', 'include-at-limit'];

describe("the suite's 203 cases", () => {
  it('holds them all', () => {
    expect(CASES).toHaveLength(203);
  });

  it.each(CASES.map((one) => [`${one.section}: ${one.id}`, one] as const))('%s', async (_, one) => {
    expect(expectedOf(one)).toContain(await verdictOf(one));
  });
});

describe('a case of the suite, included beside SES', () => {
  const cases = CASES.filter(includable);
  const others = fc.subarray([
    'ip4:192.0.2.200',
    '-ip4:198.51.100.201',
    'ip6:2001:db8:ffff::/48',
    '?ip4:192.0.2.202',
  ]);
  const scene = fc.record({ qualifier: fc.constantFrom('', '+'), before: others, behind: others });
  const drawn = fc.sample(scene, cases.length);

  it('behind SES changes nothing, and before it decides as an include does', async () => {
    for (const [at, one] of cases.entries()) {
      const { qualifier, before, behind } = drawn[at] ?? { qualifier: '', before: [], behind: [] };
      const include = `${qualifier}include:${one.domain}`;
      const put = (...terms: string[]): string =>
        ['v=spf1', ...before, ...terms, ...behind, '~all'].join(' ');

      const calm = put('include:amazonses.com', include);
      expect(await verdictOf(one, calm), `${one.id}: ${calm}`).toBe('pass');

      if (AT_A_LIMIT.includes(one.id)) continue;
      const met = put(include, 'include:amazonses.com');
      expect(resultsBefore(one), `${one.id}: ${met}`).toContain(await verdictOf(one, met));
    }
  });
});
