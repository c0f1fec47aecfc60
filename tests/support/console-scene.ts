import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { run } from '../../cli/main.ts';
import type { Bilingual } from '../../lib/text.ts';
import { playStory } from '../../local/story.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { launch } from './browser.ts';
import { type CliFolder, capturedIo, cliFolder } from './cli.ts';
import { memoryTable } from './memory-table.ts';

/**
 * The console as `npm start` has it: the story's system, the real command, a real browser. Each file of tests plays it
 * once, so all views are tried in one file.
 */
export interface ConsoleScene {
  readonly system: LocalSystem;
  readonly folder: CliFolder;
  /** A page of a fresh browser profile that was let in, on the first view. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** The same for the desk. */
  openDesk(options?: BrowserContextOptions): Promise<Page>;
  /** The address that the operator's console showed last. */
  address(): Promise<string>;
  stop(): Promise<void>;
}

/** What a person can see at once on a large screen, in Japanese. */
const USUAL: BrowserContextOptions = { viewport: { width: 1440, height: 900 }, locale: 'ja-JP' };

/** See {@link ConsoleScene}. @param executablePath of Chromium. */
export async function startConsoleScene(executablePath: string): Promise<ConsoleScene> {
  const { client, tableName } = memoryTable();
  const system = await startLocalSystem({
    start: '2024-01-04T00:00:00+09:00',
    notices: 'addresses',
    table: { client, tableName },
  });
  const silent = () => undefined;
  await playStory(system, { chapter: silent, line: silent, quote: silent, table: silent });
  const folder = cliFolder();
  folder.useLocal(system.lambda.endpoint, {
    sesEndpoint: system.sesServer.endpoint,
    stsEndpoint: system.sts.endpoint,
    dnsServer: system.dns.address,
    snsEndpoint: system.notices.endpoint,
    sqsEndpoint: system.sqs.endpoint,
    cloudWatchEndpoint: system.cloudWatch.endpoint,
  });
  const browser = await launch(executablePath);
  const consoles = [
    startConsole(folder, system, ['console', '--operator', 'suzuki']),
    startConsole(folder, system, ['console', '--desk']),
  ] as const;
  const [operator, desk] = consoles;
  return {
    system,
    folder,
    open: (options) => openPage(browser, operator.address, options),
    address: operator.address,
    openDesk: (options) => openPage(browser, desk.address, options),
    stop: async () => {
      await browser.close();
      for (const { end } of consoles) await end();
      folder.remove();
      await system.stop();
    },
  };
}

/** Runs the command in this process; `address` gives the newest address that it has printed. */
function startConsole(folder: CliFolder, system: LocalSystem, args: readonly string[]) {
  const ending = new AbortController();
  const { io, result } = capturedIo({
    env: { TODOKU_LANG: 'ja' },
    cwd: folder.path,
    now: () => system.clock.now(),
    signal: ending.signal,
  });
  const done = run([...args, '--local'], io);
  return {
    address: async (): Promise<string> => {
      for (;;) {
        const printed = result(0)
          .stdout.match(/http:\/\/127\S+/g)
          ?.at(-1);
        if (printed !== undefined) return printed;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    end: async (): Promise<void> => {
      ending.abort();
      await done;
    },
  };
}

async function openPage(
  browser: Browser,
  address: () => Promise<string>,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ ...USUAL, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  // A fault of the page, or something that its policy forbids, fails the test that shows it.
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/^Failed to load resource/.test(message.text()))
      faults.push(message.text());
  });
  page.on('close', () => {
    if (faults.length > 0) throw new Error(`the page has faults: ${faults.join('; ')}`);
  });
  await page.goto(await address());
  await page.locator('main h1').first().waitFor();
  // The frame names its view once its keys are heard.
  await page.waitForFunction('document.title.includes("|")');
  return page;
}

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** What axe has to say against a page: rules of WCAG 2.2 A and AA and best practices, each with the first element. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(`(() => { ${AXE}; return axe.run(document, {
    resultTypes: ['violations'],
  }).then(({ violations }) => violations.map((each) => each.id + ': ' + each.nodes[0].html.slice(0, 200))); })()`);
}

/** How many pixels a page is wider than what is seen of it: nobody scrolls sideways. */
export async function sideways(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** Has the page be answered so, whenever it asks a question: as the server answers, or refuses. */
export async function answerInstead(
  page: Page,
  question: string,
  json:
    | { readonly answer: unknown }
    | { readonly refused: { readonly code: string; readonly text: Bilingual } },
): Promise<void> {
  await page.route(`**/ask/${question}`, (route) =>
    route.fulfill({ json, status: 'refused' in json ? 502 : 200 }),
  );
}
