import Table from 'cli-table3';
import { stripControls } from '../lib/address.ts';
import { displayWidth } from '../lib/display-width.ts';
import type { Language } from '../lib/text.ts';
import type { View } from './session.ts';
import { wrap } from './wrap.ts';

/** Narrowest a column is made, in columns of the terminal. */
const NARROWEST = 24;

/** Longest word that a column is kept wide enough for, so that addresses and ids stay whole to be copied. */
const LONGEST_WORD = 48;

/**
 * A column of a table: one that a narrow terminal may leave out says when, the lowest number first. A name of several
 * lines heads cells of several lines.
 */
export type Column = string | { readonly name: string; readonly drop: number };

/** A cell of a table, or the lines of one. */
type Cell = string | readonly string[];

/**
 * A table for a terminal, never wider than it: the widest columns give way, then those that may be left out are (a line
 * below names them), and where that does not do each row becomes a block of lines. Cells may come from strangers and are
 * cleaned of control characters.
 */
export function table(
  view: Pick<View, 'columns' | 'colors' | 'language'>,
  columns: readonly Column[],
  given: readonly (readonly Cell[])[],
): string {
  const rows = given.map((row) => columns.map((_, index) => cleaned(row[index] ?? '')));
  const width = view.columns();
  const order = columns
    .flatMap((column, index) => (typeof column === 'string' ? [] : [{ index, drop: column.drop }]))
    .toSorted((left, right) => left.drop - right.drop)
    .map(({ index }) => index);
  for (let dropped = 0; dropped <= order.length; dropped += 1) {
    const left = new Set(order.slice(0, dropped));
    const kept = columns.map((_, index) => index).filter((index) => !left.has(index));
    const head = kept.map((index) => nameOf(columns[index]));
    const fitting = wrapped(
      head,
      rows.map((row) => kept.map((index) => row[index] ?? '')),
      width,
    );
    if (fitting === undefined) continue;
    const names = [...left]
      .toSorted((a, b) => a - b)
      .map((index) => nameOf(columns[index]).replace('\n', view.language === 'ja' ? '・' : ' and '));
    const drawn = draw(head, fitting, view);
    return names.length > 0 ? `${drawn}\n${wrap(LEFT_OUT[view.language](names), width)}` : drawn;
  }
  return blocks(
    columns.flatMap((column) => nameOf(column).split('\n')),
    rows.map((row) => row.flatMap((cell) => cell.split('\n'))),
    width,
    view,
  );
}

/** A cell as one text, its lines as they were given. */
function cleaned(cell: Cell): string {
  return typeof cell === 'string' ? stripControls(cell) : cell.map(stripControls).join('\n');
}

/** Columns of the widest line of a cell. */
function widthOf(cell: string): number {
  return Math.max(...cell.split('\n').map(displayWidth));
}

function nameOf(column: Column | undefined): string {
  return typeof column === 'string' ? column : (column?.name ?? '');
}

const LEFT_OUT: Readonly<Record<Language, (names: readonly string[]) => string>> = {
  ja: (names) => `（表示していない列：${names.join('、')}。端末の幅を広げるか --json で確認できます）`,
  en: (names) => `(columns left out: ${names.join(', ')}; a wider terminal or --json has them)`,
};

function draw(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { colors }: Pick<View, 'colors'>,
): string {
  const made = new Table({
    head: head.map((text) => colors.bold(text)),
    style: { head: [], border: [], compact: true },
  });
  made.push(...rows.map((row) => [...row]));
  return made.toString();
}

/** The rows, their cells on as many lines as the width asks for; undefined where they cannot be made to fit. */
function wrapped(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): readonly (readonly string[])[] | undefined {
  const widths = head.map((name, index) =>
    Math.max(...[name, ...rows.map((row) => row[index] ?? '')].map(widthOf)),
  );
  // Each column has a line and two spaces, and one line closes the table.
  let excess = widths.reduce((sum, width) => sum + width + 3, 1) - columns;
  if (excess <= 0) return rows;
  const floors = head.map((_, index) =>
    Math.max(...rows.map((row) => longestWord(row[index] ?? '')), NARROWEST),
  );
  for (; excess > 0; excess -= 1) {
    const spare = widths.map((width, index) => (width > (floors[index] ?? 0) ? width : 0));
    const widest = Math.max(...spare);
    if (widest === 0) return undefined;
    widths[spare.indexOf(widest)] = widest - 1;
  }
  return rows.map((row) => row.map((cell, index) => wrapLines(cell, widths[index] ?? NARROWEST)));
}

function wrapLines(cell: string, width: number): string {
  return cell
    .split('\n')
    .map((line) => wrap(line, width))
    .join('\n');
}

/** Each row as lines of a name and its value, for a terminal that is too narrow for the table. */
function blocks(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
  { colors }: Pick<View, 'colors'>,
): string {
  const widest = Math.max(...names.map(displayWidth));
  const room = Math.max(width - widest - 2, 10);
  const line = (name: string, cell: string): string => {
    const [first = '', ...others] = wrap(cell, room).split('\n');
    const indent = ' '.repeat(widest + 2);
    const label = `${colors.bold(name)}${' '.repeat(widest - displayWidth(name))}`;
    return [`${label}  ${first}`, ...others.map((each) => `${indent}${each}`)].join('\n');
  };
  return rows.map((row) => names.map((name, index) => line(name, row[index] ?? '')).join('\n')).join('\n\n');
}

/** Columns of the longest run of Latin letters, digits and signs; kana and kanji break anywhere. */
function longestWord(text: string): number {
  let longest = 0;
  for (const [word] of text.matchAll(/[\x21-\x7e]+/g)) longest = Math.max(longest, word.length);
  return Math.min(longest, LONGEST_WORD);
}
