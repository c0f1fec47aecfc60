import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programWords } from '../../cli/program-path.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { ofTomorrow } from '../support/answers.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';

/** A command that is printed to go on with works as it is printed, wherever it is run. */

const root = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;
let program: string;
const folderOf = (...parts: string[]) => join(folder, ...parts);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'todoku-path-'));
  for (const each of ['own', 'linked', 'other', 'node_modules/.bin', '_npx/1/node_modules/.bin', 'a b'])
    mkdirSync(folderOf(each), { recursive: true });
  program = folderOf('own', 'todoku.js');
  for (const each of [program, folderOf('other', 'todoku'), folderOf('a b', "it's.js")]) {
    writeFileSync(each, '#!/bin/sh\n');
    chmodSync(each, 0o755);
  }
  for (const each of ['linked', 'node_modules/.bin', '_npx/1/node_modules/.bin'])
    symlinkSync(program, folderOf(each, 'todoku'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the words that start the program', () => {
  const wordsFor = (...folders: string[]) =>
    programWords(program, folders.map((each) => folderOf(each)).join(delimiter));

  it('are its name where the shell finds it', () => {
    expect(wordsFor('linked')).toBe('todoku');
    expect(wordsFor('own', 'linked', 'other')).toBe('todoku');
  });

  it('are its path where the shell finds another, or none', () => {
    expect(wordsFor('other', 'linked')).toBe(program);
    expect(wordsFor('own')).toBe(program);
    expect(wordsFor()).toBe(program);
    expect(programWords(program, undefined)).toBe(program);
  });

  it('do not go by the folders that npm puts before the search of its own child', () => {
    expect(wordsFor('node_modules/.bin')).toBe(program);
    expect(wordsFor('_npx/1/node_modules/.bin')).toBe(program);
    expect(wordsFor('node_modules/.bin', 'linked')).toBe('todoku');
  });

  it('do not go by folders that are elsewhere in another folder', () => {
    expect(programWords(program, `.${delimiter}linked${delimiter}`)).toBe(program);
  });

  it('are one word of a shell, whatever the path holds', async () => {
    const words = programWords(folderOf('a b', "it's.js"), '');
    expect(words).toMatch(/^'.*'$/);
    await expect(promisify(execFile)('sh', ['-c', `${words} lookup`])).resolves.toMatchObject({ stderr: '' });
  });
});

/** A word of an answer that a shell would run. */
const RULE = "it's $(touch pwned)";

describe('a printed command', () => {
  let cli: CliFolder;
  let lambda: LambdaServer;

  beforeAll(async () => {
    cli = cliFolder();
    lambda = await startLambda({
      functions: {
        'todoku-prod-proposals': async (event) => {
          const answer = ofTomorrow('proposals', event) as { proposals: object[] };
          const [proposal] = answer.proposals;
          return { ...answer, proposals: [1, 2].map(() => ({ ...proposal, rule: RULE })) };
        },
      },
    });
    Object.assign(cli.environment, {
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL_LAMBDA: lambda.endpoint,
    });
  });
  afterAll(async () => {
    cli.remove();
    await lambda.stop();
  });

  it('works from another folder, in a shell that knows no todoku and reaches no registry', async () => {
    const words = ['proposals', '--rule', RULE, '--limit', '1', '--region', 'ap-northeast-1'];
    const first = await cli.start(...words);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const command = first.stdout.match(/\S+ proposals .*/)?.[0] ?? '';
    const rule = `--rule='it'\\''s $(touch pwned)'`;
    expect(command).toBe(`${root}bin/todoku.js proposals ${rule} --limit 2 --region ap-northeast-1`);
    const elsewhere = folderOf('other');
    const { stdout } = await promisify(execFile)('sh', ['-c', command], {
      cwd: elsewhere,
      env: {
        ...cli.environment,
        PATH: `${root}node_modules/.bin:/usr/bin:/bin`,
        HOME: elsewhere,
        LANG: 'en',
        npm_config_registry: 'http://127.0.0.1:9',
      },
    });
    expect(stdout).toContain('waiting: 2');
    expect(stdout).not.toContain('--limit');
    expect(existsSync(join(elsewhere, 'pwned'))).toBe(false);
  });
});

describe('--local', () => {
  it('finds the local system that runs in the program’s own folder from any other', async () => {
    const { localState } = await import('../../cli/local-state.ts');
    mkdirSync(folderOf('.todoku'));
    const state = { lambdaEndpoint: 'http://127.0.0.1:1', region: 'ap-northeast-1' };
    writeFileSync(folderOf('.todoku/local.json'), JSON.stringify(state));
    const session = (cwd: string, home?: string) => ({
      file: (name: string) => ({ name, path: join(cwd, name) }),
      io: { home } as never,
    });
    expect(localState(session(folderOf('other'), folder))).toEqual(state);
    expect(localState(session(folder))).toEqual(state);
    expect(() => localState(session(folderOf('other')))).toThrow(/local system is not running/);
  });
});
