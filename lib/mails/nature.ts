import type { Fact } from './fact.ts';

/**
 * What one event says, and who spoke: the receiving side, SES itself, a person, or a machine. Everything that weighs
 * a fact asks here; what became of a whole mail is answered by mails.ts, which groups the facts.
 */

/** By whose doing SES did not send a mail that it had accepted. */
export type NotSentBy =
  | 'account-list'
  | 'tenant-list'
  | 'global-list'
  | 'auto-validation'
  | 'unsubscribed'
  | 'unknown';

/** What follows from a mail that SES did not send. */
export interface NotSentRow {
  readonly by: NotSentBy;
  /** SES's sub-type in events; message insights spell the same words `ON_ACCOUNT_SUPPRESSION_LIST`. */
  readonly subType: string;
  /** Whether todoku can lift what stopped it: it removes entries of the account's list, and of nothing else. */
  readonly liftable: boolean;
  /** Whether somebody missed a mail that the shop wanted to reach them; not so where they had unsubscribed. */
  readonly missed: boolean;
  readonly source: string;
}

/**
 * The family "SES did not send": no server was asked, so none of these says anything about a mailbox, a bounce of
 * theirs never counts against a removal, and a complaint event with such a sub-type is no complaint.
 */
export const NOT_SENT: readonly NotSentRow[] = [
  {
    by: 'account-list',
    subType: 'OnAccountSuppressionList',
    liftable: true,
    missed: true,
    source: 'SES guide, sending-email-suppression-list',
  },
  {
    by: 'tenant-list',
    subType: 'OnTenantSuppressionList',
    liftable: false,
    missed: true,
    source: 'SES guide, sending-email-suppression-list-tenant-level (API of 2026-05-29)',
  },
  {
    by: 'global-list',
    subType: 'Suppressed',
    liftable: false,
    missed: true,
    source: 'SES guide, sending-email-global-suppression-list',
  },
  {
    by: 'auto-validation',
    subType: 'EmailValidationSuppressed',
    liftable: false,
    missed: true,
    source: 'SES guide, email-validation-auto (Auto Validation, 2026-01)',
  },
  {
    by: 'unsubscribed',
    subType: 'UnsubscribedRecipient',
    liftable: false,
    missed: false,
    source: 'SES guide, sending-email-list-management: SES bounces mail to a contact that unsubscribed',
  },
];

/** What holds of a mail that SES did not send for a reason this code does not know. */
export const NOT_SENT_FOR_UNKNOWN_REASON: Omit<NotSentRow, 'subType'> = {
  by: 'unknown',
  liftable: false,
  missed: true,
  source: 'a Permanent sub-type added after this code was written, reported by SES itself',
};

/** Characters; SES's own words are shorter than half of it. */
const LONGEST_WORD = 100;

/** Sub-types that stand for a receiving server's own answer, whatever bounce type they come with. */
const SERVERS_OWN: ReadonlySet<string> = new Set(
  [
    'General',
    'NoEmail',
    'MailboxFull',
    'MessageTooLarge',
    'ContentRejected',
    'AttachmentRejected',
    'CustomTimeoutExceeded',
    'Undetermined',
  ].map(folded),
);

/** Complaint feedback types (RFC 5965) that a receiving system reports by itself, without any person's doing. */
const REPORTED_BY_SYSTEMS: ReadonlySet<string> = new Set(['auth-failure', 'virus']);

const ROW_BY_WORD = new Map(NOT_SENT.map((row) => [folded(row.subType), row]));

/** What one event says. */
export type Nature =
  /** SES accepted the mail and did not send it. */
  | { readonly says: 'not-sent'; readonly by: NotSentBy }
  /** The receiving side refused it, or SES gave up trying. */
  | { readonly says: 'returned'; readonly permanent: boolean }
  | { readonly says: 'accepted' }
  | { readonly says: 'delayed' }
  /** `person: false`: SES holds a machine (a scanner, a prefetch) likely to have done it. */
  | { readonly says: 'opened' | 'clicked'; readonly person: boolean }
  /** `candidate`: somebody at the domain complained, perhaps this recipient. */
  | { readonly says: 'complaint'; readonly by: 'person' | 'candidate' }
  /** A receiving system's report: no person complained. */
  | { readonly says: 'system-report' }
  | { readonly says: 'not-spam'; readonly candidate: boolean }
  /** An event of a kind this code does not know. */
  | { readonly says: 'nothing' };

/** What an event says, and who spoke. Pure; of the fact alone. */
export function natureOf(fact: Fact): Nature {
  switch (fact.kind) {
    case 'bounce':
      return natureOfBounce(fact);
    case 'insight':
      return fact.bounceType === undefined ? { says: 'nothing' } : natureOfBounce(fact);
    case 'complaint':
      return natureOfComplaint(fact);
    case 'delivery':
      return { says: 'accepted' };
    case 'deliveryDelay':
      return { says: 'delayed' };
    case 'open':
      return { says: 'opened', person: !isLikelyBot(fact) };
    case 'click':
      return { says: 'clicked', person: !isLikelyBot(fact) };
    case 'unknown':
      return { says: 'nothing' };
  }
}

/** By whose doing SES did not send the mail that a bounce or complaint is about; undefined: it sent it. */
export function notSentBy(fact: Fact): NotSentBy | undefined {
  const nature = natureOf(fact);
  return nature.says === 'not-sent' ? nature.by : undefined;
}

/** What follows from a mail that was not sent by somebody's doing. */
export function notSentRow(by: NotSentBy): Omit<NotSentRow, 'subType'> {
  return NOT_SENT.find((row) => row.by === by) ?? NOT_SENT_FOR_UNKNOWN_REASON;
}

/** Whether a fact is a complaint that may be this recipient's own: it protects the address for good. */
export function isComplaint(fact: Fact): boolean {
  return natureOf(fact).says === 'complaint';
}

/** Whether the receiving side refused the mail, or SES gave up; an automatic reply is told apart by mails.ts only. */
export function isReturned(fact: Fact): boolean {
  return natureOf(fact).says === 'returned';
}

/** Whether SES marked an open or click as likely made by a machine. Absent is not `Unlikely`: older events have none. */
export function isLikelyBot(fact: Fact): boolean {
  return fact.botEvent !== undefined && folded(fact.botEvent) === 'likely';
}

/** Whether two of SES's words are one: events write `MailboxFull`, message insights `MAILBOX_FULL`. */
export function isSameWord(text: string | undefined, word: string): boolean {
  return text !== undefined && (text === word || folded(text) === folded(word));
}

function natureOfBounce(fact: Fact): Nature {
  const row = fact.bounceSubType === undefined ? undefined : ROW_BY_WORD.get(folded(fact.bounceSubType));
  if (row !== undefined) return { says: 'not-sent', by: row.by };
  const permanent = isSameWord(fact.bounceType, 'Permanent');
  if (permanent && isOfSesItself(fact)) return { says: 'not-sent', by: 'unknown' };
  return { says: 'returned', permanent };
}

/**
 * Whether SES itself reported a Permanent bounce under a sub-type nobody knows: each one that SES added so far meant
 * that it had not sent. A remote server's address, or a reply in the form of a server's, shows that one was asked.
 */
function isOfSesItself({ bounceSubType, remoteMtaIp, diagnosticCode = '' }: Fact): boolean {
  if (bounceSubType === undefined || SERVERS_OWN.has(folded(bounceSubType))) return false;
  return remoteMtaIp === undefined && !/^\s*(?:smtp\s*;|[245]\d\d[ -])/i.test(diagnosticCode);
}

function natureOfComplaint(fact: Fact): Nature {
  const row =
    fact.complaintSubType === undefined ? undefined : ROW_BY_WORD.get(folded(fact.complaintSubType));
  if (row !== undefined) return { says: 'not-sent', by: row.by };
  if (fact.complaintFeedbackType === 'not-spam') {
    return { says: 'not-spam', candidate: fact.candidate === true };
  }
  if (REPORTED_BY_SYSTEMS.has(fact.complaintFeedbackType ?? '')) return { says: 'system-report' };
  return { says: 'complaint', by: fact.candidate === true ? 'candidate' : 'person' };
}

/** A word longer than any of SES's is none of them, and stays as it is: an event may hold a megabyte of it. */
function folded(word: string): string {
  return word.length > LONGEST_WORD ? word : word.replaceAll('_', '').toLowerCase();
}
