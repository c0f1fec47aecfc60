import type { Readable } from 'node:stream';

/** Where text is written; `process.stdout` is one. */
export interface OutputStream {
  /** Whether a person reads it as it is written: colours and rewritten lines are for them only. */
  readonly isTTY?: boolean | undefined;
  /** Columns of that terminal. */
  readonly columns?: number | undefined;
  /** @returns false when the reader is behind; `written` is called when the text is out of our hands. */
  write(text: string, written?: () => void): boolean;
}

/**
 * All that the command line knows of the process it runs in, so that a test or another program can run it beside
 * itself. Only what the AWS SDK finds out by itself (credentials, Region, profile files) still comes from the process.
 */
export interface Io {
  /** A terminal where a person can be asked; `process.stdin` says so of itself. */
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute folder that names of files are relative to. */
  readonly cwd: string;
  /** Name of the account that runs the command. */
  readonly user: () => string;
  readonly now: () => Date;
  /** The program's own folder, where `npm start` runs. Absent: it has none. */
  readonly home?: string;
  /** The words that start this program from any folder. Default: `todoku`. */
  readonly program?: string;
  /** Shows a text in a pager, a command of the shell. Absent: there is none. @returns whether it could be started. */
  readonly showPaged?: (text: string, pager: string) => boolean;
  /** Ends calls under way when whoever runs the command wants it to stop. */
  readonly signal?: AbortSignal;
  /**
   * Has `stop` called at an interrupt (Ctrl+C) instead of ending the process; the next one ends it. Absent: nobody
   * interrupts. @returns what gives interrupts back.
   */
  readonly onInterrupt?: (stop: () => void) => () => void;
}
