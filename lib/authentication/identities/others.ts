import { resolvePolicy } from 'mailauth/lib/mta-sts.js';
import type { Bilingual } from '../../text.ts';
import { type Dns, type DnsOutcome, type MxRecord, mailauthResolver, texts } from '../dns/dns.ts';
import type { Issue } from '../findings/findings.ts';

/** The From domain as a host, and the records that stand beside SPF, DKIM and DMARC. */

/** What was looked up. */
export interface DomainLookup {
  readonly mx: DnsOutcome<MxRecord>;
  readonly a: DnsOutcome<string>;
  readonly aaaa: DnsOutcome<string>;
  readonly mtaSts: DnsOutcome<readonly string[]>;
  readonly tlsReports: DnsOutcome<readonly string[]>;
  readonly bimi: DnsOutcome<readonly string[]>;
  /** What is wrong with what stands there, where something is. */
  readonly faults: { readonly mtaSts?: string; readonly tlsReports?: string; readonly bimi?: string };
}

/** Looks the domain up. */
export async function lookUpDomain(dns: Dns, domain: string): Promise<DomainLookup> {
  const [mx, a, aaaa, mtaSts, tlsReports, bimi] = await Promise.all([
    dns.mx(domain),
    dns.a(domain),
    dns.aaaa(domain),
    dns.txt(`_mta-sts.${domain}`),
    dns.txt(`_smtp._tls.${domain}`),
    dns.txt(`default._bimi.${domain}`),
  ]);
  const faults = {
    mtaSts: (await mtaStsFault(dns, domain, mtaSts)) ?? almost(mtaSts, 'v=STSv1'),
    tlsReports: tlsReportsFault(tlsReports) ?? almost(tlsReports, 'v=TLSRPTv1'),
    bimi: bimiFault(bimi) ?? almost(bimi, 'v=BIMI1'),
  };
  return { mx, a, aaaa, mtaSts, tlsReports, bimi, faults };
}

/** What is wrong with an MTA-STS record, by the library. The policy file behind it is not fetched. */
async function mtaStsFault(
  dns: Dns,
  domain: string,
  found: DnsOutcome<readonly string[]>,
): Promise<string | undefined> {
  if (!has(found, 'v=STSv1')) return undefined;
  try {
    const id = await resolvePolicy(domain, { resolver: mailauthResolver(dns), strict: true });
    return id === false ? 'it is not "v=STSv1; id=...;" (RFC 8461 section 3.1)' : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What is wrong with a TLS-RPT record (RFC 8460 section 3), which the library does not read. */
function tlsReportsFault(found: DnsOutcome<readonly string[]>): string | undefined {
  const records = texts(found).filter((text) => /^v=TLSRPTv1\b/i.test(text));
  const [record] = records;
  if (record === undefined) return undefined;
  if (records.length > 1) return 'several records';
  const uri = /(?:mailto:[^\s,;@]{1,64}@[^\s,;]{1,253}|https:\/\/[^\s,;]{1,500})/.source;
  const whole = new RegExp(`^v=TLSRPTv1\\s*;\\s*rua\\s*=\\s*${uri}(?:\\s*,\\s*${uri}){0,9}\\s*(?:;.*)?$`);
  return whole.test(record)
    ? undefined
    : 'it is not "v=TLSRPTv1; rua=..." with mailto: or https: (RFC 8460 section 3)';
}

/**
 * What is wrong with a BIMI record (draft-brand-indicators-for-message-identification section 4.3). Read here: the
 * library exports no reader of the record alone, but one that fetches logos and certificates (decision 0006).
 */
function bimiFault(found: DnsOutcome<readonly string[]>): string | undefined {
  const records = texts(found).filter((text) => /^v\s*=\s*BIMI1\b/i.test(text));
  const [record] = records;
  if (record === undefined) return undefined;
  if (records.length > 1) return 'several records';
  const tags = new Map(
    record.split(';').map((part) => {
      const equals = part.indexOf('=');
      return [part.slice(0, Math.max(equals, 0)).trim().toLowerCase(), part.slice(equals + 1).trim()];
    }),
  );
  const [location, authority] = [tags.get('l'), tags.get('a') ?? ''];
  const isHttps = (uri: string) => /^https:\/\/[^\s;,/]{1,253}(?:\/\S{0,1000})?$/i.test(uri);
  if (location === undefined) return 'it has no l=';
  // Both empty: the domain declines to publish a logo.
  if (location === '' && authority === '') return undefined;
  if (!isHttps(location)) return 'l= is no https: address';
  return authority === '' || isHttps(authority) ? undefined : 'a= is no https: address';
}

/** Whether the domain declares that it takes no mail: exactly one MX with an empty exchange (RFC 7505). */
function isNullMx(mx: DnsOutcome<MxRecord>): boolean {
  return mx.status === 'records' && mx.records.length === 1 && mx.records[0]?.exchange === '';
}

/** Reads the look-ups: pure. `enforced`: the DMARC policy is quarantine or reject. */
export function readDomain(domain: string, lookup: DomainLookup, enforced: boolean): readonly Issue[] {
  const issues: Issue[] = [];
  const { mx, a, aaaa } = lookup;
  if (isNullMx(mx)) issues.push({ id: 'from-null-mx', params: { domain } });
  else if (mx.status === 'nxdomain' && a.status === 'nxdomain') {
    issues.push({ id: 'from-nonexistent', params: { domain } });
  } else if (mx.status === 'failure') {
    issues.push({ id: 'from-could-not-look', params: { domain, type: 'MX', code: mx.code } });
  } else if (mx.status !== 'records') {
    // Without an MX mail goes to the name's own address (RFC 5321 section 5.1).
    const hosts = [a, aaaa];
    const failure = hosts.find((host) => host.status === 'failure');
    if (!hosts.some((host) => host.status === 'records')) {
      issues.push(
        failure?.status === 'failure'
          ? { id: 'from-could-not-look', params: { domain, type: 'A', code: failure.code } }
          : { id: 'from-no-host', params: { domain } },
      );
    }
  }

  const { faults } = lookup;
  const beside = [
    ['mta-sts', lookup.mtaSts, 'v=STSv1', faults.mtaSts],
    ['tls-rpt', lookup.tlsReports, 'v=TLSRPTv1', faults.tlsReports],
    ['bimi', lookup.bimi, 'v=BIMI1', faults.bimi],
  ] as const;
  for (const [id, found, version, fault] of beside) {
    if (fault === undefined) issues.push({ id, params: { domain, state: stateOf(found, version) } });
    else issues.push({ id, params: { domain, state: faulty(fault) }, severity: 'advice' });
  }
  if (has(lookup.bimi, 'v=BIMI1') && !enforced) issues.push({ id: 'bimi-needs-policy', params: { domain } });
  return issues;
}

function faulty(fault: string): Bilingual {
  return { ja: `不備があり、使われません（${fault}）`, en: `published with a fault, and not used: ${fault}` };
}

function has(outcome: DnsOutcome<readonly string[]>, version: string): boolean {
  return texts(outcome).some((text) =>
    text
      .toLowerCase()
      .replace(/^v[ \t]{0,16}=[ \t]{0,16}/, 'v=')
      .startsWith(version.toLowerCase()),
  );
}

/** What is wrong where no text begins with the version, and one was meant to: a space, a quote or a tag before it. */
function almost(outcome: DnsOutcome<readonly string[]>, version: string): string | undefined {
  const word = version.slice('v='.length).toLowerCase();
  const isMeant = texts(outcome).some((text) => text.toLowerCase().includes(word));
  return isMeant && !has(outcome, version) ? `it does not begin with "${version}"` : undefined;
}

function stateOf(outcome: DnsOutcome<readonly string[]>, version: string): Bilingual {
  if (outcome.status === 'failure') {
    return { ja: `調べられませんでした（${outcome.code}）`, en: `could not look (${outcome.code})` };
  }
  return has(outcome, version) ? { ja: 'あり', en: 'published' } : { ja: 'なし', en: 'not published' };
}
