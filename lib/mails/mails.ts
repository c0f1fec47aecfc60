import { byCodeUnits } from '../text.ts';
import type { Fact } from './fact.ts';
import { isSameWord, type NotSentBy, natureOf, notSentRow } from './nature.ts';

/**
 * What became of each mail to one address: the facts grouped by message, each mail with its fate and the signs that
 * came of it. Pure, and independent of the order and the repetition of the facts.
 */

/** What became of one mail. */
export type Fate =
  /** SES accepted it and did not send it. */
  | { readonly fate: 'not-sent'; readonly at: string; readonly by: NotSentBy; readonly fact: Fact }
  /**
   * The receiving side refused it, or SES gave up. Outranks a delivery of the same mail whatever their clocks say:
   * some servers take every mail and return it later, and the bounce's time is the receiving server's.
   */
  | {
      readonly fate: 'returned';
      readonly at: string;
      readonly permanent: boolean;
      readonly fact: Fact;
      /** Whether the receiving side had taken it first. */
      readonly acceptedFirst: boolean;
    }
  /** The receiving side took it, or somebody there opened it, clicked in it or reported it. */
  | { readonly fate: 'accepted'; readonly at: string; readonly fact: Fact }
  /** SES is still trying. */
  | { readonly fate: 'delayed'; readonly at: string; readonly fact: Fact }
  /** Sent as far as is known, and no word of it yet. */
  | { readonly fate: 'no-word'; readonly at: string; readonly fact: Fact };

/** One mail to one address. */
export interface Mail {
  readonly messageId: string;
  /** When SES accepted it, ISO 8601 UTC. */
  readonly sentAt: string;
  readonly senderDomain?: string;
  readonly fate: Fate;
  /** The last automatic reply to it, a sign that the mailbox lives. */
  readonly automaticReply?: Fact;
  /** SES's last word that the receiving side put it off, whatever became of it then. */
  readonly putOff?: Fact;
}

/** A mail of which that became. */
export type MailOf<Name extends Fate['fate']> = Mail & { readonly fate: Extract<Fate, { fate: Name }> };

/** Whether that became of a mail. */
export function hasFate<Name extends Fate['fate']>(mail: Mail, name: Name): mail is MailOf<Name> {
  return mail.fate.fate === name;
}

/** The mails of an address, in the order in which SES accepted them. */
export function mailsOf(facts: readonly Fact[]): readonly Mail[] {
  const automatic = automaticReplies(facts);
  const byMessage = new Map<string, Fact[]>();
  for (const fact of facts) {
    const known = byMessage.get(fact.messageId);
    if (known === undefined) byMessage.set(fact.messageId, [fact]);
    else known.push(fact);
  }
  return [...byMessage]
    .map(([messageId, ofMail]) => mailOf(messageId, ofMail, automatic))
    .sort((a, b) => byCodeUnits(a.sentAt, b.sentAt) || byCodeUnits(a.messageId, b.messageId));
}

function mailOf(messageId: string, facts: readonly Fact[], automatic: ReadonlySet<Fact>): Mail {
  const sentAt = facts.map((fact) => fact.sentAt).sort()[0] ?? '';
  const senderDomain = facts
    .map((fact) => fact.senderDomain ?? '')
    .sort()
    .at(-1);
  const automaticReply = latest(facts.filter((fact) => automatic.has(fact)));
  const putOff = latest(facts.filter((fact) => natureOf(fact).says === 'delayed'));
  return {
    messageId,
    sentAt,
    ...(senderDomain && { senderDomain }),
    fate: fateOf(facts, automatic),
    ...(automaticReply && { automaticReply }),
    ...(putOff && { putOff }),
  };
}

/**
 * How long the receiving side took to take a mail, milliseconds since SES accepted it; undefined where no delivery is
 * on record that says when it did (somebody opened it, say).
 */
export function delayOf({ sentAt, fate }: MailOf<'accepted'>): number | undefined {
  return fate.fact.kind === 'delivery' ? Date.parse(fate.at) - Date.parse(sentAt) : undefined;
}

/** The fate of one mail, by the fact that decides. */
function fateOf(facts: readonly Fact[], automatic: ReadonlySet<Fact>): Fate {
  const returned = facts.filter((fact) => !automatic.has(fact) && natureOf(fact).says === 'returned');
  const accepted = earliest(facts.filter((fact) => showsAcceptance(fact) || automatic.has(fact)));
  const deciding = latest(returned.filter(isPermanent)) ?? latest(returned);
  if (deciding !== undefined) {
    return {
      fate: 'returned',
      at: deciding.at,
      permanent: isPermanent(deciding),
      fact: deciding,
      acceptedFirst: accepted !== undefined,
    };
  }
  const notSent = latest(facts.filter((fact) => natureOf(fact).says === 'not-sent'));
  const by = notSent && natureOf(notSent);
  if (notSent !== undefined && by?.says === 'not-sent') {
    return { fate: 'not-sent', at: notSent.at, by: by.by, fact: notSent };
  }
  if (accepted !== undefined) return { fate: 'accepted', at: accepted.at, fact: accepted };
  const delayed = latest(facts.filter((fact) => natureOf(fact).says === 'delayed'));
  if (delayed !== undefined) return { fate: 'delayed', at: delayed.at, fact: delayed };
  // A mail is made of its facts, so there is one.
  const last = latest(facts) as Fact;
  return { fate: 'no-word', at: last.at, fact: last };
}

/** Whether a fact shows that the receiving side took its mail. What a machine opened or clicked shows nothing. */
function showsAcceptance(fact: Fact): boolean {
  const nature = natureOf(fact);
  switch (nature.says) {
    case 'accepted':
      return true;
    case 'opened':
    case 'clicked':
      return nature.person;
    case 'complaint':
      return nature.by === 'person';
    default:
      return false;
  }
}

function isPermanent(fact: Fact): boolean {
  const nature = natureOf(fact);
  return nature.says === 'returned' && nature.permanent;
}

/**
 * The bounces among the facts that are automatic replies: SES reports one as Transient/General after the Delivery of
 * the same mail. Of several deliveries on one day only one is kept, so a bounce without any word of a server on a day
 * with a delivery is one as well.
 */
export function automaticReplies(facts: readonly Fact[]): ReadonlySet<Fact> {
  const candidates = facts.filter(mayBeAutomaticReply);
  if (candidates.length === 0) return new Set();
  const delivered = facts.filter((fact) => natureOf(fact).says === 'accepted');
  const messages = new Set(delivered.map((fact) => fact.messageId));
  const days = new Set(delivered.map((fact) => fact.at.slice(0, 10)));
  return new Set(
    candidates.filter(
      (fact) => messages.has(fact.messageId) || (isWordless(fact) && days.has(fact.sentAt.slice(0, 10))),
    ),
  );
}

/** Whether SES may have made this bounce of an automatic reply; without the delivery before it nobody can tell. */
export function mayBeAutomaticReply(fact: Fact): boolean {
  return (
    natureOf(fact).says === 'returned' &&
    isSameWord(fact.bounceType, 'Transient') &&
    isSameWord(fact.bounceSubType, 'General')
  );
}

/** Whether a bounce came without any word of a server. */
export function isWordless({ diagnosticCode, status }: Fact): boolean {
  return diagnosticCode === undefined && status === undefined;
}

/** Every bounce by which a mail was returned, in no order: automatic replies and mails never sent are none. */
export function returnedBounces(facts: readonly Fact[]): readonly Fact[] {
  const automatic = automaticReplies(facts);
  return facts.filter((fact) => natureOf(fact).says === 'returned' && !automatic.has(fact));
}

/** When a mail to the address was last returned, ISO 8601 UTC; undefined: none was, as far as is recorded. */
export function lastReturnedAt(facts: readonly Fact[]): string | undefined {
  return latest(returnedBounces(facts))?.at;
}

/**
 * Whether mail reached the address before a moment: an earlier mail whose fate is accepted. The mail that bounced
 * never counts, whatever was delivered, opened or clicked of it first.
 */
export function wasReachedBefore(facts: readonly Fact[], moment: string): boolean {
  return lastReachedBefore(facts, moment) !== undefined;
}

/** When a mail last reached the address before a moment, ISO 8601 UTC, by the same rule; undefined: none did. */
export function lastReachedBefore(facts: readonly Fact[], moment: string): string | undefined {
  return mailsOf(facts)
    .flatMap(({ fate }) => (fate.fate === 'accepted' && fate.at < moment ? [fate.at] : []))
    .toSorted(byCodeUnits)
    .at(-1);
}

/** A mail that SES accepted and did not send. */
export type NotSentMail = MailOf<'not-sent'>;

/** The mails that the recipient missed because SES did not send them, oldest first. */
export function missedMails(mails: readonly Mail[]): readonly NotSentMail[] {
  return mails.filter(
    (mail): mail is NotSentMail => mail.fate.fate === 'not-sent' && notSentRow(mail.fate.by).missed,
  );
}

/** Those of them that SES did not send at or after a moment, ISO 8601 UTC. */
export function missedSince(mails: readonly Mail[], moment: string): readonly NotSentMail[] {
  return missedMails(mails).filter(({ fate }) => fate.at >= moment);
}

/** The latest fact; of several at one moment the one with the greatest id, then kind, so that order never matters. */
export function latest(facts: readonly Fact[]): Fact | undefined {
  let found: Fact | undefined;
  for (const fact of facts) if (found === undefined || isLater(fact, found)) found = fact;
  return found;
}

/** The earliest fact; see {@link latest}. */
function earliest(facts: readonly Fact[]): Fact | undefined {
  let found: Fact | undefined;
  for (const fact of facts) if (found === undefined || isLater(found, fact)) found = fact;
  return found;
}

/** Whether a fact is later than another; of two at one moment the one with the greater id, then kind. */
export function isLater(fact: Fact, other: Fact): boolean {
  if (fact.at !== other.at) return fact.at > other.at;
  return fact.id === other.id ? fact.kind > other.kind : fact.id > other.id;
}
