import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import {
  domainOf as addressDomainOf,
  normaliseAddress,
  normaliseDomain,
  stripControls,
} from '../../address.ts';
import type { Bilingual } from '../../text.ts';
import { type Feedback, MAXIMUM_TAGS, type ReportDocument, readReportXml } from './report-xml.ts';
import { RejectedReportError } from './unpack.ts';

/**
 * DMARC aggregate reports (RFC 7489's schema and RFC 9990's) as plain data: what reporters write differently is
 * made one, what is faulty is tolerated and named, what cannot be used is refused with a reason.
 */

/** Faults that are overlooked: of the document, of the whole report, of rows. */
export const FAULTS = [
  'xml-repaired',
  'not-utf-8',
  'leading-space',
  'text-around',
  'decimal-times',
  'end-before-begin',
  'no-organization',
  'no-records',
  'empty-policy',
  'row-without-mail',
  'odd-count',
  'identities-for-identifiers',
  'no-header-from',
  'upper-case',
  'unknown-evaluation',
  'unknown-result',
  'result-without-domain',
] as const;

/** See {@link FAULTS}. */
export type FaultName = (typeof FAULTS)[number];

/** One authentication result of a row. */
interface AuthResult {
  readonly domain: string;
  readonly result: string;
  /** DKIM only; many reporters leave it out. */
  readonly selector?: string;
}

/** Mail of one source with one outcome. */
export interface ReportRow {
  readonly sourceIp: string;
  readonly count: number;
  /** `none`, `quarantine`, `reject`, or `pass` (RFC 9990). */
  readonly disposition: string;
  /** Whether DKIM, or SPF, passed *and* aligned. */
  readonly dkimAligned: boolean;
  readonly spfAligned: boolean;
  /** Why the receiver overrode the policy: `forwarded`, `mailing_list`, ... */
  readonly reasons: readonly string[];
  readonly headerFrom: string;
  readonly envelopeFrom?: string;
  readonly dkim: readonly AuthResult[];
  readonly spf: readonly AuthResult[];
}

/** One report. */
export interface AggregateReport {
  readonly organization: string;
  /** The domain of the reporter's own address; empty when there is none. */
  readonly contact: string;
  readonly reportId: string;
  /** Seconds since the epoch; `end` is not before `begin`. */
  readonly begin: number;
  readonly end: number;
  readonly schema: 'rfc7489' | 'rfc9990';
  /** The policy's domain. */
  readonly domain: string;
  readonly policy: {
    readonly p: string;
    readonly sp?: string;
    readonly np?: string;
    readonly testing?: string;
  };
  readonly rows: readonly ReportRow[];
  /** Faults that were overlooked, by name. */
  readonly faults: readonly FaultName[];
}

/** Rows of one mail. The largest genuine reports seen have some thousands. */
const MAXIMUM_ROWS = 50_000;
const MAXIMUM_TEXT = 255;

/** What reading may still cost: of a mail, what all its documents may together. */
export interface ReadingBudget {
  /** Tags of XML. */
  tags: number;
  /** Rows of reports. */
  rows: number;
}

/** The whole budget of a mail, or of a file that is none. */
export function readingBudget(): ReadingBudget {
  return { tags: MAXIMUM_TAGS, rows: MAXIMUM_ROWS };
}

/**
 * The report in one document.
 *
 * @throws {RejectedReportError} when it cannot be read as a report.
 */
export function readAggregateReport(document: Uint8Array, budget = readingBudget()): AggregateReport {
  const read = readReportXml(document, budget.tags);
  budget.tags -= read.tags;
  if (read.feedback.record.length > budget.rows) {
    throw new RejectedReportError('too-large', {
      ja: `${read.feedback.record.length} 行（1 つのメールまたはファイルの上限 ${MAXIMUM_ROWS} 行）`,
      en: `${read.feedback.record.length} rows, of which one mail or file may hold ${MAXIMUM_ROWS}`,
    });
  }
  budget.rows -= read.feedback.record.length;
  return reportOf(read);
}

/** Makes a report of a document's elements. */
function reportOf({ feedback, rfc9990, faults: found }: ReportDocument): AggregateReport {
  const faults = new Set<FaultName>(found);
  const { report_metadata: metadata, policy_published: published } = feedback;
  const domain = domainOf(published.domain);
  if (!isDomainName(domain)) {
    throw lacking({ ja: '対象ドメインがないか、ドメイン名ではありません', en: 'it names no domain' });
  }
  const reportId = clean(metadata.report_id);
  if (reportId === '') throw lacking({ ja: 'report_id がありません', en: 'it has no report_id' });
  const begin = timeOf(metadata.date_range.begin, 'begin', faults);
  const end = timeOf(metadata.date_range.end, 'end', faults);
  if (end < begin) faults.add('end-before-begin');
  const organization = clean(metadata.org_name);
  if (organization === '') faults.add('no-organization');
  if (feedback.record.length === 0) faults.add('no-records');

  const p = lower(published.p);
  return {
    organization,
    contact: domainOf(addressDomainOf(normaliseAddress(clean(metadata.email)))),
    reportId,
    begin,
    end: Math.max(begin, end),
    schema: rfc9990 ? 'rfc9990' : 'rfc7489',
    domain,
    policy: {
      p: p === '' ? 'none' : p,
      sp: policyOf(published.sp, faults),
      np: policyOf(published.np, faults),
      testing: lower(published.testing) || undefined,
    },
    rows: feedback.record.flatMap((record) => rowOf(record, domain, faults) ?? []),
    faults: [...faults].sort(),
  };
}

/** The last second that a date can be told of: the end of the year 9999. */
const LATEST_TIME = 253_402_300_799;

/** A time in seconds since the epoch. NetEase and others write decimals, which are cut off. */
function timeOf(value: string | undefined, name: 'begin' | 'end', faults: Set<FaultName>): number {
  const text = clean(value);
  if (text === '') {
    throw lacking({ ja: `対象期間の ${name} がありません`, en: `its date range has no ${name}` });
  }
  const parts = /^([0-9]{1,15})([.,][0-9]{0,20})?$/.exec(text);
  const seconds = Number(parts?.[1]);
  if (parts === null || seconds > LATEST_TIME) {
    const shown = text.slice(0, 40);
    throw lacking({
      ja: `対象期間の ${name}「${shown}」がエポック秒ではありません`,
      en: `the ${name} of its date range, "${shown}", is no time in seconds since the epoch`,
    });
  }
  if (parts[2] !== undefined) faults.add('decimal-times');
  return seconds;
}

function lacking(detail: Bilingual): RejectedReportError {
  return new RejectedReportError('not-a-report', detail);
}

/** `sp` and `np`: an empty element, and Mail.Ru's `nil`, mean that there is none. */
function policyOf(value: string | undefined, faults: Set<FaultName>): string | undefined {
  const policy = lower(value);
  if (['none', 'quarantine', 'reject'].includes(policy)) return policy;
  if (value !== undefined) faults.add('empty-policy');
  return undefined;
}

/** One row; `undefined` for rows that report no mail. */
function rowOf(
  { row, identifiers, identities, auth_results }: Feedback['record'][number],
  domain: string,
  faults: Set<FaultName>,
): ReportRow | undefined {
  const count = countOf(row.count, faults);
  const sourceIp = sourceOf(row.source_ip);
  if (count === undefined || count <= 0 || sourceIp === undefined) {
    faults.add('row-without-mail');
    return undefined;
  }
  const names = identifiers ?? identities;
  if (identifiers === undefined && identities !== undefined) faults.add('identities-for-identifiers');
  const headerFrom = domainOf(names?.header_from);
  if (headerFrom === '') faults.add('no-header-from');
  const { policy_evaluated: evaluated } = row;
  const disposition = lower(evaluated.disposition);
  return {
    sourceIp,
    count,
    disposition: disposition === '' ? 'none' : disposition,
    dkimAligned: aligned(evaluated.dkim, faults),
    spfAligned: aligned(evaluated.spf, faults),
    // kddi.com writes an empty reason where there is none.
    reasons: evaluated.reason.map(({ type }) => lower(type)).filter((type) => type !== ''),
    headerFrom: headerFrom === '' ? domain : headerFrom,
    envelopeFrom: domainOf(names?.envelope_from) || undefined,
    dkim: auth_results.dkim.flatMap((one) => authOf(one, one.selector, faults) ?? []).slice(0, 100),
    spf: auth_results.spf.flatMap((one) => authOf(one, undefined, faults) ?? []).slice(0, 10),
  };
}

/** policy_evaluated: `pass` in any case; everything else, also values the schema does not know, is a fail. */
function aligned(value: string | undefined, faults: Set<FaultName>): boolean {
  const result = lower(value);
  if (value !== undefined && value !== result) faults.add('upper-case');
  if (result !== 'pass' && result !== 'fail') faults.add('unknown-evaluation');
  return result === 'pass';
}

/** `hardfail` is what some call fail; `unknown` and `invalid` are no results at all. */
const RESULTS: Readonly<Record<string, string>> = { hardfail: 'fail', unknown: 'none', invalid: 'none' };
/** RFC 8601 sections 2.7.1 and 2.7.2. */
const KNOWN_RESULTS: ReadonlySet<string> = new Set([
  'none',
  'pass',
  'fail',
  'softfail',
  'policy',
  'neutral',
  'temperror',
  'permerror',
]);

function authOf(
  { domain, result }: { domain?: string | undefined; result?: string | undefined },
  selector: string | undefined,
  faults: Set<FaultName>,
): AuthResult | undefined {
  const name = domainOf(domain);
  const word = lower(result);
  if (name === '' && word === '') return undefined;
  if (name === '') faults.add('result-without-domain');
  const known = RESULTS[word] ?? word;
  if (word !== '' && !KNOWN_RESULTS.has(word)) faults.add('unknown-result');
  const key = clean(selector);
  return { domain: name, result: known === '' ? 'none' : known, selector: key === '' ? undefined : key };
}

function clean(value: string | undefined): string {
  return stripControls(value ?? '')
    .trim()
    .slice(0, MAXIMUM_TEXT);
}

function lower(value: string | undefined): string {
  return clean(value).toLowerCase();
}

function domainOf(value: string | undefined): string {
  return normaliseDomain(clean(value));
}

/** A count: digits. Some write it as a decimal number, or part its thousands. */
function countOf(value: string | undefined, faults: Set<FaultName>): number | undefined {
  const written = clean(value);
  const digits = written
    .replace(/\.0{0,10}$/, '')
    .replace(/^([0-9]{1,3}(?:,[0-9]{3}){1,3})$/, (all) => all.replaceAll(',', ''));
  if (!/^[0-9]{1,12}$/.test(digits)) return undefined;
  if (digits !== written) faults.add('odd-count');
  return Number(digits);
}

/**
 * The address of a source, in one form for each: IPv6 as RFC 5952 writes it, an IPv4 address inside IPv6 as IPv4, and
 * without the brackets, prefix length or zone that some add.
 */
function sourceOf(value: string | undefined): string | undefined {
  const bare = clean(value)
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^ipv6:/i, '')
    .replace(/\/(?:32|128)$/, '')
    .replace(/%[\w.-]{1,40}$/, '');
  if (isIP(bare) === 0) return undefined;
  const address = ipaddr.process(bare);
  return address.kind() === 'ipv6' && 'toRFC5952String' in address
    ? address.toRFC5952String()
    : address.toString();
}

/**
 * Whether a normalised text is a domain's name: letters, digits, `-` and `_` in labels. Reports are kept under their
 * domain, and `#` parts a key.
 */
export function isDomainName(text: string): boolean {
  const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
  return text.length <= 253 && text.split('.').every((part) => label.test(part));
}
