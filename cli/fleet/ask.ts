import type { AnswerOf, Contract, RequestOf } from '../../lib/contracts/contract.ts';
import type { FunctionName } from '../../lib/contracts/functions.ts';
import type { Bilingual } from '../../lib/text.ts';
import { type Invoke, invokerOf, versionOf } from '../context.ts';
import { CliError } from '../errors.ts';
import type { Session } from '../session.ts';
import type { FleetTarget } from './targets.ts';

/** What one target answered, or why it did not. */
export type FleetAnswer<Answer> = {
  readonly target: FleetTarget;
} /** `answer`: as much of it as the question reads. `version`: the stack's; absent when it named none. */ & (
  | { readonly ok: true; readonly version: string | undefined; readonly answer: Answer }
  | { readonly ok: false; readonly error: Bilingual }
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
export async function askFleet<Question extends Contract<FunctionName>>(
  targets: readonly FleetTarget[],
  question: Question,
  request: RequestOf<Question>,
  session: Session,
  options: FleetOptions,
): Promise<FleetAnswer<AnswerOf<Question>>[]> {
  const answers: FleetAnswer<AnswerOf<Question>>[] = [];
  let next = 0;
  let answered = 0;
  const work = async (): Promise<void> => {
    for (;;) {
      const index = next++;
      const target = targets[index];
      if (target === undefined) return;
      answers[index] = await askOne(target, question, request, session, options.timeout);
      answered += 1;
      options.progress?.(answered);
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.concurrency, targets.length) }, work));
  return answers;
}

async function askOne<Question extends Contract<FunctionName>>(
  target: FleetTarget,
  question: Question,
  request: RequestOf<Question>,
  session: Session,
  timeout: number,
): Promise<FleetAnswer<AnswerOf<Question>>> {
  try {
    const invoke: Invoke = invokerOf(target, session);
    const answer = await invoke(question, request, { signal: AbortSignal.timeout(timeout) });
    return { target, ok: true, version: versionOf(answer), answer: partOf(question, answer) };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { target, ok: false, error: error.text };
  }
}

/** The fields that the question reads: the rest of many accounts' answers would only bury them. */
function partOf<Question extends Contract>(question: Question, answer: unknown): AnswerOf<Question> {
  return question.answer.parse(answer) as AnswerOf<Question>;
}
