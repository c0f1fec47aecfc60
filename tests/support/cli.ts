import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
  /** Makes `--local` mean this Lambda server. */
  useLocal(lambdaEndpoint: string): void;
  /** Runs `todoku` as an operator does, in English and without colours. */
  run(...args: readonly string[]): Promise<CliResult>;
  remove(): void;
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
  return {
    path,
    environment,
    file,
    useLocal: (lambdaEndpoint) => {
      mkdirSync(join(path, '.todoku'), { recursive: true });
      file('.todoku/local.json', JSON.stringify({ lambdaEndpoint, region: 'ap-northeast-1' }));
    },
    run: (...args) =>
      new Promise((resolve, reject) => {
        const child = spawn(node, [entry, ...args], {
          cwd: path,
          // Nothing of the machine's own AWS settings must decide a test.
          env: {
            PATH: process.env.PATH,
            HOME: path,
            LANG: 'en_US.UTF-8',
            NO_COLOR: '1',
            // Wide enough for every row to be one line.
            COLUMNS: '400',
            AWS_EC2_METADATA_DISABLED: 'true',
            ...environment,
          },
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
