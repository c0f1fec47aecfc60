import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { otherMailboxesNamed } from '../../lib/mails/reply/addresses.ts';

const OWN = 'hanako@example.jp';

describe('other mailboxes that a reply names', () => {
  it.each([
    ['a bracketed address', '550 5.1.1 <taro@other.example>: Recipient address rejected: User unknown'],
    ['an address in the words', '550 Unknown user taro@other.example'],
    ['an address after RCPT TO', '550 5.1.1 RCPT TO:<taro@other.example> unknown'],
    ['an address beside the own one', `550 5.1.1 <${OWN}>... taro@other.example: no such user`],
    ['an address glued to Japanese', '550 宛先taro@other.exampleは存在しません'],
    ['a quoted address', "550 mailbox 'taro@other.example' is full"],
    ['a field', '550 relay=mx.other.example, to=taro@other.example, no such user'],
    ['capitals and full-width letters', '550 <TARO＠OTHER.example>: unknown'],
    ['a relay’s form', '550 taro%other.example@relay.example not local'],
  ])('are found: %s', (_, reply) => {
    expect(otherMailboxesNamed(reply, OWN)).toEqual(['taro@other.example']);
  });

  it.each([
    ['nothing', '550 5.1.1 User unknown'],
    ['an empty text', ''],
    ['itself', `550 5.1.1 <${OWN}>: Recipient address rejected`],
    ['other letters', '550 5.1.1 <Hanako@EXAMPLE.jp>: User unknown'],
    ['full-width letters', '550 ＨＡＮＡＫＯ＠ｅｘａｍｐｌｅ．ｊｐ unknown'],
    ['quotes', '550 "hanako"@example.jp unknown'],
    ['apostrophes', "550 'hanako@example.jp' unknown"],
    ['a final dot', '550 unknown: hanako@example.jp.'],
    ['dots of an ellipsis', '550 hanako@example.jp... no such user'],
    ['a tag', '550 <hanako+shop@example.jp> unknown'],
    ['a host below the domain', '550 <hanako@mx1.example.jp> unknown'],
    ['VERP', '550 bounces+hanako=example.jp@shop.example refused'],
    ['VERP with a serial', '550 bounce-1234-hanako=example.jp@news.shop.example refused'],
    ['BATV', '550 <prvs=4567abcdef=hanako@example.jp> refused'],
    ['SRS', '550 <SRS0=AbCd=7X=example.jp=hanako@forwarder.example> refused'],
    ['SRS of anybody', '550 <SRS1=AbCd=other.example==XyZ=7X=shop.example=news@forwarder.example> refused'],
    ['a relay’s form', '550 hanako%example.jp@relay.example refused'],
    ['Exchange’s form', '550 IMCEASMTP-hanako+40example+2Ejp@corp.example not found'],
    ['Exchange’s inner names', '550 IMCEAEX-_O=CORP_CN=TARO@corp.example not found'],
    ['an address cut off', '550 User unknown <hanako@exam.'],
    ['Japanese around it', '550 宛先（hanako@example.jp）は存在しません'],
    ['a postmaster', '550 5.1.1 User unknown. Contact postmaster@other.example'],
    ['a contact', '550 5.7.1 Refused. If you believe this is wrong, mail to help@other.example'],
    ['a contact in Japanese', '550 受信できません。お問い合わせは info@other.example まで'],
    ['a sender after MAIL FROM', '550 5.1.8 MAIL FROM:<news@other.example> not accepted'],
    ['a sender that Postfix names', '550 5.7.1 <news@other.example>: Sender address rejected: Access denied'],
    ['SES’s return path', '550 5.7.1 0101018f-abc-000000@ap-northeast-1.amazonses.com refused'],
    ['a Message-ID', '550 Message-ID <0123.abc@mail.other.example> seen too often'],
    ['a link', '550 No such user, see https://help.other.example/?who=taro@other.example'],
    ['a name without a domain', '550 taro@localhost unknown'],
  ])('are none: %s', (_, reply) => {
    expect(otherMailboxesNamed(reply, OWN)).toEqual([]);
  });

  it('are not told by the dots of Gmail, or by its second name', () => {
    expect(otherMailboxesNamed('550 <hana.ko@googlemail.com> full', 'hanako@gmail.com')).toEqual([]);
    expect(otherMailboxesNamed('550 <hana.ko@example.jp> full', OWN)).toEqual(['hana.ko@example.jp']);
  });

  it('are not the sender’s, where the sending domain is known', () => {
    const reply = '550 5.7.1 orders@mail.shop.example may not write here';
    expect(otherMailboxesNamed(reply, OWN)).toEqual(['orders@mail.shop.example']);
    expect(otherMailboxesNamed(reply, OWN, 'shop.example')).toEqual([]);
  });

  it('keep the dots of addresses that break the RFCs', () => {
    expect(otherMailboxesNamed('550 Unknown user a..b.@docomo.ne.jp', 'a..b.@docomo.ne.jp')).toEqual([]);
  });

  it('are named once each, in order', () => {
    const reply = '550 <b@other.example> <a@other.example> B@other.example unknown';
    expect(otherMailboxesNamed(reply, OWN)).toEqual(['b@other.example', 'a@other.example']);
  });

  it('never hold the recipient, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (before, after) => {
        expect(otherMailboxesNamed(`${before} <${OWN}> ${after}`, OWN)).not.toContain(OWN);
      }),
    );
  });

  it.each(['@', 'a@b.c ', '=', '"@', 'a', 'from a@', '%', 'https://a@b.c', '+', 'contact '])(
    'are read in linear time: %j over and over',
    (piece) => {
      const reply = piece.repeat(Math.ceil(1_000_000 / piece.length));
      const start = performance.now();
      otherMailboxesNamed(reply, OWN);
      expect(performance.now() - start).toBeLessThan(1_500);
    },
  );
});
