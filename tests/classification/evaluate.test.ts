import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { reasonOfLabel } from '../../bench/evaluate/sisimai.ts';

const root = resolve(import.meta.dirname, '../..');
const SAMPLES = [
  {
    recipient: 'hanako@ezweb.ne.jp',
    label: 'filtered',
    carrier: 'au',
    diagnosticCode: 'smtp; 550 : User unknown',
    diagnosticFrom: 'dsn-header',
  },
  {
    recipient: 'hanako@docomo.ne.jp',
    label: 'filtered',
    carrier: 'docomo',
    diagnosticCode: 'smtp; 550 Unknown user hanako@docomo.ne.jp',
    diagnosticFrom: 'dsn-header',
  },
  {
    recipient: 'taro@shop.example',
    label: 'filtered',
    carrier: 'none',
    diagnosticCode: 'smtp; 550 5.1.1 User unknown',
    diagnosticFrom: 'dsn-header',
  },
  {
    recipient: 'taro@shop.example',
    label: 'speeding',
    carrier: 'none',
    diagnosticCode: 'smtp; 450 Too many connections',
    diagnosticFrom: 'mail-body',
  },
  {
    recipient: 'taro@shop.example',
    label: 'mailboxfull',
    carrier: 'none',
    diagnosticCode: 'smtp; 550 5.1.1 User unknown',
    diagnosticFrom: 'mail-body',
  },
];

function evaluate(content: string, ...options: readonly string[]) {
  const file = join(mkdtempSync(join(tmpdir(), 'todoku-evaluate-')), 'samples.jsonl');
  writeFileSync(file, content);
  return spawnSync(process.execPath, ['bench/evaluate.ts', file, ...options], {
    cwd: root,
    encoding: 'utf8',
  });
}

const content = SAMPLES.map((sample) => JSON.stringify(sample)).join('\n');

test('labelled samples are compared by class and exactly, SES-like rows apart from the rest', () => {
  const report = JSON.parse(evaluate(content, '--json').stdout);
  expect(report.ses).toEqual({ rows: 3, byClass: 3, exact: 2 });
  expect(report.other).toEqual({ rows: 2, byClass: 1, exact: 1 });
  expect(report.disagreements).toMatchObject([{ line: 5, label: 'mailboxfull', reason: 'userunknown' }]);
});

test('a carrier rejection counts as claimed only when it is likely or certain', () => {
  const { carriers } = JSON.parse(evaluate(content, '--json').stdout);
  expect(carriers.find((row: { carrier: string }) => row.carrier === 'au')).toMatchObject({
    claimed: 1,
    precision: 1,
    recall: 1,
  });
  expect(carriers.find((row: { carrier: string }) => row.carrier === 'docomo')).toMatchObject({
    claimed: 0,
    leftOpen: 1,
    precision: null,
  });
});

test('samples without a date are judged at the date asked for', () => {
  const { carriers } = JSON.parse(evaluate(content, '--json', '--at', '2026-01-01T00:00:00.000Z').stdout);
  expect(carriers.find((row: { carrier: string }) => row.carrier === 'docomo')).toMatchObject({
    leftOpen: 0,
  });
});

test('the report names each disagreement with the rule that fired', () => {
  const { stdout, status } = evaluate(content);
  expect(status).toBe(0);
  expect(stdout).toContain('line 5 (body): mailboxfull -> userunknown certain [general/no-such-user-status]');
  expect(stdout).toMatch(/Agreement, SES-like rows: 100\.0 % \(3\/3\) by class/);
});

test('a file that is no list of samples is refused with the line', () => {
  const { stderr, status } = evaluate(`${content}\n{"recipient":"x@shop.example","label":"nonsense"}`);
  expect(status).toBe(1);
  expect(stderr).toContain('line 6');
});

test('labels of Sisimai’s other versions are known under one name', () => {
  expect(reasonOfLabel('toomanyconn')).toBe('ratelimited');
  expect(reasonOfLabel('userunknown')).toBe('userunknown');
  expect(reasonOfLabel('constructor')).toBeUndefined();
});
