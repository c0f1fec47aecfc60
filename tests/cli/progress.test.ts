import { describe, expect, it } from 'vitest';
import { progressLine, startProgress } from '../../cli/progress.ts';

const options = {
  label: { ja: '取り込み', en: 'importing' },
  unit: { ja: '行', en: 'rows' },
  language: 'en',
  total: 1000,
} as const;

/** A stream that keeps what is written, and a clock that is set. */
function rig(isTTY: boolean, columns?: number) {
  const written: string[] = [];
  const clock = { ms: 0 };
  const stream = {
    isTTY,
    ...(columns !== undefined && { columns }),
    write: (text: string) => written.push(text),
  };
  return { written, clock, options: { ...options, stream, time: () => clock.ms } };
}

describe('the line', () => {
  it('gives share, count, rate and estimate', () => {
    expect(progressLine(options, { done: 500, count: 20_000, elapsed: 40_000 })).toBe(
      'importing  [############------------]  50%  20,000 rows  500/s  about 0:40 left',
    );
    expect(progressLine({ ...options, language: 'ja' }, { done: 500, count: 20_000, elapsed: 40_000 })).toBe(
      '取り込み  [############------------]  50%  20,000行  500行/秒  残り約 0:40',
    );
  });

  it('does not say 100 % before everything is done, and says then how long it took', () => {
    expect(progressLine(options, { done: 999.9, count: 1, elapsed: 4_000_000 })).toContain(' 99%');
    expect(progressLine(options, { done: 1000, count: 1, elapsed: 4_000_000 })).toContain('100%');
    expect(progressLine(options, { done: 1000, count: 1, elapsed: 4_000_000 })).toContain('took 1:06:40');
  });

  it('gives no percent and no estimate where the total is unknown, and no rate before there is one', () => {
    const { total: _total, ...unknown } = options;
    expect(progressLine(unknown, { done: 20, count: 20, elapsed: 1000 })).toBe('importing  20 rows  20/s');
    expect(progressLine(unknown, { done: 20, count: 20, elapsed: 3 })).toBe('importing  20 rows');
  });

  it('is finished when there is nothing to do', () => {
    expect(progressLine({ ...options, total: 0 }, { done: 0, count: 0, elapsed: 0 })).toContain('100%');
  });
});

describe('a progress', () => {
  it('rewrites one line of a terminal, cut to its width, at most ten times a second', () => {
    const { written, clock, options } = rig(true, 30);
    const progress = startProgress({ ...options, language: 'ja' });
    for (clock.ms = 0; clock.ms < 1000; clock.ms += 1) progress.update(clock.ms);
    progress.end();
    expect(written.length).toBeLessThanOrEqual(12);
    expect(written.at(-1)).toBe('\n');
    for (const text of written.slice(0, -1)) {
      expect(text.startsWith('\r取り込み  [')).toBe(true);
      expect(text.endsWith('\u001b[K')).toBe(true);
      // Four letters of two columns; the last column stays free, or the terminal would wrap.
      expect(text.slice(1, -3).length + 4).toBeLessThan(30);
    }
  });

  it('writes plain lines elsewhere, one in ten seconds and one at the end', () => {
    const { written, clock, options } = rig(false);
    const progress = startProgress(options);
    for (clock.ms = 0; clock.ms < 25_000; clock.ms += 100) progress.update(clock.ms / 100);
    progress.end();
    progress.update(1000);
    progress.end();
    expect(written).toHaveLength(3);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is asserted
    for (const text of written) expect(text).toMatch(/^[^\r\u001b]+\n$/);
  });
});
