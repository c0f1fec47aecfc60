import type { Lead } from '../answer/claims.ts';
import { delayReason } from '../answer/said.ts';
import type { ProviderId } from '../provider-id.ts';
import { GUIDANCE } from './settings.ts';
import type { Led } from './situation.ts';

/** The situation that a claim puts a customer of a mail service into. */
export function situationOf(lead: Lead, provider: ProviderId): Led {
  switch (lead.claim) {
    case 'filtered':
      return { situation: lead.facts.confidence === 'ambiguous' ? 'refused-or-unknown' : 'refused', lead };
    case 'accepted':
      return { situation: situationOfMissedDelivery(provider), lead };
    case 'accepted-late':
      return { situation: 'late', lead };
    case 'no-mailbox':
    case 'mistyped':
      return { situation: 'unknown-address', lead };
    case 'moved-to':
      return { situation: 'moved', lead };
    case 'accepted-again':
      return { situation: 'taken-again', lead };
    case 'returned':
      return { situation: 'returned', lead };
    case 'not-taken':
      return { situation: 'expired', lead };
    case 'not-sent':
      return { situation: lead.facts.mail.fate.by === 'unsubscribed' ? 'unsubscribed' : 'not-sent', lead };
    case 'other-spelling':
      return { situation: 'not-sent', lead };
    case 'mailbox-full':
      return { situation: 'mailbox-full', lead };
    case 'suspended':
      return { situation: 'suspended', lead };
    case 'reported-as-spam':
    case 'reported-at-domain':
    case 'listed-for-complaint':
      return { situation: 'complained', lead };
    case 'released':
    case 'lifted-despite-complaint':
    case 'gone-from-list':
      return { situation: 'lifted', lead };
    case 'resumed':
      return { situation: 'delivered-again', lead };
    case 'delayed':
      // The customer can make room while SES goes on trying.
      return { situation: delayReason(lead.facts.mail) === 'MailboxFull' ? 'mailbox-full' : 'delayed', lead };
    case 'sender-refused':
      return { situation: 'sender-problem', lead };
    case 'inferred':
    case 'other-reply':
    case 'system-report':
    case 'listed':
      return { situation: 'stopped', lead };
    case 'refused-again':
      return { situation: 'refused-again', lead };
    case 'other-mailbox':
      return { situation: 'forwarded', lead };
    case 'no-refusal-recorded':
      return { situation: 'unrecorded', lead };
    case 'nothing-recorded':
    case 'no-word':
    case 'not-listed':
    case 'unasked':
    case 'not-enforced':
    case 'unreadable':
      return { situation: 'no-record', lead };
  }
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
