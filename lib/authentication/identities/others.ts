import type { Bilingual } from '../../text.ts';
import type { Dns, DnsOutcome, MxRecord } from '../dns/dns.ts';
import { texts } from '../dns/dns.ts';
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
  return { mx, a, aaaa, mtaSts, tlsReports, bimi };
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

  issues.push({ id: 'mta-sts', params: { domain, state: stateOf(lookup.mtaSts, 'v=STSv1') } });
  issues.push({ id: 'tls-rpt', params: { domain, state: stateOf(lookup.tlsReports, 'v=TLSRPTv1') } });
  issues.push({ id: 'bimi', params: { domain, state: stateOf(lookup.bimi, 'v=BIMI1') } });
  if (has(lookup.bimi, 'v=BIMI1') && !enforced) issues.push({ id: 'bimi-needs-policy', params: { domain } });
  return issues;
}

function has(outcome: DnsOutcome<readonly string[]>, version: string): boolean {
  return texts(outcome).some((text) => text.toLowerCase().startsWith(version.toLowerCase()));
}

function stateOf(outcome: DnsOutcome<readonly string[]>, version: string): Bilingual {
  if (outcome.status === 'failure') {
    return { ja: `調べられませんでした（${outcome.code}）`, en: `could not look (${outcome.code})` };
  }
  return has(outcome, version) ? { ja: 'あり', en: 'published' } : { ja: 'なし', en: 'not published' };
}
