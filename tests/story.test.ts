import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { terminalOf } from '../cli/output.ts';
import type { Language } from '../lib/text.ts';
import { snsEvent } from '../local/envelopes.ts';
import { type Told, tellAgain } from '../local/story-teller.ts';
import { terminalTeller } from '../local/terminal-teller.ts';
import { type CliFolder, capturedIo, cliFolder } from './support/cli.ts';

const program = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const START = program('../local/start.ts');
const SHORT_START = program('./support/short-story.ts');

function run(folder: string, start: string, ...args: string[]) {
  const child = spawn(process.execPath, [start, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, NO_COLOR: '1', TODOKU_LANG: 'en' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output.text += text;
    });
  }
  return { child, output };
}

/** What every telling of the story must be. */
function isWhole(text: string, language: Language): void {
  expect(text).not.toContain('✗');
  expect(text.split('✓').length - 1).toBeGreaterThanOrEqual(14);
  expect(text).toContain(language === 'ja' ? '必ず受信' : 'tick 必ず受信');
  // Nothing but text where no terminal is.
  expect(text.includes(String.fromCharCode(27))).toBe(false);
}

describe('npm start', () => {
  it('ends by itself after the story with --once, and exits 0', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'todoku-story-'));
    const { child, output } = run(folder, SHORT_START, '--once');
    const [code] = await once(child, 'close');
    rmSync(folder, { recursive: true, force: true });
    expect(output.text).toContain('✓ a customer is written to');
    expect(output.text).toContain('Every step of the story held.');
    expect(code).toBe(0);
  });

  it('plays the whole story, in either language, and keeps serving, so that the command line works on it with --local', async () => {
    const cli: CliFolder = cliFolder();
    const [table, told] = [join(cli.path, 'table.txt'), join(cli.path, 'told.json')];
    const { child, output } = run(cli.path, START, '--table', table, '--told', told);
    try {
      await serving(output);
      // What the story stores, byte for byte; after a change that is meant: npx vitest run tests/story.test.ts -u
      await expect(readFileSync(table, 'utf8')).toMatchFileSnapshot('golden/story-table.txt');
      isWhole(output.text, 'en');
      expect(output.text).toContain('Every step of the story held.');
      // What its runs told meanwhile, and the last of it as a mail.
      expect(output.text).toMatch(/Open this address[^\n]+\n {2}http:\/\/127\.0\.0\.1:\d+\/#\S{40,}\n/);
      expect(output.text).toMatch(/Told meanwhile: \d+ mails, \d+ events\.[\s\S]+\| Subject: todoku local: /);
      for (const language of ['ja', 'en'] as const) {
        const { io, result } = capturedIo();
        tellAgain(JSON.parse(readFileSync(told, 'utf8')) as Told[], terminalTeller(terminalOf(io), language));
        const { stdout, stderr } = result(0);
        isWhole(stdout, language);
        expect(stderr).toBe('');
        if (language === 'en') expect(output.text).toContain(stdout);
      }

      // As an operator does it, in a process of its own; the others show the same in this one.
      const proposals = await cli.start('proposals', '--local', '--json');
      expect(proposals.code).toBe(0);
      const waiting = JSON.parse(proposals.stdout).proposals as { proposalId: string; spelling: string }[];
      expect(waiting.length).toBeGreaterThan(10);

      const [first, second] = waiting;
      const looked = await cli.run('lookup', first?.spelling ?? '', '--local');
      expect(looked).toMatchObject({ code: 0 });
      expect(looked.stdout).toContain(first?.proposalId);

      const approved = await cli.run(
        'approve',
        first?.proposalId ?? '',
        '--local',
        '--yes',
        '--operator',
        'test',
      );
      expect(approved).toMatchObject({ code: 0 });
      expect(approved.stdout).toContain('removed');
      const rejected = await cli.run(
        'reject',
        second?.proposalId ?? '',
        '--local',
        '--operator',
        'test',
        '--json',
      );
      expect(JSON.parse(rejected.stdout).results).toMatchObject([{ result: 'rejected' }]);

      const gone = await cli.run('lookup', first?.spelling ?? '', '--local', '--json');
      expect(gone.code).toBe(3);
      const unknown = await cli.run('approve', '20200101-0000000000', '--local', '--yes');
      expect(unknown.code).toBe(2);

      const event = {
        notificationType: 'Bounce',
        bounce: {
          bounceType: 'Permanent',
          bounceSubType: 'General',
          bouncedRecipients: [
            { emailAddress: 'new.customer@ezweb.ne.jp', diagnosticCode: 'smtp; 550 : User unknown' },
          ],
          timestamp: '2026-11-20T00:00:00.000Z',
          feedbackId: 'feedback-from-a-file',
        },
        mail: {
          timestamp: '2026-11-20T00:00:00.000Z',
          messageId: 'message-from-a-file',
          source: 'a@shop.example',
        },
      };
      const broken = cli.file('broken.jsonl', `${JSON.stringify(event)}\nnot an event\n`);
      const refused = await cli.run('ingest', broken, '--local', '--json');
      expect(refused).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('line 2: not JSON'),
      });
      const saved = cli.file('saved.json', JSON.stringify(snsEvent(JSON.stringify(event)), null, 2));
      const ingested = await cli.run('ingest', saved, '--local', '--json');
      expect(ingested).toMatchObject({ code: 0 });
      expect(JSON.parse(ingested.stdout)).toEqual({ stored: 1, rejected: 0 });

      const wiring = await cli.run('connect', '--local');
      expect(wiring).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing to add.') });

      const cleanup = await cli.run('cleanup', '--local', '--full');
      expect(cleanup).toMatchObject({ code: 0 });
      expect(cleanup.stdout).toContain('unchanged');
    } finally {
      child.kill('SIGINT');
      await once(child, 'close');
      cli.remove();
    }
    const without = cliFolder();
    expect((await without.run('proposals', '--local')).stderr).toContain('npm start');
    without.remove();
  });
});

/** Waits until the story is over and the servers are named. */
async function serving(output: { text: string }): Promise<void> {
  while (!output.text.includes('Lambda:')) await new Promise((resolve) => setTimeout(resolve, 200));
}
