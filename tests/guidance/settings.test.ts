import { describe, expect, it } from 'vitest';
import { brokenAddress } from '../../lib/guidance/broken-address.ts';
import { SOURCES } from '../../lib/guidance/data/sources.ts';
import { providerOfDomain } from '../../lib/guidance/providers.ts';
import { GUIDANCE } from '../../lib/guidance/settings.ts';
import { PROVIDER_IDS } from '../../lib/provider-id.ts';

describe('providerOfDomain', () => {
  it.each([
    ['docomo.ne.jp', 'docomo'],
    ['DOCOMO.NE.JP.', 'docomo'],
    ['ｄｏｃｏｍｏ．ｎｅ．ｊｐ', 'docomo'],
    ['au.com', 'au'],
    ['ezweb.ne.jp', 'au'],
    ['t7.ezweb.ne.jp', 'au'],
    ['uqmobile.jp', 'uq'],
    ['softbank.ne.jp', 'softbank'],
    ['i.softbank.jp', 'softbank'],
    ['t.vodafone.ne.jp', 'softbank'],
    ['ymobile.ne.jp', 'ymobile'],
    ['yahoo.ne.jp', 'ymobile-yahoo'],
    ['yahoo.co.jp', 'yahoo-japan'],
    ['rakumail.jp', 'rakuten'],
    ['gmail.com', 'gmail'],
    ['googlemail.com', 'gmail'],
    ['hotmail.co.jp', 'outlook'],
    ['me.com', 'icloud'],
  ])('%s is %s', (domain, provider) => {
    expect(providerOfDomain(domain)).toBe(provider);
  });

  it.each([
    'mopera.net',
    'biz.au.com',
    'hana.biz.ezweb.ne.jp',
    'pdx.ne.jp',
    'auone.jp',
    'docomo.co.jp',
    'shop.example',
    '',
  ])('%s: no provider’s guidance would fit', (domain) => {
    expect(providerOfDomain(domain)).toBe('other');
  });
});

describe.each(PROVIDER_IDS)('the table of %s', (id) => {
  const guidance = GUIDANCE[id];

  it('shows the domain in exactly one request', () => {
    expect(guidance.id).toBe(id);
    expect(guidance.steps.filter((step) => step.showsDomain === true)).toHaveLength(1);
  });

  it('keeps the Japanese name inside every English one', () => {
    for (const { name } of guidance.filters) {
      const distinctive = name.ja.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー]{2,}/u)?.[0];
      if (name.ja.startsWith('DMARC')) continue; // a standard, not a setting's name
      expect(name.en).toContain(distinctive);
    }
  });

  it('gives a source for every row', () => {
    const paths = guidance.steps.flatMap((step) => step.paths ?? []);
    for (const row of [...guidance.filters, ...guidance.steps, ...guidance.limits, ...paths]) {
      expect(row.sources.length).toBeGreaterThan(0);
      for (const source of row.sources) expect(SOURCES[source].date).not.toBe('');
    }
  });

  it('says of every page what is not known about it, and links over https only', () => {
    for (const page of guidance.pages) {
      expect(page.note).not.toBe('');
      if (page.url !== undefined) expect(new URL(page.url).protocol).toBe('https:');
    }
  });
});

describe('ways through menus', () => {
  it.each([
    'docomo',
    'uq',
    'linemo',
    'povo',
    'ahamo',
    'ymobile',
    'ymobile-yahoo',
    'yahoo-japan',
    'rakuten',
    'other',
  ] as const)('%s has none: no page of known standing gives one that holds today', (id) => {
    expect(GUIDANCE[id].steps.flatMap((step) => step.paths ?? [])).toEqual([]);
  });

  it('every published source is used by some row', () => {
    const used = new Set<string>(
      Object.values(GUIDANCE).flatMap((guidance) => [
        ...guidance.filters.flatMap((row) => row.sources),
        ...guidance.limits.flatMap((row) => row.sources),
        ...guidance.steps.flatMap((step) => [
          ...step.sources,
          ...(step.paths ?? []).flatMap((path) => path.sources),
        ]),
      ]),
    );
    for (const source of brokenAddress('a..b@docomo.ne.jp')?.sources ?? []) used.add(source);
    expect([...used].sort()).toEqual(Object.keys(SOURCES).sort());
  });
});
