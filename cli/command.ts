import { Command, Option } from 'commander';

/** What a command takes has its words in help/words.ts. */

/** A subcommand with the options every command takes; see {@link withCommonOptions}. */
export function command(name: string): Command {
  return withCommonOptions(new Command(name));
}

/** The command with the options every command takes. */
export function withCommonOptions(made: Command): Command {
  return made
    .option('--local')
    .option('--json')
    .option('--lang <language>')
    .addOption(new Option('--stage <stage>').default('prod'))
    .option('--region <region>')
    .option('--profile <profile>');
}

/** Options that say nothing of their command: its help has them last. */
export const COMMON_OPTIONS: ReadonlySet<string | undefined> = new Set([
  '--local',
  '--json',
  '--lang',
  '--stage',
  '--region',
  '--profile',
  '--help',
]);

const failureCodes = new WeakMap<Command, number>();

/** The command with a code of its own for what could not be carried out, where 1 means something else. */
export function failingWith(made: Command, code: number): Command {
  failureCodes.set(made, code);
  return made;
}

/** What a command ends with when it could not be carried out. */
export function failureCodeOf(called: Command | undefined): number {
  return (called && failureCodes.get(called)) ?? 1;
}
