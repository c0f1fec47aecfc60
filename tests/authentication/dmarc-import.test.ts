import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { SCENE_DMARC, SCENE_ZONE, sceneReport } from '../../local/sender-scene.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { type CliFolder, type CliResult, cliFolder } from '../support/cli.ts';
import { memoryTable } from '../support/memory-table.ts';
import { mailWith, reportXml, zip } from './report-fixtures.ts';

/** `todoku senders dmarc-import` as an operator runs it: a process of its own, against the local system over HTTP. */
let system: LocalSystem;
let folder: CliFolder;

const NOW = '2026-11-24T03:00:00.000Z';
const DAY = 86_400;
/** The day before NOW, at midnight. */
const YESTERDAY = Date.parse('2026-11-23T00:00:00.000Z') / 1000;
const WITH_DMARC = { ...SCENE_ZONE, ...SCENE_DMARC };

beforeAll(async () => {
  system = await startLocalSystem({ start: NOW, table: memoryTable() });
});
beforeEach(() => {
  folder = cliFolder();
  folder.useLocal(system.lambda.endpoint);
  system.dns.use(WITH_DMARC);
});
afterEach(() => folder.remove());
afterAll(() => system.stop());

const senders = (...args: string[]) => folder.run('senders', ...args);
const dmarcImport = (...args: string[]) => senders('dmarc-import', ...args, '--local');
const parsed = ({ stdout }: CliResult) => JSON.parse(stdout);

/** Reports of one day each under `p=none`, all of whose mail passes; ids and domain keep tests apart. */
const dailyReports = (domain: string, days: number, count: number) =>
  Array.from({ length: days }, (_, index) => {
    const begin = YESTERDAY - index * DAY;
    const own = [{ domain, selector: 's', result: 'pass' }];
    return reportXml({ id: `${domain}-${index}`, domain, begin, rows: [{ count, authDkim: own }] });
  });

describe('importing', () => {
  it('stores the reports, says how many, and shows who sends as the domain', async () => {
    folder.file('a.xml', sceneReport(new Date('2026-11-22')));
    folder.file('b.xml.gz', gzipSync(sceneReport(new Date('2026-11-23'))));
    folder.file('c.zip', 'unused');
    const { stdout, stderr, code } = await dmarcImport('a.xml', 'b.xml.gz', 'c.zip');
    expect(stdout).toContain('stored: 2 reports, known before: 0, refused: 1');
    expect(stdout).toContain('240 of 246 messages pass DMARC');
    expect(stdout).toContain('203.0.113.66  6 messages, 6 failing');
    expect(stderr).toContain('Refused: c.zip: carries no report [no-attachment]\n');
    expect(code).toBe(1);
  });

  it('the same report twice counts it once, whatever its file is called', async () => {
    folder.file(
      'copy-of-a.eml',
      mailWith([{ name: 'x', type: 'text/xml', content: sceneReport(new Date('2026-11-22')) }]),
    );
    const again = await dmarcImport('copy-of-a.eml', '--lang', 'ja');
    expect(again.stdout).toContain('新しく保存：0 通　保存済み：1 通　読めなかったもの：0 件');
    expect(again.stdout).toContain('246 通のうち 240 通が DMARC に合格');
    expect(again.code).toBe(0);
  });

  it('shows what is on record with the file, also of days long before', async () => {
    folder.file('old.xml', sceneReport(new Date('2026-07-01')));
    const answer = parsed(await dmarcImport('old.xml', '--json'));
    expect(answer).toMatchObject({
      stored: 1,
      duplicates: 0,
      refused: 0,
      rejected: [],
      summaries: [{ domain: 'shop.example', firstDay: '2026-07-01', lastDay: '2026-11-23', reports: 3 }],
    });
  });

  it('takes a hundred and more files, and one that is large, in requests that Lambda takes', async () => {
    const { handler } = await import('../../functions/read-dmarc-report.ts');
    const requests: { files: number; bytes: number }[] = [];
    const lambda: LambdaServer = await startLambda({
      functions: {
        'todoku-local-read-dmarc-report': (event: { files?: unknown[] }) => {
          const { files } = event;
          if (files) requests.push({ files: files.length, bytes: JSON.stringify(event).length });
          return handler(event);
        },
      },
    });
    folder.useLocal(lambda.endpoint);
    const names = dailyReports('many.example', 130, 1).map((xml, index) => {
      folder.file(`${index}.xml`, xml);
      return `${index}.xml`;
    });
    const attachment = { name: 'x', type: 'text/plain', content: randomBytes(3_000_000) };
    folder.file('large.eml', mailWith([attachment]));
    folder.file('too-large.zip', randomBytes(5_000_000));
    try {
      const { stderr, ...rest } = await dmarcImport(...names, 'large.eml', 'too-large.zip', '--json');
      expect(parsed({ stderr, ...rest })).toMatchObject({
        stored: 130,
        rejected: [
          {
            file: 'too-large.zip',
            reason: 'too-large-to-send',
            detail: { en: expect.stringContaining('--no-store') },
          },
          { file: 'large.eml', reason: expect.any(String) },
        ],
      });
    } finally {
      await lambda.stop();
    }
    expect(requests.map(({ files }) => files)).toEqual([100, 30, 1]);
    expect(Math.max(...requests.map(({ bytes }) => bytes))).toBeLessThan(6 * 1024 * 1024);
  });
});

describe('what comes of unusual reports', () => {
  it('with no records: they were read, and hold none', async () => {
    folder.file('empty.xml', reportXml({ id: 'empty', domain: 'empty.example', rows: [] }));
    const { stdout, code } = await dmarcImport('empty.xml');
    expect(stdout).toContain('What was read holds no records of mail up to today.');
    expect(stdout).not.toContain('No report could be read');
    expect(code).toBe(0);
    const unstored = await senders(
      ...['dmarc-import', 'empty.xml', '--no-store', '--lang', 'ja', '--dns', system.dns.address],
    );
    expect(unstored.stdout).toContain('今日までのメールの記録がありません');
  });

  it('of more domains than one question holds', async () => {
    const names = Array.from({ length: 120 }, (_, index) => {
      const domain = `d${index}.example`;
      folder.file(`${index}.xml`, dailyReports(domain, 1, 1)[0] ?? '');
      return `${index}.xml`;
    });
    const { summaries } = parsed(await dmarcImport(...names, '--json'));
    expect(summaries).toHaveLength(120);
  });

  it('refused in Japanese: without a word of English, and the entry of an archive by name', async () => {
    const good = dailyReports('zipped.example', 1, 1)[0] ?? '';
    folder.file(
      'r.zip',
      zip([
        { name: 'a.xml', content: Buffer.from(good) },
        { name: 'b.xml', content: Buffer.from('garbage') },
      ]),
    );
    const { stdout, stderr } = await dmarcImport('r.zip', '--lang', 'ja');
    expect(stderr).toContain(
      '読めなかったファイル: r.zip (b.xml): XML ではありません [not-xml]：先頭は「garbage」',
    );
    expect(stdout).toContain('新しく保存：1 通');
    expect((await dmarcImport('r.zip')).stdout).toContain('1 of 1 message passes DMARC');
  });
});

describe('what was imported', () => {
  const audit = async (...args: string[]) =>
    (await senders('audit', ...args, '--local', '--lang', 'en')).stdout;
  const news = 'news.shop.example';
  const recordOf = (domain: string, rua: string) => ({
    [`_dmarc.${domain}`]: { TXT: [`v=DMARC1; p=none; rua=mailto:${rua}`] },
  });

  it('is shown by the audit', async () => {
    const out = await audit('shop.example');
    expect(out).toContain('Mail sent as shop.example');
    expect(out).toContain('203.0.113.66');
  });

  it('carries the advice on the next policy, also where the reports arrive in a mailbox of the shop', async () => {
    system.dns.use({ ...WITH_DMARC, ...recordOf(news, 'me@shop.example') });
    expect(await audit(news, '--all')).toContain(`No recent DMARC report of ${news} is on record`);
    const names = dailyReports(news, 31, 10).map((xml, index) => {
      folder.file(`${index}.xml`, xml);
      return `${index}.xml`;
    });
    await dmarcImport(...names.slice(0, 20));
    const early = await audit(news);
    expect(early).toContain('20 days of reports under p=none: of 200 authenticated messages 100.0 % pass');
    expect(early).not.toContain('is ready for');
    await dmarcImport(...names);
    const ready = await audit(news);
    expect(ready).toContain(`_dmarc.${news} is ready for p=quarantine`);
    expect(ready).not.toContain('No recent DMARC report');
  });

  it('ends "no report came" where todoku receives the reports', async () => {
    const address = 'dmarc-reports@shop.example';
    system.dns.use({ ...WITH_DMARC, ...recordOf('old-shop.example', address) });
    expect(await audit('old-shop.example')).toContain('No DMARC report arrived for old-shop.example');
    folder.file('a.xml', dailyReports('old-shop.example', 1, 3)[0] ?? '');
    await dmarcImport('a.xml');
    expect(await audit('old-shop.example')).not.toContain('No DMARC report arrived');
  });
});

describe('--no-store', () => {
  it('reads and shows without any deployment, and stores nothing', async () => {
    folder.file('a.xml', dailyReports('other.example', 1, 42)[0] ?? '');
    folder.file('b.zip', 'unused');
    const { stdout, stderr, code } = await senders(
      ...['dmarc-import', 'a.xml', 'b.zip', '--no-store', '--lang', 'ja', '--dns', system.dns.address],
    );
    expect(stdout).toContain('42 通のうち 42 通が DMARC に合格');
    expect(stderr).toContain('b.zip: レポートが添付されていません [no-attachment]');
    expect(code).toBe(1);
    const { stdout: json } = await senders(
      'dmarc-import',
      'a.xml',
      '--no-store',
      '--json',
      '--dns',
      system.dns.address,
    );
    expect(JSON.parse(json)).toMatchObject({ summaries: [{ domain: 'other.example' }], rejected: [] });
    expect(parsed(await dmarcImport('a.xml', '--json'))).toMatchObject({ stored: 1, duplicates: 0 });
  });

  it.each([
    ['en', /could not be invoked: .*\nWith --no-store the reports are only read and shown/],
    ['ja', /呼び出せませんでした：.*\n--no-store を付けると、保存せずに/],
  ])('is what the error names when the deployment cannot be reached (%s)', async (language, words) => {
    const gone = await startLambda({ functions: {} });
    await gone.stop();
    Object.assign(folder.environment, {
      AWS_ENDPOINT_URL_LAMBDA: gone.endpoint,
      AWS_REGION: 'ap-northeast-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    });
    folder.file('a.xml', sceneReport(new Date('2026-11-22')));
    // A process of its own: the SDK reads endpoint and credentials from the variables of the process.
    const { stderr, code } = await folder.start('senders', 'dmarc-import', 'a.xml', '--lang', language);
    expect(stderr).toMatch(words);
    expect(code).toBe(1);
  });

  it('is also named when the stack is older than the function, or the local system is not running', async () => {
    const older = await startLambda({ functions: {} });
    folder.useLocal(older.endpoint);
    folder.file('a.xml', sceneReport(new Date('2026-11-22')));
    const missing = await dmarcImport('a.xml', '--lang', 'en');
    await older.stop();
    expect(missing.stderr).toMatch(/Function not found.*\nWith --no-store instead of --local/);
    folder.environment.TODOKU_LANG = 'ja';
    rmSync(join(folder.path, '.todoku'), { recursive: true });
    expect((await dmarcImport('a.xml')).stderr).toMatch(/npm start.*\n--local の代わりに --no-store/);
  });

  it('is named in the help', async () => {
    const { stdout } = await senders('dmarc-import', '--help');
    expect(stdout).toContain('--no-store');
    expect(stdout).toContain('Exit codes:');
  });
});

describe('paths and faults', () => {
  it('one path that cannot be opened stops nothing else, with and without storing', async () => {
    folder.file('good.xml', reportXml({ domain: 'paths.example', rows: [{ count: 3 }] }));
    for (const way of [['--local'], ['--no-store']]) {
      const { stdout, stderr, code } = await senders('dmarc-import', 'gone.xml', 'good.xml', '.', ...way);
      expect(stdout).toContain('3 of 3 messages pass DMARC');
      expect(stderr).toContain('Refused: gone.xml: the file cannot be opened [unreadable-path]');
      expect(stderr).toContain('Refused: .: the file cannot be opened [unreadable-path]');
      expect(code).toBe(1);
    }
  });

  it('tells what it overlooked in words, and counts it for programs', async () => {
    const odd = reportXml({ domain: 'faults.example' })
      .replace('<begin>', '<begin>  ')
      .replace(/<(begin|end)>\s*([0-9]+)/g, '<$1>$2.0')
      .replace('<disposition>', '<x/><disposition>');
    folder.file('a.xml', odd);
    folder.file('b.xml', odd.replace('r-1', 'r-2').replace('<dkim>pass', '<dkim>Pass'));
    const words = await senders('dmarc-import', 'a.xml', 'b.xml', '--no-store');
    expect(words.stderr).toContain(
      'Tolerated faults: its times have decimals, which were cut off [decimal-times] × 2',
    );
    expect(words.stderr).toContain('Tolerated faults: its results are in upper case [upper-case] × 1');
    const ja = await senders('dmarc-import', 'a.xml', '--no-store', '--lang', 'ja');
    expect(ja.stderr).toContain('期間が小数で書かれています（切り捨て） [decimal-times] × 1');
    expect(
      parsed(await senders('dmarc-import', 'a.xml', 'b.xml', 'none', '--no-store', '--json')),
    ).toMatchObject({
      read: 2,
      refused: 1,
      faults: [
        { fault: 'decimal-times', count: 2 },
        { fault: 'upper-case', count: 1 },
      ],
    });
    expect(parsed(await dmarcImport('a.xml', 'b.xml', '--json'))).toMatchObject({
      stored: 2,
      faults: [{ fault: 'decimal-times', count: 2 }, { fault: 'upper-case' }],
    });
  });
});
