import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { runInProcess } from '../support/cli.ts';

const answerSchema = z.strictObject({
  reason: z.string(),
  carrier: z.string().nullable(),
  confidence: z.enum(['ambiguous', 'likely', 'certain']),
  rule: z.string(),
  evidence: z.array(
    z.object({
      kind: z.string(),
      weight: z.number(),
      source: z.string(),
      text: z.object({ ja: z.string(), en: z.string() }),
    }),
  ),
  explains: z.object({ ja: z.string(), en: z.string() }),
  probablyMeant: z.string().optional(),
});

async function run(input: string, args: readonly string[] = []) {
  const stdin = Readable.from([Buffer.from(input)], { objectMode: false });
  const done = await runInProcess(['diagnose', ...args], { stdin });
  const lines = done.stdout.split('\n').filter((line) => line !== '');
  return { ...done, status: done.code, answers: lines.map((line) => answerSchema.parse(JSON.parse(line))) };
}

const lines = (...questions: readonly unknown[]) =>
  questions.map((question) => `${JSON.stringify(question)}\n`).join('');

describe('todoku diagnose', () => {
  test('answers each line with one line, in order', async () => {
    const { answers, status } = await run(
      lines(
        { recipient: 'a@ezweb.ne.jp', diagnosticCode: 'smtp; 550 : User unknown' },
        { recipient: 'a@ezweb.ne.jp', diagnosticCode: '550 <a@ezweb.ne.jp>: User unknown' },
        { recipient: 'a@shop.example', diagnosticCode: 'smtp; 552 5.2.2 Mailbox full' },
      ),
    );
    expect(status).toBe(0);
    expect(answers).toMatchObject([
      { reason: 'filtered', carrier: 'au', confidence: 'certain' },
      { reason: 'userunknown', carrier: 'au', confidence: 'likely' },
      { reason: 'mailboxfull', carrier: null },
    ]);
  });

  test('takes the time, the history and the member record into account', async () => {
    const docomo = { recipient: 'a@docomo.ne.jp', diagnosticCode: 'smtp; 550 Unknown user a@docomo.ne.jp' };
    const { answers } = await run(
      lines(
        docomo,
        { ...docomo, timestamp: '2024-05-01T09:00:00+09:00' },
        { ...docomo, timestamp: '2024-05-01', history: [{ kind: 'delivery', at: '2024-04-20' }] },
        { ...docomo, timestamp: '2024-05-01', member: { since: '2019-01-01' } },
        { ...docomo, timestamp: '2024-05-01', history: [{ kind: 'complaint', at: '2024-04-20' }] },
        { recipient: 'a@softbank.ne.jp', history: [{ kind: 'delivery', at: '2026-01-05' }] },
      ),
    );
    expect(answers.map(({ reason, confidence }) => `${reason} ${confidence}`)).toEqual([
      'userunknown likely',
      'filtered ambiguous',
      'filtered likely',
      'filtered likely',
      'feedback certain',
      'undefined ambiguous',
    ]);
  });

  test('reads the answering server, and SES’s own words', async () => {
    const { answers } = await run(
      lines(
        {
          recipient: 'a@shop.example',
          remoteMta: 'lsean.ezweb.ne.jp',
          diagnosticCode: '550 : User unknown',
          status: null,
        },
        { recipient: 'a@ezweb.ne.jp', bounceType: 'Permanent', bounceSubType: 'OnAccountSuppressionList' },
        { recipient: 'a@docom.ne.jp', diagnosticCode: 'smtp; 550 5.4.4 Host unknown' },
      ),
    );
    expect(answers[0]).toMatchObject({ reason: 'filtered', carrier: 'au' });
    expect(answers[1]).toMatchObject({ reason: 'suppressed', confidence: 'certain' });
    expect(answers[2]).toMatchObject({ reason: 'hostunknown', probablyMeant: 'docomo.ne.jp' });
  });

  test('names bad lines on standard error, answers the good ones and exits with 1', async () => {
    const good = JSON.stringify({ recipient: 'a@ezweb.ne.jp', diagnosticCode: '550 : User unknown' });
    const { answers, stderr, status } = await run(
      [
        good,
        'oops',
        '',
        '{"recipient":7}',
        '[]',
        `{"recipient":"a@b","timestamp":"soon"}`,
        `"${'x'.repeat(1_100_000)}"`,
        good,
      ].join('\n'),
      ['--lang', 'en'],
    );
    expect(answers).toHaveLength(2);
    expect(status).toBe(1);
    for (const number of [2, 4, 5, 6, 7]) expect(stderr).toContain(`line ${number}:`);
    expect(stderr).not.toContain('line 3:');
    expect(stderr.length).toBeLessThan(4000);
  });

  test('streams a file many times its memory in lines', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'todoku-diagnose-')), 'replies.jsonl');
    const line = lines({
      recipient: 'a@ezweb.ne.jp',
      diagnosticCode: '550 : User unknown',
      filler: 'x'.repeat(2000),
    });
    writeFileSync(file, line.repeat(20_000));
    const { answers, status } = await run('', [file]);
    expect(status).toBe(0);
    expect(answers).toHaveLength(20_000);
  });
});
