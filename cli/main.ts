import type { Command } from 'commander';
import { failureCodeOf } from './command.ts';
import { CliError } from './errors.ts';
import type { Io } from './io.ts';
import { createProgram, namedCommands } from './program.ts';
import { openSession } from './session.ts';
import { Ended, hearUsageErrors } from './usage.ts';

/**
 * Runs one command line.
 *
 * Everything it reads and writes goes through `io`, and nothing is shared with another run, so that several can go on
 * in one process.
 *
 * @param argv the words after `todoku`.
 * @returns the exit code.
 * @throws what is no mistake of the operator's: an error that the code does not know.
 * @example
 * const code = await run(['lookup', 'hanako@ezweb.ne.jp', '--local'], processIo());
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const session = openSession(argv, io);
  let running: Command | undefined;
  try {
    const program = await createProgram(session, namedCommands(argv));
    hearUsageErrors(program, session);
    program.hook('preAction', (_, action) => {
      running = action;
    });
    await program.parseAsync([...argv], { from: 'user' });
    return session.exitCode();
  } catch (error) {
    if (error instanceof Ended) return error.code;
    if (!(error instanceof CliError)) throw error;
    session.printError(`todoku: ${error.text[session.language]}`);
    return error.exitCode ?? failureCodeOf(running);
  } finally {
    session.close();
  }
}
