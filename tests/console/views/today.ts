import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { type IncidentList, listIncidentsContract } from '../../../lib/contracts/incidents.ts';
import { type RescueStatus, workRescueContract } from '../../../lib/contracts/rescue.ts';
import type { Health } from '../../../lib/doctor/health.ts';
import { answerInstead, type ConsoleScene, sideways, violationsOf } from '../../support/console-scene.ts';

/** Docomo put mail off for three hours: the story has no mass refusal. */
const INCIDENTS: IncidentList = {
  days: 7,
  incidents: [
    {
      id: '20261124-02-aaaaaa',
      kind: 'ratelimited',
      receiver: 'docomo',
      receiverName: { ja: 'NTTドコモ', en: 'NTT docomo' },
      what: { ja: '送信数・速度の制限', en: 'rate limited' },
      from: '2026-11-24T02:01:00.000Z',
      until: '2026-11-24T04:20:00.000Z',
      recipients: 98,
      mails: 104,
      returned: 0,
      deferred: 104,
      hours: [
        { at: '2026-11-24T02:00:00.000Z', mails: 100 },
        { at: '2026-11-24T04:00:00.000Z', mails: 4 },
      ],
      senders: [],
      replies: [],
      lists: [],
      remedy: { ja: '送信の間隔を空けてください。', en: 'Send slower.' },
    },
  ],
};

const RESCUE: RescueStatus = {
  campaign: {
    id: 'r1',
    state: 'running',
    operator: 'suzuki',
    startedAt: '2026-11-08T00:00:00.000Z',
    settings: { bound: 0.025, knownShare: 0.8, silentAfterDays: 14 },
  },
  waves: [],
  next: {
    step: 'wait',
    because: { ja: '第2波の結果を待っています。', en: 'Waiting for wave 2.' },
    until: '2026-11-26T00:00:00.000Z',
  },
  unfinished: false,
};

/** Changes what the real function answers. */
async function changing<Answer>(page: Page, question: string, change: (answer: Answer) => Answer) {
  await page.route(`**/ask/${question}`, async (route) => {
    const response = await route.fetch();
    const { answer } = (await response.json()) as { answer: Answer };
    await route.fulfill({ response, json: { answer: change(answer) } });
  });
}

const withFigures = (health: Health): Health => ({
  ...health,
  verdict: 'problem',
  strip: { events: 'unseen', account: 'well', runs: 'well', deadLetters: 'problem' },
  findings: [
    {
      id: 'dead-letters',
      severity: 'problem',
      text: { ja: '記録できていないイベントが1件あります。', en: '1 event is not on record' },
      commands: ['todoku dead-letters list'],
    },
  ],
  unseen: [
    {
      state: 'unseen',
      call: 'cloudwatch:GetMetricData',
      why: 'denied',
      because: { ja: '権限がありません。', en: 'not allowed' },
    },
  ],
  figures: {
    ...health.figures,
    lastRecorded: null,
    nextDue: '2026-11-30T15:00:00.000Z',
    margins: {
      bounce: { rate: 0.0112, policy: 0.025, review: 0.05, pause: 0.1 },
      complaint: { rate: 0.0001, policy: 0.0005, review: 0.001, pause: 0.005 },
    },
    deadLetters: { waiting: 1, parked: 2 },
  },
});

/** What is urgent, whether everything is well, and what comes next. */
export function todayView(scene: () => ConsoleScene): void {
  it('says how many proposals are urgent, and how the system stands, with what to do about it', async () => {
    const page = await scene().open();
    await page.evaluate("location.hash = '#/today'");
    await page.getByRole('heading', { level: 1, name: /^急ぐ提案が\d+件あります$/ }).waitFor();
    const strip = page.getByRole('list', { name: 'システムの状態' });
    await strip.waitFor();
    expect(await strip.getByRole('listitem').allTextContents()).toEqual([
      expect.stringMatching(/^イベントの記録届いています最後の不達 .*時台最後の配信 .*時台$/),
      'SESアカウント率のデータがありませんバウンス率 データなし（上限2.50％）苦情率 データなし（上限0.050％）AWSの審査は5％と0.1％から',
      expect.stringMatching(/^定期実行11月\d+日 .*に完了/),
      '記録できなかったイベントありません',
    ]);
    // Nothing runs by itself on this machine, which is a note with its remedy.
    await page.getByText('定期実行が無効のため').waitFor();
    expect(await page.locator('code').allTextContents()).toEqual([expect.stringMatching(/cleanup --local$/)]);
    const urgent = page.getByRole('table').getByRole('rowheader');
    expect(await urgent.count()).toBe(5);
    expect(await violationsOf(page)).toEqual([]);
    // By keyboard alone from the button that asks anew to the first of the urgent.
    const address = await urgent.first().textContent();
    await page.getByRole('button', { name: '最新にする' }).focus();
    const isThere = () => page.evaluate('document.activeElement.textContent');
    for (let step = 0; step < 12 && (await isThere()) !== address; step += 1)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page
      .locator('.who')
      .filter({ hasText: address ?? '' })
      .waitFor();
    expect(page.url()).toMatch(/#\/lookup$/);
    await page.close();
  });

  it('names first that removals are stopped, then what is wrong and what could not be looked at', async () => {
    const page = await scene().open();
    await changing<object>(page, 'status', (status) => ({
      ...status,
      stopped: { by: 'kato', at: '2026-11-20T00:00:00.000Z', reason: '移転作業' },
    }));
    await changing(page, 'health', withFigures);
    await answerInstead(page, 'incidents', { answer: listIncidentsContract.answer.parse(INCIDENTS) });
    await answerInstead(page, 'rescue-status', { answer: workRescueContract.answer.parse(RESCUE) });
    await page.evaluate("location.hash = '#/today'");
    await page.getByRole('heading', { level: 1, name: '送信の再開を、すべて止めています' }).waitFor();
    await page.getByText('katoさんが止めています（理由：移転作業）').waitFor();
    const strip = page.getByRole('list', { name: 'システムの状態' });
    await strip.waitFor();
    expect(await strip.getByRole('listitem').allTextContents()).toEqual([
      expect.stringMatching(/^イベントの記録確認できません最後の不達・申告 .*最後の配信 確認できません$/),
      'SESアカウント余裕がありますバウンス率 1.12％（上限2.50％）苦情率 0.010％（上限0.050％）AWSの審査は5％と0.1％から',
      expect.stringMatching(/次は12月1日 0:00まで$/),
      '記録できなかったイベント1件ありますほかに保留中2件',
    ]);
    const found = page.getByRole('listitem').filter({ hasText: '権限がありません。' });
    expect(await found.textContent()).toContain('cloudwatch:GetMetricData');
    await page.getByRole('heading', { level: 2, name: 'NTTドコモ：送信数・速度の制限' }).waitFor();
    await page
      .getByText(
        '11月24日 11:01から13:20までに、宛先98件へのメール104通が受け取られませんでした（保留104通）。',
      )
      .waitFor();
    // An hour without any stands between.
    await page.getByText('数字で見る').click();
    expect(await page.locator('.inc tbody td').allTextContents()).toEqual(['100', '0', '4']);
    // What comes first stands first.
    const next = page.getByRole('heading', { level: 2, name: 'これから' }).locator('..');
    await next.getByText('第2波').waitFor();
    expect(await next.getByRole('listitem').allTextContents()).toEqual([
      expect.stringMatching(/^11月26日まで\u3000救済：第2波の結果を待っています。/),
      expect.stringMatching(/^12月1日 0:00まで\u3000定期実行$/),
      expect.stringMatching(/^12月1日\u300011月の報告がそろう$/),
    ]);
    await page.close();
  });

  it('is usable in English, in the dark, at 360 pixels, and says what a failure does not mean', async () => {
    const page = await scene().open({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    const refused = { code: 'x', text: { ja: '権限がありません。', en: 'not allowed' } };
    for (const question of ['proposals', 'health']) await answerInstead(page, question, { refused });
    await answerInstead(page, 'incidents', { answer: listIncidentsContract.answer.parse(INCIDENTS) });
    await page.getByRole('button', { name: 'メニュー' }).click();
    await page.getByRole('button', { name: 'English' }).click();
    await page.evaluate("location.hash = '#/today'");
    await page
      .getByRole('heading', { level: 1, name: 'Whether anything is urgent could not be read' })
      .waitFor();
    // The rest is there.
    await page.getByText('Send slower.').waitFor();
    await page.getByRole('heading', { level: 2, name: 'Resumed in Nov 2026' }).waitFor();
    const alerts = await page.getByRole('alert').allTextContents();
    expect(alerts).toHaveLength(2);
    for (const each of alerts) expect(each).toContain('does not mean that there is nothing');
    await page.unroute('**/ask/proposals');
    await page.unroute('**/ask/health');
    await changing(page, 'health', withFigures);
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByRole('heading', { level: 1, name: /^\d+ urgent proposals$/ }).waitFor();
    await page.getByText('Within its limits').waitFor();
    expect(await sideways(page)).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    await page.close();
  });
}
