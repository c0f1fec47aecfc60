import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Io } from '../../cli/io.ts';
import type { RemoveAnswer, RemoveRequest } from '../../lib/contracts/remove.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { type CliFolder, cliFolder, runInProcess, runOnTerminal } from '../support/cli.ts';

/** Long lists and confirmations, against a function whose list is a set of addresses. */

const WHY = { ja: '理由。', en: 'why.' };
const REASON = ['--reason', 'they asked', '--local'];

let listed: Set<string>;
let complained: Set<string>;
/** Whose mailbox probably does not exist. */
let dead: Set<string>;
let requests: RemoveRequest[];
/** Called with each request before it is answered; may throw, which loses the answer. */
let before: (request: RemoveRequest) => void;
/** Called when the work is done, before the answer goes out. */
let after: (request: RemoveRequest) => void;
let server: LambdaServer;
let folder: CliFolder;

beforeEach(async () => {
  listed = new Set();
  complained = new Set();
  dead = new Set();
  requests = [];
  before = () => undefined;
  after = () => undefined;
  server = await startLambda({
    functions: {
      'todoku-local-remove': async (event): Promise<RemoveAnswer> => {
        const request = event as RemoveRequest;
        requests.push(request);
        before(request);
        const results =
          'addresses' in request
            ? request.addresses.map((address) => answerOn(address, request.dryRun))
            : request.proposals.map((proposalId) => ({ proposalId, result: 'would_remove', why: WHY }));
        after(request);
        return { results };
      },
    },
  });
  folder = cliFolder();
  folder.useLocal(server.endpoint);
});
afterEach(async () => {
  folder.remove();
  await server.stop();
});

function answerOn(address: string, dryRun: boolean): RemoveAnswer['results'][number] {
  if (!listed.has(address)) return { address, result: 'not_listed', why: WHY };
  if (complained.has(address)) {
    return { address, result: 'refused', why: WHY, overrides: ['complaint'] };
  }
  if (dryRun) {
    const verdict = { action: 'keep', rule: 'probably-unknown-user' };
    return { address, result: 'would_remove', why: WHY, ...(dead.has(address) && { verdict }) };
  }
  listed.delete(address);
  return { address, result: 'removed', why: WHY };
}

/** Runs a command on a terminal on which these lines are typed. */
const onTerminal = (typed: string, args: readonly string[], given: Partial<Io> = {}) =>
  runOnTerminal(typed, args, {
    cwd: folder.path,
    env: { HOME: folder.path, LANG: 'en_US.UTF-8', NO_COLOR: '1' },
    ...given,
  });

const addresses = (count: number) => Array.from({ length: count }, (_, index) => `c${index + 1}@ezweb.ne.jp`);
const worked = () => requests.filter(({ dryRun }) => !dryRun);
const journals = () => {
  try {
    return readdirSync(join(folder.path, '.local/state/todoku/lists'));
  } catch {
    return [];
  }
};

describe('ticket 10: the shop sends a CSV of 300 customers to be freed', () => {
  /** 300 rows as a shop system exports them: 290 customers, some not listed, two complaints, rows that are none. */
  function customers(): string {
    const known = addresses(290);
    for (const address of known.slice(0, 240)) listed.add(address);
    for (const address of known.slice(0, 2)) complained.add(address);
    const rows = known.map((address, index) => `${index},"山田, 花子",${address},2024-01-01`);
    const strange = [...Array(8).fill('x,鈴木,電話のみ,'), ...Array(2).fill(`y,佐藤,${known[5]},`)];
    return ['会員番号,氏名,メールアドレス,登録日', ...rows, ...strange].join('\r\n');
  }

  it('is one command: counted by verdict, confirmed by the count, done in parts, one report', async () => {
    const file = folder.file('customers.csv', customers());
    const report = join(folder.path, 'report.csv');
    const { code, stdout, stderr } = await onTerminal('238\n', [
      'remove',
      '--file',
      file,
      ...REASON,
      '--report',
      report,
    ]);
    const [preview = '', question = ''] = stderr.split('Type ');
    expect(preview).toMatch(/would be removed +238\n/);
    expect(preview).toMatch(/refused: complaint +2\n/);
    expect(preview).toMatch(/not listed +50\n/);
    expect(preview).toMatch(/rows that name nobody +8\n/);
    expect(preview).toMatch(/rows given twice +2\n/);
    expect(question).toMatch(/^238 to take these 238 addresses off the suppression list/);
    expect(stderr).toMatch(/working {2}\[#+\] 100%/);
    expect(stdout).toMatch(/ removed +238\n/);
    expect(stdout).toMatch(/refused: complaint +2\n/);
    expect(stdout).toContain('  c1@ezweb.ne.jp\n');
    expect(stdout).toContain('line 292 "電話のみ": not a mail address');
    // Two were refused: that is told to scripts, too.
    expect(code).toBe(2);
    expect(listed).toEqual(complained);
    const rows = readFileSync(report, 'utf8').trim().split('\r\n');
    expect(rows).toHaveLength(1 + 290 + 8);
    expect(rows).toContain('c1@ezweb.ne.jp,,refused,complaint,why.');
    // Nothing is removed that was not counted before the question.
    expect(worked().flatMap((request) => ('addresses' in request ? request.addresses : []))).toHaveLength(
      238,
    );
    expect(journals()).toEqual([]);
  });

  it('takes one address a line, from standard input', async () => {
    for (const address of addresses(3)) listed.add(address);
    const stdin = Readable.from(['C1@ezweb.ne.jp\n<c2@ezweb.ne.jp>\n\nc3@ezweb.ne.jp']);
    const given = await runInProcess(['remove', '--file', '-', ...REASON, '--yes', '--json'], {
      cwd: folder.path,
      env: { HOME: folder.path, LANG: 'en' },
      stdin,
    });
    expect(JSON.parse(given.stdout)).toMatchObject({ left: 0, duplicates: 0, notAddresses: [] });
    expect(JSON.parse(given.stdout).results).toHaveLength(3);
  });

  it('asks which column it is where no heading says so', async () => {
    const file = folder.file('list.csv', 'kundennummer,anschrift\n1,c1@ezweb.ne.jp\n');
    const asked = await folder.run('remove', '--file', file, ...REASON, '--dry-run');
    expect(asked).toMatchObject({ code: 1, stdout: '' });
    expect(asked.stderr).toContain('--address-column');
    const named = ['--address-column', 'anschrift', '--dry-run', '--json'];
    const told = await folder.run('remove', '--file', file, ...REASON, ...named);
    expect(JSON.parse(told.stdout).results).toMatchObject([{ address: 'c1@ezweb.ne.jp' }]);
  });
});

describe('what a list would do', () => {
  const file = () => folder.file('customers.txt', addresses(30).join('\n'));
  beforeEach(() => {
    for (const address of addresses(29)) listed.add(address);
    complained.add('c1@ezweb.ne.jp');
    dead.add('c2@ezweb.ne.jp').add('c3@ezweb.ne.jp');
  });

  it.each([
    ['confirmed', [], 'stderr'],
    ['only looked at', ['--dry-run'], 'stdout'],
  ] as const)(
    'names the first of each verdict before it is %s, a probable dead mailbox apart',
    async (_, more, stream) => {
      const told = (await onTerminal('no\n', ['remove', '--file', file(), ...REASON, ...more]))[stream];
      expect(told).toMatch(/would be removed +26\n/);
      expect(told).toMatch(/would be removed: probably no such mailbox +2\n/);
      const [, plain = '', apart = '', refused = '', gone = ''] = told.split(/\n\n/);
      expect(plain).toContain('c4@ezweb.ne.jp\n');
      expect(plain).toContain('c13@ezweb.ne.jp\n');
      expect(plain).not.toContain('c14@ezweb.ne.jp');
      expect(plain).toMatch(/and 16 more \(all of them: --dry-run with\s+--report FILE or --json\)/);
      expect(apart.replaceAll(/\s+/g, ' ')).toContain('remove only those whose customers have confirmed');
      expect(apart).toContain('c2@ezweb.ne.jp\n');
      expect(`${refused}${gone}`).toContain('c1@ezweb.ne.jp');
      expect(`${refused}${gone}`).toContain('c30@ezweb.ne.jp');
    },
  );

  it('is no trial where it is about to be done', async () => {
    const told = await onTerminal('no\n', ['remove', '--file', file(), ...REASON, '--lang', 'ja']);
    expect(told.stderr).toContain('解除されます（存在しない可能性が高い宛先）');
    expect(told.stderr).not.toContain('試行');
  });
});

describe('a list of 1,000 that is interrupted', () => {
  const file = () => folder.file('customers.txt', addresses(1_000).join('\n'));
  beforeEach(() => {
    for (const address of addresses(1_000)) listed.add(address);
  });

  it('ends after the part under way, says what is left, and goes on from there', async () => {
    const words = ['remove', '--file', file(), ...REASON];
    let interrupt: () => void = () => undefined;
    before = (request) => {
      if (!request.dryRun && listed.size <= 600) interrupt();
    };
    const onInterrupt = (stop: () => void) => {
      interrupt = stop;
      return () => undefined;
    };
    const first = await onTerminal('1,000\n', words, { onInterrupt });
    expect(first.code).toBe(2);
    const left = listed.size;
    expect(left).toBeGreaterThan(500);
    expect(left).toBeLessThan(600);
    expect(first.stdout).toMatch(new RegExp(`not reached +${left}\\n`));
    expect(first.stderr).toContain('Run the same command again');
    // What is kept names nobody.
    const [journal = ''] = journals();
    expect(readFileSync(join(folder.path, '.local/state/todoku/lists', journal), 'utf8')).not.toContain('@');

    before = () => undefined;
    requests = [];
    const second = await onTerminal(`${left}\n`, words);
    expect(second).toMatchObject({ code: 0 });
    expect(second.stderr).toContain(`Taken up again: ${1_000 - left} of 1,000 were done before.`);
    // One report over both, and nobody was asked about twice.
    expect(second.stdout).toMatch(/^ {2}removed {2}1,000\n/);
    expect(requests.flatMap((request) => ('addresses' in request ? request.addresses : []))).toHaveLength(
      left,
    );
    expect(listed.size).toBe(0);
    expect(journals()).toEqual([]);
  });

  it('calls nobody "not listed" whom the part under way may have removed', async () => {
    const words = ['remove', '--file', file(), ...REASON, '--yes'];
    after = () => {
      if (listed.size <= 900) throw new Error('the answer is lost');
    };
    const first = await folder.run(...words);
    expect(first.code).toBe(2);
    after = () => undefined;
    const second = await folder.run(...words);
    expect(second.stdout).toMatch(/removed +980\n/);
    expect(second.stdout).toContain('may have been removed just before the interruption');
    expect(listed.size).toBe(0);
  });

  it('is another list where another rule is overridden', async () => {
    const words = ['remove', '--file', file(), ...REASON, '--yes'];
    after = () => {
      throw new Error('lost');
    };
    await folder.run(...words);
    after = () => undefined;
    requests = [];
    const other = await folder.run(...words, '--override', 'complaint');
    expect(other.stderr).not.toContain('Taken up again');
  });
});

describe('the confirmation before a removal', () => {
  beforeEach(() => {
    listed.add('c1@ezweb.ne.jp').add('c2@ezweb.ne.jp');
  });

  it.each([
    ['y\n', 0, 1],
    ['はい\n', 0, 1],
    ['n\n', 2, 2],
    ['\n', 2, 2],
    ['', 2, 2],
  ])('of one address: %j', async (typed, code, left) => {
    const told = await onTerminal(typed, ['remove', 'c1@ezweb.ne.jp', ...REASON]);
    expect(told.code).toBe(code);
    expect(told.stderr).toContain('Take it off the suppression list? [y/N]');
    expect(listed.size).toBe(left);
  });

  it('of several takes their number', async () => {
    const words = ['remove', 'c1@ezweb.ne.jp', 'c2@ezweb.ne.jp', 'c3@ezweb.ne.jp', ...REASON];
    expect(await onTerminal('y\n', words)).toMatchObject({ code: 2, stdout: '' });
    expect(listed.size).toBe(2);
    const told = await onTerminal('2\n', words);
    expect(told.stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'c1@ezweb.ne.jp',
      'c2@ezweb.ne.jp',
      'c3@ezweb.ne.jp',
      '',
    ]);
    expect(listed.size).toBe(0);
  });

  it('is not asked where nothing would be removed', async () => {
    complained.add('c1@ezweb.ne.jp');
    const told = await onTerminal('y\n', ['remove', 'c1@ezweb.ne.jp', ...REASON]);
    expect(told).toMatchObject({ code: 2, stderr: '' });
    expect(told.stdout).toContain('refused');
    expect(worked()).toEqual([]);
  });

  it.each([
    ['remove', 'c1@ezweb.ne.jp', '--reason', 'asked'],
    ['remove', '--file', 'FILE', '--reason', 'asked'],
    ['approve', '20261001-0123456789'],
    ['reject', '--file', 'FILE'],
  ])('is missed where no terminal is there, before anything is asked: %s %s', async (...words) => {
    const file = folder.file('list.txt', 'c1@ezweb.ne.jp\n');
    const given = words.map((word) => (word === 'FILE' ? file : word));
    const english = await folder.run(...given, '--local');
    expect(english).toMatchObject({ code: 2, stdout: '' });
    expect(english.stderr).toContain('--yes');
    expect((await folder.run(...given, '--local', '--lang', 'ja')).stderr).toContain('--yes を付けて');
    expect(requests).toEqual([]);
  });

  it('cannot be given where standard input is the list', async () => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    const told = await onTerminal('', ['remove', '--file', '-', ...REASON], { stdin });
    expect(told.code).toBe(2);
    expect(told.stderr).toContain('--yes');
  });

  it('needs something to be about', async () => {
    expect(await folder.run('remove', ...REASON, '--yes')).toMatchObject({ code: 1 });
    expect(await folder.run('remove', 'c1@ezweb.ne.jp', '--file', 'x', ...REASON)).toMatchObject({ code: 1 });
  });
});
