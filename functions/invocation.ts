import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { Context } from 'aws-lambda';
import { maskAddress, maskAddressesIn } from '../lib/address.ts';
import { now } from '../lib/clock.ts';
import { errorName, Refusal } from '../lib/refusal.ts';
import { sleep } from '../lib/sleep.ts';
import { addressKey } from '../lib/store/keys.ts';
import { type Lease, type Leased, releaseLease, takeLease } from '../lib/store/lease.ts';
import { VERSION } from '../lib/version.ts';
import { lambda, store } from './clients.ts';
import { environment } from './environment.ts';
import { type Log, logOf } from './log.ts';

/** One call of a function: what it may use of time, and how it tells what it did. */
export interface Invocation {
  readonly log: Log;
  /** Lambda's id of this invocation; absent: a call inside a process. */
  readonly requestId?: string;
  /**
   * Whether no more than `reserve` milliseconds are left. Never outside Lambda, where nobody ends an invocation.
   */
  timeIsUp(reserve: number): boolean;
  /** Logs that the work on one address failed: `what` happened to it, the address masked, the error's name. */
  failure(what: string): (address: string, error: unknown) => void;
  /** Logs, and counts for the alarm, that SES refused to list an address again that had complained. */
  putBackRefused(address: string): void;
}

/** The invocation that a context of Lambda stands for; without one, a call inside a process. */
export function invocationOf(context?: Context): Invocation {
  const requestId = context?.awsRequestId;
  const log = logOf(requestId);
  return {
    log,
    ...(requestId && { requestId }),
    timeIsUp: (reserve) => context !== undefined && context.getRemainingTimeInMillis() < reserve,
    failure: (what) => (address, error) =>
      log.error(what, { address: maskAddress(address), errorName: errorName(error) }),
    putBackRefused: (address) => {
      log.error('SES refused to list a complaint again', { address: maskAddress(address) });
      log.count({ PutBacksRefused: 1 });
    },
  };
}

/** What a function hands to whoever invoked it. */
export type Answered<Answer extends object> = Answer & { readonly version: string };

/**
 * What a handler throws: Lambda hands its name and message to whoever invoked, and writes all that hangs on it to the
 * log. So it has nothing but these and the stack, and no text of it shows an address.
 */
class HandedError extends Error {
  constructor({ name, stack = '' }: Error, message: string) {
    super(maskedText(message));
    this.name = name;
    this.stack = stack.split('\n').map(maskedText).join('\n');
  }
}

/** The key of an item names its address, which need not look like one. */
const ADDRESS_KEY = new RegExp(`${addressKey('')}[^\\s"',)\\]}]+`, 'g');

function maskedText(text: string): string {
  return maskAddressesIn(
    text.replace(ADDRESS_KEY, (key) => `${addressKey('')}${maskAddress(key.slice(addressKey('').length))}`),
  );
}

/** A refusal is handed over in a form that a program reads: `{"code", "ja", "en", "version"}`. */
function handedOver(error: unknown): Error {
  if (error instanceof Refusal) {
    const { code, text } = error;
    const said = { code, ja: maskedText(text.ja), en: maskedText(text.en), version: VERSION };
    return new HandedError(error, JSON.stringify(said));
  }
  const known = error instanceof Error ? error : new Error(String(error));
  return new HandedError(known, known.message);
}

/**
 * A handler that throws nothing but what Lambda may log: a refusal as JSON with its code and both its texts, any other
 * error by its name and message; both masked, and without causes. To be put around each handler, outermost.
 */
export function guarded<Answer>(
  handle: (event: unknown, context?: Context) => Promise<Answer>,
): (event: unknown, context?: Context) => Promise<Answer> {
  return async (event, context) => {
    try {
      return await handle(event, context);
    } catch (error) {
      throw handedOver(error);
    }
  };
}

/** The answer with the version of this stack. */
export function withVersion<Answer extends object>(answer: Answer): Answered<Answer> {
  return { ...answer, version: VERSION };
}

/** The code of ForgetKeyLostError (lib/store/forgetting.ts), which most functions have no other need to load. */
const FORGET_KEY_LOST = 'forget-key-lost';

/** A {@link guarded} handler whose answers carry the version of this stack. */
export function answering<Answer extends object>(
  handle: (event: unknown, invocation: Invocation) => Promise<Answer>,
): (event: unknown, context?: Context) => Promise<Answered<Answer>> {
  return guarded(async (event, context) => {
    const invocation = invocationOf(context);
    try {
      return withVersion(await handle(event, invocation));
    } catch (error) {
      if (error instanceof Refusal && error.code === FORGET_KEY_LOST)
        invocation.log.count({ ForgetKeyLost: 1 });
      throw error;
    }
  });
}

/** The lease outlives the longest invocation (15 minutes), so that a dead run's lease ends by itself; milliseconds. */
const LEASE = 16 * 60_000;

/** Milliseconds between two attempts to take a lease that another run holds. */
const LEASE_POLL = 2_000;

/** How long a run that goes on in a fresh invocation waits for another that came first, seconds. */
export const CONTINUED_PATIENCE = 600;

/** What a run that finds the lease taken answers. */
export const SKIPPED = { skipped: 'another-run-is-active' } as const;

/**
 * Does work that only one run may do at a time: whatever calls SES in the background, one call a second being all that
 * SES gives. Cleanup, rescue, backfill and the audit of all senders share this lease.
 *
 * @param runId who holds the lease meanwhile; another for each run.
 * @param patience how long to wait for another run to end, seconds.
 * @param what which lease: that of telling notices is another, for it calls no SES.
 * @returns undefined when another run holds the lease all that time: nothing was done.
 */
export async function alone<Result>(
  runId: string,
  patience: number,
  work: (lease: Lease) => Promise<Result>,
  what: Leased = 'LEASE',
): Promise<Result | undefined> {
  const until = performance.now() + patience * 1_000;
  let lease = await takeLease(store(), runId, now(), LEASE, what);
  while (lease === undefined && performance.now() < until) {
    await sleep(LEASE_POLL);
    lease = await takeLease(store(), runId, now(), LEASE, what);
  }
  if (lease === undefined) return undefined;
  try {
    return await work(lease);
  } finally {
    await releaseLease(store(), runId, what);
  }
}

/**
 * Invokes this very function once more, without waiting for it: for work that one invocation did not finish. An
 * invocation whose answer was lost may be asked for twice; the lease lets only one of them work. The request should
 * have `patience`: another run may take the lease first. Outside Lambda, where
 * this function has no name, whoever called goes on by calling again.
 */
export async function continueInFreshInvocation(request: object): Promise<void> {
  const { AWS_LAMBDA_FUNCTION_NAME: name } = environment();
  if (name === undefined) return;
  await lambda().send(
    new InvokeCommand({ FunctionName: name, InvocationType: 'Event', Payload: JSON.stringify(request) }),
  );
}
