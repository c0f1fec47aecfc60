import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilFinished } from '../../cli/commands/backfill.ts';
import { putFacts } from '../../lib/store/facts.ts';
import { releaseLease, takeLease } from '../../lib/store/lease.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { memoryTable } from '../support/memory-table.ts';

let system: LocalSystem;
let folder: CliFolder;

beforeAll(async () => {
  system = await startLocalSystem({ start: '2026-10-01T00:00:00+09:00', table: memoryTable() });
  folder = cliFolder();
  folder.useLocal(system.lambda.endpoint);
  system.ses.setMailbox('hanako@ezweb.ne.jp', { filtersPcMail: true });
  for (const to of ['hanako@ezweb.ne.jp', 'nobody@softbank.ne.jp', 'nobody@kaisha.example'])
    system.ses.send({ from: 'order@shop.example', to: [to] });
  system.clock.set('2026-10-05T00:00:00+09:00');
});
afterAll(async () => {
  folder.remove();
  await system.stop();
});

const todoku = (...words: string[]) => folder.run(...words, '--local');

describe('the progress of a backfill', () => {
  const answer = (phase: string, passed: number) => ({
    phase,
    passed,
    finished: phase === 'done',
    startedAt: '2026-10-01T00:00:00.000Z',
    total: 100,
    counts: {},
    facts: 0,
    asked: 0,
    forgotten: 0,
  });

  async function written(answers: readonly ReturnType<typeof answer>[], isTTY: boolean): Promise<string> {
    const left = [...answers];
    const texts: string[] = [];
    const restarts: boolean[] = [];
    const invoke = async (restart: boolean) => {
      restarts.push(restart);
      return left.shift() ?? answer('done', 100);
    };
    const stream = { isTTY, write: (text: string) => texts.push(text) };
    expect(await untilFinished(invoke, true, 'en', stream)).toMatchObject({ finished: true });
    expect(restarts).toEqual([true, ...answers.slice(1).map(() => false)]);
    return texts.join('');
  }

  it('begins when the entries are counted, and ends with all of them', async () => {
    const text = await written(
      [answer('survey', 0), answer('carriers', 0), answer('others', 60), answer('done', 100)],
      true,
    );
    expect(text).toContain('reading back  [########################] 100%  100 entries');
    expect(text).not.toContain('begun at');
  });

  it('says what was done before, and measures the rest', async () => {
    const text = await written([answer('others', 60), answer('done', 100)], false);
    expect(text).toContain('60 of 100 entries are done');
    expect(text).toContain('100%  40 entries');
    expect(text).not.toContain('\u001b');
  });

  it.each([
    ['another run', { skipped: 'another-run-is-active' }],
    ["SES's throttling", { ...answer('carriers', 40), throttled: true as const }],
  ])('ends where %s ends it, instead of asking again at once', async (_what, ended) => {
    const left = [answer('survey', 0), ended];
    const patience: number[] = [];
    const invoke = async (_restart: boolean, seconds: number) => {
      patience.push(seconds);
      return left.shift() ?? answer('done', 100);
    };
    const stream = { isTTY: false, write: () => undefined };
    expect(await untilFinished(invoke, false, 'en', stream)).toEqual(ended);
    // Somebody else may come between two invocations; the first one tells at once.
    expect(patience).toEqual([0, 600]);
  });
});

describe('todoku backfill', () => {
  it('reads back what SES knows and says what to do next', async () => {
    const { code, stdout } = await todoku('backfill', '--lang', 'en');
    expect(stdout).toContain('3 entries of the list looked through, 3 bounces and complaints recorded.');
    expect(stdout).toContain('SES no longer knows 0 of the 3 mails it was asked for.');
    expect(stdout).toContain('todoku cleanup --full');
    expect(code).toBe(0);
  });

  it('says in both languages that another run is at work', async () => {
    await takeLease(system.store, 'another-run', system.clock.now(), 86_400_000);
    const [backfill, audit] = await Promise.all([
      todoku('backfill', '--lang', 'en'),
      todoku('senders', 'audit', '--lang', 'ja'),
    ]);
    await releaseLease(system.store, 'another-run');
    expect(backfill).toMatchObject({ code: 1, stdout: expect.stringContaining('another run') });
    expect(audit).toMatchObject({ code: 2, stdout: expect.stringContaining('別の実行') });
  });

  it('says in Japanese that nothing is left to do', async () => {
    const { stdout } = await todoku('backfill', '--lang', 'ja');
    expect(stdout).toContain('リストの3件を確認し、不達・申告0件を記録しました。');
    expect(stdout).not.toContain('cleanup --full');
  });

  it('prints the answer as JSON', async () => {
    const { stdout } = await todoku('backfill', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ finished: true, total: 3, passed: 3 });
  });

  it('takes up an unfinished backfill', async () => {
    system.ses.send({ from: 'order@shop.example', to: ['nobody2@kaisha.example'] });
    await system.invoke('backfill', { restart: true, seconds: 5 });
    const { stdout } = await todoku('backfill', '--lang', 'en');
    expect(stdout).toContain('4 entries of the list looked through');
  });

  it('reads an export for a span of dates', async () => {
    await system.invoke('cleanup', {});
    const { stdout } = await todoku(
      'backfill',
      '--export',
      '--from',
      '2026-09-01',
      '--to',
      '2026-10-06',
      '--lang',
      'en',
    );
    expect(stdout).toContain('1 file(s) read, 0 bounces and complaints recorded.');
    expect(stdout).toContain('recorded before');
  });

  it('refuses what makes no sense with a word on what is right', async () => {
    const wrong = [['--export'], ['--since', 'yesterday'], ['--seconds', '1']];
    const answers = await Promise.all(wrong.map((words) => todoku('backfill', ...words)));
    expect(answers.map((answer) => answer.code !== 0)).toEqual([true, true, true]);
    expect(answers.map((answer) => answer.stderr)).toEqual([
      expect.stringContaining('--export needs --from'),
      expect.stringContaining('2026-11-01'),
      expect.stringContaining('5 to 600'),
    ]);
  });

  it('says what is missing when the account keeps no insights', async () => {
    system.ses.account.vdmEnabled = false;
    const { code, stderr } = await todoku('backfill', '--restart');
    system.ses.account.vdmEnabled = true;
    expect(stderr).toContain('Virtual Deliverability Manager is off');
    expect(code).toBe(1);
  });
});

describe('todoku replies', () => {
  it('says that there are none', async () => {
    const { stdout } = await todoku('replies', '--lang', 'en');
    expect(stdout).toContain('0 bounces at mobile carriers in 90 days');
  });

  it('lists the texts and asks to report them, in both languages', async () => {
    const at = '2026-10-04T00:00:00.000Z';
    await putFacts(system.store, [
      {
        address: 'hanako@docomo.ne.jp',
        kind: 'bounce',
        at,
        id: 'feedback-1',
        messageId: 'message-1',
        sentAt: at,
        bounceType: 'Permanent',
        status: '5.0.0',
        diagnosticCode: 'smtp; 550 zorble \u001b[31m <hanako@docomo.ne.jp>',
      },
    ]);
    const english = await todoku('replies', '--lang', 'en', '--days', '30');
    expect(english.stdout).toContain('zorble');
    expect(english.stdout).not.toContain('hanako');
    expect(english.stdout).not.toContain('\u001b');
    expect(english.stdout).toContain('please report it');
    const japanese = await todoku('replies', '--lang', 'ja');
    expect(japanese.stdout).toContain('開発元にお知らせください');
    const json = await todoku('replies', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ texts: 1, replies: [{ carrier: 'docomo', count: 1 }] });
  });

  it('writes the texts to a new file to share, and nothing of a person', async () => {
    const file = join(folder.path, 'samples.jsonl');
    const { code, stdout } = await todoku('replies', '--share', file, '--lang', 'en');
    expect(code).toBe(0);
    expect(stdout).toContain('Wrote 1 text(s)');
    const shared = readFileSync(file, 'utf8');
    expect(JSON.parse(shared)).toEqual({
      carrier: 'docomo',
      diagnosticCode: 'smtp; 550 zorble [#m <address>',
      enhancedStatus: '5.0.0',
      count: 1,
      people: 1,
      from: '2026-10',
      until: '2026-10',
      readBy: expect.any(String),
    });
    const again = await todoku('replies', '--share', file, '--lang', 'ja');
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('上書きしません');
    expect(readFileSync(file, 'utf8')).toBe(shared);
    expect((await todoku('replies', '--share', join(folder.path, 'none', 'x'))).stderr).toContain(
      'cannot write',
    );
  });

  it('refuses a number of days that makes no sense', async () => {
    expect((await todoku('replies', '--days', '0')).stderr).toContain('1 to 730');
  });
});
