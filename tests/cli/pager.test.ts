import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../cli/main.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { type CliFolder, capturedIo, cliFolder, runOnTerminal } from '../support/cli.ts';

/** A long answer on a terminal goes through a pager; nowhere else. */

let cli: CliFolder;
let lambda: LambdaServer;

const DECISIONS = Array.from({ length: 60 }, (_, index) => ({
  at: '2026-11-01T00:00:00.000Z',
  address: `c${index + 1}@ezweb.ne.jp`,
  action: 'removed',
  by: 'suzuki',
  rule: 'by-hand',
  because: { ja: '理由。', en: 'why.' },
}));

beforeAll(async () => {
  cli = cliFolder();
  lambda = await startLambda({
    functions: {
      'todoku-local-history': async () => ({
        version: '0.1.0',
        decisions: DECISIONS,
        counts: { removed: DECISIONS.length },
      }),
    },
  });
  cli.useLocal(lambda.endpoint);
});
afterAll(async () => {
  cli.remove();
  await lambda.stop();
});

describe('which pager', () => {
  const shown: [string, string][] = [];
  const showPaged = (text: string, pager: string) => {
    shown.push([pager, text]);
    return pager !== 'missing';
  };
  beforeEach(() => shown.splice(0));
  const history = (env: Record<string, string>) =>
    runOnTerminal('', ['history', '--local'], { cwd: cli.path, env: { LANG: 'en', ...env }, showPaged });

  it.each([
    [{}, 'less'],
    [{ PAGER: 'more' }, 'more'],
    [{ PAGER: 'more', TODOKU_PAGER: 'less -S' }, 'less -S'],
  ])('with %j it is %s', async (env, pager) => {
    const { stdout } = await history(env);
    expect([shown.map(([name]) => name), stdout]).toEqual([[pager], '']);
    expect(shown[0]?.[1]).toContain('c60@ezweb.ne.jp');
  });

  it.each<Record<string, string>>([{ PAGER: '' }, { PAGER: 'cat' }, { PAGER: 'more', TODOKU_PAGER: ' ' }])(
    'with %j it is none',
    async (env) => {
      expect((await history(env)).stdout).toContain('c60@ezweb.ne.jp');
      expect(shown).toEqual([]);
    },
  );

  it('that cannot be started hides nothing', async () => {
    expect((await history({ PAGER: 'missing' })).stdout).toContain('c60@ezweb.ne.jp');
  });

  it('shows help as well, which is longer than a screen', async () => {
    const { code, stdout } = await runOnTerminal('', ['--help'], { env: { LANG: 'en' }, showPaged });
    expect([code, stdout, shown.map(([name]) => name)]).toEqual([0, '', ['less']]);
    expect(shown[0]?.[1]).toMatch(/^Usage: todoku/);
  });

  it('is asked by no pipe, and by no script that wants JSON', async () => {
    const { io, result } = capturedIo({ cwd: cli.path, env: { LANG: 'en' }, showPaged });
    expect(result(await run(['history', '--local'], io)).stdout).toContain('c60@ezweb.ne.jp');
    await runOnTerminal('', ['history', '--local', '--json'], { cwd: cli.path, env: {}, showPaged });
    expect(shown).toEqual([]);
  });
});

const root = fileURLToPath(new URL('../../', import.meta.url));
const COMMAND = `${root}node_modules/.bin/node ${root}bin/todoku.js history --local --lang en`;

describe.skipIf(spawnSync('script', ['--version']).error !== undefined)('on a real terminal', () => {
  /** Runs the command on a pseudo-terminal of 80 by 24; the keys are pressed once it has written something. */
  function onPty(
    keys: string,
    env: Record<string, string>,
  ): Promise<{ code: number | null; screen: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn('script', ['-qec', `stty rows 24 cols 80; ${COMMAND}`, '/dev/null'], {
        cwd: cli.path,
        env: { PATH: process.env.PATH, HOME: cli.path, TERM: 'xterm', ...env },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let screen = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (screen === '' && keys !== '') child.stdin.write(keys);
        screen += text;
      });
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, screen }));
    });
  }

  it.skipIf(spawnSync('less', ['--version']).error !== undefined)(
    'shows a screen, in colours, and waits for a key',
    async () => {
      const { code, screen } = await onPty('q', {});
      expect(code).toBe(0);
      expect(screen).toContain('c1@ezweb.ne.jp');
      expect(screen).not.toContain('c60@ezweb.ne.jp');
      expect(screen).toContain('\u001b[1m');
    },
  );

  it('prints everything where the pager is missing', async () => {
    const { code, screen } = await onPty('', { PAGER: 'no-such-pager -R' });
    expect([code, screen.includes('c1@'), screen.includes('c60@')]).toEqual([0, true, true]);
    expect(screen).not.toMatch(/not found|no-such-pager/);
  });

  it('hands a pager the whole text, and its own settings where it has none', async () => {
    const pager = cli.file(
      'pager.sh',
      `#!/bin/sh\nprintf '%s\\n' "$LESS" > '${cli.path}/less'\ncat > '${cli.path}/text'\n`,
    );
    chmodSync(pager, 0o755);
    expect((await onPty('', { PAGER: pager })).code).toBe(0);
    expect(readFileSync(join(cli.path, 'text'), 'utf8')).toMatch(/c1@[\s\S]*c60@[\s\S]*60 decisions/);
    expect(readFileSync(join(cli.path, 'less'), 'utf8')).toBe('FRX\n');
    await onPty('', { PAGER: pager, LESS: '-S' });
    expect(readFileSync(join(cli.path, 'less'), 'utf8')).toBe('-S\n');
  });

  it('ends as it would have where the pager is left early', async () => {
    const { code, screen } = await onPty('', { PAGER: 'head -n 1 > /dev/null' });
    expect([code, screen.includes('c60@'), /EPIPE|at /.test(screen)]).toEqual([0, false, false]);
  });
});
