import type { Note, Removal } from '../cases/records.ts';
import { neverRefusesByFilter } from '../classification/carriers.ts';
import { readBounce } from '../classification/diagnose.ts';
import type { Confidence, Diagnosis, Reason } from '../classification/types.ts';
import { isWithoutFacts } from '../classification/without-reply.ts';
import { spokeForAnother } from '../mails/another-mailbox.ts';
import type { Fact } from '../mails/fact.ts';
import { delayOf, hasFate, isWordless, type Mail, type MailOf, mayBeAutomaticReply } from '../mails/mails.ts';
import { isReturned, isSameWord, natureOf, notSentBy } from '../mails/nature.ts';
import type { IncidentKind } from '../policy/sender-refusal.ts';
import type { StoredAudit } from '../stored-audit.ts';
import type { Bilingual } from '../text.ts';
import type { ListingAnswer } from './listing.ts';

/**
 * What may be said of an address. Each claim is a type of its own that only this file can make, out of the fact that
 * supports it: texts are functions of claims (see words.ts), so a sentence without its fact does not compile.
 */

/** A claim with the facts that support it. The private member makes it unforgeable: no literal and no copy is one. */
class Supported<Name extends string, Facts extends object> {
  readonly #made = true;
  readonly claim: Name;
  readonly facts: Facts;

  constructor(claim: Name, facts: Facts) {
    this.claim = claim;
    this.facts = facts;
  }

  static isMade(value: object): boolean {
    return #made in value;
  }
}

/** Whether a value is a claim that this file has made. */
export function isClaim(value: object): boolean {
  return Supported.isMade(value);
}

type Answered<State extends ListingAnswer['state']> = Extract<ListingAnswer, { state: State }>;

/* Where the address stands. */

/** An entry of the list, and what SES dropped before it. */
interface EntryFacts {
  readonly entry: Answered<'listed'>;
  /**
   * The first mail of the present run of drops, where SES dropped it before this entry was made: another entry stood
   * there then, and no mail went out since. Whether the list was without one in between nothing says.
   */
  readonly droppedBefore?: MailOf<'not-sent'>;
}

/** SES stops mail to it: it is on the list, and the account enforces the reason. */
export type Listed = Supported<'listed', EntryFacts>;
/** It is on the list, and the account does not enforce the reason: mail is being sent. */
export type NotEnforced = Supported<'not-enforced', { readonly entry: Answered<'listed'> }>;
/** SES was asked and has no such entry. */
export type NotListed = Supported<'not-listed', { readonly answer: Answered<'not-listed'> }>;
/** Nobody knows whether it is listed: SES could not be asked. */
export type Unasked = Supported<'unasked', { readonly why: string }>;
/** SES dropped a mail because of an entry that can only be in a spelling nobody knows. */
export type OtherSpelling = Supported<'other-spelling', { readonly droppedAt: string }>;
/**
 * Somebody took it off the list with todoku, and it stands on the list no more. `dropped`: SES did not send a mail
 * written after that, because of the list.
 */
export type Released = Supported<
  'released',
  {
    readonly removal: Removal;
    readonly dropped?: Fact;
    /** Nothing is on record of any mail sent after it. */
    readonly isWaiting: boolean;
  }
>;
/** As {@link Released}, by an operator who overrode a complaint. */
export type LiftedDespiteComplaint = Supported<
  'lifted-despite-complaint',
  { readonly removal: Removal; readonly complaintAt?: string }
>;
/** SES dropped a mail because of the list, and the entry is gone; todoku did not remove it. */
export type GoneFromList = Supported<'gone-from-list', { readonly dropped: Fact }>;
/** It was taken off the list, and the receiving side has taken mail since. */
export type Resumed = Supported<'resumed', { readonly removal: Removal; readonly mail: MailOf<'accepted'> }>;

/** Where an address stands now. */
export type Standing =
  | Listed
  | NotEnforced
  | NotListed
  | Unasked
  | OtherSpelling
  | Released
  | LiftedDespiteComplaint
  | GoneFromList
  | Resumed;

/**
 * What the list says of an address.
 *
 * @param run the mails that the account's list stopped, since one was last sent; oldest first.
 */
export function standingOf(
  answer: ListingAnswer,
  run: readonly MailOf<'not-sent'>[] = [],
): Listed | NotEnforced | NotListed | Unasked | OtherSpelling {
  switch (answer.state) {
    case 'listed':
      return answer.blocks
        ? new Supported('listed', entryFacts(answer, run))
        : new Supported('not-enforced', { entry: answer });
    case 'not-listed':
      return new Supported('not-listed', { answer });
    case 'unknown':
      return answer.droppedAt === undefined
        ? new Supported('unasked', { why: answer.why })
        : new Supported('other-spelling', { droppedAt: answer.droppedAt });
  }
}

function entryFacts(entry: Answered<'listed'>, run: readonly MailOf<'not-sent'>[]): EntryFacts {
  const [first] = run;
  const isBefore =
    first !== undefined && first.fate.at < entry.since && first.fate.by === 'account-list' && entry.blocks;
  return { entry, ...(isBefore && { droppedBefore: first }) };
}

/**
 * That an address was released; undefined where its deletion was not seen or it is not known to be off the list.
 *
 * @param mail the latest of which anything is known, where there is one.
 * @param dropped the newest mail that the account's list stopped, where there is one.
 */
export function released(
  removal: Removal,
  listing: ListingAnswer,
  mail?: Mail,
  dropped?: Fact,
): Released | undefined {
  if (listing.state !== 'not-listed') return undefined;
  const isToldSince = mail !== undefined && mail.sentAt > removal.at && !hasFate(mail, 'no-word');
  const isSince =
    dropped !== undefined && dropped.sentAt > removal.at && notSentBy(dropped) === 'account-list';
  return new Supported('released', {
    removal,
    isWaiting: removal.outcome === undefined && !isToldSince && !isSince,
    ...(isSince && { dropped }),
  });
}

/**
 * That an operator lifted a complaint; undefined where that is not on record.
 *
 * @param complaintAt when the address was reported or listed for a complaint before the removal, as far as is known.
 */
export function liftedDespiteComplaint(
  removal: Removal,
  listing: ListingAnswer,
  complaintAt: string | undefined,
): LiftedDespiteComplaint | undefined {
  if (listing.state !== 'not-listed' || removal.override !== true) return undefined;
  const overrodeComplaint = removal.overrides?.includes('complaint') === true;
  const wasBefore = complaintAt !== undefined && complaintAt <= removal.at;
  if (!overrodeComplaint && !(removal.overrides === undefined && wasBefore)) return undefined;
  return new Supported('lifted-despite-complaint', { removal, ...(wasBefore && { complaintAt }) });
}

/** That an entry which dropped a mail is gone; undefined where the fact is of no such mail, or the list was not asked. */
export function goneFromList(dropped: Fact, listing: ListingAnswer): GoneFromList | undefined {
  if (listing.state !== 'not-listed' || notSentBy(dropped) !== 'account-list') return undefined;
  return new Supported('gone-from-list', { dropped });
}

/** That mail is taken again; undefined where the mail was sent before the removal, or the address is not known as free. */
export function resumed(
  removal: Removal,
  mail: MailOf<'accepted'>,
  listing: ListingAnswer,
): Resumed | undefined {
  if (listing.state !== 'not-listed' || mail.sentAt <= removal.at) return undefined;
  return new Supported('resumed', { removal, mail });
}

/* What became of a mail. */

/** The receiving side took it. */
export type Accepted = Supported<'accepted', { readonly mail: MailOf<'accepted'> }>;
/** The receiving side took it late, after a delay in milliseconds; `putOff`: as SES says, it had put the mail off. */
export type AcceptedLate = Supported<
  'accepted-late',
  { readonly mail: MailOf<'accepted'>; readonly delay: number; readonly putOff: boolean }
>;
/** The receiving side took it in time, after another mail had been returned shortly before. */
export type AcceptedAgain = Supported<
  'accepted-again',
  { readonly mail: MailOf<'accepted'>; readonly before: Cause }
>;
/** SES accepted it and did not send it. */
export type NotSent = Supported<'not-sent', { readonly mail: MailOf<'not-sent'> }>;
/** SES is still trying. */
export type Delayed = Supported<'delayed', { readonly mail: MailOf<'delayed'> }>;
/** Sent as far as is known, and no word of it yet. */
export type NoWord = Supported<'no-word', { readonly mail: MailOf<'no-word'> }>;
/** Nothing at all is on record. */
export type NothingRecorded = Supported<'nothing-recorded', { readonly facts: readonly [] }>;
/** No refusal is on record, at a domain whose deliveries are not recorded here. */
export type NoRefusalRecorded = Supported<'no-refusal-recorded', { readonly facts: readonly Fact[] }>;

/** A mail that takes longer is late, milliseconds. Most are taken within seconds; a retry of SES comes after minutes. */
const LATE_AFTER = 10 * 60_000;

/** That the receiving side took a mail, and how late, where that is on record. */
export function accepted(mail: MailOf<'accepted'>): Accepted | AcceptedLate {
  const delay = delayOf(mail);
  if (delay === undefined || delay < LATE_AFTER) return new Supported('accepted', { mail });
  return new Supported('accepted-late', { mail, delay, putOff: PUT_OFF.has(mail.putOff?.delayType ?? '') });
}

/** An error this long before a mail that was taken is no matter of it any more, milliseconds. */
const SHORTLY_BEFORE = 30 * 24 * 60 * 60_000;

/**
 * That a mail was taken after another was returned; undefined where none was within {@link SHORTLY_BEFORE}, or where an
 * automatic reply may be all that came back.
 *
 * @param mails of the address, oldest first.
 */
export function acceptedAgain(mail: MailOf<'accepted'>, mails: readonly Mail[]): AcceptedAgain | undefined {
  const before = mails
    .filter((each) => hasFate(each, 'returned'))
    .findLast(({ sentAt, fate }) => sentAt < mail.sentAt && !isPerhapsAutomatic(fate.fact));
  if (before === undefined || accepted(mail).claim === 'accepted-late') return undefined;
  if (Date.parse(mail.sentAt) - Date.parse(before.sentAt) > SHORTLY_BEFORE) return undefined;
  return new Supported('accepted-again', { mail, before: returned(before, mails) });
}

/**
 * Whether a bounce may as well be an automatic reply: SES reports both alike, and without a delivery on record or a
 * word of a server nothing tells them apart.
 */
export function isPerhapsAutomatic(bounce: Fact): boolean {
  return mayBeAutomaticReply(bounce) && isWordless(bounce);
}

/** SES's reasons for a delay that lie at the receiving side; others are its own or the network's. */
const PUT_OFF: ReadonlySet<string> = new Set([
  'General',
  'MailboxFull',
  'SpamDetected',
  'RecipientServerError',
  'IPFailure',
]);

/** That SES did not send a mail. */
export function notSent(mail: MailOf<'not-sent'>): NotSent {
  return new Supported('not-sent', { mail });
}

/** That SES is still trying. */
export function delayed(mail: MailOf<'delayed'>): Delayed {
  return new Supported('delayed', { mail });
}

/** That there is no word of a mail yet. */
export function noWord(mail: MailOf<'no-word'>): NoWord {
  return new Supported('no-word', { mail });
}

/** That nothing is on record, or that what is there cannot be read; undefined where there are facts. */
export function nothingRecorded(
  facts: readonly Fact[],
  left: Unreadable['facts'] | undefined,
): NothingRecorded | Unreadable | undefined {
  if (facts.length > 0) return undefined;
  return left === undefined ? new Supported('nothing-recorded', { facts: [] }) : unreadable(left);
}

/**
 * That no refusal is on record; undefined where one is, or where deliveries are recorded.
 *
 * @param deliveriesRecorded whether deliveries to the address's domain are recorded here.
 */
export function noRefusalRecorded(
  facts: readonly Fact[],
  deliveriesRecorded: boolean,
): NoRefusalRecorded | undefined {
  if (deliveriesRecorded || facts.some((fact) => isReturned(fact) || notSentBy(fact) !== undefined)) {
    return undefined;
  }
  return new Supported('no-refusal-recorded', { facts });
}

/* Why a mail was returned: each rests on the bounce that returned it, and on the diagnosis of that bounce. */

/** What a cause rests on. */
interface CauseFacts {
  readonly bounce: Fact;
  readonly reason: Reason;
  readonly confidence: Confidence;
  /** Carrier id, absent outside the carriers. */
  readonly carrier?: string;
  /** The last mail before it that the receiving side took. */
  readonly takenBefore?: MailOf<'accepted'>;
  /** The carrier's filters refused no mail at that time: they filed it, or dropped it. */
  readonly neverFilter?: true;
}

/** A filter or another setting of the customer's mail service refused it. */
export type Filtered = Supported<'filtered', CauseFacts>;
/** The receiving side says that there is no such mailbox or domain. */
export type NoMailbox = Supported<'no-mailbox', CauseFacts>;
/** The mailbox is full. */
export type MailboxFull = Supported<'mailbox-full', CauseFacts>;
/** The mailbox cannot be used at present. */
export type Suspended = Supported<'suspended', CauseFacts>;
/** The sender, its domain, its server or the mail itself was refused. */
export type SenderRefused = Supported<'sender-refused', CauseFacts>;
/** Nobody took it, for trouble at the receiving side or on the way; `gaveUp`: within the time that SES tries. */
export type NotTaken = Supported<'not-taken', CauseFacts & { readonly gaveUp: boolean }>;
/** Another mailbox was refused: a forwarding target. */
export type OtherMailbox = Supported<'other-mailbox', CauseFacts>;
/** It was returned; whose doing that was nothing on record says, or no more than the reason's name. */
export type Returned = Supported<'returned', CauseFacts>;

/** Why a mail was returned. */
export type Cause =
  | Filtered
  | NoMailbox
  | MailboxFull
  | Suspended
  | SenderRefused
  | NotTaken
  | OtherMailbox
  | Returned;

/** What each reason lets one say. Left out are those that say nothing of whose doing it was: nobody is told a guess. */
const CLAIM_BY_REASON: Readonly<Partial<Record<Reason, Exclude<Cause['claim'], 'other-mailbox'>>>> = {
  filtered: 'filtered',
  userunknown: 'no-mailbox',
  hostunknown: 'no-mailbox',
  hasmoved: 'no-mailbox',
  mailboxfull: 'mailbox-full',
  suspend: 'suspended',
  rejected: 'sender-refused',
  blocked: 'sender-refused',
  badreputation: 'sender-refused',
  ratelimited: 'sender-refused',
  mesgtoobig: 'sender-refused',
  exceedlimit: 'sender-refused',
  contenterror: 'sender-refused',
  spamdetected: 'sender-refused',
  virusdetected: 'sender-refused',
  policyviolation: 'sender-refused',
  authfailure: 'sender-refused',
  requireptr: 'sender-refused',
  notcompliantrfc: 'sender-refused',
  expired: 'not-taken',
  networkerror: 'not-taken',
  systemerror: 'not-taken',
  systemfull: 'not-taken',
  greylisted: 'not-taken',
};

/**
 * Why a bounce came; undefined where the fact is no bounce by which a mail was returned.
 *
 * @param mails of the address, oldest first.
 * @param diagnosis of this very bounce; absent: its own words are read.
 */
export function causeOf(bounce: Fact, mails: readonly Mail[], diagnosis?: Diagnosis): Cause | undefined {
  if (!isReturned(bounce)) return undefined;
  return causeIn(bounce, mails, diagnosis);
}

/** Why a mail was returned; see {@link causeOf}. */
export function returned(mail: MailOf<'returned'>, mails: readonly Mail[], diagnosis?: Diagnosis): Cause {
  return causeIn(mail.fate.fact, mails, diagnosis);
}

function causeIn(bounce: Fact, mails: readonly Mail[], diagnosis: Diagnosis | undefined): Cause {
  // A complaint outranks the bounce in a diagnosis, and says nothing of why the mail was returned.
  const isOfBounce = diagnosis !== undefined && diagnosis.reason !== 'feedback';
  const { reason, confidence, carrier } = isOfBounce ? diagnosis : readBounce(bounce);
  const takenBefore = mails
    .filter((mail) => hasFate(mail, 'accepted'))
    .findLast(({ fate, messageId }) => fate.at < bounce.at && messageId !== bounce.messageId);
  const facts: CauseFacts = {
    bounce,
    reason,
    confidence,
    ...(carrier && { carrier }),
    ...(takenBefore && { takenBefore }),
    ...(carrier !== undefined && neverRefusesByFilter(carrier, bounce.at) && { neverFilter: true }),
  };
  if (spokeForAnother(bounce)) return new Supported('other-mailbox', facts);
  const name = CLAIM_BY_REASON[reason] ?? 'returned';
  // What surrounds a bounce may point at an unknown user; that the receiving side said so, its own words alone show.
  if (name === 'no-mailbox' && isOfBounce && saysNothing(diagnosis)) {
    return new Supported('filtered', { ...facts, reason: 'filtered', confidence: 'ambiguous' });
  }
  if (name === 'not-taken') return new Supported(name, { ...facts, gaveUp: gaveUp(bounce) });
  return new Supported(name, facts) as Cause;
}

/** Whether no rule read the words of the reply, and its marks said nothing. */
function saysNothing({ rule }: Diagnosis): boolean {
  return rule === 'none' || rule.startsWith('none/');
}

/** Whether SES tried until its time was up: it reports a passing failure only then, and says so in the others. */
function gaveUp({ bounceType, status = '', diagnosticCode = '' }: Fact): boolean {
  return (
    !isSameWord(bounceType, 'Permanent') ||
    /\b[45]\.4\.7\b|message expired/i.test(`${status} ${diagnosticCode}`)
  );
}

/** Refused by a filter although it was released before, twice or more. */
export type RefusedAgain = Supported<
  'refused-again',
  Pick<CauseFacts, 'bounce' | 'takenBefore'> & {
    readonly carrier?: string;
    readonly removals: readonly Removal[];
  }
>;

/** Releases that did not help, after which the first letter is not sent once more. */
const RELEASES_IN_VAIN = 2;

/**
 * That a filter refuses mail again and again; undefined where it was not released twice in vain before that bounce, or
 * where it may as well be no filter.
 */
export function refusedAgain(cause: Cause, removals: readonly Removal[]): RefusedAgain | undefined {
  if (cause.claim !== 'filtered' || cause.facts.confidence === 'ambiguous') return undefined;
  const { bounce, carrier, takenBefore } = cause.facts;
  const inVain = removals.filter(({ at, outcome }) => at < bounce.at && outcome !== 'delivered');
  if (inVain.length < RELEASES_IN_VAIN) return undefined;
  return new Supported('refused-again', {
    bounce,
    removals: inVain,
    ...(carrier && { carrier }),
    ...(takenBefore && { takenBefore }),
  });
}

/** On the list, and no reply on record could have made the entry: what is held is inferred from domain and date. */
export type Inferred = Supported<
  'inferred',
  EntryFacts & { readonly reason: Reason; readonly confidence: Confidence; readonly carrier?: string }
>;
/** On the list, and the reply on record is of another time than the entry: the entry is newer, or older. */
export type OtherReply = Supported<
  'other-reply',
  EntryFacts & { readonly reply: Cause; readonly newer: 'entry' | 'reply' }
>;

/**
 * What may be said of a listed address whose entry no bounce on record explains; undefined where one does.
 *
 * @param reply why a mail was last returned, where one was.
 * @param run as of {@link standingOf}.
 */
export function unexplained(
  listing: ListingAnswer,
  diagnosis: Diagnosis,
  reply: Cause | undefined,
  run: readonly MailOf<'not-sent'>[],
): Inferred | OtherReply | undefined {
  if (listing.state !== 'listed' || !isWithoutFacts(diagnosis)) return undefined;
  const entry = entryFacts(listing, run);
  if (reply !== undefined) {
    const newer: OtherReply['facts']['newer'] = reply.facts.bounce.at <= listing.since ? 'entry' : 'reply';
    return new Supported('other-reply', { ...entry, reply, newer });
  }
  const { reason, confidence, carrier } = diagnosis;
  return new Supported('inferred', { ...entry, reason, confidence, ...(carrier && { carrier }) });
}

/**
 * The domain is probably mistyped; with the bounce, where a mail was returned. `noReply`: nothing on record was returned.
 */
export type Mistyped = Supported<
  'mistyped',
  { readonly meant: string; readonly bounce?: Fact; readonly noReply: boolean }
>;

/**
 * That the domain is probably mistyped; undefined where no domain was probably meant.
 *
 * @param facts all that is on record; absent: nobody has read it.
 */
export function mistyped(
  { probablyMeant: meant }: Pick<Diagnosis, 'probablyMeant'>,
  bounce?: Fact,
  facts?: readonly Fact[],
): Mistyped | undefined {
  if (meant === undefined || !/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/.test(meant)) return undefined;
  const noReply = facts !== undefined && !facts.some(isReturned);
  return new Supported('mistyped', { meant, noReply, ...(bounce && isReturned(bounce) && { bounce }) });
}

/* Who complained. */

/** This recipient, and nobody else at the domain, reported a mail as spam. */
export type ReportedAsSpam = Supported<'reported-as-spam', { readonly report: Fact }>;
/** Somebody at the domain reported a mail as spam, perhaps this recipient. */
export type ReportedAtDomain = Supported<'reported-at-domain', { readonly report: Fact }>;
/** A receiving system sent a report; no person complained. */
export type SystemReport = Supported<'system-report', { readonly report: Fact }>;
/** Somebody, perhaps this recipient, told the mail service that a mail is no spam. */
export type NotSpam = Supported<'not-spam', { readonly report: Fact }>;
/** SES lists the address for a complaint, and no report is on record. */
export type ListedForComplaint = Supported<'listed-for-complaint', { readonly entry: Answered<'listed'> }>;

/** Who complained. */
export type Complaint = ReportedAsSpam | ReportedAtDomain | SystemReport | ListedForComplaint;

/** What a report says of who sent it; undefined where the fact is none (SES did not send, "not spam"). */
export function reportOf(report: Fact): ReportedAsSpam | ReportedAtDomain | SystemReport | undefined {
  const nature = natureOf(report);
  if (nature.says === 'system-report') return new Supported('system-report', { report });
  if (nature.says !== 'complaint') return undefined;
  return nature.by === 'person'
    ? new Supported('reported-as-spam', { report })
    : new Supported('reported-at-domain', { report });
}

/** That a mail was reported as no spam; undefined where the fact is no such report. */
export function notSpam(report: Fact): NotSpam | undefined {
  return natureOf(report).says === 'not-spam' ? new Supported('not-spam', { report }) : undefined;
}

/** That SES lists an address for a complaint. */
export function listedForComplaint(listing: ListingAnswer): ListedForComplaint | undefined {
  if (listing.state !== 'listed' || listing.reason !== 'COMPLAINT') return undefined;
  return new Supported('listed-for-complaint', { entry: listing });
}

/**
 * SES once listed the address for a complaint; the entry is gone, and no removal by todoku since is on record.
 */
export type ComplaintEntryGone = Supported<'complaint-entry-gone', { readonly listedAt: string }>;

/** That an entry for a complaint is gone; undefined where the list was not asked, or todoku removed one since. */
export function complaintEntryGone(
  listedAt: string | undefined,
  removals: readonly Removal[],
  listing: ListingAnswer,
): ComplaintEntryGone | undefined {
  if (listedAt === undefined || listing.state !== 'not-listed') return undefined;
  if (removals.some(({ at }) => at >= listedAt)) return undefined;
  return new Supported('complaint-entry-gone', { listedAt });
}

/* What an operator left. */

/** By an operator's word the customer has another address now. */
export type MovedTo = Supported<'moved-to', { readonly note: Note & { readonly movedTo: string } }>;
/** By an operator's word the customer had another address before. */
export type MovedFrom = Supported<'moved-from', { readonly note: Note & { readonly movedFrom: string } }>;
/** What an operator wrote. */
export type Noted = Supported<'noted', { readonly note: Note & { readonly text: string } }>;

/** What a note says; undefined for one that was taken back, or says nothing. */
export function noted(note: Note): MovedTo | MovedFrom | Noted | undefined {
  const { removed, movedTo, movedFrom, text } = note;
  if (removed !== undefined) return undefined;
  if (movedTo !== undefined) return new Supported('moved-to', { note: { ...note, movedTo } });
  if (movedFrom !== undefined) return new Supported('moved-from', { note: { ...note, movedFrom } });
  return text === undefined ? undefined : new Supported('noted', { note: { ...note, text } });
}

/* How the sender itself stands. */

/** How SPF, DKIM and DMARC of the sender stood at its last audit. */
export type SenderAudited = Supported<'sender-audited', StoredAudit>;

/** What the last audit found. */
export function senderAudited(audit: StoredAudit): SenderAudited {
  return new Supported('sender-audited', audit);
}

/* What happened to others at the same time. */

/** A mass event, as far as it is told of one address. */
export interface MassEvent {
  /** Absent where it began too long ago to be looked for. */
  readonly id?: string;
  readonly kind: IncidentKind;
  readonly receiverName: Bilingual;
  readonly what: Bilingual;
  /** First and last refusal, ISO 8601 UTC. */
  readonly from: string;
  readonly until: string;
  readonly recipients: number;
}

/** Mail to this address was refused or put off as that to many others, for the sender's sake. */
export type InIncident = Supported<'in-incident', { readonly incident: MassEvent; readonly refusal: Fact }>;

/** That a refusal or a delay was part of a mass event; undefined where it fell outside. */
export function inIncident(refusal: Fact, incident: MassEvent): InIncident | undefined {
  if (refusal.at < incident.from || refusal.at > incident.until) return undefined;
  return new Supported('in-incident', { incident, refusal });
}

/* What was missed. */

/** Mails that SES did not send and the shop wanted to reach the customer. */
export type Missed = Supported<
  'missed',
  {
    readonly mails: readonly MailOf<'not-sent'>[];
    /** Only the newest were read. */
    readonly atLeast: boolean;
    /** Where the entry is older than the records, since when there are any, ISO 8601 UTC. */
    readonly recordsBegin?: string;
  }
>;

/** What was missed, as far as it is on record. */
export function missed(facts: Missed['facts']): Missed {
  return new Supported('missed', facts);
}

/** Items on record that this version cannot read: `mayDecide` where one may say who complained or does not exist. */
export type Unreadable = Supported<'unreadable', { readonly count: number; readonly mayDecide: boolean }>;

/** That something on record could not be read. */
export function unreadable(facts: Unreadable['facts']): Unreadable {
  return new Supported('unreadable', facts);
}

/** A claim that a letter may say, and open with. */
export type Lead =
  | Standing
  | Accepted
  | AcceptedLate
  | AcceptedAgain
  | NotSent
  | Delayed
  | NoWord
  | NothingRecorded
  | NoRefusalRecorded
  | Cause
  | RefusedAgain
  | Inferred
  | OtherReply
  | Mistyped
  | Complaint
  | MovedTo
  | Unreadable;

/** Every claim there is. */
export type Claim =
  | Lead
  | Missed
  | NotSpam
  | ComplaintEntryGone
  | MovedFrom
  | Noted
  | SenderAudited
  | InIncident;

/** The claim of a name. */
export type ClaimNamed<Name extends Claim['claim']> = Extract<Claim, { readonly claim: Name }>;
