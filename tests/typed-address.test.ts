import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { typedAddress } from '../lib/typed-address.ts';
import { anyText } from './support/any-text.ts';

/** Signs of every kind that show nothing. */
const UNSEEN = [
  ...'\u0000\u0007\u001b\u007f\u0080\u00ad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u200b\u200c\u200d\u200e\u200f',
  ...'\u202a\u202e\u2060\u2061\u2066\u2069\u206f\u2800\u3164\ufe00\ufe0f\ufeff\uffa0\ufff9',
  '\u{1bca0}',
  '\u{1d173}',
  '\u{e0001}',
  '\u{e0100}',
];
const LOCAL_PARTS = [
  'hanako',
  'a..b.',
  '.a',
  "o'neil",
  "'a",
  '*b',
  '_c_',
  '{d}',
  'A+b/1',
  'x-',
  '"a b"',
  '日本',
];
const DOMAINS = ['docomo.ne.jp', 'EZWEB.ne.jp', 't.vodafone.ne.jp', 'xn--wgv71a.jp', '日本.jp'];
const addresses = fc
  .tuple(fc.constantFrom(...LOCAL_PARTS), fc.constantFrom(...DOMAINS))
  .map(([local, domain]) => `${local}@${domain}`);

describe('a typed address', () => {
  it('is the same whatever unseen signs are sprinkled into it, and read again it is the same', () => {
    const sprinkled = fc.tuple(
      addresses,
      fc.array(fc.tuple(fc.nat(60), fc.constantFrom(...UNSEEN)), { maxLength: 12 }),
    );
    fc.assert(
      fc.property(sprinkled, ([address, signs]) => {
        const letters = [...address];
        for (const [place, sign] of signs) letters.splice(place % (letters.length + 1), 0, sign);
        expect(typedAddress(letters.join(''))).toEqual({ address });
        expect(typedAddress(address)).toEqual({ address });
      }),
      { numRuns: 500 },
    );
  });

  it('keeps no sign that cannot be seen, whatever was typed', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 60 }), (text) => {
        const read = typedAddress(`${text}@docomo.ne.jp`);
        if (!('address' in read)) return;
        expect(read.address).not.toMatch(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u);
        expect(typedAddress(read.address)).toEqual(read);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['hanako@ezweb.ne.jp', 'hanako@ezweb.ne.jp'],
    ['Hanako <Hanako@ezweb.ne.jp>', 'Hanako@ezweb.ne.jp'],
    ['hanako\u200b@ezweb.ne.jp', 'hanako@ezweb.ne.jp'],
    ['\ufeffhanako@ezweb.ne.jp\u2060', 'hanako@ezweb.ne.jp'],
    ['han\u00adako@ezweb.ne.jp', 'hanako@ezweb.ne.jp'],
    ['「hanako@ezweb.ne.jp」', 'hanako@ezweb.ne.jp'],
    ['<hanako@ezweb.ne.jp>,', 'hanako@ezweb.ne.jp'],
    ['hanako@ezweb.ne.jp。', 'hanako@ezweb.ne.jp'],
    ['ｈａｎａｋｏ＠ｅｚｗｅｂ．ｎｅ．ｊｐ', 'hanako@ezweb.ne.jp'],
    ['hanako＠ezweb。ne。jp。', 'hanako@ezweb.ne.jp'],
    ['mailto:hanako@ezweb.ne.jp?subject=x', 'hanako@ezweb.ne.jp'],
    ['<mailto:hanako%40ezweb.ne.jp>', 'hanako@ezweb.ne.jp'],
    ['宛先：hanako@ezweb.ne.jp、', 'hanako@ezweb.ne.jp'],
    ['花子様 <hanako@ezweb.ne.jp>、', 'hanako@ezweb.ne.jp'],
    ['\u001b[200~hanako@ezweb.ne.jp\u001b[201~', 'hanako@ezweb.ne.jp'],
    ['"hanako@ezweb.ne.jp"', 'hanako@ezweb.ne.jp'],
    ['**hanako@ezweb.ne.jp**', 'hanako@ezweb.ne.jp'],
    ["'hanako@ezweb.ne.jp'", 'hanako@ezweb.ne.jp'],
    // Only one that is answered at the end is a quotation mark: local parts may begin with it.
    ["'hanako@ezweb.ne.jp", "'hanako@ezweb.ne.jp"],
    ['_hanako_@ezweb.ne.jp', '_hanako_@ezweb.ne.jp'],
    ['a..b.@docomo.ne.jp', 'a..b.@docomo.ne.jp'],
    ['.hanako@docomo.ne.jp', '.hanako@docomo.ne.jp'],
    ['"a b"@example.jp', '"a b"@example.jp'],
    ["o'neil+shop/1@example.jp", "o'neil+shop/1@example.jp"],
  ])('%j is %s', (typed, address) => {
    expect(typedAddress(typed)).toEqual({ address });
  });

  it.each([
    ['hanako @ezweb.ne.jp', 'blank', 'hanako@ezweb.ne.jp'],
    ['hana\u3000ko@ezweb.ne.jp', 'blank', 'hanako@ezweb.ne.jp'],
    ['hanako@ezweb,ne,jp', 'comma', 'hanako@ezweb.ne.jp'],
    ['hanako@@ezweb.ne.jp', 'more than one @', 'hanako@ezweb.ne.jp'],
    ['a@example.jp@example.jp', 'more than one @', 'a@example.jp'],
    ['a@b@example.jp', 'more than one @', undefined],
    ['hanako@ezweb', 'no dot', 'hanako@ezweb.ne.jp'],
    ['hanako@gmailcom', 'no dot', 'hanako@gmail.com'],
    ['hanako@localhost', 'no dot', undefined],
    ['hanako＠ezweb、ne、jp', 'comma', 'hanako@ezweb.ne.jp'],
    [`${'x'.repeat(1_100)}@example.jp`, 'too long', undefined],
    ['hanako', 'not a mail address', undefined],
    ['', 'not a mail address', undefined],
    ['a@b.jp, c@d.jp', 'blank', undefined],
  ])('%j is refused', (typed, fault, suggestion) => {
    const read = typedAddress(typed);
    expect(read).toMatchObject({ fault: { en: expect.stringContaining(fault) } });
    expect('suggestion' in read ? read.suggestion : undefined).toBe(suggestion);
  });
});
