import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AggregateReport,
  readAggregateReport,
} from '../../lib/authentication/reports/aggregate-report.ts';
import { readReportFile } from '../../lib/authentication/reports/report-mail.ts';
import { dailyRows } from '../../lib/authentication/reports/report-rows.ts';
import { UNPACK_LIMITS } from '../../lib/authentication/reports/unpack.ts';
import { BEGIN, mailWith, type ReportFixture, reportXml, rowXml, zip } from './report-fixtures.ts';

const small = { ...UNPACK_LIMITS, unpackedBytes: 1_000_000 };

async function one(xml: string | Buffer): Promise<AggregateReport> {
  return readAggregateReport(Buffer.from(xml));
}
const sound = (fixture: ReportFixture = {}) => Buffer.from(reportXml(fixture));
/** A sound report with a piece of its text replaced. */
const with_ = (search: string | RegExp, replacement: string, fixture: ReportFixture = {}) =>
  reportXml(fixture).replace(search, replacement);
const reject = async (file: string | Buffer, limits = { ...UNPACK_LIMITS, unpackedBytes: 4_500_000 }) =>
  (await readReportFile('file', Buffer.from(file), limits)).rejected[0]?.reason;

/** A report that declares an encoding, with an organization of these bytes. */
function encodedAs(encoding: string, organization: readonly number[]): Buffer {
  const [before = '', behind = ''] = with_('UTF-8', encoding, { organization: 'REPLACE' }).split('REPLACE');
  return Buffer.concat([Buffer.from(before), Buffer.from(organization), Buffer.from(behind)]);
}

/** A report in UTF-16, which has two orders of octets. */
function utf16(mark: string, swapped: boolean): Buffer {
  const bytes = Buffer.from(`${mark}${with_('UTF-8', 'UTF-16')}`, 'utf16le');
  return swapped ? bytes.swap16() : bytes;
}

describe('a sound report', () => {
  it('of RFC 7489 is read', async () => {
    expect(await one(sound())).toEqual({
      organization: 'receiver.example',
      contact: 'receiver.example',
      reportId: 'r-1',
      begin: BEGIN,
      end: BEGIN + 86_399,
      schema: 'rfc7489',
      domain: 'shop.example',
      policy: { p: 'none', sp: 'none', np: undefined, testing: undefined },
      faults: [],
      rows: [
        {
          sourceIp: '54.240.10.1',
          count: 1,
          disposition: 'none',
          dkimAligned: true,
          spfAligned: true,
          reasons: [],
          headerFrom: 'shop.example',
          envelopeFrom: undefined,
          dkim: [{ domain: 'shop.example', result: 'pass', selector: 'tokaaa' }],
          spf: [{ domain: 'bounce.shop.example', result: 'pass', selector: undefined }],
        },
      ],
    });
  });

  it('of RFC 9990 is read, with its new elements and extensions', async () => {
    const xml = with_(
      '</policy_published>',
      '<np>reject</np><testing>y</testing><discovery_method>treewalk</discovery_method></policy_published><extension><x:more xmlns:x="urn:x">1</x:more></extension>',
      {
        rfc9990: true,
        policy: '<p>quarantine</p>',
        rows: [{ disposition: 'pass', reason: '<reason><type>policy_test_mode</type></reason>' }],
      },
    );
    expect(await one(xml)).toMatchObject({
      schema: 'rfc9990',
      policy: { p: 'quarantine', np: 'reject', testing: 'y' },
      rows: [{ disposition: 'pass', reasons: ['policy_test_mode'] }],
      faults: [],
    });
  });

  it.each<[string, (xml: Buffer) => Buffer]>([
    ['plain', (xml) => xml],
    ['gzip inside gzip inside gzip', (xml) => gzipSync(gzipSync(gzipSync(xml)))],
    ['gzip inside zip', (xml) => zip([{ name: 'a.xml.gz', content: gzipSync(xml) }])],
    ['zip inside zip', (xml) => zip([{ name: 'a.zip', content: zip([{ name: 'a.xml', content: xml }]) }])],
    ['zip inside gzip', (xml) => gzipSync(zip([{ name: 'a.xml', content: xml }]))],
    [
      'gzip in a mail that a mail carries',
      (xml) => {
        const inner = mailWith([{ name: 'a.xml.gz', type: 'application/gzip', content: gzipSync(xml) }]);
        return Buffer.from(
          `From: a@shop.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment; filename="a.eml"\r\n\r\n${inner}\r\n--q--\r\n`,
        );
      },
    ],
    [
      'gzip called a picture',
      (xml) => mailWith([{ name: 'a.png', type: 'image/png', content: gzipSync(xml) }]),
    ],
    ['gzip', (xml) => gzipSync(xml)],
    ['zip', (xml) => zip([{ name: 'a.xml', content: xml }])],
    ['gzip with CR LF after its trailer', (xml) => Buffer.concat([gzipSync(xml), Buffer.from('\r\n')])],
    ['gzip with zeros after its trailer', (xml) => Buffer.concat([gzipSync(xml), Buffer.alloc(20)])],
    ['gzip inside gzip', (xml) => gzipSync(gzipSync(xml))],
    ['with a byte order mark', (xml) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), xml])],
    ['with white space before the declaration', (xml) => Buffer.concat([Buffer.from('\r\n  '), xml])],
    [
      'in UTF-16',
      (xml) =>
        Buffer.concat([
          Buffer.from([0xff, 0xfe]),
          Buffer.from(xml.toString().replace('UTF-8', 'UTF-16'), 'utf16le'),
        ]),
    ],
    ['without a declaration', (xml) => Buffer.from(xml.toString().slice(xml.indexOf('<feedback')))],
  ])('is read %s', async (_, pack) => {
    const { reports, rejected } = await readReportFile('file', pack(sound()));
    expect(rejected).toEqual([]);
    expect(reports[0]?.rows).toHaveLength(1);
  });

  it('reads several documents of one archive', async () => {
    const file = zip([
      { name: 'a.xml', content: sound({ id: 'a' }) },
      { name: 'b.xml', content: sound({ id: 'b' }) },
    ]);
    expect((await readReportFile('file', file)).reports.map(({ reportId }) => reportId)).toEqual(['a', 'b']);
  });

  it('reads attachments of a mail whatever their names and types say', async () => {
    const mail = mailWith([
      { name: 'report.zip', type: 'application/octet-stream', content: gzipSync(sound({ id: 'gz' })) },
      { name: 'report.txt', type: 'text/plain', content: sound({ id: 'plain' }) },
      { name: 'logo.png', type: 'image/png', content: Buffer.from('PNG') },
    ]);
    const { reports, rejected } = await readReportFile('mail', mail);
    expect(reports.map(({ reportId }) => reportId)).toEqual(['gz', 'plain']);
    expect(rejected.map(({ name, reason }) => `${name} ${reason}`)).toEqual(['logo.png not-xml']);
  });
});

describe('the period of a report', () => {
  const of_ = (begin: string, end: string) =>
    reportXml().replace(
      /<date_range>.*<\/date_range>/s,
      `<date_range><begin>${begin}</begin><end>${end}</end></date_range>`,
    );

  it.each([
    ['with decimals', '1795046400.0', '1795132799.5', 1_795_046_400, 1_795_132_799],
    ['with a bare point', '1795046400.', '1795132799.', 1_795_046_400, 1_795_132_799],
    ['before 2001, as in the sample of RFC 9990', '302832000', '302918399', 302_832_000, 302_918_399],
    ['of 1970', '0', '86399', 0, 86_399],
    ['far in the future', '4102444800', '4102531199', 4_102_444_800, 4_102_531_199],
  ])('%s is read', async (_, begin, end, first, last) => {
    const report = await one(of_(begin, end));
    expect(report).toMatchObject({ begin: first, end: last });
    expect(report.faults).toEqual(begin.includes('.') ? ['decimal-times'] : []);
    expect(dailyRows(report, () => false)[0]?.day).toBe(new Date(first * 1000).toISOString().slice(0, 10));
  });

  it.each([
    [
      'in words',
      'yesterday',
      'the begin of its date range, "yesterday", is no time in seconds since the epoch',
    ],
    ['as a date', '2026-11-20T00:00:00Z', '"2026-11-20T00:00:00Z", is no time in seconds since the epoch'],
    ['in milliseconds', '1795046400000', '"1795046400000", is no time in seconds since the epoch'],
    ['below nothing', '-1', '"-1", is no time in seconds since the epoch'],
    ['left out', '', 'its date range has no begin'],
  ])('%s is refused for what it is', async (_, begin, words) => {
    const { rejected } = await readReportFile('r', Buffer.from(of_(begin, '1795132799')));
    expect(rejected).toMatchObject([
      { reason: 'not-a-report', detail: { en: expect.stringContaining(words) } },
    ]);
  });
});

describe('an archive', () => {
  const content = Buffer.from(reportXml());

  it.each([
    ['no name', ''],
    ['an absolute path for a name', '/var/reports/r.xml'],
    ['a path upwards for a name', '../../r.xml'],
    ["a name with another system's separators", 'C:\\reports\\r.xml'],
    ['a name that is not UTF-8', '\u00ff\ud800.xml'],
  ])('with an entry of %s is read', async (_, name) => {
    const { reports, rejected } = await readReportFile('r.zip', zip([{ name, content }]));
    expect(rejected).toEqual([]);
    expect(reports).toHaveLength(1);
  });

  it('tells a broken entry without a name by the name of the archive', async () => {
    const broken = zip([
      { name: '', content: Buffer.from('no xml') },
      { name: 'a/', content: Buffer.alloc(0) },
    ]);
    expect((await readReportFile('r.zip', broken)).rejected).toMatchObject([
      { name: 'r.zip', reason: 'not-xml' },
    ]);
  });
});

describe('tolerated faults', () => {
  it.each<[string, string, string[], object?]>([
    ['no version', with_('<version>1.0</version>', ''), []],
    [
      'no selector',
      with_('<selector>tokaaa</selector>', ''),
      [],
      { rows: [{ dkim: [{ domain: 'shop.example', result: 'pass' }] }] },
    ],
    ['empty sp', with_('<sp>none</sp>', '<sp/>'), ['empty-policy'], { policy: { sp: undefined } }],
    ['sp "nil"', with_('<sp>none</sp>', '<sp>nil</sp>'), ['empty-policy']],
    ['no records', with_(/<record>.*<\/record>/s, ''), ['no-records'], { rows: [] }],
    ['count 0', reportXml({ rows: [{ count: 0 }, {}] }), ['row-without-mail'], { rows: [{ count: 1 }] }],
    ['empty source_ip', reportXml({ rows: [{ ip: '' }] }), ['row-without-mail'], { rows: [] }],
    [
      'empty reason',
      reportXml({ rows: [{ reason: '<reason><type></type><comment></comment></reason>' }] }),
      [],
      { rows: [{ reasons: [] }] },
    ],
    [
      'capitals',
      reportXml({ rows: [{ dkim: 'Pass', spf: 'Fail', disposition: 'None' }] }),
      ['upper-case'],
      { rows: [{ dkimAligned: true, spfAligned: false, disposition: 'none' }] },
    ],
    [
      'evaluated "softfail"',
      reportXml({ rows: [{ spf: 'softfail' }] }),
      ['unknown-evaluation'],
      { rows: [{ spfAligned: false }] },
    ],
    [
      'evaluated "none"',
      reportXml({ rows: [{ dkim: 'none' }] }),
      ['unknown-evaluation'],
      { rows: [{ dkimAligned: false }] },
    ],
    [
      'result "hardfail"',
      reportXml({ rows: [{ authSpf: [{ domain: 'x.example', result: 'hardfail' }] }] }),
      ['unknown-result'],
      { rows: [{ spf: [{ result: 'fail' }] }] },
    ],
    [
      'result "unknown"',
      reportXml({ rows: [{ authSpf: [{ domain: 'x.example', result: 'unknown' }] }] }),
      ['unknown-result'],
      { rows: [{ spf: [{ result: 'none' }] }] },
    ],
    [
      'scope helo',
      reportXml({ rows: [{ authSpf: [{ domain: 'x.example', result: 'pass', scope: 'helo' }] }] }),
      [],
    ],
    [
      'spf without a domain',
      reportXml({ rows: [{ authSpf: [{ result: 'none' }] }] }),
      ['result-without-domain'],
    ],
    [
      'dkim with nothing in it',
      reportXml({ rows: [{ authDkim: [{ domain: '', result: '' }] }] }),
      [],
      { rows: [{ dkim: [] }] },
    ],
    [
      'several spf',
      reportXml({
        rows: [
          {
            authSpf: [
              { domain: 'a.example', result: 'fail' },
              { domain: 'b.example', result: 'pass' },
            ],
          },
        ],
      }),
      [],
    ],
    [
      'no auth_results',
      with_(/<auth_results>.*<\/auth_results>/s, ''),
      [],
      { rows: [{ dkim: [], spf: [] }] },
    ],
    ['empty auth_results', with_(/<auth_results>.*<\/auth_results>/s, '<auth_results></auth_results>'), []],
    [
      'identities in place of identifiers',
      reportXml().replaceAll('identifiers>', 'identities>'),
      ['identities-for-identifiers'],
      { rows: [{ headerFrom: 'shop.example' }] },
    ],
    ['empty org_name', reportXml({ organization: '' }), ['no-organization']],
    ['begin equal to end', reportXml({ end: BEGIN }), []],
    ['end before begin', reportXml({ end: BEGIN - 5 }), ['end-before-begin'], { end: BEGIN }],
    [
      'an unescaped address in email',
      with_('<email>dmarc@receiver.example</email>', '<email><dmarc@receiver.example></email>'),
      ['xml-repaired'],
      { rows: [{ count: 1 }] },
    ],
    [
      'an unescaped & in org_name',
      reportXml({ organization: 'Mail & More' }),
      ['xml-repaired'],
      { organization: 'Mail & More' },
    ],
    [
      'an unescaped < in extra_contact_info',
      with_(
        '<report_id>',
        '<extra_contact_info>see <http://receiver.example></extra_contact_info><report_id>',
      ),
      ['xml-repaired'],
    ],
    [
      'a schema element never closed',
      with_(
        '<version>',
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x"><version>',
      ),
      ['xml-repaired'],
    ],
    [
      'an unescaped & in a comment of a row',
      reportXml({ rows: [{ reason: '<reason><type>other</type><comment>Q&A <b>x</b></comment></reason>' }] }),
      ['xml-repaired'],
      { rows: [{ reasons: ['other'] }] },
    ],
    [
      'CDATA, and references by number',
      reportXml({ organization: '<![CDATA[Mail <b>]]> &#x26; &#77;ore' }),
      [],
      { organization: 'Mail <b> & More' },
    ],
    ['a lang attribute', with_('<report_id>', '<error lang="en">late</error><report_id>'), []],
    [
      'a namespace prefix',
      reportXml()
        .replace('<feedback>', '<d:feedback xmlns:d="urn:d">')
        .replace('</feedback>', '</d:feedback>'),
      [],
    ],
    [
      'a namespace of its own',
      with_(
        '<feedback>',
        '<feedback xmlns="http//dmarc.org/dmarc-xml/0.1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
      ),
      [],
    ],
    [
      'comments and many references',
      reportXml({
        rows: [
          { reason: `<reason><type>other</type><comment>${'&amp;&lt;'.repeat(3000)}</comment></reason>` },
        ],
      }),
      [],
      { rows: [{ reasons: ['other'] }] },
    ],
  ])('%s', async (_, xml, faults, expected) => {
    const report = await one(xml);
    expect(report.faults).toEqual(faults);
    if (expected !== undefined) expect(report).toMatchObject(expected);
  });

  it('bytes that are not UTF-8', async () => {
    const bytes = sound({ organization: 'REPLACE' });
    bytes[bytes.indexOf('REPLACE')] = 0x91;
    expect((await one(bytes)).faults).toEqual(['not-utf-8']);
  });

  it.each<[string, string, Buffer]>([
    ['declared ISO-8859-1', 'Société', encodedAs('ISO-8859-1', [0x53, 0x6f, 0x63, 0x69, 0xe9, 0x74, 0xe9])],
    ['declared Shift_JIS', 'テス', encodedAs('Shift_JIS', [0x83, 0x65, 0x83, 0x58])],
    [
      'declared ISO-2022-JP',
      'テ',
      encodedAs('ISO-2022-JP', [0x1b, 0x24, 0x42, 0x25, 0x46, 0x1b, 0x28, 0x42]),
    ],
    ['declared ISO-8859-1, and UTF-8 in truth', 'é', encodedAs('ISO-8859-1', [0xc3, 0xa9])],
    ['UTF-16 with a mark', 'r', utf16('\ufeff', false)],
    ['UTF-16 of the other order, with a mark', 'r', utf16('\ufeff', true)],
    ['UTF-16 without a mark', 'r', utf16('', false)],
    ['UTF-16 of the other order, without a mark', 'r', utf16('', true)],
  ])('text %s is read in its encoding', async (_, organization, bytes) => {
    const { reports, rejected } = await readReportFile('a.xml', bytes);
    expect(rejected).toEqual([]);
    expect(reports[0]).toMatchObject({ organization: expect.stringContaining(organization), faults: [] });
  });

  it.each([
    ['words before it', `Here is the report:\r\n${reportXml()}`],
    ['a word before it that looks like a field', `Report:\r\n${reportXml()}`],
    ['an element behind it', `${reportXml()}<br/>`],
    ['words behind it', `${reportXml()}\r\n-- \r\nreceiver.example`],
  ])('%s', async (_, xml) => {
    const { reports } = await readReportFile('a.xml', Buffer.from(xml));
    expect(reports[0]).toMatchObject({ reportId: 'r-1', faults: ['text-around'] });
  });

  it('a source in one form for each address', async () => {
    const written = [
      '2001:DB8:0:0::1',
      '[2001:db8::1]',
      'IPv6:2001:db8::1',
      '2001:db8::1/128',
      '2001:db8::1%eth0',
      '::ffff:192.0.2.1',
      '192.0.2.1/32',
    ];
    const { rows, faults } = await one(reportXml({ rows: written.map((ip) => ({ ip })) }));
    expect(rows.map(({ sourceIp }) => sourceIp)).toEqual([
      ...Array.from({ length: 5 }, () => '2001:db8::1'),
      ...Array.from({ length: 2 }, () => '192.0.2.1'),
    ]);
    expect(faults).toEqual([]);
  });

  it('counts with decimals and parted thousands', async () => {
    const { rows, faults } = await one(reportXml({ rows: [{ count: '12.0' }, { count: '1,234' }] }));
    expect(rows.map(({ count }) => count)).toEqual([12, 1234]);
    expect(faults).toEqual(['odd-count']);
  });

  it('a result that no standard knows', async () => {
    const rows = [{ authSpf: [{ domain: 'bounce.shop.example', result: 'bestguesspass' }] }];
    expect((await one(reportXml({ rows }))).faults).toEqual(['unknown-result']);
  });

  it('numbers keep their meaning', async () => {
    const report = await one(reportXml({ id: '007', rows: [{ count: '0012' }] }));
    expect([report.reportId, report.rows[0]?.count]).toEqual(['007', 12]);
    expect((await one(reportXml({ rows: [{ count: '1e5' }] }))).faults).toEqual(['row-without-mail']);
  });

  it("a stranger's control characters do not survive", async () => {
    expect((await one(reportXml({ organization: 'a&#27;[31mb' }))).organization).not.toContain('\u001b');
    expect((await one(reportXml({ organization: 'a\u0085b' }))).organization).toBe('a b');
  });
});

describe('refused, with a reason', () => {
  it.each<[string, string | Buffer, string]>([
    ['the word "unused"', 'unused', 'no-attachment'],
    ['the word "unused", compressed', gzipSync('unused'), 'not-xml'],
    ['an empty file', '', 'no-attachment'],
    ['a page of HTML', '<html><body>quota exceeded</body></html>', 'not-a-report'],
    ['another document', '<a></a>', 'not-a-report'],
    ['no root element', '<?xml version="1.0"?>', 'broken-xml'],
    ['unclosed tags', reportXml().slice(0, -200), 'broken-xml'],
    [
      'a domain that is none',
      with_('<domain>shop.example</domain>', '<domain>shop.example#row</domain>'),
      'not-a-report',
    ],
    ['tags that never end', gzipSync('<a '.repeat(300_000)), 'broken-xml'],
    ['a tag of very many attributes', `<feedback ${'a="" '.repeat(200)}></feedback>`, 'broken-xml'],
    ['tags inside tags', `<feedback>${'<a <b>'.repeat(100)}</feedback>`, 'broken-xml'],
    ['more elements than any report', `<feedback>${'<a/>'.repeat(1_000_001)}</feedback>`, 'too-large'],
    ['a closing tag of another element', with_('</count>', '</source_ip>'), 'broken-xml'],
    ['an element that is never closed', with_('</row>', ''), 'broken-xml'],
    ['an attribute without quotes', with_('<feedback>', '<feedback a=b>'), 'broken-xml'],
    ['a million schemas', `<feedback>${'<xs:schema>'.repeat(400_000)}</feedback>`, 'broken-xml'],
    [
      'a million unclosed schemas',
      `<feedback>${'<xs:schema a="">'.repeat(250_000)}</feedback>`,
      'not-a-report',
    ],
    ['no report_id', with_('<report_id>r-1</report_id>', ''), 'not-a-report'],
    ['no domain', with_('<domain>shop.example</domain>', ''), 'not-a-report'],
    ['no date range', with_(/<date_range>.*<\/date_range>/s, ''), 'not-a-report'],
    [
      'an external entity',
      with_('<feedback>', '<!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/hostname">]><feedback>', {
        organization: '&x;',
      }),
      'entities',
    ],
    [
      'nested entities',
      with_(
        '<feedback>',
        `<!DOCTYPE f [<!ENTITY a "ha">${Array.from({ length: 9 }, (_, i) => `<!ENTITY b${i} "&a;&a;&a;&a;">`).join('')}]><feedback>`,
      ),
      'entities',
    ],
    ['a document type in small letters', with_('<feedback>', '<!doctype f><feedback>'), 'entities'],
    ['nesting without end', `<feedback>${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}</feedback>`, 'broken-xml'],
    ['a tag called __proto__', with_('<version>', '<__proto__><x>1</x></__proto__><version>'), 'broken-xml'],
    ['a gzip bomb', gzipSync(Buffer.alloc(5_000_000)), 'bomb'],
    ['a gzip bomb inside gzip', gzipSync(gzipSync(Buffer.alloc(5_000_000))), 'bomb'],
    ['a zip bomb', zip([{ name: 'a.xml', content: Buffer.alloc(5_000_000) }]), 'bomb'],
    [
      'a zip bomb that lies about its size',
      zip([{ name: 'a.xml', content: Buffer.alloc(5_000_000), claim: 100 }]),
      'broken-archive',
    ],
    [
      'a zip with very many files',
      zip(Array.from({ length: 50 }, (_, i) => ({ name: `${i}.xml`, content: sound() }))),
      'bomb',
    ],
    ['a zip with no file', zip([]), 'empty-archive'],
    ['a damaged zip', zip([{ name: 'a.xml', content: sound() }]).subarray(0, 200), 'broken-archive'],
    ['a gzip cut short', gzipSync(sound()).subarray(0, 200), 'broken-archive'],
    ['a gzip with damaged contents', damaged(gzipSync(sound())), 'broken-archive'],
    [
      'a file over the limit',
      Buffer.concat([gzipSync(sound()), Buffer.alloc(UNPACK_LIMITS.packedBytes)]),
      'too-large',
    ],
    ['a mail without a report', mailWith([]), 'no-attachment'],
  ])('%s', async (_, file, reason) => {
    expect(await reject(file)).toBe(reason);
  });

  it('two reports in one document, with what to do', async () => {
    const two = sound()
      .toString()
      .replace('</feedback>', `</feedback>${with_(/^.*?\n/, '')}`);
    const { rejected } = await readReportFile('a.xml', Buffer.from(two));
    expect(rejected[0]).toMatchObject({
      reason: 'not-a-report',
      detail: { en: expect.stringContaining('split') },
    });
  });

  it('archives inside one another without end', async () => {
    const within = (inner: Buffer) => zip([{ name: 'a.zip', content: inner }]);
    const packed = within(within(within(gzipSync(sound()))));
    expect(await reject(packed)).toBe('bomb');
  });

  it('while the other attachments of the mail are read', async () => {
    const mail = mailWith([
      { name: 'bad.gz', type: 'application/gzip', content: gzipSync(Buffer.alloc(5_000_000)) },
      { name: 'good.xml', type: 'text/xml', content: sound() },
    ]);
    const { reports, rejected } = await readReportFile('mail', mail, small);
    expect(reports).toHaveLength(1);
    expect(rejected.map(({ reason }) => reason)).toEqual(['bomb']);
  });

  it('whatever the bytes are, nothing but a result comes out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('', '\x1f\x8b\x08', 'PK\x03\x04', '<feedback>'),
        async (bytes, start) => {
          const { reports, rejected } = await readReportFile(
            'file',
            Buffer.concat([Buffer.from(start, 'latin1'), bytes]),
          );
          expect(reports.length + rejected.length).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('a large hostile document is judged in linear time', async () => {
    const before = process.cpuUsage();
    await reject(`<feedback>${'<!'.repeat(200_000)}`);
    await reject(`<feedback>${'<email><'.repeat(100_000)}`);
    await reject(`<feedback>${'&'.repeat(900_000)}</feedback>`);
    expect(process.cpuUsage(before).user).toBeLessThan(8_000_000);
  });
});

describe('an archive of which some is bad', () => {
  const names = async (file: Buffer) => {
    const { reports, rejected } = await readReportFile('r.zip', file);
    return [reports.map(({ reportId }) => reportId), rejected.map(({ name, reason }) => `${name} ${reason}`)];
  };

  it('is read for the rest, and the bad entry is named', async () => {
    const file = zip([
      { name: 'a.xml', content: sound({ id: 'a' }) },
      { name: 'b.bin', content: Buffer.from('garbage') },
      { name: 'lie.xml', content: sound({ id: 'l' }), claim: 3 },
      { name: 'c.xml', content: sound({ id: 'c' }) },
    ]);
    expect(await names(file)).toEqual([
      ['a', 'c'],
      ['r.zip: b.bin not-xml', 'r.zip: lie.xml broken-archive'],
    ]);
  });

  it('keeps what comes before the damage to the archive itself', async () => {
    const files = ['a', 'b'].map((id) => ({ name: `${id}.xml`, content: sound({ id }) }));
    const file = zip(files);
    file[file.lastIndexOf('PK\x01\x02')] = 0;
    expect(await names(file)).toEqual([['a'], ['r.zip broken-archive']]);
  });

  it('is not spoilt by what macOS adds, nor by folders', async () => {
    const file = zip([
      { name: 'reports/', content: Buffer.alloc(0) },
      { name: 'reports/r.xml', content: sound() },
      { name: '__MACOSX/reports/._r.xml', content: Buffer.from('Mac OS X') },
      { name: 'reports/.DS_Store', content: Buffer.from('Bud1') },
    ]);
    expect(await names(file)).toEqual([['r-1'], []]);
  });
});

describe('one mail', () => {
  it('costs seconds at most, whatever its attachments are', async () => {
    const hostile = [
      gzipSync('<a '.repeat(5_000_000)),
      gzipSync(`<feedback>${'<a/>'.repeat(990_000)}</feedback>`),
      gzipSync(`<feedback>${'<a b="c"/>'.repeat(900_000)}</feedback>`),
      gzipSync(`<feedback>${'<email><x@y></email>'.repeat(400_000)}</feedback>`),
    ];
    const files = Array.from({ length: 24 }, (_, index) => ({
      name: `${index}.gz`,
      type: 'application/gzip',
      content: hostile[index % hostile.length] ?? Buffer.alloc(0),
    }));
    const before = process.cpuUsage();
    const { reports, rejected } = await readReportFile('mail', mailWith(files));
    const { user, system } = process.cpuUsage(before);
    expect(reports).toEqual([]);
    expect(rejected.at(-1)).toMatchObject({ name: 'mail', detail: { en: expect.stringContaining('24') } });
    expect((user + system) / 1e6).toBeLessThan(20);
  }, 60_000);
});

describe('a large report', () => {
  it('of ten thousand rows is read whole', async () => {
    const xml = reportXml({ rows: [] }).replace(
      '</feedback>',
      `${rowXml({ count: 2 }).repeat(10_000)}</feedback>`,
    );
    const report = await one(xml);
    expect(report.rows).toHaveLength(10_000);
  });
});

function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const middle = Math.floor(copy.length / 2);
  copy[middle] = (copy[middle] ?? 0) ^ 0xff;
  return copy;
}
