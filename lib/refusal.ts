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
