import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failureCodeOf } from '../../cli/command.ts';
import { COMMANDS, SHARED } from '../../cli/commands.ts';
import { createProgram, EVERY } from '../../cli/program.ts';
import { openSession } from '../../cli/session.ts';
import { hearUsageErrors, usageErrorInJapanese } from '../../cli/usage.ts';
import { LONGEST_NOTE } from '../../lib/contracts/note.ts';
import { displayWidth } from '../../lib/display-width.ts';
import type { Language } from '../../lib/text.ts';
import { VERSION } from '../../lib/version.ts';
import { type CliFolder, capturedIo, cliFolder } from '../support/cli.ts';

let cli: CliFolder;

beforeAll(() => {
  cli = cliFolder();
});
afterAll(() => cli.remove());

/** The command and every command below it, with its full name. */
function commandsOf(made: Command, name = ''): [string, Command][] {
  return [
    [name, made],
    ...made.commands.flatMap((each) => commandsOf(each, `${name} ${each.name()}`.trim())),
  ];
}

async function programIn(language: Language, called: Parameters<typeof createProgram>[1]): Promise<Command> {
  const session = openSession(['--lang', language], capturedIo().io);
  const program = await createProgram(session, called);
  hearUsageErrors(program, session);
  return program;
}

const everything = { ja: await programIn('ja', EVERY), en: await programIn('en', EVERY) };
const ofAll = (['ja', 'en'] as const).flatMap((language) =>
  commandsOf(everything[language]).map(([name, made]) => [name, language, made] as const),
);

describe('the help of every command', () => {
  it.each(['ja', 'en'] as const)('is listed as the command itself says it (%s)', async (language) => {
    const listed = (await programIn(language, [])).helpInformation();
    expect(listed).toBe(everything[language].helpInformation());
  });

  it.each(ofAll)('"%s" fits 80 columns, and says something of everything (%s)', (name, language, made) => {
    const help = made.helpInformation();
    for (const line of help.split('\n')) expect(displayWidth(line), line).toBeLessThanOrEqual(80);
    const said = [made, ...made.options, ...made.registeredArguments].map((each) =>
      typeof each.description === 'function' ? each.description() : each.description,
    );
    for (const text of said) {
      expect(text, name).not.toBe('');
      expect(JAPANESE.test(text), text).toBe(language === 'ja');
    }
    // Names of options, commands and services stay; sentences, and the parser's own words, do not.
    if (language === 'ja') {
      const [, ...belowUsage] = help.split('\n');
      expect(belowUsage.join('\n')).not.toMatch(/[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}/);
      expect(help).not.toMatch(/Usage|Options|Commands|Arguments|default|choices|Exit|display/);
    } else expect(help).not.toMatch(JAPANESE);
  });

  it.each(ofAll.filter(([, , made]) => made.commands.length === 0))(
    '"%s" lists exit codes, each once (%s)',
    (_, language, made) => {
      const [, list = '', ...more] = made.helpInformation().split(EXIT_CODES[language]);
      const codes = list.split('\n').flatMap((line) => /^ {2}(\d+) {2}\S/.exec(line)?.[1] ?? []);
      expect(codes).toContain(String(failureCodeOf(made)));
      expect([new Set(codes).size, more]).toEqual([codes.length, []]);
    },
  );

  it('needs every word of the table, and no other', () => {
    const commands = commandsOf(everything.en);
    expect(Object.keys(COMMANDS).toSorted()).toEqual([...commands.map(([name]) => name), 'help'].toSorted());
    const keysOf = (made: Command) => [
      ...made.options.map(({ long }) => long),
      ...made.registeredArguments.map((argument) => argument.name()),
    ];
    const taken = commands.flatMap(([name, made]) => keysOf(made).map((key) => `${name} ${key}`));
    const said = Object.entries(COMMANDS).flatMap(([name, { takes = {} }]) =>
      Object.keys(takes).map((key) => `${name} ${key}`),
    );
    expect(said.filter((each) => !taken.includes(each))).toEqual([]);
    const shared = new Set(
      taken.filter((each) => !said.includes(each)).map((each) => each.split(' ').at(-1)),
    );
    expect(Object.keys(SHARED).filter((key) => key !== '--help' && !shared.has(key))).toEqual([]);
    expect(COMMANDS.note?.takes?.['--text']?.en).toContain(String(LONGEST_NOTE));
  });

  it('wraps at the width of the terminal', () => {
    const session = openSession(
      [],
      capturedIo({ stdout: { isTTY: true, columns: 60, write: () => true } }).io,
    );
    hearUsageErrors(everything.ja, session);
    const widths = everything.ja.helpInformation().split('\n').map(displayWidth);
    expect(Math.max(...widths)).toBeLessThanOrEqual(60);
  });
});

const JAPANESE = /[\u3041-\u30ff\u4e00-\u9fff]/;
const EXIT_CODES = { ja: '\n終了コード:\n', en: '\nExit codes:\n' };

describe('todoku --version', () => {
  it('prints the version and nothing else, and the help names it', async () => {
    expect(await cli.run('--version')).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
    expect((await cli.run('--help')).stdout).toContain('--version');
  });
});

describe('a command line that cannot be understood', () => {
  it.each([
    [['lookup'], '引数「address」が必要です', "missing required argument 'address'"],
    [['lookup', 'a@b.jp', '--foo'], 'オプション「--foo」はありません', "unknown option '--foo'"],
    [['looku', 'a'], 'もしかして：lookup', 'Did you mean lookup?'],
    [['cleanup', '--mode', 'x'], '使えるのは propose, apply', 'Allowed choices are propose, apply'],
  ])('%s is told so in the language asked for', async (words, japanese, english) => {
    const [inEnglish, inJapanese] = await Promise.all([cli.run(...words), cli.run(...words, '--lang', 'ja')]);
    expect(inEnglish).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(english) });
    expect(inJapanese).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(japanese) });
  });

  it('is told in the words of the parser where it says something new', () => {
    expect(usageErrorInJapanese('error: something else\n')).toBe('error: something else');
  });
});

describe('a reader that has had enough', () => {
  const entry = fileURLToPath(new URL('../../bin/todoku.js', import.meta.url));
  const node = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));

  /** Runs a command whose output nobody reads: the pipe is closed before it writes. */
  function runUnread(...args: string[]): Promise<{ code: number | null; stderr: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn(node, [entry, ...args], {
        cwd: cli.path,
        env: { PATH: process.env.PATH, HOME: cli.path, LANG: 'en_US.UTF-8' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout.destroy();
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stderr }));
    });
  }
  const line = '{"recipient":"hanako@ezweb.ne.jp","diagnosticCode":"smtp; 550 : User unknown"}\n';

  it('ends no command with a stack, and changes no exit code', async () => {
    const mail = cli.file('mail.eml', 'From: order@shop.example\r\n\r\nx\r\n');
    const test = ['senders', 'test-mail', mail, '--dns', '127.0.0.1:9'];
    expect(await runUnread(...test)).toEqual({ code: 1, stderr: '' });
    expect(await runUnread('lookup', '--help')).toEqual({ code: 0, stderr: '' });
  });

  it('also where much is written', async () => {
    expect(await runUnread('diagnose', cli.file('many.jsonl', line.repeat(3_000)))).toEqual({
      code: 0,
      stderr: '',
    });
    const bad = cli.file('bad.jsonl', `${line.repeat(3_000)}x\n`);
    expect(await runUnread('diagnose', bad)).toMatchObject({ code: 1 });
  });
});
