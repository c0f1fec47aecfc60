import { expect, it } from 'vitest';
import { type RescueStatus, workRescueContract } from '../../../lib/contracts/rescue.ts';
import { putOutcome } from '../../../lib/store/outcomes.ts';
import { answerInstead, type ConsoleScene, sideways, violationsOf } from '../../support/console-scene.ts';

/** A rescue in its second wave: the story never comes to that. */
const RESCUE: RescueStatus = {
  campaign: {
    id: 'r1',
    state: 'running',
    operator: 'suzuki',
    startedAt: '2026-10-08T00:00:00.000Z',
    settings: { bound: 0.025, knownShare: 0.8, silentAfterDays: 14 },
  },
  waves: [
    { number: 1, chosen: 20, removed: 20, skipped: 0, pending: 0, delivered: 17, bouncedAgain: 3, open: 0 },
    { number: 2, chosen: 26, removed: 24, skipped: 2, pending: 0, delivered: 17, bouncedAgain: 1, open: 6 },
  ].map((wave) => ({
    ...wave,
    complained: 0,
    silent: 0,
    worstCaseRate: 0.024,
    startedAt: '2026-11-05T00:00:00.000Z',
    skippedFor: {},
  })),
  next: { step: 'wait', because: { ja: '第2波の結果を待っています。', en: 'Waiting for wave 2.' } },
  unfinished: false,
};

/** What came of removals, by rule and carrier. */
export function outcomesView(scene: () => ConsoleScene): void {
  it('says how many were accepted, with each interval, and what follows', async () => {
    const { system } = scene();
    for (let index = 0; index < 24; index += 1) {
      const at = new Date(Date.parse('2026-11-01T00:00:00Z') + index * 60_000).toISOString();
      await putOutcome(system.store, {
        ...{ rule: index < 12 ? 'filtered-known-recipient' : 'temporary', carrier: 'docomo' },
        ...{ address: `customer${index}@docomo.ne.jp`, removedAt: at, at },
        outcome: index % 12 < 5 ? 'bounced-again' : 'delivered',
      });
    }
    const page = await scene().open();
    await answerInstead(page, 'rescue-status', { answer: workRescueContract.answer.parse(RESCUE) });
    await page.evaluate("location.hash = '#/outcomes'");
    // Accepted is all that anybody knows: it never says that mail arrived.
    const title = page.getByRole('heading', {
      level: 1,
      name: /^結果が分かった\d+件のうち、\d+件は受信側が受け取りました$/,
    });
    await title.waitFor();
    expect(await page.locator('main').textContent()).not.toContain('届きました');
    const row = page.getByRole('row').filter({ hasText: 'filtered-known-recipientNTTドコモ' });
    expect(await row.getByRole('cell').allTextContents()).toEqual(
      expect.arrayContaining(['7 / 12', '31〜81％', expect.stringContaining('提案だけにする')]),
    );
    expect(await row.getByRole('img').getAttribute('aria-label')).toBe(
      '受け取った割合58％、95％区間は31〜81％、下端の基準50％',
    );
    // A rule that only proposes anyway has nothing to lose.
    const proposing = page.getByRole('row').filter({ hasText: 'temporaryNTTドコモ' });
    expect(await proposing.getByText('いつも提案').count()).toBe(1);
    await page.getByRole('img', { name: '第2波：再開 24、受け取った 17、また不達 1' }).waitFor();
    await page.getByText('選んだ26名のうち、見送り2、未処理0').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.close();
  });

  it('is usable in English, in the dark, at 360 pixels, and says which part could not be read', async () => {
    const page = await scene().open({
      viewport: { width: 360, height: 740 },
      colorScheme: 'dark',
    });
    await page.getByRole('button', { name: 'メニュー' }).click();
    await page.getByRole('button', { name: 'English' }).click();
    const text = { ja: '記録を読み取れません。', en: 'The record cannot be read.' };
    await answerInstead(page, 'rescue-status', { refused: { code: 'failed', text } });
    await page.evaluate("location.hash = '#/outcomes'");
    await page.getByRole('heading', { level: 1, name: /known outcomes, \d+ were accepted/ }).waitFor();
    const failure = page.getByRole('alert');
    expect(await failure.textContent()).toMatch(/does not mean that there is nothing.*cannot be read/);
    expect(await sideways(page)).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    await page.unroute('**/ask/rescue-status');
    await failure.getByRole('button', { name: 'Read it again' }).press('Enter');
    await page.getByText('There never was a campaign').waitFor();
    await page.close();
  });
}
