import { type Delivery, iso, publishBounce, publishComplaint, suppress } from './feedback.ts';
import type { Reaction } from './mailboxes.ts';
import type { RecipientTrace } from './messages.ts';

/** How long after the delivery a reader reacts. */
export const REACTION_AFTER_MS: Readonly<Record<Exclude<Reaction, 'none'>, number>> = {
  'out-of-office': 30_000,
  opens: 2 * 3600_000,
  clicks: 2 * 3600_000 + 40_000,
  complains: 3 * 3600_000,
  'not-spam': 5 * 3600_000,
};

/** How long after the delivery SES's simulator does: about a second, as people saw. */
export const SIMULATED_AFTER_MS = 1_000;

/** The reader's device, with an address from the documentation range (RFC 5737). */
const DEVICE = { ipAddress: '203.0.113.77', userAgent: 'Mozilla/5.0 (Linux; Android 15)' };

/**
 * What a reader does with a delivered mail. `sameDomain` are the mail's delivered recipients at the reader's
 * domain: SES names them all in a complaint, because it cannot tell who complained.
 */
export function react(
  delivery: Delivery,
  reader: RecipientTrace,
  sameDomain: readonly RecipientTrace[],
  reaction: Exclude<Reaction, 'none'>,
  at: number,
): void {
  switch (reaction) {
    case 'out-of-office':
      // A bounce without a delivery status notification, after the delivery.
      publishBounce(delivery, [{ recipient: reader }], at, {
        bounceType: 'Transient',
        bounceSubType: 'General',
      });
      return;
    case 'opens':
      open(delivery, reader, at);
      return;
    case 'clicks':
      open(delivery, reader, at);
      delivery.emit({
        type: 'Click',
        body: {
          timestamp: iso(at),
          ...DEVICE,
          link: `https://${delivery.mail.fromDomain}/orders`,
          linkTags: null,
        },
      });
      reader.events.push({ at, type: 'CLICK' });
      return;
    case 'not-spam':
      publishComplaint(delivery, sameDomain, at, { feedbackType: 'not-spam' });
      return;
    case 'complains': {
      const feedbackId = publishComplaint(delivery, sameDomain, at, { feedbackType: 'abuse' });
      // Which of the named addresses SES lists is published nowhere: here, the one that complained.
      suppress(delivery, reader.address, 'COMPLAINT', at, feedbackId);
    }
  }
}

function open(delivery: Delivery, reader: RecipientTrace, at: number): void {
  delivery.emit({ type: 'Open', body: { timestamp: iso(at), ...DEVICE } });
  reader.events.push({ at, type: 'OPEN' });
}
