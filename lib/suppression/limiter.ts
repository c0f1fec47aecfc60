import { type Sleep, sleep } from '../sleep.ts';

/** Waits until the caller may make its next call. */
export interface Turns {
  take(): Promise<void>;
}

/** The turns of one process, and the means to keep them to one piece of work. */
export interface Limiter extends Turns {
  /**
   * Keeps the pace to one piece of work: only the calls it makes with `own` are made until it ends, so that nothing
   * lies between two calls of it but what it does itself. Others wait, in their order.
   */
  hold<T>(work: (own: Turns) => Promise<T>): Promise<T>;
}

/** A limiter that is told what became of the calls. */
export interface Pace extends Limiter {
  /**
   * Says that SES let a call pass only now, after having refused it: the next turn is counted from this moment. Else
   * the next call came too early as well, and so on.
   */
  passedLate(): void;
}

/** How a limiter reads time and waits; milliseconds. */
export interface LimiterClock {
  readonly now: () => number;
  readonly sleep: Sleep;
}

const machine: LimiterClock = { now: () => performance.now(), sleep };

/**
 * Spaces calls evenly: at most `perSecond` in any second, in the order they were asked for.
 *
 * SES throttles everything but sending at one request a second for the whole account and Region
 * (https://docs.aws.amazon.com/ses/latest/dg/quotas.html), so one limiter serves every call of a process. Even
 * spacing, not bursts: a saved-up burst would be refused.
 */
export function limiter(perSecond: number, clock: LimiterClock = machine): Pace {
  const interval = 1000 / perSecond;
  let next = Number.NEGATIVE_INFINITY;
  let last: Promise<unknown> = Promise.resolve();
  const own: Turns = {
    async take() {
      const now = clock.now();
      if (next > now) await clock.sleep(next - now);
      // From the moment the call is really made: one that woke late must not bring the next one nearer.
      next = Math.max(clock.now(), next) + interval;
    },
  };
  const hold = <T>(work: (turns: Turns) => Promise<T>): Promise<T> => {
    const done = last.then(() => work(own));
    // Whoever comes next waits for the end of this, whichever way it ends.
    last = done.catch(() => undefined);
    return done;
  };
  return {
    take: () => hold(own.take),
    hold,
    passedLate: () => {
      next = Math.max(next, clock.now() + interval);
    },
  };
}
