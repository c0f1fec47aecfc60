import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quotedStrings, route53ChangeBatch, zoneFileLines } from '../../lib/authentication/dns/records.ts';
import { systemDns } from '../../lib/authentication/dns/system-dns.ts';
import { otherTexts } from '../../lib/authentication/spf/spf-issues.ts';
import { type DnsServer, startDnsServer } from '../../local/dns-server.ts';

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
    expect(quotedStrings('a"b\\c', 'zone file')).toBe('"a\\"b\\\\c"');
    expect(quotedStrings('a"b\\c', 'Route 53')).toBe('"a\\"b\\\\c"');
  });

  it.each([
    // RFC 1035 section 5.1 and the Route 53 developer guide: the same digits, another octet.
    ['zone file', '"\\227\\165\\165\\009"'],
    ['Route 53', '"\\343\\245\\245\\011"'],
  ] as const)('writes octets outside printable ASCII as a %s takes them', (form, written) => {
    expect(quotedStrings('\u00e3\u00a5\u00a5\t', form)).toBe(written);
  });

  it('splits into strings of at most 255 octets that join to the value', () => {
    const printable = fc.string({ unit: fc.constantFrom(...'abcXYZ019 =;:/+"\\'), maxLength: 1200 });
    fc.assert(
      fc.property(printable, (value) => {
        const strings = [...quotedStrings(value, 'zone file').matchAll(/"((?:[^"\\]|\\.)*)"(?: |$)/g)].map(
          ([, text]) => (text ?? '').replaceAll(/\\(.)/g, '$1'),
        );
        expect(strings.every((text) => text.length <= 255)).toBe(true);
        expect(strings.join('')).toBe(value);
      }),
    );
  });
});

/** What a name server makes of quoted strings: `\\` and three digits of the radix are one octet. */
function octets(quoted: string, radix: 8 | 10): Buffer[] {
  return [...quoted.matchAll(/"((?:[^"\\]|\\.)*)"(?: |$)/g)].map(([, text]) => {
    const bytes = [...(text ?? '').matchAll(/\\([0-9]{3})|\\(.)|(.)/gs)].map(
      ([, digits, quotedOne, plain]) =>
        digits === undefined ? (quotedOne ?? plain ?? '').charCodeAt(0) : Number.parseInt(digits, radix),
    );
    return Buffer.from(bytes);
  });
}

describe('a TXT record that stands beside the one to change', () => {
  let server: DnsServer;
  beforeAll(async () => {
    server = await startDnsServer();
  });
  afterAll(() => server.close());

  const name = 'shop.example';
  /** What an operator pastes for the records found at the name, as octets, in both forms. */
  async function published(strings: readonly Buffer[]): Promise<readonly [Buffer[], Buffer[]]> {
    server.use({ [name]: { TXT: ['v=spf1 -all', strings] } });
    const keep = await otherTexts(systemDns({ servers: [server.address], timeout: 5000, tries: 1 }), name);
    const record = { name, type: 'TXT', value: 'v=spf1 -all', keep } as const;
    const line = zoneFileLines(record)[1]?.replace(/^shop\.example\. 3600 IN TXT /, '') ?? '';
    const sets = route53ChangeBatch([record]).Changes.map(({ ResourceRecordSet: set }) => set);
    return [octets(line, 10), octets(sets[0]?.ResourceRecords[1]?.Value ?? '', 8)];
  }

  it('keeps every octet there is', async () => {
    const all = [
      Buffer.from(Array.from({ length: 128 }, (_, at) => at)),
      Buffer.from([...Array(128).keys()].map((at) => at + 128)),
    ];
    expect(await published(all)).toEqual([all, all]);
  });

  it('keeps what is written in Japanese', async () => {
    const text = Buffer.from('メモ=日本語');
    expect(await published([text])).toEqual([[text], [text]]);
  });

  it('keeps any octets, cut into strings as they are', async () => {
    const string = fc.uint8Array({ maxLength: 255 }).map((bytes) => Buffer.from(bytes));
    await fc.assert(
      fc.asyncProperty(fc.array(string, { minLength: 1, maxLength: 4 }), async (strings) => {
        expect(await published(strings)).toEqual([strings, strings]);
      }),
    );
  });
});
