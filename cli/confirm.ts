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
 * @param text what it is told: how to look first differs by command.
 * @throws {CliError} with exit code 2 without `--yes` and without a terminal.
 */
export function mustBeConfirmable(
  isAnswered: boolean,
  { io }: Pick<Session, 'io'>,
  text: Bilingual = UNATTENDED,
): void {
  if (isAnswered || (io.stdin.isTTY === true && io.stderr.isTTY === true)) return;
  throw new CliError(text, { code: 'not-confirmed', exitCode: NOT_CONFIRMED });
}

const UNATTENDED: Bilingual = {
  ja: '実行前の確認が必要ですが、端末から入力できません。--dry-run で内容を確かめたうえで、--yes を付けて実行してください。',
  en: 'this has to be confirmed, and no terminal is there to ask: look with --dry-run, then run it with --yes',
};

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
  const { io, language } = session;
  const number = String(count);
  io.stderr.write(`${count === 1 ? one[language] : several(number)[language]} `);
  const answer = (await lineOf(session)).trim().normalize('NFKC').toLowerCase();
  return count === 1 ? YES.has(answer) : answer.replaceAll(',', '') === number;
}

/** What a person on the terminal answers a question; empty without a terminal. */
export async function asked(question: Bilingual, session: Session): Promise<string> {
  const { io, language } = session;
  if (io.stdin.isTTY !== true || io.stderr.isTTY !== true) return '';
  io.stderr.write(`${question[language]} `);
  return lineOf(session);
}

const YES: ReadonlySet<string> = new Set(['y', 'yes', 'はい']);

/** The next line that is typed; empty where the input ends. */
function lineOf({ io: { stdin } }: Session): Promise<string> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: stdin, terminal: false });
    let typed = '';
    lines.once('line', (line) => {
      typed = line;
      lines.close();
    });
    lines.once('close', () => resolve(typed));
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
