import { describe, expect, test } from 'vitest';
import {
  CARRIERS,
  carrierById,
  carrierDomain,
  carrierOfDomain,
  carrierOfHost,
  FILTER_POLICY_DOMAINS,
  filteringAt,
} from '../../lib/classification/carriers.ts';

describe('the carrier of a domain', () => {
  test.each([
    ['docomo.ne.jp', 'docomo'],
    ['ezweb.ne.jp', 'au'],
    ['au.com', 'au'],
    ['biz.au.com', 'au'],
    ['shop.biz.ezweb.ne.jp', 'au'],
    ['t7.ezweb.ne.jp', 'au'],
    ['uqmobile.jp', 'uq'],
    ['softbank.ne.jp', 'softbank'],
    ['i.softbank.jp', 'softbank'],
    ['k.vodafone.ne.jp', 'softbank'],
    ['vodafone.ne.jp', 'softbank'],
    ['jp-t.ne.jp', 'softbank'],
    ['ymobile.ne.jp', 'ymobile'],
    ['wm.pdx.ne.jp', 'ymobile'],
    ['yo.willcomlive.jp', 'ymobile'],
    ['rakumail.jp', 'rakuten'],
  ])('%s is %s', (domain, id) => {
    expect(carrierOfDomain(domain)?.id).toBe(id);
  });

  test.each(['DoCoMo.NE.JP', 'docomo.ne.jp.', 'ｄｏｃｏｍｏ．ｎｅ．ｊｐ', ' docomo.ne.jp', 'docomo。ne。jp'])(
    'is found however it is spelled: %j',
    (domain) => {
      expect(carrierOfDomain(domain)?.id).toBe('docomo');
    },
  );

  test.each([
    'gmail.com',
    'yahoo.ne.jp',
    'mineo.jp',
    'x.dion.ne.jp',
    'notdocomo.ne.jp',
    'docomo.ne.jp.example',
    'ne.jp',
    'jp',
    '',
    '日本語.jp',
  ])('is nobody for %j', (domain) => {
    expect(carrierOfDomain(domain)).toBeUndefined();
  });

  test('knows a service that ended, and when', () => {
    expect(carrierDomain('yo.willcomlive.jp')).toMatchObject({
      state: 'ended',
      endedAt: '2021-02-02T00:00:00.000Z',
    });
  });
});

describe('the carrier of a mail server', () => {
  test.each([
    ['mfsmax.docomo.ne.jp', 'docomo'],
    ['dns; mfsmax.docomo.ne.jp', 'docomo'],
    ['dns; lsean.ezweb.ne.jp. (27.85.176.228, the server for the domain)', 'au'],
    ['MSMX.au.com.', 'au'],
    ['27.85.176.228', 'au'],
    ['dns; [203.138.181.240]', 'docomo'],
    ['117.46.1.2', 'softbank'],
    ['mx.softbank.ne.jp', 'softbank'],
    ['ymx1.softbank.ne.jp', 'ymobile'],
    ['mail-rakumail-jp.gslb.rmb-ss.jp', 'rakuten'],
  ])('%j is %s', (host, id) => {
    expect(carrierOfHost(host)?.id).toBe(id);
  });

  test.each(['mx.shop.example', '192.0.2.1', '127.85.176.228', 'evil-docomo.ne.jp', 'au.com', ''])(
    'is nobody for %j',
    (host) => {
      expect(carrierOfHost(host)).toBeUndefined();
    },
  );
});

describe('the table', () => {
  test('names a source and both languages in every row', () => {
    for (const carrier of CARRIERS) {
      expect(carrierById(carrier.id)).toBe(carrier);
      for (const text of [carrier.name, ...carrier.settings.map((row) => row.name)]) {
        expect(text.ja).not.toBe('');
        expect(text.en).not.toBe('');
      }
      const sources = [...carrier.domains, ...carrier.settings, ...carrier.filtering].map(
        (row) => row.source,
      );
      expect(sources.every((source) => source.length > 0)).toBe(true);
    }
  });

  test('knows what each carrier does with filtered mail at a time', () => {
    const at = (id: string, time: string) => {
      const carrier = carrierById(id);
      return carrier ? filteringAt(carrier, time).map((row) => row.behaviour) : [];
    };
    expect(at('docomo', '2025-03-12T14:59:59.999Z')).toEqual(['refuses']);
    expect(at('docomo', '2025-03-12T15:00:00.000Z')).toEqual(['accepts and files']);
    expect(at('softbank', '2026-01-01T00:00:00.000Z')).toEqual(['accepts and drops']);
    expect(at('au', '2026-01-01T00:00:00.000Z')).toEqual(['refuses', 'accepts and drops']);
  });

  test('gives SNS a filter of exact, live domains within its limit', () => {
    expect(FILTER_POLICY_DOMAINS).toEqual(
      expect.arrayContaining([
        'docomo.ne.jp',
        'ezweb.ne.jp',
        'au.com',
        'softbank.ne.jp',
        'i.softbank.jp',
        'rakumail.jp',
      ]),
    );
    expect(FILTER_POLICY_DOMAINS.length).toBeLessThanOrEqual(150);
    expect(new Set(FILTER_POLICY_DOMAINS).size).toBe(FILTER_POLICY_DOMAINS.length);
    for (const domain of FILTER_POLICY_DOMAINS) expect(domain).toMatch(/^[a-z0-9.-]+$/);
  });
});
