import { describe, expect, test } from 'vitest';
import { readReply } from '../../lib/classification/read-reply.ts';
import type { Reply } from '../../lib/classification/types.ts';
import { LIVING, WORDINGS } from './wordings.ts';

const RECIPIENT = 'taro@shop.example';

function replyTo(diagnosticCode: string, recipient = RECIPIENT): Reply {
  return { recipient, at: '2026-06-01T03:00:00.000Z', diagnosticCode };
}

const REPLIES = WORDINGS.map(([text, right]) => ({
  text: `smtp; ${text.replace('%r', RECIPIENT).replace('%s', 'news@sender.example')}`,
  right: right.split(' '),
}));

/** What a carrier's reply says has its own rows, which read the whole text. */
const CARRIERS_OWN = [
  { text: 'smtp; 550 : User unknown', recipient: 'hanako@ezweb.ne.jp' },
  { text: 'smtp; 550 <hanako@ezweb.ne.jp>: User unknown', recipient: 'hanako@ezweb.ne.jp' },
  { text: 'smtp; 550 Unknown user hanako@docomo.ne.jp', recipient: 'hanako@docomo.ne.jp' },
  { text: 'smtp; 552 Too much mail data hanako@docomo.ne.jp', recipient: 'hanako@docomo.ne.jp' },
  { text: 'smtp; 550 Invalid recipient: <hanako@softbank.ne.jp>', recipient: 'hanako@softbank.ne.jp' },
];

describe('a wording that no rule names', () => {
  test.each(REPLIES)('$text', ({ text, right }) => {
    expect(right).toContain(readReply(replyTo(text)).reason);
  });
});

const GONE = ['userunknown', 'hostunknown', 'hasmoved', 'notaccept'];

test.each(LIVING)('calls no mailbox gone: %s', (text) => {
  const reply = text.replace('%r', RECIPIENT).replace('%s', 'news@sender.example');
  expect(GONE).not.toContain(readReply(replyTo(`smtp; ${reply}`)).reason);
});

test('calls no unknown user a customer’s filter at a carrier, whoever’s words it is said in', () => {
  const unknown = REPLIES.filter(({ right }) => right.includes('userunknown'));
  for (const recipient of [
    'hanako@docomo.ne.jp',
    'hanako@softbank.ne.jp',
    'hanako@rakumail.jp',
    'hanako@ezweb.ne.jp',
  ]) {
    for (const { text } of unknown) {
      const { reason, confidence } = readReply(replyTo(text, recipient));
      expect([reason, confidence], text).not.toEqual(['filtered', 'likely']);
      expect([reason, confidence], text).not.toEqual(['filtered', 'certain']);
    }
  }
});

const ASIDES = [
  ['a link', ' https://help.example/errors/mailbox-full?reason=user-unknown'],
  ['a bare link', ' www.help.example/blocked/spam'],
  ['a host name', ' [mx1.quota-exceeded.spam.example.com]'],
  ['a host with its address', ' (mail.blocked.example.net [192.0.2.9])'],
  ['advice', '. Please contact the administrator about blocked senders'],
  ['more advice', '. For more information on full mailboxes and unknown users visit the help page'],
  ['advice in Japanese', '。迷惑メールの設定をご確認ください'],
  ['a line of advice', '\r\n550 See https://help.example/unknown-user for details about spam'],
  ['a signature', '\r\n-- \r\nExample Mail, protected by the Spam and Virus Filter'],
  ['a log id', ' id=4ABc-full-123'],
  ['a mark of the server', ' a1b2c3-4d5e.67 - gsmtp'],
] as const;

describe('what stands beside a reply changes no reading', () => {
  test.each(ASIDES)('%s', (_, aside) => {
    for (const { text } of REPLIES) {
      // Marks of Gmail's statuses are read together with "gsmtp", and mean the same without it.
      expect(readReply(replyTo(text + aside)).reason, text).toBe(readReply(replyTo(text)).reason);
    }
    for (const { text, recipient } of CARRIERS_OWN) {
      expect(readReply(replyTo(text + aside, recipient)), text).toEqual(readReply(replyTo(text, recipient)));
    }
  });
});

const SPACES = [
  ['folded', '\r\n    '],
  ['tabs', '\t'],
  ['two blanks', '  '],
  ['no-break spaces', '\u00a0'],
  ['full-width spaces', '\u3000'],
] as const;

describe('white space that is no boundary changes no reading', () => {
  test.each(SPACES)('%s', (_, space) => {
    for (const { text, recipient } of [
      ...REPLIES.map(({ text }) => ({ text, recipient: RECIPIENT })),
      ...CARRIERS_OWN,
    ]) {
      const whole = readReply(replyTo(text, recipient));
      // Every blank in turn, then all at once; the blank after a code is part of the line's own form.
      const blanks = [...text.matchAll(/(?<!\b[245]\d\d|;) /g)].map(({ index }) => index);
      for (const index of blanks) {
        const folded = text.slice(0, index) + space + text.slice(index + 1);
        expect(readReply(replyTo(folded, recipient)), JSON.stringify(folded)).toEqual(whole);
      }
    }
  });

  test('nor do full-width colons and letters', () => {
    for (const { text, recipient } of CARRIERS_OWN) {
      const wide = text.replace(/:/g, '：');
      expect(readReply(replyTo(wide, recipient)), wide).toEqual(readReply(replyTo(text, recipient)));
    }
  });
});

describe('every megabyte is read in linear time', () => {
  const pieces = [
    'mailbox ',
    '550 ',
    '550-5.1.1 ',
    '\n550-',
    'please ',
    'because ',
    'said: 550 ',
    '<<< 550 ',
    'after rcpt to:<',
    '-> 550 ',
    '. ',
    '：',
    'a.b.',
    'http://',
    '[',
    '1.2.3.4 ',
    'ffff:',
    'ユーザー',
    '$B',
    '\u00e3\u0081',
    "-'",
    'id=',
    '5.1.1',
    '\r\n',
    ': host ',
  ];

  test.each(pieces)('of %j', (piece) => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    const start = performance.now();
    readReply(replyTo(text));
    expect(performance.now() - start).toBeLessThan(500);
  });
});
