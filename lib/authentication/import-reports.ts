import { maskAddressesIn } from '../address.ts';
import type { AggregateReport } from './aggregate-report.ts';
import type { Dns } from './dns.ts';
import type { ItemStore } from './item-store.ts';
import { saveReport } from './records-store.ts';
import { type ReadResult, readReportFile } from './report-mail.ts';
import { readTestMail, UnreadableMailError } from './test-mail.ts';

/** Report mail into the store. */

/** What one mail brought. */
export interface ImportResult {
  readonly stored: number;
  /** Reports that were stored before. */
  readonly duplicates: number;
  readonly rejected: ReadResult['rejected'];
  /** Whether the mail was signed by its sender's domain; `undefined` when it could not be looked up. */
  readonly verified?: boolean;
}

/**
 * Reads a mail that SES received and stores the reports in it. RFC 9990 wants the mail itself to pass DMARC:
 * reports from a mail without a valid, aligned signature are stored, marked, and kept out of advice.
 */
export async function importReportMail(
  name: string,
  mail: Uint8Array,
  parts: {
    readonly store: ItemStore;
    readonly dns: Dns;
    readonly isSes: (address: string) => boolean;
    readonly now: Date;
  },
): Promise<ImportResult> {
  const { reports, rejected } = await readReportFile(name, mail);
  const verified = await isSigned(mail, parts.dns);
  let stored = 0;
  for (const report of reports) {
    const isNew = await saveReport(parts.store, report, {
      isSes: parts.isSes,
      verified: verified ?? false,
      now: parts.now,
    });
    if (isNew) stored += 1;
  }
  return { stored, duplicates: reports.length - stored, rejected: rejected.map(masked), verified };
}

/** A refusal's words quote the file: addresses in them are masked before they reach a log. */
function masked(refusal: ReadResult['rejected'][number]): ReadResult['rejected'][number] {
  return { ...refusal, name: maskAddressesIn(refusal.name), message: maskAddressesIn(refusal.message) };
}

async function isSigned(mail: Uint8Array, dns: Dns): Promise<boolean | undefined> {
  try {
    const { signatures } = await readTestMail(mail, dns);
    if (signatures.some(({ verified, aligned }) => verified === 'pass' && aligned === 'yes')) return true;
    return signatures.some(({ verified }) => verified === 'temperror') ? undefined : false;
  } catch (error) {
    if (error instanceof UnreadableMailError) return false;
    throw error;
  }
}

/** Reports of files given by hand, each counted once; and what could not be read. */
export async function readReportFiles(
  files: readonly { readonly name: string; readonly content: Uint8Array }[],
): Promise<{ reports: readonly AggregateReport[]; rejected: ReadResult['rejected'] }> {
  const reports: AggregateReport[] = [];
  const rejected: ReadResult['rejected'][number][] = [];
  for (const { name, content } of files) {
    const result = await readReportFile(name, content);
    reports.push(...result.reports);
    rejected.push(...result.rejected);
  }
  return { reports, rejected };
}
