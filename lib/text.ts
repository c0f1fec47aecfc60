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

/** A share as text: `48.9 %`; small ones keep the digits that matter. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value === 0 || value >= 1 ? value.toFixed(1) : value.toPrecision(2)} %`;
}
