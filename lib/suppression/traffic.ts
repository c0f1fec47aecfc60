import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import type { TrafficPeriod } from '../policy/guards.ts';

/** What is counted together, milliseconds. */
const PERIOD = 15 * 60_000;
/** How far is looked back, milliseconds: over a weekend. */
const LOOK_BACK = 72 * 3_600_000;
/** A delivery that is younger may be counted before its event is, milliseconds. */
const UNSETTLED = 15 * 60_000;

/** Thrown when CloudWatch answers a part only: the periods that are missing may be those that matter. */
export class TrafficUnreadableError extends Error {
  override readonly name = 'TrafficUnreadableError';
}

/**
 * What the account delivered and what reached the topic, by the quarter of an hour over three days, oldest first: one GetMetricData call.
 * `AWS/SES` `Delivery` is the account's (no dimensions); `AWS/SNS` `NumberOfMessagesPublished` counts a topic's
 * messages before the subscriptions' filters. Deliveries of the last quarter of an hour are left out, events are not:
 * one that came shows that todoku hears.
 *
 * @throws {TrafficUnreadableError} when the answer is not complete; the SDK's error when there is none.
 */
export async function readTraffic(
  client: CloudWatchClient,
  topicName: string,
  now: Date,
): Promise<readonly TrafficPeriod[]> {
  const answer = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(Math.floor((now.getTime() - LOOK_BACK) / PERIOD) * PERIOD),
      EndTime: now,
      MetricDataQueries: [
        sumOf('delivered', { Namespace: 'AWS/SES', MetricName: 'Delivery' }),
        sumOf('published', {
          Namespace: 'AWS/SNS',
          MetricName: 'NumberOfMessagesPublished',
          Dimensions: [{ Name: 'TopicName', Value: topicName }],
        }),
      ],
    }),
  );
  const settled = now.getTime() - UNSETTLED - PERIOD;
  const periods = new Map<number, { delivered: number; published: number }>();
  for (const id of ['delivered', 'published'] as const) {
    const result = answer.MetricDataResults?.find((each) => each.Id === id);
    if (result?.StatusCode !== 'Complete') throw new TrafficUnreadableError(`${id}: ${result?.StatusCode}`);
    for (const [index, at] of (result.Timestamps ?? []).entries()) {
      if (id === 'delivered' && at.getTime() > settled) continue;
      const counts = periods.get(at.getTime()) ?? { delivered: 0, published: 0 };
      counts[id] += result.Values?.[index] ?? 0;
      periods.set(at.getTime(), counts);
    }
  }
  const oldestFirst = [...periods].sort(([a], [b]) => a - b);
  return oldestFirst.map(([at, counts]) => ({ at: new Date(at).toISOString(), ...counts }));
}

function sumOf(Id: string, Metric: NonNullable<MetricDataQuery['MetricStat']>['Metric']): MetricDataQuery {
  return { Id, MetricStat: { Metric, Period: PERIOD / 1000, Stat: 'Sum' } };
}
