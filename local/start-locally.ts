import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Io } from '../cli/io.ts';
import { languageOf } from '../cli/language.ts';
import { LOCAL_STATE_FILE, type LocalState } from '../cli/local-state.ts';
import { run } from '../cli/main.ts';
import { type Terminal, terminalOf } from '../cli/output.ts';
import { programWords } from '../cli/program-path.ts';
import type { Language } from '../lib/text.ts';
import type { AlarmChange } from './cloudwatch.ts';
import type { PublishedMessage } from './notices.ts';
import { recordingTeller, type StoryTeller } from './story-teller.ts';
import { type LocalSystem, startLocalSystem } from './system.ts';
import { terminalTeller } from './terminal-teller.ts';

/** Plays a story on a system. @returns false when a step did not hold. */
type Play = (system: LocalSystem, teller: StoryTeller) => Promise<boolean>;

/**
 * The whole system on this machine. Plays the story, then keeps serving; `--once` ends after it, with exit code 1 when a
 * step did not hold. `--table FILE` writes what the table then holds to a file, `--told FILE` what was told, in both
 * languages.
 */
export async function startLocally(args: string[], play: Play): Promise<void> {
  const { once, table, told } = parseArgs({
    args,
    options: {
      once: { type: 'boolean', default: false },
      table: { type: 'string' },
      told: { type: 'string' },
    },
  }).values;
  const language = languageOf(undefined, process.env);
  const terminal = terminalOf(process);
  const { colors, print } = terminal;

  process.env.NOTICE_LANGUAGE = language;
  const system = await startLocalSystem({ start: '2024-01-04T00:00:00+09:00', notices: 'addresses' });
  const { teller, told: words } = recordingTeller(terminalTeller(terminal, language));
  const held = await play(system, teller);
  print(
    held
      ? colors.green(
          language === 'ja' ? '物語のすべての段階が成立しました。' : 'Every step of the story held.',
        )
      : colors.red(
          language === 'ja' ? '成立しなかった段階があります。' : 'Some steps of the story did not hold.',
        ),
  );
  process.exitCode = held ? 0 : 1;
  tellLastDigest(system, terminal, language);

  if (table !== undefined) writeFileSync(table, await system.tableText());
  if (told !== undefined) writeFileSync(told, JSON.stringify(words));
  if (once) await system.stop();
  else await serve(system, terminal, language);
}

/** Shows the last mail of todoku's, and how many of them and of events there were. */
function tellLastDigest({ notices }: LocalSystem, { print }: Terminal, language: Language): void {
  const mails = notices.published.filter(isMail);
  const last = mails.at(-1);
  if (last === undefined) return;
  print('');
  print(
    language === 'ja'
      ? `この間のお知らせ：メール${mails.length}通、イベント${notices.events.length}件。最後のメールです。`
      : `Told meanwhile: ${mails.length} mails, ${notices.events.length} events. The last mail:`,
  );
  printMail(last, print);
}

/** The chat's topic has the same in another form. */
function isMail({ subject }: PublishedMessage): boolean {
  return subject !== undefined;
}

function printMail({ subject, message }: PublishedMessage, print: Terminal['print']): void {
  for (const line of [`Subject: ${subject}`, '', ...message.trimEnd().split('\n')]) print(`  | ${line}`);
}

/** How often the alarms are looked at, milliseconds. */
const WATCHED_EVERY = 60_000;

/** An alarm as its mail would say it. */
function printAlarm({ name, description, state }: AlarmChange, print: Terminal['print']): void {
  for (const line of [`${state}: ${name}`, ...description.split('\n')]) print(`  | ${line}`);
}

async function serve(system: LocalSystem, { print }: Terminal, language: Language): Promise<void> {
  system.clock.flow();
  system.notices.onPublished((message) => {
    if (isMail(message)) printMail(message, print);
  });
  // What rang during the story is over; what rings from now on is shown.
  system.cloudWatch.changes();
  const watching = setInterval(() => {
    for (const change of system.cloudWatch.changes()) printAlarm(change, print);
  }, WATCHED_EVERY);
  mkdirSync(dirname(LOCAL_STATE_FILE), { recursive: true });
  writeFileSync(
    LOCAL_STATE_FILE,
    `${JSON.stringify({
      lambdaEndpoint: system.lambda.endpoint,
      region: system.region,
      sesEndpoint: system.sesServer.endpoint,
      stsEndpoint: system.sts.endpoint,
      dnsServer: system.dns.address,
      snsEndpoint: system.notices.endpoint,
      sqsEndpoint: system.sqs.endpoint,
      cloudWatchEndpoint: system.cloudWatch.endpoint,
    } satisfies LocalState)}\n`,
  );
  print('');
  const page = await startConsole(system, language);
  print('');
  print(
    language === 'ja'
      ? '稼働を続けます（終了は Ctrl+C）。別の端末で、たとえば次のように使えます：'
      : 'Still serving (Ctrl+C ends it). In another terminal, for example:',
  );
  const program = programWords(fileURLToPath(new URL('../bin/todoku.js', import.meta.url)), process.env.PATH);
  print(`  ${program} proposals --local`);
  print(`  ${program} lookup hanako.sato@ezweb.ne.jp --local`);
  print(`  SES v2: ${system.sesServer.endpoint}   Lambda: ${system.lambda.endpoint}`);
  const end = async (): Promise<void> => {
    clearInterval(watching);
    await page.end();
    rmSync(LOCAL_STATE_FILE, { force: true });
    await system.stop();
    process.exit();
  };
  process.once('SIGINT', () => void end());
  process.once('SIGTERM', () => void end());
}

/** Runs `todoku console` on this system, and waits until it has shown its address. */
async function startConsole(system: LocalSystem, language: Language): Promise<{ end(): Promise<void> }> {
  const ending = new AbortController();
  let ended: Promise<number> | undefined;
  await new Promise<void>((resolve) => {
    const io: Io = {
      stdin: process.stdin,
      stdout: {
        write: (text) => {
          resolve();
          return process.stdout.write(text);
        },
      },
      stderr: process.stderr,
      env: process.env,
      cwd: process.cwd(),
      user: () => userInfo().username,
      now: () => system.clock.now(),
      signal: ending.signal,
    };
    ended = run(['console', '--local', '--lang', language, '--idle-minutes', '0'], io).finally(resolve);
  });
  return {
    end: async () => {
      ending.abort();
      await ended;
    },
  };
}
