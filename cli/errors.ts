import { stripControls } from '../lib/address.ts';
import { Refusal } from '../lib/refusal.ts';
import type { Bilingual } from '../lib/text.ts';

/** Thrown for what an operator can mend; its text is all that is shown. */
export class CliError extends Refusal {
  override readonly name = 'CliError';
  override readonly code: string;

  /** @param text in both languages; a text in English only stands for both. */
  constructor(text: string | Bilingual, options: ErrorOptions & { readonly code?: string } = {}) {
    super(typeof text === 'string' ? { ja: text, en: text } : text, options);
    this.code = options.code ?? 'command';
  }
}

/**
 * What is said of a file that cannot be read.
 *
 * @param name the file as it was typed; it is cleaned here.
 */
export function cannotRead(name: string, cause: unknown): CliError {
  const shown = stripControls(name);
  const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  return new CliError(
    {
      ja: `${shown} を読み取れません${missing ? '（ファイルがありません）' : ''}。`,
      en: `cannot read ${shown}${missing ? ': no such file' : ''}`,
    },
    { cause },
  );
}
