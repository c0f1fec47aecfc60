import type { Fact } from '../events/fact.ts';
import { isDroppedBySuppression, NOT_SENT_SUBTYPES } from '../events/fact.ts';
import type { DiagnosisInput } from './types.ts';

const DAY = 86_400_000;

/** How long after a removal SES's global list may still speak: "up to 14 days" (SES guide, global suppression list). */
const GLOBAL_LIST_DAYS = 14;

/**
 * The bounce that a diagnosis of an address explains, or undefined when no known bounce says anything about the
 * mailbox.
 *
 * SES's own join decides first: the listing names the feedback (or, for a bounce read back from message insights,
 * the message) that made it. Else the latest real bounce: not a mail that SES dropped because of a list, not an
 * out-of-office reply. A bounce by SES's global list is taken only when nothing better is known, and not within
 * {@link GLOBAL_LIST_DAYS} of a removal.
 */
export function explainedBounce(input: DiagnosisInput): Fact | undefined {
  const { facts, listing } = input;
  const bounces = facts.filter(isBounce);
  const joined = bounces.filter((fact) => isJoined(fact, listing));
  if (joined.length > 0) return latest(joined);
  const sent = bounces.filter((fact) => !isDropped(fact) && !isOutOfOffice(fact, facts));
  const real = latest(sent.filter((fact) => !isByGlobalList(fact)));
  return real ?? latest(sent.filter((fact) => !followsRemoval(fact, input.removals ?? [])));
}

function isJoined(fact: Fact, listing: DiagnosisInput['listing']): boolean {
  if (listing === undefined || isDropped(fact)) return false;
  if (listing.feedbackId !== undefined && fact.id === listing.feedbackId) return true;
  return fact.kind === 'insight' && listing.messageId !== undefined && fact.messageId === listing.messageId;
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
  return text.length >= name.length && text.replaceAll('_', '').toLowerCase() === name.toLowerCase();
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
