import type { Fact } from '../mails/fact.ts';
import {
  isLater,
  isWordless,
  latest,
  mailsOf,
  mayBeAutomaticReply,
  returnedBounces,
} from '../mails/mails.ts';
import { type NotSentBy, notSentBy } from '../mails/nature.ts';
import { DAY, HOUR } from '../time.ts';
import type { DiagnosisInput, Listing } from './types.ts';

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
 * Of an address that is not listed it is the latest bounce by which a mail was returned; where there is none, the
 * latest mail that SES did not send for another reason than the account's list (by its global list, not within
 * {@link GLOBAL_LIST_DAYS} of a removal).
 *
 * Never an automatic reply; and what SES did not send makes no entry of the account's list.
 */
export function explainedBounce(input: DiagnosisInput): Fact | undefined {
  const { facts, listing } = input;
  const real = returnedBounces(facts);
  if (listing === undefined) {
    return latest(real) ?? lastNotSent(facts, input.removals ?? []);
  }
  // A complaint made the entry, whatever bounced at the time.
  if (listing.reason === 'COMPLAINT') return undefined;
  if (listing.feedbackId !== undefined || listing.messageId !== undefined) {
    const joined = real.filter((fact) => isJoined(fact, listing));
    return latest(joined.filter((fact) => fact.id === listing.feedbackId)) ?? latest(joined);
  }
  return nearest(bouncesNearListing(facts, listing.at), listing.at);
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
  return !mayBeAutomaticReply(fact) || !isWordless(fact);
}

/** The bounces that may have made a listing, by their time alone: at most a day older or six hours younger. */
export function bouncesNearListing(facts: readonly Fact[], listedAt: string): readonly Fact[] {
  return returnedBounces(facts).filter((fact) => {
    const before = Date.parse(listedAt) - Date.parse(fact.at);
    return isHardOrWorded(fact) && before <= LISTED_AFTER_BOUNCE && before >= -LISTED_BEFORE_BOUNCE;
  });
}

/** Of the bounces that may have made a listing the nearest; of several equally near the latest. */
function nearest(bounces: readonly Fact[], listedAt: string): Fact | undefined {
  const distance = (fact: Fact) => Math.abs(Date.parse(listedAt) - Date.parse(fact.at));
  let found: Fact | undefined;
  for (const fact of bounces) {
    const closer = found === undefined ? -1 : distance(fact) - distance(found);
    if (found === undefined || closer < 0 || (closer === 0 && isLater(fact, found))) found = fact;
  }
  return found;
}

/** Doings by which SES may go on not sending to an address that is on no list todoku can read. */
const SPEAKS_UNLISTED: ReadonlySet<NotSentBy> = new Set([
  'tenant-list',
  'global-list',
  'auto-validation',
  'unsubscribed',
  'unknown',
]);

/** The last mail to an unlisted address, if SES did not send it: a later one that was accepted takes its place. */
function lastNotSent(facts: readonly Fact[], removals: readonly string[]): Fact | undefined {
  const notSent = latest(facts.filter((fact) => speaksUnlisted(fact, removals)));
  if (notSent === undefined) return undefined;
  const accepted = mailsOf(facts).some(({ fate }) => fate.fate === 'accepted' && fate.at > notSent.at);
  return accepted ? undefined : notSent;
}

/** Whether a mail that SES did not send is what is to be explained of an address that is not listed. */
function speaksUnlisted(fact: Fact, removals: readonly string[]): boolean {
  const by = fact.kind === 'complaint' ? undefined : notSentBy(fact);
  return by !== undefined && SPEAKS_UNLISTED.has(by) && !followsRemoval(fact, removals);
}

/** Whether a moment lies within {@link GLOBAL_LIST_DAYS} after one of the removals. */
function followsRemoval(fact: Fact, removals: readonly string[]): boolean {
  if (notSentBy(fact) !== 'global-list') return false;
  const at = Date.parse(fact.at);
  return removals.some((removal) => {
    const since = at - Date.parse(removal);
    return since >= 0 && since <= GLOBAL_LIST_DAYS * DAY;
  });
}
