import { Command } from 'commander';
import { VERSION } from '../lib/version.ts';
import { COMMANDS } from './commands.ts';
import { giveWords } from './help.ts';
import type { Session } from './session.ts';

/** The commands of the top level that a command line calls, asks help for, or has completed. */
export function namedCommands(argv: readonly string[]): readonly string[] {
  const [first = '', second = '', third = ''] = argv.filter((word) => !word.startsWith('-'));
  if (first === 'help') return [second];
  return first === COMPLETION_SERVER ? [first, third] : [first];
}

/** What the shell's script of `todoku completion` calls, with the words typed so far, the first being `todoku`. */
const COMPLETION_SERVER = 'completion-server';

/**
 * The command line as a whole.
 *
 * @param called the commands to be run or shown with all they have; the others stand in the list only. EVERY: all of
 * them in full, to be looked over.
 */
export async function createProgram(
  session: Session,
  called: readonly string[] | typeof EVERY,
): Promise<Command> {
  const program = new Command('todoku').version(VERSION, '--version');
  for (const [name, entry] of Object.entries(COMMANDS)) {
    if (entry.load === undefined) continue;
    const made = new Command(name);
    if (called === EVERY || called.includes(name)) (await entry.load())(made, session);
    else if (entry.arguments) made.arguments(entry.arguments);
    program.addCommand(made, { hidden: name === COMPLETION_SERVER });
  }
  giveWords(program, session);
  return program;
}

/** Asks {@link createProgram} for every command in full. */
export const EVERY = Symbol('every command');
