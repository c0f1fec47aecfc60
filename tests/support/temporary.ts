import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives the run a temporary folder of its own, before the workers start, and removes it with all that is left in it.
 * Programs that tests start take it over with the environment, and some (osls) leave folders behind. What Node compiled
 * is kept there too, so that the second process of a program starts faster.
 *
 * @returns what to do at the end.
 */
export default function temporaryFolder(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'todoku-tests-'));
  process.env.TMPDIR = folder;
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled');
  return () => rmSync(folder, { recursive: true, force: true });
}
