import { describe, expect, it } from 'vitest';
import { answer, type Mailbox, Mailboxes, simulatorAnswer } from '../../../local/ses/mailboxes.ts';
import { DOCOMO_ACCEPTS_FROM } from '../../../local/ses/providers.ts';

const TODAY = new Date('2026-11-02T03:00:00Z');

function mailbox(settings: Partial<Mailbox> = {}): Mailbox {
  const boxes = new Mailboxes();
  boxes.set('x@example.jp', settings);
  return boxes.get('x@example.jp');
}

function reply(address: string, settings: Partial<Mailbox>, at = TODAY): string | undefined {
  const said = answer(address, mailbox(settings), at, 'shop.example');
  return said.kind === 'refused' ? said.reply : `${said.smtpResponse} [${said.filed}]`;
}

describe('a filter against mail from PCs', () => {
  it.each(['hanako@ezweb.ne.jp', 'hanako@au.com', 'hanako@uqmobile.jp', 'h@t.biz.ezweb.ne.jp'])(
    'is answered by au without the address: %s',
    (address) => expect(reply(address, { filtersPcMail: true })).toBe('550 : User unknown'),
  );

  it('was answered by docomo like an unknown user until 2025-03-12, Japanese time, and is filed since', () => {
    const filter = { filtersPcMail: true };
    const before = new Date(Date.parse(DOCOMO_ACCEPTS_FROM) - 1);
    const old = reply('taro@docomo.ne.jp', filter, before);
    expect(old).toBe('550 Unknown user taro@docomo.ne.jp');
    expect(reply('taro@docomo.ne.jp', { exists: false }, before)).toBe(old);
    expect(reply('taro@docomo.ne.jp', filter, new Date(DOCOMO_ACCEPTS_FROM))).toBe(
      '250 Requested mail action okay, completed [spam-folder]',
    );
  });

  it('lets SoftBank accept and drop', () => {
    expect(reply('s@softbank.ne.jp', { filtersPcMail: true })).toBe('250 ok [dropped]');
  });

  it('lets through the domains its owner allows', () => {
    expect(reply('hanako@ezweb.ne.jp', { filtersPcMail: true, allows: ['Shop.Example.'] })).toBe(
      '250 ok [inbox]',
    );
  });

  it('hides the mail from its reader: nobody complains about what was never shown', () => {
    const said = answer(
      's@softbank.ne.jp',
      mailbox({ filtersPcMail: true, reaction: 'complains' }),
      TODAY,
      'shop.example',
    );
    expect(said).toMatchObject({ kind: 'accepted', reaction: 'none' });
  });
});

describe('an unknown mailbox', () => {
  it.each([
    ['nobody@docomo.ne.jp', '550 Unknown user nobody@docomo.ne.jp'],
    ['nobody@ezweb.ne.jp', '550 <nobody@ezweb.ne.jp>: User unknown'],
    ['nobody@softbank.ne.jp', '550 Invalid recipient: <nobody@softbank.ne.jp>'],
    ['nobody@t.vodafone.ne.jp', '550 Invalid recipient: <nobody@t.vodafone.ne.jp>'],
    ['nobody@rakumail.jp', '550 User not found'],
    [
      'nobody@example.jp',
      '550 5.1.1 <nobody@example.jp>: Recipient address rejected: User unknown in virtual mailbox table',
    ],
  ])('%s is refused in its provider’s words', (address, words) => {
    expect(reply(address, { exists: false })).toBe(words);
  });

  it('is what an address nobody described is', () => {
    expect(new Mailboxes().get('anyone@au.com').exists).toBe(false);
    expect(new Mailboxes({ exists: true }).get('anyone@au.com').exists).toBe(true);
  });
});

describe('a full mailbox', () => {
  it('is a transient refusal, in words only where the words are known', () => {
    const docomo = answer('t@docomo.ne.jp', mailbox({ full: true }), TODAY, 'shop.example');
    expect(docomo).toMatchObject({ bounceType: 'Transient', bounceSubType: 'MailboxFull', status: '5.2.2' });
    expect(docomo).toMatchObject({ reply: '552 Too much mail data t@docomo.ne.jp' });
    const au = answer('t@au.com', mailbox({ full: true }), TODAY, 'shop.example');
    expect(au).toMatchObject({ bounceType: 'Transient', bounceSubType: 'MailboxFull' });
    expect(au).not.toHaveProperty('reply');
    expect(answer('t@gmail.com', mailbox({ full: true }), TODAY, 'shop.example')).toMatchObject({
      delayType: 'MailboxFull',
    });
  });
});

describe('a mailbox’s settings', () => {
  it('change while the system runs, whatever the spelling of the address', () => {
    const boxes = new Mailboxes();
    boxes.set('Hanako@EZweb.ne.jp', { filtersPcMail: true });
    boxes.set('hanako@ezweb.ne.jp', { reaction: 'opens' });
    expect(boxes.get('HANAKO@ezweb.ne.jp')).toMatchObject({
      exists: true,
      filtersPcMail: true,
      reaction: 'opens',
    });
  });
});

describe('the mailbox simulator', () => {
  it.each([
    ['success@simulator.amazonses.com', { kind: 'accepted', reaction: 'none' }],
    ['complaint+order-7@simulator.amazonses.com', { kind: 'accepted', reaction: 'complains' }],
    ['ooto@simulator.amazonses.com', { kind: 'accepted', reaction: 'out-of-office' }],
    ['bounce@simulator.amazonses.com', { kind: 'refused', bounceSubType: 'General' }],
    ['suppressionlist@simulator.amazonses.com', { kind: 'refused', bounceSubType: 'Suppressed' }],
  ])('answers as its address says: %s', (address, expected) => {
    expect(simulatorAnswer(address)).toMatchObject(expected);
  });
});
