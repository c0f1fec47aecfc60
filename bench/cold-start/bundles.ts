import { readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { parse } from 'yaml';
import * as z from 'zod';
import plugins from '../../deploy/bundling.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** What serverless.yml tells serverless-esbuild, as far as esbuild itself takes it. */
const stackSchema = z.object({
  custom: z.object({
    esbuild: z.object({
      bundle: z.literal(true),
      minifyWhitespace: z.boolean(),
      minifySyntax: z.boolean(),
      minifyIdentifiers: z.literal(false),
      lineLimit: z.number(),
      plugins: z.literal('deploy/bundling.ts'),
      platform: z.literal('node'),
      target: z.string(),
      format: z.literal('esm'),
      mainFields: z.array(z.string()),
      exclude: z.array(z.string()).length(0),
      banner: z.object({ js: z.string() }),
    }),
  }),
  functions: z.array(z.record(z.string(), z.object({ handler: z.string() }))),
});

/** A client of DynamoDB and nothing else: what every function is measured against. */
const BASELINE = `
  import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
  import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
  export const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
`;

/** A function's code as it is packaged. */
export interface Bundle {
  readonly name: string;
  readonly text: string;
  /** Length in bytes, as deployed, before it is zipped. */
  readonly bytes: number;
  /** Bytes of each package and each folder of ours, the largest first. */
  readonly parts: readonly (readonly [string, number])[];
}

/** The functions of serverless.yml, by name. */
export function functionNames(): string[] {
  return readStack().functions.flatMap((each) => Object.keys(each));
}

/** Bundles a function as `serverless package` does. */
export async function bundleOf(name: string): Promise<Bundle> {
  const [bundle] = await bundlesOf([name]);
  if (bundle === undefined) throw new Error(`serverless.yml has no function ${name}`);
  return bundle;
}

/** Bundles functions as `serverless package` does; what they share is read once. */
export async function bundlesOf(names: readonly string[]): Promise<Bundle[]> {
  const functions = readStack().functions.flatMap((each) => Object.entries(each));
  const entryPoints = functions
    .filter(([name]) => names.includes(name))
    .map(([name, { handler }]) => ({ out: name, in: join(ROOT, handler.replace(/\.handler$/, '.ts')) }));
  return bundled({ entryPoints });
}

/** Bundles the client of DynamoDB alone, in the same way. */
export async function baseline(): Promise<Bundle> {
  const stdin = { contents: BASELINE, resolveDir: ROOT, loader: 'ts' } as const;
  const [bundle] = await bundled({ stdin });
  if (bundle === undefined) throw new Error('esbuild made nothing');
  return { ...bundle, name: 'dynamodb-client' };
}

function readStack(): z.infer<typeof stackSchema> {
  return stackSchema.parse(parse(readFileSync(join(ROOT, 'serverless.yml'), 'utf8')));
}

async function bundled(input: BuildOptions): Promise<Bundle[]> {
  const { exclude: _none, plugins: _ours, ...options } = readStack().custom.esbuild;
  const { outputFiles = [], metafile } = await build({
    ...options,
    ...input,
    plugins: [...plugins],
    absWorkingDir: ROOT,
    write: false,
    metafile: true,
    outdir: 'out',
    logLevel: 'error',
  });
  return outputFiles.map(({ path, text }) => {
    const parts = new Map<string, number>();
    const inputs = metafile?.outputs[relative(ROOT, path)]?.inputs ?? {};
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      parts.set(partOf(file), (parts.get(partOf(file)) ?? 0) + bytesInOutput);
    }
    return {
      name: basename(path, '.js'),
      text,
      bytes: Buffer.byteLength(text),
      parts: [...parts].sort((one, other) => other[1] - one[1]),
    };
  });
}

/** The package that a file is of, or our folder: `zod`, `lib/store`. */
function partOf(file: string): string {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
  return name ?? file.split('/').slice(0, 2).join('/');
}
