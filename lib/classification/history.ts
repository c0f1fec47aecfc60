import { type Fact, isComplaint } from '../mails/fact.ts';
import { isBounce, isByGlobalList, isDropped, isLater, isOutOfOffice } from './explained-bounce.ts';

/** What the facts of an address amount to, around the moment a diagnosis is about. Of each kind the latest counts. */
export interface History {
  deliveryBefore?: Fact;
  deliveryAfter?: Fact;
  open?: Fact;
  click?: Fact;
  outOfOffice?: Fact;
  /** A complaint that names this address alone. */
  complaint?: Fact;
  /** A complaint of someone at the domain, perhaps of this address. */
  complaintCandidate?: Fact;
  notSpam?: Fact;
  /** A mail that SES dropped because of the account's list. */
  dropped?: Fact;
  globalList?: Fact;
  /** Whether anything is recorded from before the bounce, of another mail. */
  hasEarlierMail: boolean;
}

type Slot = Exclude<keyof History, 'hasEarlierMail'>;

/** Sorts the facts of an address in one pass; their order and repetition do not matter. */
export function historyOf(facts: readonly Fact[], at: string, bounce: Fact | undefined): History {
  const history: History = { hasEarlierMail: false };
  for (const fact of facts) {
    if (fact === bounce) continue;
    if (fact.at < at && fact.messageId !== bounce?.messageId) history.hasEarlierMail = true;
    const slot = slotOf(fact, facts, at, bounce);
    if (slot === undefined) continue;
    const known = history[slot];
    if (known === undefined || isLater(fact, known)) history[slot] = fact;
  }
  return history;
}

function slotOf(fact: Fact, facts: readonly Fact[], at: string, bounce: Fact | undefined): Slot | undefined {
  switch (fact.kind) {
    case 'delivery':
      // A delivery of the bounced mail itself (SES can report both) says nothing about the mailbox before or after.
      if (fact.messageId === bounce?.messageId) return undefined;
      return fact.at <= at ? 'deliveryBefore' : 'deliveryAfter';
    case 'open':
    case 'click':
      return fact.kind;
    case 'complaint':
      return complaintSlot(fact);
    default:
      return isBounce(fact) ? bounceSlot(fact, facts) : undefined;
  }
}

function complaintSlot(fact: Fact): Slot | undefined {
  if (fact.complaintFeedbackType === 'not-spam') return fact.candidate === true ? undefined : 'notSpam';
  if (!isComplaint(fact)) return isDropped(fact) ? 'dropped' : undefined;
  return fact.candidate === true ? 'complaintCandidate' : 'complaint';
}

function bounceSlot(fact: Fact, facts: readonly Fact[]): Slot | undefined {
  if (isDropped(fact)) return 'dropped';
  if (isByGlobalList(fact)) return 'globalList';
  return isOutOfOffice(fact, facts) ? 'outOfOffice' : undefined;
}

/** How many mails SES dropped because of the account's list. */
export function countDropped(facts: readonly Fact[]): number {
  return new Set(facts.filter(isDropped).map((fact) => fact.messageId)).size;
}
