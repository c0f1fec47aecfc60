import { type Fact, isComplaint, NOT_SENT_SUBTYPES } from '../events/fact.ts';
import type { Outcome } from './records.ts';

const DAY = 86_400_000;

/**
 * What became of an address after a removal at `removedAt`: decided by its first event after it, `silent` when
 * none came for `silentAfterDays`, undefined while it is still open.
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
): { outcome: Outcome; at: string } | undefined {
  let first: { outcome: Outcome; at: string } | undefined;
  for (const fact of facts) {
    const outcome = outcomeOfFact(fact);
    if (outcome === undefined || fact.at <= removedAt) continue;
    // A late answer to a mail sent before the removal says nothing about it; a complaint counts whenever it comes.
    if (fact.sentAt <= removedAt && outcome !== 'complained') continue;
    // A complaint or bounce in the same moment as a delivery weighs more: it is the later word about one mail.
    const sooner = first === undefined || fact.at < first.at;
    const worse = fact.at === first?.at && outcome !== 'delivered';
    if (sooner || worse) first = { outcome, at: fact.at };
  }
  if (first !== undefined) return first;
  const silentAt = new Date(Date.parse(removedAt) + silentAfterDays * DAY).toISOString();
  return now >= silentAt ? { outcome: 'silent', at: silentAt } : undefined;
}

function outcomeOfFact(fact: Fact): Outcome | undefined {
  if (isComplaint(fact)) return 'complained';
  switch (fact.kind) {
    case 'delivery':
    case 'open':
    case 'click':
      return 'delivered';
    case 'bounce':
      if (fact.bounceType !== 'Permanent') return undefined;
      return fact.bounceSubType === NOT_SENT_SUBTYPES.account ||
        fact.bounceSubType === NOT_SENT_SUBTYPES.global
        ? undefined
        : 'bounced-again';
    default:
      return undefined;
  }
}
