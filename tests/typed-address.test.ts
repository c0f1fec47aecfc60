import { describe, expect, it } from 'vitest';
import { typedAddress } from '../lib/typed-address.ts';

describe('a typed address', () => {
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
    ['a@example.jp@example.jp', 'more than one @', undefined],
    ['hanako@ezweb', 'no dot', undefined],
    ['hanako', 'not a mail address', undefined],
    ['', 'not a mail address', undefined],
    ['a@b.jp, c@d.jp', 'blank', undefined],
  ])('%j is refused', (typed, fault, suggestion) => {
    const read = typedAddress(typed);
    expect(read).toMatchObject({ fault: { en: expect.stringContaining(fault) } });
    expect('suggestion' in read ? read.suggestion : undefined).toBe(suggestion);
  });
});
