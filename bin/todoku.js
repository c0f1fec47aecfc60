#!/usr/bin/env node
// The sources run unbuilt on Node 24. Started by an older Node (a global one, say), hand over to the project's own.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MINIMUM_MAJOR = 24;
const [major = 0] = process.versions.node.split('.').map(Number);
if (major >= MINIMUM_MAJOR) {
  keepCompiled();
  await import('../cli/todoku.ts');
} else {
  const own = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
  if (!existsSync(own)) {
    console.error(
      `todoku needs Node ${MINIMUM_MAJOR} or newer (this is ${process.version}); run "npm ci" first`,
    );
    process.exit(1);
  }
  const command = spawn(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  // An interrupt at the terminal reaches both: the command decides what it does at one, and this waits for it.
  process.on('SIGINT', () => undefined);
  // What ends a process reaches this one alone, and is meant for the command.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => command.kill(signal));
  command.on('exit', (status, signal) => {
    if (signal === null) process.exit(status ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/**
 * Keeps what Node makes of the sources, so that the next start need not strip and compile them again: beside the
 * packages, or in the user's own cache folder where that is not ours to write. Without either it is only slower.
 * (NODE_COMPILE_CACHE names another folder, NODE_DISABLE_COMPILE_CACHE=1 turns it off.)
 */
function keepCompiled() {
  const { FAILED } = module.constants.compileCacheStatus;
  for (const folder of [besidePackages, ofUser]) {
    try {
      const path = folder();
      if (path !== undefined && module.enableCompileCache(path).status !== FAILED) return;
    } catch {
      // An account without a home, say. The command does not depend on a cache.
    }
  }
}

function besidePackages() {
  const packages = fileURLToPath(new URL('../node_modules', import.meta.url));
  return existsSync(packages) ? join(packages, '.cache', 'todoku') : undefined;
}

function ofUser() {
  return join(process.env.XDG_CACHE_HOME || process.env.LOCALAPPDATA || join(homedir(), '.cache'), 'todoku');
}
