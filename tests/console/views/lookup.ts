import { expect, it } from 'vitest';
import { type ConsoleScene, sideways, violationsOf } from '../../support/console-scene.ts';

/** The first view: a customer is looked up, told of, and released. */
export function lookupView(scene: () => ConsoleScene): void {
  it('answers by keyboard alone, and copies the letter', async () => {
    const page = await scene().open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await page.keyboard.press('/');
    await page.keyboard.type('kazuko-1964@docomo.ne.jp');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: '送信を止めています' }).waitFor();
    // The answer has the focus, so a screen reader reads it and letters are keys.
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
    await page.keyboard.press('c');
    await page.getByRole('status').getByText('文面をコピーしました').waitFor();
    const copied = await page.evaluate('navigator.clipboard.readText()');
    expect(copied).toContain('とどくショップ');
    expect(await violationsOf(page)).toEqual([]);
    // Nothing that a browser keeps names the customer.
    expect(page.url()).toMatch(/#\/lookup$/);
    expect(await page.title()).toBe('調べる | todoku');
    expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage])')).not.toContain('@');
    await page.close();
  });

  it('takes the next address in place of the last, and shows no answer that is not asked for any more', async () => {
    const page = await scene().open();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/ask/lookup', async (route) => {
      await held;
      await route.continue();
    });
    await page.fill('#address', 'kazuko-1964@docomo.ne.jp');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: '調べています' }).waitFor();
    await page.fill('#address', '');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /上に入れてください/ }).waitFor();
    const answered = page.waitForResponse('**/ask/lookup');
    release();
    await (await answered).finished();
    await page.fill('#address', 'hanako.sato@ezweb.ne.jp');
    await page.getByRole('heading', { level: 1, name: /上に入れてください/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'auが受け取っています' }).waitFor();
    await page.keyboard.press('/');
    await page.locator('#address:focus').waitFor();
    await page.keyboard.type('kazuko-1964@docomo.ne.jp');
    expect(await page.inputValue('#address')).toBe('kazuko-1964@docomo.ne.jp');
    await page.close();
  });

  it('marks in which letters a similar address differs, and warns against reading it out', async () => {
    const page = await scene().open();
    await page.fill('#address', 'hanko.sato@ezweb.ne.jp');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '似たアドレスが1件あります' }).waitFor();
    await page.getByText('別のお客様のアドレスかもしれません').waitFor();
    const match = page.locator('.near li').filter({ hasText: 'hanako.sato@ezweb.ne.jp' });
    expect(await match.locator('mark').allTextContents()).toEqual(['a']);
    expect(await violationsOf(page)).toEqual([]);
    await match.getByRole('button', { name: '調べる' }).click();
    await page.getByRole('heading', { level: 1, name: 'auが受け取っています' }).waitFor();
    await page.close();
  });

  it('tells what must not be sent by mail by telephone', async () => {
    const page = await scene().open();
    await page.fill('#address', 'satoshi.report@outlook.com');
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: '電話で読む', selected: true }).waitFor();
    await page.getByRole('tab', { name: '全文' }).click();
    expect(await page.getByRole('tabpanel').locator('.note').textContent()).toContain('メール');
    await page.close();
  });

  it('names nobody whom it cannot look up as not listed', async () => {
    const page = await scene().open();
    await page.fill('#address', 'two words@ezweb.ne.jp');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: '調べられませんでした' }).waitFor();
    await page.getByText('「送信を止めていない」という意味ではありません').waitFor();
    await page.close();
  });

  it('is usable in English, in the dark, at 360 pixels', async () => {
    const page = await scene().open({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    await page.getByRole('button', { name: 'メニュー' }).click();
    await page.getByRole('button', { name: 'English' }).click();
    await page.fill('#address', 'nobody.here@gmail.com');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'We have stopped sending' }).waitFor();
    expect(await sideways(page)).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    await page.close();
  });

  it('gives the desk look-ups and letters, and nothing that changes anything', async () => {
    const page = await scene().openDesk();
    await page.fill('#address', 'kazuko-1964@docomo.ne.jp');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: '送信を止めています' }).waitFor();
    expect(await page.getByRole('navigation').getByRole('link').allTextContents()).toEqual(['調べる']);
    expect(await page.getByRole('button', { name: /再開|渡す/ }).count()).toBe(0);
    await page.close();
  });
}
