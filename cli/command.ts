import { userInfo } from 'node:os';
import { Command, Option } from 'commander';
import { isMailAddress, spellingOf, stripControls } from '../lib/address.ts';
import { isReservedName } from '../lib/operations/operator.ts';
import { type CliContext, CliError, commonOptionsSchema, createContext } from './context.ts';

/**
 * A command with the options every command takes. The action gets the context made from them; a returned number is
 * the exit code.
 */
export function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(new Option('--local', 'use the local system started by "npm start"'))
    .addOption(new Option('--json', 'print JSON'))
    .addOption(new Option('--lang <language>', "ja or en (default: TODOKU_LANG, else the terminal's)"))
    .addOption(new Option('--stage <stage>', 'deployed stage').default('prod'))
    .addOption(new Option('--region <region>', 'AWS Region'))
    .addOption(new Option('--profile <profile>', 'AWS profile'));
}

/** The command with a list of its exit codes at the end of its help; 0 needs no line. */
export function withExitCodes(of: Command, codes: Readonly<Partial<Record<number, string>>>): Command {
  const lines = Object.entries(codes).map(([code, meaning]) => `  ${code}  ${meaning}`);
  return of.addHelpText('after', `\nExit codes:\n${lines.join('\n')}`);
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
