import type { Random } from '../../local/random.ts';

/** What goes wrong between the handler and its services: at most one thing in an invocation, at one of its calls. */

/** What may happen to a call. */
export const FAULTS = [
  'killed before the call',
  'killed after the call',
  'throttled',
  'refused by an internal error',
  'timed out, not done',
  'timed out, done',
  'a part of a batch left out',
] as const;
type Fault = (typeof FAULTS)[number];

type Input = Readonly<Record<string, unknown>>;
type Call = (args: { readonly input: Input }) => Promise<unknown>;
interface Interceptable {
  readonly middlewareStack: {
    add(middleware: (next: Call) => Call, options: { readonly step: 'initialize' }): void;
  };
}

/** The death of an invocation: Lambda's environment is gone, and whoever waits for an answer gets none. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/** The weather of one invocation after the other. */
export interface Weather {
  /** Puts a client's calls into it. */
  over(client: Interceptable): void;
  /** Runs an invocation; throws {@link Killed} when it dies. */
  invocation<T>(run: () => Promise<T>): Promise<T>;
  /** How often each thing happened. */
  readonly counts: ReadonlyMap<Fault, number>;
}

/** Calls of an invocation among which the stricken one is chosen. */
const CALLS = 4;

/**
 * Weather that strikes so large a share of the invocations. The others pass, so that whatever is delivered again is
 * through in the end.
 */
export function weather(random: Random, share: number): Weather {
  const counts = new Map<Fault, number>();
  let current: { fault: Fault; before: number; die: (reason: Error) => void } | undefined;
  const strike = async (next: Call, args: { readonly input: Input }): Promise<unknown> => {
    // Calls that an invocation still makes after its death are made by nobody.
    if (current === undefined || current.before < 0) return next(args);
    current.before -= 1;
    if (current.before >= 0) return next(args);
    const { fault, die } = current;
    counts.set(fault, (counts.get(fault) ?? 0) + 1);
    switch (fault) {
      case 'killed before the call':
        die(new Killed());
        return never();
      case 'killed after the call':
        await next(args);
        die(new Killed());
        return never();
      case 'throttled':
        throw failure('ProvisionedThroughputExceededException', 400);
      case 'refused by an internal error':
        throw failure('InternalServerError', 500);
      case 'timed out, not done':
        throw failure('TimeoutError');
      case 'timed out, done':
        await next(args);
        throw failure('TimeoutError');
      case 'a part of a batch left out':
        return partly(next, args);
    }
  };
  return {
    counts,
    over: (client) =>
      client.middlewareStack.add((next) => (args) => strike(next, args), { step: 'initialize' }),
    invocation: async (run) => {
      const { promise: death, reject: die } = Promise.withResolvers<never>();
      death.catch(() => undefined);
      current = random.chance(share)
        ? { fault: random.pick(FAULTS), before: random.below(CALLS), die }
        : undefined;
      const mine = current;
      try {
        return await Promise.race([run(), death]);
      } finally {
        if (current === mine) current = undefined;
      }
    },
  };
}

const never = () => new Promise<never>(() => undefined);

/** An error as the SDK throws it; what went over the line has metadata, answered or not. */
function failure(name: string, httpStatusCode?: number): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
}

/** BatchWriteItem may leave out what it likes, and says what. */
async function partly(next: Call, args: { readonly input: Input }): Promise<unknown> {
  const [table, requests] =
    Object.entries((args.input.RequestItems ?? {}) as Record<string, unknown[]>)[0] ?? [];
  if (table === undefined || requests === undefined || requests.length < 2) return next(args);
  const half = Math.floor(requests.length / 2);
  const answer = await next({ input: { ...args.input, RequestItems: { [table]: requests.slice(0, half) } } });
  return { ...(answer as object), UnprocessedItems: { [table]: requests.slice(half) } };
}
