import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { snsEvent } from '../../../local/envelopes.ts';
import { chromiumPath, launch } from '../../support/browser.ts';
import type { ConsoleScene } from '../../support/console-scene.ts';
import { ACTING, HOSTILE } from '../../support/hostile.ts';

const MARKUP = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';
const VICTIM = '"<i>x</i>"@ezweb.ne.jp';

/** What the console does not do for strangers: those who write replies, and those who own other pages. */
export function safety(scene: () => ConsoleScene): void {
  it('shows the text of a hostile reply as text, and the file for the desk too', async () => {
    const { system, open } = scene();
    const event = {
      notificationType: 'Bounce',
      bounce: {
        bounceType: 'Permanent',
        bounceSubType: 'General',
        bouncedRecipients: [{ emailAddress: VICTIM, diagnosticCode: `smtp; 550 ${MARKUP} ${HOSTILE}` }],
        timestamp: '2026-11-20T00:00:00.000Z',
        feedbackId: 'hostile-feedback',
      },
      mail: {
        timestamp: '2026-11-20T00:00:00.000Z',
        messageId: `hostile ${MARKUP}`,
        source: 'a@shop.example',
      },
    };
    await system.invoke('ingest', snsEvent(JSON.stringify(event)));
    const page = await open({ acceptDownloads: true });
    await lookUp(page, VICTIM);
    await page.locator('article h1').waitFor();
    for (const summary of await page.locator('summary').all()) await summary.click();
    const shown = (await page.locator('article').textContent()) ?? '';
    expect(shown).toContain('<i>x</i>');
    expect(shown).toContain('onerror=');
    expect(shown).not.toMatch(ACTING);
    expect(await page.locator('article').locator('img, script, i').count()).toBe(0);

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '窓口に渡す（HTML）' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('answer.html');
    const handed = await page.context().newPage();
    const file = join(scene().folder.path, 'answer.html');
    await download.saveAs(file);
    await handed.goto(`file://${file}`);
    expect(await handed.locator('body').textContent()).toContain('<i>x</i>');
    expect(await handed.locator('img, script').count()).toBe(0);
    for (const each of [page, handed]) expect(await each.evaluate('window.hit')).toBeUndefined();
    await handed.close();
    await page.close();
  });

  it('is not reached by a name that was pointed at this machine', async () => {
    const rebound = await launch(chromiumPath() ?? '', ['--host-resolver-rules=MAP evil.example 127.0.0.1']);
    const page = await rebound.newPage();
    const { port, hash } = new URL(await scene().address());
    const answer = await page.goto(`http://evil.example:${port}/${hash}`);
    expect(answer?.status()).toBe(421);
    expect(await page.locator('script').count()).toBe(0);
    await rebound.close();
  });

  it('answers no page of another origin, and stands in no frame', async () => {
    const page = await scene().open();
    const { origin } = new URL(page.url());
    const other = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end(`<iframe src="${origin}/"></iframe>`);
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    // Of the same browser, which holds the cookie.
    const stranger = await page.context().newPage();
    await stranger.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    const asked = stranger.evaluate(
      `fetch('${origin}/ask/status', { method: 'POST', credentials: 'include', body: '{}' }).then(() => 'answered', () => 'refused')`,
    );
    expect(await asked).toBe('refused');
    expect(stranger.frames()[1]?.url()).toMatch(/^chrome-error:/);
    await stranger.close();
    other.close();
    await page.close();
  });

  it('says so when the address was used, and when the program behind it has ended', async () => {
    const page = await scene().open();
    const used = await page.context().browser()?.newPage({ locale: 'en-US' });
    await used?.goto(`${new URL(page.url()).origin}/#used-before`);
    await used?.getByText('This address was used').waitFor();
    await used?.close();
    await page.route('**/ask/lookup', (route) => route.abort());
    await lookUp(page, 'a@ezweb.ne.jp');
    await page.getByText('この画面のプログラムは終了しています').waitFor();
    await page.close();
  });
}

async function lookUp(page: Page, address: string): Promise<void> {
  await page.fill('#address', address);
  await page.keyboard.press('Enter');
}
