import { stripControls } from './address.ts';

/** A text of somebody else as one word of a command that an operator pastes: no shell reads anything in it. */
export function shellWord(text: string): string {
  const seen = stripControls(text);
  return /^[\w@.+-]+$/.test(seen) && !seen.startsWith('-') ? seen : `'${seen.replaceAll("'", "'\\''")}'`;
}
