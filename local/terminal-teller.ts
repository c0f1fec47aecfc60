import type { Terminal } from '../cli/output.ts';
import { table } from '../cli/table.ts';
import type { Language } from '../lib/text.ts';
import { formatInTokyo } from '../lib/time.ts';
import type { StoryTeller } from './story-teller.ts';

/** Tells the story on a terminal in one language; what did not hold goes to its error stream as well. */
export function terminalTeller(terminal: Terminal, language: Language): StoryTeller {
  const { colors, print, printError } = terminal;
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
