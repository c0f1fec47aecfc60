import { rateHours } from '../lib/schedule.ts';

/** What the alarms read off a schedule expression of EventBridge (`rate(...)`, `cron(...)`). */

/** CloudWatch looks back over a week at most, by the hour. */
const LONGEST_HOURS = 168;

/**
 * After how many hours without a run the schedule was missed: twice its interval and an hour, so that one run that takes
 * its time is no alarm.
 *
 * @param schedule of a form that deploy/settings.ts lets through.
 * @returns undefined where CloudWatch cannot look back that far, or the cron expression leaves days out: then the
 * heartbeat tells (deploy/alarms.ts).
 */
export function hoursUntilOverdue(schedule: string): number | undefined {
  const interval = rateHours(schedule) ?? (isDaily(schedule) ? 24 : undefined);
  const overdue = interval === undefined ? LONGEST_HOURS + 1 : Math.ceil(2 * interval) + 1;
  return overdue <= LONGEST_HOURS ? overdue : undefined;
}

function isDaily(schedule: string): boolean {
  const fields = /^cron\((.*)\)$/.exec(schedule)?.[1]?.split(' ') ?? [];
  // Minutes, hours, day of month, month, day of week, year.
  return fields.length === 6 && fields.slice(2).every((field) => /^[*?]$/.test(field));
}
