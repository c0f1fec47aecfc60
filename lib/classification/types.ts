import type { Fact } from '../mails/fact.ts';
import type { Bilingual } from '../text.ts';
import type { Confidence, Reason } from './rules/reason.ts';

export { CONFIDENCES, type Confidence, REASONS, type Reason } from './rules/reason.ts';

/** One failed delivery as the receiving side explained it: what a reply rule reads. */
export interface Reply {
  /** Normalised address. */
  readonly recipient: string;
  /** When it was said, ISO 8601 UTC: some rules hold only for a period. */
  readonly at: string;
  /** Host name of the server that answered, when a report or the text names it. */
  readonly remoteMta?: string;
  readonly status?: string;
  readonly action?: string;
  readonly diagnosticCode?: string;
  readonly bounceType?: string;
  readonly bounceSubType?: string;
}

/** What the words of one reply say, before any other evidence. */
export interface ReplyReading {
  readonly reason: Reason;
  readonly confidence: Confidence;
  /** Id of the rule that decided. */
  readonly rule: string;
  /** Carrier of the recipient's domain or of the answering server. */
  readonly carrier?: string;
  /** Other reasons the same words are used for. */
  readonly alternatives: readonly Reason[];
  /** Where the rule comes from. */
  readonly source: string;
  /** What the rule says, and its doubt, in words for an operator. */
  readonly note: Bilingual;
}

/** One piece of evidence behind a diagnosis. */
export interface Evidence {
  /** `reply`, `delivery-before`, `member`, `out-of-office`, ... : a name of the weights table. */
  readonly kind: string;
  /** When it happened, ISO 8601 UTC, where it has a time. */
  readonly at?: string;
  /** Contribution to the score "the mailbox exists and its owner would receive this mail"; positive speaks for it. */
  readonly weight: number;
  /** Rule id, event id or page the evidence comes from. */
  readonly source: string;
  readonly text: Bilingual;
}

/** An answer to "what happened to mail for this address, how sure, on what evidence". */
export interface Diagnosis {
  readonly reason: Reason;
  /** Carrier id (see carriers.ts), absent outside the carriers. */
  readonly carrier?: string;
  readonly confidence: Confidence;
  /** Id of the reply rule, or of the rule that judged an entry without any reply. */
  readonly rule: string;
  readonly evidence: readonly Evidence[];
  /** The sentence a support desk can read. */
  readonly explains: Bilingual;
  /** The domain probably meant, when the address has a mistyped one. */
  readonly probablyMeant?: string;
}

/** The shop's word that an address belongs to a real customer. */
export interface Member {
  /** Customer since, ISO 8601. */
  readonly since: string;
  /** Where the record comes from (a file, an operator). */
  readonly source: string;
  /** Last log-in or order, ISO 8601, when the shop exports it. */
  readonly lastSeen?: string;
}

/** An entry of SES's suppression list, as far as a diagnosis cares. */
export interface Listing {
  readonly reason: 'BOUNCE' | 'COMPLAINT';
  /** SES's LastUpdateTime, ISO 8601 UTC. */
  readonly at: string;
  /** The feedback that put it there, when GetSuppressedDestination named it: joins to a stored fact. */
  readonly feedbackId?: string;
  /** The mail whose bounce put it there, named beside the feedback: joins to a fact read back from insights. */
  readonly messageId?: string;
}

/** SES's GetEmailAddressInsights on whether the mailbox exists; asked for only where an address is in doubt. */
export interface AddressInsights {
  readonly mailboxExists: 'HIGH' | 'MEDIUM' | 'LOW';
  /** When SES said so, ISO 8601 UTC. */
  readonly at: string;
}

/** A time in which a receiver refused many customers for the sender's sake. */
export interface DiagnosedIncident {
  /** Carrier's id; absent: the address is known to be part of it. */
  readonly carrier?: string;
  readonly from: string;
  readonly until: string;
  /** What was refused; absent: the sending server, as far as is known. */
  readonly reason?: Reason;
}

/** Everything a diagnosis is formed from. Plain data; `facts` in any order. */
export interface DiagnosisInput {
  /** Normalised address. */
  readonly address: string;
  readonly facts: readonly Fact[];
  readonly member?: Member;
  readonly listing?: Listing;
  /** Moments at which the address was taken off the list before, ISO 8601 UTC. */
  readonly removals?: readonly string[];
  /** Set while many customers of the same carrier bounce with blocking replies: the sender's problem, not theirs. */
  readonly incident?: DiagnosedIncident;
  readonly addressInsights?: AddressInsights;
  /**
   * Since when events of this address would have been recorded, ISO 8601 UTC. Absent: not known, and then that no
   * earlier mail is recorded says nothing.
   */
  readonly recordedSince?: string;
  /**
   * The bounce the question is about, when the caller knows it; else explainedBounce finds it among the facts.
   * `remoteMta` is the host name that answered, which SES's events do not have.
   */
  readonly about?: { readonly bounce: Fact; readonly remoteMta?: string };
  /** The present, ISO 8601 UTC. */
  readonly now: string;
}
