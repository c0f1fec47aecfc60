/**
 * How many random worlds a slow property is tried on: `few` in every run of the tests, `all` with `npm run thorough`.
 * The worlds of a fixed seed begin alike, so the few are the first of all.
 */
export function worlds({ few, all }: { readonly few: number; readonly all: number }): number {
  return process.env.THOROUGH === undefined ? few : all;
}

/** Whether a test is to play its whole product, as the script of its name does. */
export function isWhole(name: 'NEWS'): boolean {
  return process.env[name] !== undefined;
}
