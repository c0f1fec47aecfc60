import type { Bilingual } from '../../text.ts';
import type { Confidence, Reason } from '../types.ts';

/** Where in the SMTP dialogue a reply was given, when the text shows it (RFC 5321 section 3.3). */
export type Phase = 'connect' | 'mail' | 'rcpt' | 'data';

/**
 * When a rule applies. Every condition that is present must hold; a list holds when one of its members does.
 *
 * Phrases are written as the reader sees a reply: lower-case words with one space between them, without addresses
 * and punctuation (`user's` reads `users`). The first word must be met whole, the last may be a beginning
 * (`quota exceed` meets "quota exceeded").
 */
export interface ReplyCondition {
  /** Carrier ids: of the recipient's domain or of the server that answered. */
  readonly carriers?: readonly string[];
  /** Domains of the recipient or parents of the answering host's name: `google.com`. */
  readonly hosts?: readonly string[];
  readonly phrases?: readonly string[];
  /** Phrases of which one must be there as well. */
  readonly also?: readonly string[];
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

/** Where a general row comes from when it names nothing narrower. */
const IN_THE_WILD =
  'Sisimai reason catalogue (libsisimai.org/en/reason); reply texts of the mail servers in common use';

/** A row that holds for any server: phrases, `likely` and the general source unless it says otherwise. */
export function generalRule(
  id: string,
  reason: Reason,
  phrases: readonly string[],
  samples: readonly string[],
  more: Partial<Omit<ReplyRule, 'id' | 'reason' | 'samples'>> = {},
): ReplyRule {
  return {
    confidence: 'likely',
    source: IN_THE_WILD,
    ...more,
    id: `general/${id}`,
    reason,
    when: { ...more.when, phrases },
    samples: samples.map((text): Sample => ({ text })),
  };
}
