import { stripControls } from '../lib/address.ts';
import { unknownWord } from '../lib/known-words.ts';
import { Refusal } from '../lib/refusal.ts';
import type { Bilingual } from '../lib/text.ts';
import { VERSION } from '../lib/version.ts';

/** Thrown for what an operator can mend; its text is all that is shown. */
export class CliError extends Refusal {
  override readonly name = 'CliError';
  override readonly code: string;
  /** What the command ends with, where that is not its code for what could not be carried out. */
  readonly exitCode: number | undefined;

  constructor(
    text: Bilingual,
    options: ErrorOptions & { readonly code?: string; readonly exitCode?: number | undefined } = {},
  ) {
    super(text, options);
    this.code = options.code ?? 'command';
    this.exitCode = options.exitCode;
  }
}

/** A word of the command line that is none of those known; see {@link unknownWord}. */
export function unknown(...about: Parameters<typeof unknownWord>): CliError {
  return new CliError(unknownWord(...about), { code: 'wrong-arguments' });
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
  const why = fileFault(cause);
  return new CliError(
    {
      ja: `${shown} を読み取れません${why === undefined ? '' : `（${why.ja}）`}。`,
      en: `cannot read ${shown}${why === undefined ? '' : `: ${why.en}`}`,
    },
    { cause },
  );
}

/**
 * What is said of a file that cannot be written.
 *
 * @param name the file as it was typed; it is cleaned here.
 */
export function cannotWrite(name: string, cause: unknown): CliError {
  const shown = stripControls(name);
  const why = fileFault(cause);
  return new CliError(
    {
      ja: `${shown} に書き込めません${why === undefined ? '' : `（${why.ja}）`}。`,
      en: `cannot write ${shown}${why === undefined ? '' : `: ${why.en}`}`,
    },
    { cause },
  );
}

/** The faults of files that operators meet, by Node's codes. */
const FILE_FAULTS: Readonly<Record<string, Bilingual>> = {
  ENOENT: { ja: 'ファイルがありません', en: 'no such file' },
  EACCES: { ja: '権限がありません', en: 'permission denied' },
  EISDIR: { ja: 'フォルダーです', en: 'it is a folder' },
  ENOSPC: { ja: 'ディスクの空きがありません', en: 'no space left on the disk' },
};

/** Node's messages are English sentences: what is in no table is told by its code. */
function fileFault(cause: unknown): Bilingual | undefined {
  if (!(cause instanceof Error) || !('code' in cause)) return undefined;
  const code = String(cause.code);
  return FILE_FAULTS[code] ?? { ja: code, en: code };
}
