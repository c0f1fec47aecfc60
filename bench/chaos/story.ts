import type { Random } from '../../local/random.ts';
import { type AcceptedMail, type EventType, eventMessage, SES_TEST_MESSAGE } from '../../local/ses/events.ts';

/**
 * What SES tells in the chaos bench, and beside it the ledger of what must be on record afterwards. It is written from
 * SES's documentation alone and imports nothing of lib/: a mistake there cannot be repeated here.
 */

/** What must be on record of one recipient and one event. */
export interface Entry {
  readonly address: string;
  readonly kind: string;
  /** Of the event, ISO 8601 with milliseconds. */
  readonly at: string;
  /** `feedbackId` of a bounce or complaint, `messageId` of all else. */
  readonly id: string;
  /** What else the record must say. */
  readonly says: Readonly<Record<string, unknown>>;
  /** Number of the event that it is of, for whoever has to look for it. */
  readonly event: number;
}

/** A message that SES publishes. */
export interface Published {
  readonly event: number;
  readonly text: string;
}

/** The messages of a story, and its ledger. */
export interface Story {
  readonly messages: readonly Published[];
  /** By {@link keyOf}. */
  readonly ledger: ReadonlyMap<string, Entry>;
  /** Texts that are no event: each must be kept as a dead letter, and nothing else. */
  readonly unreadable: readonly Published[];
  /** Recipients of events, each counted with each event. */
  readonly recipientEvents: number;
}

const DAY = 86_400_000;
/** Of a delivery, an open or a click, one a day is enough: the last, and a person's before a machine's. */
const ONE_A_DAY = new Set(['delivery', 'open', 'click']);

/** What makes two events of one recipient the same record. */
export function keyOf({ address, kind, at, id }: Pick<Entry, 'address' | 'kind' | 'at' | 'id'>): string {
  return ONE_A_DAY.has(kind) ? `${address} ${kind} ${at.slice(0, 10)}` : `${address} ${kind} ${at} ${id}`;
}

const DOMAINS = ['docomo.ne.jp', 'ezweb.ne.jp', 'softbank.ne.jp', 'gmail.com', 'shop-customers.example'];
const REPLIES = [
  'smtp; 550 : User unknown',
  'smtp; 550 5.1.1 <someone@docomo.ne.jp>: Recipient address rejected',
  'smtp; 452 4.2.2 The email account that you tried to reach is over quota',
  'smtp; 550 5.7.1 宛先が見つかりません',
];

/** Tells a story of so many recipient-events that ends at a moment, milliseconds since the epoch. */
export function tellStory(random: Random, recipientEvents: number, end: number): Story {
  const people = Array.from({ length: Math.ceil(recipientEvents / 6) }, (_, index) => {
    const local = random.chance(0.05) ? `a..b${index}.` : `hanako.${index}`;
    return `${local}@${random.pick(DOMAINS)}`;
  });
  const messages: Published[] = [];
  const unreadable: Published[] = [];
  const ledger = new Map<string, Entry>();
  let told = 0;
  for (let event = 0; told < recipientEvents; event += 1) {
    if (random.chance(0.01)) {
      const text = random.pick([
        '{"eventType":"Bounce","bounce":',
        `{"not":"an event","number":${event}}`,
        `${event}`,
      ]);
      unreadable.push({ event, text });
      messages.push({ event, text });
      continue;
    }
    const one = eventOf(random, people, event, end);
    for (const text of one.texts) messages.push({ event, text });
    told += Math.max(one.entries.length, 1);
    for (const entry of one.entries) {
      const known = ledger.get(keyOf(entry));
      if (known === undefined || rankOf(known) < rankOf(entry)) ledger.set(keyOf(entry), entry);
    }
  }
  messages.push({ event: -1, text: SES_TEST_MESSAGE });
  return { messages, ledger, unreadable, recipientEvents: told };
}

/** What is kept of a day's events of one kind: the greatest. */
function rankOf({ says, at, id }: Entry): string {
  return `${says.botEvent === 'Likely' ? 0 : 1} ${at} ${id}`;
}

/** As SES may spell an address. */
function spelled(random: Random, address: string): string {
  return random.chance(0.2) ? address.charAt(0).toUpperCase() + address.slice(1) : address;
}

interface Told {
  readonly texts: readonly string[];
  readonly entries: readonly Entry[];
}

function eventOf(random: Random, people: readonly string[], event: number, end: number): Told {
  const acceptedAt = end - random.below(60 * DAY);
  const happened = new Date(acceptedAt + random.below(6 * 3_600_000));
  if (random.chance(0.1)) happened.setMilliseconds(0);
  const at = happened.toISOString();
  // Some servers' clocks know no milliseconds, and SES hands that on.
  const timestamp = happened.getMilliseconds() === 0 ? at.replace('.000Z', 'Z') : at;
  const messageId = `0106${random.hex(36)}-${event}`;
  const recipients = [...new Set(Array.from({ length: 1 + random.below(3) }, () => random.pick(people)))];
  const destination = recipients.map((address) => spelled(random, address));
  const mail: AcceptedMail = {
    messageId,
    acceptedAt,
    from: 'orders@shop.example',
    destination,
    to: destination,
    subject: 'ご注文ありがとうございます',
    fromDomain: 'shop.example',
    identity: 'shop.example',
    tags: {},
    configurationSet: 'orders',
  };
  const common = { messageId, sentAt: new Date(acceptedAt).toISOString() };
  const feedbackId = `0106${random.hex(40)}`;
  const entries = (kind: string, id: string, says: (index: number) => Record<string, unknown>) =>
    recipients.map(
      (address, index): Entry => ({
        address,
        kind,
        at,
        id,
        says: { ...common, ...says(index) },
        event,
      }),
    );
  const told = (type: EventType, body: Readonly<Record<string, unknown>>): string[] => {
    const both = random.chance(0.3);
    const formats = (['event-publishing', 'notification'] as const).filter((_, index) => both || index === 0);
    // An identity's notifications alone, where the format has the event.
    const chosen = !both && random.chance(0.4) ? (['notification'] as const) : formats;
    const origin = { accountId: '123456789012', region: 'ap-northeast-1' };
    const texts = chosen.flatMap((format) => eventMessage({ type, body }, mail, origin, format) ?? []);
    return texts.length > 0 ? texts : [eventMessage({ type, body }, mail, origin, 'event-publishing') ?? ''];
  };

  const dice = random.next();
  if (dice < 0.3) {
    const permanent = random.chance(0.7);
    const dropped = permanent && random.chance(0.25);
    const bounceType = permanent ? 'Permanent' : 'Transient';
    const bounceSubType = dropped ? 'OnAccountSuppressionList' : random.pick(['General', 'MailboxFull']);
    const replies = recipients.map(() => random.pick(REPLIES));
    const bouncedRecipients = destination.map((emailAddress, index) =>
      dropped
        ? { emailAddress }
        : { emailAddress, action: 'failed', status: '5.0.0', diagnosticCode: replies[index] },
    );
    return {
      texts: told('Bounce', { bounceType, bounceSubType, bouncedRecipients, timestamp, feedbackId }),
      entries: entries('bounce', feedbackId, (index) => ({
        bounceType,
        bounceSubType,
        ...(!dropped && { diagnosticCode: replies[index] }),
      })),
    };
  }
  if (dice < 0.38) {
    const complaintFeedbackType = random.chance(0.3) ? undefined : random.pick(['abuse', 'not-spam']);
    const complainedRecipients = destination.map((emailAddress) => ({ emailAddress }));
    return {
      texts: told('Complaint', {
        complainedRecipients,
        timestamp,
        feedbackId,
        ...(complaintFeedbackType && { complaintFeedbackType }),
      }),
      entries: entries('complaint', feedbackId, () => ({
        complaintFeedbackType,
        // SES names everyone at the domain: of several nobody is surely the one.
        candidate: recipients.length > 1 ? true : undefined,
      })),
    };
  }
  if (dice < 0.7) {
    const smtpResponse = `250 ok ${event}`;
    return {
      texts: told('Delivery', { timestamp, recipients: destination, smtpResponse }),
      entries: entries('delivery', messageId, () => ({ smtpResponse })),
    };
  }
  if (dice < 0.8) {
    const delayedRecipients = destination.map((emailAddress) => ({ emailAddress, status: '4.4.1' }));
    return {
      texts: told('DeliveryDelay', { timestamp, delayType: 'MailboxFull', delayedRecipients }),
      entries: entries('deliveryDelay', messageId, () => ({ delayType: 'MailboxFull' })),
    };
  }
  if (dice < 0.92) {
    const type = random.pick(['Open', 'Click'] as const);
    const botEvent = random.chance(0.3) ? 'Likely' : undefined;
    const texts = told(type, { timestamp, ...(botEvent && { isBotEvent: botEvent }) });
    // It names no recipient: of several it could be any.
    if (recipients.length > 1) return { texts, entries: [] };
    return { texts, entries: entries(type.toLowerCase(), messageId, () => ({ botEvent })) };
  }
  if (dice < 0.97) {
    const eventType = 'Quarantine';
    const [text = ''] = told('Send', {});
    const { send: _, eventType: __, ...rest } = JSON.parse(text) as Record<string, unknown>;
    return {
      texts: [JSON.stringify({ eventType, quarantine: { timestamp, reason: 'of tomorrow' }, ...rest })],
      entries: entries('unknown', `${messageId}#${eventType}`, () => ({ eventType })),
    };
  }
  // It says nothing about a mailbox.
  return { texts: told('Send', {}), entries: [] };
}
