import { stripControls } from '../../lib/address.ts';
import { displayWidth } from '../../lib/display-width.ts';
import { type Examined, verdictOf, worstFirst } from '../../lib/doctor/examine.ts';
import type { CliContext } from '../context.ts';
import { printFinding } from '../findings.ts';
import { padded, wrapped } from '../wrap.ts';

/** How `todoku doctor` shows what it found: a line for each area, then what is to be done, one screen where all is well. */

/** Prints everything. */
export function printExamined(examined: readonly Examined[], context: CliContext): void {
  const { language, print, colors, columns } = context;
  const words = WORDS[language];
  const marks: Readonly<Record<Examined['state'], string>> = {
    well: colors.green('✓'),
    note: colors.yellow('-'),
    problem: colors.red('!'),
    unseen: colors.yellow('?'),
  };
  const width = Math.max(...examined.map(({ label }) => displayWidth(label[language])));
  for (const { label, state, said } of examined) {
    const begun = `${marks[state]} ${padded(label[language], width)}  `;
    const lines = wrapped(
      stripControls(said?.[language] ?? words.notLooked),
      columns(),
      ' '.repeat(width + 4),
    );
    print(`${begun}${lines.join('\n')}`);
  }
  const findings = worstFirst(examined);
  const unseen = examined.flatMap((area) => area.unseen);
  print('');
  for (const finding of findings) printFinding(finding, context);
  // One line for each reason: a caller who may read nothing has one thing to do.
  for (const because of new Set(unseen.map((each) => each.because[language]))) {
    print(`${marks.unseen} ${wrapped(words.notSeen(stripControls(because)), columns(), '  ').join('\n')}`);
  }
  const problems = findings.filter(({ severity }) => severity === 'problem').length;
  const verdict = verdictOf(examined);
  print(verdict === 'problem' ? words.problems(problems) : words[verdict]);
}

const WORDS = {
  ja: {
    notLooked: '確認していません',
    notSeen: (because: string) => `確認できませんでした：${because}`,
    problems: (count: number) => `問題が${count}件あります。`,
    unseen: '確認できた範囲では、問題は見つかりませんでした。',
    well: '問題は見つかりませんでした。',
  },
  en: {
    notLooked: 'not looked at',
    notSeen: (because: string) => `not looked at: ${because}`,
    problems: (count: number) => `${count} ${count === 1 ? 'problem' : 'problems'}.`,
    unseen: 'Nothing wrong in what could be looked at.',
    well: 'No problems found.',
  },
} as const;
