import type { Bilingual } from '../../text.ts';
import { isDmarcRecord, parseDmarc, rewriteDmarc } from '../dmarc/dmarc-record.ts';
import { type DnsRecord, recordKey, type TxtValue } from '../dns/records.ts';
import { FINDINGS, type FindingId } from '../findings/findings.ts';
import { type FindingRow, placeOf } from '../findings/row.ts';
import { isAllTerm, isSpfRecord } from '../spf/spf-record.ts';

/**
 * One record per name and type, whatever the number of findings about it: two DMARC or two SPF records at a name
 * count as none (RFC 9989 section 4.10, RFC 7208 section 4.5), so proposals must never be added up by hand. Pure.
 */

/** What may propose records: a finding, also as it was stored. */
interface Proposal {
  readonly id: string;
  readonly severity: string;
  readonly todo: Bilingual;
  readonly records: readonly DnsRecord[];
}

/** The audits with one record per name: a subdomain or an address shares records with its domain's identity. */
export function agreed<Audit extends { readonly findings: readonly Proposal[] }>(
  audits: readonly Audit[],
): readonly Audit[] {
  const findings = [...withOneRecordPerName(audits.flatMap((audit) => audit.findings))];
  return audits.map((audit) => ({ ...audit, findings: findings.splice(0, audit.findings.length) }));
}

/**
 * The findings with every proposal for one name and type brought to the same record. A further step (a stricter
 * policy, say) that would change a record in need of repair waits: it loses its record and says so.
 */
export function withOneRecordPerName<Finding extends Proposal>(
  findings: readonly Finding[],
): readonly Finding[] {
  const urgent = findings.toSorted((a, b) => placeOf(a.severity) - placeOf(b.severity));
  const proposals = Map.groupBy(
    urgent.flatMap((finding) => finding.records.map((record) => ({ finding, record }))),
    ({ record }) => recordKey(record),
  );
  const published = new Map<string, DnsRecord>();
  const inRepair = new Set<string>();
  for (const [key, group] of proposals) {
    const repairs = group.filter(({ finding }) => !isStep(finding));
    // What is only worth knowing (tags nobody reads any more) can go along with a step.
    const repaired = repairs.some(({ finding }) => finding.severity !== 'information');
    if (repaired) inRepair.add(key);
    published.set(key, merged((repaired ? repairs : group).map(({ record }) => record)));
  }
  return findings.map((finding) => {
    const waitsFor = finding.records.find((record) => inRepair.has(recordKey(record)));
    if (isStep(finding) && waitsFor !== undefined) {
      return { ...finding, records: [], todo: waiting(waitsFor) };
    }
    return {
      ...finding,
      records: finding.records.map((record) => published.get(recordKey(record)) ?? record),
    };
  });
}

function isStep({ id }: Proposal): boolean {
  // One that another version found has no row here.
  const row: FindingRow | undefined = Object.hasOwn(FINDINGS, id) ? FINDINGS[id as FindingId] : undefined;
  return row?.step === true;
}

function waiting({ name }: DnsRecord): Bilingual {
  return {
    ja: `先に、ほかの項目にある ${name} の修正を公開します。そのあとの検査で、このためのレコードを示します。`,
    en: `Publish the repair of ${name} in the other findings first: the audit after that shows the record for this.`,
  };
}

/** Records of one name and type as one; the earlier has its way where two cannot both. */
function merged(records: readonly DnsRecord[]): DnsRecord {
  const [first] = records;
  if (first === undefined) throw new RangeError('nothing to merge');
  const keep = distinct(records.flatMap((record) => record.keep ?? []));
  return { ...first, value: mergedValue(first, records), ...(keep.length > 0 && { keep }) };
}

/** Each value once: two record sets keep the same ones when they are about one name. */
function distinct(values: readonly TxtValue[]): readonly TxtValue[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

function mergedValue(first: DnsRecord, records: readonly DnsRecord[]): string {
  if (records.every(({ value }) => value === first.value)) return first.value;
  if (first.type === 'TXT' && records.every(({ value }) => isDmarcRecord(value))) return mergedDmarc(records);
  if (first.type === 'TXT' && records.every(({ value }) => isSpfRecord(value))) return mergedSpf(records);
  // A name has one CNAME, and SES wants exactly one MX.
  return first.value;
}

/** What each proposal changes in the published record, all applied to it. */
function mergedDmarc(records: readonly DnsRecord[]): string {
  const present = records.find(({ replaces }) => replaces !== undefined)?.replaces;
  const published = present === undefined ? undefined : parseDmarc(present);
  const changes: Record<string, string | undefined> = {};
  for (const { value, replaces } of records) {
    const before = replaces === undefined ? new Map<string, string>() : new Map(published?.tags);
    const after = new Map(parseDmarc(value)?.tags);
    for (const tag of new Set([...before.keys(), ...after.keys()])) {
      if (before.get(tag) !== after.get(tag) && !Object.hasOwn(changes, tag)) changes[tag] = after.get(tag);
    }
  }
  return rewriteDmarc(published, changes);
}

/**
 * What each proposal changes in the published record, all applied to it: terms put in or moved to the front go to the
 * front, and the most urgent proposal has its way with the `all` at the end.
 */
function mergedSpf(records: readonly DnsRecord[]): string {
  const published = records.find(({ replaces }) => replaces !== undefined)?.replaces;
  const before = termsOf(published ?? records[0]?.value ?? '');
  const after = records.map(({ value }) => termsOf(value));
  const added = after.flatMap(({ terms }) => terms.filter((term) => !before.terms.includes(term)));
  const kept = before.terms.filter((term) => after.every(({ terms }) => terms.includes(term)));
  const moved = after.flatMap(({ terms }) => {
    const held = before.terms.filter((term) => terms.includes(term));
    return kept.filter((term) => term === terms[0] && term !== held[0]);
  });
  const all = after.find((each) => each.all !== before.all)?.all ?? before.all;
  return ['v=spf1', ...new Set([...added, ...moved, ...kept]), ...(all === undefined ? [] : [all])].join(' ');
}

function termsOf(record: string): { readonly terms: readonly string[]; readonly all?: string } {
  const terms = record.split(' ').slice(1);
  const all = terms.find(isAllTerm);
  return {
    terms: terms.filter((term) => term !== '' && !isAllTerm(term)),
    ...(all === undefined ? {} : { all }),
  };
}
