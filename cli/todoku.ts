import { userInfo } from 'node:os';
import type { Io } from './io.ts';
import { run } from './main.ts';

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
    onInterrupt: (stop) => {
      process.once('SIGINT', stop);
      return () => process.off('SIGINT', stop);
    },
  };
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
process.exitCode = await run(process.argv.slice(2), processIo());
