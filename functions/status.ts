import { now } from '../lib/clock.ts';
import { type StatusAnswer, statusRequestSchema } from '../lib/contracts/status.ts';
import { status } from '../lib/operations/status.ts';
import { hoursOverdue } from '../lib/schedule.ts';
import { lastAuditEnd } from '../lib/store/audits.ts';
import { forgetKey, store } from './clients.ts';
import { environment } from './environment.ts';
import { answering, type Invocation } from './invocation.ts';
import { parseRequest } from './request.ts';

async function handle(event: unknown, { log }: Invocation): Promise<StatusAnswer> {
  const request = parseRequest(statusRequestSchema, event ?? {});
  const { SCHEDULE: schedule } = environment();
  const answer = await status(request, {
    store: store(),
    forgetKey: forgetKey(),
    mode: environment().CLEANUP_MODE,
    eventTopic: environment().EVENT_TOPIC_ARN,
    deliveries: environment().DELIVERIES,
    schedule,
    now,
  });
  // Before the first run nobody knows since when one is due.
  const late = (runs: string | undefined, last: string | undefined) =>
    runs === undefined || last === undefined ? 0 : hoursOverdue(runs, new Date(last), now());
  if (request.heartbeat.includes('cleanup')) {
    log.measure({ HoursOverdue: late(schedule, answer.runs[0]?.startedAt) });
  }
  if (request.heartbeat.includes('audit')) {
    log.measure({ AuditHoursOverdue: late(environment().AUDIT_SCHEDULE, await lastAuditEnd(store())) });
  }
  return answer;
}

/** How this deployment stands: latest runs, waiting proposals, last event; changes nothing. */
export const handler = answering(handle);
