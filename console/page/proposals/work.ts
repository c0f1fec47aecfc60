import type { RemoveAnswer } from '../../../lib/contracts/remove.ts';
import { refusedBy } from '../asking.ts';
import { ask, type Refused } from '../server.ts';

/** Asks about many proposals, a few at a time, and tells each answer when it comes. */

/** What became, or would become, of one proposal. */
export type Result = RemoveAnswer['results'][number];

/** What is asked of each. */
export interface Asking {
  readonly decision: 'approve' | 'reject';
  readonly reason?: string;
  readonly dryRun: boolean;
}

/**
 * Works through the ids in turn, so many a request, until it is told to stop: SES takes one request a second, so nothing
 * is gained by asking at once. What was sent is answered for; what was not sent is not done.
 *
 * @param signal stops it before the next request; the one under way is waited for.
 * @returns why it ended early; undefined: every id was answered, or it was stopped.
 */
export async function workThrough(
  ids: readonly string[],
  asking: Asking,
  size: number,
  signal: AbortSignal,
  onResult: (id: string, result: Result) => void,
): Promise<Refused | undefined> {
  for (let at = 0; at < ids.length && !signal.aborted; at += size) {
    const part = ids.slice(at, at + size);
    try {
      const { results } = await ask<RemoveAnswer>('remove', { proposals: part, ...asking });
      for (const result of results) onResult(result.proposalId ?? '', result);
    } catch (error) {
      return refusedBy(error);
    }
  }
  return undefined;
}

/** Results that say the proposal would be, or was, done as asked. */
const DONE: ReadonlySet<string> = new Set([
  'would_remove',
  'would_reject',
  'removed',
  'scheduled',
  'rejected',
]);

/** Whether a result is what was asked for. */
export function isDone({ result }: Pick<Result, 'result'>): boolean {
  return DONE.has(result);
}

/** Results of one kind with one reason, the largest group first. */
export interface ResultGroup {
  readonly result: string;
  readonly why: Result['why'];
  readonly ids: readonly string[];
}

/** The results that are not what was asked for, by what was answered and why. */
export function refusalsIn(results: ReadonlyMap<string, Result>): readonly ResultGroup[] {
  const groups = new Map<string, { result: string; why: Result['why']; ids: string[] }>();
  for (const [id, each] of results) {
    if (isDone(each)) continue;
    const { result } = each;
    const why = each.because ?? each.why;
    const key = `${result} ${why?.en}`;
    const group = groups.get(key) ?? { result, why, ids: [] };
    group.ids.push(id);
    groups.set(key, group);
  }
  return [...groups.values()].toSorted((left, right) => right.ids.length - left.ids.length);
}
