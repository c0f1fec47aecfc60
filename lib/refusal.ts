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
 * only, so the Japanese text gives its name or its code, which is what one looks up.
 */
export function causeOf(error: unknown): Bilingual {
  if (error instanceof Refusal) return error.text;
  if (!(error instanceof Error)) return { ja: UNKNOWN_CAUSE, en: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const name = error.name === 'Error' ? code : error.name;
  return { ja: name ?? UNKNOWN_CAUSE, en: error.message || name || 'an unknown error' };
}

/** The name of an error, which tells its kind and nobody's address. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}

/** The code of an error of Node's, such as `ECONNREFUSED`; undefined where it has none. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const UNKNOWN_CAUSE = '原因不明のエラー';
