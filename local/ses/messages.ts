import { isSimulator } from '../../lib/address.ts';
import type { AcceptedMail } from './events.ts';

/** One thing that happened to a mail, in the words of GetMessageInsights. */
interface InsightsEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly type: 'SEND' | 'DELIVERY' | 'BOUNCE' | 'COMPLAINT' | 'OPEN' | 'CLICK';
  readonly bounce?: {
    readonly BounceType: 'PERMANENT' | 'TRANSIENT' | 'UNDETERMINED';
    readonly BounceSubType: string;
    readonly DiagnosticCode?: string;
  };
  readonly complaint?: { readonly ComplaintSubType?: string; readonly ComplaintFeedbackType?: string };
}

/** What happened to a mail for one of its recipients. */
export interface RecipientTrace {
  readonly address: string;
  readonly isp: string;
  /** Where an accepted mail ended; `suppressed` when SES did not send it. The shop cannot see this. */
  fate: 'pending' | 'inbox' | 'spam-folder' | 'dropped' | 'refused' | 'suppressed';
  readonly events: InsightsEvent[];
}

/** A mail and its recipients' traces. */
export interface MessageTrace {
  readonly mail: AcceptedMail;
  readonly recipients: readonly RecipientTrace[];
}

/** GetMessageInsights' answer for a trace. */
export function insightsAnswer(trace: MessageTrace): Record<string, unknown> {
  return {
    MessageId: trace.mail.messageId,
    FromEmailAddress: trace.mail.from,
    Subject: trace.mail.subject,
    EmailTags: Object.entries(trace.mail.tags).map(([Name, Value]) => ({ Name, Value })),
    Insights: trace.recipients.map((recipient) => ({
      Destination: recipient.address,
      Isp: recipient.isp,
      Events: shownEvents(trace, recipient).map((event) => ({
        Timestamp: event.at / 1000,
        Type: event.type,
        ...(event.bounce === undefined && event.complaint === undefined
          ? {}
          : {
              Details: {
                ...(event.bounce === undefined ? {} : { Bounce: event.bounce }),
                ...(event.complaint === undefined ? {} : { Complaint: event.complaint }),
              },
            }),
      })),
    })),
  };
}

/** What SES shows of what happened to a mail for one recipient. */
export function shownEvents(trace: MessageTrace, recipient: RecipientTrace): readonly InsightsEvent[] {
  return recipient.events.filter((event) => shown(trace, event));
}

/**
 * API_InsightsEvent: a mail to more than one recipient shows nothing but its sending, the mailbox simulator's
 * answers are left out, and so are complaints that only say "on the suppression list".
 */
function shown(trace: MessageTrace, event: InsightsEvent): boolean {
  if (event.type === 'SEND') return true;
  const [first, ...others] = trace.recipients;
  if (first === undefined || others.length > 0 || isSimulator(first.address)) return false;
  return event.complaint?.ComplaintSubType === undefined;
}
