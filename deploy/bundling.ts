import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Where the clients of the SDK describe their operations and types, one constant each. */
const SCHEMAS = /[\\/]dist-es[\\/](?:.*[\\/])?schemas[\\/]schemas_\d+\.js$/;

/**
 * The text of a file of {@link SCHEMAS} with its computed keys written out: `{ [_h]: ["GET"] }` becomes
 * `{ "http": ["GET"] }`. The SDK's programs shorten names so; for esbuild such a key is a call of `toString` that may
 * do anything, and all of a client's operations stay in a bundle that uses one of them.
 */
export function withPlainKeys(text: string): string {
  const names = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/^const (\w+) = ("[^"\\]*");$/gm)) {
    names.set(name, value);
  }
  return text.replace(/\[(\w+)\]:/g, (key, name) => {
    const value = names.get(name);
    return value === undefined ? key : `${value}:`;
  });
}

/** The same of the client of SSM, which makes 141 kinds of errors when it is loaded: a tenth of a function's code. */
const SSM_SCHEMAS = /[\\/]client-ssm[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/;

/**
 * The text of a file of {@link SSM_SCHEMAS} without the errors that nobody names. The client gives one that it does not
 * know as its base class, with the error's own name, message and status.
 *
 * @param named errors that somebody tells apart by their class.
 */
export function withoutErrorsBut(named: ReadonlySet<string>, text: string): string {
  return text.replace(/^n\d+_registry\.registerError\(\w+\$, (\w+)\);$/gm, (line, name) =>
    named.has(name) ? line : '',
  );
}

/** What our files import of the client of SSM. */
function importedOfSsm(): ReadonlySet<string> {
  const root = join(import.meta.dirname, '..');
  const files = globSync('{lib,functions}/**/*.ts', { cwd: root });
  const imports = files.flatMap((file) => [
    ...readFileSync(join(root, file), 'utf8').matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-ssm'/g),
  ]);
  return new Set(imports.flatMap(([, names = '']) => names.split(',').map((name) => name.trim())));
}

/** What serverless.yml (`custom.esbuild.plugins`) adds to esbuild. */
const plugins: readonly Plugin[] = [
  {
    name: 'plain-keys',
    setup: ({ onLoad }) => {
      // The first that matches loads a file.
      onLoad({ filter: SSM_SCHEMAS }, ({ path }) => ({
        contents: withoutErrorsBut(importedOfSsm(), withPlainKeys(readFileSync(path, 'utf8'))),
        loader: 'js',
      }));
      onLoad({ filter: SCHEMAS }, ({ path }) => ({
        contents: withPlainKeys(readFileSync(path, 'utf8')),
        loader: 'js',
      }));
    },
  },
];

export default plugins;
