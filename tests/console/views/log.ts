import { expect, it } from 'vitest';
import { type HistoryAnswer, historyContract } from '../../../lib/contracts/history.ts';
import { answerInstead, type ConsoleScene, sideways, violationsOf } from '../../support/console-scene.ts';

const decision = (more: Partial<HistoryAnswer['decisions'][number]>) => ({
  at: '2026-11-20T03:00:00.000Z',
  address: 's.ogawa@outlook.com',
  by: 'ito',
  action: 'removed',
  rule: 'complaint',
  because: { ja: '迷惑メールとして申告された宛先です。', en: 'Reported as spam.' },
  ...more,
});

/** A complaint that somebody lifted, one that nobody could, three turned down at once, and one without a reason. */
const DECIDED: HistoryAnswer = {
  decisions: [
    decision({ note: '本人から書面', overrides: ['complaint'] }),
    decision({ action: 'refused', overrides: ['complaint'], address: 'x@gmail.com' }),
    ...['a', 'b', 'c'].map((name) =>
      decision({ address: `${name}@docomo.ne.jp`, action: 'reject', by: 'suzuki', note: '会員ではない' }),
    ),
    decision({ address: 'z@au.com', at: '2026-11-19T03:00:00.000Z' }),
  ],
  counts: { removed: 4, refused: 1, reject: 3 },
};

/** The record of actions: who, when, what, why, and the verdict then. */
export function logView(scene: () => ConsoleScene): void {
  it('says that every removal has its reason, and leads to an address by keyboard alone', async () => {
    const page = await scene().open();
    await page.evaluate("location.hash = '#/log'");
    await page
      .getByRole('heading', { level: 1, name: /^11月に再開した\d+件は、すべて理由が残っています$/ })
      .waitFor();
    const row = page.getByRole('row').filter({ hasText: '電話で設定変更を確認' });
    expect((await row.getByRole('cell').allTextContents()).slice(0, 3)).toEqual([
      '14:00',
      'suzuki',
      'hanako.sato@ezweb.ne.jp',
    ]);
    expect(await row.getByRole('rowheader').textContent()).toBe('送信を再開');
    expect(await row.textContent()).toContain('受信拒否・確実、au');
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('searchbox').focus();
    await page.keyboard.type('HANAKO');
    await page
      .getByRole('status')
      .getByText(/^1件（\d+件のうち）$/)
      .waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('.who').filter({ hasText: 'hanako.sato@ezweb.ne.jp' }).waitFor();
    expect(page.url()).toMatch(/#\/lookup$/);
    // Back in the record, it is narrowed as before, and nothing is asked again.
    const asked = page.waitForRequest('**/ask/history', { timeout: 500 }).catch(() => 'nothing');
    await page.goBack();
    await page
      .getByRole('status')
      .getByText(/^1件（\d+件のうち）$/)
      .waitFor();
    expect(await asked).toBe('nothing');
    await page.close();
  });

  it('marks what went against a rule, tells many alike as one, and reads on where there is more', async () => {
    const page = await scene().open();
    await answerInstead(page, 'history', { answer: historyContract.answer.parse(DECIDED) });
    await page.evaluate("location.hash = '#/log'");
    await page
      .getByRole('heading', { level: 1, name: '11月に再開した2件のうち、1件には理由がありません' })
      .waitFor();
    const tagged = page.getByRole('rowheader').filter({ hasText: '禁止を承知で実行' });
    expect(await tagged.allTextContents()).toEqual(['送信を再開 禁止を承知で実行']);
    const turnedDown = page.getByRole('row').filter({ hasText: '会員ではない' });
    expect(await turnedDown.getByRole('group').textContent()).toContain('3件');
    // Two of what is counted were not answered: asking further may find them.
    await page.getByText('これより前の記録2件は、まだ読み込んでいません').waitFor();
    await answerInstead(page, 'history', {
      answer: {
        ...DECIDED,
        decisions: [decision({ address: 'old@au.com', at: '2026-11-02T00:00:00.000Z' })],
      },
    });
    await page.getByRole('button', { name: 'これより前の2件から読み込む' }).click();
    await page.getByRole('button', { name: 'old@au.com' }).waitFor();
    expect(await page.getByRole('row').filter({ hasText: '本人から書面' }).count()).toBe(1);
    await page.close();
  });

  it('keeps apart what todoku did, in English, in the dark, at 360 pixels, and says what a failure does not mean', async () => {
    const page = await scene().open({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    await answerInstead(page, 'history', {
      refused: { code: 'x', text: { ja: '権限がありません。', en: 'not allowed' } },
    });
    await page.getByRole('button', { name: 'メニュー' }).click();
    await page.getByRole('button', { name: 'English' }).click();
    await page.evaluate("location.hash = '#/log'");
    await page.getByRole('heading', { level: 1, name: 'The record of actions could not be read' }).waitFor();
    await page.getByRole('alert').getByText('does not mean that there is nothing').waitFor();
    await page.unroute('**/ask/history');
    await page.getByRole('button', { name: 'todoku’s own' }).click();
    await page
      .getByRole('heading', { level: 1, name: /^todoku recorded \d+ things by itself in November 2026$/ })
      .waitFor();
    expect(await page.getByRole('cell', { name: 'suzuki' }).count()).toBe(0);
    expect(await sideways(page)).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    await page.close();
  });
}
