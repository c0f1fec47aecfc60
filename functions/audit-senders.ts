import * as z from 'zod';
import { abridged, runAudit } from '../lib/authentication/audit/run-audit.ts';
import { systemDns } from '../lib/authentication/dns/system-dns.ts';
import { sesIdentities } from '../lib/authentication/identities/identities.ts';
import { now } from '../lib/clock.ts';
import { type AuditSendersAnswer, auditSendersRequestSchema } from '../lib/contracts/audit-senders.ts';
import { ses, sesLimiter, store } from './clients.ts';
import { answering, type Invocation } from './invocation.ts';
import { parseRequest } from './request.ts';

const senderEnvironmentSchema = z.object({
  AWS_REGION: z.string().min(1),
  /** Address the operator wants DMARC aggregate reports at. */
  DMARC_REPORT_ADDRESS: z.preprocess((text) => text || undefined, z.email().optional()),
  /** Name servers to ask, comma separated; the machine's own when absent. */
  DNS_SERVERS: z.string().optional(),
});

/** Time kept back for the last identity and the answer, milliseconds. */
const RESERVE = 60_000;

async function handle(event: unknown, { log, timeIsUp }: Invocation): Promise<AuditSendersAnswer> {
  const request = parseRequest(auditSendersRequestSchema, event ?? {});
  const deployed = senderEnvironmentSchema.parse(process.env);
  const servers = request.dns ?? deployed.DNS_SERVERS?.split(',').map((server) => server.trim());

  const run = await runAudit(
    {
      source: sesIdentities(ses(), () => sesLimiter().take()),
      dns: systemDns({ servers }),
      store: store(),
      region: deployed.AWS_REGION,
      now,
      reportAddress: deployed.DMARC_REPORT_ADDRESS,
      isTrial: request.dns !== undefined,
      timeIsUp: () => timeIsUp(RESERVE),
    },
    request.identities,
  );

  const count = (kind: 'appeared' | 'resolved') =>
    run.changes.reduce((sum, change) => sum + change[kind].length, 0);
  log.count({
    SenderFindingsAppeared: count('appeared'),
    SenderFindingsResolved: count('resolved'),
    SenderAuditsFailed: run.failed.length,
  });
  for (const { identity, appeared, resolved } of run.changes) {
    log.warn('a sender changed', { identity, appeared, resolved });
  }
  for (const { identity, message } of run.failed) {
    log.error('a sender could not be audited', { identity, message });
  }
  return abridged(run);
}

/** Audits the sending identities' SPF, DKIM, MAIL FROM and DMARC; a scheduled run counts what changed as a metric. */
export const handler = answering(handle);
