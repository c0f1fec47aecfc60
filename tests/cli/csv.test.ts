import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine, withoutFormulaGuard } from '../../cli/csv.ts';

/** What a spreadsheet would run: a formula's sign after nothing but what it skips, however it splits the line. */
const FORMULA = /^[\s\p{C}\p{Z}"]*[=+\-@＝＋－＠\u2212]/u;

describe('a line of a CSV', () => {
  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(1)',
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM(1)',
    '\t=1',
    '\r=1',
    '\n=1+1',
    ' =1+1',
    '\u00a0=1',
    '\u3000=1',
    '\u0000=1',
    '\ufeff=1+1',
    '\u200b\u202e=1',
    '\u{e0041}=1',
    '"=1+1"',
    'a;=1',
    'a;" =1"',
    'a\t=1',
    'a|=1',
    'a\n=1',
    'a;b|\t@x',
    '|calc',
    '\tplain',
  ])('holds no formula, however it is split, and gives the cell back: %j', (cell) => {
    const line = csvLine(['1', cell, 'end']);
    const [read = []] = parse(line, { relax_quotes: true }) as string[][];
    expect(read).toHaveLength(3);
    for (const piece of (read[1] ?? '').split(/[;|\t\r\n]/)) expect(piece).not.toMatch(FORMULA);
    expect(withoutFormulaGuard(read[1] ?? '')).toBe(cell);
  });

  it('leaves a cell without a formula alone', () => {
    for (const cell of ['hanako@ezweb.ne.jp', "o'neil", "'quoted'", 'a-b; c', '']) {
      expect(csvLine([cell]).trimEnd().replace(/^"|"$/g, '')).toBe(cell);
    }
  });

  it('gives every cell back', () => {
    const sign = fc.constantFrom(...'=+-@＝|%;\t\r\n \'"a,'.split(''), '\u200b', '\u{e0041}', 'あ');
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 12 }), (signs) => {
        const cell = signs.join('');
        const [read = []] = parse(csvLine(['x', cell]), { relax_quotes: true }) as string[][];
        expect(withoutFormulaGuard(read[1] ?? '')).toBe(cell);
      }),
    );
  });

  it('takes time in proportion to the cell', () => {
    const cell = '\t'.repeat(200_000);
    expect(withoutFormulaGuard(csvLine([cell]).trimEnd().slice(1, -1))).toBe(cell);
  });
});
