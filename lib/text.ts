/** The languages user-facing words exist in. */
export type Language = 'ja' | 'en';

/** One user-facing text in both languages. */
export interface Bilingual {
  readonly ja: string;
  readonly en: string;
}

/** An error that is told to a person; its message, for logs, is the English text. */
export abstract class BilingualError extends Error {
  readonly text: Bilingual;

  constructor(text: Bilingual, options?: ErrorOptions) {
    super(text.en, options);
    this.text = text;
  }
}

/** Whether a text names a language the product speaks. */
export function isLanguage(text: string): text is Language {
  return text === 'ja' || text === 'en';
}
