import { writeFile } from 'node:fs/promises';
import { stripControls } from '../../lib/address.ts';
import { CliError } from '../errors.ts';
import type { NamedFile } from '../session.ts';

/** Writes a file that the operator named. @throws {CliError} where it cannot be written. */
export async function writeText({ name, path }: NamedFile, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    const shown = stripControls(name);
    throw new CliError({ ja: `${shown} に書き込めません。`, en: `${shown} cannot be written` }, { cause });
  }
}
