import { basename } from 'node:path';
import { maskAddressesIn, normaliseDomain } from '../../address.ts';
import type { HandedFile } from '../../contracts/read-dmarc-report.ts';
import type { Table } from '../../store/table.ts';
import type { Bilingual } from '../../text.ts';
import { type Dns, rememberingDns } from '../dns/dns.ts';
import { readTestMail, UnreadableMailError } from '../test-mail/test-mail.ts';
import type { AggregateReport } from './aggregate-report.ts';
import { openHandedFile } from './handed-files.ts';
import { isBareReport, type RefusedFile, readReportFile } from './report-mail.ts';
import type { Standing } from './report-rows.ts';
import { standingOf } from './report-signer.ts';
import { saveReport } from './report-store.ts';

/** Report mail and report files into the store. */

/** What one mail or file brought. */
export interface ImportResult {
  readonly name: string;
  readonly stored: number;
  /** Reports that were stored before. */
  readonly duplicates: number;
  readonly rejected: readonly RefusedFile[];
  /** Whether the mail was signed by its sender's domain; `undefined` when that is not known. */
  readonly verified?: boolean;
  /** Reports in it that are another organization's than the one that signed it: stored apart, and never counted. */
  readonly foreign?: readonly ForeignReports[];
  /** Faults of its reports that were overlooked, by name. */
  readonly faults: readonly string[];
  /** Domains its reports are about. */
  readonly domains: readonly string[];
  /** The first day they are about, `YYYY-MM-DD` in UTC; absent when there is no report. */
  readonly firstDay?: string;
}

/** A report that somebody else signed than the organization it names. */
interface ForeignReports {
  readonly signer: string;
  readonly organization: string;
}

/** What importing works with. */
export interface ImportParts {
  readonly store: Table;
  readonly dns: Dns;
  readonly isSes: (address: string) => boolean;
  readonly now: Date;
  /** Set when an operator handed the file over, who vouches for a report without its mail. */
  readonly byHand?: boolean;
}

/**
 * Reads a mail, or a report without its mail, and stores the reports in it. RFC 9990 wants the mail itself to pass
 * DMARC: reports from a mail without a valid, aligned signature of the organization they are of are stored, marked, and
 * kept out of advice.
 */
export async function importReportMail(
  name: string,
  mail: Uint8Array,
  parts: ImportParts,
): Promise<ImportResult> {
  const { reports, rejected } = await readReportFile(name, mail);
  const dns = rememberingDns(parts.dns);
  const vouched = parts.byHand === true && isBareReport(mail);
  const { verified, signers } = vouched ? { signers: [] } : await signersOf(mail, dns);
  const foreign: ForeignReports[] = [];
  let stored = 0;
  for (const report of reports) {
    const standing: Standing = vouched ? { kind: 'vouched' } : await standingOf(report, signers, dns);
    if (standing.kind === 'foreign') {
      foreign.push({ signer: standing.signer, organization: report.organization });
    }
    if (await saveReport(parts.store, report, { isSes: parts.isSes, standing, now: parts.now })) stored += 1;
  }
  const begin = reports.reduce((first, report) => Math.min(first, report.begin), Number.POSITIVE_INFINITY);
  return {
    name: maskAddressesIn(name),
    stored,
    duplicates: reports.length - stored,
    rejected: rejected.map(masked),
    ...(verified !== undefined && { verified }),
    ...(foreign.length > 0 && { foreign }),
    faults: [...new Set(reports.flatMap(({ faults }) => faults))].sort(),
    domains: [...new Set(reports.map(({ domain }) => domain))].sort(),
    ...(reports.length > 0 && { firstDay: new Date(begin * 1000).toISOString().slice(0, 10) }),
  };
}

/** Stores the reports of files that an operator hands over: the same way, file by file. */
export async function importHandedFile(file: HandedFile, parts: ImportParts): Promise<ImportResult> {
  const opened = openHandedFile(file);
  if (opened instanceof Uint8Array) return importReportMail(file.name, opened, { ...parts, byHand: true });
  return {
    name: maskAddressesIn(opened.name),
    stored: 0,
    duplicates: 0,
    rejected: [masked(opened)],
    faults: [],
    domains: [],
  };
}

/** A refusal's words quote the file: addresses in them are masked before they reach a log. */
function masked({ name, reason, detail }: RefusedFile): RefusedFile {
  return {
    name: maskAddressesIn(name),
    reason,
    ...(detail !== undefined && {
      detail: { ja: maskAddressesIn(detail.ja), en: maskAddressesIn(detail.en) },
    }),
  };
}

/** The domains that signed the mail and align with From; `verified` is absent when a key could not be looked up. */
async function signersOf(
  mail: Uint8Array,
  dns: Dns,
): Promise<{ readonly verified?: boolean; readonly signers: readonly string[] }> {
  try {
    const { signatures } = await readTestMail(mail, dns);
    const valid = signatures.filter(({ verified, aligned }) => verified === 'pass' && aligned === 'yes');
    const signers = [...new Set(valid.map(({ domain }) => normaliseDomain(domain)))];
    if (signers.length > 0) return { verified: true, signers };
    const unsure = signatures.some(({ verified }) => verified === 'temperror');
    return unsure ? { signers } : { verified: false, signers };
  } catch (error) {
    if (error instanceof UnreadableMailError) return { verified: false, signers: [] };
    throw error;
  }
}

/** What was not read, and the file it came in. */
export interface FileRefusal {
  readonly file: string;
  /** The file's own name, or that of an attachment in it. */
  readonly name: string;
  readonly reason: string;
  /** What the reason does not say. */
  readonly detail?: Bilingual;
}

/** Reads files without storing anything; what cannot be read is told, and the rest goes on. */
export async function readReportFiles(
  files: readonly { readonly name: string; readonly content: Uint8Array }[],
): Promise<{ reports: readonly AggregateReport[]; rejected: readonly FileRefusal[] }> {
  const reports: AggregateReport[] = [];
  const rejected: FileRefusal[] = [];
  for (const { name, content } of files) {
    const result = await readReportFile(basename(name), content);
    reports.push(...result.reports);
    rejected.push(...result.rejected.map((refusal) => ({ file: name, ...refusal })));
  }
  return { reports, rejected };
}
