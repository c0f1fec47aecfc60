import type * as z from 'zod';
import { DECISION_ACTIONS, type Decision } from '../cases/records.ts';
import { ReleasedCount } from '../cases/released.ts';
import type { HistoryAnswer, historyRequestSchema } from '../contracts/history.ts';
import { TODOKUS_OWN } from '../contracts/operator.ts';
import { scanDecisions } from '../store/decisions.ts';
import type { Key } from '../store/keys.ts';
import type { Table } from '../store/table.ts';
import { byCodeUnits } from '../text.ts';

/**
 * What was decided over all addresses, newest first. Decisions stand under their addresses, so the whole table is read
 * (half a read unit for each 4 KB of it): for a question asked now and then.
 *
 * @param isLate whether no time is left to read on.
 */
export async function history(
  request: z.infer<typeof historyRequestSchema>,
  store: Table,
  isLate: () => boolean = () => false,
): Promise<HistoryAnswer> {
  const { limit, since, until, whose, ...words } = request;
  const asked = {
    ...words,
    since: utc(since),
    ...(until && { until: utc(until) }),
    ...(whose && { whose: { names: TODOKUS_OWN, isTheirs: whose === 'todoku' } }),
  };
  // What became of a removal is decided by another than who removed.
  const isNarrowed = Object.values({ ...words, whose }).some((word) => word !== undefined);
  const released = isNarrowed ? undefined : new ReleasedCount();
  let newest: Decision[] = [];
  const counts: Record<string, number> = {};
  const answered = (): HistoryAnswer => ({
    decisions: newest.map(shown),
    counts,
    ...(released && { released: released.counts() }),
  });
  let from: Key | undefined;
  do {
    if (isLate()) return { ...answered(), incomplete: true };
    const page = await scanDecisions(store, asked, from);
    for (const decision of page.items) {
      counts[decision.action] = (counts[decision.action] ?? 0) + 1;
      released?.add(decision);
    }
    newest = [...newest, ...page.items].toSorted(newestFirst).slice(0, limit);
    from = page.next;
  } while (from !== undefined);
  return answered();
}

/** Moments compare as texts only in one form. */
function utc(moment: string): string {
  return new Date(moment).toISOString();
}

/** Of one moment what was done stands above what was decided, as it came after it. */
function newestFirst(one: Decision, other: Decision): number {
  return (
    byCodeUnits(other.at, one.at) ||
    byCodeUnits(one.address, other.address) ||
    DECISION_ACTIONS.indexOf(other.action) - DECISION_ACTIONS.indexOf(one.action)
  );
}

function shown(decision: Decision): HistoryAnswer['decisions'][number] {
  const { at, address, by, requestId, action, rule, because, diagnosis, note, overrides, outcome } = decision;
  return {
    at,
    address,
    by,
    ...(requestId && { requestId }),
    action,
    rule,
    because,
    ...(diagnosis && { diagnosis }),
    ...(note && { note }),
    ...(overrides && { overrides }),
    ...(outcome && { outcome }),
  };
}
