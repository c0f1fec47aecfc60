import { randomUUID } from 'node:crypto';
import type * as z from 'zod';
import { now } from '../lib/clock.ts';
import { type CleanupAnswer, cleanupRequestSchema } from '../lib/contracts/cleanup.ts';
import { cleanup } from '../lib/operations/cleanup/run.ts';
import { standingAfter, waitingProposals } from '../lib/operations/cleanup/standing.ts';
import type { CleanupReport } from '../lib/operations/cleanup/types.ts';
import { loadRuleGuard } from '../lib/operations/policy/rules.ts';
import { recentIncidents } from '../lib/operations/recent-incidents.ts';
import { isSilent } from '../lib/policy/guards.ts';
import { deliveryMonths } from '../lib/store/delivery-months.ts';
import type { Lease } from '../lib/store/lease.ts';
import { addressInsights, importJobs, list, store } from './clients.ts';
import { environment } from './environment.ts';
import {
  alone,
  answering,
  CONTINUED_PATIENCE,
  continueInFreshInvocation,
  type Invocation,
  SKIPPED,
} from './invocation.ts';
import { accountReputation, policyInForce } from './policy-source.ts';
import { parseRequest } from './request.ts';
import { eventSight } from './sight.ts';
import { tellAfterwards } from './tell-afterwards.ts';
import { withWatchedStore } from './watched-store.ts';

/** Time kept back for the last entry, the checkpoint and the report, milliseconds. */
const RESERVE = 60_000;

async function handle(event: unknown, invocation: Invocation): Promise<CleanupAnswer> {
  const request = parseRequest(cleanupRequestSchema, event ?? {});
  const runId = randomUUID();
  const report = await alone(runId, request.patience, (lease) => run(request, { runId, lease, invocation }));
  if (report === undefined) {
    invocation.log.info('another run is active');
    return SKIPPED;
  }
  const counted = Object.entries(report.counts).map(([result, count]) => [`addresses.${result}`, count]);
  invocation.log.count(Object.fromEntries(counted));
  invocation.log.measure({
    RunsEnded: 1,
    ...(await standingAfter(report, store())),
    ...(environment().WATCH === 'full' && { ProposalsWaiting: await waitingProposals(store()) }),
  });
  invocation.log.info('cleanup finished', { ...report });
  const goesOn = report.unfinished && !report.throttled;
  await tellAfterwards({ digest: !goesOn }, invocation.log);
  if (goesOn) {
    const { mode } = request;
    await continueInFreshInvocation({ ...(mode && { mode }), patience: CONTINUED_PATIENCE });
  }
  return report;
}

async function run(
  { mode = environment().CLEANUP_MODE, full }: z.output<typeof cleanupRequestSchema>,
  { runId, lease, invocation }: { runId: string; lease: Lease; invocation: Invocation },
): Promise<CleanupReport> {
  const { policy, guards } = await policyInForce();
  const bulk = importJobs();
  const sight = await eventSight(invocation.log);
  const silent = isSilent(sight.traffic, policy);
  if (silent !== undefined) invocation.log.measure({ Silent: silent ? 1 : 0 });
  return withWatchedStore(invocation, async (table) =>
    cleanup(
      { mode, ...(full !== undefined && { full }) },
      {
        store: table,
        list: list(),
        policy,
        addressInsights: addressInsights(),
        now,
        runId,
        lease,
        guards,
        reputation: await accountReputation(),
        sight,
        ruleGuard: await loadRuleGuard(store(), policy),
        ...(bulk && { importJobs: bulk }),
        timeIsUp: () => invocation.timeIsUp(RESERVE),
        incidents: await recentIncidents(store(), now()),
        deliveryMonths: await deliveryMonths(store()),
        onFailure: invocation.failure('address not examined'),
        onPutBackRefused: invocation.putBackRefused,
      },
    ),
  );
}

/**
 * One scheduled or hand-started run over the suppression list. Only one runs at a time; one that runs out of time
 * saves where it is and invokes itself to go on. One that SES throttles saves it too, and leaves going on to the next
 * schedule.
 */
export const handler = answering(handle);
