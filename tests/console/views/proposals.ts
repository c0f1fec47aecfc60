import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { HistoryAnswer } from '../../../lib/contracts/history.ts';
import type { LookupAnswer } from '../../../lib/contracts/lookup.ts';
import type { ProposalsPage } from '../../../lib/contracts/proposals.ts';
import { putFacts } from '../../../lib/store/facts.ts';
import { answerInstead, type ConsoleScene, sideways, violationsOf } from '../../support/console-scene.ts';

const KAZUKO = 'kazuko-1964@docomo.ne.jp';
const TARO = 'taro.again@au.com';

/** 提案, and the removal by hand from the first view: what changes the story's system, so it comes last. */
export function proposalsView(scene: () => ConsoleScene): void {
  const waiting = async () =>
    (await scene().system.invoke<ProposalsPage>('proposals', { limit: 1_000 })).proposals;
  const lookUp = (address: string) => scene().system.invoke<LookupAnswer>('lookup', { address });
  const title = (page: Page, name: string | RegExp) =>
    page.getByRole('heading', { level: 1, name }).waitFor();
  const heading = (page: Page, name: string | RegExp) =>
    page.getByRole('dialog').getByRole('heading', { level: 2, name }).waitFor();
  const openProposals = async (...options: Parameters<ConsoleScene['open']>): Promise<Page> => {
    const page = await scene().open(...options);
    await page.evaluate("location.hash = '#/proposals'");
    await page.getByRole('checkbox').first().waitFor();
    return page;
  };
  const send = async (address: string): Promise<void> => {
    const { system } = scene();
    await system.sesClient.send(
      new SendEmailCommand({
        FromEmailAddress: 'order@shop.example',
        Destination: { ToAddresses: [address] },
        Content: { Simple: { Subject: { Data: 'a' }, Body: { Text: { Data: 'a' } } } },
      }),
    );
    system.ses.drain();
    await system.topic.idle();
  };

  it('resumes one address from the first view, which then waits for a result, and says when mail was taken', async () => {
    const { system, open } = scene();
    const page = await open();
    await page.keyboard.press('2');
    await page.keyboard.press('1');
    await page.fill('#address', KAZUKO);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '送信を再開する…' }).click();
    const resume = page.getByRole('dialog').getByRole('button', { name: '送信を再開する' });
    await page.getByRole('checkbox', { name: /お客様に確かめました/ }).waitFor();
    await resume.click();
    // Neither confirmed nor said why: nothing is done, and the page says what is missing.
    await page.getByText('印を付けてください').waitFor();
    await page.keyboard.press('Space');
    await resume.click();
    await page.getByText('理由を書いてください').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.type('電話で設定を確認');
    // However often Escape is pressed, and Back, the answer is waited for where it can be seen.
    const waits: unknown[] = [];
    await page.route('**/ask/remove', async (route) => {
      for (let time = 0; time < 4; time += 1) await page.keyboard.press('Escape');
      await page.evaluate(
        "new Promise((done) => { addEventListener('hashchange', done, { once: true }); history.back(); }).then(() => 0)",
      );
      waits.push(new URL(page.url()).hash, await page.getByRole('dialog').isVisible());
      await route.continue();
    });
    await resume.click();
    await title(page, '送信を再開し、結果を待っています');
    expect(waits).toEqual(['#/lookup', true]);
    expect((await lookUp(KAZUKO)).removals.at(-1)).toMatchObject({ by: 'suzuki', rule: 'by-hand' });

    system.clock.advance(3_600_000);
    system.ses.setMailbox(KAZUKO, {});
    await send(KAZUKO);
    await page.getByRole('button', { name: '調べる', exact: true }).click();
    await title(page, /が受け取っています$/);
    await page.close();
  });

  it('says what the rules forbid before anybody resumes all the same, and takes that back', async () => {
    const page = await scene().open();
    await page.route('**/ask/lookup', async (route) => {
      const response = await route.fetch();
      const { answer } = await response.json();
      const step = { kind: 'release', title: { ja: '再開する', en: 'r' }, text: { ja: '', en: '' } };
      await route.fulfill({ json: { answer: { ...answer, screen: { ...answer.screen, steps: [step] } } } });
    });
    await page.fill('#address', TARO);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '送信を再開する…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('2回解除しましたが、届かないままです').waitFor();
    expect(await dialog.textContent()).not.toContain('--override');
    const resume = dialog.getByRole('button', { name: '送信を再開する' });
    expect(await resume.isDisabled()).toBe(true);
    await dialog.getByRole('checkbox', { name: /removed-too-often/ }).check();
    await dialog.getByRole('checkbox', { name: /お客様に確かめました/ }).waitFor();
    // What is lifted stays in sight, and can be taken back.
    await dialog.getByText('2回解除しましたが、届かないままです').waitFor();
    await dialog.getByRole('checkbox', { name: /removed-too-often/ }).uncheck();
    await dialog.getByRole('checkbox', { name: /お客様に確かめました/ }).waitFor({ state: 'detached' });

    // The server goes while it is asked: nobody knows what became of it.
    await dialog.getByRole('checkbox', { name: /removed-too-often/ }).check();
    await dialog.getByRole('checkbox', { name: /お客様に確かめました/ }).check();
    await dialog.getByLabel(/理由/).fill('依頼');
    await page.route('**/ask/remove', (route) => route.abort());
    await resume.click();
    await dialog.getByText('再開しなかったという意味ではありません').waitFor();
    await dialog.getByRole('button', { name: 'もう一度調べる' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.close();
  });

  it('approves fifty by keyboard alone, each with its result, and SES’s list is shorter by those', async () => {
    const { system } = scene();
    const before = await waiting();
    const listed = system.ses.list.size;
    const page = await openProposals();
    await title(page, `送信を再開できそうな宛先が${before.length}件あります`);
    expect(await sideways(page)).toBe(0);
    const { keyboard } = page;
    await keyboard.press('j');
    await page.getByRole('complementary').getByText('提案する理由').waitFor();
    await keyboard.press('x');
    for (let row = 1; row < 50; row += 1) await keyboard.press(row % 2 === 0 ? 'j' : 'ArrowDown');
    await keyboard.press('Shift+X');
    await page.getByText('50件を選択中').waitFor();
    await keyboard.press('a');
    await heading(page, '50件の送信を再開します');
    await page.getByText(/バウンス率は.*に上がります/).waitFor();
    // The field for the reason has the focus; after it come the two buttons.
    await keyboard.type('会員で、以前は届いていたため');
    // Stopped while the third is under way: three are done, and the rest go on from there.
    let asked = 0;
    await page.route('**/ask/remove', async (route) => {
      asked += 1;
      if (asked === 3) await keyboard.press('Escape');
      await route.continue();
    });
    await keyboard.press('Tab');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await heading(page, '50件のうち3件の送信を再開しました');
    await page.getByText('残りには、何もしていません').waitFor();
    expect(system.ses.list.size).toBe(listed - 3);
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await heading(page, '50件の送信を再開しました');
    expect(await page.getByRole('listitem').filter({ hasText: '再開しました' }).count()).toBe(50);
    expect(system.ses.list.size).toBe(listed - 50);
    await keyboard.press('Escape');
    await title(page, `送信を再開できそうな宛先が${before.length - 50}件あります`);
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
    const since = new Date(system.clock.now().getTime() - 60_000).toISOString();
    const { decisions } = await system.invoke<HistoryAnswer>('history', { since, by: 'suzuki' });
    const reasons = decisions.filter(({ note }) => note === '会員で、以前は届いていたため');
    expect(reasons.filter(({ action }) => action === 'approve').length).toBeGreaterThanOrEqual(50);
    await page.close();
  });

  it('tells of each what came between the preview and the deed, and how to go on', async () => {
    const { system } = scene();
    const page = await openProposals();
    await answerInstead(page, 'worst-case', { answer: { added: 4, open: 0, bound: 0.025, limits: [] } });
    await answerInstead(page, 'status', {
      refused: { code: 'failed', text: { ja: '権限がありません。', en: 'not allowed' } },
    });
    // A few rows tell axe as much as all, in a tenth of the time.
    await page.getByRole('searchbox').fill('sakura');
    await page.getByRole('button', { name: /^すべて \d\d?$/ }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('searchbox').fill('');
    const boxes = page.locator('.cursor');
    const ids = await boxes.evaluateAll((all) => all.slice(0, 5).map(({ id }) => id.replace('row-', '')));
    for (const place of [0, 1, 2, 3]) await boxes.nth(place).check();
    // Hidden by a filter they stay selected, and are counted.
    await page.getByRole('searchbox').fill('nobody at all');
    await page.getByText('（うち4件は、この条件では見えていません）').waitFor();
    await page.getByRole('button', { name: '内容を確かめる' }).click();
    await heading(page, '4件の送信を再開します');
    await page.getByText('バウンス率がどこまで上がるかは、分かりません').waitFor();
    await page.getByText('停止されているかどうかは、確かめられませんでした').waitFor();
    expect(await violationsOf(page)).toEqual([]);

    const [decided = '', complained = '', stopped = ''] = ids;
    const byId = new Map((await waiting()).map((each) => [each.proposalId, each]));
    await system.invoke('remove', { proposals: [decided], decision: 'reject', operator: 'ito' });
    const address = byId.get(complained)?.address ?? '';
    const at = system.clock.now().toISOString();
    await putFacts(system.store, [{ address, kind: 'complaint', at, id: 'c', messageId: 'm', sentAt: at }]);
    let isGone = true;
    await page.route('**/ask/remove', async (route) => {
      const { proposals } = route.request().postDataJSON();
      const isStopped = proposals[0] === stopped;
      if (isStopped) await system.invoke('policy', { ask: 'stop', operator: 'ito', reason: '調査中' });
      if (proposals[0] === ids[3] && isGone) return route.abort();
      await route.fulfill({ response: await route.fetch() });
      if (isStopped) await system.invoke('policy', { ask: 'resume', operator: 'ito' });
    });
    await page.getByRole('button', { name: '4件を再開する' }).click();
    await page.getByText('理由を書いてください').waitFor();
    await page.keyboard.type('会員で、以前は届いていたため');
    await page.getByRole('button', { name: '4件を再開する' }).click();
    await heading(page, '4件のうち0件の送信を再開しました');
    const row = (id: string) =>
      page.getByRole('listitem').filter({ hasText: byId.get(id)?.spelling ?? 'nobody' });
    await row(decided).getByText('この番号の提案は待機中ではありません').waitFor();
    await row(complained).getByText('迷惑メールとして申告された可能性').waitFor();
    await row(stopped).getByText('担当者がすべての解除を停止しているため').waitFor();
    await page.getByText('この画面のプログラムは終了しています').waitFor();
    await page.getByText('残りには、何もしていません').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    isGone = false;
    await page.getByRole('button', { name: '残りの1件を続ける' }).click();
    await heading(page, '4件のうち1件の送信を再開しました');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.close();
  });

  it('turns some down in English, in the dark, at 360 pixels', async () => {
    const before = await waiting();
    const page = await openProposals({
      viewport: { width: 360, height: 740 },
      colorScheme: 'dark',
      locale: 'en-US',
    });
    await page.getByRole('button', { name: 'メニュー' }).click();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('button', { name: 'Menu' }).click();
    await title(page, `Mail could go out again to ${before.length}`);
    await page.getByRole('searchbox').fill('docomo');
    for (const place of [0, 1]) await page.locator('.cursor').nth(place).check();
    expect(await sideways(page)).toBe(0);
    await page.getByRole('searchbox').fill('uqmobile');
    await page.getByText(/hidden by the conditions/).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Turn down', exact: true }).click();
    await heading(page, 'Turn down 2');
    expect(await sideways(page)).toBe(0);
    await page.getByRole('dialog').getByRole('button', { name: 'Turn down 2' }).click();
    await heading(page, '2 are turned down');
    await page.getByRole('button', { name: 'Close' }).click();
    await title(page, `Mail could go out again to ${before.length - 2}`);
    await page.close();
  });

  it('says what could not be read, and that more wait than are read', async () => {
    const page = await scene().open();
    await answerInstead(page, 'proposals', {
      refused: { code: 'failed', text: { ja: '権限がありません。', en: 'not allowed' } },
    });
    await page.evaluate("location.hash = '#/proposals'");
    await title(page, '提案を読み込めませんでした');
    await page.getByText('「何もない」という意味ではありません').waitFor();
    await page.unroute('**/ask/proposals');

    const [{ because: _because, evidence: _evidence, ...one } = {}] = await waiting();
    let turn = 0;
    await page.route('**/ask/proposals', (route) => {
      const { limit } = route.request().postDataJSON();
      turn += 1;
      const proposals = Array.from({ length: limit }, (_, place) => ({
        ...one,
        proposalId: `20261101-${String(turn * 1_000 + place).padStart(10, '0')}`,
      }));
      return route.fulfill({ json: { answer: { proposals, next: 'there' } } });
    });
    await page.getByRole('button', { name: 'もう一度読み込む' }).click();
    await title(page, '送信を再開できそうな宛先が5,000件以上あります');
    await page.getByText('止めた日の古い順に5,000件まで').waitFor();
    await page.close();
  });
}
