import { CLEANUP } from '../cases/records.ts';
import { isWordless, mayBeAutomaticReply } from '../mails/mails.ts';
import { formatInTokyo } from '../time.ts';
import type { Missed, Returned } from './claims.ts';

/** What the words of every language are put together from. */

/** Missed mails named one by one; of more the latest. */
const NAMED = 5;

/** Whether the scheduled run did it, and no operator. */
export function isByCleanup(by: string): boolean {
  return by === CLEANUP;
}

/**
 * Whether a bounce may as well be an automatic reply: SES reports both alike, and without a delivery on record or a
 * word of a server nothing tells them apart.
 */
export function isPerhapsAutomatic({ facts: { bounce } }: Returned): boolean {
  return mayBeAutomaticReply(bounce) && isWordless(bounce);
}

/** The latest missed mails, newest first: when each was sent (Japan's time), and SES's id of it. */
export function toldOfMissed({ facts: { mails } }: Missed): readonly string[] {
  const newest = [...mails].reverse();
  const named = newest
    .slice(0, NAMED)
    .map(({ sentAt, messageId }) => `${formatInTokyo(sentAt)} ${messageId}`);
  return newest.length > NAMED ? [...named, '…'] : named;
}
