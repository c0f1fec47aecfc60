import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { FILTER_POLICY_DOMAINS } from '../../lib/classification/carriers.ts';
import { isKnownEventType, readMessage } from '../../lib/events/read-message.ts';
import { type EventFormat, type EventType, eventMessage, SES_TEST_MESSAGE } from '../../local/ses/events.ts';
import { excludedValues, type FilterPolicy, passes, size } from '../../local/sns-filter.ts';

function deployed(name: string): FilterPolicy {
  return parse(readFileSync(join(import.meta.dirname, `../../deploy/deliveries-${name}.yml`), 'utf8'));
}

const POLICIES = { carriers: deployed('carriers'), all: deployed('all') };

/** An event as SES publishes it, about one recipient. */
function event(type: EventType, format: EventFormat, recipient: string): string | undefined {
  const at = '2026-10-01T03:04:05.000Z';
  const bodies: Record<EventType, Record<string, unknown>> = {
    Send: {},
    Delivery: { timestamp: at, recipients: [recipient], smtpResponse: '250 ok' },
    Bounce: {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: [{ emailAddress: recipient }],
      timestamp: at,
      feedbackId: 'feedback-1',
    },
    Complaint: {
      complainedRecipients: [{ emailAddress: recipient }],
      timestamp: at,
      feedbackId: 'feedback-2',
    },
    DeliveryDelay: { timestamp: at, delayType: 'General', delayedRecipients: [{ emailAddress: recipient }] },
    Open: { timestamp: at },
    Click: { timestamp: at, link: 'https://shop.example/' },
  };
  return eventMessage(
    { type, body: bodies[type] },
    {
      messageId: 'message-1',
      acceptedAt: Date.parse(at),
      from: 'orders@shop.example',
      destination: [recipient],
      to: [recipient],
      subject: 'ご注文ありがとうございます',
      fromDomain: 'shop.example',
      identity: 'shop.example',
      tags: {},
      configurationSet: 'orders',
    },
    { accountId: '123456789012', region: 'ap-northeast-1' },
    format,
  );
}

/** The event types that pass, of those that exist in the format. */
function passing(policy: FilterPolicy, format: EventFormat, recipient: string): EventType[] {
  const types = ['Send', 'Delivery', 'Bounce', 'Complaint', 'DeliveryDelay', 'Open', 'Click'] as const;
  return types.filter((type) => {
    const message = event(type, format, recipient);
    return message !== undefined && passes(policy, message);
  });
}

describe('the filter policy for deliveries=carriers', () => {
  it.each(FILTER_POLICY_DOMAINS)(
    'lets bounces, complaints, delays and deliveries of %s through',
    (domain) => {
      const recipient = `kenji@${domain}`;
      expect(passing(POLICIES.carriers, 'event-publishing', recipient)).toEqual([
        'Delivery',
        'Bounce',
        'Complaint',
        'DeliveryDelay',
      ]);
      expect(passing(POLICIES.carriers, 'notification', recipient)).toEqual([
        'Delivery',
        'Bounce',
        'Complaint',
      ]);
    },
  );

  it('lets no delivery elsewhere through, but every bounce, complaint and delay', () => {
    const recipient = 'kenji@example.jp';
    const published = passing(POLICIES.carriers, 'event-publishing', recipient);
    expect(published).toEqual(['Bounce', 'Complaint', 'DeliveryDelay']);
    expect(passing(POLICIES.carriers, 'notification', recipient)).toEqual(['Bounce', 'Complaint']);
  });

  it('does not take a domain that merely ends like a carrier’s for one', () => {
    expect(passing(POLICIES.carriers, 'notification', 'kenji@bureau.com')).not.toContain('Delivery');
  });

  it('lets a delivery with several recipients through when one is a carrier’s', () => {
    const message = JSON.stringify({
      eventType: 'Delivery',
      delivery: { recipients: ['a@example.jp', 'b@ezweb.ne.jp'] },
    });
    expect(passes(POLICIES.carriers, message)).toBe(true);
  });

  it('names every current carrier domain and no other', () => {
    const suffixes = JSON.stringify(POLICIES.carriers).match(/@[a-z0-9.-]+/g);
    expect(suffixes?.toSorted()).toEqual(FILTER_POLICY_DOMAINS.map((domain) => `@${domain}`).toSorted());
  });
});

describe('the filter policy for deliveries=all', () => {
  it('lets everything that is evidence through, and no Send', () => {
    const recipient = 'kenji@example.jp';
    expect(passing(POLICIES.all, 'event-publishing', recipient)).toEqual([
      'Delivery',
      'Bounce',
      'Complaint',
      'DeliveryDelay',
      'Open',
      'Click',
    ]);
    expect(passing(POLICIES.all, 'notification', recipient)).toEqual(['Delivery', 'Bounce', 'Complaint']);
  });
});

describe('the sample events', () => {
  const folder = join(import.meta.dirname, '../../events');
  const samples = ['notification', 'event-publishing'].flatMap((format) =>
    readdirSync(join(folder, format)).map((file) => join(format, file)),
  );

  it.each(samples)('pass with deliveries=all exactly when ingest has something to record: %s', (file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    expect(passes(POLICIES.all, text)).toBe(readMessage(text).outcome === 'facts');
  });

  it('pass with deliveries=carriers when they are a bounce, complaint or delay, or go to a carrier', () => {
    for (const file of samples) {
      const text = readFileSync(join(folder, file), 'utf8');
      const wanted =
        /^(bounce|complaint|delivery-delay)/.test(basename(file)) ||
        FILTER_POLICY_DOMAINS.some((domain) => recipientsOf(text).some((one) => one.endsWith(`@${domain}`)));
      expect(passes(POLICIES.carriers, text), basename(file)).toBe(wanted);
    }
  });
});

/** The recipients of a Delivery event; of other events none. */
function recipientsOf(text: string): string[] {
  const parsed = z.looseObject({ delivery: z.looseObject({ recipients: z.array(z.string()) }) });
  const event = parsed.safeParse(JSON.parse(text));
  return event.success ? event.data.delivery.recipients : [];
}

describe.each(Object.entries(POLICIES))('the filter policy for deliveries=%s', (_, policy) => {
  it('stays within SNS’s five keys and 150 combinations', () => {
    const { keys, combinations } = size(policy);
    expect(keys).toBeLessThanOrEqual(5);
    expect(combinations).toBeLessThanOrEqual(150);
  });

  it.each(['eventType', 'notificationType'])('lets a type through that nobody knows yet (%s)', (format) => {
    const message = JSON.stringify({
      [format]: 'Quarantine',
      quarantine: { timestamp: '2026-10-01T03:04:05.000Z' },
      mail: {
        timestamp: '2026-10-01T03:04:00.000Z',
        messageId: 'message-1',
        destination: ['kenji@example.jp'],
      },
    });
    expect(passes(policy, message)).toBe(true);
    expect(readMessage(message)).toMatchObject({ outcome: 'facts', facts: [{ kind: 'unknown' }] });
  });

  it('holds back by name only what ingest knows: a misspelt name would hold back nothing', () => {
    const setUp = 'AmazonSnsSubscriptionSucceeded';
    const names = excludedValues(policy).filter((name) => name !== setUp);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names)
      expect(typeof name === 'string' && isKnownEventType(name), `${name}`).toBe(true);
  });

  it.each(['Send', 'Reject', 'Rendering Failure', 'Subscription'])('holds %s back', (eventType) => {
    expect(passes(policy, JSON.stringify({ eventType, mail: {} }))).toBe(false);
  });

  it('lets nothing through that names no type', () => {
    expect(passes(policy, JSON.stringify({ mail: {} }))).toBe(false);
  });

  it('holds back SES’s plain-text test message', () => {
    expect(passes(policy, SES_TEST_MESSAGE)).toBe(false);
  });
});
