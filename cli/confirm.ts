import { createInterface } from 'node:readline';
import type { Bilingual } from '../lib/text.ts';
import { CliError } from './errors.ts';
import type { Session } from './session.ts';

/** What a removal that nobody confirmed ends with. */
const NOT_CONFIRMED = 2;

/**
 * Refuses a command that must be confirmed where nobody can be asked: before it asks a function anything.
 *
 * @param isAnswered whether the command line itself says yes (`--yes`).
 * @param lookingBy what shows beforehand what would be done.
 * @throws {CliError} with exit code 2 without `--yes` and without a terminal.
 */
export function mustBeConfirmable(
  isAnswered: boolean,
  { io }: Pick<Session, 'io'>,
  lookingBy = by('--dry-run'),
): void {
  if (isAnswered || (io.stdin.isTTY === true && io.stderr.isTTY === true)) return;
  throw new CliError(
    {
      ja: `実行前の確認が必要ですが、端末から入力できません。${lookingBy.ja}内容を確かめたうえで、--yes を付けて実行してください。`,
      en: `this has to be confirmed, and no terminal is there to ask: look ${lookingBy.en}, then run it with --yes`,
    },
    { code: 'not-confirmed', exitCode: NOT_CONFIRMED },
  );
}

/** Looking beforehand by a command or option of its own. */
export function by(words: string): Bilingual {
  return { ja: `${words} で`, en: `with ${words}` };
}

/** Looking beforehand where the same command without that option changes nothing. */
export const WITHOUT_APPLY: Bilingual = { ja: '--apply を付けずに', en: 'without --apply' };

/** What is done once it is confirmed. */
export interface Confirmable {
  /** How many it changes. */
  readonly count: number;
  /** The question for one, such as "Remove it?". */
  readonly one: Bilingual;
  /** The words after the number that is typed for several, such as "to remove them". */
  readonly several: (count: string) => Bilingual;
}

/**
 * Asks on the terminal whether to go on. One change takes a `y`; several take their number, so that nobody confirms a
 * count that they did not read.
 */
export async function isConfirmed({ count, one, several }: Confirmable, session: Session): Promise<boolean> {
  const { language } = session;
  const number = String(count);
  session.prompt(count === 1 ? one[language] : several(number)[language]);
  const answer = (await lineOf(session)).trim().normalize('NFKC').toLowerCase();
  return count === 1 ? YES.has(answer) : answer.replaceAll(',', '') === number;
}

/** Asks on the terminal whether to do something that has no number; where it is not to be done, that is said. */
export async function isToBeDone(question: Bilingual, session: Session): Promise<boolean> {
  if (await isConfirmed({ count: 1, one: question, several: () => question }, session)) return true;
  declined(session);
  return false;
}

/** What a person on the terminal answers a question; empty without a terminal. */
export async function asked(question: Bilingual, session: Session): Promise<string> {
  const { io, language } = session;
  if (io.stdin.isTTY !== true || io.stderr.isTTY !== true) return '';
  session.prompt(question[language]);
  return lineOf(session);
}

const YES: ReadonlySet<string> = new Set(['y', 'yes', 'はい']);

/** The next line that is typed; empty where the input ends. */
function lineOf({ io: { stdin, stderr } }: Session): Promise<string> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: stdin, terminal: false });
    let typed: string | undefined;
    lines.once('line', (line) => {
      typed = line;
      lines.close();
    });
    lines.once('close', () => {
      // Who typed a line has ended it.
      if (typed === undefined) stderr.write('\n');
      resolve(typed ?? '');
    });
  });
}

/** Says that nothing was done, and ends the command so. */
export function declined(session: Session): void {
  session.printError(DECLINED[session.language]);
  session.endWith(NOT_CONFIRMED);
}

const DECLINED: Bilingual = {
  ja: '確認されなかったため、何も変更していません。',
  en: 'Not confirmed: nothing was changed.',
};
