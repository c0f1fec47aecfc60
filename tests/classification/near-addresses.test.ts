import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearAddresses } from '../../lib/classification/near-addresses.ts';
import { keysOf } from '../../lib/operations/near.ts';

/** The addresses of which the case is read, in the order of their likelihood. */
function asked(address: string): string[] {
  return keysOf([...nearAddresses(address)], NOW)
    .filter(({ kind }) => kind === 'case')
    .map((key) => key.address);
}

const NOW = new Date('2026-11-01T00:00:00.000Z');

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789._-'];

describe('the guesses at what was meant by an address', () => {
  it('hold every address one letter away, and fit into ten reads', () => {
    const slip = fc
      .record({
        letters: fc.array(fc.constantFrom(...LETTERS), { minLength: 3, maxLength: 7 }),
        place: fc.nat(6),
        letter: fc.constantFrom(...LETTERS),
        kind: fc.constantFrom('left out', 'added', 'other', 'swapped'),
      })
      .map(({ letters, place: at, letter, kind }) => {
        const place = at % letters.length;
        const [first = '', second = ''] = letters.slice(place, place + 2);
        const typed = {
          'left out': letters.toSpliced(place, 1),
          added: letters.toSpliced(place, 0, letter),
          other: letters.toSpliced(place, 1, letter),
          swapped: letters.toSpliced(place, 2, second, first),
        }[kind];
        return { meant: letters.join(''), typed: (typed ?? []).join('') };
      })
      .filter(({ meant, typed }) => typed !== meant && typed !== '');
    fc.assert(
      fc.property(slip, ({ meant, typed }) => {
        expect(asked(`${typed}@docomo.ne.jp`)).toContain(`${meant}@docomo.ne.jp`);
        const keys = keysOf([...nearAddresses(`${typed}@docomo.ne.jp`)], NOW);
        expect(keys.length).toBeLessThanOrEqual(1_000);
        expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(keys.length);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['hanako@docomo.co.jp', 'hanako@docomo.ne.jp'],
    ['hanako@gmai.com', 'hanako@gmail.com'],
    ['hanako@ezweb.ne.jp', 'hanako@au.com'],
    ['hanako@au.com', 'hanako@ezweb.ne.jp'],
    ['hanako@i.softbank.jp', 'hanako@softbank.ne.jp'],
    ['hanako@softbank.ne.jp', 'hanako@t.vodafone.ne.jp'],
    ['hanako@t.vodafone.ne.jp', 'hanako@softbank.ne.jp'],
    ['hanako@docomo.ne.jp', 'hanako@mopera.net'],
    ['hanako@docomo.ne.jp', 'hanako@ezweb.ne.jp'],
    ['hana.ko_1@docomo.ne.jp', 'hanako1@docomo.ne.jp'],
    ['hanako@flower-hsop.example', 'hanako@flower-shop.example'],
  ])('of %s hold %s early, with whether it is a customer and took mail of late', (typed, meant) => {
    const keys = keysOf([...nearAddresses(typed)], NOW);
    const ofMeant = keys.filter(({ address }) => address === meant);
    expect(ofMeant.slice(0, 3).map(({ kind }) => kind)).toEqual(['case', 'member', 'delivery']);
    expect(keys.indexOf(ofMeant[2] ?? { address: '', kind: 'case' })).toBeLessThan(400);
    const days = ofMeant.flatMap((key) => (key.kind === 'delivery' ? [key.day] : []));
    expect(days.slice(0, 2)).toEqual(['2026-11-01', '2026-10-31']);
    expect(days.length).toBeLessThanOrEqual(14);
  });

  it('are bounded for whatever is asked', () => {
    for (const typed of [`${'x'.repeat(300)}@docomo.ne.jp`, `${'あ'.repeat(60)}@日本.jp`, 'a@b.c', '@', '']) {
      expect(keysOf([...nearAddresses(typed)], NOW).length).toBeLessThanOrEqual(1_000);
    }
    expect([...nearAddresses(`${'x'.repeat(1_000)}@docomo.ne.jp`)]).toEqual([]);
  });
});
