import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleOf } from '../../lib/mails/reply/sample.ts';

const HANAKO = 'hanako.sato@docomo.ne.jp';

describe('the sample of a reply', () => {
  it.each([
    [
      'smtp; 550 5.1.1 <hanako.sato@docomo.ne.jp>: Recipient refused by policy 77',
      'smtp; 550 5.1.1 <address> Recipient refused by policy #',
    ],
    ['smtp; 550 Unknown user hanako.sato', 'smtp; 550 Unknown user <address>'],
    ['smtp; 550-5.7.1 see "HANAKO.SATO"', 'smtp; 550-5.7.1 see "<address>"'],
    ['smtp; 451 4.3.0 try later (queue id 4Xk9Lm2pQzR7vT)', 'smtp; 451 4.3.0 try later (queue id <id>)'],
    [
      'host mfsmax01.docomo.ne.jp[203.0.113.12] said: 550 refused',
      'host mfsmax#.docomo.ne.jp[#.#.#.#] said: 550 refused',
    ],
    ['smtp; 554  too\tmany\r\nspaces', 'smtp; 554 too many spaces'],
  ])('of %j', (text, expected) => {
    expect(sampleOf(text, HANAKO)).toBe(expected);
  });

  it('is the same for two people, mails and servers', () => {
    const of = (address: string, host: number, id: string) =>
      sampleOf(`host mx${host}.au.com said: 552 <${address}> held as ${id}`, address);
    expect(of('hanako@au.com', 1, 'A1b2C3d4E5f6')).toBe(of('taro.yamada@au.com', 22, 'Zz9Yy8Xx7Ww6Vv5'));
  });

  it('never shows the recipient, a control character or more than 300 characters', () => {
    const local = fc.stringMatching(/^[a-z][a-z0-9._-]{2,20}$/);
    fc.assert(
      fc.property(local, fc.string(), fc.string(), (name, before, after) => {
        const address = `${name}@docomo.ne.jp`;
        const sample = sampleOf(`${before} <${address}> ${name} ${after}`, address);
        expect(sample).not.toContain(address);
        expect(sample.length).toBeLessThanOrEqual(300);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is asserted
        expect(sample).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
    );
  });

  it('reads a megabyte of anything', () => {
    for (const piece of ['@', '<', '(((', '1', 'a1', '5.5.', '"@', '***@', ' ']) {
      expect(sampleOf(piece.repeat(1_000_000 / piece.length), HANAKO).length).toBeLessThanOrEqual(300);
    }
  });
});
