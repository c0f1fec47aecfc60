import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { CARRIERS } from '../../../lib/classification/carriers.ts';
import type { MonthAnswer } from '../../../lib/contracts/report.ts';
import { compared } from '../../../lib/operations/report/compare.ts';
import { runInProcess } from '../../support/cli.ts';
import { answerInstead, type ConsoleScene, sideways, violationsOf } from '../../support/console-scene.ts';

/** What a browser saves when a button is pressed. */
async function saved(page: Page, button: string): Promise<{ readonly name: string; readonly text: string }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).press('Enter'),
  ]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}

/** A month with as much as there can be on a sheet. */
function fullMonth(month: string): MonthAnswer {
  const carriers = Object.fromEntries([...CARRIERS.map(({ id }) => id), 'other'].map((id) => [id, 40_000]));
  const reasons = ['filtered', 'userunknown', 'mailboxfull', 'suspend', 'blocked', 'expired', 'onhold'];
  const more = ['ratelimited', 'badreputation', 'networkerror', 'systemerror', 'notcompliantrfc'];
  return {
    month,
    from: `${month}-01T00:00:00.000Z`,
    until: `${month}-28T00:00:00.000Z`,
    returned: {
      mails: 400_000,
      carriers,
      reasons: Object.fromEntries([...reasons, ...more].map((reason) => [reason, 33_000])),
    },
    missed: { mails: 400_000, carriers },
    complaints: 20,
    decisions: { propose: 5_000, approve: 4_100, reject: 300, removed: 4_100, 'put-back': 1 },
    operators: [],
    outcomes: { delivered: 2_500, 'bounced-again': 500, silent: 900, complained: 2 },
    ended: { addresses: 2_500, days: 43_210 },
    limits: [],
    senders: { appeared: 1, resolved: 2 },
    recordedFrom: '2026-10-15T00:00:00.000Z',
    incomplete: true,
  };
}

/** A month on a sheet, and in the files that the command line writes. */
export function reportView(scene: () => ConsoleScene): void {
  it('shows a month that is chosen by keyboard, and saves what the command line writes of it', async () => {
    const page = await scene().open();
    await page.evaluate("location.hash = '#/report'");
    await page.getByRole('heading', { level: 1, name: /^SESが送信しなかったメールは\d+通です/ }).waitFor();
    await page.getByLabel('月', { exact: true }).press('ArrowUp');
    // The month that is not over says so.
    await page.getByText('この月はまだ終わっていません。').waitFor();
    const month = await page.getByLabel('月', { exact: true }).inputValue();
    const { folder, system } = scene();
    const { code } = await runInProcess(
      ['report', '--local', '--month', month, '--csv', 'a.csv', '--html', 'a.html', '--lang', 'ja'],
      { env: {}, cwd: folder.path, now: () => system.clock.now() },
    );
    expect(code).toBe(0);
    const written = (name: string) => readFileSync(join(folder.path, name), 'utf8');
    expect(await saved(page, 'CSVを保存')).toEqual({
      name: `todoku-${month}.csv`,
      text: written('a.csv'),
    });
    // The foot says when it was read.
    const withoutMoment = (text: string) => text.replace(/\d\d:\d\d（日本時間）/, '');
    const html = await saved(page, 'HTMLを保存');
    expect(withoutMoment(html.text)).toBe(withoutMoment(written('a.html')));
    expect(await violationsOf(page)).toEqual([]);
    await page.close();
  });

  it('stands on one sheet of A4, however many carriers and causes there are', async () => {
    const page = await scene().open({ colorScheme: 'dark' });
    const answer = compared(fullMonth('2026-10'), fullMonth('2026-09'), '2026-11-20T00:00:00.000Z');
    await answerInstead(page, 'report', { answer: { answer, csv: '', html: { ja: '', en: '' } } });
    await page.evaluate("location.hash = '#/report'");
    await page.getByText('ほかに4種類あります。').waitFor();
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);
    await page.close();
  });

  it('is usable in English, in the dark, at 360 pixels, and says so when it cannot be read', async () => {
    const page = await scene().open({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    await page.getByRole('button', { name: 'メニュー' }).click();
    await page.getByRole('button', { name: 'English' }).click();
    const text = { ja: '記録を読み取れません。', en: 'The record cannot be read.' };
    await answerInstead(page, 'report', { refused: { code: 'failed', text } });
    await page.evaluate("location.hash = '#/report'");
    await page.getByRole('heading', { level: 1, name: 'The report could not be read' }).waitFor();
    await page.unroute('**/ask/report');
    await page.getByRole('button', { name: 'Read it again' }).press('Enter');
    await page.getByRole('heading', { level: 1, name: /^SES did not send/ }).waitFor();
    expect(await sideways(page)).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    await page.close();
  });
}
