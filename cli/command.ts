import { Command, Option } from 'commander';
import { type CliContext, commonOptionsSchema, createContext } from './context.ts';

/**
 * A command with the options every command takes. The action gets the context made from them; a returned number is
 * the exit code.
 */
export function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(new Option('--local', 'use the local system started by "npm start"'))
    .addOption(new Option('--json', 'print JSON'))
    .addOption(new Option('--lang <language>', "ja or en (default: the terminal's)"))
    .addOption(new Option('--stage <stage>', 'deployed stage').default('prod'))
    .addOption(new Option('--region <region>', 'AWS Region'))
    .addOption(new Option('--profile <profile>', 'AWS profile'));
}

/** The context of a command from the options it was given. */
export function contextOf(given: Command): CliContext {
  return createContext(commonOptionsSchema.parse(given.opts()));
}
