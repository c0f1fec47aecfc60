import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { now } from '../lib/clock.ts';
import { type MembersAnswer, members, membersRequestSchema } from '../lib/operations/members.ts';
import { answering } from './answer.ts';
import { parseRequest } from './request.ts';
import { logger, metrics, runtime } from './runtime.ts';

async function handle(event: unknown): Promise<MembersAnswer> {
  const answer = await members(parseRequest(membersRequestSchema, event), { store: runtime().store, now });
  if ('stored' in answer) {
    metrics.addMetric('membersStored', MetricUnit.Count, answer.stored);
    metrics.addMetric('membersRejected', MetricUnit.Count, answer.rejected.length);
    metrics.publishStoredMetrics();
    logger.info('members stored', { stored: answer.stored, rejected: answer.rejected.length });
  }
  return answer;
}

/** Stores rows of the shop's customer list, or removes or shows one customer. */
export const handler = answering(handle);
