import { readFileSync } from 'node:fs';
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

/** What serverless.yml (`custom.esbuild.plugins`) adds to esbuild. */
const plugins: readonly Plugin[] = [
  {
    name: 'plain-keys',
    setup: ({ onLoad }) => {
      onLoad({ filter: SCHEMAS }, ({ path }) => ({
        contents: withPlainKeys(readFileSync(path, 'utf8')),
        loader: 'js',
      }));
    },
  },
];

export default plugins;
