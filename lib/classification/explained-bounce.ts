import type { Fact } from '../mails/fact.ts';
import { isDroppedBySuppression, NOT_SENT_SUBTYPES } from '../mails/fact.ts';
import type { DiagnosisInput, Listing } from './types.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How long after a removal SES's global list may still speak: "up to 14 days" (SES guide, global suppression list). */
const GLOBAL_LIST_DAYS = 14;

/**
 * How far a bounce may lie from the listing it is taken to have made, where SES names no feedback. The listing's
 * time is SES's own, the bounce's is the receiving server's, whose clock and zone may be off; SES's report of it may
 * come late. A guess of ours: SES documents neither.
 */
const LISTED_AFTER_BOUNCE = DAY;
const LISTED_BEFORE_BOUNCE = 6 * HOUR;

/**
 * The bounce that a diagnosis of an address explains, or undefined when no known bounce does.
 *
 * Of a listed address it is the bounce that made the listing. SES's own word decides: the listing names the feedback,
 * and the mail, that made it; when those are not on record, nothing on record explains it. Where SES names nothing
 * (ListSuppressedDestinations does not), the bounce nearest to the listing does, if it is at most a day older or six
 * hours younger. A bounce of another time is about another listing.
 *
 * Of an address that is not listed it is the latest real bounce; one by SES's global list only when nothing better
 * is known, and not within {@link GLOBAL_LIST_DAYS} of a removal.
 *
 * Never a mail that SES dropped because of the account's list, never an out-of-office reply; and SES's global list
 * does not make an entry of the account's.
 */
export function explainedBounce(input: DiagnosisInput): Fact | undefined {
  const { facts, listing } = input;
  const bounces = facts.filter((fact) => isBounce(fact) && !isDropped(fact) && !isOutOfOffice(fact, facts));
  const real = bounces.filter((fact) => !isByGlobalList(fact));
  if (listing === undefined) {
    return latest(real) ?? latest(bounces.filter((fact) => !followsRemoval(fact, input.removals ?? [])));
  }
  // A complaint made the entry, whatever bounced at the time.
  if (listing.reason === 'COMPLAINT') return undefined;
  if (listing.feedbackId !== undefined || listing.messageId !== undefined) {
    const joined = real.filter((fact) => isJoined(fact, listing));
    return latest(joined.filter((fact) => fact.id === listing.feedbackId)) ?? latest(joined);
  }
  return nearest(real.filter(isHardOrWorded), listing.at);
}

/** Whether SES names this bounce as the cause of a listing: by the feedback, or by the mail that bounced. */
export function isJoined(fact: Fact, listing: Listing): boolean {
  if (listing.feedbackId !== undefined && fact.id === listing.feedbackId) return true;
  return listing.messageId !== undefined && fact.messageId === listing.messageId;
}

/**
 * Whether a bounce may have made a listing by its time alone: a Transient/General one without any word of a server
 * is what SES makes of an automatic reply, also where the delivery before it is not on record.
 */
function isHardOrWorded(fact: Fact): boolean {
  if (!sameWord(fact.bounceType, 'Transient') || !subTypeIs(fact, 'General')) return true;
  return fact.diagnosticCode !== undefined || fact.status !== undefined;
}

/** Of the bounces that may have made a listing at that moment the nearest; of several equally near the latest. */
function nearest(bounces: readonly Fact[], listedAt: string): Fact | undefined {
  const distance = (fact: Fact) => Math.abs(Date.parse(listedAt) - Date.parse(fact.at));
  let found: Fact | undefined;
  for (const fact of bounces) {
    const before = Date.parse(listedAt) - Date.parse(fact.at);
    if (before > LISTED_AFTER_BOUNCE || before < -LISTED_BEFORE_BOUNCE) continue;
    const closer = found === undefined ? -1 : distance(fact) - distance(found);
    if (found === undefined || closer < 0 || (closer === 0 && isLater(fact, found))) found = fact;
  }
  return found;
}

/** Whether a fact is a bounce, received as an event or read back from message insights. */
export function isBounce(fact: Fact): boolean {
  return fact.kind === 'bounce' || (fact.kind === 'insight' && fact.bounceType !== undefined);
}

/** Whether SES dropped the mail because of the account's list; insights spell sub-types in their own way. */
export function isDropped(fact: Fact): boolean {
  return isDroppedBySuppression(fact) || subTypeIs(fact, NOT_SENT_SUBTYPES.account);
}

/** Whether SES's global suppression list, not the mailbox, made the bounce. */
export function isByGlobalList(fact: Fact): boolean {
  return subTypeIs(fact, NOT_SENT_SUBTYPES.global);
}

function subTypeIs(fact: Fact, name: string): boolean {
  return sameWord(fact.bounceSubType, name);
}

/** Compares SES's words: events write `OnAccountSuppressionList`, insights `ON_ACCOUNT_SUPPRESSION_LIST`. */
function sameWord(text: string | undefined, name: string): boolean {
  if (text === undefined || text === name) return text === name;
  if (text.length < name.length || !mayBeginAlike(text, name)) return false;
  return text.replaceAll('_', '').toLowerCase() === name.toLowerCase();
}

/** Whether two words may begin with one letter, case apart: a look that spares most words being copied. */
function mayBeginAlike(text: string, name: string): boolean {
  return text.startsWith('_') || (text.charCodeAt(0) | 0x20) === (name.charCodeAt(0) | 0x20);
}

/**
 * Whether a bounce is an automatic reply: SES reports one as Transient/General after the Delivery of the same mail.
 * Of several deliveries on one day only one is kept, so a bounce without any DSN field on a day with a delivery
 * counts as well.
 */
export function isOutOfOffice(fact: Fact, facts: readonly Fact[]): boolean {
  if (!isBounce(fact) || !sameWord(fact.bounceType, 'Transient') || !subTypeIs(fact, 'General')) return false;
  const bare = fact.diagnosticCode === undefined && fact.status === undefined;
  const day = fact.sentAt.slice(0, 10);
  return facts.some(
    (other) =>
      other.kind === 'delivery' &&
      other.at <= fact.at &&
      (other.messageId === fact.messageId || (bare && other.at.slice(0, 10) === day)),
  );
}

/** Whether a moment lies within {@link GLOBAL_LIST_DAYS} after one of the removals. */
function followsRemoval(fact: Fact, removals: readonly string[]): boolean {
  if (!isByGlobalList(fact)) return false;
  const at = Date.parse(fact.at);
  return removals.some((removal) => {
    const since = at - Date.parse(removal);
    return since >= 0 && since <= GLOBAL_LIST_DAYS * DAY;
  });
}

/** The latest fact; of several at one moment the one with the greatest id, so that order never matters. */
export function latest(facts: readonly Fact[]): Fact | undefined {
  let found: Fact | undefined;
  for (const fact of facts) {
    if (found === undefined || fact.at > found.at || (fact.at === found.at && fact.id > found.id))
      found = fact;
  }
  return found;
}

/** Whether a fact is later than another; of two at one moment the one with the greater id. */
export function isLater(fact: Fact, other: Fact): boolean {
  return fact.at > other.at || (fact.at === other.at && fact.id > other.id);
}
