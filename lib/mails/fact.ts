/**
 * Facts: what SES told us about one recipient, normalised from either wire format, written once, never changed.
 */

/**
 * The kinds of fact that are stored. They are SES's event types, with two of our own:
 * `insight` is a bounce or complaint read back later from SES's message insights (the event itself was never
 * received); `unknown` is an event type that SES added after this code was written, kept raw.
 *
 * Send, Reject, Rendering Failure and Subscription say nothing about a recipient's mailbox: they are counted by
 * ingest, not stored.
 */
export const FACT_KINDS = [
  'bounce',
  'complaint',
  'delivery',
  'deliveryDelay',
  'open',
  'click',
  'insight',
  'unknown',
] as const;

/** See {@link FACT_KINDS}. */
export type FactKind = (typeof FACT_KINDS)[number];

/**
 * One recipient's share of one SES event.
 *
 * Texts (`status`, `diagnosticCode`, `smtpResponse`, ...) are as the receiving server wrote them, bounded in
 * length; they come from strangers. SES's own words (`bounceType`, `bounceSubType`, ...) are kept as they came,
 * also values this code does not know.
 */
export interface Fact {
  /** Normalised address (see lib/address). */
  readonly address: string;
  /** How SES spelled it, where that is not `address`: SES's list finds a local part only in the spelling listed. */
  readonly spelling?: string;
  readonly kind: FactKind;
  /** When it happened, ISO 8601 UTC with milliseconds: the event's own timestamp, not the mail's. */
  readonly at: string;
  /** `feedbackId` of a bounce or complaint, `messageId` of everything else; with the event type of an unknown kind. */
  readonly id: string;
  readonly messageId: string;
  /** When SES accepted the mail, ISO 8601 UTC. */
  readonly sentAt: string;
  /** Domain of the From address the shop sent with. */
  readonly senderDomain?: string;

  /** `Permanent`, `Transient`, `Undetermined`, or what SES invents next. */
  readonly bounceType?: string;
  readonly bounceSubType?: string;
  /** RFC 3463 enhanced status code of the delivery status notification; made by SES, not by the carrier. */
  readonly status?: string;
  /** RFC 3464 action (`failed`, `delayed`, ...). */
  readonly action?: string;
  /** RFC 3464 diagnostic code, usually `smtp; <the server's reply>`. */
  readonly diagnosticCode?: string;
  /** RFC 3464 reporting MTA. */
  readonly reportingMta?: string;
  /** IP address of the server that refused. */
  readonly remoteMtaIp?: string;

  /** RFC 5965 feedback type of a complaint (`abuse`, `not-spam`, ...). */
  readonly complaintFeedbackType?: string;
  /** A sub-type of the family in nature.ts marks a mail that SES did not send, not a new complaint. */
  readonly complaintSubType?: string;
  /**
   * SES named this address only as one of several possible recipients: it lists everyone at the complaining
   * domain. Absent when the address was the only one.
   */
  readonly candidate?: boolean;

  /** The receiving server's answer to a delivered mail. */
  readonly smtpResponse?: string;
  /** SES's reason for a delay (`MailboxFull`, `SpamDetected`, ...). */
  readonly delayType?: string;

  /** `Likely` where SES holds a machine for the one who opened or clicked; absent in events before 2026-08. */
  readonly botEvent?: string;
  /** Set on a bounce whose recipient is none of the mail's destinations: a forwarding target answered. */
  readonly notDestination?: boolean;

  /** SES's own name of an event of an unknown kind. */
  readonly eventType?: string;
  /** Fields SES sent that this code does not know, as they came; bounded in size. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/**
 * Of the mails dropped because of the account's list, so many are read of an address: the newest. A shop may write to a
 * listed address for years; that it missed a thousand mails or ten thousand changes no decision.
 */
export const MAXIMUM_DROPPED = 1_000;
