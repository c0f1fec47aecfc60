import { type Notice, noticeSchema, withoutPeople } from '../notices/notice.ts';
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

/** The item of a waiting notice. */
export function noticeItem({ notice, told }: WaitingNotice): Item {
  return {
    ...noticeKey(notice),
    ...notice,
    ...(told.length > 0 && { told }),
    [TTL_ATTRIBUTE]: expiry(notice.at, NOTICE_DAYS),
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

/** Remembers where a notice was told, for the channels that are still to come; one whose person was forgotten is gone. */
export async function noteTold(table: Table, waiting: WaitingNotice): Promise<void> {
  await table.putIf(noticeItem(waiting), { ConditionExpression: 'attribute_exists(pk)' });
}

/** Forgets a notice that was told everywhere. */
export async function deleteNotice(table: Table, { at, id }: Pick<Notice, 'at' | 'id'>): Promise<void> {
  await table.delete(noticeKey({ at, id }));
}
