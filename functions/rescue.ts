import { randomUUID } from 'node:crypto';
import type * as z from 'zod';
import { now } from '../lib/clock.ts';
import type { RescueAnswer } from '../lib/contracts/rescue.ts';
import { type RescueStatus, rescueRequestSchema } from '../lib/contracts/rescue.ts';
import { recentIncidents } from '../lib/operations/recent-incidents.ts';
import { planRescue } from '../lib/operations/rescue/plan.ts';
import {
  continueRescue,
  RescueRefusedError,
  startRescue,
  stopRescue,
} from '../lib/operations/rescue/rescue.ts';
import { rescueStatus } from '../lib/operations/rescue/status.ts';
import type { RescueTools } from '../lib/operations/rescue/tools.ts';
import { worstCase } from '../lib/operations/rescue/worst-case.ts';
import { deliveryMonths } from '../lib/store/delivery-months.ts';
import type { Table } from '../lib/store/table.ts';
import { readSending } from '../lib/suppression/sending.ts';
import { cloudWatch, list, ses, sesLimiter, store } from './clients.ts';
import {
  alone,
  answering,
  CONTINUED_PATIENCE,
  continueInFreshInvocation,
  type Invocation,
  SKIPPED,
} from './invocation.ts';
import type { Log } from './log.ts';
import { accountReputation, policyInForce } from './policy-source.ts';
import { parseRequest } from './request.ts';
import { eventSight } from './sight.ts';
import { tellAfterwards } from './tell-afterwards.ts';
import { withWatchedStore } from './watched-store.ts';

/** Time kept back for the address under way and the answer, milliseconds. */
const RESERVE = 30_000;

async function handle(event: unknown, invocation: Invocation): Promise<RescueAnswer> {
  const request = parseRequest(rescueRequestSchema, event);
  try {
    return await withWatchedStore(invocation, async (table) =>
      answer(request, await makeTools(invocation, table), invocation.log),
    );
  } catch (error) {
    if (error instanceof RescueRefusedError) return { refused: { code: error.code, ...error.text } };
    throw error;
  }
}

function answer(
  request: z.infer<typeof rescueRequestSchema>,
  tools: RescueTools,
  log: Log,
): Promise<RescueAnswer> {
  switch (request.action) {
    case 'plan':
      return planRescue(request, tools);
    case 'worst-case':
      return worstCase(request, tools);
    case 'status':
      return rescueStatus(tools);
    case 'stop':
      return stopRescue(request, tools);
    case 'start':
    case 'continue':
      return goOn(tools, log, request.action === 'continue' ? request.patience : 0, () =>
        request.action === 'start' ? startRescue(request, tools) : continueRescue(tools),
      );
  }
}

/** Removes what an invocation's time allows, and has another go on with the rest. */
async function goOn(
  tools: RescueTools,
  log: Log,
  patience: number,
  work: () => Promise<RescueStatus>,
): Promise<RescueAnswer> {
  const status = await alone(tools.runId, patience, work);
  if (status === undefined) return SKIPPED;
  const { id, state } = status.campaign ?? {};
  log.info('rescue', { campaign: id, state, waves: status.waves.length, next: status.next });
  await tellAfterwards({ digest: !status.unfinished }, log);
  if (status.unfinished) {
    const next: z.input<typeof rescueRequestSchema> = { action: 'continue', patience: CONTINUED_PATIENCE };
    await continueInFreshInvocation(next);
  }
  return status;
}

async function makeTools(invocation: Invocation, table: Table): Promise<RescueTools> {
  const { policy, guards } = await policyInForce();
  return {
    store: table,
    list: list(),
    policy,
    guards,
    now,
    runId: randomUUID(),
    sending: () => readSending({ ses: ses(), cloudWatch: cloudWatch() }, sesLimiter(), now()),
    reputation: accountReputation,
    sight: () => eventSight(invocation.log),
    incidents: await recentIncidents(store(), now()),
    deliveryMonths: await deliveryMonths(store()),
    timeIsUp: () => invocation.timeIsUp(RESERVE),
    onFailure: invocation.failure('address not removed'),
    onPutBackRefused: invocation.putBackRefused,
  };
}

/**
 * The backlog campaign: plans it, starts it, goes on with it, stops it, says how it stands. `{"action":"continue"}`
 * may be scheduled. Shares the lease of the cleanup: only one of them removes at a time.
 */
export const handler = answering(handle);
