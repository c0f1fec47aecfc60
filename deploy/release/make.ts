import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { VERSION } from '../../lib/version.ts';
import type { Settings } from '../settings.ts';
import { type Inventory, licences } from './inventory.ts';
import { parametersOf } from './parameters.ts';
import { resolved } from './resolved.ts';
import { type PackagedStack, releaseTemplate, UnreleasableError, withStageParameter } from './template.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** A stack as osls packaged it, with the settings it was packaged with. */
export interface Stack extends PackagedStack {
  readonly settings: Settings;
}

/** What a release is made of. */
export interface Parts {
  /** Packaged with the default settings. */
  readonly plain: Stack;
  /** Packaged with every setting that adds something. */
  readonly full: Stack;
  /** Folder of the functions' archives, as osls made them. */
  readonly archives: string;
  readonly inventory: Inventory;
}

/**
 * Writes a release, `todoku-VERSION/`: template, archives, SBOM, licences, checksums and how to deploy it. The same
 * parts give the same bytes.
 *
 * @param dist folder in which the release's folder is made anew.
 * @returns the release's folder.
 * @throws {UnreleasableError} when its template would deploy another stack than osls does.
 */
export function makeRelease({ plain, full, archives, inventory }: Parts, dist: string): string {
  const name = `todoku-${VERSION}`;
  const folder = join(dist, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'functions'), { recursive: true });

  const keys = new Map<string, string>();
  for (const file of zipsIn(archives)) {
    // By its contents: an update that changes no code leaves the functions alone, and a rebuilt one is noticed.
    const named = `functions/${file.slice(0, -'.zip'.length)}-${digestOf(join(archives, file)).slice(0, 16)}.zip`;
    cpSync(join(archives, file), join(folder, named));
    keys.set(file, `${name}/${named}`);
  }
  const template = releaseTemplate(plain, full, VERSION, keys);
  for (const stack of [plain, full]) deploysTheSame(template, stack);

  writeFileSync(join(folder, 'todoku.json'), json(template));
  writeFileSync(join(folder, 'sbom.cdx.json'), json(inventory.sbom));
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), licences(inventory));
  for (const file of ['LICENSE', 'CHANGELOG.md']) cpSync(join(ROOT, file), join(folder, file));
  cpSync(join(ROOT, 'docs/release.md'), join(folder, 'DEPLOY.md'));

  const files = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name: file }) => join(parentPath, file))
    .toSorted();
  // As `sha256sum --check` reads them.
  const sums = files.map((file) => `${digestOf(file)}  ${file.slice(folder.length + 1)}\n`);
  writeFileSync(join(folder, 'SHA256SUMS'), sums.join(''));
  return folder;
}

const json = (value: unknown) => `${JSON.stringify(value, undefined, 1)}\n`;
const zipsIn = (folder: string) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.zip'))
    .toSorted();
const digestOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Refuses a template that, given a stack's settings as parameters, is not that stack. */
function deploysTheSame(template: Record<string, unknown>, stack: Stack): void {
  const got = resolved(template, parametersOf(stack.stage, stack.settings));
  const wanted = resolved(
    { Parameters: { Stage: {} }, Conditions: {}, ...withStageParameter(stack) },
    { Stage: stack.stage },
  );
  for (const part of ['Resources', 'Outputs'] as const) {
    const names = new Set([...Object.keys(got[part]), ...Object.keys(wanted[part])]);
    for (const each of names) {
      if (!isDeepStrictEqual(withoutCode(got[part][each]), withoutCode(wanted[part][each])))
        throw new UnreleasableError(`${each} is not what osls deploys with the settings of ${stack.stage}`);
    }
  }
}

/** A resource but for where its code is: that alone differs between the two ways. */
function withoutCode(resource: unknown): unknown {
  return JSON.parse(JSON.stringify(resource ?? null), (key, value) => (key === 'Code' ? undefined : value));
}
