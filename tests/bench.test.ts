import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

/**
 * Every program of bench/ runs to its end in a small form, so that none goes stale unnoticed. What they measure at
 * this size means nothing; what they check of themselves (calls by the formula, rows stored) holds at any size.
 */

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'todoku-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const samples = join(folder, 'samples.jsonl');
writeFileSync(
  samples,
  JSON.stringify({
    recipient: 'hanako@ezweb.ne.jp',
    label: 'filtered',
    carrier: 'au',
    diagnosticCode: 'smtp; 550 : User unknown',
    diagnosticFrom: 'dsn-header',
  }),
);

/** Arguments of the small form, and what the last line, JSON, must hold. */
const PROGRAMS: Readonly<
  Record<string, { readonly args: readonly string[]; readonly result: Record<string, unknown> }>
> = {
  'chaos.ts': {
    args: ['--seed', '4', '--events', '1500'],
    result: { bench: 'chaos', lost: 0, extra: 0, wrong: 0 },
  },
  'cleanup.ts': {
    args: ['--sizes', '1000', '--day-one', '20', '--warm-up', '0', '--measured', '1'],
    // Eight of ten are removed and two proposed: 1 + 1 + 2 + 2 * 8, and 30 + 1 + 4 * 2 + 10 * 8.
    result: { bench: 'cleanup', sizes: [1000], sesCalls: [20], dynamoCalls: [119] },
  },
  'cold-start.ts': {
    args: ['--runs', '1', '--functions', 'status'],
    result: {
      bench: 'cold-start',
      functions: [
        { name: 'dynamodb-client', clock: 1 },
        { name: 'status', clock: expect.any(Number) },
      ],
    },
  },
  'diagnose.ts': {
    args: ['--diagnoses', '1000', '--mails', '3'],
    result: { bench: 'diagnose', perSecond: expect.any(Number) },
  },
  'evaluate.ts': {
    args: [samples, '--json'],
    result: { ses: { rows: 1, byClass: 1, exact: 1 } },
  },
  'members.ts': {
    args: ['--rows', '40', '--base', '20', '--whole-path', '20'],
    result: { bench: 'members', rows: 40, peakMiB: expect.any(Number) },
  },
  'pace.ts': {
    args: ['--seconds', '5', '--look-ups', '20'],
    result: { bench: 'pace', failedLookUps: 0, removalsPerSecond: expect.any(Number) },
  },
  'year.ts': {
    args: ['--settings', 'harsh', '--seeds', '1', '--customers', '60'],
    result: { bench: 'year', settings: ['harsh'], seeds: [1], customers: 60 },
  },
};

describe('the benches', () => {
  it.each(Object.entries(PROGRAMS))('%s runs to its end in small form', async (name, { args, result }) => {
    const { stdout } = await promisify(execFile)(process.execPath, [join('bench', name), ...args], {
      cwd: root,
    });
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject(result);
  });

  it('are all among them', () => {
    const programs = readdirSync(join(root, 'bench')).filter((name) => name.endsWith('.ts'));
    expect(Object.keys(PROGRAMS)).toEqual(programs.toSorted());
  });
});
