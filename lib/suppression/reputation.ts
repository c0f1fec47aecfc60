import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { Rate, Rates, Reputation } from '../policy/guards.ts';
import { errorName } from '../refusal.ts';
import { HOUR } from '../time.ts';

/** How old a value may be, milliseconds. */
const MAXIMUM_AGE = 24 * HOUR;

/** SES's reputation metrics (SES developer guide, "Creating reputation monitoring alarms using CloudWatch"). */
const METRICS = { bounce: 'Reputation.BounceRate', complaint: 'Reputation.ComplaintRate' } as const;

/** Thrown when CloudWatch does not answer what was asked, or only a part of it. */
class MetricUnreadableError extends Error {
  override readonly name = 'MetricUnreadableError';
}

/**
 * The account's bounce and complaint rate, the latest of the last 24 hours: one GetMetricData call of two metrics.
 * Never throws: whatever goes wrong is the answer `unreadable`, for which the guards stop removals.
 */
export async function readReputation(client: CloudWatchClient, now: Date): Promise<Reputation> {
  try {
    return { state: 'read', ...(await ratesOf(client, now)) };
  } catch (error) {
    if (error instanceof MetricUnreadableError) return { state: 'unreadable', why: error.message };
    return { state: 'unreadable', why: errorName(error) };
  }
}

/**
 * The same rates; one is absent where CloudWatch has none of the last 24 hours.
 *
 * @throws {MetricUnreadableError} when the answer is not complete; the SDK's error when there is none.
 */
export async function ratesOf(client: CloudWatchClient, now: Date): Promise<Rates> {
  const answer = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(now.getTime() - MAXIMUM_AGE),
      EndTime: now,
      ScanBy: 'TimestampDescending',
      MetricDataQueries: Object.entries(METRICS).map(([Id, MetricName]) => ({
        Id,
        // An account metric: no dimensions. Of an hour's values the worst counts.
        MetricStat: { Metric: { Namespace: 'AWS/SES', MetricName }, Period: HOUR / 1000, Stat: 'Maximum' },
      })),
    }),
  );
  const bounceRate = latestOf(answer.MetricDataResults, 'bounce');
  const complaintRate = latestOf(answer.MetricDataResults, 'complaint');
  return { ...(bounceRate && { bounceRate }), ...(complaintRate && { complaintRate }) };
}

/** The latest value of one metric; undefined when CloudWatch says, completely, that there is none. */
function latestOf(
  results: readonly MetricDataResult[] | undefined,
  id: keyof typeof METRICS,
): Rate | undefined {
  const result = results?.find((each) => each.Id === id);
  const metric = METRICS[id];
  if (result === undefined) throw new MetricUnreadableError(`${metric}: no answer`);
  let latest: { value: number; at: Date } | undefined;
  for (const [index, at] of (result.Timestamps ?? []).entries()) {
    const value = result.Values?.[index];
    if (value === undefined || !(value >= 0 && value <= 1)) {
      throw new MetricUnreadableError(`${metric}: not a rate`);
    }
    if (latest === undefined || at > latest.at) latest = { value, at };
  }
  // InternalError, Forbidden, or the first part only of an answer that holds nothing: nobody could look.
  const status = result.StatusCode ?? 'no status';
  if (status !== 'Complete' && !(status === 'PartialData' && latest !== undefined)) {
    throw new MetricUnreadableError(`${metric}: ${status}`);
  }
  return latest && { value: latest.value, at: latest.at.toISOString() };
}
