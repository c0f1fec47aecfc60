import { readFileSync, statSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { useLocalEnvironment, useTable } from '../support/environment.ts';
import { memoryTable } from '../support/memory-table.ts';
import type { TestTable } from '../support/table.ts';

// Loaded after the environment is set: the logger reads it then.
useLocalEnvironment();
const { handler } = await import('../../functions/members.ts');

const BOM = '\uFEFF';
let table: TestTable;
let lambda: LambdaServer;
let folder: CliFolder;
/** What stands between the command line and the function, for tests that disturb it. */
let before: (call: number) => Promise<void>;
/** Rows of each call that got through, in the order the function was entered. */
let calls: number[];

beforeAll(async () => {
  table = memoryTable();
  lambda = await startLambda({
    functions: {
      'todoku-local-members': async (event: { put?: unknown[] }) => {
        calls.push(event.put?.length ?? 0);
        await before(calls.length);
        return handler(event);
      },
    },
  });
});

beforeEach(async () => {
  calls = [];
  before = async () => undefined;
  useLocalEnvironment();
  await useTable(table);
  folder = cliFolder();
  folder.useLocal(lambda.endpoint);
});

afterEach(() => folder.remove());

afterAll(async () => {
  await lambda.stop();
  await table.stop();
});

const todoku = (...args: string[]) => folder.run('members', ...args, '--local');
const stored = async () =>
  (await table.scan()).map(({ pk, sk: _sk, expiresAt: _expiresAt, ...rest }) => ({
    address: String(pk).replace('ADDRESS#', ''),
    ...rest,
  }));

/** Shift_JIS bytes of the few words the tests need: there is no encoder to take them from. */
const SHIFT_JIS: Readonly<Record<string, string>> = {
  メールアドレス: '8381815b838b83418368838c8358',
  登録日: '936f985e93fa',
  花子: '89d48e71',
};
const shiftJis = (parts: readonly string[]) =>
  Buffer.concat(
    parts.map((part) => (SHIFT_JIS[part] ? Buffer.from(SHIFT_JIS[part], 'hex') : Buffer.from(part))),
  );

describe('todoku members import', () => {
  it('reads a shop’s export as it comes: BOM, CRLF, Japanese headings, quoted cells, blank lines', async () => {
    const file = folder.file(
      'members.csv',
      `${BOM}会員ID,氏名,メールアドレス,登録日,最終購入日,最終ログイン\r\n` +
        '1,"佐藤, 花子",Hanako@ezweb.ne.jp,2024/5/1,2026年10月2日,2026/10/01\r\n' +
        '\r\n' +
        '2,"鈴木\r\n太郎",a..b.@docomo.ne.jp,2023-01-01 10:00:00,-,\r\n' +
        ',,,,,\r\n',
    );
    const result = await todoku('import', file);
    expect(result.stderr).toContain('100%');
    expect(result).toMatchObject({ code: 0, stdout: '2 rows (utf-8)  stored: 2  refused: 0\n' });
    expect(await stored()).toEqual([
      { address: 'a..b.@docomo.ne.jp', since: '2023-01-01T01:00:00.000Z', source: 'members.csv' },
      {
        address: 'hanako@ezweb.ne.jp',
        since: '2024-04-30T15:00:00.000Z',
        lastSeen: '2026-10-01T15:00:00.000Z',
        source: 'members.csv',
      },
    ]);
  });

  it('reads Shift_JIS and English headings, tabs and semicolons', async () => {
    const words = [
      'メールアドレス',
      '\t',
      '登録日',
      '\tname\r\n',
      'a@shop.example\t2024/5/1\t',
      '花子',
      '\r\n',
    ];
    const sjis = await todoku('import', folder.file('sjis.csv', shiftJis(words)));
    expect(sjis.stdout).toContain('1 rows (shift_jis)  stored: 1');
    const english = await todoku(
      'import',
      folder.file('english.csv', 'E-Mail;Created_At;Last Order\nb@shop.example;2024-05-01T00:00:00Z;\n'),
      '--source',
      'shop system',
    );
    expect(english.stdout).toContain('1 rows (utf-8)  stored: 1');
    expect(await stored()).toEqual([
      { address: 'a@shop.example', since: '2024-04-30T15:00:00.000Z', source: 'sjis.csv' },
      { address: 'b@shop.example', since: '2024-05-01T00:00:00.000Z', source: 'shop system' },
    ]);
  });

  it('takes the columns it is told, and says which there are when it knows none', async () => {
    const file = folder.file('odd.csv', 'login,start,seen\na@shop.example,2024/5/1,2026/5/1\n');
    const unknown = await todoku('import', file);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('--address-column');
    expect(unknown.stderr).toContain('"login", "start", "seen"');
    const columns = ['--address-column', 'login', '--since-column', 'start', '--last-seen-column', 'seen'];
    expect((await todoku('import', file, ...columns)).code).toBe(0);
    expect(await stored()).toMatchObject([
      { address: 'a@shop.example', lastSeen: '2026-04-30T15:00:00.000Z' },
    ]);
    const missing = await todoku('import', file, '--address-column', 'mail');
    expect(missing.stderr).toContain('there is no column "mail"');
  });

  it('does not choose between two columns of addresses', async () => {
    const file = folder.file(
      'two.csv',
      'PCメールアドレス,携帯メールアドレス\na@shop.example,b@ezweb.ne.jp\n',
    );
    const result = await todoku('import', file);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain('several columns may be the address');
    expect(calls).toEqual([]);
  });

  it('says that a file without headings has none', async () => {
    const file = folder.file('bare.csv', 'a@shop.example,2024/5/1\n');
    expect((await todoku('import', file)).stderr).toContain('a line of headings must stand before it');
  });

  it('writes what it refuses to a file that can be mended and imported', async () => {
    const file = folder.file(
      'members.csv',
      'name,email,since\n' +
        '=1+1,nobody,2024/5/1\n' +
        'good,a@shop.example,2024/5/1\n' +
        '"two\nlines",b@shop.example,5/1/2024\n' +
        'Sato, Hanako,c@shop.example,2024/5/1\n' +
        'plus,+d@shop.example,2024/50/1\n',
    );
    const rejects = `${folder.path}/rejects.csv`;
    const result = await todoku('import', file, '--rejects', rejects);
    expect(result.code).toBe(1);
    expect(result.stdout).toContain('5 rows (utf-8)  stored: 1  refused: 4');
    const written = readFileSync(rejects, 'utf8');
    expect(statSync(rejects).mode & 0o077).toBe(0);
    const [head, ...lines] = written.split('\r\n');
    expect(head).toBe(`${BOM}line,reason,name,email,since`);
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^2,.*'=1\+1,nobody,2024\/5\/1$/);
    expect(lines[1]).toMatch(/^4,.*"two\nlines",b@shop\.example,5\/1\/2024$/);
    expect(lines[2]).toMatch(/^6,.*Sato, Hanako,c@shop\.example,2024\/5\/1$/);
    expect(lines[3]).toMatch(/^7,.*'\+d@shop\.example/);

    const mended = written
      .replace('nobody', 'nobody@shop.example')
      .replace('5/1/2024', '2024/5/1')
      .replace('Sato, Hanako', '"Sato, Hanako"')
      .replace('2024/50/1', '2024/5/1');
    const again = await todoku('import', folder.file('mended.csv', mended), '--rejects', rejects);
    expect(again.stdout).toContain('refused: 0');
    expect((await stored()).map(({ address }) => address)).toEqual([
      '+d@shop.example',
      'a@shop.example',
      'b@shop.example',
      'c@shop.example',
      'nobody@shop.example',
    ]);
    // A file of the import before would be read as this one's.
    expect(() => readFileSync(rejects)).toThrow();
  });

  it('never overwrites the file it reads', async () => {
    const file = folder.file('members.csv', 'email\nnobody\n');
    const result = await todoku('import', file, '--rejects', 'members.csv');
    expect(result.code).toBe(1);
    expect(readFileSync(file, 'utf8')).toBe('email\nnobody\n');
  });

  it('without a rejects file names the first refused lines, without a word of what stands in them', async () => {
    const file = folder.file('members.csv', `email\n${'secret-name\n'.repeat(30)}`);
    const { code, stdout, stderr } = await todoku('import', file);
    expect(code).toBe(1);
    expect(stderr.match(/^line \d+: not an address/gm)).toHaveLength(10);
    expect(stderr + stdout).not.toContain('secret-name');
    expect(stdout).toContain('--rejects FILE');
  });

  it('says that customers without a date count from today only', async () => {
    const result = await todoku('import', folder.file('members.csv', 'email\na@shop.example\n'));
    expect(result.code).toBe(0);
    expect(result.stderr).toContain('No column of registration dates');
    expect(result.stdout).toContain('without a date: 1 rows');
  });

  it('counts addresses given again, and lets the last row stay whatever the order of the answers', async () => {
    const rows = Array.from(
      { length: 1_600 },
      (_, row) => `m${row % 700}@shop.example,2024/5/1,2025/1/${1 + (row % 28)}`,
    );
    rows.push('M0@shop.example,2020/1/1,2026/2/2');
    // The first call is the slowest: without care its rows would be written last.
    before = async (call) => {
      if (call === 1) await new Promise((resolve) => setTimeout(resolve, 300));
    };
    const result = await todoku(
      'import',
      folder.file('members.csv', `email,since,last_login\n${rows.join('\n')}\n`),
    );
    expect(result).toMatchObject({ code: 0 });
    expect(result.stdout).toContain('1,601 rows (utf-8)  stored: 1,601');
    expect(result.stdout).toContain('addresses given again: 901 rows');
    const all = await stored();
    expect(all).toHaveLength(700);
    expect(all.find(({ address }) => address === 'm0@shop.example')).toMatchObject({
      since: '2019-12-31T15:00:00.000Z',
      lastSeen: '2026-02-01T15:00:00.000Z',
    });
    const last = 1_399 % 28;
    expect(all.find(({ address }) => address === 'm699@shop.example')).toMatchObject({
      lastSeen: new Date(Date.UTC(2025, 0, 1 + last) - 9 * 3_600_000).toISOString(),
    });
  });

  it('tries again when the function fails for a moment', async () => {
    before = async (call) => {
      if (call === 1) throw new Error('out of order');
    };
    const result = await todoku(
      'import',
      folder.file('members.csv', 'email,since\na@shop.example,2024/5/1\n'),
    );
    expect(result).toMatchObject({ code: 0 });
    expect(calls).toEqual([1, 1]);
    expect(await stored()).toHaveLength(1);
  });

  it('stops with what is stored and from which line on, when the function keeps failing', async () => {
    const rows = Array.from({ length: 5_000 }, (_, row) => `m${row}@shop.example,2024/5/1\n`);
    before = async (call) => {
      if (call > 2) throw new Error('out of order');
    };
    const file = folder.file('members.csv', `email,since\n${rows.join('')}`);
    const result = await todoku('import', file, '--json');
    expect(result.code).toBe(2);
    const { stored: count, stopped } = JSON.parse(result.stdout);
    expect(stopped.why).toContain('out of order');
    expect(count).toBe(1_000);
    const kept = new Set((await stored()).map(({ address }) => address));
    // Everything before that line is in; importing the same file again completes it.
    for (let line = 2; line < stopped.line; line += 1) expect(kept).toContain(`m${line - 2}@shop.example`);
    before = async () => undefined;
    expect((await todoku('import', file)).code).toBe(0);
    expect(await stored()).toHaveLength(5_000);
  });

  it('checks without storing in a dry run', async () => {
    const file = folder.file('members.csv', 'email,since\na@shop.example,2024/5/1\nnobody,\n');
    const result = await todoku('import', file, '--dry-run');
    expect(result).toMatchObject({ code: 1 });
    expect(result.stdout).toContain('acceptable: 1  refused: 1');
    expect(calls).toEqual([]);
  });

  it('stops at a quotation mark that never closes, rather than swallowing the rest of the file', async () => {
    const file = folder.file(
      'members.csv',
      `email,name\na@shop.example,"x\n${'b@shop.example,y\n'.repeat(50_000)}`,
    );
    const result = await todoku('import', file);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('a quotation mark opens and never closes');
  });

  it.each([
    ['is not there', 'missing.csv', undefined, /cannot read/],
    ['is empty', 'empty.csv', '', /is empty/],
    ['is neither encoding', 'binary.csv', Buffer.from([0x65, 0xff, 0xfd, 0x81, 0x00, 0x0a]), /--encoding/],
  ])('says so when the file %s', async (_what, name, content, message) => {
    const file = content === undefined ? name : folder.file(name, content);
    const result = await todoku('import', file);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toContain('    at ');
  });
});

describe('one member', () => {
  it('is added, shown and removed', async () => {
    const added = await todoku(
      'add',
      'Hanako@ezweb.ne.jp',
      '--since',
      '2024年5月1日',
      '--source',
      'phone call',
    );
    expect(added).toMatchObject({ code: 0, stdout: 'Recorded as a customer.\n' });
    const shown = await todoku('show', 'hanako@EZWEB.ne.jp');
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('2024-05-01 00:00');
    expect(shown.stdout).toContain('phone call');
    expect(await todoku('remove', 'hanako@ezweb.ne.jp')).toMatchObject({ code: 0 });
    expect(await todoku('show', 'hanako@ezweb.ne.jp')).toMatchObject({ code: 3 });
    expect(await todoku('remove', 'hanako@ezweb.ne.jp')).toMatchObject({ code: 3 });
  });

  it('is found however it was typed, and says what that was read as', async () => {
    await todoku('import', folder.file('members.csv', 'email\nhana\u200bko＠ezweb。ne。jp\n'));
    const shown = await todoku('show', '「hanako@ezweb.ne.jp\u2060」。');
    expect(shown).toMatchObject({
      code: 0,
      stderr: 'todoku: what was typed is read as hanako@ezweb.ne.jp\n',
    });
    expect(shown.stdout).toContain('hanako@ezweb.ne.jp');
    const refused = await todoku('remove', 'hana ko@ezweb.ne.jp');
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('it has a blank inside; did you mean hanako@ezweb.ne.jp?');
    expect(await todoku('remove', 'mailto:hanako@ezweb.ne.jp')).toMatchObject({ code: 0 });
  });

  it('is refused with the reason', async () => {
    expect((await todoku('add', 'nobody')).stderr).toContain('not a mail address');
    expect((await todoku('add', 'a@shop.example', '--since', '5/1/2024')).stderr).toContain('--since');
    expect(await stored()).toEqual([]);
  });
});
