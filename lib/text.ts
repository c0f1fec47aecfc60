/** The languages user-facing words exist in. */
export type Language = 'ja' | 'en';

/** One user-facing text in both languages. */
export interface Bilingual {
  readonly ja: string;
  readonly en: string;
}

/** Whether a text names a language the product speaks. */
export function isLanguage(text: string): text is Language {
  return text === 'ja' || text === 'en';
}

/**
 * Which of two texts stands first, for `sort`: by their UTF-16 units, so that moments in ISO 8601 stand in the order of
 * time. `localeCompare` orders words for readers of one language: slowly, and some different texts are equal to it.
 */
export function byCodeUnits(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** A share as text: `48.9 %`; small ones keep the digits that matter. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value === 0 || value >= 1 ? value.toFixed(1) : value.toPrecision(2)} %`;
}

/** The JSON value in a text; undefined where the text is none. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A count for people: `12,345`. */
export function counted(count: number): string {
  return count.toLocaleString('en-US');
}

/** An English count of things: `1 source`, `1,200 sources`; `things` where the plural is more than an s. */
export function countOf(count: number, thing: string, things = `${thing}s`): string {
  return `${counted(count)} ${count === 1 ? thing : things}`;
}
