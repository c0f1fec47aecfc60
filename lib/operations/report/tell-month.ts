import { noticeId } from '../../notices/notice.ts';
import { isMonthNoted, noteMonth } from '../../store/notices.ts';
import type { Table } from '../../store/table.ts';
import { monthInTokyo, monthsLater, spanOfMonth } from '../../time.ts';
import { isWhole, summedUp } from './compare.ts';
import { type ReportTools, recordedSince, report } from './report.ts';

/**
 * The month that is over comes by itself: it is noted once by whoever tells notices after a run, from its end to the end of
 * the next. So it needs no schedule of its own, and a stack without any tells it after the first run by hand. Its notice is
 * written under a key that follows from the month, before it is remembered that it was noted: a death in between writes it
 * again, under the same id.
 */

/**
 * The last month that is over, `2026-10`, where it was not noted yet; undefined otherwise, and where nothing is told.
 * Costs one read.
 */
export async function monthToNote(store: Table, now: Date): Promise<string | undefined> {
  if (store.notices === 'off') return undefined;
  const month = monthsLater(monthInTokyo(now.toISOString()), -1);
  return (await isMonthNoted(store, month)) ? undefined : month;
}

/**
 * Counts a month and notes it to be told. One in which recording began is told from then on, and compared with none; one
 * before that is not told. Where nothing says since when there are records, it is left for later.
 *
 * @returns whether there is something to tell.
 */
export async function tellMonth(month: string, tools: ReportTools): Promise<boolean> {
  const { store } = tools;
  const since = await recordedSince(store);
  if (since === undefined) return false;
  // Another call may have noted it since this one asked.
  if (await isMonthNoted(store, month)) return false;
  const { until } = spanOfMonth(month);
  if (since >= until) {
    await noteMonth(store, month, undefined);
    return false;
  }
  const answer = await report({ month }, tools);
  const { recordedFrom, incomplete } = answer.month;
  const isComparable = isWhole(answer.month) && isWhole(answer.before);
  await noteMonth(store, month, {
    kind: 'month',
    id: noticeId('month', month),
    at: until,
    ...summedUp(answer.month),
    ...(isComparable && { before: summedUp(answer.before) }),
    ...(recordedFrom !== undefined && { recordedFrom }),
    ...(incomplete && { incomplete }),
  });
  return true;
}
