import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HistoryAnswer } from '../../lib/contracts/history.ts';
import { displayWidth } from '../../lib/display-width.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { type CliFolder, cliFolder, runOnTerminal } from '../support/cli.ts';

/** `todoku history` on a terminal of 80 columns. */

const decision = (more: Partial<HistoryAnswer['decisions'][number]>) => ({
  at: '2026-11-01T00:00:00.000Z',
  address: 'hanako.of.the.long.name@ezweb.ne.jp',
  by: 'suzuki@shop.example',
  action: 'removed',
  rule: 'filtered-known-recipient',
  because: { ja: '理由。', en: 'why.' },
  ...more,
});

let cli: CliFolder;
let lambda: LambdaServer;

beforeAll(async () => {
  cli = cliFolder();
  lambda = await startLambda({
    functions: {
      'todoku-local-history': async () => ({
        version: '0.1.0',
        decisions: [
          decision({ note: 'called her, and she has changed the setting of her telephone' }),
          decision({ action: 'outcome', outcome: 'bounced-again', by: 'cleanup' }),
          decision({ action: 'refused', rule: 'complaint', overrides: ['complaint', 'unknown-user'] }),
        ],
        counts: { removed: 100, outcome: 100, refused: 100, proposed: 100, kept: 100, approved: 100 },
      }),
    },
  });
  cli.useLocal(lambda.endpoint);
});
afterAll(async () => {
  cli.remove();
  await lambda.stop();
});

it.each([
  ['ja', /解除後の結果：再不達/],
  ['en', /Outcome: bounced again/],
])('tells who decided, why, and what came of it, within the terminal (%s)', async (language, outcome) => {
  const { stdout } = await runOnTerminal('', ['history', '--local', '--lang', language], {
    cwd: cli.path,
    env: { NO_COLOR: '1' },
  });
  for (const line of stdout.split('\n')) expect(displayWidth(line), line).toBeLessThanOrEqual(80);
  expect(stdout).toMatch(outcome);
  expect(stdout).toContain('suzuki@shop.example');
  expect(stdout).toContain('filtered-known-recipient');
  expect(stdout.replaceAll(/[\s│]+/g, ' ')).toMatch(/called her, and she has changed/);
  // The rule that decided is named once.
  expect(stdout).toMatch(/complaint ?[（(]unknown-user/);
});
