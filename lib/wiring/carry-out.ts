import { explainCallFailure, saidBy } from '../call-failure.ts';
import { ThrottledError } from '../suppression/throttle.ts';
import type { Bilingual } from '../text.ts';
import type { Wire } from './observed.ts';
import { readSet, takeStep, type WiringClients, whyFailed } from './ses.ts';
import type { Obstacle, Plan, Planner, Step } from './steps.ts';

/**
 * Carries steps out, a set at a time. Each is planned anew from the set as it is right before the write, and read back
 * after it: what somebody changed meanwhile is neither overwritten nor taken for done.
 */

/** What became of a step. */
export type Outcome =
  /** SES has it, as was read afterwards. */
  | { readonly became: 'done' }
  /** Somebody else, or a run before, had done it. */
  | { readonly became: 'already-so' }
  /** The set was deleted meanwhile. */
  | { readonly became: 'set-gone' }
  /** Something stands in the way now. */
  | { readonly became: 'obstacle'; readonly obstacle: Obstacle }
  /** SES took it, and shows something else. */
  | { readonly became: 'not-as-written' }
  /** SES took it, and could not be asked for it. */
  | { readonly became: 'not-read-back'; readonly because: Bilingual }
  /** SES did not take it, or could not be asked. */
  | { readonly became: 'failed'; readonly because: Bilingual }
  /** SES could not be asked any more by then. */
  | { readonly became: 'not-begun' };

/** A step with what became of it. */
export interface Result {
  readonly step: Step;
  readonly outcome: Outcome;
}

/**
 * Takes steps in their order. Throttling or a lost connection ends it, and what was not begun is told as such: a new run
 * goes on from there.
 */
export async function carryOut(
  steps: readonly Step[],
  clients: WiringClients,
  wire: Wire,
  planner: Planner,
  progress: (done: number) => void = () => {},
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const state = { isOver: false };
  for (const step of steps) {
    const outcome: Outcome = state.isOver
      ? { became: 'not-begun' }
      : await outcomeOf(() => planNow(step.set, clients, wire, planner), clients, wire, state);
    results.push({ step, outcome });
    progress(results.length);
  }
  return results;
}

/** What is to be done about a set as it is at this moment; null: it is gone. */
async function planNow(
  name: string,
  clients: WiringClients,
  wire: Wire,
  planner: Planner,
): Promise<Plan | null> {
  const set = await readSet(clients, name);
  return set && planner(set, wire);
}

async function outcomeOf(
  plan: () => Promise<Plan | null>,
  clients: WiringClients,
  wire: Wire,
  state: { isOver: boolean },
): Promise<Outcome> {
  const before = await tried(plan, state);
  if ('because' in before) return { became: 'failed', because: before.because };
  const settled = settledBy(before.answer);
  if (settled !== undefined) return settled;
  const step = before.answer?.step;
  if (step === undefined) return { became: 'already-so' };

  const written = await tried(() => takeStep(clients, step, wire), state);
  // Looked at whatever the answer was: it may have been lost, or somebody else was faster.
  const after = await tried(plan, state);
  if ('because' in written) {
    if ('because' in after) return { became: 'failed', because: written.because };
    const settledSince = settledBy(after.answer);
    if (settledSince !== undefined) return settledSince;
    return after.answer?.step === undefined
      ? { became: 'already-so' }
      : { became: 'failed', because: written.because };
  }
  if ('because' in after) return { became: 'not-read-back', because: after.because };
  const settledSince = settledBy(after.answer);
  if (settledSince !== undefined) return settledSince;
  return { became: after.answer?.step === undefined ? 'done' : 'not-as-written' };
}

/** What a plan that leaves nothing to be written ends with. */
function settledBy(plan: Plan | null): Outcome | undefined {
  if (plan === null) return { became: 'set-gone' };
  return plan.obstacle && { became: 'obstacle', obstacle: plan.obstacle };
}

async function tried<Answer>(
  ask: () => Promise<Answer>,
  state: { isOver: boolean },
): Promise<{ readonly answer: Answer } | { readonly because: Bilingual }> {
  try {
    const answer = await ask();
    // It can be asked after all.
    state.isOver = false;
    return { answer };
  } catch (error) {
    const why = whyFailed(error);
    if (why === 'throttled' || why === 'unreachable') state.isOver = true;
    return { because: becauseOf(error, why) };
  }
}

function becauseOf(error: unknown, why: ReturnType<typeof whyFailed>): Bilingual {
  if (why === 'throttled') return new ThrottledError().text;
  const said = saidBy(error);
  // AWS's own words name the action.
  if (why === 'denied') return { ja: `権限がありません（${said}）`, en: said };
  return explainCallFailure(error) ?? { ja: said, en: said };
}
