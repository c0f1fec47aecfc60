import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProposalsPage } from '../../lib/contracts/proposals.ts';
import type { RemoveAnswer, RemoveRequest } from '../../lib/contracts/remove.ts';
import { displayWidth } from '../../lib/display-width.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';

/** How waiting proposals are shown, narrowed and decided together. */

type Proposal = ProposalsPage['proposals'][number];

const id = (index: number) => `20261001-${String(index).padStart(10, '0')}`;

/** 142 proposals: every third of docomo, every second a customer's, every fourth of another rule. */
const PROPOSALS: readonly Proposal[] = Array.from({ length: 142 }, (_, index) => ({
  proposalId: id(index),
  address: `person.number.${index}@example.ne.jp`,
  spelling: `Person.Number.${index}@example.ne.jp`,
  listedAt: '2026-10-01T00:00:00.000Z',
  listedReason: 'BOUNCE',
  diagnosis: { reason: 'filtered', confidence: 'likely', rule: 'r', carrier: index % 3 ? 'au' : 'docomo' },
  rule: index % 4 ? 'filtered-unproven' : 'unknown-user-doubtful',
  ...(index % 2 && { memberSince: '2020-05-06T00:00:00.000Z', lastSeen: '2026-09-01T00:00:00.000Z' }),
  missed: { count: index % 5, ...(index % 5 && { last: `2026-11-${10 + (index % 10)}T00:00:00.000Z` }) },
}));

let waiting: Proposal[];
let decided: RemoveRequest[];
let asked: unknown[];
/** Called when a decision is made, before its answer goes out; may throw, which loses the answer. */
let after: () => void;
let server: LambdaServer;
let folder: CliFolder;

beforeEach(async () => {
  waiting = [...PROPOSALS];
  decided = [];
  asked = [];
  after = () => undefined;
  server = await startLambda({
    functions: {
      'todoku-local-proposals': async (event): Promise<ProposalsPage> => {
        asked.push(event);
        const { limit, next } = event as { limit: number; next?: string };
        const from = next === undefined ? 0 : waiting.findIndex(({ proposalId }) => proposalId === next) + 1;
        const proposals = waiting.slice(from, from + limit);
        const last = proposals.at(-1)?.proposalId;
        return { proposals, ...(from + limit < waiting.length && last && { next: last }) };
      },
      'todoku-local-remove': async (event): Promise<RemoveAnswer> => {
        const request = event as RemoveRequest;
        decided.push(request);
        const results = 'proposals' in request ? request.proposals : [];
        const answer = results.map((proposalId) => {
          if (!waiting.some((each) => each.proposalId === proposalId)) {
            return {
              proposalId,
              result: 'not_listed',
              why: { ja: '承認待ちではありません', en: 'not waiting' },
            };
          }
          return { proposalId, result: request.dryRun ? 'would_remove' : 'removed' };
        });
        if (!request.dryRun) waiting = waiting.filter(({ proposalId = '' }) => !results.includes(proposalId));
        after();
        return { results: answer };
      },
    },
  });
  folder = cliFolder();
  folder.useLocal(server.endpoint);
});
afterEach(async () => {
  folder.remove();
  await server.stop();
});

const proposals = (...words: string[]) => folder.run('proposals', '--local', ...words);
const approved = () =>
  decided.flatMap((request) => ('proposals' in request && !request.dryRun ? request.proposals : []));

describe('todoku proposals', () => {
  it('shows who missed mail last first, with totals and how to see the rest', async () => {
    const { code, stdout } = await proposals();
    expect(code).toBe(0);
    const rows = stdout.split('\n').filter((line) => line.includes('@'));
    expect(rows).toHaveLength(50);
    const below = stdout.split('\n').filter((line) => /^│ 2026/.test(line));
    const days = below.map((row) => row.split('│')[2]?.trim() ?? '');
    expect(days).toEqual(days.toSorted().reverse());
    expect(rows[0]).toMatch(/│ \d+ +│ 2020-05-06 │/);
    expect(below[0]).toMatch(/│ 2026-\d\d-\d\d │ 2026-09-01 │/);
    expect(stdout).toContain('waiting: 142 (au (KDDI) 94, NTT docomo 48)\ncustomers: 71  mails missed: 281');
    expect(stdout).toMatch(/proposals --limit 142 --local\n/);
  });

  it.each([
    [['--carrier', 'docomo'], 48],
    [['--carrier', 'NTTドコモ'], 48],
    [['--rule', 'unknown-user-doubtful'], 36],
    [['--customer', 'yes', '--carrier', 'AU'], 47],
    [['--customer', 'no'], 71],
    [['--carrier', 'softbank'], 0],
  ])('narrowed by %j are %i', async (words, count) => {
    const { stdout } = await proposals(...words, '--json');
    expect(JSON.parse(stdout).totals.waiting).toBe(count);
    const shown = await proposals(...words, '--lang', 'ja');
    expect(shown.stdout).toContain(count === 0 ? '承認待ちの提案はありません' : `承認待ち：${count}件`);
  });

  it.each(['ja', 'en'])('fits 80 columns with all that helps to decide (%s)', async (language) => {
    folder.environment.COLUMNS = '80';
    const { stdout } = await proposals('--lang', language);
    for (const line of stdout.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80);
    expect(stdout.split('\n').filter((line) => line.includes(id(1).slice(0, 12)))).not.toEqual([]);
    expect(stdout).toMatch(/Person\.Number\.\d+@example\.ne\.jp/);
    // Missed mails, customer since, and below: the last of them, the last order, the carrier.
    expect(stdout).toMatch(/│ \d+ +│ 2020-05-06 │/);
    expect(stdout).toMatch(/│ 2026-\d\d-\d\d │ 2026-09-01 │ (?:au|NTT)/);
  });

  it('gives programs a page, as it was asked for', async () => {
    const first = JSON.parse((await proposals('--json', '--limit', '2')).stdout);
    expect(first.proposals.map((each: Proposal) => each.proposalId).toSorted()).toEqual([id(0), id(1)]);
    const second = JSON.parse((await proposals('--json', '--limit', '2', '--next', first.next)).stdout);
    expect(second.proposals.map((each: Proposal) => each.proposalId).toSorted()).toEqual([id(2), id(3)]);
  });
});

describe('many proposals decided together', () => {
  it('by carrier, rule and customer, with a reason', async () => {
    const words = ['--carrier', 'docomo', '--customer', 'yes', '--reason', 'asked the shop', '--yes'];
    const { code, stdout } = await folder.run('approve', '--local', ...words);
    expect(code).toBe(0);
    expect(stdout).toMatch(/removed +24\n/);
    expect(approved()).toHaveLength(24);
    expect(decided.every(({ reason }) => reason === 'asked the shop')).toBe(true);
  });

  it('by a file of ids and addresses; what waits no more is told', async () => {
    const lines = [id(3), 'person.number.7@example.ne.jp', 'gone@example.ne.jp', 'nonsense'];
    const file = folder.file('decide.txt', lines.join('\n'));
    const { code, stdout } = await folder.run('approve', '--local', '--file', file, '--yes');
    expect(code).toBe(2);
    expect(approved()).toEqual([id(3), id(7)]);
    expect(stdout).toContain('gone@example.ne.jp: no proposal about this address is waiting');
    expect(stdout).toContain('line 4 "nonsense": not a mail address');
  });

  it.each(['person.number.{}@example.ne.jp', '20261001-{}'])(
    'by a file of which half was decided before an interruption: one report over both runs (%s)',
    async (form) => {
      const names = Array.from({ length: 60 }, (_, index) =>
        form.replace('{}', form.includes('@') ? String(index) : String(index).padStart(10, '0')),
      );
      const file = folder.file('decide.txt', [...names, 'gone@example.ne.jp'].join('\n'));
      const report = join(folder.path, 'report.csv');
      const words = ['approve', '--local', '--file', file, '--yes', '--report', report];
      after = () => {
        if (waiting.length <= 142 - 40) throw new Error('the answer is lost');
      };
      const first = await folder.run(...words);
      expect(first).toMatchObject({ code: 2 });
      expect(first.stderr).toContain('stopped with 40 not reached');
      after = () => undefined;
      const second = await folder.run(...words);
      expect(second.stderr).toContain('Taken up again: 20 of');
      // What the part under way may have done is not told as removed, nor as never asked for.
      expect(second.stdout).toMatch(/removed +40\n/);
      expect(second.stdout).toContain('just before the interruption');
      expect(second.stdout).toContain('gone@example.ne.jp: no proposal about this address is waiting');
      const rows = readFileSync(report, 'utf8').trim().split('\r\n');
      expect(rows).toHaveLength(1 + 61);
      expect(new Set(approved())).toHaveLength(60);
    },
  );

  it('looks first where it is asked to, and changes nothing', async () => {
    const { stdout } = await folder.run('approve', '--local', '--rule', 'filtered-unproven', '--dry-run');
    expect(stdout).toMatch(/would be removed +106\n/);
    expect(approved()).toEqual([]);
  });

  it('never by ids and a filter at once, and says where none is meant', async () => {
    const both = await folder.run('approve', id(1), '--carrier', 'au', '--local', '--yes');
    expect(both).toMatchObject({ code: 1, stdout: '' });
    const none = await folder.run('reject', '--carrier', 'softbank', '--local', '--yes');
    expect(none.stdout).toContain('No waiting proposal is one of these');
    expect(decided).toEqual([]);
  });
});
