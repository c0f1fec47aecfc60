import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Bilingual, Language } from '../../lib/text.ts';

/** The language of the page. */
export const LanguageContext = createContext<Language>('ja');

/** Gives the words in the page's language. */
export function useWords(): { readonly language: Language; readonly say: (text: Bilingual) => string } {
  const language = useContext(LanguageContext);
  return { language, say: (text) => text[language] };
}

/** A number as tables show it: `1,234`. */
export function figure(value: number): string {
  return value.toLocaleString('en-US');
}

/**
 * A share for people: `90％`, `90%`; an interval is rounded outwards, so that it never says more than is known.
 *
 * @param share a fraction, or the two ends of an interval.
 */
export function percentOf(share: number | readonly [number, number], language: Language, digits = 0): string {
  const sign = language === 'ja' ? '％' : '%';
  if (typeof share === 'number') return `${(share * 100).toFixed(digits)}${sign}`;
  const [from, until] = [Math.floor(share[0] * 100), Math.ceil(share[1] * 100)];
  return language === 'ja' ? `${from}〜${until}${sign}` : `${from}–${until}${sign}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const TOKYO_MS = 9 * 3_600_000;

/**
 * A moment for people, in Japan's time: `11月16日 9:12` or `16 Nov 9:12`; the year is said where it is another than
 * `now`'s.
 *
 * @param iso ISO 8601 UTC.
 * @param now as above; absent: the year is always said.
 */
export function momentOf(iso: string, language: Language, now?: string): string {
  return `${dayOf(iso, language, now)} ${clockOf(iso)}`;
}

/** The day of a moment, as {@link momentOf} says it. */
export function dayOf(iso: string, language: Language, now?: string): string {
  const there = new Date(Date.parse(iso) + TOKYO_MS);
  if (Number.isNaN(there.getTime())) return iso;
  const [year, month, day] = [there.getUTCFullYear(), there.getUTCMonth(), there.getUTCDate()];
  const isThisYear = now !== undefined && new Date(Date.parse(now) + TOKYO_MS).getUTCFullYear() === year;
  if (language === 'ja') return `${isThisYear ? '' : `${year}年`}${month + 1}月${day}日`;
  return `${day} ${MONTHS[month]}${isThisYear ? '' : ` ${year}`}`;
}

/** The month of a moment: `2019年4月` or `April 2019` in short. */
export function monthOf(iso: string, language: Language): string {
  const there = new Date(Date.parse(iso) + TOKYO_MS);
  const [year, month] = [there.getUTCFullYear(), there.getUTCMonth()];
  return language === 'ja' ? `${year}年${month + 1}月` : `${MONTHS[month]} ${year}`;
}

const WEEKDAYS = {
  ja: ['日', '月', '火', '水', '木', '金', '土'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
} as const;

/** The day of a moment with its weekday: `11月24日（火）` or `Tue 24 Nov`; see {@link dayOf}. */
export function weekdayOf(iso: string, language: Language, now?: string): string {
  const weekday = WEEKDAYS[language][new Date(Date.parse(iso) + TOKYO_MS).getUTCDay()] ?? '';
  const day = dayOf(iso, language, now);
  return language === 'ja' ? `${day}（${weekday}）` : `${weekday} ${day}`;
}

/** The time of day of a moment in Japan: `9:12`. */
export function clockOf(iso: string): string {
  const there = new Date(Date.parse(iso) + TOKYO_MS);
  if (Number.isNaN(there.getTime())) return iso;
  return `${there.getUTCHours()}:${String(there.getUTCMinutes()).padStart(2, '0')}`;
}
