import { userInfo } from 'node:os';
import { Command, Option } from 'commander';
import { isMailAddress, spellingOf, stripControls } from '../lib/address.ts';
import { isReservedName } from '../lib/operations/operator.ts';
import { type CliContext, CliError, commonOptionsSchema, createContext } from './context.ts';

/**
 * A command with the options every command takes; its help lists the exit codes every command has, until
 * {@link withExitCodes} names its own.
 */
export function command(name: string, description: string): Command {
  const made = new Command(name)
    .description(description)
    .addOption(new Option('--local', 'use the local system started by "npm start"'))
    .addOption(new Option('--json', 'print JSON'))
    .addOption(new Option('--lang <language>', "ja or en (default: TODOKU_LANG, else the terminal's)"))
    .addOption(new Option('--stage <stage>', 'deployed stage').default('prod'))
    .addOption(new Option('--region <region>', 'AWS Region'))
    .addOption(new Option('--profile <profile>', 'AWS profile'));
  return withExitCodes(made, {});
}

/** What a command ends with, for its help; and with what when it could not be carried out. */
interface ExitCodes {
  readonly codes: Readonly<Partial<Record<number, string>>>;
  readonly failure: number;
}

const exitCodes = new WeakMap<Command, ExitCodes>();

/**
 * The command with a list of its exit codes at the end of its help; 0 needs no line.
 *
 * @param failure what it ends with when it could not be carried out: a code of its own where 1 means something else.
 */
export function withExitCodes(
  of: Command,
  codes: Readonly<Partial<Record<number, string>>>,
  failure = 1,
): Command {
  if (!exitCodes.has(of)) of.addHelpText('after', () => exitCodesText(of));
  exitCodes.set(of, { codes, failure });
  return of;
}

/** What a command ends with when it could not be carried out. */
export function failureCodeOf(of: Command | undefined): number {
  return (of && exitCodes.get(of)?.failure) ?? 1;
}

function exitCodesText(of: Command): string {
  const own = exitCodes.get(of)?.codes ?? {};
  const all = { [failureCodeOf(of)]: 'it could not be carried out; standard error says why', ...own };
  const lines = Object.entries(all).map(([code, meaning]) => `  ${code}  ${meaning}`);
  return `\nExit codes:\n${lines.join('\n')}`;
}

/**
 * The mail address an operator typed, without a display name around it, in the case it was typed in.
 *
 * @throws {CliError} for a text that is none: asked of SES it would only be "not listed".
 */
export function bareAddress(typed: string): string {
  const bare = spellingOf(typed);
  if (!isMailAddress(bare)) {
    const shown = stripControls(typed).slice(0, 100);
    throw new CliError({
      ja: `宛先のメールアドレスを指定してください（「${shown}」はメールアドレスではありません）。`,
      en: `give a mail address: "${shown}" is none`,
    });
  }
  return bare;
}

/** The command with the option that says who is asking; `kept` names where that stays. */
export function withOperator(of: Command, kept = 'kept in the audit'): Command {
  return of.option('--operator <name>', `who; ${kept}`, process.env.TODOKU_OPERATOR ?? userInfo().username);
}

/**
 * The name given by that option.
 *
 * @throws {CliError} for a name under which todoku itself acts.
 */
export function operatorOf({ operator }: { readonly operator: string }): string {
  if (!isReservedName(operator)) return operator;
  const name = stripControls(operator).trim();
  throw new CliError({
    ja: `「${name}」はtodoku自身が記録に使う名前のため、担当者名には使えません。--operator（または環境変数 TODOKU_OPERATOR）で担当者の名前を指定してください。`,
    en: `"${name}" is a name of todoku's own in the audit: give your name with --operator or TODOKU_OPERATOR`,
  });
}

/** The context of a command from the options it was given. */
export function contextOf(given: Command): CliContext {
  return createContext(commonOptionsSchema.parse(given.opts()));
}
