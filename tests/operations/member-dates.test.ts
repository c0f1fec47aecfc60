import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNoDate, readDate } from '../../lib/operations/member-dates.ts';

describe('a date of an export', () => {
  it.each([
    ['2024-05-01', '2024-04-30T15:00:00.000Z'],
    ['2024/5/1', '2024-04-30T15:00:00.000Z'],
    ['2024.05.01', '2024-04-30T15:00:00.000Z'],
    ['20240501', '2024-04-30T15:00:00.000Z'],
    ['2024年5月1日', '2024-04-30T15:00:00.000Z'],
    ['２０２４年５月１日', '2024-04-30T15:00:00.000Z'],
    ['令和6年5月1日', '2024-04-30T15:00:00.000Z'],
    ['令和元年5月1日', '2019-04-30T15:00:00.000Z'],
    ['平成31年4月30日', '2019-04-29T15:00:00.000Z'],
    ['2024/5/1 9:05', '2024-05-01T00:05:00.000Z'],
    ['2024-05-01 09:05:30', '2024-05-01T00:05:30.000Z'],
    ['2024年5月1日 9時05分', '2024-05-01T00:05:00.000Z'],
    ['20240501090530', '2024-05-01T00:05:30.000Z'],
    ['2024-05-01T09:05:30.123Z', '2024-05-01T09:05:30.000Z'],
    ['2024-05-01T09:05:30+09:00', '2024-05-01T00:05:30.000Z'],
    ['2024-05-01 09:05:30 +0900', '2024-05-01T00:05:30.000Z'],
    ['2024-05-01 09:05:30 UTC', '2024-05-01T09:05:30.000Z'],
  ])('%s is read as Japan writes it', (text, iso) => {
    expect(readDate(text)).toBe(iso);
  });

  it.each([
    '5/1/2024',
    '2024-02-30',
    '2023-02-29',
    '2024-13-01',
    '2024/5-1',
    '2024-05-01 25:00',
    '2024-05-01 later',
    '6年5月1日',
    '令和2024年5月1日',
    '45413',
    'yesterday',
    '',
    '0001-01-01',
    '2024-05-01'.padEnd(5000, ' '),
  ])('%j is refused rather than guessed', (text) => {
    expect(readDate(text)).toBeUndefined();
  });

  it('is the same day in every way of writing it', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1950-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
        (date) => {
          const [year, month, day] = date.toISOString().slice(0, 10).split('-').map(Number);
          const forms = [
            `${year}/${month}/${day}`,
            `${year}年${month}月${day}日`,
            `${year}.${month}.${day} 0:00`,
          ];
          const expected = readDate(date.toISOString().slice(0, 10));
          expect(expected).toBeDefined();
          for (const form of forms) expect(readDate(form)).toBe(expected);
        },
      ),
    );
  });

  it('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 60 }), (text) => void readDate(text)));
  });
});

describe('no date', () => {
  it.each(['', ' ', '-', 'NULL', '0000-00-00', '0000-00-00 00:00:00', '－'])('is meant by %j', (text) => {
    expect(isNoDate(text)).toBe(true);
  });

  it.each(['2024-05-01', 'unknown', '0'])('is not meant by %j', (text) => {
    expect(isNoDate(text)).toBe(false);
  });
});
