import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { LOCAL_STATE_FILE } from '../cli/context.ts';
import { languageOf } from '../cli/language.ts';
import { terminalOf } from '../cli/output.ts';
import { table } from '../cli/table.ts';
import { formatInTokyo } from '../lib/time.ts';
import { playStory } from './story.ts';
import type { StoryTeller } from './story-teller.ts';
import { startLocalSystem } from './system.ts';

/**
 * `npm start`: the whole system on this machine. Plays the story, then keeps serving; `--once` exits after it, with
 * 1 when a step did not hold. `--table FILE` writes what the table then holds to a file.
 */
const { once, table: tableFile } = parseArgs({
  options: { once: { type: 'boolean', default: false }, table: { type: 'string' } },
}).values;
const language = languageOf(undefined, process.env);
const terminal = terminalOf(process);
const { colors, print, printError } = terminal;

const system = await startLocalSystem({ start: '2024-01-04T00:00:00+09:00' });
const held = await playStory(system, terminalTeller());
print(
  held
    ? colors.green(language === 'ja' ? '物語のすべての段階が成立しました。' : 'Every step of the story held.')
    : colors.red(
        language === 'ja' ? '成立しなかった段階があります。' : 'Some steps of the story did not hold.',
      ),
);

if (tableFile !== undefined) writeFileSync(tableFile, await system.tableText());
if (once) {
  await system.stop();
  process.exitCode = held ? 0 : 1;
} else {
  if (!held) process.exitCode = 1;
  serve();
}

function serve(): void {
  system.clock.flow();
  mkdirSync(dirname(LOCAL_STATE_FILE), { recursive: true });
  writeFileSync(
    LOCAL_STATE_FILE,
    `${JSON.stringify({ lambdaEndpoint: system.lambda.endpoint, region: system.region, sesEndpoint: system.sesServer.endpoint, dnsServer: system.dns.address })}\n`,
  );
  print('');
  print(
    language === 'ja'
      ? '稼働を続けます（終了は Ctrl+C）。別の端末で、たとえば次のように使えます：'
      : 'Still serving (Ctrl+C ends it). In another terminal, for example:',
  );
  print('  npx todoku proposals --local');
  print('  npx todoku lookup hanako.sato@ezweb.ne.jp --local');
  print(`  SES v2: ${system.sesServer.endpoint}   Lambda: ${system.lambda.endpoint}`);
  const end = async (): Promise<void> => {
    rmSync(LOCAL_STATE_FILE, { force: true });
    await system.stop();
    process.exit();
  };
  process.once('SIGINT', () => void end());
  process.once('SIGTERM', () => void end());
}

function terminalTeller(): StoryTeller {
  return {
    chapter: (title) => print(`\n${colors.bold(title[language])}`),
    line: ({ at, text, held: claim }) => {
      const mark = claim === undefined ? ' ' : claim ? colors.green('✓') : colors.red('✗');
      print(`${colors.dim(formatInTokyo(at))} ${mark} ${text[language]}`);
      if (claim === false) printError(`did not hold: ${text.en}`);
    },
    quote: (text) => {
      for (const line of text[language].split('\n')) print(`${' '.repeat(19)}${colors.dim('│')} ${line}`);
    },
    table: (rows) => {
      const head =
        language === 'ja'
          ? ['宛先', '何が起きたか', '診断', '判定・結果']
          : ['address', 'what happened', 'diagnosis', 'verdict or outcome'];
      print(
        table(
          { ...terminal, language },
          head,
          rows.map((row) => [
            row.address,
            row.what[language],
            row.diagnosis[language],
            row.verdict[language],
          ]),
        ),
      );
    },
  };
}
