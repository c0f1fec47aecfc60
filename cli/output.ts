import picocolors from 'picocolors';
import { CONTROLS } from '../lib/address.ts';
import type { Io, OutputStream } from './io.ts';
import { wrap } from './wrap.ts';

/** How text is coloured; each function gives it back unchanged where no terminal is. */
export type Colors = ReturnType<typeof picocolors.createColors>;

/** How one command line writes. The functions need no `this`, so that they can be taken out by name. */
export interface Terminal {
  readonly colors: Colors;
  /** Columns of the terminal, else what the variable COLUMNS says, else 100. */
  columns(): number;
  /** A text for people as lines of the terminal, broken where a reader would; elsewhere as it is, for programs. */
  fold(text: string): string;
  /** Writes a line for people or programs to standard output. */
  print(text: string): void;
  /** The same, waiting while the reader is behind: for output of any length. A reader that is gone is not waited for. */
  printInTurn(text: string): Promise<void>;
  /** Writes a line about the command itself to standard error. */
  printError(text: string): void;
  /** Writes a value as one JSON document to standard output; see {@link jsonText}. */
  printJson(value: unknown): void;
}

/** Columns where no terminal says how many it has. */
const DEFAULT_COLUMNS = 100;

/** How a command line writes to these streams. */
export function terminalOf({ stdout, stderr, env }: Pick<Io, 'stdout' | 'stderr' | 'env'>): Terminal {
  const print = (text: string): void => {
    stdout.write(`${text}\n`);
  };
  const columns = (): number => {
    const said = Number(env.COLUMNS);
    return stdout.columns || (said > 0 ? said : DEFAULT_COLUMNS);
  };
  return {
    colors: picocolors.createColors(takesColors(stdout, env)),
    columns,
    fold: (text) => (stdout.isTTY === true ? wrap(text, columns()) : text),
    print,
    printInTurn: (text) =>
      new Promise((resolve) => {
        if (stdout.write(`${text}\n`, () => resolve())) resolve();
      }),
    printError: (text) => {
      stderr.write(`${text}\n`);
    },
    printJson: (value) => print(jsonText(value, 2)),
  };
}

/**
 * A value as JSON in which every sign that acts on a terminal stands as `\uXXXX`: whoever parses it gets the very value,
 * and whoever looks at it sees no more than it says.
 */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  // JSON itself escapes what lies below the blank inside strings: a line break is one of the layout.
  return text.replace(CONTROLS, (sign) => (sign === '\n' ? sign : escaped(sign)));
}

function escaped(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** What this program itself sends to a terminal: colours, and a line that is written anew (progress.ts). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with one
const OWN_SEQUENCES = /(^\r|\u001b\[\d{0,2}[mK])/;

/** A text in which nothing acts on a terminal but {@link OWN_SEQUENCES}, and those only where one is. */
export function harmless(text: string, isTerminal: boolean): string {
  const parts = text.split(OWN_SEQUENCES);
  const shown = parts.map((part, index) => {
    if (index % 2 === 1) return isTerminal ? part : '';
    return part.replace(CONTROLS, (sign) => (sign === '\n' || sign === '\t' ? sign : ' '));
  });
  return shown.join('');
}

/**
 * The stream with every text made {@link harmless}: the last guard, whoever writes. Values from strangers are cleaned
 * where they are laid out, too, since only there a colour of theirs can be told from one of ours.
 */
export function harmlessStream(stream: OutputStream): OutputStream {
  return {
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns;
    },
    write: (text, written) => stream.write(harmless(text, stream.isTTY === true), written),
  };
}

/** On a terminal only; the library alone would also colour a file wherever `CI` is set. */
function takesColors(stream: OutputStream, env: Io['env']): boolean {
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}
