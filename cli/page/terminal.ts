import { displayWidth } from '../../lib/display-width.ts';
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
    const [head, ...rows] = grid === undefined ? [] : gridLines(grid);
    if (head !== undefined) print(colors.dim(head));
    for (const row of rows) print(row);
    for (const line of lines) print(wrap(line, width));
  }
  if (notes.length > 0) print('');
  for (const line of notes) print(colors.dim(wrap(line, width)));
}

/** The rows of a grid as lines: columns as wide as their widest cell, figures on the right. */
function gridLines(rows: NonNullable<Section['grid']>): string[] {
  const [head = []] = rows;
  const widths = head.map((_, at) => Math.max(...rows.map((row) => displayWidth(row[at] ?? ''))));
  const figures = figureColumns(rows);
  return rows.map((row) =>
    row
      .map((cell, at) => {
        const blanks = ' '.repeat((widths[at] ?? 0) - displayWidth(cell));
        return figures[at] ? `${blanks}${cell}` : `${cell}${blanks}`;
      })
      .join('  ')
      .trimEnd(),
  );
}
