import { CLEANUP, type SuppressionCase } from '../../cases/records.ts';
import { listedCases } from '../../store/cases.ts';
import type { Key } from '../../store/keys.ts';
import type { Page } from '../../store/table.ts';
import type { WalkMarks } from '../../store/walk-marks.ts';
import { closeUnlisted } from '../removal/close-unlisted.ts';
import type { CleanupTools } from './types.ts';

/** What the closing of cases works with. */
export interface ClosingTools extends Pick<CleanupTools, 'store' | 'now' | 'timeIsUp'> {
  /** Does one address's work and counts what goes wrong; resolves when all are done; false: time is up. */
  readonly forEach: (
    cases: readonly SuppressionCase[],
    work: (known: SuppressionCase) => Promise<void>,
  ) => Promise<boolean>;
  readonly count: (what: string) => void;
}

/**
 * After a full walk: closes the cases of entries that it did not meet, so that a proposal whose entry somebody else took
 * off the list does not wait for good, and what is kept of a person ends. Cases changed since the walk began are left
 * alone. Costs one scan of the table (half a read unit for each 4 KB), as the walk itself reads every address.
 *
 * @param from where an invocation before ran out of time.
 * @returns undefined when done; otherwise where to go on.
 */
export async function closeGone(
  marks: WalkMarks,
  startedAt: string,
  from: Key | undefined,
  tools: ClosingTools,
): Promise<{ readonly from?: Key } | undefined> {
  let at = from;
  do {
    if (tools.timeIsUp?.()) return at === undefined ? {} : { from: at };
    const page: Page<SuppressionCase> = await listedCases(tools.store, startedAt, at);
    const gone = page.items.filter(({ address }) => !marks.has(address));
    const isDone = await tools.forEach(gone, async (known) => {
      await closeUnlisted(known, { by: CLEANUP }, tools);
      tools.count('no-longer-listed');
    });
    if (!isDone) return at === undefined ? {} : { from: at };
    at = page.next;
  } while (at !== undefined);
  return undefined;
}
