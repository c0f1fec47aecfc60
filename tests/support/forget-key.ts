import type { ForgetKey } from '../../lib/store/forgetting.ts';

/** The key of forgotten people in memory, as Systems Manager keeps it: by version. */
export interface TestForgetKey extends ForgetKey {
  /** Writes another value over it. */
  rotate(): void;
  /** Deletes the parameter with all its versions. */
  lose(): void;
}

/** A parameter that is not there yet. */
export function testForgetKey(): TestForgetKey {
  let versions: Uint8Array[] = [];
  let made = 0;
  const next = () => new Uint8Array(32).fill(++made);
  return {
    read: async (version) => versions[version - 1],
    async make() {
      if (versions.length === 0) versions = [next()];
      return { version: versions.length, bytes: versions.at(-1) as Uint8Array };
    },
    rotate: () => void versions.push(next()),
    lose: () => {
      versions = [];
    },
  };
}
