import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import type { Io } from './io.ts';
import { run } from './main.ts';
import { harmless } from './output.ts';
import { programWords } from './program-path.ts';

/** The edge to the process: streams, variables, pipes and the exit code. Signals end the process as they always do. */

/** This process as the command line sees it. */
function processIo(): Io {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    user: () => userInfo().username,
    now: () => new Date(),
    home: fileURLToPath(new URL('..', import.meta.url)),
    program: programWords(process.argv[1] ?? 'todoku', process.env.PATH),
    showPaged,
    onInterrupt: (stop) => {
      process.once('SIGINT', stop);
      return () => process.off('SIGINT', stop);
    },
  };
}

/** What the shell ends with for a command that it does not find or may not run. */
const NOT_STARTED: ReadonlySet<number | null> = new Set([126, 127]);

/** `less` keeps colours, ends where one screen is enough, and leaves the text on the screen. */
function showPaged(text: string, pager: string): boolean {
  const { error, status } = spawnSync(pager, {
    shell: true,
    input: text,
    stdio: ['pipe', 'inherit', 'ignore'],
    env: { LESS: 'FRX', LESSCHARSET: 'utf-8', ...process.env },
  });
  // A pager that was left before the end closed the pipe: it was shown all the same.
  const isClosed = error !== undefined && 'code' in error && error.code === 'EPIPE';
  return (error === undefined || isClosed) && !NOT_STARTED.has(status);
}

/**
 * Lets the command go on when whoever reads its output has had enough (`| head`): what is written then goes nowhere,
 * and the exit code is what it would have been.
 */
function endureClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

endureClosedPipes();
try {
  process.exitCode = await run(process.argv.slice(2), processIo());
} catch (error) {
  // A fault of the program, told as Node would: but its words may be a stranger's.
  process.stderr.write(`${harmless(inspect(error), false)}\n`);
  process.exitCode = 1;
}
