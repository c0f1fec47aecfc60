import Table from 'cli-table3';
import { stripControls } from '../lib/address.ts';
import { displayWidth } from '../lib/display-width.ts';
import type { Terminal } from './output.ts';

/** Narrowest a column is made, in columns of the terminal. */
const NARROWEST = 24;

/** Longest word that a column is kept wide enough for, so that addresses and ids stay whole to be copied. */
const LONGEST_WORD = 48;

/**
 * A table for a terminal, as wide as it; the widest columns give way. Cells may come from strangers and are cleaned
 * of control characters.
 */
export function table(
  { columns, colors }: Pick<Terminal, 'columns' | 'colors'>,
  head: readonly string[],
  given: readonly (readonly string[])[],
): string {
  const rows = wrapped(head, given, columns());
  const made = new Table({
    head: head.map((text) => colors.bold(text)),
    style: { head: [], border: [], compact: true },
  });
  made.push(...rows.map((row) => [...row]));
  return made.toString();
}

/** The rows cleaned, their cells on as many lines as the table's width asks for. */
function wrapped(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): readonly (readonly string[])[] {
  const clean = rows.map((row) => row.map((cell) => stripControls(cell)));
  const widths = head.map((name, index) =>
    Math.max(...[name, ...clean.map((row) => row[index] ?? '')].map(displayWidth)),
  );
  // Each column has a line and two spaces, and one line closes the table.
  let excess = widths.reduce((sum, width) => sum + width + 3, 1) - columns;
  if (excess <= 0) return clean;
  const floors = head.map((_, index) =>
    Math.max(...clean.map((row) => longestWord(row[index] ?? '')), NARROWEST),
  );
  for (; excess > 0; excess -= 1) {
    const spare = widths.map((width, index) => (width > (floors[index] ?? 0) ? width : 0));
    const widest = Math.max(...spare);
    if (widest === 0) break;
    widths[spare.indexOf(widest)] = widest - 1;
  }
  return clean.map((row) => row.map((cell, index) => wrap(cell, widths[index] ?? NARROWEST)));
}

/** Columns of the longest run of Latin letters, digits and signs; kana and kanji break anywhere. */
function longestWord(text: string): number {
  let longest = 0;
  for (const [word] of text.matchAll(/[\x21-\x7e]+/g)) longest = Math.max(longest, word.length);
  return Math.min(longest, LONGEST_WORD);
}

/** A text on lines of at most so many columns, broken where a reader would, as far as a line has such a place. */
function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const letter of text) {
    if (displayWidth(line) + displayWidth(letter) > width) {
      const cut = breakIn(line, letter);
      lines.push(line.slice(0, cut).trimEnd());
      line = line.slice(cut).trimStart();
    }
    if (line !== '' || letter !== ' ' || lines.length === 0) line += letter;
  }
  return [...lines, line].join('\n');
}

/** Where a line is best broken: after a space or Japanese punctuation, or before a bracket; else at its end. */
function breakIn(line: string, next: string): number {
  for (let at = line.length; at > line.length / 4; at -= 1) {
    const after = at === line.length ? next : line.charAt(at);
    if (/[ 、。・]/.test(line.charAt(at - 1)) || /[ （(]/.test(after)) return at;
  }
  return line.length;
}
