import { domainOf, isSimulator } from '../../lib/address.ts';
import type { Account } from './account.ts';
import type { AcceptedMail, SesEvent } from './events.ts';
import type { ListReason, SuppressionList } from './list.ts';
import type { Mailboxes } from './mailboxes.ts';
import type { RecipientTrace } from './messages.ts';

/** A mail on its way, with what its way depends on. */
export interface Delivery {
  readonly mail: AcceptedMail;
  readonly recipients: readonly RecipientTrace[];
  readonly list: SuppressionList;
  readonly mailboxes: Mailboxes;
  /** Addresses on SES's global list until a moment; undefined: there is none. */
  readonly global: Map<string, number> | undefined;
  readonly account: Account;
  /** Reasons whose entries stop this mail. */
  readonly enforcedReasons: readonly ListReason[];
  readonly emit: (event: SesEvent) => void;
  /** Plans something for a moment (milliseconds since the epoch). */
  readonly later: (at: number, run: (at: number) => void) => void;
  readonly newFeedbackId: (at: number) => string;
}

/** What a bounce says about each of its recipients. */
export interface BouncedRecipient {
  readonly recipient: RecipientTrace;
  /** Absent where the report has no text. */
  readonly diagnosticCode?: string;
}

/** What a bounce says. `status` and `reportingMTA` are absent without a delivery status notification. */
export interface BounceDetails {
  readonly bounceType: 'Permanent' | 'Transient';
  readonly bounceSubType: string;
  readonly status?: string;
  readonly reportingMTA?: string;
  readonly remoteMtaIp?: string;
}

/** Publishes a bounce, notes it in the traces, and returns its feedback id. */
export function publishBounce(
  delivery: Delivery,
  bounced: readonly BouncedRecipient[],
  at: number,
  details: BounceDetails,
): string {
  const feedbackId = delivery.newFeedbackId(at);
  const { bounceType, bounceSubType, status, reportingMTA, remoteMtaIp } = details;
  const report = status === undefined ? {} : { action: 'failed', status };
  for (const { recipient, diagnosticCode } of bounced) {
    recipient.events.push({
      at,
      type: 'BOUNCE',
      bounce: {
        BounceType: bounceType === 'Permanent' ? 'PERMANENT' : 'TRANSIENT',
        BounceSubType: bounceSubType,
        ...(diagnosticCode === undefined ? {} : { DiagnosticCode: diagnosticCode }),
      },
    });
  }
  delivery.emit({
    type: 'Bounce',
    body: {
      feedbackId,
      bounceType,
      bounceSubType,
      bouncedRecipients: bounced.map(({ recipient, diagnosticCode }) => ({
        emailAddress: recipient.address,
        ...report,
        diagnosticCode,
      })),
      timestamp: iso(at),
      remoteMtaIp,
      reportingMTA,
    },
  });
  return feedbackId;
}

/** Publishes a complaint, notes it in the traces, and returns its feedback id. */
export function publishComplaint(
  delivery: Delivery,
  recipients: readonly RecipientTrace[],
  at: number,
  what: { readonly subType?: string; readonly feedbackType?: string },
): string {
  const feedbackId = delivery.newFeedbackId(at);
  const { subType, feedbackType } = what;
  for (const recipient of recipients) {
    recipient.events.push({
      at,
      type: 'COMPLAINT',
      complaint: {
        ...(subType === undefined ? {} : { ComplaintSubType: subType }),
        ...(feedbackType === undefined ? {} : { ComplaintFeedbackType: feedbackType }),
      },
    });
  }
  const domain = domainOf(recipients[0]?.address ?? '');
  delivery.emit({
    type: 'Complaint',
    body: {
      feedbackId,
      complaintSubType: subType ?? null,
      complainedRecipients: recipients.map((recipient) => ({ emailAddress: recipient.address })),
      timestamp: iso(at),
      ...(feedbackType === undefined
        ? {}
        : {
            userAgent: `${domain} feedback loop`,
            complaintFeedbackType: feedbackType,
            arrivalDate: iso(at),
          }),
    },
  });
  return feedbackId;
}

/** Puts an address on the account's list when the account lists for this reason; simulator addresses never. */
export function suppress(
  delivery: Delivery,
  address: string,
  reason: ListReason,
  at: number,
  feedbackId: string,
): void {
  if (isSimulator(address) || !delivery.account.suppressedReasons.includes(reason)) return;
  const { messageId } = delivery.mail;
  delivery.list.put({ address, reason, updatedAt: at, messageId, feedbackId });
}

/** Milliseconds since the epoch as SES writes times. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}
