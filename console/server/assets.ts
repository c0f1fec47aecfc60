import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A file of the page. */
export interface Asset {
  readonly type: string;
  readonly body: string;
}

/** The files of the page, by path. */
export type Assets = Readonly<Record<string, Asset>>;

const PAGE = fileURLToPath(new URL('../page/', import.meta.url));

/** Builds the page from its sources, in memory: a fraction of a second, and nothing that could be out of date. */
export async function buildAssets(): Promise<Assets> {
  const { outputFiles } = await build({
    entryPoints: [
      { in: `${PAGE}main.tsx`, out: 'page' },
      { in: `${PAGE}page.css`, out: 'page' },
    ],
    outdir: '/',
    bundle: true,
    // Each view is a file of its own, fetched when it is opened.
    splitting: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    charset: 'utf8',
    legalComments: 'none',
    alias: { 'node:url': `${PAGE}domains.ts` },
    logLevel: 'silent',
  });
  const file = (name: string): string => readFileSync(`${PAGE}${name}`, 'utf8');
  return {
    '/': { type: 'text/html; charset=utf-8', body: file('index.html') },
    '/icon.svg': { type: 'image/svg+xml', body: file('icon.svg') },
    ...Object.fromEntries(
      outputFiles.map(({ path, text }) => [`/${basename(path)}`, { type: typeOf(path), body: text }]),
    ),
  };
}

function typeOf(path: string): string {
  return path.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8';
}
