/** Spans, in milliseconds. */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Japan's clocks are nine hours ahead of UTC all year. */
const TOKYO_AHEAD_MS = 9 * HOUR;

/**
 * A moment for people: `2026-11-24 11:05` in Japan's time; the text itself when it is no moment. Times are stored in
 * UTC and shown to people in Asia/Tokyo. By plain arithmetic: to load Intl's zones would take a tenth of a cold start.
 */
export function formatInTokyo(iso: string): string {
  const there = new Date(Date.parse(iso) + TOKYO_AHEAD_MS);
  if (Number.isNaN(there.getTime())) return iso;
  const [day = '', clock = ''] = there.toISOString().split('T');
  return `${day} ${clock.slice(0, 'HH:MM'.length)}`;
}

/** A moment's day for people: `2026-11-24` in Japan's time; the text itself when it is no moment. */
export function dayInTokyo(iso: string): string {
  return formatInTokyo(iso).slice(0, 10);
}

/** The moment so many milliseconds after another, or before it where they are negative; both ISO 8601 UTC. */
export function later(iso: string, milliseconds: number): string {
  return new Date(Date.parse(iso) + milliseconds).toISOString();
}

/** The month of Japan's calendar that a moment falls into: `2026-10`. */
export function monthInTokyo(iso: string): string {
  return dayInTokyo(iso).slice(0, 7);
}

/** The month so many after another, or before it where negative: `2026-01` and -1 give `2025-12`. */
export function monthsLater(month: string, months: number): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + months)).toISOString().slice(0, 7);
}

/** A month of Japan's calendar: its first moment, and the first after it; ISO 8601 UTC. */
export function spanOfMonth(month: string): { readonly from: string; readonly until: string } {
  const start = (each: string) => later(`${each}-01T00:00:00.000Z`, -TOKYO_AHEAD_MS);
  return { from: start(month), until: start(monthsLater(month, 1)) };
}
