import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Folders whose tests start nothing: no server, no process, no database. `npm run check` runs these alone. */
const PURE = [
  ...['answer', 'cases', 'classification', 'contracts', 'events', 'guidance', 'mails', 'policy', 'wiring'],
  ...['address.test.ts', 'architecture.test.ts', 'waiting-proposals.test.ts'],
];
/**
 * A test file with one of these words changes what belongs to its process (environment, standard output), or loads
 * functions, which read the environment once. It begins with both anew: tests/support/anew.ts.
 */
const ANEW = /process\.env|useLocalEnvironment|\/functions\/|\bvi\.|startSystem|local\/system/;

const all = globSync('tests/**/*.test.ts', { cwd: import.meta.dirname }).toSorted();
const isPure = (file: string) => PURE.some((part) => file.startsWith(`tests/${part}`));
const beginsAnew = (file: string) => ANEW.test(readFileSync(`${import.meta.dirname}/${file}`, 'utf8'));
const pure = all.filter((file) => isPure(file) && !beginsAnew(file));
const anew = all.filter(beginsAnew);
const shared = all.filter((file) => !pure.includes(file) && !anew.includes(file));

const project = (name: string, include: readonly string[], setupFiles: string[] = []) => ({
  extends: true as const,
  test: { name, include: [...include], setupFiles },
});

export default defineConfig({
  test: {
    // Real parts (DynamoDB, HTTP servers) start inside tests: the limit guards against a hang, not speed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What tests and the programs they start leave in the temporary folder goes with it at the end.
    globalSetup: ['tests/support/temporary.ts'],
    // As many workers as processors. Vitest's default leaves one processor idle: on two, half the machine.
    maxWorkers: '100%',
    // Files share a process: the AWS SDK is then loaded once a worker, not once a file.
    isolate: false,
    projects: [
      project('pure', pure),
      project('shared', shared),
      project('anew', anew, ['tests/support/anew.ts']),
    ],
  },
});
