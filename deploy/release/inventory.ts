import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';

/** What a release is made of beside our own code: npm's list of packages, and the licence of each. */

const ROOT = resolve(import.meta.dirname, '../..');

const lockSchema = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
    }),
  ),
});
const sbomSchema = z.looseObject({
  serialNumber: z.unknown().optional(),
  metadata: z.looseObject({ timestamp: z.unknown().optional() }),
});

/** A package that todoku runs with. */
export interface Package {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** Its folder. */
  readonly folder: string;
}

/** The packages that todoku runs with, and npm's CycloneDX document of them. */
export interface Inventory {
  readonly packages: readonly Package[];
  readonly sbom: unknown;
}

/**
 * Asks npm. Development dependencies are taken out of what npm is given first: `npm sbom --omit dev` also leaves out
 * every package that a development dependency needs as well, zod among them.
 */
export function inventory(): Inventory {
  const manifest = z.looseObject({ devDependencies: z.unknown() }).parse(read('package.json'));
  const lock = lockSchema.parse(read('package-lock.json'));
  const packages = Object.fromEntries(Object.entries(lock.packages).filter(([, { dev }]) => dev !== true));
  const temporary = mkdtempSync(join(tmpdir(), 'todoku-inventory-'));
  // npm calls the whole after its folder.
  const folder = join(temporary, 'todoku');
  mkdirSync(folder);
  const { devDependencies: _, ...ours } = packages[''] ?? {};
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, devDependencies: undefined }));
  writeFileSync(
    join(folder, 'package-lock.json'),
    JSON.stringify({ ...lock, packages: { ...packages, '': ours } }),
  );
  const args = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'];
  const text = execFileSync('npm', args, { cwd: folder, encoding: 'utf8' });
  rmSync(temporary, { recursive: true });
  // A number at random and the time of day: the same release would differ each time.
  const { serialNumber: _number, metadata, ...sbom } = sbomSchema.parse(JSON.parse(text));
  const { timestamp: _time, ...described } = metadata;
  return {
    sbom: { ...sbom, metadata: described },
    packages: Object.entries(packages)
      .filter(([path]) => path !== '')
      .map(([path, { version = '', license = '' }]) => ({
        name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
        version,
        licence: license,
        folder: join(ROOT, path),
      })),
  };
}

const read = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));

/** The licences of an inventory's packages as one text: each with its own words, where the package brings them. */
export function licences({ packages }: Inventory): string {
  const texts = packages.map(({ name, version, licence, folder }) => {
    const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
    const words = files.toSorted().map((file) => readFileSync(join(folder, file), 'utf8').trim());
    return [`${name} ${version}: ${licence}`, ...words].join('\n\n');
  });
  const opening = 'todoku runs with these packages; the functions hold parts of them.';
  return [opening, ...texts].join(`\n\n${'-'.repeat(80)}\n\n`).concat('\n');
}
