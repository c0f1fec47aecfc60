import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DnsServer, startDnsServer } from '../../local/dns-server.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { SCENE_DMARC, SCENE_REPORT_ADDRESS, SCENE_ZONE, sceneIdentities } from '../../local/sender-scene.ts';
import { LocalSes } from '../../local/ses/engine.ts';
import { type SesServer, startSes } from '../../local/ses/server.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { useLocalEnvironment, useTable } from '../support/environment.ts';
import { memoryTable } from '../support/memory-table.ts';
import type { TestTable } from '../support/table.ts';
import { reportXml } from './report-fixtures.ts';

/** The command line against the local scene: real SES client, Lambda client, DNS and table. */
let table: TestTable;
let dns: DnsServer;
let ses: SesServer;
let lambda: LambdaServer;
let folder: CliFolder;

beforeAll(async () => {
  table = memoryTable();
  dns = await startDnsServer(SCENE_ZONE);
  const world = new LocalSes({ identities: sceneIdentities() });
  world.mailboxes.set('yuki@example.jp', { exists: true });
  ses = await startSes(world);
  useLocalEnvironment({
    AWS_ENDPOINT_URL_SESV2: ses.endpoint,
    SES_CALLS_PER_SECOND: '100000',
    DNS_SERVERS: dns.address,
    DMARC_REPORT_ADDRESS: SCENE_REPORT_ADDRESS,
  });
  await useTable(table);
  const { handler: audit } = await import('../../functions/audit-senders.ts');
  const { handler: lookup } = await import('../../functions/lookup.ts');
  lambda = await startLambda({
    functions: { 'todoku-local-audit-senders': audit, 'todoku-local-lookup': lookup },
  });
  folder = cliFolder();
  folder.useLocal(lambda.endpoint, { sesEndpoint: ses.endpoint, dnsServer: dns.address });
});
beforeEach(() => {
  dns.use(SCENE_ZONE);
});
afterAll(async () => {
  folder.remove();
  await Promise.all([lambda.stop(), ses.stop(), dns.close(), table.stop()]);
});

/** Runs `todoku senders ...`. */
async function senders(...args: string[]): Promise<{ out: string; err: string; code: number | null }> {
  const { code, stdout, stderr } = await folder.run('senders', ...args);
  return { out: stdout, err: stderr, code };
}

describe('todoku senders audit --local', () => {
  it('prints "DMARC missing" with the record, and after adding it says that all three pass', async () => {
    const before = await senders('audit', 'shop.example', '--local', '--lang', 'ja');
    expect(before.out).toContain('shop.example に DMARC レコードがありません');
    const line = /^\s*(_dmarc\.shop\.example\. 3600 IN TXT "(.*)")$/m.exec(before.out);
    expect(line?.[1]).toBe(
      `_dmarc.shop.example. 3600 IN TXT "v=DMARC1; p=none; rua=mailto:${SCENE_REPORT_ADDRESS}"`,
    );
    expect(before.code).toBe(1);

    dns.use({ ...SCENE_ZONE, '_dmarc.shop.example': { TXT: [line?.[2] ?? ''] } });
    const after = await senders('audit', 'shop.example', '--local', '--lang', 'ja');
    expect(after.out).toContain('SPF・DKIM・DMARC の 3 つとも合格します。');
    expect(after.out).toContain('前回からの変化');
    expect(after.code).toBe(0);
  });

  it('speaks English, and shows everything on request', async () => {
    const { out } = await senders('audit', '--local', '--lang', 'en', '--all');
    expect(out).toContain('DMARC tree walk');
    expect(out).toContain('include:s10.office-mail.example (1)');
    expect(out).toContain('overrides its domain, and is not signed itself');
  });

  it('prints JSON with a Route 53 change batch, or the batch alone', async () => {
    const answer = JSON.parse((await senders('audit', 'shop.example', '--local', '--json')).out);
    expect(answer.audits[0].verdict.dmarc.result).toBe('none');
    const batch = JSON.parse((await senders('audit', 'shop.example', '--local', '--route53')).out);
    expect(batch).toEqual(answer.changeBatch);
    expect(batch.Changes[0].ResourceRecordSet.Name).toBe('_dmarc.shop.example.');
  });

  it('shows each record once, and the change batch holds the same one', async () => {
    const name = '_dmarc.old-shop.example';
    const value = `v=DMARC1; p=quarantine; t=y; pct=20; rua=mailto:${SCENE_REPORT_ADDRESS}`;
    const { out } = await senders('audit', '--local', '--lang', 'ja', '--details');
    const lines = out.split('\n').map((line) => line.trim());
    expect(lines.filter((line) => line.startsWith(`${name}. `))).toEqual([`${name}. 3600 IN TXT "${value}"`]);
    expect(out).toContain(`上に示した ${name} TXT`);
    const sets = lines.filter((line) => / 3600 IN /.test(line)).map((line) => line.split(' 3600 IN ')[0]);
    expect(sets.filter((set) => set?.startsWith('_dmarc'))).toHaveLength(
      new Set(sets.filter((set) => set?.startsWith('_dmarc'))).size,
    );

    for (const all of [[], ['--all']]) {
      const batch = JSON.parse((await senders('audit', '--local', '--route53', ...all)).out);
      const changes: { ResourceRecordSet: { Name: string; Type: string; ResourceRecords: unknown } }[] =
        batch.Changes;
      const keys = changes.map(({ ResourceRecordSet: set }) => `${set.Name} ${set.Type}`);
      expect(new Set(keys).size).toBe(keys.length);
      const change = changes.find(({ ResourceRecordSet: set }) => set.Name === `${name}.`);
      expect(change?.ResourceRecordSet.ResourceRecords).toEqual([{ Value: `"${value}"` }]);
    }
  });

  it('asks the name server it is given', async () => {
    const other = await startDnsServer({ ...SCENE_ZONE, ...SCENE_DMARC });
    const { out } = await senders('audit', 'shop.example', '--local', '--lang', 'en', '--dns', other.address);
    await other.close();
    expect(out).toContain('all three pass');
  });
});

describe('the first screen of an audit', () => {
  const widths = (text: string) =>
    text
      .split('\n')
      .map((line) =>
        [...line].reduce((sum, letter) => sum + ((letter.codePointAt(0) ?? 0) >= 0x3000 ? 2 : 1), 0),
      );

  it.each([
    ['en', ' 1. Sign order@shop.example: it fails DMARC today', 'What to do first'],
    ['ja', ' 1. order@shop.example に署名を付ける: 今 DMARC に不合格です', 'まずすること'],
  ])(
    'is one ranked list over the account, then a line for each identity (%s)',
    async (lang, first, title) => {
      dns.use({ ...SCENE_ZONE, ...SCENE_DMARC });
      folder.environment.COLUMNS = '80';
      const { out, code } = await senders('audit', '--local', '--lang', lang);
      const lines = out.split('\n');
      expect(lines[0]).toBe(title);
      expect(lines[1]).toBe(first);
      expect(lines.length).toBeLessThanOrEqual(24);
      expect(Math.max(...widths(out))).toBeLessThanOrEqual(80);
      const table = lines.filter((line) => /^[a-z@.-]+\.example .*[✓✗△?]/.test(line));
      expect(table.map((line) => line.split(/ +/).slice(0, 5).join(' '))).toEqual([
        'order@shop.example △ ✗ ✗ none',
        'news.shop.example ✗ ✓ ✓ none',
        'old-shop.example △ ✓ ✓ quarantine',
        'shop.example ✓ ✓ ✓ none',
      ]);
      expect(out).not.toContain('IN TXT');
      expect(code).toBe(1);
    },
  );

  it.each(['en', 'ja'])(
    'is followed by details on request, in 80 columns but for records (%s)',
    async (lang) => {
      folder.environment.COLUMNS = '80';
      const { out } = await senders('audit', '--local', '--lang', lang, '--details');
      expect(out).toContain(' IN TXT ');
      const prose = out.split('\n').filter((line) => !/ TXT | MX | CNAME /.test(line));
      expect(prose.filter((line) => Math.max(...widths(line)) > 80)).toEqual([]);
    },
  );

  it('keeps hearsay for --all', async () => {
    const usual = await senders('audit', 'old-shop.example', '--local', '--lang', 'en');
    expect(usual.out).not.toContain('SoftBank: the SPF record');
    expect(usual.out).not.toContain('one mail vendor');
    const whole = await senders('audit', 'old-shop.example', '--local', '--lang', 'en', '--all');
    expect(whole.out).toContain('one mail vendor');
  });
});

describe('what is typed', () => {
  it.each(['SHOP.Example', 'shop.example.', ' Shop.EXAMPLE. '])('%j means shop.example', async (typed) => {
    const { audits } = JSON.parse((await senders('audit', typed, '--local', '--json')).out);
    expect(audits.map(({ identity }: { identity: string }) => identity)).toEqual(['shop.example']);
  });

  it('twice is audited once', async () => {
    const twice = await senders('audit', 'shop.example', 'SHOP.EXAMPLE.', '--local', '--json');
    expect(JSON.parse(twice.out).audits).toHaveLength(1);
  });

  it.each([
    ['audit', ['audit', '--local']],
    ['audit as JSON', ['audit', 'shop.example', '--local', '--json']],
    ['dmarc-import', ['dmarc-import', 'r.xml', '--no-store']],
  ])('a name server that does not answer ends %s with 2', async (_, command) => {
    folder.file('r.xml', reportXml());
    const { err, code } = await senders(...command, '--dns', '127.0.0.1:1', '--lang', 'en');
    expect(err).toContain('the name server given does not answer (ECONNREFUSED)');
    expect(code).toBe(2);
  });
});

describe('todoku senders test-mail', () => {
  const mail = (from: string) =>
    `Authentication-Results: mx.receiver.example; spf=pass smtp.mailfrom=bounce.shop.example; dkim=pass header.d=shop.example header.s=k3shopaa; dmarc=pass header.from=shop.example\r\nDKIM-Signature: v=1; a=rsa-sha256; d=shop.example; s=k3shopaa; h=From; bh=AAAA; b=BBBB\r\nFrom: ${from}\r\nSubject: x\r\n\r\nhello\r\n`;

  it('explains a mail', async () => {
    dns.use({ ...SCENE_ZONE, ...SCENE_DMARC });
    folder.file('mail.eml', mail('order@shop.example'));
    const { out, code } = await senders('test-mail', 'mail.eml', '--local', '--lang', 'ja');
    expect(out).toContain('SPF・DKIM・DMARC の 3 つとも合格しています。');
    expect(out).toContain('判定したサーバー: mx.receiver.example');
    expect(code).toBe(0);
  });

  it('ends with 0 when DMARC passes by DKIM alone, also without the signature in the file', async () => {
    dns.use({ ...SCENE_ZONE, ...SCENE_DMARC });
    const text = mail('order@shop.example')
      .replace('bounce.shop.example', 'ap-northeast-1.amazonses.com')
      .replace(/DKIM-Signature: .*\r\n/, '');
    folder.file('mail.eml', text);
    const { out, code } = await senders('test-mail', 'mail.eml', '--local', '--lang', 'ja');
    expect(out).toContain('DMARC は DKIM だけで合格しています。');
    expect(out).not.toContain('3 つとも合格');
    expect(code).toBe(0);
  });

  it('prints JSON', async () => {
    folder.file('mail.eml', mail('order@shop.example').replace('; dmarc=pass header.from=shop.example', ''));
    const { out, code } = await senders('test-mail', 'mail.eml', '--local', '--json');
    expect(JSON.parse(out)).toMatchObject({ passes: false, mail: { fromDomains: ['shop.example'] } });
    expect(code).toBe(1);
  });

  it('says what is wrong with a file it cannot read', async () => {
    folder.file('mail.eml', 'hello');
    const cut = await senders('test-mail', 'mail.eml', '--local');
    expect(cut).toMatchObject({ code: 2, err: expect.stringMatching(/all its headers/) });
    const absent = await senders('test-mail', 'absent.eml', '--local');
    expect(absent).toMatchObject({
      code: 2,
      err: expect.stringMatching(/cannot read absent.eml: no such file/),
    });
  });
});

describe('todoku senders test-send --local', () => {
  it('sends through SES and follows the mail to its delivery', async () => {
    const { out, code } = await senders(
      'test-send',
      '--local',
      '--json',
      '--from',
      'news@news.shop.example',
      '--to',
      'yuki@example.jp',
      '--seconds',
      '10',
    );
    const result = JSON.parse(out);
    expect(result).toMatchObject({ outcome: 'delivered', token: expect.stringMatching(/^[0-9a-f]{8}$/) });
    expect(code).toBe(0);
  });
});

describe('todoku senders test-send to an address that bounces', () => {
  it('ends with the bounce and exit code 1', async () => {
    const { out, code } = await senders(
      ...['test-send', '--local', '--lang', 'en', '--from', 'news@news.shop.example'],
      ...['--to', 'nobody@example.jp', '--seconds', '10'],
    );
    expect(out).toContain('It bounced.');
    expect(code).toBe(1);
  });
});
