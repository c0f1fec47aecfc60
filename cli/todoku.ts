import type { Command } from 'commander';
import { failureCodeOf } from './command.ts';
import { CliError, languageOfArguments } from './context.ts';
import { endureClosedPipes, printError } from './output.ts';
import { createProgram } from './program.ts';
import { speakUsageErrors } from './usage.ts';

endureClosedPipes();
const language = languageOfArguments(process.argv);
const program = createProgram();
speakUsageErrors(program, language);

let running: Command | undefined;
program.hook('preAction', (_, action) => {
  running = action;
});

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CliError)) throw error;
  printError(`todoku: ${error.text[language]}`);
  process.exitCode = failureCodeOf(running);
}
