import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  domainOf,
  localPartOf,
  maskAddress,
  maskAddressesIn,
  normaliseAddress,
  normaliseDomain,
  stripControls,
} from '../lib/address.ts';
import { anyText } from './support/any-text.ts';

describe('the key form of an address', () => {
  it.each([
    ['mixed case', 'Hanako.Yamada@EZweb.NE.jp', 'hanako.yamada@ezweb.ne.jp'],
    ['full-width letters', 'Ｈａｎａｋｏ@ｄｏｃｏｍｏ.ne.jp', 'hanako@docomo.ne.jp'],
    ['a full-width at sign and dots', 'hanako＠docomo．ne．jp', 'hanako@docomo.ne.jp'],
    ['an ideographic full stop', 'hanako@docomo。ne。jp', 'hanako@docomo.ne.jp'],
    ['half-width katakana', 'ﾊﾅｺ@shop.example', 'ハナコ@shop.example'],
    ['a trailing dot', 'hanako@ezweb.ne.jp.', 'hanako@ezweb.ne.jp'],
    ['more trailing dots than anyone writes', `hanako@ezweb.ne.jp${'.'.repeat(40)}`, 'hanako@ezweb.ne.jp'],
    ['dots and spaces at the end', 'hanako@ezweb.ne.jp. . ', 'hanako@ezweb.ne.jp'],
    ['space around', '\t hanako@ezweb.ne.jp \r\n', 'hanako@ezweb.ne.jp'],
    ['an internationalised domain', 'hanako@お届け.example', 'hanako@xn--t8jo4884a.example'],
    ['the same domain as A-labels', 'hanako@XN--T8JO4884A.example', 'hanako@xn--t8jo4884a.example'],
    ['a display name', '"Hanako" <hanako@ezweb.ne.jp>', 'hanako@ezweb.ne.jp'],
    ['a display name with an address', '"taro@shop.example" <hanako@ezweb.ne.jp>', 'hanako@ezweb.ne.jp'],
    ['full-width brackets', '花子＜hanako@ezweb.ne.jp＞', 'hanako@ezweb.ne.jp'],
    ['brackets and a dot', 'Hanako <hanako@ezweb.ne.jp>.', 'hanako@ezweb.ne.jp'],
    ['a mailto link', 'mailto:hanako@ezweb.ne.jp', 'hanako@ezweb.ne.jp'],
    ['an RFC 3464 final recipient', 'rfc822;hanako@ezweb.ne.jp', 'hanako@ezweb.ne.jp'],
    ['the same with a space', 'RFC822; hanako@ezweb.ne.jp', 'hanako@ezweb.ne.jp'],
    ['dots the RFC forbids, really issued by docomo', 'a..b.@docomo.ne.jp', 'a..b.@docomo.ne.jp'],
    ['a leading dot', '.hanako@ezweb.ne.jp', '.hanako@ezweb.ne.jp'],
    ['such a local part in quotes', '"a..b."@docomo.ne.jp', 'a..b.@docomo.ne.jp'],
    ['quotes that are needed', '"hana ko"@shop.example', '"hana ko"@shop.example'],
    ['brackets inside quotes', '"<>"@shop.example', '"<>"@shop.example'],
    ['several at signs', '"hanako@home"@shop.example', '"hanako@home"@shop.example'],
    ['several at signs unquoted', 'hanako@home@shop.example', 'hanako@home@shop.example'],
    ['a plus tag and a slash', 'hanako+shop/a@gmail.com', 'hanako+shop/a@gmail.com'],
    ['a subdomain of a carrier', 'hanako@T.Vodafone.NE.jp', 'hanako@t.vodafone.ne.jp'],
    ['an address literal', 'hanako@[192.0.2.1]', 'hanako@[192.0.2.1]'],
    ['no domain', 'hanako@', 'hanako@'],
    ['no at sign', 'Hanako', 'hanako'],
  ])('of %s', (_name, spelling, key) => {
    expect(normaliseAddress(spelling)).toBe(key);
  });

  /** Characters that separate, fold, compose or vanish, where any text would rarely hit two of them. */
  const hostile = fc.string({
    unit: fc.constantFrom(
      ...['@', '＠', '.', '。', '<', '>', '＜', '＞', '"', '\\', ' ', '\t', 'a', 'A', 'Σ', 'İ', 'ß', 'ｶ', 'ﾞ'],
      ...[
        'mailto:',
        'rfc822;',
        'xn--',
        'お',
        '\u0338',
        '\u00ad',
        '\u200d',
        '\ud800',
        '\udc00',
        '\0',
        '%41',
        '/',
      ],
    ),
    maxLength: 24,
  });
  const given = fc.oneof(hostile, anyText(), fc.emailAddress());

  it('stays what it is when formed again', () => {
    fc.assert(
      fc.property(given, (text) => {
        const once = normaliseAddress(text);
        expect(normaliseAddress(once)).toBe(once);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is never empty for a text with an at sign, and has UTF-8', () => {
    fc.assert(
      fc.property(given, given, (left, right) => {
        const key = normaliseAddress(`${left}@${right}`);
        expect(key).toContain('@');
        expect(key.isWellFormed()).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  it('of a domain alone is the domain of the address’s', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        expect(domainOf(normaliseAddress(address))).toBe(normaliseDomain(domainOf(address)));
      }),
    );
  });

  it('keeps a domain that IDNA refuses, folded', () => {
    expect(normaliseDomain('お届け け.Example')).toBe('お届け け.example');
  });
});

describe('the parts of an address', () => {
  it('divide at the last at sign', () => {
    expect([localPartOf('"a@b"@shop.example'), domainOf('"a@b"@shop.example')]).toEqual([
      '"a@b"',
      'shop.example',
    ]);
    expect([localPartOf('hanako'), domainOf('hanako')]).toEqual(['hanako', '']);
  });
});

describe('masking', () => {
  it.each([
    ['hanako@ezweb.ne.jp', 'h***@ezweb.ne.jp'],
    ['花子@shop.example', '花***@shop.example'],
    ['𠮷野@shop.example', '𠮷***@shop.example'],
    ['"a..b."@docomo.ne.jp', 'a***@docomo.ne.jp'],
    ['hanako@home@shop.example', 'h***@shop.example'],
    ['@shop.example', '***@shop.example'],
    ['hanako', 'h***'],
    ['hanako@', 'h***'],
    ['', '***'],
    ['\u001b[2Jhanako@shop.example', ' ***@shop.example'],
    ['hanako@shop\u202e.example', 'h***@shop .example'],
  ])('%j is shown as %j', (address, shown) => {
    expect(maskAddress(address)).toBe(shown);
  });

  it.each([
    ['550 <hanako@ezweb.ne.jp>: User unknown', '550 <h***@ezweb.ne.jp>: User unknown'],
    ['to=hanako@ezweb.ne.jp, relay=x', 't***@ezweb.ne.jp, relay=x'],
    ['"a..b."@docomo.ne.jp unknown', 'a***@docomo.ne.jp unknown'],
    ['"hana ko"@shop.example unknown', 'h***@shop.example unknown'],
    ["o'hara@shop.example", 'o***@shop.example'],
    ['花子＠shop.example 宛', '花***@shop.example 宛'],
    ['a@b.example;c@d.example', 'a***@b.example;c***@d.example'],
    [`${'x'.repeat(400)}@shop.example`, 'x***@shop.example'],
    ['meet @ noon, a@ or @b', 'meet @ noon, a@ or @b'],
    ['先：「hanako@ezweb.ne.jp」ではありませんか', '先：「h***@ezweb.ne.jp」ではありませんか'],
    ['nothing to hide', 'nothing to hide'],
  ])('%j in a text becomes %j', (text, shown) => {
    expect(maskAddressesIn(text)).toBe(shown);
  });

  it('leaves nothing of a local part but its first letter, wherever the address stands', () => {
    fc.assert(
      fc.property(fc.emailAddress(), fc.constantFrom('<', '"', ' ', '(', 'smtp;'), (address, before) => {
        expect(maskAddressesIn(`550 ${before}${address}> unknown`)).toBe(
          `550 ${before}${maskAddress(address)}> unknown`,
        );
      }),
    );
  });

  it('shows no more of a domain than DNS allows', () => {
    expect(maskAddress(`h@${'d'.repeat(100_000)}`).length).toBeLessThan(300);
  });
});

describe('text from strangers', () => {
  it('loses what steers a terminal or turns text around, and nothing else', () => {
    expect(stripControls('a\u0000\u001b\u007f\u009b\u061c\u200f\u2028\u202e\u2066z 届く')).toBe(
      `a${' '.repeat(9)}z 届く`,
    );
  });
});

describe('hostile input', () => {
  const megabyte = 1_000_000;
  const attacks: [string, string][] = [
    ['at signs', '@'],
    ['quoted at signs', '"@'],
    ['letters', 'a'],
    ['dots', '.'],
    ['dots and spaces', ' .'],
    ['brackets', '<>'],
    ['quotes', '"'],
    ['mailto links', 'mailto:'],
    ['ligatures of eighteen letters', '\ufdfa'],
  ];

  /**
   * The processor's time is compared between a text and one eight times as long, so that the speed of the machine does not matter:
   * quadratic work would take 64 times as long.
   */
  it.each(attacks)('of %s takes time in proportion to its length', (_name, unit) => {
    const text = (length: number) => `${unit.repeat(length / unit.length)}x`;
    const work = (input: string) => {
      const start = process.cpuUsage();
      normaliseAddress(input);
      maskAddress(input);
      maskAddressesIn(input);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1_000;
    };
    const best = (input: string) => Math.min(work(input), work(input), work(input));
    expect(best(text(megabyte))).toBeLessThan(30 * best(text(megabyte / 8)) + 100);
  });
});
