import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Folders whose tests start nothing: no server, no process, no database. `npm run check` runs these alone. */
const PURE = [
  ...['cases', 'classification', 'contracts', 'events', 'guidance', 'mails', 'policy'],
  ...['address.test.ts', 'architecture.test.ts'],
];
/**
 * A test file with one of these words changes what belongs to its process (environment, standard output), or loads
 * functions or the command line, which read the environment once. It gets a process of its own.
 */
const OWN_PROCESS = /process\.env|useLocalEnvironment|\/functions\/|support\/cli|\bvi\.|spawn|execFile/;

const all = globSync('tests/**/*.test.ts', { cwd: import.meta.dirname }).toSorted();
const isPure = (file: string) => PURE.some((part) => file.startsWith(`tests/${part}`));
const needsProcess = (file: string) =>
  OWN_PROCESS.test(readFileSync(`${import.meta.dirname}/${file}`, 'utf8'));
const pure = all.filter((file) => isPure(file) && !needsProcess(file));
const own = all.filter(needsProcess);
const shared = all.filter((file) => !pure.includes(file) && !own.includes(file));

const project = (name: string, include: readonly string[], isolate: boolean) => ({
  extends: true as const,
  test: { name, include: [...include], isolate },
});

export default defineConfig({
  test: {
    // Real parts (DynamoDB, HTTP servers) start inside tests: the limit guards against a hang, not speed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // As many workers as processors. Vitest's default leaves one processor idle: on two, half the machine.
    maxWorkers: '100%',
    // Files that may share a process do: the AWS SDK is then loaded once a worker, not once a file.
    projects: [project('pure', pure, false), project('shared', shared, false), project('own', own, true)],
  },
});
