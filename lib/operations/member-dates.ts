import { MINUTE } from '../time.ts';

/**
 * The dates of a shop's export. A date without a zone is Japan's: that is where the exports come from, and Japan has
 * no summer time.
 */

const JAPAN_OFFSET_MINUTES = 9 * 60;
/** Longest text looked at: every form below is shorter. */
const LONGEST_DATE = 40;

/** First year of an era minus one: 令和6年 is 2018 + 6. */
const ERAS: Readonly<Record<string, number>> = { 令和: 2018, 平成: 1988, 昭和: 1925 };

const DATE = /^(?:(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2}))/;
const JAPANESE_DATE = /^(令和|平成|昭和)?(\d{1,4}|元)年(\d{1,2})月(\d{1,2})日/;
const TIME = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?/;
const JAPANESE_TIME = /^(\d{1,2})時(\d{1,2})分(?:(\d{1,2})秒)?/;
const COMPACT_TIME = /^(\d{2})(\d{2})(\d{2})/;
const ZONE = /^([+-])(\d{2}):?(\d{2})?$/;

/**
 * A moment as a shop's export writes it, in ISO 8601 UTC; undefined when the text is no date.
 *
 * Read are `2024-05-01`, `2024/5/1`, `2024.5.1`, `20240501`, `2024年5月1日` and `令和6年5月1日`, each alone or with a
 * time (`10:20`, `10:20:30`, `T10:20:30.000Z`, `10時20分`, ` +0900`). `5/1/2024` is refused: nobody can tell the
 * first of May from the fifth of January.
 */
export function readDate(text: string): string | undefined {
  if (text.length > LONGEST_DATE) return undefined;
  const folded = text.normalize('NFKC').trim();
  const found = readDay(folded);
  if (found === undefined) return undefined;
  const clock = readTime(folded.slice(found.length), found.compact);
  if (clock === undefined) return undefined;
  const { year, month, day } = found;
  const time = Date.UTC(year, month - 1, day, clock.hour, clock.minute, clock.second);
  const shown = new Date(time);
  // Date.UTC turns the 30th of February into the 1st of March.
  if (shown.getUTCMonth() !== month - 1 || shown.getUTCDate() !== day || year < 1900) return undefined;
  return new Date(time - clock.offset * MINUTE).toISOString();
}

/** Whether an export means "no date" by this text: empty, a dash, or MySQL's zero date. */
export function isNoDate(text: string): boolean {
  const folded = text.normalize('NFKC').trim().toLowerCase();
  return ['', '-', 'null', '\\n'].includes(folded) || /^0000[-/.]00[-/.]00/.test(folded);
}

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Letters the day takes. */
  readonly length: number;
  readonly compact: boolean;
}

function readDay(text: string): Day | undefined {
  const western = DATE.exec(text);
  if (western) {
    const [whole, year = western[5], , month = western[6], day = western[7]] = western;
    return { ...numbers(year, month, day), length: whole.length, compact: western[5] !== undefined };
  }
  const japanese = JAPANESE_DATE.exec(text);
  if (!japanese) return undefined;
  const [whole, era, written, month, day] = japanese;
  const year = written === '元' ? 1 : Number(written);
  // Without an era a year has four digits; with one, at most two.
  if (era === undefined ? written?.length !== 4 : year > 99) return undefined;
  const base = era === undefined ? 0 : (ERAS[era] ?? 0);
  return { ...numbers(String(base + year), month, day), length: whole.length, compact: false };
}

function numbers(year = '', month = '', day = ''): { year: number; month: number; day: number } {
  return { year: Number(year), month: Number(month), day: Number(day) };
}

interface Clock {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Minutes east of UTC. */
  readonly offset: number;
}

/** The rest of a date: nothing, or a time with or without a zone. Undefined: something else. */
function readTime(rest: string, compact: boolean): Clock | undefined {
  const text = rest.replace(/^[T\s]/, '').trim();
  if (text === '') return { hour: 0, minute: 0, second: 0, offset: JAPAN_OFFSET_MINUTES };
  const found = TIME.exec(text) ?? JAPANESE_TIME.exec(text) ?? (compact ? COMPACT_TIME.exec(text) : null);
  if (found === null) return undefined;
  const [whole, hour, minute, second = '0'] = found;
  const offset = readZone(text.slice(whole.length).trim());
  const clock = { hour: Number(hour), minute: Number(minute), second: Number(second) };
  if (offset === undefined || clock.hour > 23 || clock.minute > 59 || clock.second > 59) return undefined;
  return { ...clock, offset };
}

function readZone(text: string): number | undefined {
  if (text === '' || text === 'JST') return JAPAN_OFFSET_MINUTES;
  if (text === 'Z' || text === 'UTC' || text === 'GMT') return 0;
  const found = ZONE.exec(text);
  if (found === null) return undefined;
  const [, sign, hours, minutes = '0'] = found;
  const offset = Number(hours) * 60 + Number(minutes);
  return sign === '-' ? -offset : offset;
}
