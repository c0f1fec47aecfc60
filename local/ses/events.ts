/**
 * The messages SES publishes, in both wire formats, shaped as the SES developer guide describes them
 * (pages notification-contents and event-publishing-retrieving-sns-contents). Fields that SES leaves out are
 * left out.
 */

/** The two wire formats: feedback notifications of an identity, event publishing of a configuration set. */
export type EventFormat = 'notification' | 'event-publishing';

/** Kinds of event this SES produces, with the key of the event's own part. */
const BODY_KEYS = {
  Send: 'send',
  Delivery: 'delivery',
  Bounce: 'bounce',
  Complaint: 'complaint',
  DeliveryDelay: 'deliveryDelay',
  Open: 'open',
  Click: 'click',
} as const;

/** What an event destination may ask for (EventType of client-sesv2 3.1169); not all of it is produced here. */
export const MATCHING_EVENT_TYPES = [
  ...(['SEND', 'REJECT', 'BOUNCE', 'COMPLAINT', 'DELIVERY', 'OPEN', 'CLICK'] as const),
  ...(['RENDERING_FAILURE', 'DELIVERY_DELAY', 'SUBSCRIPTION'] as const),
];

/** An event's type as event destinations name it. */
export function matchingType(type: EventType): string {
  return type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}

/** See {@link BODY_KEYS}. */
export type EventType = keyof typeof BODY_KEYS;

/** The kinds an identity's feedback notifications exist for. */
const NOTIFICATION_TYPES: readonly EventType[] = ['Bounce', 'Complaint', 'Delivery'];

/** A mail that SES accepted. */
export interface AcceptedMail {
  readonly messageId: string;
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
  readonly from: string;
  /** To, Cc and Bcc. */
  readonly destination: readonly string[];
  readonly to: readonly string[];
  readonly subject: string;
  /** From domain, without display name. */
  readonly fromDomain: string;
  /** Name of the identity it was sent as. */
  readonly identity: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet?: string;
}

/** One event: its kind and the part that is its own. */
export interface SesEvent {
  readonly type: EventType;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What never changes within an account. */
export interface EventOrigin {
  readonly accountId: string;
  readonly region: string;
}

/**
 * The JSON text of an event in one format; undefined where the format has no such event (a feedback notification
 * of a Send).
 */
export function eventMessage(
  event: SesEvent,
  mail: AcceptedMail,
  origin: EventOrigin,
  format: EventFormat,
): string | undefined {
  const own = { [BODY_KEYS[event.type]]: event.body };
  if (format === 'event-publishing') {
    return JSON.stringify({ eventType: event.type, ...own, mail: publishedMail(mail, origin) });
  }
  if (!NOTIFICATION_TYPES.includes(event.type)) return undefined;
  return JSON.stringify({ notificationType: event.type, ...own, mail: notifiedMail(mail, origin) });
}

/** The plain text SES sends once when an event destination is set up: not JSON. */
export const SES_TEST_MESSAGE = 'Successfully validated SNS topic for Amazon SES event publishing.';

/** Address of the caller, from the documentation range (RFC 5737). */
const SOURCE_IP = '203.0.113.10';

function mailCore(mail: AcceptedMail, origin: EventOrigin): Record<string, unknown> {
  return {
    timestamp: new Date(mail.acceptedAt).toISOString(),
    messageId: mail.messageId,
    source: mail.from,
    sourceArn: `arn:aws:ses:${origin.region}:${origin.accountId}:identity/${mail.fromDomain}`,
    sendingAccountId: origin.accountId,
    destination: mail.destination,
  };
}

/** Without headers: "include original headers" is off unless asked for. */
function notifiedMail(mail: AcceptedMail, origin: EventOrigin): Record<string, unknown> {
  return { ...mailCore(mail, origin), sourceIp: SOURCE_IP, callerIdentity: 'shop-sender' };
}

function publishedMail(mail: AcceptedMail, origin: EventOrigin): Record<string, unknown> {
  const date = new Date(mail.acceptedAt).toUTCString();
  const to = mail.to.join(', ');
  return {
    ...mailCore(mail, origin),
    headersTruncated: false,
    headers: [
      { name: 'From', value: mail.from },
      { name: 'To', value: to },
      { name: 'Subject', value: mail.subject },
      { name: 'MIME-Version', value: '1.0' },
    ],
    commonHeaders: {
      from: [mail.from],
      date,
      to: mail.to,
      messageId: mail.messageId,
      subject: mail.subject,
    },
    tags: {
      'ses:operation': ['SendEmail'],
      'ses:configuration-set': [mail.configurationSet ?? ''],
      'ses:source-ip': [SOURCE_IP],
      'ses:from-domain': [mail.fromDomain],
      'ses:caller-identity': ['shop-sender'],
      ...Object.fromEntries(Object.entries(mail.tags).map(([name, value]) => [name, [value]])),
    },
  };
}
