import { GetObjectCommand } from '@aws-sdk/client-s3';
import { systemDns } from '../lib/authentication/dns/system-dns.ts';
import {
  type ImportParts,
  type ImportResult,
  importHandedFile,
  importReportMail,
} from '../lib/authentication/reports/import-reports.ts';
import { summariseStored } from '../lib/authentication/reports/stored-reports.ts';
import { inRanges, sesRanges } from '../lib/authentication/spf/ses-ranges.ts';
import { MAXIMUM_MAIL_BYTES } from '../lib/authentication/test-mail/test-mail.ts';
import { now } from '../lib/clock.ts';
import {
  type ReportsAnswer,
  receivedMailSchema,
  reportDomainsRequestSchema,
  reportFilesRequestSchema,
} from '../lib/contracts/read-dmarc-report.ts';
import { s3, store } from './clients.ts';
import { answering, type Invocation } from './invocation.ts';
import type { Log } from './log.ts';
import { parseRequest } from './request.ts';

async function handle(event: unknown, { log }: Invocation): Promise<ReportsAnswer> {
  if (has(event, 'domains')) {
    const { domains, from, dns } = parseRequest(reportDomainsRequestSchema, event);
    return { summaries: await summariseStored(await partsOf(dns), domains, from) };
  }
  const results: ImportResult[] = [];
  if (has(event, 'files')) {
    const { files, dns } = parseRequest(reportFilesRequestSchema, event);
    const parts = await partsOf(dns);
    for (const file of files) results.push(await importHandedFile(file, parts));
  } else {
    const { Records } = parseRequest(receivedMailSchema, event);
    const parts = await partsOf();
    for (const { bucket, object } of Records.map((record) => record.s3)) {
      if ((object.size ?? 0) > MAXIMUM_MAIL_BYTES) {
        log.warn('a mail is too large to hold reports', { size: object.size });
        continue;
      }
      // S3 writes keys in its events as in a query string.
      const key = decodeURIComponent(object.key.replaceAll('+', ' '));
      results.push(await importReportMail(key, await readObject(bucket.name, key), parts));
    }
  }
  count(results, log);
  return { results };
}

function has(event: unknown, field: 'domains' | 'files'): boolean {
  return typeof event === 'object' && event !== null && field in event;
}

/** What reading works with; the name servers named, the environment's, or the machine's own. */
async function partsOf(servers = process.env.DNS_SERVERS?.split(',')): Promise<ImportParts> {
  const dns = systemDns({ servers });
  return {
    store: store(),
    dns,
    isSes: inRanges((await sesRanges(dns)).ranges),
    now: now(),
  };
}

/** Logs what was refused, and counts. */
function count(results: readonly ImportResult[], log: Log): void {
  for (const refusal of results.flatMap(({ rejected }) => rejected)) {
    const { name, reason, detail } = refusal;
    log.warn('a report was refused', { report: name, reason, detail: detail?.en });
  }
  const sum = (counted: (result: ImportResult) => number) =>
    results.reduce((total, result) => total + counted(result), 0);
  log.count({
    DmarcReportsStored: sum(({ stored }) => stored),
    DmarcReportsRefused: sum(({ rejected }) => rejected.length),
  });
}

async function readObject(bucket: string, key: string): Promise<Uint8Array> {
  const { Body } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Body === undefined ? new Uint8Array() : Body.transformToByteArray();
}

/**
 * Reads DMARC aggregate reports: those that SES received into S3, or those of files in the request. A report that
 * cannot be read is counted and logged with its reason; a mail stays in the bucket. What could not be stored fails
 * the invocation, and Lambda, or the operator, tries again: storing a report twice changes nothing. Asked for domains,
 * it answers who sends as them by what is stored.
 */
export const handler = answering(handle);
