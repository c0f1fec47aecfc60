import { expect, it } from 'vitest';
import { type ConsoleScene, sideways, violationsOf } from '../../support/console-scene.ts';
import { worlds } from '../../support/thorough.ts';

const WIDTHS = [320, 1_920, 360, 768, 1_040, 1_440];
const COMBINATIONS = WIDTHS.flatMap((width) =>
  (['light', 'dark'] as const).flatMap((colorScheme) =>
    (['ja', 'en'] as const).map((language) => ({ width, colorScheme, language })),
  ),
);

/**
 * Every view at every width, in both themes and languages, with `npm run thorough`. Every run of the tests looks at the
 * narrowest and the widest; axe, which takes the most time, then looks at each view in the view's own tests.
 */
export function everywhere(scene: () => ConsoleScene): void {
  const isThorough = worlds({ few: 0, all: 1 }) === 1;
  const shown = isThorough
    ? COMBINATIONS
    : COMBINATIONS.filter(
        ({ width, colorScheme, language }) =>
          (width === 320 && colorScheme === 'dark' && language === 'en') ||
          (width === 1_920 && colorScheme === 'light' && language === 'ja'),
      );
  it.each(shown)('$width pixels, $colorScheme, $language', async ({ width, colorScheme, language }) => {
    const page = await scene().open({ viewport: { width, height: 800 }, colorScheme });
    await page.evaluate(`localStorage.setItem('todoku-language', '${language}')`);
    await page.reload();
    const links = await page.locator('nav a').all();
    const views = await Promise.all(links.map((link) => link.getAttribute('href')));
    expect(views).toHaveLength(7);
    for (const view of views) {
      await page.evaluate(`location.hash = '${view}'`);
      await page.waitForLoadState('networkidle');
      await page.locator('main section:not([hidden]) h1').first().waitFor();
      expect(await sideways(page), view ?? '').toBe(0);
      if (isThorough) expect(await violationsOf(page), view ?? '').toEqual([]);
    }
    await page.close();
  });
}
