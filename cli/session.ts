import { resolve } from 'node:path';
import type { Language } from '../lib/text.ts';
import type { Io } from './io.ts';
import { languageOfArguments } from './language.ts';
import { harmless, harmlessStream, type Terminal, terminalOf } from './output.ts';

/** A file that the operator named. */
export interface NamedFile {
  /** As it was typed: for messages. */
  readonly name: string;
  /** Where it is. */
  readonly path: string;
}

/** Where an answer is shown, and in which language. */
export interface View extends Terminal {
  readonly language: Language;
}

/** One run of the command line: its surroundings, and what it leaves behind. Nothing of it is shared with another. */
export interface Session extends View {
  readonly io: Io;
  /** The file of a name, relative to where the command line was run. */
  file(name: string): NamedFile;
  /** Sets what the command ends with when it is done; 0 unless set. */
  endWith(code: number): void;
  /** Has something closed once the command is done, however it ends. */
  whenDone(close: () => void): void;
}

/** A session as its runner holds it. */
export interface OpenSession extends Session {
  /** What the command ends with. */
  exitCode(): number;
  close(): void;
}

/** Opens the session of one command line. */
export function openSession(argv: readonly string[], given: Io): OpenSession {
  const { showPaged } = given;
  const io: Io = {
    ...given,
    stdout: harmlessStream(given.stdout),
    stderr: harmlessStream(given.stderr),
    ...(showPaged && { showPaged: (text, pager) => showPaged(harmless(text, true), pager) }),
  };
  let exitCode = 0;
  const closing: (() => void)[] = [];
  return {
    ...terminalOf(io),
    io,
    language: languageOfArguments(argv, io.env),
    file: (name) => ({ name, path: resolve(io.cwd, name) }),
    endWith: (code) => {
      exitCode = code;
    },
    whenDone: (close) => closing.push(close),
    exitCode: () => exitCode,
    close: () => {
      for (const close of closing.splice(0)) close();
    },
  };
}
