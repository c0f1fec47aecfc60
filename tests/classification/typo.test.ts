import { describe, expect, test } from 'vitest';
import { CARRIERS } from '../../lib/classification/carriers.ts';
import { probablyMeant } from '../../lib/classification/typo.ts';

describe('a mistyped domain', () => {
  test.each([
    ['docomo.co.jp', 'docomo.ne.jp'],
    ['docom.ne.jp', 'docomo.ne.jp'],
    ['docomo.ne.jo', 'docomo.ne.jp'],
    ['docomo.jp', 'docomo.ne.jp'],
    ['dokomo.ne.jp', 'docomo.ne.jp'],
    ['docmoo.ne.jp', 'docomo.ne.jp'],
    ['DOCOM.NE.JP.', 'docomo.ne.jp'],
    ['ezweb.co.jp', 'ezweb.ne.jp'],
    ['ezwev.ne.jp', 'ezweb.ne.jp'],
    ['ezweb.ne', 'ezweb.ne.jp'],
    ['sofbank.ne.jp', 'softbank.ne.jp'],
    ['softbank.ne.com', 'softbank.ne.jp'],
    ['i.softbank.ne.jp', 'i.softbank.jp'],
    ['i.sofbank.jp', 'i.softbank.jp'],
    ['gmail.co', 'gmail.com'],
    ['gmai.com', 'gmail.com'],
    ['gmail.con', 'gmail.com'],
    ['gamil.com', 'gmail.com'],
    ['gmail.co.jp', 'gmail.com'],
    ['yahoo.co', 'yahoo.co.jp'],
    ['yaho.co.jp', 'yahoo.co.jp'],
    ['yahoo.cojp', 'yahoo.co.jp'],
    ['iclould.com', 'icloud.com'],
    ['icloud.co.jp', 'icloud.com'],
    ['au.ne.jp', 'au.com'],
  ])('%s probably meant %s', (typed, meant) => {
    expect(probablyMeant(typed)).toBe(meant);
  });

  test.each([
    'gmail.com',
    'mail.com',
    'ymail.com',
    'email.com',
    'yahoo.com',
    'yahoo.fr',
    'hotmail.co.uk',
    'outlook.jp',
    'softbank.co.jp',
    'nttdocomo.com',
    'shop.example',
    'example.jp',
    'ne.jp',
    'au.com',
    '',
  ])('%s is nobody else’s', (domain) => {
    expect(probablyMeant(domain)).toBeUndefined();
  });

  test('a megabyte of text is nobody’s', () => {
    expect(probablyMeant('docomo.ne.jp'.repeat(100_000))).toBeUndefined();
  });

  test('no domain of a carrier is called a mistake', () => {
    for (const carrier of CARRIERS) {
      for (const { domain } of carrier.domains) {
        expect(probablyMeant(domain)).toBeUndefined();
        expect(probablyMeant(`t.${domain}`) ?? domain, domain).not.toBe('gmail.com');
      }
    }
  });
});
