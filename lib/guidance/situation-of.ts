import type { Reason } from '../classification/types.ts';
import type { NotSentBy } from '../mails/nature.ts';
import type { ProviderId } from './data/provider-id.ts';
import { GUIDANCE } from './settings.ts';
import type { Situation } from './situation.ts';

/**
 * Reasons that say what to tell the customer. Left out are those that say nothing of whose doing it was (words no rule
 * reads, a bounce without any): a customer is not told a guess.
 */
const BY_REASON: Readonly<Partial<Record<Reason, Situation>>> = {
  filtered: 'refused',
  userunknown: 'unknown-address',
  hostunknown: 'unknown-address',
  hasmoved: 'unknown-address',
  mailboxfull: 'mailbox-full',
  suspend: 'suspended',
  feedback: 'complained',
  rejected: 'sender-problem',
  blocked: 'sender-problem',
  badreputation: 'sender-problem',
  ratelimited: 'sender-problem',
  mesgtoobig: 'sender-problem',
  exceedlimit: 'sender-problem',
  contenterror: 'sender-problem',
  spamdetected: 'sender-problem',
  virusdetected: 'sender-problem',
  policyviolation: 'sender-problem',
  authfailure: 'sender-problem',
  requireptr: 'sender-problem',
  notcompliantrfc: 'sender-problem',
  expired: 'expired',
  networkerror: 'expired',
  systemerror: 'expired',
  systemfull: 'expired',
  greylisted: 'expired',
};

/** The situation a diagnosed reason puts the customer in; undefined where there is nothing sure to tell. */
export function situationOfReason(reason: Reason): Situation | undefined {
  return BY_REASON[reason];
}

/**
 * The situation of a customer who misses a mail that the provider accepted: `filed` where the provider is known to
 * have a spam folder (and where nothing is known, since nearly every service has one), `dropped` where it discards.
 */
export function situationOfMissedDelivery(provider: ProviderId): 'filed' | 'dropped' {
  const { filters } = GUIDANCE[provider];
  const files = filters.some((filter) => filter.effect === 'filed');
  return !files && filters.some((filter) => filter.effect === 'dropped') ? 'dropped' : 'filed';
}

/** The situation of a customer whose mail SES did not send, by whose doing; the account's list is the caller's matter. */
export function situationOfNotSent(by: NotSentBy): Situation {
  return by === 'unsubscribed' ? 'unsubscribed' : 'not-sent';
}
