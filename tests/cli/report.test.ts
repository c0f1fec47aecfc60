import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MonthAnswer } from '../../lib/contracts/report.ts';
import { displayWidth } from '../../lib/display-width.ts';
import { compared } from '../../lib/operations/report/compare.ts';
import { monthInTokyo, monthsLater } from '../../lib/time.ts';
import { type LambdaServer, startLambda } from '../../local/lambda.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';

/** The manager wants the month's figures: one command, printable. */

const figures = (month: string, fields: Partial<MonthAnswer> = {}): MonthAnswer => ({
  month,
  from: `${month}-01T00:00:00.000Z`,
  until: `${month}-28T00:00:00.000Z`,
  returned: { mails: 40, carriers: { au: 30, other: 10 }, reasons: { filtered: 25, userunknown: 15 } },
  missed: { mails: 127, carriers: { au: 100, docomo: 27 } },
  complaints: 2,
  decisions: { propose: 50, approve: 41, reject: 3, removed: 41, outcome: 30, 'put-back': 1 },
  operators: [{ by: 'suzuki\u202e', approved: 41, rejected: 3, removed: 41, overridden: 2 }],
  outcomes: { delivered: 25, 'bounced-again': 5 },
  ended: { addresses: 25, days: 4_321 },
  limits: [
    {
      limit: 'removals-per-day',
      because: { ja: '1日の上限に達しました。', en: 'The daily limit.' },
      runs: 2,
    },
  ],
  senders: { appeared: 1, resolved: 2 },
  ...fields,
});

/** After all of them. */
const NOW = '2026-12-01T00:00:00.000Z';

let cli: CliFolder;
let lambda: LambdaServer;
let asked: string[];
let answers: (month: string) => unknown;

beforeAll(async () => {
  const ask = async (request: unknown) => {
    const { month } = request as { month: string };
    asked.push(month);
    return answers(month);
  };
  lambda = await startLambda({ functions: { 'todoku-local-report': ask } });
});
afterAll(() => lambda.stop());
beforeEach(() => {
  cli = cliFolder();
  cli.useLocal(lambda.endpoint);
  asked = [];
  answers = (month) =>
    compared(
      figures(month),
      figures(monthsLater(month, -1), { missed: { mails: 215, carriers: { au: 215 } } }),
      NOW,
    );
});
afterEach(() => cli.remove());

const run = (...words: readonly string[]) => cli.run('report', '--local', ...words);

describe('ticket 12: the month on a page', () => {
  it.each([
    ['ja', '2026年10月', 'SESが送信しなかったメールは127通です。2026年9月より88通減りました。'],
    ['en', '2026-10', 'SES did not send 127 mails. That is 88 fewer than in 2026-09.'],
  ])('says first what was missed, against the month before (%s)', async (lang, name, first) => {
    cli.environment.COLUMNS = '80';
    const { code, stdout, stderr } = await run('--month', '2026-10', '--html', 'page.html', '--lang', lang);
    expect(stderr).toBe(lang === 'ja' ? 'page.html に書き出しました。\n' : 'Written to page.html.\n');
    expect(code).toBe(0);
    expect(asked).toEqual(['2026-10']);
    expect(stdout.replace(/\n(?=\S)/, ' ')).toContain(first.slice(0, 20));
    expect(stdout.split('\n').filter((line) => displayWidth(line) > 80)).toEqual([]);
    const page = readFileSync(join(cli.path, 'page.html'), 'utf8');
    expect(page).toContain(`<h1>${first}</h1>`);
    expect(page).toContain(name);
    for (const text of [stdout, page]) {
      expect(text).toContain('4,321');
      expect(text).not.toContain('\u202e');
    }
  });

  it('is the last whole month unless one is named', async () => {
    await run();
    const present = monthInTokyo(new Date().toISOString());
    expect([monthsLater(present, -1), monthsLater(present, 0)]).toContain(asked[0]);
  });

  it('is figures for a machine too, each with the month before', async () => {
    expect((await run('--month', '2026-10', '--csv', 'month.csv')).stderr).toContain('month.csv');
    const lines = readFileSync(join(cli.path, 'month.csv'), 'utf8').trim().split('\r\n');
    expect(lines[0]).toBe('what,of,2026-10,2026-09');
    expect(lines).toContain('missed,docomo,27,0');
    expect(lines).toContain('missed,au,100,215');
    expect(lines).toContain('ended,days,4321,4321');
    const { stdout, stderr } = await run('--month', '2026-10', '--json', '--csv', 'again.csv');
    expect(stderr).toBe('');
    expect(readFileSync(join(cli.path, 'again.csv'), 'utf8')).toContain('missed,au');
    expect(JSON.parse(stdout)).toMatchObject({ month: { month: '2026-10' }, before: { month: '2026-09' } });
  });

  it.each(['2026-13', '10', '2999-01', 'last'])('refuses %s, and asks nobody', async (month) => {
    const { code, stderr } = await run('--month', month);
    expect(code).toBe(1);
    expect(stderr).toContain('2026-10');
    expect(asked).toEqual([]);
  });

  it('of one mail and one customer is told in the singular', async () => {
    answers = (month) =>
      compared(
        figures(month, {
          missed: { mails: 1, carriers: { au: 1 } },
          ended: { addresses: 1, days: 1 },
        }),
        figures('2026-09'),
        NOW,
      );
    const { stdout } = await run('--month', '2026-10', '--lang', 'en');
    expect(stdout).toMatch(/SES did not send 1 mail\. That is 126 fewer/);
    expect(stdout.replaceAll('\n', ' ')).toMatch(/1 address was accepted again .* 1 day, all together/);
  });

  it('says where the counts are too small', async () => {
    answers = (month) => {
      const less = { incomplete: true, recordedFrom: '2026-09-20T00:00:00.000Z' } as const;
      return compared(figures(month), figures('2026-09', less), NOW);
    };
    const { stdout } = await run('--month', '2026-10');
    expect(stdout).toMatch(/Not all could be read in time/);
    expect(stdout).toMatch(/Records from before 2026-09-20 may be missing/);
    expect(stdout).not.toMatch(/more than|fewer than|change/);
  });
});
