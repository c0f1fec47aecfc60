import { CLEANUP } from '../cases/records.ts';
import { formatInTokyo } from '../time.ts';
import type { Missed } from './claims.ts';

/** What the words of every language are put together from. */

/** Missed mails named one by one; of more the latest. */
const NAMED = 5;

/** Whether the scheduled run did it, and no operator. */
export function isByCleanup(by: string): boolean {
  return by === CLEANUP;
}

/** The latest missed mails, newest first: when each was sent (Japan's time), and SES's id of it. */
export function toldOfMissed({ facts: { mails } }: Missed): readonly string[] {
  const newest = [...mails].reverse();
  const named = newest
    .slice(0, NAMED)
    .map(({ sentAt, messageId }) => `${formatInTokyo(sentAt)} ${messageId}`);
  return newest.length > NAMED ? [...named, '…'] : named;
}
