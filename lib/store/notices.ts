import { type Notice, type NoticeOf, noticeSchema, withoutPeople } from '../notices/notice.ts';
import { spanOfMonth } from '../time.ts';
import { TTL_ATTRIBUTE } from './definition.ts';
import { expiry, type Item } from './items.ts';
import { type Key, PARTITIONS } from './keys.ts';
import { type Page, partitionQuery, type Table } from './table.ts';
import { readItem } from './unreadable.ts';

/**
 * Notices that wait to be told, all in one partition and oldest first, so that whoever tells them reads nothing else. One
 * that was told is deleted; one that could not be told is forgotten after {@link NOTICE_DAYS}.
 */

/** How long a notice waits to be told, days: what is older is news to nobody, and in the audit all the same. */
export const NOTICE_DAYS = 14;
/** The same for a month, counted from its end: it may be noted as long as it is the last one. */
const MONTH_DAYS = 31 + NOTICE_DAYS;
/** How long it is remembered that a month was noted, days from its end: longer than anybody asks. */
const NOTED_DAYS = 100;

/** A notice with where it was told already. */
export interface WaitingNotice {
  readonly notice: Notice;
  /** Names of channels; a word of a later version is kept. */
  readonly told: readonly string[];
}

/** Writes notices to be told, as the setting of this stage lets them be; where it is off, none. */
export async function putNotices(table: Table, notices: readonly Notice[]): Promise<void> {
  if (table.notices === 'off' || notices.length === 0) return;
  const allowed = table.notices === 'addresses' ? notices : notices.map(withoutPeople);
  for (const notice of allowed) await table.put(noticeItem({ notice, told: [] }));
}

/**
 * Writes the notice of a month, unless it waits already: the marks of where it was told stay. Then remembers that it was
 * noted, so that it is not noted again once it was told and deleted. Whoever dies in between writes it again under the same
 * key.
 *
 * @param notice absent where there is nothing to tell of the month.
 */
export async function noteMonth(
  table: Table,
  month: string,
  notice: NoticeOf<'month'> | undefined,
): Promise<void> {
  if (notice !== undefined) {
    await table.putIf(noticeItem({ notice, told: [] }), {
      ConditionExpression: 'attribute_not_exists(pk)',
    });
  }
  await table.put({
    ...monthKey(month),
    at: table.now().toISOString(),
    [TTL_ATTRIBUTE]: expiry(spanOfMonth(month).until, NOTED_DAYS),
  });
}

/** Whether {@link noteMonth} was done with a month. */
export async function isMonthNoted(table: Table, month: string): Promise<boolean> {
  const { pk, sk } = monthKey(month);
  return (await table.query(partitionQuery(pk, { from: sk, to: sk }))).length > 0;
}

function monthKey(month: string): Key {
  return { pk: PARTITIONS.months, sk: month };
}

/** The item of a waiting notice. */
export function noticeItem({ notice, told }: WaitingNotice): Item {
  return {
    ...noticeKey(notice),
    ...notice,
    ...(told.length > 0 && { told }),
    [TTL_ATTRIBUTE]: expiry(notice.at, notice.kind === 'month' ? MONTH_DAYS : NOTICE_DAYS),
  };
}

function noticeKey({ at, id }: Pick<Notice, 'at' | 'id'>): Key {
  return { pk: PARTITIONS.notices, sk: `${at}#${id}` };
}

/** One page of the notices that wait, oldest first. */
export async function waitingNotices(table: Table, from?: Key): Promise<Page<WaitingNotice>> {
  const { items, next } = await table.page(partitionQuery(PARTITIONS.notices), from);
  const waiting = items.flatMap((item) => {
    const notice = readItem(noticeSchema, item, table.unreadable);
    const told = Array.isArray(item.told) ? item.told.filter((each) => typeof each === 'string') : [];
    return notice ? [{ notice, told }] : [];
  });
  return { items: waiting, ...(next && { next }) };
}

/** How many notices wait, counted up to `maximum` at least, and since when the oldest does, ISO 8601 UTC; undefined: none does. */
export async function noticesWaiting(
  table: Table,
  maximum: number,
): Promise<{ readonly count: number; readonly more: boolean; readonly since: string } | undefined> {
  const query = partitionQuery(PARTITIONS.notices);
  const [oldest, counted] = await Promise.all([
    table.page({ ...query, Limit: 1 }),
    table.count(query, maximum),
  ]);
  // The sort key begins with the moment, also of an item that this version cannot read.
  const since = oldest.items[0]?.sk.split('#')[0];
  return since === undefined ? undefined : { ...counted, since };
}

/** Remembers where a notice was told, for the channels that are still to come; one whose person was forgotten is gone. */
export async function noteTold(table: Table, waiting: WaitingNotice): Promise<void> {
  await table.putIf(noticeItem(waiting), { ConditionExpression: 'attribute_exists(pk)' });
}

/** Forgets a notice that was told everywhere. */
export async function deleteNotice(table: Table, { at, id }: Pick<Notice, 'at' | 'id'>): Promise<void> {
  await table.delete(noticeKey({ at, id }));
}
