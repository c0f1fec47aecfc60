import type * as z from 'zod';
import { DECISION_ACTIONS, type Decision } from '../cases/records.ts';
import type { HistoryAnswer, historyRequestSchema } from '../contracts/history.ts';
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
  const { limit, since, until, ...words } = request;
  const asked = { ...words, since: utc(since), ...(until && { until: utc(until) }) };
  let newest: Decision[] = [];
  const counts: Record<string, number> = {};
  let from: Key | undefined;
  do {
    if (isLate()) return { decisions: newest.map(shown), counts, incomplete: true };
    const page = await scanDecisions(store, asked, from);
    for (const { action } of page.items) counts[action] = (counts[action] ?? 0) + 1;
    newest = [...newest, ...page.items].toSorted(newestFirst).slice(0, limit);
    from = page.next;
  } while (from !== undefined);
  return { decisions: newest.map(shown), counts };
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
  const { at, address, by, requestId, action, rule, because, note, overrides, outcome } = decision;
  return {
    at,
    address,
    by,
    ...(requestId && { requestId }),
    action,
    rule,
    because,
    ...(note && { note }),
    ...(overrides && { overrides }),
    ...(outcome && { outcome }),
  };
}
