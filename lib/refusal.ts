import type { Bilingual } from './text.ts';

/**
 * An error that is told to a person, with what they can do about it. Its `message`, for logs and stack traces, is
 * the English text.
 */
export abstract class Refusal extends Error {
  /** Names the kind of refusal for programs; never changes once released. */
  abstract readonly code: string;
  /** What is told, in the language of whoever asked. */
  readonly text: Bilingual;

  constructor(text: Bilingual, options?: ErrorOptions) {
    super(text.en, options);
    this.text = text;
  }
}

/**
 * Why something failed, for a text in either language: a refusal's own words. Any other error has an English message
 * only, so the Japanese text gives its name, which is what one looks up.
 */
export function causeOf(error: unknown): Bilingual {
  if (error instanceof Refusal) return error.text;
  if (!(error instanceof Error)) return { ja: '原因不明のエラー', en: String(error) };
  return { ja: error.name === 'Error' ? '原因不明のエラー' : error.name, en: error.message };
}
