import type * as z from 'zod';
import { domainOf, normaliseAddress, spellingOf, stripControls } from '../address.ts';
import type { Fact, FactKind } from '../mails/fact.ts';
import { wrongFields } from '../wrong-fields.ts';
import { storableExtra } from './extra.ts';
import { RECORDED_TYPES } from './recorded.ts';
import { bodySchemas, eventSchema, timestampSchema } from './schema.ts';

/** What one message from SES turned out to be. */
export type Message =
  /** Facts to record, one per recipient. */
  | { readonly outcome: 'facts'; readonly eventType: string; readonly facts: readonly Fact[] }
  /** A message that says nothing about a mailbox; counted, not stored. */
  | {
      readonly outcome: 'acknowledged';
      readonly eventType: string;
      readonly why: 'test-message' | 'account-event' | 'no-evidence' | 'recipient-unclear';
    }
  /** Not a SES event, or one that breaks its schema: to be kept where an engineer finds it. */
  | { readonly outcome: 'rejected'; readonly reason: string }
  /** Somebody's private mail, sent to the wrong topic: told, and kept nowhere. */
  | { readonly outcome: 'refused'; readonly reason: string };

/** Longest text from a stranger that a fact keeps: one item stays within DynamoDB's 1 KB write unit as a rule. */
const MAXIMUM_TEXT_LENGTH = 1_000;
/** Longest name of an event type; SES's own have at most 17 characters. */
const MAXIMUM_TYPE_LENGTH = 100;
/**
 * Most bytes of an address. Mail itself allows 320; DynamoDB's sort keys hold 1,024, and the indexes' have a moment
 * before the address.
 */
const MAXIMUM_ADDRESS_BYTES = 960;

/**
 * The event types of both wire formats and where their body stands. `acknowledge` marks those that say nothing
 * about a recipient's mailbox.
 */
const EVENT_TYPES = new Map<string, { readonly body: keyof typeof bodySchemas } | 'acknowledge'>([
  ...Object.entries(RECORDED_TYPES).map(([type, body]) => [type, { body }] as const),
  ['Send', 'acknowledge'],
  ['Reject', 'acknowledge'],
  ['Rendering Failure', 'acknowledge'],
  ['Subscription', 'acknowledge'],
]);

/**
 * Whether this version knows an event type; {@link readMessage} calls set-up messages `test`, and EventBridge's
 * events about the account `account`.
 */
export function isKnownEventType(eventType: string): boolean {
  return eventType === 'test' || eventType === 'account' || EVENT_TYPES.has(eventType);
}

/** Fields of an event that are no body: what remains is kept raw. */
const ENVELOPE_FIELDS = new Set(['notificationType', 'eventType', 'mail']);

/** The plain text SES publishes to a topic when an event destination is first wired to it. */
const TEST_MESSAGE = /^Successfully validated SNS topic for Amazon SES\b/;

/**
 * Reads the body of one message, as SNS, SQS or EventBridge handed it over: JSON text or an object already parsed,
 * bare or inside an SNS notification or an EventBridge event.
 *
 * Never throws: what cannot be read comes back as `rejected` with the reason.
 */
export function readMessage(body: unknown): Message {
  if (typeof body === 'string' && TEST_MESSAGE.test(body.trim())) {
    return { outcome: 'acknowledged', eventType: 'test', why: 'test-message' };
  }
  const unwrapped = unwrap(body, 0);
  if (typeof unwrapped === 'string') return { outcome: 'rejected', reason: unwrapped };
  if (unwrapped.is !== 'event') {
    const eventType = unwrapped.is === 'test-message' ? 'test' : 'account';
    return { outcome: 'acknowledged', eventType, why: unwrapped.is };
  }
  if (isReceivedMail(unwrapped.event)) return { outcome: 'refused', reason: RECEIVED_MAIL };
  return readEvent(unwrapped.event);
}

const RECEIVED_MAIL =
  'a notification of received mail: a receipt rule publishes to the topic of the sending events';

/** Whether a message tells of mail that SES received; it may carry that mail whole. */
function isReceivedMail(event: unknown): boolean {
  return (
    typeof event === 'object' &&
    event !== null &&
    'notificationType' in event &&
    event.notificationType === 'Received'
  );
}

/** What stands inside a message's wrappings. */
type Unwrapped =
  | { readonly is: 'event'; readonly event: unknown }
  | { readonly is: 'test-message' | 'account-event' };

/**
 * Whether an EventBridge event is about the account (sending paused, a recommendation opened), not about a mail: SES
 * names those about a mail "Email ..." (guide, monitoring-eventbridge).
 */
function isAboutAccount({ source, 'detail-type': type, detail }: Record<string, unknown>): boolean {
  if (source !== 'aws.ses' || typeof type !== 'string' || type.startsWith('Email ')) return false;
  return typeof detail === 'object' && detail !== null && !('mail' in detail) && !('eventType' in detail);
}

/** The SES event inside a message's wrappings, or the reason why there is none. */
function unwrap(body: unknown, depth: number): string | Unwrapped {
  if (depth > 4) return 'wrapped too deeply to be a SES event';
  let value = body;
  if (typeof value === 'string') {
    if (TEST_MESSAGE.test(value.trim())) return { is: 'test-message' };
    try {
      value = JSON.parse(value);
    } catch {
      return 'the body is not JSON';
    }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'the body is not a JSON object';
  const record = value as Record<string, unknown>;
  if (record.notificationType === 'AmazonSnsSubscriptionSucceeded') return { is: 'test-message' };
  if (isAboutAccount(record)) return { is: 'account-event' };
  if (record.Type === 'Notification' && record.Message !== undefined)
    return unwrap(record.Message, depth + 1);
  if (record['detail-type'] !== undefined && record.detail !== undefined)
    return unwrap(record.detail, depth + 1);
  return { is: 'event', event: record };
}

function readEvent(value: unknown): Message {
  const parsed = eventSchema.safeParse(value);
  if (!parsed.success) return rejected(parsed.error, value);
  const event = parsed.data;
  const eventType = typeName(event.eventType ?? event.notificationType ?? '');
  const known = EVENT_TYPES.get(eventType);
  if (known === 'acknowledge') return { outcome: 'acknowledged', eventType, why: 'no-evidence' };

  const common = {
    messageId: event.mail.messageId,
    sentAt: event.mail.timestamp,
    ...senderDomain(event.mail.source),
  };
  const destinations = event.mail.destination ?? [];

  if (known === undefined) {
    const rest = Object.fromEntries(Object.entries(event).filter(([key]) => !ENVELOPE_FIELDS.has(key)));
    const at = timestampIn(rest) ?? event.mail.timestamp;
    return facts(eventType, 'unknown', destinations, (address, _spelling, sole) => ({
      ...common,
      address,
      at,
      // One mail may have events of several unknown types: the mail alone would make them one fact.
      id: `${event.mail.messageId}#${eventType}`,
      eventType: eventType,
      ...extraOf(rest),
      ...(sole ? {} : { candidate: true }),
    }));
  }
  return readKnown(eventType, known.body, event, common, destinations);
}

/** The name of an event type, also one that no one has thought of, fit for keys, metrics and logs. */
function typeName(given: string): string {
  return stripControls(given.slice(0, MAXIMUM_TYPE_LENGTH).toWellFormed()).trim() || '?';
}

/** The event's own timestamp, where its unknown part has one as every known part does. */
function timestampIn(fields: Record<string, unknown>): string | undefined {
  for (const part of Object.values(fields)) {
    const parsed = timestampSchema.safeParse(part);
    if (parsed.success) return parsed.data.timestamp;
  }
  return undefined;
}

type Common = Pick<Fact, 'messageId' | 'sentAt' | 'senderDomain'>;

function readKnown(
  eventType: string,
  kind: keyof typeof bodySchemas,
  event: Record<string, unknown>,
  common: Common,
  destinations: readonly string[],
): Message {
  // Each case parses with its own schema, so that what it reads is typed.
  switch (kind) {
    case 'bounce': {
      const body = bodySchemas.bounce.safeParse(event.bounce);
      if (!body.success) return rejected(body.error, event, 'bounce');
      const bounce = body.data;
      const recipients = new Map(bounce.bouncedRecipients.map((each) => [each.emailAddress, each]));
      const sentTo = new Set(destinations.map(normaliseAddress));
      return facts(eventType, kind, [...recipients.keys()], (address, spelling) => {
        const recipient = recipients.get(spelling);
        return {
          ...common,
          address,
          at: bounce.timestamp,
          id: bounce.feedbackId,
          ...(sentTo.size > 0 && !sentTo.has(address) && { notDestination: true }),
          bounceType: bounded(bounce.bounceType),
          ...optional('bounceSubType', bounce.bounceSubType),
          ...optional('status', recipient?.status),
          ...optional('action', recipient?.action),
          ...optional('diagnosticCode', recipient?.diagnosticCode),
          ...optional('reportingMta', bounce.reportingMTA),
          ...optional('remoteMtaIp', bounce.remoteMtaIp),
          ...extraOf({
            ...unknownFields(bodySchemas.bounce, bounce),
            ...(recipient && unknownFields(bodySchemas.bounce.shape.bouncedRecipients.element, recipient)),
          }),
        };
      });
    }
    case 'complaint': {
      const body = bodySchemas.complaint.safeParse(event.complaint);
      if (!body.success) return rejected(body.error, event, 'complaint');
      const complaint = body.data;
      const named = complaint.complainedRecipients?.map((each) => each.emailAddress) ?? [];
      const recipients = named.length > 0 ? named : [...destinations];
      return facts(eventType, kind, recipients, (address, _spelling, sole) => ({
        ...common,
        address,
        at: complaint.timestamp,
        id: complaint.feedbackId,
        ...optional('complaintSubType', complaint.complaintSubType),
        ...optional('complaintFeedbackType', complaint.complaintFeedbackType),
        // SES lists everyone at the complaining domain, so only a sole recipient is surely the one.
        ...(sole ? {} : { candidate: true }),
        ...extraOf(unknownFields(bodySchemas.complaint, complaint)),
      }));
    }
    case 'delivery': {
      const body = bodySchemas.delivery.safeParse(event.delivery);
      if (!body.success) return rejected(body.error, event, 'delivery');
      const delivery = body.data;
      return facts(eventType, kind, delivery.recipients, (address) => ({
        ...common,
        address,
        at: delivery.timestamp,
        id: common.messageId,
        ...optional('smtpResponse', delivery.smtpResponse),
        ...optional('reportingMta', delivery.reportingMTA),
        ...optional('remoteMtaIp', delivery.remoteMtaIp),
        ...extraOf(unknownFields(bodySchemas.delivery, delivery)),
      }));
    }
    case 'deliveryDelay': {
      const body = bodySchemas.deliveryDelay.safeParse(event.deliveryDelay);
      if (!body.success) return rejected(body.error, event, 'deliveryDelay');
      const delay = body.data;
      const recipients = new Map(delay.delayedRecipients.map((each) => [each.emailAddress, each]));
      return facts(eventType, kind, [...recipients.keys()], (address, spelling) => ({
        ...common,
        address,
        at: delay.timestamp,
        id: common.messageId,
        ...optional('delayType', delay.delayType),
        ...optional('status', recipients.get(spelling)?.status),
        ...optional('diagnosticCode', recipients.get(spelling)?.diagnosticCode),
        ...optional('reportingMta', delay.reportingMTA),
        ...extraOf(unknownFields(bodySchemas.deliveryDelay, delay)),
      }));
    }
    default: {
      const body = bodySchemas[kind].safeParse(event[kind]);
      if (!body.success) return rejected(body.error, event, kind);
      // An open or click names no recipient: with several destinations it could be any of them.
      if (new Set(destinations.map(normaliseAddress)).size !== 1) {
        return { outcome: 'acknowledged', eventType, why: 'recipient-unclear' };
      }
      return facts(eventType, kind, destinations, (address) => ({
        ...common,
        address,
        at: body.data.timestamp,
        id: common.messageId,
        ...optional('botEvent', body.data.isBotEvent),
      }));
    }
  }
}

/**
 * One fact per recipient; two spellings of one mailbox in one event are one recipient. `sole` tells `build` whether
 * there is no other.
 */
function facts(
  eventType: string,
  kind: FactKind,
  spellings: readonly string[],
  build: (address: string, spelling: string, sole: boolean) => Omit<Fact, 'kind'>,
): Message {
  const byAddress = new Map(spellings.map((spelling) => [normaliseAddress(spelling), spelling]));
  if (byAddress.size === 0) return { outcome: 'rejected', reason: `${eventType} event names no recipient` };
  for (const address of byAddress.keys()) {
    if (address === '') return { outcome: 'rejected', reason: `${eventType} event names an empty recipient` };
    if (Buffer.byteLength(address) > MAXIMUM_ADDRESS_BYTES) {
      const reason = `${eventType} event names a recipient of more than ${MAXIMUM_ADDRESS_BYTES} bytes`;
      return { outcome: 'rejected', reason };
    }
  }
  const sole = byAddress.size === 1;
  const all = [...byAddress].map(([address, spelling]) => ({
    kind,
    ...build(address, spelling, sole),
    ...(spellingOf(spelling) !== address && { spelling: spellingOf(spelling) }),
  }));
  return { outcome: 'facts', eventType, facts: all };
}

/** Rejects an event for its wrong fields; `part` is the field whose schema found them. */
function rejected({ issues }: z.ZodError, event: unknown, part?: string): Message {
  const inEvent = issues.map((issue) => (part ? { ...issue, path: [part, ...issue.path] } : issue));
  const { en } = wrongFields({ issues: inEvent }, event);
  return { outcome: 'rejected', reason: `breaks the schema of a SES event (${en})` };
}

function senderDomain(source: string | null | undefined): Pick<Fact, 'senderDomain'> {
  if (!source) return {};
  const domain = domainOf(normaliseAddress(source));
  return domain ? { senderDomain: bounded(domain) } : {};
}

/** A text cut to what a fact keeps, never in the middle of a surrogate pair. */
function bounded(value: string): string {
  return value.slice(0, MAXIMUM_TEXT_LENGTH).toWellFormed();
}

function optional<Key extends keyof Fact>(
  key: Key,
  value: string | null | undefined,
): Partial<Pick<Fact, Key>> {
  return value ? ({ [key]: bounded(value) } as Partial<Pick<Fact, Key>>) : {};
}

function unknownFields(schema: z.ZodObject, value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !Object.hasOwn(schema.shape, key)));
}

function extraOf(fields: Record<string, unknown>): Pick<Fact, 'extra'> {
  const extra = storableExtra(fields);
  return extra ? { extra } : {};
}
