import { describe, expect, it } from 'vitest';
import { harmlessStream, jsonText, terminalOf } from '../../cli/output.ts';
import { table as tableFor } from '../../cli/table.ts';
import { capturedIo, runInProcess } from '../support/cli.ts';
import { ACTING, HOSTILE } from '../support/hostile.ts';

/** A table on a terminal of so many columns. */
const table = (head: readonly string[], rows: readonly (readonly string[])[], columns = 100) =>
  tableFor({ ...terminalOf(capturedIo().io), language: 'en', columns: () => columns }, head, rows);

/** Columns a line fills; kana, kanji and full-width brackets fill two. */
const width = (line: string) => [...line].reduce((sum, letter) => sum + (letter > '\u2e80' ? 2 : 1), 0);

describe('a table', () => {
  it('is no wider than the terminal, and loses nothing of a long cell', () => {
    const long = '携帯会社の受信拒否で、以前は同じ宛先に届いています。'.repeat(6);
    const lines = table(['日時', '内容'], [['2026-11-18 14:00', long]], 80).split('\n');
    expect(Math.max(...lines.map(width))).toBeLessThanOrEqual(80);
    const cells = lines.flatMap((line) => line.split('│')[2]?.trim() ?? []);
    expect(cells.join('')).toContain(long);
  });

  it('breaks between words and before a bracket', () => {
    const lines = table(['rule'], [['unknown user, certain (userunknown / certain)']], 30).split('\n');
    expect(lines.map((line) => line.split('│')[1]?.trim())).toContain('(userunknown / certain)');
  });

  it('stays on one line where there is room', () => {
    expect(table(['a', 'b'], [['one', 'two']], 40)).toMatch(/one *│ two/);
  });

  it('shows no control character of a cell', () => {
    expect(table(['a'], [['x\u001b[2Jy']])).not.toContain('\u001b[2J');
  });
});

describe('nothing that acts on a terminal gets there', () => {
  it('in JSON, which keeps every value', () => {
    const value = { [HOSTILE]: [HOSTILE, 'plain 宛先\n'] };
    for (const indent of [undefined, 2]) {
      const text = jsonText(value, indent);
      expect(text).not.toMatch(ACTING);
      expect(JSON.parse(text)).toEqual(value);
      expect(text).toContain('plain 宛先');
    }
  });

  /** What reaches a stream behind the guard. */
  const passed = (isTTY: boolean, ...texts: string[]) => {
    const written: string[] = [];
    const stream = harmlessStream({ isTTY, columns: 80, write: (text) => written.push(text) > 0 });
    for (const text of texts) stream.write(text);
    expect(stream.columns).toBe(80);
    return written.join('');
  };

  it.each([true, false])('whoever writes to the stream; a terminal: %s', (isTTY) => {
    const text = passed(isTTY, `line\n${HOSTILE}\n`);
    expect(text.replaceAll('\u001b[31m', isTTY ? '' : '?')).not.toMatch(ACTING);
  });

  it('but colours and rewritten lines, where a terminal is', () => {
    const own = ['\r50 %\u001b[K', '\u001b[1mbold\u001b[22m\n'];
    expect(passed(true, ...own)).toBe(own.join(''));
  });

  it.each([[HOSTILE], ['history', `--${HOSTILE}`]])('of what is typed: %j', async (...args) => {
    for (const json of [[], ['--json']]) {
      const { stdout, stderr } = await runInProcess([...args, ...json], {});
      expect(stdout + stderr).not.toMatch(ACTING);
    }
  });
});
