import { stripControls } from '../lib/address.ts';
import { Refusal } from '../lib/refusal.ts';
import type { Bilingual } from '../lib/text.ts';
import { VERSION } from '../lib/version.ts';

/** Thrown for what an operator can mend; its text is all that is shown. */
export class CliError extends Refusal {
  override readonly name = 'CliError';
  override readonly code: string;
  /** What the command ends with, where that is not its code for what could not be carried out. */
  readonly exitCode: number | undefined;

  /** @param text in both languages; a text in English only stands for both. */
  constructor(
    text: string | Bilingual,
    options: ErrorOptions & { readonly code?: string; readonly exitCode?: number | undefined } = {},
  ) {
    super(typeof text === 'string' ? { ja: text, en: text } : text, options);
    this.code = options.code ?? 'command';
    this.exitCode = options.exitCode;
  }
}

/** What a command ends with whose question was asked, and whose answer is not understood. */
const NOT_UNDERSTOOD = 2;

/**
 * Thrown for an answer that lacks what this version reads. The function did its work all the same, so the exit code is
 * not the one for what could not be asked.
 */
export class OtherVersionError extends CliError {
  /** @param version the stack's own; undefined when it named none. */
  constructor(functionName: string, version: string | undefined) {
    super(
      {
        ja: `${functionName} の応答を読み取れません。コマンドとスタックのバージョンが異なるようです（コマンド：${VERSION}、スタック：${version ?? '不明'}）。処理は実行された可能性があります。両方を同じバージョンにそろえてから確認してください。`,
        en: `the answer of ${functionName} is not understood: command and stack seem to be of different versions (command: ${VERSION}, stack: ${version ?? 'unknown'}). What was asked may have been done: bring both to one version and look again`,
      },
      { code: 'other-version', exitCode: NOT_UNDERSTOOD },
    );
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
