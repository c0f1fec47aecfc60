import { realpathSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * The words that start this very program from any folder, for commands that are printed to be run: its name where the
 * shell finds it, else its path. Never `npx todoku`: outside its own folder that would fetch whatever package has the
 * name.
 *
 * @param path of the program's own file.
 * @param searched the folders that the shell looks in, as PATH has them. Those of npm are its own child's, not the shell's.
 */
export function programWords(path: string, searched: string | undefined): string {
  const own = realPathOf(path);
  const folders = (searched ?? '').split(delimiter).filter((each) => isAbsolute(each) && !OF_NPM.test(each));
  const first = folders
    .map((folder) => realPathOf(join(folder, 'todoku')))
    .find((found) => found !== undefined);
  if (first !== undefined && first === own) return 'todoku';
  const whole = own ?? path;
  return /^[\w@./+-]+$/.test(whole) ? whole : `'${whole.replaceAll("'", "'\\''")}'`;
}

const OF_NPM = /[\\/](?:node_modules[\\/]\.bin|_npx[\\/].*|node-gyp-bin)[\\/]?$/;

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
