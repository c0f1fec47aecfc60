import { displayWidth, fitted } from '../../lib/display-width.ts';
import type { View } from '../session.ts';
import { wrap } from '../wrap.ts';
import { figureColumns, type Page, type Section } from './page.ts';

/** Prints a page on a terminal, its sentences within the width. */
export function printPage({ headline, sections, notes }: Page, view: View): void {
  const { print, colors, columns } = view;
  const width = columns();
  for (const line of headline) print(colors.bold(wrap(line, width)));
  for (const { title, grid, lines = [] } of sections) {
    print('');
    if (title !== undefined) print(colors.dim(title));
    const [head, ...rows] = grid === undefined ? [] : gridLines(grid, width);
    if (head !== undefined) print(colors.dim(head));
    for (const row of rows) print(row);
    for (const line of lines) print(wrap(line, width));
  }
  if (notes.length > 0) print('');
  for (const line of notes) print(colors.dim(wrap(line, width)));
}

/** Columns that a cell of words keeps, however narrow the terminal is. */
const NARROWEST = 10;

/**
 * The rows of a grid as lines: columns as wide as their widest cell, figures on the right. Where that is too wide, the
 * widest words are cut.
 */
function gridLines(rows: NonNullable<Section['grid']>, width: number): string[] {
  const [head = []] = rows;
  const widths = head.map((_, at) => Math.max(...rows.map((row) => displayWidth(row[at] ?? ''))));
  const figures = figureColumns(rows);
  let excess = widths.reduce((sum, each) => sum + each + 2, -2) - width;
  for (; excess > 0; excess -= 1) {
    const spare = widths.map((each, at) => (figures[at] || each <= NARROWEST ? 0 : each));
    const widest = Math.max(...spare);
    if (widest === 0) break;
    widths[spare.indexOf(widest)] = widest - 1;
  }
  return rows.map((row) =>
    row
      .map((cell, at) => {
        const shown = fitted(cell, widths[at] ?? 0);
        const blanks = ' '.repeat((widths[at] ?? 0) - displayWidth(shown));
        return figures[at] ? `${blanks}${shown}` : `${shown}${blanks}`;
      })
      .join('  ')
      .trimEnd(),
  );
}
