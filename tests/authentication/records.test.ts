import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quotedStrings, route53ChangeBatch, zoneFileLines } from '../../lib/authentication/records.ts';

describe('a record to publish', () => {
  it('reads as lines of a zone file with absolute names', () => {
    expect(
      zoneFileLines({
        name: 'bounce.shop.example',
        type: 'MX',
        value: '10 feedback-smtp.us-east-1.amazonses.com',
      }),
    ).toEqual(['bounce.shop.example. 3600 IN MX 10 feedback-smtp.us-east-1.amazonses.com.']);
    expect(
      zoneFileLines({ name: 'shop.example', type: 'TXT', value: 'v=spf1 -all', keep: ['proof=1'] }),
    ).toEqual(['shop.example. 3600 IN TXT "v=spf1 -all"', 'shop.example. 3600 IN TXT "proof=1"']);
  });

  it('reads as a Route 53 change batch that keeps what else stands at the name', () => {
    expect(
      route53ChangeBatch([{ name: 'shop.example', type: 'TXT', value: 'v=spf1 -all', keep: ['proof=1'] }])
        .Changes,
    ).toEqual([
      {
        Action: 'UPSERT',
        ResourceRecordSet: {
          Name: 'shop.example.',
          Type: 'TXT',
          TTL: 3600,
          ResourceRecords: [{ Value: '"v=spf1 -all"' }, { Value: '"proof=1"' }],
        },
      },
    ]);
  });

  it('changes each record set once, as the most urgent finding asks', () => {
    const name = '_dmarc.shop.example';
    const batch = route53ChangeBatch([
      { name, type: 'TXT', value: 'v=DMARC1; p=none' },
      { name, type: 'TXT', value: 'v=DMARC1; p=reject' },
    ]);
    expect(batch.Changes.map(({ ResourceRecordSet: set }) => set.ResourceRecords[0]?.Value)).toEqual([
      '"v=DMARC1; p=none"',
    ]);
  });

  it('escapes quotes and backslashes', () => {
    expect(quotedStrings('a"b\\c')).toBe('"a\\"b\\\\c"');
  });

  it('splits into strings of at most 255 octets that join to the value', () => {
    const printable = fc.string({ unit: fc.constantFrom(...'abcXYZ019 =;:/+"\\'), maxLength: 1200 });
    fc.assert(
      fc.property(printable, (value) => {
        const strings = [...quotedStrings(value).matchAll(/"((?:[^"\\]|\\.)*)"(?: |$)/g)].map(([, text]) =>
          (text ?? '').replaceAll(/\\(.)/g, '$1'),
        );
        expect(strings.every((text) => text.length <= 255)).toBe(true);
        expect(strings.join('')).toBe(value);
      }),
    );
  });
});
