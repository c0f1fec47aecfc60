import type { DmarcDiscovery, WalkStep } from './dmarc.ts';
import type { Issue } from './findings.ts';
import type { DnsRecord } from './records.ts';

/** DMARC records that count for nothing, and what to publish in their place: pure. */

/** The record set of a domain's DMARC record; `replaces` is the published record that `value` edits. */
export function dmarcRecord(domain: string, value: string, replaces?: string): DnsRecord {
  return { name: `_dmarc.${domain}`, type: 'TXT', value, ...(replaces === undefined ? {} : { replaces }) };
}

/** The record to begin with: reports where the operator said, nothing enforced. */
export function firstRecord(reportAddress: string | undefined): string {
  return reportAddress === undefined ? 'v=DMARC1; p=none' : `v=DMARC1; p=none; rua=mailto:${reportAddress}`;
}

/**
 * Records that receivers discard, at the names where they matter: the domain itself and those above it. `first` is
 * the record to publish where nothing of the present one can be kept.
 */
export function* discardedRecords(discovery: DmarcDiscovery, first: string): Generator<Issue> {
  for (const step of discovery.steps) {
    const owner = step.name.slice('_dmarc.'.length);
    // What stands at a top-level label is not the operator's to change.
    if (!owner.includes('.')) continue;
    // With a sound record of the domain's own, a faulty one above it decides only where the organization ends.
    const shadowed = owner !== discovery.domain && discovery.recordDomain === discovery.domain;
    for (const issue of faultOf(step, owner, first)) {
      yield shadowed ? { ...issue, severity: 'warning' } : issue;
    }
  }
}

function* faultOf(step: WalkStep, owner: string, first: string): Generator<Issue> {
  const { name } = step;
  if (step.status === 'several') {
    const longest = [...step.records].sort((a, b) => b.length - a.length)[0] ?? first;
    yield {
      id: 'dmarc-several-records',
      params: { name, count: String(step.records.length) },
      records: [dmarcRecord(owner, longest)],
    };
  }
  if (step.status === 'invalid') {
    yield {
      id: 'dmarc-invalid-list',
      params: { name },
      records: [dmarcRecord(owner, repaired(step.records[0]))],
    };
  }
  if (step.status === 'none') {
    for (const text of step.nearMisses.slice(0, 1)) {
      yield {
        id: 'dmarc-not-a-record',
        params: { name, text: text.length > 80 ? `${text.slice(0, 80)}…` : text },
        records: [dmarcRecord(owner, repairedNearMiss(text, first))],
      };
    }
  }
}

/** A record with repeated tags, each kept once as first written. */
function repaired(text: string | undefined): string {
  const seen = new Set<string>();
  const parts = (text ?? '').split(';').map((part) => part.trim());
  return parts
    .filter((part) => {
      const name = part.split('=')[0]?.trim().toLowerCase() ?? '';
      return part !== '' && !seen.has(name) && seen.add(name) !== undefined;
    })
    .join('; ');
}

/** What a text that is no record was meant to say, as far as it can be told: its policy and its rua. */
function repairedNearMiss(text: string, first: string): string {
  const policy = /(?:^|[;\s"])p\s{0,8}=\s{0,8}(none|quarantine|reject)/i.exec(text)?.[1]?.toLowerCase();
  const rua = /rua\s{0,8}=\s{0,8}(mailto:[^;\s"]{3,300})/i.exec(text)?.[1];
  if (policy === undefined) return first;
  return `v=DMARC1; p=${policy}${rua === undefined ? '' : `; rua=${rua}`}`;
}
