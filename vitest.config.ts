import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // Real parts (DynamoDB, HTTP servers, Chromium) start inside tests: the limit guards against a hang, not speed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
