import { Command } from 'commander';
import { VERSION } from '../lib/version.ts';
import { COMMANDS } from './commands.ts';
import { giveWords } from './help.ts';
import type { Session } from './session.ts';

/** The command that a command line calls or asks help for; undefined where it names none. */
export function namedCommand(argv: readonly string[]): string | undefined {
  const [first, second] = argv.filter((word) => !word.startsWith('-'));
  return first === 'help' ? second : first;
}

/**
 * The command line as a whole.
 *
 * @param called the command to be run or shown with all it has; the others stand in the list only. EVERY: all of
 * them in full, to be looked over.
 */
export async function createProgram(
  session: Session,
  called: string | undefined | typeof EVERY,
): Promise<Command> {
  const program = new Command('todoku').version(VERSION, '--version');
  for (const [name, entry] of Object.entries(COMMANDS)) {
    if (entry.load === undefined) continue;
    const made = new Command(name);
    if (called === EVERY || called === name) (await entry.load())(made, session);
    else if (entry.arguments) made.arguments(entry.arguments);
    program.addCommand(made);
  }
  giveWords(program, session);
  return program;
}

/** Asks {@link createProgram} for every command in full. */
export const EVERY = Symbol('every command');
