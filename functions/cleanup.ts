import { randomUUID } from 'node:crypto';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { maskAddress } from '../lib/address.ts';
import { now } from '../lib/clock.ts';
import { cleanup } from '../lib/operations/cleanup/run.ts';
import type { CleanupReport } from '../lib/operations/cleanup/types.ts';
import { loadRuleGuard } from '../lib/operations/policy/rules.ts';
import { recentIncidents } from '../lib/operations/recent-incidents.ts';
import { deliveryMonths } from '../lib/store/delivery-months.ts';
import { releaseLease, takeLease } from '../lib/store/lease.ts';
import { answering } from './answer.ts';
import { continueInFreshInvocation } from './continue.ts';
import { accountReputation, policyInForce } from './policy-source.ts';
import { parseRequest } from './request.ts';
import { logger, metrics, runtime } from './runtime.ts';

const requestSchema = z.strictObject({
  /** Overrides the deployed mode for this run. */
  mode: z.enum(['propose', 'apply']).optional(),
  /** Walk the whole list. */
  full: z.boolean().optional(),
});

/** Time kept back for the last entry, the checkpoint and the report, milliseconds. */
const RESERVE = 60_000;
/** The lease outlives the longest invocation, so that a dead run's lease ends by itself. */
const LEASE = 16 * 60_000;

/** What a run answers: its report, or that another run is at work. */
export type CleanupAnswer = CleanupReport | { readonly skipped: 'another-run-is-active' };

async function handle(event: unknown, context?: Context): Promise<CleanupAnswer> {
  const request = parseRequest(requestSchema, event ?? {});
  const { store, list, importJobs, addressInsights, environment, dynamo } = runtime();
  const runId = randomUUID();
  const lease = await takeLease(dynamo, environment.TABLE_NAME, runId, now(), LEASE);
  if (lease === undefined) {
    logger.info('another cleanup is active');
    return { skipped: 'another-run-is-active' };
  }
  let report: CleanupReport;
  try {
    const { policy, guards } = await policyInForce();
    report = await cleanup(
      {
        mode: request.mode ?? environment.CLEANUP_MODE,
        ...(request.full !== undefined && { full: request.full }),
      },
      {
        store,
        list,
        policy,
        addressInsights,
        now,
        runId,
        lease,
        guards,
        reputation: await accountReputation(),
        ruleGuard: await loadRuleGuard(store, policy),
        ...(importJobs && { importJobs }),
        timeIsUp: () => context !== undefined && context.getRemainingTimeInMillis() < RESERVE,
        incidents: await recentIncidents(store, now()),
        deliveryMonths: await deliveryMonths(store),
        onFailure: (address, error) =>
          logger.error('address not examined', {
            address: maskAddress(address),
            errorName: error instanceof Error ? error.name : 'unknown',
          }),
      },
    );
  } finally {
    await releaseLease(dynamo, environment.TABLE_NAME, runId);
  }
  for (const [what, count] of Object.entries(report.counts)) {
    metrics.singleMetric().addDimension('result', what).addMetric('addresses', MetricUnit.Count, count);
  }
  logger.info('cleanup finished', { ...report });
  if (report.unfinished) {
    const { mode } = request;
    await continueInFreshInvocation(environment.AWS_LAMBDA_FUNCTION_NAME, { ...(mode && { mode }) });
  }
  return report;
}

/**
 * One scheduled or hand-started run over the suppression list. Only one runs at a time; one that runs out of time
 * saves where it is and invokes itself to go on.
 */
export const handler = answering(handle);
