import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { now as systemNow } from '../lib/clock.ts';

/**
 * A Lambda handler as the local system calls it. Written as a method so that a handler of any event type fits
 * (method parameters are checked bivariantly): in AWS, too, nothing checks that the event a function is invoked
 * with is the one it was written for.
 */
export type LocalHandler = {
  handle(event: unknown, context: Context, callback: () => never): unknown;
}['handle'];

/** An error as Lambda reports it to the caller and in destinations. */
interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** What one invocation gave. */
export type InvocationResult =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly error: FunctionError };

/** How a function is invoked. */
export interface InvokeOptions {
  /** Milliseconds the function may run, as `getRemainingTimeInMillis` counts them. Default 15 minutes. */
  readonly timeoutMs?: number;
  /** Milliseconds; what the remaining time is measured with. Default: the machine's monotonic time. */
  readonly time?: () => number;
}

/** Lambda's longest timeout. */
const MAXIMUM_TIMEOUT_MS = 15 * 60_000;

/** Calls a handler once, as the Node.js runtime does; an exception becomes Lambda's error document. */
export async function invoke(
  name: string,
  handler: LocalHandler,
  event: unknown,
  options: InvokeOptions = {},
): Promise<InvocationResult> {
  try {
    // The event crosses a process boundary in AWS: a handler must not share it with the caller.
    const copy: unknown = structuredClone(event);
    return { ok: true, payload: await handler(copy, lambdaContext(name, options), noCallback) };
  } catch (error) {
    return { ok: false, error: functionError(error) };
  }
}

/** The context object of an invocation. */
export function lambdaContext(name: string, options: InvokeOptions = {}): Context {
  const time = options.time ?? (() => performance.now());
  const until = time() + (options.timeoutMs ?? MAXIMUM_TIMEOUT_MS);
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn(name),
    memoryLimitInMB: '512',
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, until - time()),
    done: noCallback,
    fail: noCallback,
    succeed: noCallback,
  };
}

/** ARN of a local function. */
export function functionArn(name: string): string {
  return `arn:aws:lambda:ap-northeast-1:123456789012:function:${name}`;
}

function noCallback(): never {
  throw new Error('the nodejs24.x runtime has no callback handlers: return a promise');
}

function functionError(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: (error.stack ?? '').split('\n'),
  };
}

/** What Lambda sends to an on-failure destination (developer guide, asynchronous invocation). */
export interface FailureRecord {
  readonly version: '1.0';
  readonly timestamp: string;
  readonly requestContext: {
    readonly requestId: string;
    readonly functionArn: string;
    readonly condition: 'RetriesExhausted';
    readonly approximateInvokeCount: number;
  };
  readonly requestPayload: unknown;
  readonly responseContext: {
    readonly statusCode: 200;
    readonly executedVersion: '$LATEST';
    readonly functionError: 'Unhandled';
  };
  readonly responsePayload: FunctionError;
}

/** How an asynchronous invocation goes about failures. */
export interface AsyncOptions extends InvokeOptions {
  /** 0 to 2. Default 2, as Lambda's. The waits of a minute and more between them are left out. */
  readonly maximumRetryAttempts?: number;
  readonly onFailure?: (record: FailureRecord) => void | Promise<void>;
  /** The present moment, for the failure record. Default: the product's clock (lib/clock). */
  readonly now?: () => Date;
}

/** Invokes asynchronously: tries again after an error, then hands the event to the on-failure destination. */
export async function invokeAsync(
  name: string,
  handler: LocalHandler,
  event: unknown,
  options: AsyncOptions = {},
): Promise<boolean> {
  const attempts = 1 + (options.maximumRetryAttempts ?? 2);
  let last: FunctionError = { errorType: 'Error', errorMessage: 'never invoked', trace: [] };
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const result = await invoke(name, handler, event, options);
    if (result.ok) return true;
    last = result.error;
  }
  await options.onFailure?.({
    version: '1.0',
    timestamp: (options.now ?? systemNow)().toISOString(),
    requestContext: {
      requestId: randomUUID(),
      functionArn: `${functionArn(name)}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: attempts,
    },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: last,
  });
  return false;
}
