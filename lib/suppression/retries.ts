import type { SESv2ClientConfig } from '@aws-sdk/client-sesv2';

type RetryStrategy = Extract<
  NonNullable<SESv2ClientConfig['retryStrategy']>,
  { acquireInitialRetryToken(scope: string): unknown }
>;
type RetryToken = Awaited<ReturnType<RetryStrategy['acquireInitialRetryToken']>>;

/** Attempts at a call that SES throttles: some twelve seconds. */
const THROTTLED_ATTEMPTS = 40;
/** Attempts at one that fails otherwise. */
const FAILED_ATTEMPTS = 5;

/**
 * How a call to SES is tried again. Throttled: about three times a second. Beside background work at its pace a strict
 * limit of one call a second is open to somebody else for a ninth of the time, which the SDK's own strategies, that
 * wait ever longer, miss (a look-up took 25 s with them). Failed otherwise: a few times, with growing waits.
 *
 * @param passedLate told when a call passed that had been refused.
 * @param throttledAttempts how often a throttled call is made at most.
 */
export function sesRetries(passedLate: () => void, throttledAttempts = THROTTLED_ATTEMPTS): RetryStrategy {
  const token = (count: number, delay: number): RetryToken => ({
    getRetryCount: () => count,
    getRetryDelay: () => delay,
  });
  return {
    acquireInitialRetryToken: async () => token(0, 0),
    refreshRetryTokenForRetry: async (last, { errorType }) => {
      const count = last.getRetryCount() + 1;
      if (errorType === 'CLIENT_ERROR') throw new Error('not to be tried again');
      const isThrottled = errorType === 'THROTTLING';
      if (count >= (isThrottled ? throttledAttempts : FAILED_ATTEMPTS)) throw new Error('tried often enough');
      return token(count, isThrottled ? 200 + Math.random() * 200 : Math.random() * 100 * 2 ** count);
    },
    recordSuccess: (last) => {
      if (last.getRetryCount() > 0) passedLate();
    },
  };
}
