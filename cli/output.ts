import picocolors from 'picocolors';
import type { Io, OutputStream } from './io.ts';

/** How text is coloured; each function gives it back unchanged where no terminal is. */
export type Colors = ReturnType<typeof picocolors.createColors>;

/** How one command line writes. The functions need no `this`, so that they can be taken out by name. */
export interface Terminal {
  readonly colors: Colors;
  /** Columns of the terminal, else what the variable COLUMNS says, else 100. */
  columns(): number;
  /** Writes a line for people or programs to standard output. */
  print(text: string): void;
  /** The same, waiting while the reader is behind: for output of any length. A reader that is gone is not waited for. */
  printInTurn(text: string): Promise<void>;
  /** Writes a line about the command itself to standard error. */
  printError(text: string): void;
  /** Writes a value as one JSON document to standard output. */
  printJson(value: unknown): void;
}

/** Columns where no terminal says how many it has. */
const DEFAULT_COLUMNS = 100;

/** How a command line writes to these streams. */
export function terminalOf({ stdout, stderr, env }: Pick<Io, 'stdout' | 'stderr' | 'env'>): Terminal {
  const print = (text: string): void => {
    stdout.write(`${text}\n`);
  };
  return {
    colors: picocolors.createColors(takesColors(stdout, env)),
    columns: () => {
      const said = Number(env.COLUMNS);
      return stdout.columns || (said > 0 ? said : DEFAULT_COLUMNS);
    },
    print,
    printInTurn: (text) =>
      new Promise((resolve) => {
        if (stdout.write(`${text}\n`, () => resolve())) resolve();
      }),
    printError: (text) => {
      stderr.write(`${text}\n`);
    },
    printJson: (value) => print(JSON.stringify(value, null, 2)),
  };
}

/** On a terminal only; the library alone would also colour a file wherever `CI` is set. */
function takesColors(stream: OutputStream, env: Io['env']): boolean {
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}
