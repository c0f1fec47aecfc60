import { countInState } from '../../store/cases.ts';
import { readCheckpoint } from '../../store/checkpoint.ts';
import { readStop } from '../../store/stop-switch.ts';
import type { Table } from '../../store/table.ts';
import { HOUR } from '../../time.ts';
import type { CleanupReport } from './types.ts';

/** Hours that a stop counts for whose moment cannot be read: it is over a day, as far as anybody knows. */
const UNKNOWN_HOURS = 1_000;
/** Waiting proposals counted at most: the count is read item by item. */
const MAXIMUM_COUNTED = 1_000;

/** What a run says of itself for the alarms, by the metric's name. Two reads. */
export async function standingAfter(
  { unfinished }: Pick<CleanupReport, 'unfinished'>,
  store: Table,
): Promise<{ readonly HoursStopped: number; readonly HoursUnfinished: number }> {
  const [stop, checkpoint] = await Promise.all([readStop(store), readCheckpoint(store)]);
  const hoursSince = (at: string) => {
    const hours = (store.now().getTime() - Date.parse(at)) / HOUR;
    return Number.isNaN(hours) ? UNKNOWN_HOURS : hours;
  };
  // A run that SES let make no call leaves no walk under way: then the last finished one tells.
  const since = checkpoint.walk?.startedAt ?? (unfinished ? checkpoint.walkedUntil : undefined);
  return {
    HoursStopped: stop === undefined ? 0 : hoursSince(stop.at),
    HoursUnfinished: since === undefined ? 0 : hoursSince(since),
  };
}

/** How many proposals wait, counted up to a thousand. */
export async function waitingProposals(store: Table): Promise<number> {
  return (await countInState(store, 'proposed', MAXIMUM_COUNTED)).count;
}
