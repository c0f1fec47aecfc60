/**
 * CSV for spreadsheets, of which no cell is run as a formula. A cell is guarded by apostrophes, which
 * {@link withoutFormulaGuard} takes away again: what it gives back is the very cell.
 *
 * After OWASP's page on CSV injection (https://owasp.org/www-community/attacks/CSV_Injection), and wider: spreadsheets
 * skip what cannot be seen before a formula, take full-width signs for plain ones, and split at other signs than the
 * comma where the country or the user says so.
 */

/** What a formula begins with, in any width; `|` and `%` for older programs. U+2212 is the minus sign of typesetters. */
const FORMULA = /[=+\-@|%\u2212＝＋－＠｜％\ufe62\ufe63\ufe66\ufe6a\ufe6b]/;
/** What may stand before it: blanks, signs that cannot be seen, and quotation marks, which a program may take away. */
const SKIPPED = /[\s\p{Z}\p{C}'"＇＂]/u;
/** Where another program, or another country's, begins a new cell. */
const SEPARATOR = /[;|\t\r\n；｜]/;
/** What splits here may drop these signs, whatever follows. */
const LEADING_BREAK = /^'*[\t\r\n]/;

/** A cell as it was before {@link csvLine} wrote it. */
export function withoutFormulaGuard(cell: string): string {
  const signs = [...cell];
  const places = placesOfGuards(signs);
  return signs.filter((sign, at) => sign !== "'" || !places.has(at)).join('');
}

/** A line of a CSV, in which a spreadsheet runs no cell as a formula. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: string): string {
  const signs = [...cell];
  const places = placesOfGuards(signs);
  const guarded = signs.map((sign, at) => (places.has(at) ? `'${sign}` : sign)).join('');
  return /[",;|\t\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/**
 * Before which signs of a cell a guard stands or belongs: where a cell may begin, and a formula follows. A guard is
 * among what is skipped before a formula, so that a guarded cell has its guards in the same places. Linear in the cell.
 */
function placesOfGuards(signs: readonly string[]): ReadonlySet<number> {
  const places = new Set<number>();
  let formulaFollows = false;
  for (let at = signs.length - 1; at >= 0; at -= 1) {
    const sign = signs[at] ?? '';
    if (FORMULA.test(sign)) formulaFollows = true;
    else if (!SKIPPED.test(sign)) formulaFollows = false;
    if (formulaFollows && (at === 0 || SEPARATOR.test(signs[at - 1] ?? ''))) places.add(at);
  }
  if (LEADING_BREAK.test(signs.join(''))) places.add(0);
  return places;
}
