import type * as z from 'zod';
import { type FunctionName, type Invoke, invokerOf } from '../context.ts';
import { CliError } from '../errors.ts';
import type { Session } from '../session.ts';
import type { FleetTarget } from './targets.ts';

/** What one target answered, or why it did not. */
export type FleetAnswer<Answer> = { readonly target: FleetTarget } & (
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly error: string }
);

/** How a fleet is asked. */
export interface FleetOptions {
  /** Targets asked at once. */
  readonly concurrency: number;
  /** Milliseconds a target may take. */
  readonly timeout: number;
  /** Told as targets answer. */
  readonly progress?: (answered: number) => void;
}

/**
 * Asks every target the same, side by side, and gives the answers in the order of the targets. A target that fails,
 * hangs, or runs a version whose answer is not understood is an answer too: it never hides the others.
 */
export async function askFleet<Schema extends z.ZodType>(
  targets: readonly FleetTarget[],
  question: { readonly name: FunctionName; readonly payload: unknown; readonly answer: Schema },
  session: Session,
  options: FleetOptions,
): Promise<FleetAnswer<z.output<Schema>>[]> {
  const answers: FleetAnswer<z.output<Schema>>[] = [];
  let next = 0;
  let answered = 0;
  const work = async (): Promise<void> => {
    for (;;) {
      const index = next++;
      const target = targets[index];
      if (target === undefined) return;
      answers[index] = await askOne(target, question, session, options.timeout);
      answered += 1;
      options.progress?.(answered);
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.concurrency, targets.length) }, work));
  return answers;
}

async function askOne<Schema extends z.ZodType>(
  target: FleetTarget,
  question: { readonly name: FunctionName; readonly payload: unknown; readonly answer: Schema },
  session: Session,
  timeout: number,
): Promise<FleetAnswer<z.output<Schema>>> {
  try {
    const invoke: Invoke = invokerOf(target, session);
    const value = await invoke(question.name, question.payload, { signal: AbortSignal.timeout(timeout) });
    const parsed = question.answer.safeParse(value);
    if (parsed.success) return { target, ok: true, answer: parsed.data };
    return { target, ok: false, error: 'its answer is not understood: is another version deployed there?' };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { target, ok: false, error: error.message };
  }
}
