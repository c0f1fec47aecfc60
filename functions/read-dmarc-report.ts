import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { systemDns } from '../lib/authentication/dns.ts';
import { type ImportResult, importReportMail } from '../lib/authentication/import-reports.ts';
import { dynamoItemStore } from '../lib/authentication/item-store.ts';
import { inRanges, sesRanges } from '../lib/authentication/ses-ranges.ts';
import { MAXIMUM_MAIL_BYTES } from '../lib/authentication/test-mail.ts';
import { now } from '../lib/clock.ts';
import { parseRequest } from './request.ts';
import { logger, metrics, requestHandler, runtime } from './runtime.ts';

const eventSchema = z.object({
  Records: z.array(
    z.object({
      s3: z.object({
        bucket: z.object({ name: z.string() }),
        object: z.object({ key: z.string(), size: z.number().optional() }),
      }),
    }),
  ),
});

let client: S3Client | undefined;

/**
 * Reads DMARC aggregate reports that SES received into S3. A report that cannot be read is counted and logged with
 * its reason; the mail stays in the bucket. What could not be stored fails the invocation, and Lambda tries again:
 * storing a report twice changes nothing.
 */
export async function handler(event: unknown): Promise<readonly ImportResult[]> {
  const { Records } = parseRequest(eventSchema, event);
  const { dynamo, environment } = runtime();
  const dns = systemDns({ servers: process.env.DNS_SERVERS?.split(',') });
  const parts = {
    store: dynamoItemStore(dynamo, environment.TABLE_NAME),
    dns,
    isSes: inRanges((await sesRanges(dns)).ranges),
    now: now(),
  };
  const results: ImportResult[] = [];
  for (const { s3 } of Records) {
    if ((s3.object.size ?? 0) > MAXIMUM_MAIL_BYTES) {
      logger.warn('a mail is too large to hold reports', { size: s3.object.size });
      continue;
    }
    // S3 writes keys in its events as in a query string.
    const key = decodeURIComponent(s3.object.key.replaceAll('+', ' '));
    const result = await importReportMail(key, await readObject(s3.bucket.name, key), parts);
    for (const refusal of result.rejected) logger.warn('a report was refused', { ...refusal });
    results.push(result);
  }
  const sum = (of: (result: ImportResult) => number) =>
    results.reduce((total, result) => total + of(result), 0);
  metrics.addMetric(
    'DmarcReportsStored',
    MetricUnit.Count,
    sum(({ stored }) => stored),
  );
  metrics.addMetric(
    'DmarcReportsRefused',
    MetricUnit.Count,
    sum(({ rejected }) => rejected.length),
  );
  metrics.publishStoredMetrics();
  return results;
}

async function readObject(bucket: string, key: string): Promise<Uint8Array> {
  client ??= new S3Client({ requestHandler });
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Body === undefined ? new Uint8Array() : Body.transformToByteArray();
}
