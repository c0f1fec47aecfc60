import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Language } from '../lib/text.ts';
import { chromiumPath } from '../tests/support/browser.ts';
import { type ConsoleScene, startConsoleScene } from '../tests/support/console-scene.ts';

/** `npm run screenshots`: makes the pictures of docs/images from the running console, so that they show what it is. */

/** Where the pictures of the documents lie, each language in its folder. */
export const IMAGES = resolve(import.meta.dirname, '../docs/images');

/** One picture: which view, how, and what is done before it is taken. */
export interface Picture {
  readonly name: string;
  readonly view: string;
  readonly options?: BrowserContextOptions;
  readonly before?: (page: Page) => Promise<void>;
}

const NARROW: BrowserContextOptions = { viewport: { width: 360, height: 780 } };

async function lookUp(page: Page): Promise<void> {
  await page.fill('#address', 'kazuko-1964@docomo.ne.jp');
  await page.keyboard.press('Enter');
  await page.locator('article h1').waitFor();
}

/** Chooses the first rows by keyboard, so that the bar below them is seen. */
async function choose(page: Page): Promise<void> {
  for (const key of ['j', 'x', 'j', 'x', 'j']) await page.keyboard.press(key);
}

/** The pictures of each language. */
export const PICTURES: readonly Picture[] = [
  { name: 'lookup', view: 'lookup', before: lookUp },
  { name: 'lookup-narrow', view: 'lookup', options: { ...NARROW, colorScheme: 'dark' }, before: lookUp },
  { name: 'today', view: 'today' },
  { name: 'proposals', view: 'proposals', options: { colorScheme: 'dark' }, before: choose },
  { name: 'outcomes', view: 'outcomes' },
  { name: 'senders', view: 'senders' },
  { name: 'report', view: 'report' },
  { name: 'log', view: 'log' },
];

/** Takes one picture, in a language, and writes it to a file, as WebP: a third of a PNG. */
export async function take(
  scene: ConsoleScene,
  { view, options, before }: Picture,
  language: Language,
  file: string,
): Promise<void> {
  const page = await scene.open({ viewport: { width: 1280, height: 860 }, ...options });
  await page.evaluate(`localStorage.setItem('todoku-language', '${language}')`);
  await page.reload();
  await page.evaluate(`location.hash = '#/${view}'`);
  await page.locator('main section:not([hidden]) h1').first().waitFor();
  await page.waitForLoadState('networkidle');
  await before?.(page);
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 90 });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, Buffer.from(data, 'base64'));
  await page.close();
}

if (import.meta.main) {
  const path = chromiumPath();
  if (path === undefined) throw new Error('install Chromium first (Debian: chromium, fonts-noto-cjk)');
  const scene = await startConsoleScene(path);
  for (const language of ['ja', 'en'] as const) {
    for (const picture of PICTURES) {
      await take(scene, picture, language, join(IMAGES, language, `${picture.name}.webp`));
    }
  }
  await scene.stop();
}
