/** Times are stored in UTC and shown to people in Asia/Tokyo. */
const tokyo = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Tokyo',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
});

/** A moment for people: `2026-11-24 11:05` in Japan's time; the text itself when it is no moment. */
export function formatInTokyo(iso: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? iso : tokyo.format(time);
}
