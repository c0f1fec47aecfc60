import { type Sleep, sleep } from '../sleep.ts';

/** Waits until the caller may make its next call. */
export interface Limiter {
  take(): Promise<void>;
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
export function limiter(perSecond: number, clock: LimiterClock = machine): Limiter {
  if (perSecond === Number.POSITIVE_INFINITY) return { take: () => Promise.resolve() };
  const interval = 1000 / perSecond;
  let next = Number.NEGATIVE_INFINITY;
  return {
    async take() {
      const now = clock.now();
      const turn = Math.max(now, next);
      next = turn + interval;
      if (turn > now) await clock.sleep(turn - now);
    },
  };
}
