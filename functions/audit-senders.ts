import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { lastAudits } from '../lib/authentication/audit/last-audits.ts';
import { abridged, runAudit } from '../lib/authentication/audit/run-audit.ts';
import { systemDns } from '../lib/authentication/dns/system-dns.ts';
import { type IdentitySource, sesIdentities } from '../lib/authentication/identities/identities.ts';
import { now } from '../lib/clock.ts';
import {
  type AuditSendersAnswer,
  auditSendersRequestSchema,
  type LastAuditsAnswer,
  lastAuditsRequestSchema,
} from '../lib/contracts/audit-senders.ts';
import { isThrottle } from '../lib/suppression/throttle.ts';
import { ses, sesLimiter, store } from './clients.ts';
import { alone, answering, type Invocation, SKIPPED } from './invocation.ts';
import { parseRequest } from './request.ts';
import { tellAfterwards } from './tell-afterwards.ts';

const senderEnvironmentSchema = z.object({
  AWS_REGION: z.string().min(1),
  /** Address the operator wants DMARC aggregate reports at. */
  DMARC_REPORT_ADDRESS: z.preprocess((text) => text || undefined, z.email().optional()),
  /** Name servers to ask, comma separated; the machine's own when absent. */
  DNS_SERVERS: z.string().optional(),
});

/** Time kept back for the last identity and the answer, milliseconds. */
const RESERVE = 60_000;

async function handle(
  event: unknown,
  invocation: Invocation,
): Promise<typeof SKIPPED | AuditSendersAnswer | LastAuditsAnswer> {
  if (lastAuditsRequestSchema.safeParse(event).success)
    return lastAudits({ source: source(), store: store() });
  const request = parseRequest(auditSendersRequestSchema, event ?? {});
  // A few calls about identities that somebody names are a person's question, as a look-up is.
  if (request.identities !== undefined && request.identities.length > 0) return audit(request, invocation);
  const answer = await alone(randomUUID(), request.patience, () => audit(request, invocation));
  return answer ?? SKIPPED;
}

/** The account's identities, at the pace of SES. */
function source(): IdentitySource {
  return sesIdentities(ses(), () => sesLimiter().take());
}

async function audit(
  request: z.output<typeof auditSendersRequestSchema>,
  { log, timeIsUp }: Invocation,
): Promise<AuditSendersAnswer> {
  const deployed = senderEnvironmentSchema.parse(process.env);
  const servers = request.dns ?? deployed.DNS_SERVERS?.split(',').map((server) => server.trim());

  const run = await runAudit(
    {
      source: source(),
      dns: systemDns({ servers }),
      store: store(),
      region: deployed.AWS_REGION,
      now,
      reportAddress: deployed.DMARC_REPORT_ADDRESS,
      isTrial: request.dns !== undefined,
      timeIsUp: () => timeIsUp(RESERVE),
      isThrottle,
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
  if (run.changes.length > 0) await tellAfterwards({ digest: true }, log);
  return abridged(run);
}

/**
 * Audits the sending identities' SPF, DKIM, MAIL FROM and DMARC, or says what the last audits found; a scheduled run
 * counts what changed as a metric.
 */
export const handler = answering(handle);
