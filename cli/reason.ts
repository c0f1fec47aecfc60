import type { Bilingual } from '../lib/text.ts';
import { asked } from './confirm.ts';
import type { CliContext } from './context.ts';
import { CliError } from './errors.ts';

/** Why an operator does something, for whoever reads the audit. */

/** What `--reason` says, if anything. */
export interface ReasonGiven {
  readonly reason?: string;
  /** Standard input is not a person's: nobody is asked. */
  readonly isUnasked?: boolean;
}

/**
 * Why, as the option says it or a person on the terminal does who is asked.
 *
 * @param question what they are asked.
 * @throws {CliError} where neither says anything, or only what stands in a suggested command for what is to be typed.
 */
export async function reasonOf(
  { reason, isUnasked = false }: ReasonGiven,
  question: Bilingual,
  context: CliContext,
): Promise<string> {
  return typedReason(reason ?? (isUnasked ? '' : await asked(question, context)));
}

/** A reason as it goes into the audit. @throws {CliError} for none, and for a place in a command that nobody filled in. */
export function typedReason(text: string): string {
  const said = text.trim();
  if (said === '') throw new CliError(NO_REASON, { code: 'wrong-arguments' });
  if (!/[\p{L}\p{N}]/u.test(said)) throw new CliError(NOT_FILLED_IN(said), { code: 'wrong-arguments' });
  return said;
}

const NO_REASON: Bilingual = {
  ja: 'オプション「--reason <text>」の指定が必要です。',
  en: "required option '--reason <text>' not specified",
};

const NOT_FILLED_IN = (text: string): Bilingual => ({
  ja: `--reason の「${text}」を、実際の理由に書き換えて実行してください（記録に残ります）。`,
  en: `write the actual reason in place of ${text} after --reason: it is kept in the audit`,
});
