import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { FUNCTIONS } from '../lib/contracts/functions.ts';

/** The template in the folder that {@link packageIn} gives. */
export const TEMPLATE = 'cloudformation-template-update-stack.json';

const ROOT = resolve(import.meta.dirname, '..');

/**
 * A copy of what the stack is made from, so that packaging neither writes into the checkout nor meets another run.
 * The caller removes it.
 *
 * @param settings what the stage's settings file holds.
 */
export function workspace(
  settings: unknown = { mode: 'propose' },
  stage = 'prod',
): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'todoku-deployment-'));
  for (const part of ['serverless.yml', 'deploy', 'functions', 'lib', 'cli', 'package.json']) {
    // cdk-nag may be installed beside its script: thousands of files, of which the stack needs none.
    const filter = (source: string) => basename(source) !== 'node_modules';
    cpSync(join(ROOT, part), join(folder, part), { recursive: true, filter });
  }
  writeSettings(folder, settings, stage);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Writes a stage's settings: JSON, which is YAML too. */
export function writeSettings(folder: string, settings: unknown, stage = 'prod'): void {
  writeFileSync(join(folder, `settings.${stage}.yml`), JSON.stringify(settings));
}

/**
 * Starts osls in a workspace as its own process group, under the Node of whoever starts it, without anyone's AWS
 * credentials or settings.
 */
export function serverless(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): { readonly child: ChildProcess; output(): string } {
  const script = join(ROOT, 'node_modules/serverless/bin/serverless.js');
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS_|SLS_|SERVERLESS_)/.test(name));
  const child = spawn(process.execPath, [script, ...args], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...Object.fromEntries(inherited),
      HOME: folder,
      SLS_NOTIFICATIONS_MODE: 'off',
      // Where osls keeps the compiled check of serverless.yml: made once, not once a workspace.
      SLS_SCHEMA_CACHE_BASE_DIR: tmpdir(),
      ...environment,
    },
  });
  // Whoever ends early must not leave a server behind.
  const end = () => void endGroup(child);
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  return { child, output: () => text };
}

/**
 * Empties the functions of a workspace: each keeps its file and an empty handler. What the template says comes from
 * serverless.yml and deploy/ alone, and empty functions are bundled in no time.
 */
export function emptyFunctions(folder: string): void {
  for (const { name } of FUNCTIONS) {
    writeFileSync(join(folder, 'functions', `${name}.ts`), 'export const handler = async () => undefined;\n');
  }
}

/** Runs osls to its end. */
export async function runServerless(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly output: string }> {
  const { child, output } = serverless(folder, args, environment);
  const code = await new Promise<number | null>((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
  return { code, output: output() };
}

/**
 * Packages the stack of a workspace, offline, as an operator's deployment would.
 *
 * @returns the folder of the template and the functions' archives.
 * @throws {Error} with all that osls printed, when it fails.
 */
export async function packageIn(
  folder: string,
  stage: string,
  options: readonly string[] = [],
): Promise<string> {
  const args = ['package', '--package', 'package', `--stage=${stage}`, ...options];
  const { code, output } = await runServerless(folder, args);
  if (code !== 0) throw new Error(`serverless package failed (${code}):\n${output}`);
  return join(folder, 'package');
}

/** Ends a process group that {@link serverless} started, at once, and waits for its leader. */
export async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  process.kill(-child.pid, 'SIGKILL');
  await gone;
}
