import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Io, OutputStream } from '../../cli/io.ts';
import { run } from '../../cli/main.ts';

const root = new URL('../../', import.meta.url);
const node = fileURLToPath(new URL('node_modules/.bin/node', root));
const entry = fileURLToPath(new URL('bin/todoku.js', root));

/** What a command line gave. */
export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder in which the command line is run, gone at the end. */
export interface CliFolder {
  readonly path: string;
  /** Variables of its own, beside the few every command line gets. */
  readonly environment: Record<string, string>;
  /** Writes a file and gives its path. */
  file(name: string, content: string | Uint8Array): string;
  /** Makes `--local` mean this Lambda server, and what else of a local system is there (`sesEndpoint`, `dnsServer`). */
  useLocal(lambdaEndpoint: string, others?: Readonly<Record<string, string>>): void;
  /**
   * Runs `todoku` as an operator does, in English and without colours, in this process. For commands that need none of
   * the AWS SDK's own settings: those are the process's.
   */
  run(...args: readonly string[]): Promise<CliResult>;
  /** The same in a process of its own, which takes half a second of the processor's time. */
  start(...args: readonly string[]): Promise<CliResult>;
  remove(): void;
}

/** The io of a command line that keeps what is written. */
export function capturedIo(given: Partial<Io> = {}): { readonly io: Io; result(code: number): CliResult } {
  const written = { stdout: '', stderr: '' };
  const keeping = (stream: 'stdout' | 'stderr'): OutputStream => ({
    write: (text) => {
      written[stream] += text;
      return true;
    },
  });
  const io: Io = {
    stdin: Readable.from([]),
    stdout: keeping('stdout'),
    stderr: keeping('stderr'),
    env: {},
    cwd: tmpdir(),
    user: () => 'tester',
    now: () => new Date(),
    ...given,
  };
  return { io, result: (code) => ({ code, ...written }) };
}

/**
 * Runs a command line in this process; what it throws becomes what Node makes of it: a stack, and exit code 1. JSON that
 * it prints is held to docs/schemas.
 */
export async function runInProcess(args: readonly string[], given: Partial<Io>): Promise<CliResult> {
  const { io, result } = capturedIo(given);
  const code = await run(args, io).catch((error: unknown) => {
    io.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    return 1;
  });
  const ended = result(code);
  if (args.includes('--json')) (await import('./json-answers.ts')).holdToSchema(args, ended.stdout);
  return ended;
}

/** Runs a command line in this process on a terminal of 80 columns on which these lines are typed. */
export async function runOnTerminal(
  typed: string,
  args: readonly string[],
  given: Partial<Io>,
): Promise<CliResult> {
  const stdin = Object.assign(Readable.from([typed]), { isTTY: true });
  const { io, result } = capturedIo({ stdin, ...given });
  const terminal = (stream: OutputStream) => ({ ...stream, isTTY: true, columns: 80 });
  return result(await run(args, { ...io, stdout: terminal(io.stdout), stderr: terminal(io.stderr) }));
}

/** Makes a folder for command lines. Asynchronous throughout: the servers they talk to live in this process. */
export function cliFolder(): CliFolder {
  const path = mkdtempSync(join(tmpdir(), 'todoku-cli-'));
  const file = (name: string, content: string | Uint8Array): string => {
    const at = join(path, name);
    writeFileSync(at, content);
    return at;
  };
  const environment: Record<string, string> = {};
  // Nothing of the machine's own AWS settings must decide a test.
  const variables = () => ({
    PATH: process.env.PATH,
    HOME: path,
    LANG: 'en_US.UTF-8',
    NO_COLOR: '1',
    // Wide enough for every row to be one line.
    COLUMNS: '400',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...environment,
  });
  return {
    path,
    environment,
    file,
    useLocal: (lambdaEndpoint, others = {}) => {
      mkdirSync(join(path, '.todoku'), { recursive: true });
      file('.todoku/local.json', JSON.stringify({ lambdaEndpoint, region: 'ap-northeast-1', ...others }));
    },
    run: (...args) => runInProcess(args, { env: variables(), cwd: path }),
    start: (...args) =>
      new Promise((resolve, reject) => {
        const child = spawn(node, [entry, ...args], {
          cwd: path,
          env: variables(),
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let stdout = '';
        let stderr = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          stdout += text;
        });
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          stderr += text;
        });
        child.once('error', reject);
        child.once('close', (code) => resolve({ code, stdout, stderr }));
      }),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
