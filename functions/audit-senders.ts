import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { maskAddressesIn } from '../lib/address.ts';
import { type AuditRun, abridged, runAudit } from '../lib/authentication/audit/run-audit.ts';
import { systemDns } from '../lib/authentication/dns/system-dns.ts';
import { sesIdentities } from '../lib/authentication/identities/identities.ts';
import { dynamoItemStore } from '../lib/authentication/item-store.ts';
import { now } from '../lib/clock.ts';
import { limiter } from '../lib/suppression/limiter.ts';
import { answering } from './answer.ts';
import { parseRequest } from './request.ts';
import { logger, metrics, runtime } from './runtime.ts';

const requestSchema = z.object({
  /** Identities to audit; all when absent. */
  identities: z.array(z.string().min(1).max(320)).max(100).optional(),
  /** Name servers to ask, `address` or `address:port`. */
  dns: z.array(z.string().min(1).max(60)).max(3).optional(),
});

const environmentSchema = z.object({
  AWS_REGION: z.string().min(1),
  /** Address the operator wants DMARC aggregate reports at. */
  DMARC_REPORT_ADDRESS: z.preprocess((text) => text || undefined, z.email().optional()),
  /** Name servers to ask, comma separated; the machine's own when absent. */
  DNS_SERVERS: z.string().optional(),
});

/** Time kept back for the last identity and the answer, milliseconds. */
const RESERVE = 60_000;

async function handle(event: unknown, context?: Context): Promise<AuditRun> {
  const request = parseRequest(requestSchema, event ?? {});
  const environment = environmentSchema.parse(process.env);
  const { ses, dynamo, environment: shared } = runtime();
  const calls = limiter(shared.SES_CALLS_PER_SECOND);
  const servers = request.dns ?? environment.DNS_SERVERS?.split(',').map((server) => server.trim());

  const run = await runAudit(
    {
      source: sesIdentities(ses, () => calls.take()),
      dns: systemDns({ servers }),
      store: dynamoItemStore(dynamo, shared.TABLE_NAME),
      region: environment.AWS_REGION,
      now,
      reportAddress: environment.DMARC_REPORT_ADDRESS,
      isTrial: request.dns !== undefined,
      timeIsUp: () => context !== undefined && context.getRemainingTimeInMillis() < RESERVE,
    },
    request.identities,
  );

  const count = (of: 'appeared' | 'resolved') =>
    run.changes.reduce((sum, change) => sum + change[of].length, 0);
  metrics.addMetric('SenderFindingsAppeared', MetricUnit.Count, count('appeared'));
  metrics.addMetric('SenderFindingsResolved', MetricUnit.Count, count('resolved'));
  metrics.addMetric('SenderAuditsFailed', MetricUnit.Count, run.failed.length);
  metrics.publishStoredMetrics();
  for (const { identity, appeared, resolved } of run.changes) {
    const masked = { identity: maskAddressesIn(identity), appeared: appeared.map(maskAddressesIn) };
    logger.warn('a sender changed', { ...masked, resolved: resolved.map(maskAddressesIn) });
  }
  for (const { identity, message } of run.failed) {
    logger.error('a sender could not be audited', {
      identity: maskAddressesIn(identity),
      message: maskAddressesIn(message),
    });
  }
  return abridged(run);
}

/** Audits the sending identities' SPF, DKIM, MAIL FROM and DMARC; a scheduled run counts what changed as a metric. */
export const handler = answering(handle);
