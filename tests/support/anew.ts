import { vi } from 'vitest';

/**
 * Begins a test file as a fresh process would: with the environment as it was, no fake clock, no spy, and our own
 * modules not yet loaded, so that a function reads its environment and makes its clients anew. Packages stay loaded:
 * the AWS SDK, a second of the processor's time, keeps nothing of the file before.
 */

const KEPT = Symbol.for('todoku.tests.environment');
const kept = globalThis as { [KEPT]?: NodeJS.ProcessEnv };

kept[KEPT] ??= { ...process.env };
for (const name of Object.keys(process.env)) if (!(name in kept[KEPT])) delete process.env[name];
Object.assign(process.env, kept[KEPT]);
vi.useRealTimers();
vi.restoreAllMocks();
vi.resetModules();
