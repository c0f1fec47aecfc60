import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram, EVERY } from '../../cli/program.ts';
import { openSession } from '../../cli/session.ts';
import { usageErrorInJapanese } from '../../cli/usage.ts';
import { VERSION } from '../../lib/version.ts';
import { type CliFolder, capturedIo, cliFolder } from '../support/cli.ts';

let cli: CliFolder;

beforeAll(() => {
  cli = cliFolder();
});
afterAll(() => cli.remove());

/** Every command that does something, with its full name. */
function commandsOf(made: Command, name = ''): [string, Command][] {
  if (made.commands.length === 0) return [[name, made]];
  return made.commands.flatMap((each) => commandsOf(each, `${name} ${each.name()}`.trim()));
}

function helpOf(made: Command): string {
  let help = '';
  made.configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  made.outputHelp();
  return help;
}

const session = openSession([], capturedIo().io);
const everything = await createProgram(session, EVERY);

describe('the help of every command', () => {
  it('is listed as the command itself says it', async () => {
    expect(helpOf(await createProgram(session, undefined))).toBe(helpOf(everything));
  });

  it.each(commandsOf(everything))('%s lists exit codes, each once', (_, made) => {
    const [, list = ''] = helpOf(made).split('\nExit codes:\n');
    const codes = list.split('\n').flatMap((line) => /^ {2}(\d+) {2}\S/.exec(line)?.[1] ?? []);
    expect(codes.length).toBeGreaterThan(0);
    expect(new Set(codes).size).toBe(codes.length);
    expect(helpOf(made).split('Exit codes:')).toHaveLength(2);
  });
});

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
