import { domainOf } from '../address.ts';
import { type Fact, isComplaint } from '../events/fact.ts';
import { type Anchor, collectEvidence } from './evidence.ts';
import { explain } from './explain.ts';
import { explainedBounce, latest } from './explained-bounce.ts';
import { readReply } from './read-reply.ts';
import type {
  Confidence,
  Diagnosis,
  DiagnosisInput,
  Evidence,
  Reason,
  Reply,
  ReplyReading,
} from './types.ts';
import { probablyMeant } from './typo.ts';
import { verdictOfScore } from './weights.ts';
import { readDelay, readDeliveries, readListing, readNothing } from './without-reply.ts';

export { explainedBounce } from './explained-bounce.ts';

/** What a reply rule reads of a bounce fact. The reporting MTA is SES itself and says nothing about the recipient's. */
function replyOf(fact: Fact, answeredBy: string | undefined): Reply {
  const remoteMta = answeredBy ?? fact.remoteMtaIp;
  return {
    recipient: fact.address,
    at: fact.at,
    ...(remoteMta === undefined ? {} : { remoteMta }),
    ...(fact.status === undefined ? {} : { status: fact.status }),
    ...(fact.action === undefined ? {} : { action: fact.action }),
    ...(fact.diagnosticCode === undefined ? {} : { diagnosticCode: fact.diagnosticCode }),
    ...(fact.bounceType === undefined ? {} : { bounceType: fact.bounceType }),
    ...(fact.bounceSubType === undefined ? {} : { bounceSubType: fact.bounceSubType }),
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
  const reading = bounce ? readReply(replyOf(bounce, input.about?.remoteMta)) : readingWithoutBounce(input);
  const anchor = anchorOf(input, bounce);
  const evidence = collectEvidence(input, reading, anchor);
  const verdict = verdictOf(input, reading, evidence);
  const meant = probablyMeant(domainOf(input.address));
  return {
    reason: verdict.reason,
    ...(reading.carrier === undefined ? {} : { carrier: reading.carrier }),
    confidence: verdict.confidence,
    rule: verdict.rule ?? reading.rule,
    evidence,
    explains: explain({
      reading,
      verdict,
      evidence,
      ...(meant === undefined ? {} : { probablyMeant: meant }),
    }),
    ...(meant === undefined ? {} : { probablyMeant: meant }),
  };
}

function anchorOf(input: DiagnosisInput, bounce: Fact | undefined): Anchor {
  if (bounce) return { at: bounce.at, bounce, event: 'bounce' };
  return input.listing ? { at: input.listing.at, event: 'listing' } : { at: input.now, event: 'present' };
}

/** Reason and confidence after the evidence, with the rule's id when it is not the reading's. */
export interface Verdict {
  readonly reason: Reason;
  readonly confidence: Confidence;
  readonly rule?: string;
}

function verdictOf(input: DiagnosisInput, reading: ReplyReading, evidence: readonly Evidence[]): Verdict {
  const complaint = complaintVerdict(input);
  if (complaint) return complaint;
  if (isOpen(reading)) return verdictOfScore(evidence.reduce((sum, piece) => sum + piece.weight, 0));
  const kinds = new Set(evidence.map((piece) => piece.kind));
  if (kinds.has('incident') && BLAMES_NOBODY.has(reading.reason) && reading.confidence !== 'certain') {
    return { reason: 'blocked', confidence: 'likely', rule: 'incident' };
  }
  if (kinds.has('delivery-after') && SAYS_GONE.has(reading.reason) && reading.confidence === 'likely') {
    return { reason: reading.reason, confidence: 'ambiguous' };
  }
  return reading;
}

/** Whether the words leave open if a customer's filter or an unknown user spoke. */
function isOpen(reading: ReplyReading): boolean {
  if (reading.confidence === 'certain') return false;
  const causes = new Set([reading.reason, ...reading.alternatives]);
  if (!causes.has('filtered') || !causes.has('userunknown')) return false;
  return reading.reason === 'filtered' || reading.reason === 'userunknown';
}

/** Reasons that a wide incident explains better than anything about the one recipient. */
const BLAMES_NOBODY: ReadonlySet<Reason> = new Set([
  'undefined',
  'expired',
  'networkerror',
  'systemerror',
  'onhold',
  'ratelimited',
  'blocked',
]);

/** Reasons that say the mailbox is gone; a later delivery contradicts them. */
const SAYS_GONE: ReadonlySet<Reason> = new Set(['userunknown', 'hostunknown', 'notaccept', 'hasmoved']);

/**
 * A complaint outranks every bounce: the recipient does not want the mail. Proven by a complaint that names this
 * address alone, or by SES's listing; a complaint that SES spread over everyone at the domain proves nothing.
 */
function complaintVerdict(input: DiagnosisInput): Verdict | undefined {
  const complaints = input.facts.filter(isComplaint);
  if (complaints.some((fact) => fact.candidate !== true)) {
    return { reason: 'feedback', confidence: 'certain', rule: 'complaint' };
  }
  if (input.listing?.reason !== 'COMPLAINT') return undefined;
  if (complaints.length > 0)
    return { reason: 'feedback', confidence: 'ambiguous', rule: 'complaint-candidate' };
  return { reason: 'feedback', confidence: 'likely', rule: 'listed-without-facts/complaint' };
}

function readingWithoutBounce(input: DiagnosisInput): ReplyReading {
  if (input.listing) return readListing(input.address, input.listing);
  const delivery = latest(input.facts.filter((fact) => fact.kind === 'delivery'));
  if (delivery) return readDeliveries(input.address, delivery);
  const delay = latest(input.facts.filter((fact) => fact.kind === 'deliveryDelay'));
  return delay ? readDelay(input.address, delay) : readNothing(input.address);
}
