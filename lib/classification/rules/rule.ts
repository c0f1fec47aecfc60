import type { Phase } from '../../mails/reply/dissect.ts';
import type { Bilingual } from '../../text.ts';
import type { Confidence, Reason } from './reason.ts';

/**
 * When a rule applies. Every condition that is present must hold; a list holds when one of its members does.
 */
export interface ReplyCondition {
  /** Carrier ids: of the recipient's domain or of the server that answered. */
  readonly carriers?: readonly string[];
  /** Domains of the recipient or parents of the answering host's name: `google.com`. */
  readonly hosts?: readonly string[];
  /** Words of the reply, outside links, host names and advice; written as lib/mails/reply/phrases.ts reads them. */
  readonly phrases?: readonly string[];
  /** Names in Gmail's links: `nosuchuser`. */
  readonly linkNames?: readonly string[];
  /**
   * What one clause says, in words of vocabulary.ts: `mailbox|account + full - sender` holds where a mailbox or an
   * account is spoken of, and fullness, and no sender.
   */
  readonly says?: readonly string[];
  /** SMTP reply codes. */
  readonly codes?: readonly number[];
  /** First digit of the reply code or, without one, of the enhanced status. */
  readonly class?: 4 | 5;
  /** Enhanced status codes, whole (`5.1.1`) or a beginning that ends in a dot (`5.7.`). */
  readonly statuses?: readonly string[];
  /** The same, of the status that stands in the server's own text: SES and other senders write the report's. */
  readonly ownStatuses?: readonly string[];
  readonly phases?: readonly Phase[];
  /** `550 : User unknown`: nothing but the reply code, of a permanent refusal, stands before the colon. */
  readonly bareColon?: true;
  /** SES's bounce sub-types. */
  readonly subTypes?: readonly string[];
  /** Full addresses of the recipient (SES's mailbox simulator). */
  readonly recipients?: readonly string[];
}

/** One row of knowledge: what a reply with these marks means. The first row that applies decides. */
export interface ReplyRule {
  readonly id: string;
  readonly reason: Reason;
  readonly confidence: Confidence;
  /** Other reasons for which the same words are used. */
  readonly alternatives?: readonly Reason[];
  readonly when: ReplyCondition;
  /** Moments (ISO 8601 UTC) between which the row holds: `from` included, `until` not. */
  readonly period?: { readonly from?: string; readonly until?: string };
  /** Day, month or year from which the wording is known; absent or empty: older than the sources. */
  readonly since?: string;
  /** Replies that this row is for; the tests read each of them. */
  readonly samples: readonly Sample[];
  /** Public name of the page, program or document the row rests on. */
  readonly source: string;
  /** What the row says beyond its reason's own note. */
  readonly note?: Bilingual;
}

/** A reply as SES would report it; `recipient` defaults to an address outside the carriers. */
export interface Sample {
  readonly text?: string;
  readonly recipient?: string;
  readonly remoteMta?: string;
  readonly status?: string;
  readonly bounceType?: string;
  readonly bounceSubType?: string;
  readonly at?: string;
}
