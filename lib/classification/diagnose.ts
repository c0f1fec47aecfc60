import { domainOf } from '../address.ts';
import { spokeForAnother } from '../mails/another-mailbox.ts';
import type { Fact } from '../mails/fact.ts';
import { latest } from '../mails/mails.ts';
import { notSentBy } from '../mails/nature.ts';
import { carrierOfDomain } from './carriers.ts';
import { type Anchor, collectEvidence } from './evidence.ts';
import { explain } from './explain.ts';
import { bouncesNearListing, explainedBounce } from './explained-bounce.ts';
import { type History, historyOf } from './history.ts';
import { readReply } from './read-reply.ts';
import type {
  Confidence,
  Diagnosis,
  DiagnosisInput,
  Evidence,
  Listing,
  Reason,
  Reply,
  ReplyReading,
} from './types.ts';
import { probablyMeant } from './typo.ts';
import { verdictOfScore } from './weights.ts';
import {
  LISTED_FOR_COMPLAINT,
  readDelay,
  readDeliveries,
  readListing,
  readNothing,
  SYSTEM_REPORT,
} from './without-reply.ts';

export { explainedBounce } from './explained-bounce.ts';

/** What a reply rule reads of a bounce fact. The reporting MTA is SES itself and says nothing about the recipient's. */
function replyOf(fact: Fact, answeredBy: string | undefined): Reply {
  return {
    recipient: fact.address,
    at: fact.at,
    remoteMta: answeredBy ?? fact.remoteMtaIp,
    status: fact.status,
    action: fact.action,
    diagnosticCode: fact.diagnosticCode,
    bounceType: fact.bounceType,
    bounceSubType: fact.bounceSubType,
  };
}

/**
 * What a bounce's own words say, by the rules alone: the evidence around it is not asked. Of a reply by another
 * mailbox (a forwarding target) at most ambiguous about this one.
 */
export function readBounce(bounce: Fact, answeredBy?: string): ReplyReading {
  if (notSentBy(bounce) === 'unknown')
    return { ...NOT_SENT_FOR_UNKNOWN_REASON, ...carrierOfRecipient(bounce) };
  const reading = readReply(replyOf(bounce, answeredBy));
  return spokeForAnother(bounce) ? aboutAnother(reading) : reading;
}

/**
 * What a delay says: the words of the server that put the mail off, where a rule reads them, else SES's word for it. At
 * most likely: SES is still trying.
 */
export function readDelayed(delay: Fact): ReplyReading {
  const bySes = readDelay(delay.address, delay);
  if (delay.diagnosticCode === undefined) return bySes;
  const reading = readReply(replyOf(delay, undefined));
  if (reading.reason === 'undefined' || reading.confidence === 'ambiguous') return bySes;
  const note = { ja: `${bySes.note.ja}${reading.note.ja}`, en: `${bySes.note.en} ${reading.note.en}` };
  return { ...reading, rule: `ses/delay/${reading.rule}`, confidence: 'likely', note };
}

/** Whether a reply refuses the sender because it writes to too many addresses that do not exist. */
export function isOfManyUnknown({ rule }: Pick<ReplyReading, 'rule'>): boolean {
  return rule.endsWith('general/many-unknown');
}

/**
 * Whether it makes no difference which bounce listed an address: there is one that may have, and each of them reads as
 * a filter, at least likely.
 */
export function isFilteredWhicheverBounce(facts: readonly Fact[], listing: Pick<Listing, 'at'>): boolean {
  const bounces = bouncesNearListing(facts, listing.at);
  return (
    bounces.length > 0 &&
    bounces.every((bounce) => {
      const { reason, confidence } = readBounce(bounce);
      return reason === 'filtered' && confidence !== 'ambiguous';
    })
  );
}

/** The reading of a mail that SES did not send under a sub-type added after this code was written. */
const NOT_SENT_FOR_UNKNOWN_REASON: ReplyReading = {
  reason: 'suppressed',
  confidence: 'likely',
  rule: 'ses/not-sent',
  alternatives: [],
  source: 'Amazon SES bounce event of a sub-type this version does not know',
  note: {
    ja: 'SESが送信しなかったメールです（理由を示すSESの区分は、このバージョンでは未対応です）。',
    en: 'SES did not send the mail, for a reason (a sub-type of its own) that this version does not know.',
  },
};

function carrierOfRecipient({ address }: Fact): Pick<ReplyReading, 'carrier'> {
  const carrier = carrierOfDomain(domainOf(address))?.id;
  return carrier === undefined ? {} : { carrier };
}

/** A reading by which another mailbox than the recipient's was refused: it leaves open what holds of the recipient's. */
function aboutAnother(reading: ReplyReading): ReplyReading {
  return {
    ...reading,
    rule: `another-mailbox/${reading.rule}`,
    confidence: 'ambiguous',
    alternatives: [],
    note: {
      ja: `転送先など、別のメールアドレスについての応答です。このお客様のメールアドレスのことかどうかは分かりません。${reading.note.ja}`,
      en: `The reply is about another address, such as one that mail is forwarded to; it does not say how this mailbox stands. ${reading.note.en}`,
    },
  };
}

/**
 * What happened to mail for an address, how sure, on what evidence. Pure; the order and repetition of facts do not
 * matter.
 *
 * The words of the explained bounce come first (see read-reply.ts); where they leave open whether a filter or an
 * unknown user spoke, the score of the evidence decides (see weights.ts), and never makes it certain. Where no
 * bounce is known the listing, the deliveries or the delays are read instead, and the rule's id says so.
 */
export function diagnose(input: DiagnosisInput): Diagnosis {
  const bounce = input.about?.bounce ?? explainedBounce(input);
  const reading = bounce ? readBounce(bounce, input.about?.remoteMta) : readingWithoutBounce(input);
  const anchor = anchorOf(input, bounce);
  const history = historyOf(input.facts, anchor.at, bounce);
  const evidence = collectEvidence(input, reading, anchor, history);
  const verdict = complaintVerdict(input, history) ?? verdictOf(reading, evidence, input.incident?.reason);
  const meant = probablyMeant(domainOf(input.address));
  const diagnosis = {
    ...whatAndWhere(verdict.reason, reading.carrier),
    confidence: verdict.confidence,
    rule: verdict.rule ?? reading.rule,
    evidence,
    explains: explain({ reading, verdict, evidence, probablyMeant: meant }),
  };
  return meant === undefined ? diagnosis : { ...diagnosis, probablyMeant: meant };
}

function whatAndWhere(reason: Reason, carrier: string | undefined): Pick<Diagnosis, 'reason' | 'carrier'> {
  return carrier === undefined ? { reason } : { reason, carrier };
}

function anchorOf(input: DiagnosisInput, bounce: Fact | undefined): Anchor {
  if (bounce) return { at: bounce.at, bounce, event: 'bounce' };
  return input.listing ? { at: input.listing.at, event: 'listing' } : { at: input.now, event: 'present' };
}

/** Reason and confidence after the evidence, with the rule's id when it is not the reading's. */
interface Verdict {
  readonly reason: Reason;
  readonly confidence: Confidence;
  readonly rule?: string;
}

function verdictOf(
  reading: ReplyReading,
  evidence: readonly Evidence[],
  ofIncident: Reason = 'blocked',
): Verdict {
  if (isOpen(reading)) return verdictOfScore(evidence.reduce((sum, piece) => sum + piece.weight, 0));
  const isOfIncident = evidence.some((piece) => piece.kind === 'incident');
  if (isOfIncident && reading.reason !== ofIncident && BLAMES_NOBODY.has(reading.reason)) {
    return { reason: ofIncident, confidence: 'likely', rule: 'incident' };
  }
  if (reading.confidence === 'certain') return reading;
  if (SAYS_GONE.has(reading.reason) && evidence.some((piece) => piece.kind === 'delivery-after')) {
    return { reason: reading.reason, confidence: 'ambiguous' };
  }
  return reading;
}

/** Whether the words leave open if a customer's filter or an unknown user spoke. */
function isOpen(reading: ReplyReading): boolean {
  if (reading.confidence === 'certain') return false;
  if (reading.reason === 'filtered') return reading.alternatives.includes('userunknown');
  return reading.reason === 'userunknown' && reading.alternatives.includes('filtered');
}

/** Reasons that a wide incident explains better than anything about the one recipient. */
const BLAMES_NOBODY: ReadonlySet<Reason> = new Set([
  'undefined',
  'expired',
  'networkerror',
  'systemerror',
  'onhold',
  'greylisted',
  'ratelimited',
  'blocked',
]);

/** Reasons that say the mailbox is gone; a later delivery contradicts them. */
const SAYS_GONE: ReadonlySet<Reason> = new Set(['userunknown', 'hostunknown', 'notaccept', 'hasmoved']);

/**
 * A complaint outranks every bounce: the recipient does not want the mail. Proven by a complaint that names this
 * address alone, or by SES's listing; a complaint that SES spread over everyone at the domain proves nothing.
 */
function complaintVerdict(input: DiagnosisInput, history: History): Verdict | undefined {
  if (history.complaint) return { reason: 'feedback', confidence: 'certain', rule: 'complaint' };
  if (input.listing?.reason !== 'COMPLAINT') return undefined;
  if (history.complaintCandidate) {
    return { reason: 'feedback', confidence: 'ambiguous', rule: 'complaint-candidate' };
  }
  return {
    reason: 'feedback',
    confidence: 'likely',
    rule: history.systemReport ? SYSTEM_REPORT : LISTED_FOR_COMPLAINT,
  };
}

function readingWithoutBounce(input: DiagnosisInput): ReplyReading {
  if (input.listing) return readListing(input.address, input.listing);
  const delivery = latest(input.facts.filter((fact) => fact.kind === 'delivery'));
  if (delivery) return readDeliveries(input.address, delivery);
  const delay = latest(input.facts.filter((fact) => fact.kind === 'deliveryDelay'));
  return delay ? readDelayed(delay) : readNothing(input.address);
}
