import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { maskAddress } from '../lib/address.ts';
import { now } from '../lib/clock.ts';
import { recentIncidents } from '../lib/operations/recent-incidents.ts';
import { planRescue, type RescuePlan } from '../lib/operations/rescue/plan.ts';
import { rescueRequestSchema } from '../lib/operations/rescue/request.ts';
import {
  continueRescue,
  RescueRefusedError,
  startRescue,
  stopRescue,
} from '../lib/operations/rescue/rescue.ts';
import { readSending } from '../lib/operations/rescue/sending.ts';
import { type RescueStatus, rescueStatus } from '../lib/operations/rescue/status.ts';
import type { RescueTools } from '../lib/operations/rescue/tools.ts';
import { deliveryMonths } from '../lib/store/delivery-months.ts';
import { releaseLease, takeLease } from '../lib/store/lease.ts';
import { limiter } from '../lib/suppression/limiter.ts';
import type { Bilingual } from '../lib/text.ts';
import { answering } from './answer.ts';
import { continueInFreshInvocation } from './continue.ts';
import { accountReputation, cloudWatch, policyInForce } from './policy-source.ts';
import { parseRequest } from './request.ts';
import { logger, runtime } from './runtime.ts';

/** Time kept back for the address under way and the answer, milliseconds. */
const RESERVE = 30_000;
/** The lease outlives the longest invocation, so that a dead one's ends by itself. */
const LEASE = 16 * 60_000;

/**
 * What the function answers, by what was asked. `skipped`: a cleanup or another call is at work. `refused`: it cannot
 * be done as things are, and nothing was changed.
 */
export type RescueAnswer =
  | RescuePlan
  | RescueStatus
  | { readonly skipped: 'another-run-is-active' }
  | { readonly refused: Bilingual & { readonly code: string } };

async function handle(event: unknown, context?: Context): Promise<RescueAnswer> {
  const request = parseRequest(rescueRequestSchema, event);
  try {
    return await answer(request, await makeTools(context));
  } catch (error) {
    if (error instanceof RescueRefusedError) return { refused: { code: error.code, ...error.text } };
    throw error;
  }
}

function answer(request: z.infer<typeof rescueRequestSchema>, tools: RescueTools): Promise<RescueAnswer> {
  switch (request.action) {
    case 'plan':
      return planRescue(request, tools);
    case 'status':
      return rescueStatus(tools);
    case 'stop':
      return stopRescue(request, tools);
    case 'start':
    case 'continue':
      return alone(tools, () =>
        request.action === 'start' ? startRescue(request, tools) : continueRescue(tools),
      );
  }
}

async function alone(tools: RescueTools, work: () => Promise<RescueStatus>): Promise<RescueAnswer> {
  const { dynamo, environment } = runtime();
  const lease = await takeLease(dynamo, environment.TABLE_NAME, tools.runId, now(), LEASE);
  if (lease === undefined) return { skipped: 'another-run-is-active' };
  let status: RescueStatus;
  try {
    status = await work();
  } finally {
    await releaseLease(dynamo, environment.TABLE_NAME, tools.runId);
  }
  const { id, state } = status.campaign ?? {};
  logger.info('rescue', { campaign: id, state, waves: status.waves.length, next: status.next });
  if (status.unfinished) {
    const next: z.input<typeof rescueRequestSchema> = { action: 'continue' };
    await continueInFreshInvocation(environment.AWS_LAMBDA_FUNCTION_NAME, next);
  }
  return status;
}

async function makeTools(context: Context | undefined): Promise<RescueTools> {
  const { store, list, ses, environment } = runtime();
  const { policy, guards } = await policyInForce();
  return {
    store,
    list,
    policy,
    guards,
    now,
    runId: randomUUID(),
    sending: () =>
      readSending({ ses, cloudWatch: cloudWatch() }, limiter(environment.SES_CALLS_PER_SECOND), now()),
    reputation: accountReputation,
    incidents: await recentIncidents(store, now()),
    deliveryMonths: await deliveryMonths(store),
    timeIsUp: () => context !== undefined && context.getRemainingTimeInMillis() < RESERVE,
    onFailure: (address, error) =>
      logger.error('address not removed', {
        address: maskAddress(address),
        errorName: error instanceof Error ? error.name : 'unknown',
      }),
  };
}

/**
 * The backlog campaign: plans it, starts it, goes on with it, stops it, says how it stands. `{"action":"continue"}`
 * may be scheduled. Shares the lease of the cleanup: only one of them removes at a time.
 */
export const handler = answering(handle);
