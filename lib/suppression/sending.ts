import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetAccountCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import { errorName } from '../refusal.ts';
import { DAY } from '../time.ts';
import type { Turns } from './limiter.ts';

const WEEK_DAYS = 7;

/** How much the account sends, and where that is known from. */
export interface Sending {
  /** Recipients SES accepted mail for in the window, those it dropped because of the suppression list included. */
  readonly sent: number;
  /** The window, in days up to the present. */
  readonly days: number;
  /** `cloudwatch`: the metric Send of seven days; `send-quota`: SentLast24Hours of GetAccount. */
  readonly source: 'cloudwatch' | 'send-quota';
  /** Why CloudWatch was not used: an error's name, or that it has no data. */
  readonly instead?: string;
}

/**
 * What the account sends: the sum of CloudWatch's AWS/SES Send over seven days, else what GetAccount counts of the
 * last 24 hours (both for the whole account and Region). A week is the better measure: it does not depend on the
 * hour of the day or on the day of the week.
 *
 * @throws the SDK's error when GetAccount is needed and fails.
 */
export async function readSending(
  clients: { readonly ses: SESv2Client; readonly cloudWatch: CloudWatchClient },
  limiter: Turns,
  now: Date,
): Promise<Sending> {
  const week = await weekOf(clients.cloudWatch, now);
  if (typeof week === 'number') return { sent: week, days: WEEK_DAYS, source: 'cloudwatch' };
  await limiter.take();
  const { SendQuota } = await clients.ses.send(new GetAccountCommand({}));
  return { sent: SendQuota?.SentLast24Hours ?? 0, days: 1, source: 'send-quota', instead: week };
}

/** Mails of the last seven days, or why CloudWatch does not tell. */
async function weekOf(cloudWatch: CloudWatchClient, now: Date): Promise<number | string> {
  try {
    const { MetricDataResults } = await cloudWatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(now.getTime() - WEEK_DAYS * DAY),
        EndTime: now,
        MetricDataQueries: [
          {
            Id: 'send',
            // An account metric: no dimensions.
            MetricStat: {
              Metric: { Namespace: 'AWS/SES', MetricName: 'Send' },
              Period: DAY / 1000,
              Stat: 'Sum',
            },
          },
        ],
      }),
    );
    const result = MetricDataResults?.[0];
    // A part of the sum is a smaller sum, which only makes the waves smaller; none at all is no sum.
    const values = result?.Values ?? [];
    if (values.length === 0) return result?.StatusCode === 'Complete' ? 'no data' : 'no answer';
    const sum = values.reduce((total, value) => total + value, 0);
    return Number.isFinite(sum) && sum >= 0 ? sum : 'not a count';
  } catch (error) {
    return errorName(error);
  }
}
