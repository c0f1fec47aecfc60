import { moveNote } from '../cases/moved.ts';
import { LIST_CATCHES_UP } from '../cases/outcome.ts';
import type { AddressRecord, Removal } from '../cases/records.ts';
import type { Diagnosis } from '../classification/types.ts';
import type { Fact } from '../mails/fact.ts';
import {
  hasFate,
  latest,
  type Mail,
  type MailOf,
  mailsOf,
  missedMails,
  returnedBounces,
} from '../mails/mails.ts';
import { notSentBy } from '../mails/nature.ts';
import type { Verdict } from '../policy/decide.ts';
import type { StoredAudit } from '../stored-audit.ts';
import { byCodeUnits } from '../text.ts';
import type { Cause, Claim, Complaint, Lead, MassEvent, Missed, MovedTo, Standing } from './claims.ts';
import * as claims from './claims.ts';
import type { ListingAnswer } from './listing.ts';
import { type NextStep, nextStep } from './next.ts';

/** What a statement is made from: everything known of one address. Plain data. */
export interface StatementInput {
  /** As it may be shown. */
  readonly address: string;
  readonly listing: ListingAnswer;
  readonly record: Pick<AddressRecord, 'facts' | 'listedForComplaint' | 'notes'> & {
    /** Of the mails that the account's list dropped only the newest were read. */
    readonly droppedMore?: true;
    /** Items that this version cannot read. */
    readonly unreadable?: { readonly count: number; readonly mayDecide: boolean };
  };
  /** Oldest first, the last with the outcome that its facts already show. */
  readonly removals: readonly Removal[];
  readonly diagnosis: Diagnosis;
  /** The bounce that the diagnosis explains. */
  readonly bounce?: Fact;
  readonly verdict?: Pick<Verdict, 'action' | 'rule' | 'dueAt' | 'overrides'>;
  readonly proposalId?: string;
  /** Whether the cleanup removes by itself or only proposes, as the deployment has it; absent: not known. */
  readonly mode?: 'propose' | 'apply';
  /** Since when there are records at all, ISO 8601 UTC; absent: not known. */
  readonly recordsBegin?: string;
  /** Whether deliveries to the address's domain are recorded here; absent: not known. */
  readonly deliveriesRecorded?: boolean;
  /** The last audit of the sender of the mails, where one is stored. */
  readonly senderAudit?: StoredAudit;
  /** Whether the mail service discards what it has accepted and a filter catches, and has no folder for it. */
  readonly discards?: boolean;
  /** The mass event that the latest mail, or the entry, goes back to, and the address's own part of it. */
  readonly partOf?: { readonly incident: MassEvent; readonly refusal: Fact };
}

/** What became of the latest mail, or that nothing is on record of any. */
export type Fate =
  | claims.Cause
  | claims.Accepted
  | claims.AcceptedLate
  | claims.AcceptedAgain
  | claims.NotSent
  | claims.Delayed
  | claims.NoWord
  | claims.NothingRecorded
  | claims.Unreadable
  | claims.NoRefusalRecorded;

/** Why mail did not arrive, or does not. */
export type Explanation =
  | claims.Cause
  | claims.RefusedAgain
  | claims.Inferred
  | claims.OtherReply
  | claims.Mistyped
  | Complaint;

/**
 * What may be said of an address: the one value that headline, desk note and letter are voices of. Every part is a
 * claim, which nobody can make without the fact that supports it.
 */
export interface Statement {
  readonly address: string;
  /** Where the address stands now. */
  readonly standing: Standing;
  /** What became of the latest mail. */
  readonly fate: Fate;
  /** Why mail is stopped, or was last returned. */
  readonly explanation?: Explanation;
  readonly missed: Missed;
  /** What else is on record and belongs into the desk's note. */
  readonly also: readonly Claim[];
  /** What the letter opens with, and the second line of the headline where the standing does not say it. */
  readonly lead: Lead;
  readonly next: NextStep;
}

/** The input with what became of each mail, oldest first: grouped once, asked by every part. */
type Read = StatementInput & {
  readonly mails: readonly Mail[];
  /** The mails that the account's list stopped since one was last sent or the address released, oldest first. */
  readonly run: readonly MailOf<'not-sent'>[];
};

/** The statement on an address. Pure; the order and repetition of facts do not matter. */
export function statementOf(given: StatementInput): Statement {
  const mails = mailsOf(given.record.facts);
  const input: Read = { ...given, mails, run: runOfDrops(mails, given.removals.at(-1)) };
  const { address, verdict, proposalId, discards } = input;
  const standing = standingOf(input);
  const explanation = explanationOf(input);
  const fate = fateOf(input);
  const notes = (input.record.notes ?? []).flatMap((note) => claims.noted(note) ?? []);
  const note = moveNote(input.record.notes, input.removals);
  // Told by the same claim as the note itself, so that it is told once.
  const moved = notes.find((claim) => claim.claim === 'moved-to' && claim.facts.note.id === note?.id);
  const lead = leadOf({
    standing,
    fate,
    ...(explanation && { explanation }),
    ...(moved?.claim === 'moved-to' && { moved }),
  });
  return {
    address,
    standing,
    fate,
    ...(explanation && { explanation }),
    missed: missedOf(input),
    also: [...alsoOf(input, { lead, ...(explanation && { explanation }) }), ...notes],
    lead,
    next: nextStep({
      address,
      lead,
      standing,
      ...(verdict && { verdict }),
      ...(proposalId && { proposalId }),
      ...(input.mode && { mode: input.mode }),
      ...(discards && { discards }),
      ...(input.partOf && { incident: input.partOf.incident.kind }),
      ...(input.record.unreadable?.mayDecide && { unreadable: true }),
    }),
  };
}

/** The claims that the support desk is told, in order: where it stands, why, the latest mail, what was missed, the rest. */
export function claimsOf({ standing, explanation, fate, missed, also, lead }: Statement): readonly Claim[] {
  const isTold = missed.facts.mails.length > 0 || missed.facts.recordsBegin !== undefined;
  const told = [
    standing,
    lead,
    ...(explanation ? [explanation] : []),
    ...(saysFateOf(standing, fate) || saysRefusal(explanation, fate) ? [] : [fate]),
    ...(isTold ? [missed] : []),
    ...also,
  ];
  const names = new Set<Claim['claim']>();
  const notes = also.filter((claim) => NOTES.has(claim.claim) && claim !== lead);
  // A claim is told once: the lead is the standing, the explanation or the fate. Of notes there may be several.
  const once = told.filter(
    (claim) => !notes.includes(claim) && !names.has(claim.claim) && names.add(claim.claim),
  );
  return [...once, ...notes];
}

/** Whether why mail is stopped already says that this mail was refused. */
function saysRefusal(explanation: Explanation | undefined, fate: Fate): boolean {
  if (explanation?.claim !== 'refused-again' || !('bounce' in fate.facts)) return false;
  return explanation.facts.bounce === fate.facts.bounce;
}

/** Whether where the address stands already says what became of that mail. */
export function saysFateOf(standing: Standing, fate: Fate): boolean {
  if (!('mail' in fate.facts)) return false;
  const { messageId } = fate.facts.mail;
  if (standing.claim === 'resumed') return standing.facts.mail.messageId === messageId;
  return standing.claim === 'gone-from-list' && standing.facts.dropped.messageId === messageId;
}

const NOTES: ReadonlySet<Claim['claim']> = new Set<Claim['claim']>(['moved-to', 'moved-from', 'noted']);

/* Where it stands. */

function standingOf(input: Read): Standing {
  const { listing, removals, record } = input;
  const last = removals.at(-1);
  const mail = latestMail(input);
  const dropped = latest(record.facts.filter((fact) => notSentBy(fact) === 'account-list'));
  if (dropped !== undefined && (mail === undefined || mail.sentAt < dropped.sentAt)) {
    const isSince = last === undefined || Date.parse(dropped.at) > Date.parse(last.at) + LIST_CATCHES_UP;
    const gone = isSince ? claims.goneFromList(dropped, listing) : undefined;
    if (gone !== undefined) return gone;
  }
  if (last !== undefined) {
    const again =
      mail !== undefined && hasFate(mail, 'accepted') ? claims.resumed(last, mail, listing) : undefined;
    const free = again ?? claims.liftedDespiteComplaint(last, listing, complaintBefore(input, last));
    // A removal says where the address stands until its outcome is known; later mail says it then.
    const isOpen = last.outcome === undefined || last.outcome === 'silent';
    const said = free ?? (isOpen ? claims.released(last, listing, mail, dropped) : undefined);
    if (said !== undefined) return said;
  }
  return claims.standingOf(listing, input.run);
}

/** See {@link Read}: a mail that was sent ends the run, and so does a removal, once SES's list has caught up with it. */
function runOfDrops(mails: readonly Mail[], removal: Removal | undefined): readonly MailOf<'not-sent'>[] {
  const since = removal === undefined ? 0 : Date.parse(removal.at) + LIST_CATCHES_UP;
  const sent = mails.findLastIndex(({ fate }) => SENT.has(fate.fate));
  return mails
    .slice(sent + 1)
    .filter((mail) => hasFate(mail, 'not-sent'))
    .filter(({ fate }) => fate.by === 'account-list' && Date.parse(fate.at) > since);
}

const SENT: ReadonlySet<Mail['fate']['fate']> = new Set<Mail['fate']['fate']>([
  'accepted',
  'returned',
  'delayed',
]);

/** When the address was reported, or listed for a complaint, before a removal; ISO 8601 UTC. */
function complaintBefore({ record }: StatementInput, { at }: Removal): string | undefined {
  const reports = record.facts.flatMap((fact) => {
    const report = claims.reportOf(fact);
    return report !== undefined && report.claim !== 'system-report' ? [fact.at] : [];
  });
  return [...reports, ...(record.listedForComplaint ? [record.listedForComplaint] : [])]
    .filter((each) => each <= at)
    .sort()
    .at(-1);
}

/* What became of the latest mail. */

/** The latest mail of which anything is known, leaving out those that the account's list dropped: the listing tells them. */
function latestMail({ mails }: Pick<Read, 'mails'>): Mail | undefined {
  const told = mails.filter(({ fate }) => !(fate.fate === 'not-sent' && fate.by === 'account-list'));
  return told.findLast(({ fate }) => fate.fate !== 'no-word') ?? told.at(-1);
}

function fateOf(input: Read): Fate {
  const { listing, record, mails, deliveriesRecorded, bounce, diagnosis } = input;
  // Where nothing but drops by the account's list is on record, the latest of them.
  const mail = latestMail(input) ?? mails.at(-1);
  if (mail !== undefined) {
    if (hasFate(mail, 'accepted')) return claims.acceptedAgain(mail, mails) ?? claims.accepted(mail);
    if (hasFate(mail, 'not-sent')) return claims.notSent(mail);
    if (hasFate(mail, 'delayed')) return claims.delayed(mail);
    if (hasFate(mail, 'returned')) {
      return claims.returned(mail, mails, mail.fate.fact === bounce ? diagnosis : undefined);
    }
  }
  // An entry of the list is itself a word of a refusal.
  const isUnknown = deliveriesRecorded === undefined || record.unreadable !== undefined;
  const unrecorded =
    isUnknown || listing.state === 'listed'
      ? undefined
      : claims.noRefusalRecorded(record.facts, deliveriesRecorded);
  const nothing = claims.nothingRecorded(record.facts, record.unreadable);
  // Where there are facts there is a mail.
  return unrecorded ?? nothing ?? claims.noWord(mail as MailOf<'no-word'>);
}

/* Why. */

function explanationOf(input: Read): Explanation | undefined {
  const { listing, diagnosis, bounce, removals, mails, run } = input;
  const complaint = complaintOf(input);
  if (complaint !== undefined) return complaint;
  const mistyped = claims.mistyped(diagnosis, bounce, input.record.facts);
  if (mistyped !== undefined) return mistyped;
  const cause = bounce && claims.causeOf(bounce, mails, diagnosis);
  if (cause !== undefined) return claims.refusedAgain(cause, removals) ?? cause;
  return claims.unexplained(listing, diagnosis, replyOn(input), run);
}

/** Why a mail was last returned; not what may as well be an automatic reply, which lists nobody. */
function replyOn({ record, mails }: Pick<Read, 'record' | 'mails'>): Cause | undefined {
  const bounces = returnedBounces(record.facts).filter((fact) => !claims.isPerhapsAutomatic(fact));
  const bounce = latest(bounces);
  return bounce && claims.causeOf(bounce, mails);
}

/**
 * Who complained, where that is why mail is stopped, or where this recipient did since the last removal. Somebody at
 * the domain counts as long as no later mail was taken: before anything is sent again, the customer is asked.
 */
function complaintOf(input: Read): Complaint | undefined {
  const { listing, record, removals } = input;
  const since = removals.at(-1)?.at ?? '';
  const reports = record.facts
    .toSorted((a, b) => byCodeUnits(b.at, a.at))
    .flatMap((fact) => claims.reportOf(fact) ?? []);
  const person = reports.find(({ claim }) => claim === 'reported-as-spam');
  const isSince = person !== undefined && person.facts.report.at > since;
  if (isSince || (person !== undefined && listing.state !== 'not-listed')) return person;
  const atDomain = reports.find(({ claim }) => claim === 'reported-at-domain');
  const mail = latestMail(input);
  const taken = mail !== undefined && hasFate(mail, 'accepted') ? mail.sentAt : '';
  if (atDomain !== undefined && atDomain.facts.report.at > since && atDomain.facts.report.at > taken) {
    return atDomain;
  }
  const listed = claims.listedForComplaint(listing);
  if (listed === undefined) return undefined;
  return person ?? atDomain ?? reports[0] ?? listed;
}

/* What was missed, and what else is on record. */

function missedOf({ listing, record, mails: known, run, recordsBegin }: Read): Missed {
  const since = listing.state === 'listed' ? listing.since : '';
  const all = missedMails(known);
  // What the run dropped before this entry was missed for the same want of a mail in between.
  const from = [since, run[0]?.fate.at ?? since].sort()[0] ?? since;
  const mails = all.filter(({ fate }) => fate.at >= from);
  const isOlder = recordsBegin !== undefined && since !== '' && since < recordsBegin;
  return claims.missed({
    mails,
    atLeast: record.droppedMore === true && mails.length === all.length,
    ...(isOlder && { recordsBegin }),
  });
}

/** Leads to which it matters how the sender's authentication stands. */
const SENDER_MATTERS: ReadonlySet<Claim['claim']> = new Set<Lead['claim']>([
  'accepted',
  'accepted-again',
  'no-refusal-recorded',
  'nothing-recorded',
  'no-word',
  'filtered',
  'refused-again',
  'sender-refused',
  'returned',
]);

/** Reports that are not the explanation, an entry that is gone, the sender's state, and what could not be read. */
function alsoOf(
  input: StatementInput,
  { explanation, lead }: Pick<Statement, 'explanation' | 'lead'>,
): readonly Claim[] {
  const { record, removals, listing, senderAudit, partOf } = input;
  const reports = record.facts.flatMap((fact) => claims.reportOf(fact) ?? []);
  const others = (['reported-as-spam', 'reported-at-domain', 'system-report'] as const).flatMap((name) => {
    if (explanation?.claim === name) return [];
    const newest = reports
      .filter(({ claim }) => claim === name)
      .toSorted((a, b) => byCodeUnits(b.facts.report.at, a.facts.report.at));
    return newest.slice(0, 1);
  });
  const gone = claims.complaintEntryGone(record.listedForComplaint, removals, listing);
  const noSpam = latest(record.facts.filter((fact) => claims.notSpam(fact) !== undefined));
  const incident = partOf && claims.inIncident(partOf.refusal, partOf.incident);
  return [
    ...(incident ? [incident] : []),
    ...others,
    ...(noSpam ? [claims.notSpam(noSpam) as Claim] : []),
    ...(gone ? [gone] : []),
    ...(senderAudit && SENDER_MATTERS.has(lead.claim) ? [claims.senderAudited(senderAudit)] : []),
    ...(record.unreadable ? [claims.unreadable(record.unreadable)] : []),
  ];
}

/* What is said first. */

const COMPLAINTS: ReadonlySet<Claim['claim']> = new Set<Complaint['claim']>([
  'reported-as-spam',
  'reported-at-domain',
  'system-report',
  'listed-for-complaint',
]);

function leadOf({
  standing,
  fate,
  explanation,
  moved,
}: Pick<Statement, 'standing' | 'fate' | 'explanation'> & { readonly moved?: MovedTo }): Lead {
  if (explanation !== undefined && COMPLAINTS.has(explanation.claim)) return explanation;
  // Whatever became of mail to the old address: the customer reads the new one.
  if (moved !== undefined) return moved;
  if (explanation?.claim === 'mistyped') return explanation;
  switch (standing.claim) {
    case 'listed':
    case 'other-spelling':
      return explanation ?? standing;
    case 'released':
    case 'lifted-despite-complaint':
      return isOfMailSince(fate, standing.facts.removal.at) ? fate : standing;
    case 'resumed':
    case 'gone-from-list':
      return standing;
    case 'not-enforced':
    case 'not-listed':
    case 'unasked':
      return fate;
  }
}

/** Whether a fate is that of a mail sent after a moment, ISO 8601 UTC. */
function isOfMailSince(fate: Fate, moment: string): boolean {
  if ('mail' in fate.facts) return fate.facts.mail.sentAt > moment;
  return 'bounce' in fate.facts && fate.facts.bounce.sentAt > moment;
}
