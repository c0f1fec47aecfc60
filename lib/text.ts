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
