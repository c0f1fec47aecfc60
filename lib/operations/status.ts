import * as z from 'zod';
import type { Run } from '../cases/records.ts';
import { countInState } from '../store/cases.ts';
import { readCheckpoint } from '../store/checkpoint.ts';
import { lastEventOfDay } from '../store/facts.ts';
import { latestRuns } from '../store/runs.ts';
import type { Table } from '../store/table.ts';

/** What may be asked of a deployment's state. */
export const statusRequestSchema = z.strictObject({
  /** Runs to show, newest first. */
  runs: z.int().min(1).max(50).default(5),
});

/** Waiting proposals counted at most: the count is read item by item. */
const MAXIMUM_COUNTED = 1_000;
/** UTC days looked back for the last event; a shop without a bounce for longer reads "none lately". */
const DAYS_LOOKED_BACK = 3;
const DAY = 86_400_000;

/** How a deployment stands. */
export interface StatusAnswer {
  /** What the scheduled cleanup does. */
  readonly mode: 'propose' | 'apply';
  /** Finished runs, newest first; a run that died leaves none. */
  readonly runs: readonly Run[];
  /** Proposals that wait for an operator; `more` says that there are more than counted. */
  readonly waiting: { readonly count: number; readonly more: boolean };
  /** Last bounce or complaint that was recorded, ISO 8601 UTC; absent when there was none since `lookedBackTo`. */
  readonly lastEventAt?: string;
  /** ISO 8601 UTC. */
  readonly lookedBackTo: string;
  /** Entries the last full walk saw on SES's list. */
  readonly listed?: number;
  /** A walk over the list that is not finished: entries seen so far. */
  readonly walk?: { readonly startedAt: string; readonly seen: number };
}

/** What the state is read from. */
export interface StatusTools {
  readonly store: Table;
  readonly mode: 'propose' | 'apply';
  readonly now: () => Date;
}

/** How a deployment stands, from the table alone: SES is not asked, so its rate is left to the work. */
export async function status(
  request: z.infer<typeof statusRequestSchema>,
  tools: StatusTools,
): Promise<StatusAnswer> {
  const { store } = tools;
  const today = tools.now().getTime();
  const days = Array.from({ length: DAYS_LOOKED_BACK + 1 }, (_, back) =>
    new Date(today - back * DAY).toISOString().slice(0, 10),
  );
  const [runs, waiting, checkpoint, lastEventAt] = await Promise.all([
    latestRuns(store, request.runs),
    countInState(store, 'proposed', MAXIMUM_COUNTED),
    readCheckpoint(store),
    lastEvent(days, store),
  ]);
  return {
    mode: tools.mode,
    runs,
    waiting,
    lookedBackTo: `${days.at(-1)}T00:00:00.000Z`,
    ...(lastEventAt && { lastEventAt }),
    ...(checkpoint.listed !== undefined && { listed: checkpoint.listed }),
    ...(checkpoint.walk && {
      walk: { startedAt: checkpoint.walk.startedAt, seen: checkpoint.walk.seen },
    }),
  };
}

/** Day by day backwards, so that a lively shop costs one day's read. */
async function lastEvent(days: readonly string[], store: Table): Promise<string | undefined> {
  for (const day of days) {
    const at = await lastEventOfDay(store, day);
    if (at !== undefined) return at;
  }
  return undefined;
}
