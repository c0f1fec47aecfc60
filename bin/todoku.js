#!/usr/bin/env node
// The sources run unbuilt on Node 24. Started by an older Node (a global one, say), hand over to the project's own.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MINIMUM_MAJOR = 24;
const [major = 0] = process.versions.node.split('.').map(Number);
if (major >= MINIMUM_MAJOR) {
  await import('../cli/todoku.ts');
} else {
  const own = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
  if (!existsSync(own)) {
    console.error(
      `todoku needs Node ${MINIMUM_MAJOR} or newer (this is ${process.version}); run "npm ci" first`,
    );
    process.exit(1);
  }
  const { status } = spawnSync(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exit(status ?? 1);
}
