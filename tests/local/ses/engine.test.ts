import { describe, expect, it } from 'vitest';
import { factKey, ofType, type PublishedEvent, scene } from './support.ts';

const FROM = 'order@shop.example';
const HOUR = 3600_000;

const types = (events: readonly PublishedEvent[]) => events.map((event) => event.eventType);

describe('the suppression list in sending', () => {
  it('stops a mail whatever the case of the address', () => {
    const { ses, events } = scene();
    ses.send({ from: FROM, to: ['Nobody@au.com'] });
    expect(ses.list.get('Nobody@au.com')).toMatchObject({ reason: 'BOUNCE' });
    ses.send({ from: FROM, to: ['NOBODY@AU.COM'] });
    expect(events.at(-1)).toMatchObject({ bounce: { bounceSubType: 'OnAccountSuppressionList' } });
  });

  it('does not stop a mail for a reason that is not enforced', () => {
    const { ses, events } = scene({ account: { suppressedReasons: ['COMPLAINT'] } });
    ses.setMailbox('a@au.com', {});
    ses.list.put({ address: 'a@au.com', reason: 'BOUNCE', updatedAt: 0 });
    ses.send({ from: FROM, to: ['a@au.com'] });
    expect(types(events)).toEqual(['Send', 'Delivery']);
  });

  it('does not list a bounce while bounces are not listed', () => {
    const { ses } = scene({ account: { suppressedReasons: [] } });
    ses.send({ from: FROM, to: ['nobody@au.com'] });
    expect(ses.list.size).toBe(0);
  });

  it('obeys a configuration set that overrides the account', () => {
    const { ses, events } = scene({
      configurationSets: [{ name: 'shop-mail' }, { name: 'always', suppressedReasons: [] }],
    });
    ses.setMailbox('a@au.com', {});
    ses.list.put({ address: 'a@au.com', reason: 'BOUNCE', updatedAt: 0 });
    ses.send({ from: FROM, to: ['a@au.com'], configurationSet: 'always' });
    expect(types(events)).toEqual(['Send', 'Delivery']);
  });

  it('reports a mail stopped by a complaint as a complaint', () => {
    const { ses, events } = scene();
    ses.list.put({ address: 'a@au.com', reason: 'COMPLAINT', updatedAt: 0 });
    ses.send({ from: FROM, to: ['a@au.com'] });
    expect(events.at(-1)).toMatchObject({
      eventType: 'Complaint',
      complaint: { complaintSubType: 'OnAccountSuppressionList' },
    });
    expect(events.at(-1)?.complaint).not.toHaveProperty('complaintFeedbackType');
  });

  it('with the global list on, bounces from there after a removal until 14 days are over', () => {
    const { ses, clock, events } = scene({ globalList: true });
    ses.send({ from: FROM, to: ['late@docomo.ne.jp'] });
    ses.setMailbox('late@docomo.ne.jp', {});
    ses.list.delete('late@docomo.ne.jp');
    ses.send({ from: FROM, to: ['late@docomo.ne.jp'] });
    expect(events.at(-1)).toMatchObject({ bounce: { bounceType: 'Permanent', bounceSubType: 'Suppressed' } });
    expect(ses.list.size).toBe(0);
    clock.advance(14 * 24 * HOUR);
    ses.send({ from: FROM, to: ['late@docomo.ne.jp'] });
    expect(events.at(-1)?.eventType).toBe('Delivery');
  });

  it('never lists an address of the simulator', () => {
    const { ses, clock } = scene();
    for (const name of ['bounce', 'complaint', 'suppressionlist']) {
      ses.send({ from: FROM, to: [`${name}@simulator.amazonses.com`] });
    }
    clock.advance(24 * HOUR);
    expect(ses.list.size).toBe(0);
  });
});

describe('what happens later', () => {
  it('a complaint names every recipient at its domain, and lists the address', () => {
    const { ses, clock, events } = scene();
    ses.setMailbox('angry@example.jp', { reaction: 'complains' });
    ses.setMailbox('calm@example.jp', {});
    ses.setMailbox('other@au.com', {});
    ses.send({ from: FROM, to: ['angry@example.jp', 'calm@example.jp', 'other@au.com'] });
    expect(ofType(events, 'Complaint')).toEqual([]);
    clock.advance(3 * HOUR);
    expect(ofType(events, 'Complaint')).toMatchObject([
      {
        complaint: {
          complaintFeedbackType: 'abuse',
          complaintSubType: null,
          complainedRecipients: [{ emailAddress: 'angry@example.jp' }, { emailAddress: 'calm@example.jp' }],
          timestamp: clock.now().toISOString(),
        },
      },
    ]);
    expect([...ses.list.entries()]).toMatchObject([{ address: 'angry@example.jp', reason: 'COMPLAINT' }]);
  });

  it('not-spam feedback lists nobody, and Gmail sends no complaint', () => {
    const { ses, clock, events } = scene();
    ses.setMailbox('fan@example.jp', { reaction: 'not-spam' });
    ses.setMailbox('angry@gmail.com', { reaction: 'complains' });
    ses.send({ from: FROM, to: ['fan@example.jp'] });
    ses.send({ from: FROM, to: ['angry@gmail.com'] });
    clock.advance(24 * HOUR);
    expect(ofType(events, 'Complaint')).toMatchObject([{ complaint: { complaintFeedbackType: 'not-spam' } }]);
    expect(ses.list.size).toBe(0);
  });

  it('an out-of-office reply is a transient bounce without a report, after the delivery', () => {
    const { ses, clock, events } = scene();
    ses.setMailbox('away@example.jp', { reaction: 'out-of-office' });
    ses.send({ from: FROM, to: ['away@example.jp'] });
    clock.advance(HOUR);
    expect(types(events)).toEqual(['Send', 'Delivery', 'Bounce']);
    const bounce = events[2]?.bounce;
    expect(bounce).toMatchObject({ bounceType: 'Transient', bounceSubType: 'General' });
    expect(bounce).toMatchObject({ bouncedRecipients: [{ emailAddress: 'away@example.jp' }] });
    for (const absent of ['reportingMTA', 'remoteMtaIp']) expect(bounce).not.toHaveProperty(absent);
    expect(ses.list.size).toBe(0);
  });

  it('a reader opens and clicks', () => {
    const { ses, clock, events } = scene();
    ses.setMailbox('reader@example.jp', { reaction: 'clicks' });
    ses.send({ from: FROM, to: ['reader@example.jp'] });
    clock.advance(3 * HOUR);
    expect(types(events)).toEqual(['Send', 'Delivery', 'Open', 'Click']);
  });

  it('SES reports a delay and gives up 14 hours later, each at its own time even when the clock jumps', () => {
    const { ses, clock, events } = scene();
    ses.setMailbox('full@gmail.com', { full: true });
    ses.setMailbox('typo@docom.ne.jp', { domainExists: false });
    ses.send({ from: FROM, to: ['full@gmail.com'] });
    ses.send({ from: FROM, to: ['typo@docom.ne.jp'] });
    clock.advance(30 * 24 * HOUR);
    expect(types(events)).toEqual(['Send', 'Send', 'DeliveryDelay', 'DeliveryDelay', 'Bounce', 'Bounce']);
    expect(events[4]).toMatchObject({
      bounce: {
        bounceType: 'Transient',
        bounceSubType: 'MailboxFull',
        timestamp: '2026-11-02T17:00:00.000Z',
      },
    });
    expect(JSON.stringify(events[5])).toContain('Unable to lookup DNS for docom.ne.jp');
    expect(events[5]?.bounce).not.toHaveProperty('remoteMtaIp');
    expect(ses.list.size).toBe(0);
  });

  it('with latency, a mail is answered once the clock has got there', () => {
    const { ses, clock, events } = scene({ latencyMs: 1500, unknownMailbox: { exists: true } });
    const id = ses.send({ from: FROM, to: ['a@au.com'] });
    expect(types(events)).toEqual(['Send']);
    expect(ses.trace(id)?.recipients[0]?.fate).toBe('pending');
    clock.advance(1500);
    expect(events[1]).toMatchObject({ eventType: 'Delivery', delivery: { processingTimeMillis: 1500 } });
  });
});

describe('events', () => {
  it('of one mail to many recipients carry each recipient once, and each text is the recipient’s own', () => {
    const { ses, events } = scene();
    ses.setMailbox('ok@au.com', {});
    ses.setMailbox('filter@au.com', { filtersPcMail: true });
    ses.send({
      from: FROM,
      to: ['ok@au.com', 'filter@au.com'],
      cc: ['nobody@au.com'],
      bcc: ['gone@softbank.ne.jp'],
    });
    const bounces = ofType(events, 'Bounce');
    expect(bounces.map((event) => event.bounce)).toMatchObject([
      {
        bouncedRecipients: [
          { emailAddress: 'filter@au.com', diagnosticCode: 'smtp; 550 : User unknown' },
          { emailAddress: 'nobody@au.com', diagnosticCode: 'smtp; 550 <nobody@au.com>: User unknown' },
        ],
      },
      { bouncedRecipients: [{ emailAddress: 'gone@softbank.ne.jp' }] },
    ]);
    expect(ofType(events, 'Delivery')).toMatchObject([{ delivery: { recipients: ['ok@au.com'] } }]);
    expect(ses.list.size).toBe(3);
  });

  it('in both formats are about the same feedback; a notification has no tags and no headers', () => {
    const published: PublishedEvent[] = [];
    const notified: PublishedEvent[] = [];
    const { ses } = scene({
      taps: [
        { format: 'event-publishing', publish: (message) => published.push(JSON.parse(message)) },
        { format: 'notification', publish: (message) => notified.push(JSON.parse(message)) },
      ],
    });
    ses.send({ from: FROM, to: ['nobody@au.com'], tags: { kind: 'order' } });
    expect(types(published)).toEqual(['Send', 'Bounce']);
    expect(notified.map((event) => event.notificationType)).toEqual(['Bounce']);
    expect(notified[0]?.bounce).toEqual(published[1]?.bounce);
    expect(published[1]?.mail).toMatchObject({
      tags: { kind: ['order'], 'ses:configuration-set': ['shop-mail'] },
    });
    for (const absent of ['tags', 'headers', 'commonHeaders'])
      expect(notified[0]?.mail).not.toHaveProperty(absent);
    expect(notified[0]?.mail).toHaveProperty('sourceIp');
  });

  it('are not published for a mail without a configuration set, and only in the kinds asked for', () => {
    const bounces: string[] = [];
    const { ses } = scene({
      identities: [{ name: 'plain.example' }, { name: 'shop.example', configurationSet: 'shop-mail' }],
      taps: [{ format: 'event-publishing', types: ['Bounce'], publish: (message) => bounces.push(message) }],
    });
    ses.send({ from: 'a@plain.example', to: ['nobody@au.com'] });
    expect(bounces).toHaveLength(0);
    ses.send({ from: FROM, to: ['nobody2@au.com'] });
    expect(bounces).toHaveLength(1);
  });

  it('begin, at a new destination, with a text that is not JSON', () => {
    const messages: string[] = [];
    const { ses } = scene();
    ses.addTap({ format: 'event-publishing', publish: (message) => messages.push(message) });
    ses.send({ from: FROM, to: ['nobody@au.com'] });
    expect(messages[0]).toMatch(/^Successfully validated SNS topic/);
    expect(messages).toHaveLength(3);
  });

  it('have ids that never repeat and are the same in every run with the same seed', () => {
    const run = () => {
      const { ses, events } = scene();
      for (let i = 0; i < 50; i++) ses.send({ from: FROM, to: [`nobody${i}@au.com`] });
      return events.map(factKey);
    };
    const keys = run();
    expect(new Set(keys).size).toBe(100);
    expect(run()).toEqual(keys);
  });
});

describe('what only the mailbox’s owner can see', () => {
  it.each([
    ['d@docomo.ne.jp', 'spam-folder'],
    ['s@softbank.ne.jp', 'dropped'],
    ['a@au.com', 'refused'],
  ])('is kept with the message: filtered mail to %s is %s', (address, fate) => {
    const { ses } = scene();
    ses.setMailbox(address, { filtersPcMail: true });
    const id = ses.send({ from: FROM, to: [address] });
    expect(ses.trace(id)?.recipients).toMatchObject([{ address, fate }]);
  });
});
