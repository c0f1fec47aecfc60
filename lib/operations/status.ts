import type * as z from 'zod';
import type { Run } from '../cases/records.ts';
import type { StatusAnswer, statusRequestSchema } from '../contracts/status.ts';
import { dueAfter } from '../schedule.ts';
import { countInState } from '../store/cases.ts';
import { readCheckpoint } from '../store/checkpoint.ts';
import { lastEventOfDay } from '../store/facts.ts';
import type { ForgetKey } from '../store/forgetting.ts';
import { forgottenState } from '../store/forgotten.ts';
import { noticesWaiting } from '../store/notices.ts';
import { refusedPutBacks } from '../store/put-backs.ts';
import { latestRuns } from '../store/runs.ts';
import { readStop } from '../store/stop-switch.ts';
import type { Table } from '../store/table.ts';
import { DAY } from '../time.ts';

/** Waiting proposals and notices counted at most: the count is read item by item. */
const MAXIMUM_COUNTED = 1_000;
/** UTC days looked back for the last event; a shop without a bounce for longer reads "none lately". */
const DAYS_LOOKED_BACK = 3;

/** What the state is read from. */
export interface StatusTools {
  readonly store: Table;
  /** The key by which people who were forgotten are known again. */
  readonly forgetKey: ForgetKey;
  readonly mode: 'propose' | 'apply';
  /** ARN of the topic of SES's events, where it is known. */
  readonly eventTopic?: string | undefined;
  /** Which deliveries are recorded, where that is known. */
  readonly deliveries?: string | undefined;
  /** When the cleanup runs, as EventBridge writes it, where that is known. */
  readonly schedule?: string | undefined;
  readonly now: () => Date;
}

/** How a deployment stands, from the table alone: SES is not asked, so its rate is left to the work. */
export async function status(
  request: Pick<z.infer<typeof statusRequestSchema>, 'runs'>,
  tools: StatusTools,
): Promise<StatusAnswer> {
  const { store, eventTopic, deliveries, schedule } = tools;
  store.unreadable.clear();
  const today = tools.now().getTime();
  const days = Array.from({ length: DAYS_LOOKED_BACK + 1 }, (_, back) =>
    new Date(today - back * DAY).toISOString().slice(0, 10),
  );
  const [runs, waiting, notices, checkpoint, lastEventAt, stopped, refused, forgotten] = await Promise.all([
    latestRuns(store, request.runs),
    countInState(store, 'proposed', MAXIMUM_COUNTED),
    noticesWaiting(store, MAXIMUM_COUNTED),
    readCheckpoint(store),
    lastEvent(days, store),
    readStop(store),
    refusedPutBacks(store),
    forgottenState(store, tools.forgetKey),
  ]);
  const unreadable = unreadableOf(runs, store);
  const due = schedule && runs[0] && dueAfter(schedule, new Date(runs[0].startedAt));
  return {
    at: new Date(today).toISOString(),
    mode: tools.mode,
    ...(eventTopic && { eventTopic }),
    ...(deliveries && { deliveries }),
    runs,
    ...(due && { nextDue: due.toISOString() }),
    waiting,
    ...(notices && { notices }),
    lookedBackTo: `${days.at(-1)}T00:00:00.000Z`,
    ...(lastEventAt && { lastEventAt }),
    ...(stopped && { stopped }),
    ...(refused.length > 0 && { putBacksRefused: refused }),
    ...(checkpoint.listed !== undefined && { listed: checkpoint.listed }),
    ...(forgotten && { forgotten }),
    ...(unreadable && { unreadable }),
    ...(checkpoint.walk && {
      walk: { startedAt: checkpoint.walk.startedAt, seen: checkpoint.walk.seen },
    }),
  };
}

/** What the last run could not read, or what was met just now where that is more. */
function unreadableOf(runs: readonly Run[], { unreadable }: Table): StatusAnswer['unreadable'] {
  const { count, example } = unreadable;
  const ofRun = runs[0]?.unreadable;
  return example === undefined || (ofRun?.count ?? 0) > count ? ofRun : { count, example };
}

/** Day by day backwards, so that a lively shop costs one day's read. */
async function lastEvent(days: readonly string[], store: Table): Promise<string | undefined> {
  for (const day of days) {
    const at = await lastEventOfDay(store, day);
    if (at !== undefined) return at;
  }
  return undefined;
}
