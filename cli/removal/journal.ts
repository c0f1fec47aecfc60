import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { removeResultSchema } from '../../lib/contracts/remove.ts';
import { jsonIn } from '../../lib/text.ts';
import { cannotWrite } from '../errors.ts';
import type { Io } from '../io.ts';

/**
 * How far a long list is worked through, so that a command that was interrupted is taken up again by running it again.
 * A file of the operator's own account, which names no address: results stand under their place in the list, and the
 * file's name is a hash of the list and of what is asked.
 */

/** A journal that nobody took up again is no longer believed after this long, milliseconds. */
const BELIEVED_FOR = 7 * 24 * 3_600_000;

const resultSchema = removeResultSchema.omit({ address: true, proposalId: true });

/** What is kept of a result: all but whom it is about. */
export type KeptResult = z.infer<typeof resultSchema>;

/** The look before it, or the work itself. */
export type Phase = 'preview' | 'work';

const lineSchema = z.union([
  z.object({ phase: z.enum(['preview', 'work']), place: z.number(), result: resultSchema }),
  z.object({ begun: z.array(z.number()) }),
]);

/** See the file's comment. */
export interface Journal {
  /** Results by phase and place in the list; as they were when it was opened, and with what was added since. */
  readonly results: Readonly<Record<Phase, ReadonlyMap<number, KeptResult>>>;
  /** Places whose work was asked for, and whose answer nobody has: the command died before it came. */
  readonly unanswered: ReadonlySet<number>;
  /** Says that the work on these places is about to be asked for. */
  begin(places: readonly number[]): void;
  add(phase: Phase, place: number, result: KeptResult): void;
  /** Forgets all of it: the list is done. */
  end(): void;
}

/** Opens the journal of one list. @param asked all that makes it another list: the targets, the deployment, the question. */
export function openJournal(asked: unknown, { env, now }: Pick<Io, 'env' | 'now'>): Journal {
  const folder = join(stateFolder(env), 'todoku', 'lists');
  const path = join(
    folder,
    `${createHash('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, 32)}.jsonl`,
  );
  const results = { preview: new Map<number, KeptResult>(), work: new Map<number, KeptResult>() };
  const unanswered = new Set<number>();
  for (const line of linesOf(path, now())) {
    if ('begun' in line) for (const place of line.begun) unanswered.add(place);
    else {
      results[line.phase].set(line.place, line.result);
      if (line.phase === 'work') unanswered.delete(line.place);
    }
  }
  const write = (line: z.infer<typeof lineSchema>): void => {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    } catch (error) {
      throw cannotWrite(path, error);
    }
  };
  return {
    results,
    unanswered,
    begin: (begun) => write({ begun: [...begun] }),
    add: (phase, place, { address: _, proposalId: __, ...result }: KeptResult & Record<string, unknown>) => {
      results[phase].set(place, result);
      if (phase === 'work') unanswered.delete(place);
      write({ phase, place, result });
    },
    end: () => rmSync(path, { force: true }),
  };
}

/** The lines of a journal; none where there is none, or one of last week. A line that was cut off counts as unwritten. */
function linesOf(path: string, now: Date): z.infer<typeof lineSchema>[] {
  try {
    if (now.getTime() - statSync(path).mtimeMs > BELIEVED_FOR) {
      rmSync(path, { force: true });
      return [];
    }
    return readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((text) => {
        const read = lineSchema.safeParse(jsonIn(text));
        return read.success ? [read.data] : [];
      });
  } catch {
    return [];
  }
}

/** Where an account keeps what its programs remember. */
function stateFolder(env: Io['env']): string {
  return env.XDG_STATE_HOME || env.LOCALAPPDATA || join(env.HOME ?? '.', '.local', 'state');
}
