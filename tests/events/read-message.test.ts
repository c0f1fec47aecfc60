import { describe, expect, it } from 'vitest';
import { type Message, readMessage } from '../../lib/events/read-message.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { isComplaint, notSentBy } from '../../lib/mails/nature.ts';
import { bounceText, sampleNames, sampleText, type WireFormat } from '../support/events.ts';

function factsOf(message: Message): readonly Fact[] {
  if (message.outcome !== 'facts') throw new Error(`no facts: ${JSON.stringify(message)}`);
  return message.facts;
}

const factsIn = (body: unknown): readonly Fact[] => factsOf(readMessage(body));

/** An event with one field changed, `undefined` takes it away. */
function changed(text: string, path: readonly (string | number)[], value: unknown): string {
  const event: unknown = JSON.parse(text);
  let part = event as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) part = part[step] as Record<string | number, unknown>;
  part[path.at(-1) ?? ''] = value;
  return JSON.stringify(event);
}

/** What each sample event must become: per fact, what a decision depends on. */
const EXPECTED: Readonly<Record<string, readonly Partial<Fact>[] | 'acknowledged'>> = {
  'bounce-au-refused': [
    {
      kind: 'bounce',
      address: 'hanako.tsubaki@ezweb.ne.jp',
      at: '2026-11-20T01:02:05.000Z',
      sentAt: '2026-11-20T01:02:03.456Z',
      senderDomain: 'shop.example',
      bounceType: 'Permanent',
      bounceSubType: 'General',
      status: '5.0.0',
      action: 'failed',
      diagnosticCode: 'smtp; 550 : User unknown',
      remoteMtaIp: '27.85.176.228',
      reportingMta: 'dns; e234-10.smtp-out.ap-northeast-1.amazonses.com',
    },
  ],
  'bounce-au-unknown': [{ kind: 'bounce', address: 'kikyou-1998@au.com', status: '5.1.1' }],
  'bounce-docomo-before-2025': [
    { kind: 'bounce', address: 'momiji..aki.@docomo.ne.jp', at: '2024-08-09T03:04:06.000Z' },
  ],
  'bounce-docomo-unknown': [{ kind: 'bounce', address: 'sumire-no-hana@docomo.ne.jp' }],
  'bounce-mailbox-full': [
    {
      kind: 'bounce',
      address: 'tsukushi@docomo.ne.jp',
      bounceType: 'Transient',
      bounceSubType: 'MailboxFull',
    },
  ],
  'bounce-no-report': [{ kind: 'bounce', address: 'ajisai@nowhere.example', bounceType: 'Permanent' }],
  'bounce-two-recipients': [
    { kind: 'bounce', address: 'nadeshiko@example.jp', status: '5.1.1' },
    { kind: 'bounce', address: 'fuji.kaede@example.jp', status: '5.7.1' },
  ],
  'bounce-out-of-office': [
    { kind: 'bounce', address: 'tachibana@example.jp', bounceType: 'Transient', bounceSubType: 'General' },
  ],
  'bounce-account-suppression': [
    { kind: 'bounce', address: 'hanako.tsubaki@ezweb.ne.jp', bounceSubType: 'OnAccountSuppressionList' },
  ],
  'bounce-global-suppression': [{ kind: 'bounce', address: 'renge@example.jp', bounceSubType: 'Suppressed' }],
  complaint: [{ kind: 'complaint', address: 'botan@example.com', complaintFeedbackType: 'abuse' }],
  'complaint-candidates': [
    { kind: 'complaint', address: 'botan@example.com', candidate: true },
    { kind: 'complaint', address: 'yuri.k@example.com', candidate: true },
  ],
  'complaint-not-spam': [
    { kind: 'complaint', address: 'ume@example.com', complaintFeedbackType: 'not-spam' },
  ],
  'complaint-account-suppression': [
    { kind: 'complaint', address: 'botan@example.com', complaintSubType: 'OnAccountSuppressionList' },
  ],
  delivery: [
    {
      kind: 'delivery',
      address: 'hasu.no.ike@docomo.ne.jp',
      at: '2026-11-22T04:00:02.000Z',
      smtpResponse: '250 Requested mail action okay, completed',
      remoteMtaIp: '203.138.180.112',
    },
  ],
  'delivery-softbank': [{ kind: 'delivery', address: 'kosumosu@softbank.ne.jp', smtpResponse: '250 ok' }],
  'delivery-delay': [
    {
      kind: 'deliveryDelay',
      address: 'tsukushi@docomo.ne.jp',
      delayType: 'MailboxFull',
      status: '4.2.2',
      diagnosticCode: 'smtp; 452 mailbox is full',
    },
  ],
  open: [{ kind: 'open', address: 'hasu.no.ike@docomo.ne.jp', at: '2026-11-22T08:30:00.000Z' }],
  click: [{ kind: 'click', address: 'hasu.no.ike@docomo.ne.jp', at: '2026-11-22T08:31:00.000Z' }],
  send: 'acknowledged',
  reject: 'acknowledged',
  'rendering-failure': 'acknowledged',
  subscription: 'acknowledged',
};

const FORMATS: readonly WireFormat[] = ['notification', 'event-publishing'];
const SAMPLES = FORMATS.flatMap((format) => sampleNames(format).map((name) => ({ format, name })));

describe('the sample events', () => {
  it('cover every kind of both wire formats', () => {
    const types = (format: WireFormat) =>
      new Set(
        sampleNames(format).map((name) => {
          const event = JSON.parse(sampleText(name, format)) as Record<string, unknown>;
          return event.eventType ?? event.notificationType;
        }),
      );
    expect([...types('notification')].toSorted()).toEqual(['Bounce', 'Complaint', 'Delivery']);
    expect([...types('event-publishing')].toSorted()).toEqual(
      [
        ...['Bounce', 'Click', 'Complaint', 'Delivery', 'DeliveryDelay', 'Open', 'Reject'],
        ...['Rendering Failure', 'Send', 'Subscription'],
      ].toSorted(),
    );
    expect(new Set(SAMPLES.map(({ name }) => name))).toEqual(new Set(Object.keys(EXPECTED)));
  });

  it.each(SAMPLES)('$format/$name is read as what it says', ({ format, name }) => {
    const message = readMessage(sampleText(name, format));
    const expected = EXPECTED[name];
    if (expected === 'acknowledged') {
      expect(message).toMatchObject({ outcome: 'acknowledged', why: 'no-evidence' });
      return;
    }
    const facts = factsOf(message);
    expect(facts).toHaveLength(expected?.length ?? -1);
    expect(facts).toMatchObject(expected ?? []);
    // Nothing of SES's documented fields is taken for unknown.
    for (const fact of facts) expect(fact).not.toHaveProperty('extra');
  });

  it.each(sampleNames('notification'))('%s gives the same facts in both wire formats', (name) => {
    expect(factsIn(sampleText(name, 'event-publishing'))).toEqual(factsIn(sampleText(name, 'notification')));
  });

  it('identify bounces and complaints by their feedback, everything else by its mail', () => {
    for (const { format, name } of SAMPLES) {
      const message = readMessage(sampleText(name, format));
      if (message.outcome !== 'facts') continue;
      const event = JSON.parse(sampleText(name, format)) as Record<string, { feedbackId?: string }>;
      for (const fact of message.facts) {
        const feedback = event.bounce?.feedbackId ?? event.complaint?.feedbackId;
        expect(fact.id).toBe(feedback ?? fact.messageId);
      }
    }
  });
});

describe('recipients', () => {
  it('are those the bounce names, not those of the mail', () => {
    const [fact, ...others] = factsIn(
      bounceText({
        address: 'sakura@ezweb.ne.jp',
        mail: { destination: ['first@example.jp', 'second@x.example'] },
      }),
    );
    expect(fact?.address).toBe('sakura@ezweb.ne.jp');
    expect(others).toEqual([]);
  });

  it('each keep their own status and diagnostic', () => {
    const recipients = Array.from({ length: 50 }, (_, index) => ({
      emailAddress: `guest${index}@example.jp`,
      status: `5.1.${index}`,
      diagnosticCode: `smtp; 550 number ${index}`,
    }));
    const facts = factsIn(bounceText({ bounce: { bouncedRecipients: recipients } }));
    expect(facts.map(({ address, status, diagnosticCode }) => [address, status, diagnosticCode])).toEqual(
      recipients.map((each) => [each.emailAddress, each.status, each.diagnosticCode]),
    );
  });

  it('spelled twice are one', () => {
    const facts = factsIn(
      bounceText({
        bounce: {
          bouncedRecipients: [
            { emailAddress: 'Sakura@ezweb.ne.jp', status: '5.0.0' },
            { emailAddress: 'sakura@EZWEB.ne.jp.', status: '5.0.0' },
          ],
        },
      }),
    );
    expect(facts.map((fact) => fact.address)).toEqual(['sakura@ezweb.ne.jp']);
  });

  it('of a delivery are all delivered', () => {
    const text = changed(
      sampleText('delivery'),
      ['delivery', 'recipients'],
      ['a@example.jp', 'B@example.jp'],
    );
    expect(factsIn(text).map((fact) => [fact.kind, fact.address])).toEqual([
      ['delivery', 'a@example.jp'],
      ['delivery', 'b@example.jp'],
    ]);
  });

  it('of a delay are all delayed, each for its own reason', () => {
    const text = changed(
      sampleText('delivery-delay', 'event-publishing'),
      ['deliveryDelay', 'delayedRecipients'],
      [{ emailAddress: 'a@example.jp', status: '4.2.2' }, { emailAddress: 'b@example.jp' }],
    );
    expect(factsIn(text)).toMatchObject([
      { address: 'a@example.jp', status: '4.2.2' },
      { address: 'b@example.jp' },
    ]);
  });

  it.each(['open', 'click'])('of an %s are unclear when the mail had several', (name) => {
    const several = changed(
      sampleText(name, 'event-publishing'),
      ['mail', 'destination'],
      ['a@example.jp', 'b@example.jp'],
    );
    expect(readMessage(several)).toMatchObject({ outcome: 'acknowledged', why: 'recipient-unclear' });
    const twice = changed(several, ['mail', 'destination'], ['a@example.jp', 'A@example.jp']);
    expect(factsIn(twice).map((fact) => fact.address)).toEqual(['a@example.jp']);
  });

  it.each([
    ['bounce', 'bouncedRecipients'],
    ['delivery', 'recipients'],
  ])('must be named by a %s', (kind, field) => {
    const sample = kind === 'bounce' ? 'bounce-au-refused' : 'delivery';
    expect(readMessage(changed(sampleText(sample), [kind, field], []))).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringMatching(/names no recipient/),
    });
  });
});

describe('a complaint', () => {
  it('about the only recipient is that recipient’s', () => {
    const [fact] = factsIn(sampleText('complaint'));
    expect(fact).not.toHaveProperty('candidate');
    expect(fact && isComplaint(fact)).toBe(true);
  });

  it('is one recipient’s though spelled twice', () => {
    const text = changed(
      sampleText('complaint'),
      ['complaint', 'complainedRecipients'],
      [{ emailAddress: 'Botan@example.com' }, { emailAddress: 'botan@example.com' }],
    );
    const facts = factsIn(text);
    expect(facts).toHaveLength(1);
    expect(facts[0]).not.toHaveProperty('candidate');
  });

  it('says of a possible recipient no more than that', () => {
    for (const fact of factsIn(sampleText('complaint-candidates'))) expect(fact.candidate).toBe(true);
  });

  it('of feedback type not-spam is none, of an unknown type it is one', () => {
    expect(factsIn(sampleText('complaint-not-spam')).map(isComplaint)).toEqual([false]);
    const unknown = changed(
      sampleText('complaint'),
      ['complaint', 'complaintFeedbackType'],
      'unwanted-parcel',
    );
    expect(factsIn(unknown)).toMatchObject([{ complaintFeedbackType: 'unwanted-parcel' }]);
    expect(factsIn(unknown).map(isComplaint)).toEqual([true]);
  });

  it('without recipients stands for the mail’s, and is a dropped mail when SES says so', () => {
    const facts = factsIn(sampleText('complaint-account-suppression'));
    expect(facts.map((fact) => fact.address)).toEqual(['botan@example.com']);
    expect(facts.map(isComplaint)).toEqual([false]);
    expect(facts.map(notSentBy)).toEqual(['account-list']);
    const empty = changed(
      sampleText('complaint-account-suppression'),
      ['complaint', 'complainedRecipients'],
      [],
    );
    expect(factsIn(empty)).toEqual(facts);
    const several = changed(empty, ['mail', 'destination'], ['a@example.com', 'b@example.com']);
    expect(factsIn(several).map((fact) => fact.candidate)).toEqual([true, true]);
  });
});

describe('a bounce', () => {
  it('that SES made by dropping the mail is told from a fresh one', () => {
    expect(factsIn(sampleText('bounce-account-suppression')).map(notSentBy)).toEqual(['account-list']);
    expect(factsIn(sampleText('bounce-global-suppression')).map(notSentBy)).toEqual(['global-list']);
    expect(factsIn(sampleText('bounce-au-refused')).map(notSentBy)).toEqual([undefined]);
  });
});

describe('optional fields', () => {
  const optional: [string, WireFormat, (string | number)[]][] = [
    ['bounce-au-refused', 'notification', ['bounce', 'bounceSubType']],
    ['bounce-au-refused', 'notification', ['bounce', 'remoteMtaIp']],
    ['bounce-au-refused', 'notification', ['bounce', 'reportingMTA']],
    ['bounce-au-refused', 'notification', ['bounce', 'bouncedRecipients', 0, 'action']],
    ['bounce-au-refused', 'notification', ['bounce', 'bouncedRecipients', 0, 'status']],
    ['bounce-au-refused', 'notification', ['bounce', 'bouncedRecipients', 0, 'diagnosticCode']],
    ['bounce-au-refused', 'notification', ['mail', 'source']],
    ['bounce-au-refused', 'notification', ['mail', 'sourceArn']],
    ['bounce-au-refused', 'notification', ['mail', 'sourceIp']],
    ['bounce-au-refused', 'notification', ['mail', 'sendingAccountId']],
    ['bounce-au-refused', 'notification', ['mail', 'callerIdentity']],
    ['bounce-au-refused', 'notification', ['mail', 'destination']],
    ['bounce-au-refused', 'event-publishing', ['mail', 'headers']],
    ['bounce-au-refused', 'event-publishing', ['mail', 'commonHeaders']],
    ['bounce-au-refused', 'event-publishing', ['mail', 'headersTruncated']],
    ['bounce-au-refused', 'event-publishing', ['mail', 'tags']],
    ['complaint', 'notification', ['complaint', 'complaintFeedbackType']],
    ['complaint', 'notification', ['complaint', 'complaintSubType']],
    ['complaint', 'notification', ['complaint', 'userAgent']],
    ['complaint', 'notification', ['complaint', 'arrivalDate']],
    ['delivery', 'notification', ['delivery', 'smtpResponse']],
    ['delivery', 'notification', ['delivery', 'reportingMTA']],
    ['delivery', 'notification', ['delivery', 'remoteMtaIp']],
    ['delivery', 'notification', ['delivery', 'processingTimeMillis']],
    ['delivery-delay', 'event-publishing', ['deliveryDelay', 'delayType']],
    ['delivery-delay', 'event-publishing', ['deliveryDelay', 'expirationTime']],
    ['delivery-delay', 'event-publishing', ['deliveryDelay', 'reportingMTA']],
    ['delivery-delay', 'event-publishing', ['deliveryDelay', 'delayedRecipients', 0, 'status']],
    ['delivery-delay', 'event-publishing', ['deliveryDelay', 'delayedRecipients', 0, 'diagnosticCode']],
    ['open', 'event-publishing', ['open', 'userAgent']],
    ['open', 'event-publishing', ['open', 'ipAddress']],
    ['click', 'event-publishing', ['click', 'link']],
    ['click', 'event-publishing', ['click', 'linkTags']],
  ];

  it.each(optional)('%s (%s) may lack %j, or have it null', (name, format, path) => {
    const text = sampleText(name, format);
    const whole = factsIn(text);
    for (const value of [undefined, null]) {
      const facts = factsIn(changed(text, path, value));
      expect(facts.map(({ address, at, id, kind }) => ({ address, at, id, kind }))).toEqual(
        whole.map(({ address, at, id, kind }) => ({ address, at, id, kind })),
      );
      // What is absent leaves no trace, rather than an empty text.
      for (const fact of facts) expect(Object.values(fact)).not.toContain(undefined);
    }
  });

  const required: [string, WireFormat, (string | number)[]][] = [
    ['bounce-au-refused', 'notification', ['bounce']],
    ['bounce-au-refused', 'notification', ['bounce', 'feedbackId']],
    ['bounce-au-refused', 'notification', ['bounce', 'timestamp']],
    ['bounce-au-refused', 'notification', ['bounce', 'bouncedRecipients']],
    ['bounce-au-refused', 'notification', ['bounce', 'bouncedRecipients', 0, 'emailAddress']],
    ['bounce-au-refused', 'notification', ['mail', 'messageId']],
    ['bounce-au-refused', 'notification', ['mail', 'timestamp']],
    ['complaint', 'notification', ['complaint', 'feedbackId']],
    ['delivery', 'notification', ['delivery', 'recipients']],
    ['delivery', 'notification', ['delivery', 'timestamp']],
  ];

  it.each(required)('%s (%s) without %j is rejected, naming the field', (name, format, path) => {
    const message = readMessage(changed(sampleText(name, format), path, undefined));
    expect(message).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining(`${path.join('.')}: is required`),
    });
  });

  it.each([
    ['complaint', 'userAgent', 'complaint'],
    ['complaint', 'arrivalDate', 'complaint'],
    ['delivery', 'processingTimeMillis', 'delivery'],
  ])('%s.%s, which no fact keeps, may be of any type', (part, field, sample) => {
    expect(factsIn(changed(sampleText(sample), [part, field], { odd: 1 }))).toEqual(
      factsIn(sampleText(sample)),
    );
  });
});

describe('times', () => {
  it.each([
    ['2018-10-08T14:05:45 +0000', '2018-10-08T14:05:45.000Z'],
    ['2018-10-08T23:05:45 +0900', '2018-10-08T14:05:45.000Z'],
    ['2026-11-23T01:00:01Z', '2026-11-23T01:00:01.000Z'],
    ['2026-11-23T10:00:01.5+09:00', '2026-11-23T01:00:01.500Z'],
    ['2026-11-23T01:00:01.123456Z', '2026-11-23T01:00:01.123Z'],
    ['2026-11-23T01:00:01', '2026-11-23T01:00:01.000Z'],
  ])('%s is %s, whatever the machine’s time zone', (written, read) => {
    const zone = process.env.TZ;
    try {
      for (const elsewhere of ['Asia/Tokyo', 'America/New_York', 'UTC']) {
        process.env.TZ = elsewhere;
        expect(factsIn(bounceText({ at: written, mail: { timestamp: written } }))).toMatchObject([
          { at: read, sentAt: read },
        ]);
      }
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it.each([
    'yesterday',
    '',
    '12',
    '2026-11-23',
    '2026-13-23T01:00:00Z',
    '+275760-09-13T00:00:00Z',
    `2026-11-23T01:00:01.${'0'.repeat(100_000)}Z`,
  ])('%.40s is none', (written) => {
    expect(readMessage(bounceText({ at: written }))).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining('bounce.timestamp: not a date and time'),
    });
  });
});

describe('what SES may add', () => {
  it('an unknown event type is kept raw under every recipient', () => {
    const text = JSON.stringify({
      eventType: 'Postponed',
      postponed: { timestamp: '2026-11-23T02:00:00.000Z', until: 'tomorrow', tries: 3 },
      mail: {
        timestamp: '2026-11-23T01:00:00.000Z',
        messageId: 'message-1',
        source: 'order@shop.example',
        destination: ['a@example.jp', 'b@example.jp'],
      },
    });
    const message = readMessage(text);
    expect(message).toMatchObject({ outcome: 'facts', eventType: 'Postponed' });
    expect(factsOf(message)).toMatchObject(
      ['a@example.jp', 'b@example.jp'].map((address) => ({
        kind: 'unknown',
        address,
        at: '2026-11-23T02:00:00.000Z',
        eventType: 'Postponed',
        candidate: true,
        extra: { postponed: { timestamp: '2026-11-23T02:00:00.000Z', until: 'tomorrow', tries: 3 } },
      })),
    );
  });

  it('two unknown events of one mail are two facts', () => {
    const event = (eventType: string) => bounceText({ event: { eventType, notificationType: undefined } });
    const [first, second] = ['Postponed', 'Returned'].map((type) => factsIn(event(type))[0]);
    expect(`${first?.at} ${first?.id}`).not.toBe(`${second?.at} ${second?.id}`);
  });

  it.each([
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    ' ',
    'x'.repeat(100_000),
    '\ud800',
    'a\u0000b',
  ])('an event type named %.20j is an unknown one', (eventType) => {
    const message = readMessage(bounceText({ event: { eventType } }));
    expect(message.outcome).toBe('facts');
    expect(factsOf(message)[0]?.kind).toBe('unknown');
    expect(JSON.stringify(message).length).toBeLessThan(10_000);
  });

  it('unknown bounce types and subtypes are kept as they came', () => {
    expect(
      factsIn(bounceText({ bounce: { bounceType: 'Seasonal', bounceSubType: 'UnsubscribedRecipient' } })),
    ).toMatchObject([{ bounceType: 'Seasonal', bounceSubType: 'UnsubscribedRecipient' }]);
    expect(
      factsIn(
        changed(sampleText('delivery-delay', 'event-publishing'), ['deliveryDelay', 'delayType'], 'Tide'),
      ),
    ).toMatchObject([{ delayType: 'Tide' }]);
  });

  it('unknown fields of a known event are kept beside the known ones', () => {
    const [fact] = factsIn(
      bounceText({
        bounce: {
          verdict: { score: 0.5, tags: ['a', null, true] },
          bouncedRecipients: [{ emailAddress: 'sakura@ezweb.ne.jp', hint: 'moved' }],
        },
      }),
    );
    expect(fact?.extra).toEqual({ verdict: { score: 0.5, tags: ['a', null, true] }, hint: 'moved' });
  });

  it('unknown fields are cut when they are large, and kept as text when they nest deeply', () => {
    const [large] = factsIn(bounceText({ bounce: { novel: 'x'.repeat(200_000) } }));
    expect(JSON.stringify(large?.extra).length).toBeLessThan(5_000);
    let nest: unknown = 'core';
    for (let depth = 0; depth < 40; depth += 1) nest = { nest };
    expect(factsIn(bounceText({ bounce: { nest } }))[0]?.extra).toEqual({
      truncated: expect.stringContaining('core'),
    });
  });
});

describe('messages without evidence', () => {
  it('SES’s plain-text test of a topic is recognised', () => {
    const message = 'Successfully validated SNS topic for Amazon SES event publishing.';
    expect(readMessage(message)).toMatchObject({ outcome: 'acknowledged', why: 'test-message' });
    expect(readMessage(`${message}\n`)).toMatchObject({ why: 'test-message' });
    expect(readMessage({ Type: 'Notification', Message: message })).toMatchObject({ why: 'test-message' });
    expect(readMessage(JSON.parse(sampleText('event-destination-validated', 'setup')))).toMatchObject({
      why: 'test-message',
    });
  });

  it('the notice of a subscribed topic is recognised', () => {
    expect(readMessage(sampleText('sns-subscription-succeeded', 'setup'))).toMatchObject({
      outcome: 'acknowledged',
      why: 'test-message',
    });
  });
});

describe('what is no event about a mail that was sent', () => {
  it('a notification of received mail is refused, and nothing of it kept', () => {
    const received = {
      notificationType: 'Received',
      receipt: { recipients: ['support@shop.example'] },
      mail: {
        timestamp: '2026-11-20T02:00:00.000Z',
        source: 'hanako@ezweb.ne.jp',
        messageId: 'in-1',
        destination: ['support@shop.example'],
      },
      content: 'Subject: private',
    };
    for (const body of [
      received,
      JSON.stringify(received),
      { Type: 'Notification', Message: JSON.stringify(received) },
    ]) {
      expect(readMessage(body)).toEqual({
        outcome: 'refused',
        reason: expect.stringContaining('received mail'),
      });
    }
  });

  it.each(['Sending Status Enabled', 'Advisor Recommendation Status Open', 'A Status Of Tomorrow'])(
    "EventBridge's %s is acknowledged",
    (type) => {
      const event = { source: 'aws.ses', 'detail-type': type, detail: { version: '1.0.0' } };
      expect(readMessage(event)).toEqual({
        outcome: 'acknowledged',
        eventType: 'account',
        why: 'account-event',
      });
    },
  );

  it('an event about a mail that breaks its schema is still rejected', () => {
    const event = { source: 'aws.ses', 'detail-type': 'Email Bounced', detail: { version: '1.0.0' } };
    expect(readMessage(event).outcome).toBe('rejected');
  });
});

describe('a bounce of an address the mail was not sent to', () => {
  const bounce = (emailAddress: string, destination: readonly string[]) =>
    factsIn({
      eventType: 'Bounce',
      mail: { timestamp: '2026-11-20T01:00:00.000Z', messageId: 'm', source: 'a@shop.example', destination },
      bounce: {
        bounceType: 'Permanent',
        bouncedRecipients: [{ emailAddress }],
        timestamp: '2026-11-20T01:00:01.000Z',
        feedbackId: 'f',
      },
    })[0]?.notDestination;

  it.each([
    ['taro@ezweb.ne.jp', ['hanako@gmail.com'], true],
    ['hanako@gmail.com', ['Hanako <HANAKO@gmail.com>'], undefined],
    ['hanako@gmail.com', ['taro@ezweb.ne.jp', 'hanako@gmail.com'], undefined],
    ['hanako@gmail.com', [], undefined],
  ] as const)('%s of a mail to %j', (recipient, destination, expected) => {
    expect(bounce(recipient, destination)).toBe(expected);
  });
});
