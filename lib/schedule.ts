import { DAY, HOUR } from './time.ts';

/** What may be read off a schedule expression of EventBridge: `rate(...)`, and `cron(...)`, which is in UTC. */

const HOURS_OF = { minute: 1 / 60, hour: 1, day: 24 } as const;

/** The hours between two runs of a `rate(...)`; undefined for another expression. */
export function rateHours(schedule: string): number | undefined {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  return count === undefined ? undefined : Number(count) * HOURS_OF[unit as keyof typeof HOURS_OF];
}

/** A cron expression names days nine years apart at most: 29 February around 2100. */
const LONGEST_DAYS = 9 * 366;

/**
 * When a run is due at the latest that comes after another: of a rate, whose beginning nobody knows, one interval later; of
 * a cron expression at the first moment that it names.
 *
 * @returns undefined where it names none, or is not understood.
 */
export function dueAfter(schedule: string, last: Date): Date | undefined {
  const rate = rateHours(schedule);
  if (rate !== undefined) return new Date(last.getTime() + rate * HOUR);
  const cron = cronOf(schedule);
  if (cron === undefined) return undefined;
  const midnight = Math.floor(last.getTime() / DAY) * DAY;
  for (let day = 0; day <= LONGEST_DAYS; day += 1) {
    const date = new Date(midnight + day * DAY);
    if (!isDayOf(cron, date)) continue;
    const moments = [...cron.hours].flatMap((hour) =>
      [...cron.minutes].map((minute) => date.getTime() + hour * HOUR + minute * 60_000),
    );
    const next = moments.filter((moment) => moment > last.getTime());
    if (next.length > 0) return new Date(Math.min(...next));
  }
  return undefined;
}

/** A cron expression: numbers that its fields name, and tests of the days. */
interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  /** Items of the fields for the day of the month and of the week; empty: any day. */
  readonly ofMonth: readonly string[];
  readonly ofWeek: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** The least and the greatest number of a day of the month and of the week. */
const OF_MONTH = [1, 31] as const;
const OF_WEEK = [1, 7] as const;

function cronOf(schedule: string): Cron | undefined {
  const fields = /^cron\((.*)\)$/.exec(schedule)?.[1]?.toUpperCase().split(' ') ?? [];
  const [minute = '', hour = '', ofMonth = '', month = '', ofWeek = '', year = ''] = fields;
  const [minutes, hours, months, years] = [
    numbersIn(minute, [0, 59]),
    numbersIn(hour, [0, 23]),
    numbersIn(named(month, MONTHS), [1, 12]),
    numbersIn(year, [1970, 2199]),
  ];
  const days = [itemsOf(ofMonth), itemsOf(named(ofWeek, WEEKDAYS))] as const;
  const areKnown =
    days[0].every((item) => /^(?:L|LW|\d+W)$/.test(item) || numbersIn(item, OF_MONTH)) &&
    days[1].every((item) => /^(?:L|[1-7]L|[1-7]#[1-5])$/.test(item) || numbersIn(item, OF_WEEK));
  if (fields.length !== 6 || !minutes || !hours || !months || !years || !areKnown) return undefined;
  return { minutes, hours, months, years, ofMonth: days[0], ofWeek: days[1] };
}

/** Names in place of numbers that begin with 1. */
function named(field: string, names: readonly string[]): string {
  return field.replaceAll(/[A-Z]{3}/g, (name) => {
    const index = names.indexOf(name);
    return index < 0 ? name : String(index + 1);
  });
}

function itemsOf(field: string): readonly string[] {
  return field === '*' || field === '?' ? [] : field.split(',');
}

/** The numbers of `*`, `5`, `1-5`, `0/15` and lists of these; undefined where it is none of them. */
function numbersIn(field: string, [least, most]: readonly [number, number]): Set<number> | undefined {
  const numbers = new Set<number>();
  for (const item of field.split(',')) {
    const parts = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(item);
    if (parts === null) return undefined;
    const [, from, to, step] = parts.map((part) => (part === undefined ? undefined : Number(part)));
    const start = from ?? least;
    const end = to ?? (from === undefined || step !== undefined ? most : start);
    if (start < least || start > most || end > most || step === 0) return undefined;
    // A range may go over the end: Friday to Monday.
    const length = end >= start ? end - start : most - start + end - least + 1;
    for (let offset = 0; offset <= length; offset += step ?? 1) {
      const number = start + offset;
      numbers.add(number > most ? number - most + least - 1 : number);
    }
  }
  return numbers;
}

function isDayOf({ months, years, ofMonth, ofWeek }: Cron, date: Date): boolean {
  return (
    months.has(date.getUTCMonth() + 1) &&
    years.has(date.getUTCFullYear()) &&
    (ofMonth.length === 0 || ofMonth.some((item) => isDayOfMonth(item, date))) &&
    (ofWeek.length === 0 || ofWeek.some((item) => isDayOfWeek(item, date)))
  );
}

/** `15`, `1-7`, `L` (the last day), `LW` (the last weekday), `15W` (the weekday nearest to it, in the same month). */
function isDayOfMonth(item: string, date: Date): boolean {
  const day = date.getUTCDate();
  const last = lastDayOf(date);
  if (item === 'L') return day === last;
  if (!item.endsWith('W')) return numbersIn(item, OF_MONTH)?.has(day) === true;
  const wanted = item === 'LW' ? last : Math.min(Number.parseInt(item, 10), last);
  const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), wanted)).getUTCDay();
  if (weekday === 6) return day === (wanted === 1 ? 3 : wanted - 1);
  if (weekday === 0) return day === (wanted === last ? wanted - 2 : wanted + 1);
  return day === wanted;
}

/** `2` (Monday), `2-6`, `L` (Saturday), `6L` (the last Friday), `6#3` (the third Friday). */
function isDayOfWeek(item: string, date: Date): boolean {
  const [weekday, day] = [date.getUTCDay() + 1, date.getUTCDate()];
  if (item === 'L') return weekday === 7;
  const [, number, which] = /^(\d)(L|#\d)$/.exec(item) ?? [];
  if (number === undefined) return numbersIn(item, OF_WEEK)?.has(weekday) === true;
  if (weekday !== Number(number)) return false;
  return which === 'L' ? day > lastDayOf(date) - 7 : Math.ceil(day / 7) === Number(which?.slice(1));
}

function lastDayOf(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

/** By how many hours a run is overdue; 0: none is, or nobody can tell. */
export function hoursOverdue(schedule: string, last: Date, now: Date): number {
  const due = dueAfter(schedule, last);
  return due === undefined ? 0 : Math.max(0, (now.getTime() - due.getTime()) / HOUR);
}
