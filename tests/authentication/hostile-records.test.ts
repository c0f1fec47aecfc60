import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDkimKey } from '../../lib/authentication/dkim/dkim-key.ts';
import {
  isDmarcRecord,
  looksLikeDmarc,
  parseDmarc,
  rewriteDmarc,
} from '../../lib/authentication/dmarc/dmarc-record.ts';
import { isSpfRecord, looksLikeSpf, parseSpf } from '../../lib/authentication/spf/spf-record.ts';

/** Characters: a DNS answer carries 65,535 octets at most. */
const SIZE = 200_000;

/** Whatever stands in DNS, reading it gives an answer, in time that grows with its length only. */
const READERS: readonly [string, (text: string) => unknown][] = [
  ['SPF', (text) => [isSpfRecord(text), looksLikeSpf(text), parseSpf(text)]],
  ['DMARC', (text) => [isDmarcRecord(text), looksLikeDmarc(text), rewriteDmarc(parseDmarc(text), {})]],
  ['DKIM', (text) => parseDkimKey(text)],
];

describe.each(READERS)('reading %s', (_, read) => {
  it('never throws', () => {
    const piece = fc.constantFrom(
      ...[
        'v=spf1',
        'v=DMARC1',
        'v=DKIM1',
        ' ',
        ';',
        '=',
        ':',
        '/',
        '%{',
        '}',
        '+all',
        'include:',
        'ip4:',
        'p=',
        'rua=',
      ],
      ...[
        'mailto:',
        '!',
        '@',
        'none',
        'reject',
        '__proto__',
        'constructor',
        '\u0000',
        '\u00e9',
        '"',
        'a.example',
        '9',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        read(pieces.join(''));
      }),
    );
  });

  it.each([
    'v',
    '=',
    ';',
    ' ',
    'p=',
    'p =',
    'v=DMARC1',
    'mailto:a@',
    ',',
    '!1',
    'a:',
    '%',
    '"',
    'include:',
    '\t',
  ])('takes %j, repeated beyond what an answer can hold, in linear time', (piece) => {
    const before = process.cpuUsage();
    for (const start of ['', 'v=spf1 ', 'v=DMARC1; ', 'v=DMARC1; p=none; rua=', 'p=']) {
      read(start + piece.repeat(SIZE / piece.length));
    }
    expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
  });
});

it('reads a DMARC tag named like a member of every object as an unknown one', () => {
  expect(parseDmarc('v=DMARC1; p=none; constructor=9')?.unknownTags).toEqual(['constructor']);
});
