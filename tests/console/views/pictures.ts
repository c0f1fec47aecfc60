import { globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { IMAGES, PICTURES, take } from '../../../scripts/screenshots.ts';
import type { ConsoleScene } from '../../support/console-scene.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** The pictures in the documents: the script makes all of them, and nobody shows another. */
export function pictures(scene: () => ConsoleScene): void {
  it('stand in the documents as the script makes them', () => {
    const shown = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT }).flatMap((file) =>
      [...readFileSync(join(ROOT, file), 'utf8').matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, target = '']) =>
        resolve(ROOT, dirname(file), target),
      ),
    );
    const made = ['ja', 'en'].flatMap((language) =>
      PICTURES.map(({ name }) => join(IMAGES, language, `${name}.webp`)),
    );
    expect(globSync(`${IMAGES}/**/*.*`).toSorted()).toEqual(made.toSorted());
    expect(made.filter((file) => !shown.includes(file))).toEqual([]);
    expect(shown.filter((file) => !made.includes(file))).toEqual([]);
  });

  it('are taken of the running console', async () => {
    const { folder } = scene();
    const file = join(folder.path, 'picture.webp');
    const [first] = PICTURES;
    if (first === undefined) throw new Error('there are no pictures');
    await take(scene(), first, 'ja', file);
    expect(statSync(file).size).toBeGreaterThan(10_000);
  });
}
