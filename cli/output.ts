import picocolors from 'picocolors';
import { CONTROLS } from '../lib/address.ts';
import type { Io, OutputStream } from './io.ts';
import { folded } from './wrap.ts';

/** How text is coloured; each function gives it back unchanged where no terminal is. */
export type Colors = ReturnType<typeof picocolors.createColors>;

/** How one command line writes. The functions need no `this`, so that they can be taken out by name. */
export interface Terminal {
  readonly colors: Colors;
  /** Columns of the terminal, else what the variable COLUMNS says, else 100. */
  columns(): number;
  /** A text for people as lines of the terminal, broken where a reader would; elsewhere as it is, for programs. */
  fold(text: string): string;
  /** Writes a text for people or programs to standard output, on a terminal in lines of its columns. */
  print(text: string): void;
  /** Writes to standard output what is to be copied or read by a program, in its own lines however long. */
  printWhole(text: string): void;
  /** The same, waiting while the reader is behind: for output of any length. A reader that is gone is not waited for. */
  printInTurn(text: string): Promise<void>;
  /** Writes a text about the command itself to standard error, on a terminal in lines of its columns. */
  printError(text: string): void;
  /** Asks on standard error for a line to be typed behind the question. */
  prompt(question: string): void;
  /** Writes a value as one JSON document to standard output; see {@link jsonText}. */
  printJson(value: unknown): void;
}

/** Columns where no terminal says how many it has. */
const DEFAULT_COLUMNS = 100;

/** How a command line writes to these streams. */
export function terminalOf(io: Pick<Io, 'stdout' | 'stderr' | 'env' | 'program'>): Terminal {
  const { stdout, stderr, env } = io;
  const fold = (text: string) => foldedFor(stdout, text, io);
  const printWhole = (text: string): void => {
    stdout.write(`${text}\n`);
  };
  return {
    colors: picocolors.createColors(takesColors(stdout, env)),
    columns: () => columnsOf(stdout, env),
    fold,
    print: (text) => printWhole(fold(text)),
    printInTurn: (text) =>
      new Promise((resolve) => {
        if (stdout.write(`${text}\n`, () => resolve())) resolve();
      }),
    printWhole,
    printError: (text) => {
      stderr.write(`${foldedFor(stderr, text, io)}\n`);
    },
    prompt: (question) => {
      stderr.write(`${foldedFor(stderr, question, io)} `);
    },
    printJson: (value) => printWhole(jsonText(value, 2)),
  };
}

function columnsOf(stream: OutputStream, env: Io['env']): number {
  const said = Number(env.COLUMNS);
  return stream.columns || (said > 0 ? said : DEFAULT_COLUMNS);
}

/** A text as it is written to a stream: a person reads it within the columns, a program as it is. */
export function foldedFor(
  stream: OutputStream,
  text: string,
  { env, program }: Pick<Io, 'env' | 'program'>,
): string {
  if (stream.isTTY !== true) return text;
  return folded(text, columnsOf(stream, env), program ?? 'todoku');
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
