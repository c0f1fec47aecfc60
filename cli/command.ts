import { Command, Option } from 'commander';

/** A subcommand with the options every command takes; see {@link withCommonOptions}. */
export function command(name: string, description: string): Command {
  return withCommonOptions(new Command(name).description(description));
}

/**
 * The command with the options every command takes; its help lists the exit codes every command has, until
 * {@link withExitCodes} names its own.
 */
export function withCommonOptions(made: Command): Command {
  made
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
  made: Command,
  codes: Readonly<Partial<Record<number, string>>>,
  failure = 1,
): Command {
  if (!exitCodes.has(made)) made.addHelpText('after', () => exitCodesText(made));
  exitCodes.set(made, { codes, failure });
  return made;
}

/** What a command ends with when it could not be carried out. */
export function failureCodeOf(called: Command | undefined): number {
  return (called && exitCodes.get(called)?.failure) ?? 1;
}

function exitCodesText(made: Command): string {
  const own = exitCodes.get(made)?.codes ?? {};
  const all = { [failureCodeOf(made)]: 'it could not be carried out; standard error says why', ...own };
  const lines = Object.entries(all).map(([code, meaning]) => `  ${code}  ${meaning}`);
  return `\nExit codes:\n${lines.join('\n')}`;
}
