import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { run } from '../../cli/main.ts';
import { startLambda } from '../../local/lambda.ts';
import { type CliFolder, capturedIo, cliFolder } from '../support/cli.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const entry = join(root, 'bin/todoku.js');
const node = join(root, 'node_modules/.bin/node');
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function folder(): CliFolder {
  const made = cliFolder();
  closing.push(made.remove);
  return made;
}

/** A folder with a local system of its own, whose status answers only when both of two were asked. */
async function system(mode: string, bothAsked: () => Promise<void>): Promise<CliFolder> {
  const server = await startLambda({
    functions: {
      'todoku-local-status': async () => {
        await bothAsked();
        const limits = [
          { limit: 'removals-per-run', because: { ja: '上限です', en: 'the limit was reached' } },
        ];
        const run = {
          id: 'run-1',
          startedAt: '2026-11-24T00:00:00.000Z',
          mode,
          full: true,
          counts: { proposed: 3 },
          limits,
        };
        return {
          version: '1.0.0',
          mode,
          runs: [run],
          waiting: { count: 1, more: false },
          lookedBackTo: '2026-11-21T00:00:00.000Z',
        };
      },
    },
  });
  closing.push(server.stop);
  const made = folder();
  made.useLocal(server.endpoint);
  return made;
}

/** A server that takes what it is asked and never answers. */
async function hangingServer(): Promise<{ readonly server: Server; readonly endpoint: string }> {
  const server = createServer(() => undefined);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('two command lines in one process', () => {
  it('share neither language, colours, folder, output nor exit code', async () => {
    let asked = 0;
    let release: () => void = () => undefined;
    const both = new Promise<void>((resolved) => {
      release = resolved;
    });
    const bothAsked = () => {
      asked += 1;
      if (asked === 2) release();
      return both;
    };
    const here = await system('apply', bothAsked);
    const there = await system('propose', bothAsked);
    const terminal = capturedIo({ cwd: here.path, env: { LANG: 'ja_JP.UTF-8', COLUMNS: '300' } });
    const onTerminal = { ...terminal.io, stdout: { ...terminal.io.stdout, isTTY: true } };
    const plain = capturedIo({ cwd: there.path, env: { LANG: 'en_US.UTF-8', COLUMNS: '300' } });
    const nowhere = capturedIo({ cwd: folder().path, env: { TODOKU_LANG: 'ja' } });
    const codes = await Promise.all([
      run(['status', '--local'], onTerminal),
      run(['status', '--local'], plain.io),
      run(['status', '--local'], nowhere.io),
    ]);
    expect(codes).toEqual([0, 0, 1]);

    const [coloured, uncoloured, refused] = [terminal, plain, nowhere].map(({ result }) => result(0));
    expect(coloured?.stdout).toContain('承認待ち');
    expect(coloured?.stdout).toContain('\u001b[33m!\u001b[39m removals-per-run: 上限です');
    expect(uncoloured?.stdout).toContain('waiting proposals  1');
    expect(uncoloured?.stdout).toContain('! removals-per-run: the limit was reached');
    expect(uncoloured?.stdout).not.toContain('\u001b');
    expect(refused).toMatchObject({ stdout: '', stderr: expect.stringContaining('npm start') });
  });
});

describe('a command line', () => {
  it('ends its calls when whoever runs it wants it to stop', async () => {
    const { server, endpoint } = await hangingServer();
    const made = folder();
    made.useLocal(endpoint);
    const stop = new AbortController();
    const { io, result } = capturedIo({ cwd: made.path, env: { LANG: 'en' }, signal: stop.signal });
    server.once('request', () => stop.abort());
    expect(result(await run(['proposals', '--local'], io))).toEqual({
      code: 1,
      stdout: '',
      stderr: 'todoku: todoku-local-proposals could not be invoked: interrupted\n',
    });
  });

  it('names its operator and its targets by the variables it is given', async () => {
    const env = { TODOKU_OPERATOR: 'Suzuki', TODOKU_TARGETS: 'fleet.yml', LANG: 'en' };
    const help = capturedIo({ env });
    expect(await run(['remove', '--help'], help.io)).toBe(0);
    expect(help.result(0).stdout).toContain('default: TODOKU_OPERATOR');
    const fleet = capturedIo({ env });
    expect(await run(['fleet', 'status'], fleet.io)).toBe(1);
    expect(fleet.result(1).stderr).toBe('todoku: cannot read fleet.yml: no such file\n');
    const untold = capturedIo({ env: { LANG: 'en' } });
    expect(await run(['fleet', 'status'], untold.io)).toBe(1);
    expect(untold.result(1).stderr).toContain("required option '--targets <file>' not specified");
  });
});

/** What a file imports as it is loaded: types and what is loaded when called are left out. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from\s+'([^']+)'/gm);
  return [...found].map(([, name = '']) =>
    name.startsWith('.') ? relative(root, resolve(root, dirname(file), name)) : name,
  );
}

describe('the sources of the command line', () => {
  it('touch the process in the entry only', () => {
    const sources = readdirSync(join(root, 'cli'), { recursive: true, encoding: 'utf8' });
    const touching = sources.filter((name) => {
      if (!name.endsWith('.ts')) return false;
      const code = readFileSync(join(root, 'cli', name), 'utf8').replaceAll(/^\s*(\/?\*|\/\/).*$/gm, '');
      return /\bprocess\b/.test(code);
    });
    expect(touching).toEqual(['todoku.ts']);
  });

  it('load nothing heavy before a command is called', () => {
    const loaded = new Set<string>();
    const load = (file: string): void => {
      if (loaded.has(file)) return;
      loaded.add(file);
      if (file.endsWith('.ts')) for (const each of importsOf(file)) load(each);
    };
    load('cli/todoku.ts');
    const packages = [...loaded].filter((name) => !name.endsWith('.ts') && !name.startsWith('node:'));
    expect(packages.sort()).toEqual(['commander', 'picocolors']);
    expect([...loaded].filter((name) => name.startsWith('cli/commands/'))).toEqual([]);
  });
});

describe('the process of a command line', () => {
  /** Runs bin/todoku.js with flags of Node before it. */
  async function start(flags: readonly string[], args: readonly string[], cwd: string) {
    const env = { PATH: process.env.PATH, HOME: cwd, LANG: 'en_US.UTF-8' };
    const child = spawn(node, [...flags, entry, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
      });
    }
    return { child, output };
  }

  it('hands over to the project’s own Node where an older one started it, with words and exit code', async () => {
    const made = folder();
    // In this process the command line itself cannot run: what is told comes from the one it hands over to.
    const older = `
      Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } });
      process.cwd = () => { throw new Error('not handed over'); };`;
    const flags = ['--import', `data:text/javascript,${encodeURIComponent(older)}`];
    const { child, output } = await start(flags, ['lookup', 'hanako'], made.path);
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    expect(output).toEqual({
      stdout: '',
      stderr: 'todoku: give a mail address ("hanako": not a mail address)\n',
    });
  });

  it('is ended by a signal in the middle of a call', async () => {
    const { server, endpoint } = await hangingServer();
    const made = folder();
    made.useLocal(endpoint);
    const { child, output } = await start([], ['proposals', '--local'], made.path);
    await once(server, 'request');
    child.kill('SIGINT');
    const [code, signal] = await once(child, 'close');
    expect({ code, signal, ...output }).toEqual({ code: null, signal: 'SIGINT', stdout: '', stderr: '' });
  });
});
