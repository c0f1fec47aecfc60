import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { playYear, type Way } from '../bench/year/play.ts';
import { RATES } from '../bench/year/rates.ts';
import { startWay, WAYS } from '../bench/year/ways.ts';
import { DAYS, type Person, tellYear } from '../bench/year/world.ts';

/** The world of `npm run bench:year`, and that its ways are counted alike; tests/bench.test.ts runs the whole in small form. */

describe('the world of the year', () => {
  it('gives the source of every rate, or says that it is assumed', () => {
    for (const { what, source } of Object.values(RATES))
      expect(source, what).toMatch(/^assumed|[a-z]\.[a-z]+\//);
  });

  it('has each rate in docs/worth.md as it is', () => {
    const text = readFileSync(join(import.meta.dirname, '../docs/worth.md'), 'utf8').replaceAll(/ +/g, ' ');
    for (const { what, mild, middle, harsh, source } of Object.values(RATES))
      expect(text).toContain(`| ${what} | ${mild} | ${middle} | ${harsh} | ${source} |`);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(tellYear('middle', 1, 300)).toEqual(tellYear('middle', 1, 300));
    expect(tellYear('middle', 1, 300)).not.toEqual(tellYear('middle', 2, 300));
  });

  it('only adds to what happens where the setting is harder', () => {
    const filtering = (setting: 'mild' | 'harsh') =>
      tellYear(setting, 1, 3_000)
        .people.filter(({ filtersFrom }) => filtersFrom !== undefined)
        .map(({ address }) => address);
    expect(filtering('harsh')).toEqual(expect.arrayContaining(filtering('mild')));
    expect(filtering('harsh').length).toBeGreaterThan(filtering('mild').length);
  });
});

describe('a year', () => {
  const person: Person = {
    address: 'hanako@ezweb.ne.jp',
    filtersFrom: 10,
    asks: true,
    followsAdvice: true,
    complainsAgain: [],
    orders: [5, 20, 100],
  };
  const year = {
    people: [person],
    newsletters: [],
    incident: new Set<number>(),
    orderMails: [0, 1, 4],
    asksDays: 2,
    mailsToOthers: 365,
  };
  const played = async (name: (typeof WAYS)[number]) => {
    const way: Way = await startWay(name, [person.address]);
    return playYear(year, way);
  };

  // The order of day 20 misses all three mails by the filter and the list; the customer asks on day 22 and opens it.
  it('goes on without mail where nobody takes the address off the list', async () => {
    expect(await played('no tool')).toMatchObject({ missed: 6, dropped: 4, unreached: 1, days: DAYS - 20 });
  });

  it.each(['delete on request', 'todoku proposes', 'todoku applies'] as const)(
    'has the customer reached again on the day of the question: %s',
    async (name) => {
      expect(await played(name)).toMatchObject({
        missed: 2,
        dropped: 0,
        unreached: 0,
        days: 2,
        bounceRate: 1 / 373,
      });
    },
  );

  it('reaches the customer after 30 days where entries are deleted then', async () => {
    expect(await played(WAYS[1])).toMatchObject({ missed: 3, dropped: 1, unreached: 0, days: 31 });
  });
});
