import type { Fact } from '../mails/fact.ts';
import { type Mail, mailsOf } from '../mails/mails.ts';
import { isComplaint } from '../mails/nature.ts';
import { DAY, HOUR, later } from '../time.ts';
import type { Outcome } from './records.ts';

/**
 * How long a delivery waits for a contradiction before it is the outcome. Some servers take every mail and bounce it
 * minutes later: SES then publishes a Delivery and a Bounce of one mail. Half a day is a choice of ours: such bounces
 * come within minutes, and the runs that would learn of it are hours apart.
 */
const DELIVERY_SETTLES_AFTER = 12 * HOUR;
/** A listing this soon after a removal undoes it, whatever was delivered in between. */
const LISTED_AGAIN_SOON = 7 * DAY;

/** What became of an address after a removal, and when. */
export interface FoundOutcome {
  readonly outcome: Outcome;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** How long after a removal SES may still show the entry, or drop mail because of it, milliseconds: our judgement. */
export const LIST_CATCHES_UP = 3_600_000;

/**
 * What became of an address after a removal at `removedAt`, undefined while it is still open: decided by the first
 * answer to mail sent after it, `silent` when none came for `silentAfterDays`.
 *
 * A delivery, an open or a click decides only when it has stood for twelve hours: a complaint, a permanent bounce of
 * the same mail whenever it came, and one of any mail within those hours outrank it. (Of the deliveries of a day the
 * last is kept, so the delivery of the mail that bounced may be off the record.)
 *
 * A bounce because of either suppression list is no answer of the mailbox: the account's means the address was
 * listed again for another reason, the global one may last 14 days and longer
 * (https://docs.aws.amazon.com/ses/latest/dg/sending-email-global-suppression-list.html). A temporary bounce
 * after a delivery is an out-of-office reply, and one without says nothing final.
 */
export function outcomeOf(
  removedAt: string,
  facts: readonly Fact[],
  silentAfterDays: number,
  now: string,
): FoundOutcome | undefined {
  const found = answerAfter(removedAt, facts);
  if (found === undefined) {
    const silentAt = later(removedAt, silentAfterDays * DAY);
    return now >= silentAt ? { outcome: 'silent', at: silentAt } : undefined;
  }
  const settled = found.outcome !== 'delivered' || now >= later(found.at, DELIVERY_SETTLES_AFTER);
  return settled ? found : undefined;
}

/** Whether a listing came so soon after a removal that the removal did not help, whatever was delivered in between. */
export function isListedAgainSoon(removedAt: string, listedAt: string): boolean {
  return Date.parse(listedAt) - Date.parse(removedAt) <= LISTED_AGAIN_SOON;
}

/**
 * The outcome that the address's being listed again makes of one `found` in the facts (or recorded, or still open);
 * undefined when the listing says nothing new. The bounce behind a listing may be off the record, so a listing is a
 * bounce: it decides where the facts do not, before silence does, and against a delivery when it came soon after the
 * removal or before that delivery had stood.
 */
export function outcomeOfRelisting(
  removedAt: string,
  found: FoundOutcome | undefined,
  relisted: { readonly at: string; readonly reason: 'BOUNCE' | 'COMPLAINT' },
): FoundOutcome | undefined {
  if (relisted.at <= removedAt) return undefined;
  const listing: FoundOutcome = {
    outcome: relisted.reason === 'COMPLAINT' ? 'complained' : 'bounced-again',
    at: relisted.at,
  };
  switch (found?.outcome) {
    case undefined:
      return listing;
    case 'silent':
      return relisted.at <= found.at ? listing : undefined;
    case 'delivered':
      return isListedAgainSoon(removedAt, relisted.at) ||
        relisted.at <= later(found.at, DELIVERY_SETTLES_AFTER)
        ? listing
        : undefined;
    default:
      return undefined;
  }
}

/** As {@link outcomeOf}, for showing: a delivery counts at once, though it may yet be contradicted. */
export function outcomeSoFar(...asked: Parameters<typeof outcomeOf>): FoundOutcome | undefined {
  const [removedAt, facts] = asked;
  return answerAfter(removedAt, facts) ?? outcomeOf(...asked);
}

/** The deciding answer among the facts, in any order; whether a delivery has stood long enough is not asked here. */
function answerAfter(removedAt: string, facts: readonly Fact[]): FoundOutcome | undefined {
  // A late answer to a mail sent before the removal says nothing about it; a complaint counts whenever it comes.
  const mails = mailsOf(facts).filter(({ sentAt }) => sentAt > removedAt);
  const accepted = mails.filter(({ fate }) => fate.fate === 'accepted' && fate.at > removedAt);
  const deliveredAt = accepted.map(({ fate }) => fate.at).sort()[0];
  const settles = deliveredAt && later(deliveredAt, DELIVERY_SETTLES_AFTER);
  const failures: FoundOutcome[] = [
    ...mails.filter(isReturnedForGood).map(({ fate, sentAt }): FoundOutcome => {
      // The bounce's time is the receiving server's clock, which may lie before the sending.
      const [, at = sentAt] = [fate.at, sentAt].sort();
      return { outcome: 'bounced-again', at };
    }),
    ...facts
      .filter((fact) => isComplaint(fact) && fact.at > removedAt)
      .map(({ at }): FoundOutcome => ({ outcome: 'complained', at })),
  ];
  let first: FoundOutcome | undefined;
  for (const failure of failures) {
    const { outcome, at } = failure;
    if (settles !== undefined && outcome !== 'complained' && at > settles) continue;
    // Of two in one moment the complaint.
    const worse = at === first?.at && outcome === 'complained';
    if (first === undefined || at < first.at || worse) first = failure;
  }
  return first ?? (deliveredAt === undefined ? undefined : { outcome: 'delivered', at: deliveredAt });
}

/** Whether a mail came back for good: a temporary failure says nothing final. */
function isReturnedForGood({ fate }: Mail): boolean {
  return fate.fate === 'returned' && fate.permanent;
}
