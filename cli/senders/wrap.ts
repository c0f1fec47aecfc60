import { displayWidth, isWide } from '../../lib/display-width.ts';

/** Text in the columns of a terminal: a letter of Japanese takes two. */

/** Signs that do not begin a line of Japanese. */
const NOT_FIRST = /^[、。，．・：；！？）」』】〉》”’々ー)\]}>,.;:!?%]/u;

/** Signs that do not end one. */
const NOT_LAST = /[（「『【〈《“‘([{<] ?$/u;

/** A text filled up with spaces to some columns. */
export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

/**
 * A text in lines of some columns at most; a word alone that is longer stands in a line of its own. Japanese breaks
 * between any two letters, but before no closing sign.
 *
 * @param indent what stands before every line but the first, which the caller has begun with as many columns.
 */
export function wrapped(text: string, columns: number, indent: string): string[] {
  const room = Math.max(20, columns - displayWidth(indent));
  const lines: string[] = [];
  let line: string[] = [];
  for (const piece of piecesOf(text)) {
    if (line.length === 0 || displayWidth(line.join('')) + displayWidth(piece.trimEnd()) <= room) {
      line.push(piece);
      continue;
    }
    // What may not begin or end a line takes its neighbour along.
    const next = [piece.trimStart()];
    while (line.length > 1 && (NOT_FIRST.test(next[0] ?? '') || NOT_LAST.test(line.at(-1) ?? ''))) {
      next.unshift(line.pop() ?? '');
    }
    lines.push(line.join('').trimEnd());
    line = next;
  }
  lines.push(line.join('').trimEnd());
  return lines.map((each, at) => (at === 0 ? each : `${indent}${each}`));
}

/** Words with the spaces behind them, and single letters of Japanese. */
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  let word = '';
  for (const letter of text) {
    const wide = isWide(letter);
    if (wide && word !== '') {
      pieces.push(word);
      word = '';
    }
    if (wide) pieces.push(letter);
    else if (letter !== ' ' && word.endsWith(' ')) {
      pieces.push(word);
      word = letter;
    } else word += letter;
  }
  if (word !== '') pieces.push(word);
  return pieces;
}
