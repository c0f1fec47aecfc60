import { expect, it } from 'vitest';
import { lastAuditsContract } from '../../../lib/contracts/audit-senders.ts';
import { answerInstead, type ConsoleScene, sideways, violationsOf } from '../../support/console-scene.ts';

/** The senders: how each stands, what to mend first, and an audit made now. */
export function sendersView(scene: () => ConsoleScene): void {
  it('tells of the last audit, makes one by keyboard, and copies the record to publish', async () => {
    const page = await scene().open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await page.evaluate("location.hash = '#/senders'");
    await page.getByRole('heading', { level: 1, name: /直すところは/ }).waitFor();
    await page.getByRole('button', { name: '今すぐ点検する' }).press('Enter');
    await page.getByText(/件を点検しました。前回から変わったもの：\d+件/).waitFor();
    const title = page.getByRole('heading', { level: 1, name: /^直すところは\dつ。最初は「.+」です$/ });
    await title.waitFor();
    expect(await page.getByRole('row').filter({ hasText: 'に点検' }).count()).toBeGreaterThan(0);
    expect(await page.getByText('まだ点検していません').count()).toBe(0);
    const copy = page.getByRole('button', { name: /レコードをコピー/ }).first();
    await copy.press('Enter');
    await page.getByRole('status').getByText('レコードをコピーしました').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(/ 3600 IN (?:TXT|MX|CNAME) /);
    expect(await violationsOf(page)).toEqual([]);
    await page.close();
  });

  it('is usable in English, in the dark, at 360 pixels, says so when it cannot be read or audited, and when nobody has looked', async () => {
    const page = await scene().open({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    await page.getByRole('button', { name: 'メニュー' }).click();
    await page.getByRole('button', { name: 'English' }).click();
    const text = { ja: 'SESが答えません。', en: 'SES does not answer.' };
    await answerInstead(page, 'senders', { refused: { code: 'failed', text } });
    await answerInstead(page, 'audit-senders', { refused: { code: 'failed', text } });
    await page.evaluate("location.hash = '#/senders'");
    await page.getByRole('heading', { level: 1, name: 'The last audit could not be read' }).waitFor();
    await page.getByRole('button', { name: 'Audit now' }).press('Enter');
    await page.getByText('The audit was not made.').waitFor();
    await page.unroute('**/ask/senders');
    await page.getByRole('button', { name: 'Read it again' }).press('Enter');
    await page.getByRole('heading', { level: 1, name: /to mend\. First: / }).waitFor();
    expect(await sideways(page)).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    const none = { count: 0, items: [] };
    const answer = lastAuditsContract.answer.parse({
      ...{ senders: [], unaudited: ['shop.example'], unreadable: [] },
      ...{ urgent: none, unknown: none, advice: none },
    });
    await answerInstead(page, 'senders', { answer });
    await page.evaluate("location.hash = '#/lookup'");
    await page.evaluate("location.hash = '#/senders'");
    await page.getByRole('heading', { level: 1, name: 'No audit is on record yet' }).waitFor();
    await page.getByText('Not audited yet').waitFor();
    await page.close();
  });
}
