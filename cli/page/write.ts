import { writeFile } from 'node:fs/promises';
import { stripControls } from '../../lib/address.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';

/**
 * Writes a file that the operator named, and says where on standard error, but for `--json`: what reads that needs no word.
 *
 * @throws {CliError} where it cannot be written.
 */
export async function writeText(named: string, text: string, context: CliContext): Promise<void> {
  const { name, path } = context.file(named);
  const shown = stripControls(name);
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new CliError({ ja: `${shown} に書き込めません。`, en: `${shown} cannot be written` }, { cause });
  }
  if (context.options.json) return;
  context.printError(context.language === 'ja' ? `${shown} に書き出しました。` : `Written to ${shown}.`);
}
