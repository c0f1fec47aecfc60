import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian and others put Chromium. */
const PLACES = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].filter((place) => place !== undefined);

/** The path of a Chromium on this machine; undefined where there is none. */
export function chromiumPath(): string | undefined {
  return PLACES.find((place) => existsSync(place));
}

/** Says loudly that the page was not tried in a browser. `.ci/run` installs one. */
export function sayNotTried(): void {
  console.warn(
    '\n*** NOT RUN: no Chromium was found, so nothing of the console was tried in a browser. ' +
      'Install it (Debian: chromium and fonts-noto-cjk), or name its path in CHROMIUM. ***\n',
  );
}

/** Starts the browser. Without its sandbox, which root cannot use: it sees pages of this machine alone. */
export function launch(executablePath: string, args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', ...args] });
}
