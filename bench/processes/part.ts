import { type ChildProcess, type Serializable, spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

/** A process that answers one question at a time. */
export class Part<Question extends Serializable, Answer> {
  readonly #child: ChildProcess;
  /** Rejects when the process ends: nobody waits for an answer that will not come. */
  readonly #ended: Promise<never>;

  constructor(command: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, command, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#ended = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`a process of the bench ended with code ${String(code)}`);
    });
    this.#ended.catch(() => undefined);
  }

  async ask(question: Question): Promise<Answer> {
    const answered = once(this.#child, 'message');
    this.#child.send(question);
    const [answer] = await Promise.race([answered, this.#ended]);
    return answer as Answer;
  }

  stop(): void {
    this.#child.kill();
  }
}

/** Bundles a program as serverless.yml bundles the functions. @returns the bundle, in the folder. */
export async function bundled(program: string, folder: string): Promise<string> {
  const outfile = join(folder, `${basename(program, '.ts')}.mjs`);
  await build({
    entryPoints: [program],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire as todokuCreateRequire } from 'node:module'; const require = todokuCreateRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  return outfile;
}
