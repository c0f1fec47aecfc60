import type { Fact } from '../mails/fact.ts';
import { automaticReplies, isLater, mailsOf } from '../mails/mails.ts';
import { type NotSentBy, natureOf } from '../mails/nature.ts';

/** What the facts of an address amount to, around the moment a diagnosis is about. Of each kind the latest counts. */
export interface History {
  deliveryBefore?: Fact;
  deliveryAfter?: Fact;
  /** By a person, as far as SES can tell. */
  open?: Fact;
  /** By a person, as far as SES can tell. */
  click?: Fact;
  automaticReply?: Fact;
  /** A complaint that names this address alone. */
  complaint?: Fact;
  /** A complaint of someone at the domain, perhaps of this address. */
  complaintCandidate?: Fact;
  /** A receiving system's own report: no person complained. */
  systemReport?: Fact;
  notSpam?: Fact;
  /** The latest mail that SES did not send, by whose doing. */
  readonly notSent: Map<NotSentBy, Fact>;
  /** Whether anything is recorded from before the bounce, of another mail that SES sent. */
  hasEarlierMail: boolean;
}

type Slot = Exclude<keyof History, 'hasEarlierMail' | 'notSent'>;

/** Sorts the facts of an address; their order and repetition do not matter. */
export function historyOf(facts: readonly Fact[], at: string, bounce: Fact | undefined): History {
  const history: History = { hasEarlierMail: false, notSent: new Map() };
  const automatic = automaticReplies(facts);
  const returned = new Set(
    mailsOf(facts).flatMap(({ fate, messageId }) => (fate.fate === 'returned' ? [messageId] : [])),
  );
  for (const fact of facts) {
    if (fact === bounce) continue;
    const nature = natureOf(fact);
    if (nature.says === 'not-sent') {
      const known = history.notSent.get(nature.by);
      if (known === undefined || isLater(fact, known)) history.notSent.set(nature.by, fact);
      continue;
    }
    if (fact.at < at && fact.messageId !== bounce?.messageId) history.hasEarlierMail = true;
    const slot = automatic.has(fact) ? 'automaticReply' : slotOf(fact, returned.has(fact.messageId), at);
    if (slot === undefined) continue;
    const known = history[slot];
    if (known === undefined || isLater(fact, known)) history[slot] = fact;
  }
  return history;
}

/** @param isOfReturned whether the fact is of a mail that came back: what was delivered of it first proves nothing. */
function slotOf(fact: Fact, isOfReturned: boolean, at: string): Slot | undefined {
  const nature = natureOf(fact);
  switch (nature.says) {
    case 'accepted':
      if (isOfReturned) return undefined;
      return fact.at <= at ? 'deliveryBefore' : 'deliveryAfter';
    case 'opened':
      return nature.person && !isOfReturned ? 'open' : undefined;
    case 'clicked':
      return nature.person && !isOfReturned ? 'click' : undefined;
    case 'complaint':
      return nature.by === 'candidate' ? 'complaintCandidate' : 'complaint';
    case 'system-report':
      return 'systemReport';
    case 'not-spam':
      return nature.candidate ? undefined : 'notSpam';
    default:
      return undefined;
  }
}

/** How many mails SES did not send because of the account's list. */
export function countDropped(facts: readonly Fact[]): number {
  const dropped = facts.filter((fact) => {
    const nature = natureOf(fact);
    return nature.says === 'not-sent' && nature.by === 'account-list';
  });
  return new Set(dropped.map((fact) => fact.messageId)).size;
}
