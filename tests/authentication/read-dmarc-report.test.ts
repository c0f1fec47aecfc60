import { generateKeyPairSync } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { summariseReports } from '../../lib/authentication/reports/aggregate-summary.ts';
import { packFiles } from '../../lib/authentication/reports/handed-files.ts';
import { readReportFile } from '../../lib/authentication/reports/report-mail.ts';
import { type DailyRow, formerReportKey } from '../../lib/authentication/reports/report-rows.ts';
import { rowsOf, saveReport } from '../../lib/authentication/reports/report-store.ts';
import type { ImportAnswer, ReportsAnswer } from '../../lib/contracts/read-dmarc-report.ts';
import type { Table } from '../../lib/store/table.ts';
import { type DnsServer, startDnsServer } from '../../local/dns-server.ts';
import type { Zone } from '../../local/dns-zone.ts';
import { type LocalServer, startServer } from '../../local/http.ts';
import { useLocalEnvironment, useTable } from '../support/environment.ts';
import { memoryTable } from '../support/memory-table.ts';
import type { TestTable } from '../support/table.ts';
import { BEGIN, mailWith, reportXml } from './report-fixtures.ts';

/** The real handler over an object store, DNS and the table, all on loopback. */
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PRIVATE = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const PUBLIC = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const ZONE: Zone = {
  'amazonses.com': { TXT: ['v=spf1 ip4:54.240.0.0/18 -all'] },
  's._domainkey.receiver.example': { TXT: [`p=${PUBLIC}`] },
  '_dmarc.receiver.example': { TXT: ['v=DMARC1; p=reject'] },
  's._domainkey.evil.example': { TXT: [`p=${PUBLIC}`] },
  '_dmarc.evil.example': { TXT: ['v=DMARC1; p=reject'] },
  's._domainkey.dmarc.yahoo.com': { TXT: [`p=${PUBLIC}`] },
  '_dmarc.yahoo.com': { TXT: ['v=DMARC1; p=reject'] },
  's._domainkey.microsoft.com': { TXT: [`p=${PUBLIC}`] },
  '_dmarc.microsoft.com': { TXT: ['v=DMARC1; p=reject'] },
};

let table: TestTable;
let dns: DnsServer;
let bucket: LocalServer;
let handler: (event: unknown) => Promise<ReportsAnswer>;
const objects = new Map<string, Buffer>();

beforeAll(async () => {
  table = memoryTable();
  dns = await startDnsServer(ZONE);
  bucket = await startServer((request, response) => {
    const object = objects.get(decodeURIComponent(request.path));
    if (object === undefined) {
      response.writeHead(404, { 'content-type': 'application/xml' });
      response.end('<Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>');
    } else {
      response.writeHead(200, { 'content-length': object.length });
      response.end(object);
    }
  });
  useLocalEnvironment({
    AWS_ENDPOINT_URL_S3: bucket.endpoint,
    DNS_SERVERS: dns.address,
  });
  ({ handler } = await import('../../functions/read-dmarc-report.ts'));
});
beforeEach(async () => {
  await useTable(table);
  dns.use(ZONE);
});
afterAll(async () => {
  await Promise.all([bucket.stop(), dns.close(), table.stop()]);
});

/** Puts mails into the bucket and hands their event to the function. */
async function receive(...mails: Buffer[]): Promise<ImportAnswer['results']> {
  const keys = mails.map((mail, index) => {
    const key = `reports/mail ${index}`;
    // The SDK addresses the bucket in the host name or, for an IP address, in the path.
    objects.set(`/rua/${key}`, mail);
    return key;
  });
  const answer = await handler({
    Records: keys.map((key) => ({
      s3: {
        bucket: { name: 'rua' },
        object: { key: encodeURIComponent(key).replaceAll('%20', '+'), size: 1000 },
      },
    })),
  });
  return 'results' in answer ? answer.results : [];
}
/** Hands files to the function as the command line does. */
async function hand(...contents: Uint8Array[]): Promise<ImportAnswer['results']> {
  const { requests } = packFiles(contents.map((content, index) => ({ name: `file ${index}`, content })));
  const answer = await handler({ files: (requests[0] ?? []).map(({ file }) => file) });
  return 'results' in answer ? answer.results : [];
}
const report = (id: string, content = gzipSync(reportXml({ id, rows: [{ count: 7 }] }))) =>
  mailWith([{ name: `${id}.xml.gz`, type: 'application/gzip', content }]);
async function signed(mail: Buffer, signingDomain = 'receiver.example'): Promise<Buffer> {
  const key = {
    signingDomain,
    selector: 's',
    privateKey: PRIVATE,
    algorithm: 'rsa-sha256',
  };
  const { signatures } = await dkimSign(mail, { ...key, signatureData: [key] });
  return Buffer.concat([Buffer.from(signatures), mail]);
}
async function summary() {
  const store = table.open(() => new Date('2026-11-24T00:00:00Z'));
  const rows: DailyRow[] = [];
  const period = { from: '2026-10-01', to: '2026-12-31' };
  for await (const page of rowsOf(store, 'shop.example', period)) rows.push(...page);
  return summariseReports(rows, () => false)[0];
}

describe('a report mail that SES received', () => {
  it('is read and stored', async () => {
    expect(await receive(await signed(report('a')))).toEqual([
      {
        name: 'reports/mail 0',
        stored: 1,
        duplicates: 0,
        rejected: [],
        verified: true,
        faults: [],
        domains: ['shop.example'],
        firstDay: '2026-11-01',
      },
    ]);
    expect(await summary()).toMatchObject({ messages: 7, passing: 7, reports: 1, unverifiedReports: 0 });
  });

  it('counts once however often it comes, and whatever its file is called', async () => {
    const mail = await signed(report('a'));
    await receive(mail);
    const again = await receive(
      mail,
      await signed(
        mailWith([
          {
            name: 'other.xml',
            type: 'text/xml',
            content: Buffer.from(reportXml({ id: 'a', rows: [{ count: 7 }] })),
          },
        ]),
      ),
    );
    expect(again.map(({ stored, duplicates }) => [stored, duplicates])).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect((await summary())?.messages).toBe(7);
  });

  it('is marked when nobody signed it', async () => {
    expect((await receive(report('a')))[0]?.verified).toBe(false);
    expect(await summary()).toMatchObject({ messages: 7, unverifiedReports: 1 });
  });

  it('is marked, and not called forged, when its key cannot be looked up', async () => {
    dns.use({ ...ZONE, 's._domainkey.receiver.example': { fault: 'SERVFAIL' } });
    const [result] = await receive(await signed(report('a')));
    expect(result).toMatchObject({ stored: 1 });
    expect(result?.verified).toBeUndefined();
  });

  it('that holds nothing readable is told with its reason, and the next is read', async () => {
    const results = await receive(report('bad', Buffer.from('unused')), await signed(report('good')));
    expect(results.map(({ stored }) => stored)).toEqual([0, 1]);
    expect(results[0]?.rejected).toEqual([
      { name: 'bad.xml.gz', reason: 'not-xml', detail: { ja: '先頭は「unused」', en: 'it begins "unused"' } },
    ]);
  });
});

describe('a report that somebody else signed than it names', () => {
  const named = { id: 'G77', organization: 'receiver.example' };
  /** A mail of some domain's with a report in the name of receiver.example, or with an address of its own in it. */
  const mailOf = (domain: string, count: number, contact = 'receiver.example', fixture = {}) => {
    const xml = reportXml({ ...named, rows: [{ count, dkim: 'fail', spf: 'fail' }], ...fixture });
    const content = Buffer.from(xml.replace('dmarc@receiver.example', `dmarc@${contact}`));
    const mail = mailWith([{ name: 'r.xml', type: 'text/xml', content }]).toString();
    return signed(Buffer.from(mail.replace('From: dmarc@receiver.example', `From: dmarc@${domain}`)), domain);
  };
  const real = () => signed(report('x', Buffer.from(reportXml({ ...named, rows: [{ count: 10 }] }))));

  it('is stored apart, marked, and keeps neither the real one nor the operator out', async () => {
    const [forged] = await receive(await mailOf('evil.example', 5000));
    expect(forged).toMatchObject({
      stored: 1,
      foreign: [{ signer: 'evil.example', organization: 'receiver.example' }],
    });
    expect((await receive(await real()))[0]).toMatchObject({ stored: 1, duplicates: 0 });
    expect((await hand(Buffer.from(reportXml({ ...named, rows: [{ count: 10 }] }))))[0]).toMatchObject({
      stored: 0,
      duplicates: 1,
    });
    expect(await summary()).toMatchObject({
      reports: 2,
      unverifiedReports: 1,
      foreignReports: 1,
      organizations: ['receiver.example', 'receiver.example (evil.example)'],
    });
  });

  it('cannot take its place with an address of the signer in it either, and is shown with its signer', async () => {
    expect((await receive(await mailOf('evil.example', 5000, 'evil.example')))[0]?.foreign).toBeUndefined();
    expect((await receive(await real()))[0]).toMatchObject({ stored: 1, duplicates: 0 });
    expect((await summary())?.organizations).toEqual(['receiver.example', 'receiver.example (evil.example)']);
  });

  it.each([
    ['Enterprise Outlook', 'microsoft.com', 'microsoft.com'],
    ['Yahoo', 'dmarc.yahoo.com', 'yahooinc.com'],
    ['Mimecast', 'receiver.example', 'eu.receiver.example'],
  ])('is not what the mail of %s is', async (organization, signer, contact) => {
    const [result] = await receive(await mailOf(signer, 1, contact, { organization }));
    expect(result).toMatchObject({ stored: 1, verified: true });
    expect(result?.foreign).toBeUndefined();
    expect(await summary()).toMatchObject({ reports: 1, unverifiedReports: 0 });
  });
});

describe('one report id for several days', () => {
  const days = [0, 1, 2].map((day) =>
    Buffer.from(reportXml({ id: 'again', begin: BEGIN + day * 86_400, rows: [{ count: 1 }] })),
  );

  it('is as many reports as it has periods, each of them once', async () => {
    const results = await hand(...days, ...days);
    expect(results.map(({ stored, duplicates }) => [stored, duplicates])).toEqual([
      ...days.map(() => [1, 0]),
      ...days.map(() => [0, 1]),
    ]);
    expect(await summary()).toMatchObject({ messages: 3, reports: 3 });
  });

  it('does not count a report again that was stored when its period was no part of its key', async () => {
    const [parsed] = (await readReportFile('r', days[0] ?? Buffer.alloc(0))).reports;
    if (parsed === undefined) throw new Error('no report');
    await hand(days[0] ?? Buffer.alloc(0));
    const [mark] = (await table.scan()).filter(({ sk }) => String(sk).startsWith('REPORT#'));
    const store = table.open(() => new Date('2026-11-24T00:00:00Z'));
    const former = formerReportKey(parsed, { kind: 'vouched' });
    await store.delete({ pk: String(mark?.pk), sk: String(mark?.sk) });
    await store.put({ ...mark, pk: String(mark?.pk), sk: `REPORT#${former}` });
    const results = await hand(...days);
    expect(results.map(({ stored }) => stored)).toEqual([0, 1, 1]);
  });
});

describe('a copy that takes the place of another', () => {
  const forged = {
    id: 'a',
    rows: ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((ip) => ({ ip, count: 1000 })),
  };
  const early = { begin: BEGIN - 5 * 86_400, end: BEGIN - 1 };
  const unsigned = () => report('a', Buffer.from(reportXml({ ...forged, ...early })));
  const real = Buffer.from(
    reportXml({ id: 'a', ...early, rows: [{ count: 6 }, { ip: '192.0.2.9', count: 4 }] }),
  );
  const rowItems = async () => (await table.scan()).filter(({ sk }) => String(sk).startsWith('ROW#'));

  it('leaves none of its rows behind', async () => {
    await receive(unsigned());
    expect(await rowItems()).toHaveLength(15);
    await hand(real);
    expect(await summary()).toMatchObject({ messages: 10, reports: 1, unverifiedReports: 0 });
    expect(await rowItems()).toHaveLength(9);
  });

  it('is never mixed with it, wherever the work breaks off, and the next try finishes it', async () => {
    const [parsed] = (await readReportFile('r', real)).reports;
    if (parsed === undefined) throw new Error('no report');
    const save = (through: Table) =>
      saveReport(through, parsed, {
        isSes: () => false,
        standing: { kind: 'vouched' },
        now: new Date('2026-11-24'),
      });
    let finished = false;
    let brokenOff = 0;
    for (let writes = 0; !finished; writes += 1) {
      await useTable(table);
      const current = table.open(() => new Date('2026-11-24T00:00:00Z'));
      await receive(unsigned());
      finished = await save(breaking(current, writes)).then(
        () => true,
        () => false,
      );
      if (!finished) brokenOff += 1;
      expect([3000, 10]).toContain((await summary())?.messages);
      await save(current);
      expect(await summary()).toMatchObject({ messages: 10, reports: 1, unverifiedReports: 0 });
      expect(await rowItems()).toHaveLength(9);
    }
    expect(brokenOff).toBeGreaterThan(15);
  });
});

/** The store, of which every write after some number fails. */
function breaking(store: Table, writes: number): Table {
  let left = writes;
  const spend = () => {
    left -= 1;
    if (left < 0) throw new Error('killed');
  };
  return {
    ...store,
    async put(item) {
      spend();
      await store.put(item);
    },
    async putIf(item, condition) {
      spend();
      return store.putIf(item, condition);
    },
    async delete(key) {
      spend();
      return store.delete(key);
    },
  };
}

describe('a file that an operator hands over', () => {
  const bare = (id: string) => Buffer.from(reportXml({ id, rows: [{ count: 7 }] }));

  it('is stored by the same way, and counts once with its copy that came by mail', async () => {
    await receive(await signed(report('a')));
    const [result] = await hand(bare('a'));
    expect(result).toMatchObject({ name: 'file 0', stored: 0, duplicates: 1 });
    expect((await summary())?.messages).toBe(7);
  });

  it('is taken for genuine when it is the report itself, since the operator vouches for it', async () => {
    await hand(bare('a'), gzipSync(bare('b')));
    expect(await summary()).toMatchObject({ reports: 2, unverifiedReports: 0 });
  });

  it('is tried like received mail when it is a mail: anybody can send one', async () => {
    const results = await hand(report('a'), await signed(report('b')));
    expect(results.map(({ verified }) => verified)).toEqual([false, true]);
    expect(await summary()).toMatchObject({ reports: 2, unverifiedReports: 1 });
  });

  it('replaces a copy that came in unsigned mail, and is not replaced by one', async () => {
    await receive(report('a'));
    expect((await hand(bare('a')))[0]).toMatchObject({ stored: 1, duplicates: 0 });
    expect(await summary()).toMatchObject({ messages: 7, reports: 1, unverifiedReports: 0 });
    expect((await receive(report('a')))[0]).toMatchObject({ stored: 0, duplicates: 1 });
    expect(await summary()).toMatchObject({ messages: 7, reports: 1, unverifiedReports: 0 });
  });

  it('is refused with a reason when it was damaged on its way, and the next is read', async () => {
    const [good] = packFiles([{ name: 'good.xml', content: bare('a') }]).requests[0] ?? [];
    const answer = await handler({ files: [{ name: 'bad', content: 'AAAA' }, good?.file] });
    expect(answer).toMatchObject({
      results: [
        { name: 'bad', stored: 0, rejected: [{ reason: 'broken-archive' }] },
        { name: 'good.xml', stored: 1 },
      ],
    });
  });

  it('that unpacks to more than a mail can hold is refused before it fills the memory', async () => {
    const [result] = await hand(Buffer.alloc(41 * 1024 * 1024, 'x'));
    expect(result?.rejected).toMatchObject([{ reason: 'too-large' }]);
  });

  it('has its name masked where it holds an address', async () => {
    const content = gzipSync('unused').toString('base64');
    const answer = await handler({ files: [{ name: 'taro@shop.example.eml', content }] });
    expect(JSON.stringify(answer)).not.toContain('taro@');
  });
});

describe('what fails', () => {
  it('is tried again: an object that is not there', async () => {
    await expect(
      handler({ Records: [{ s3: { bucket: { name: 'rua' }, object: { key: 'gone' } } }] }),
    ).rejects.toThrow();
  });

  it('is refused by name: an event of another kind', async () => {
    await expect(handler({ Records: [{ sns: {} }] })).rejects.toThrow(/s3/);
    await expect(handler({ files: [] })).rejects.toThrow(/files/);
    await expect(handler({ domains: ['shop.example'], from: 'yesterday' })).rejects.toThrow(/from/);
  });
});
