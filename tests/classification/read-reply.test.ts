import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CARRIERS } from '../../lib/classification/carriers.ts';
import { REPLY_RULES, readReply } from '../../lib/classification/read-reply.ts';
import type { Sample } from '../../lib/classification/rules/rule.ts';
import { REASONS, type Reply } from '../../lib/classification/types.ts';
import { READ_LIMIT } from '../../lib/mails/reply/clean.ts';
import { anyText } from '../support/any-text.ts';

const TODAY = '2026-06-01T03:00:00.000Z';
const YEAR_BEFORE_CHANGE = '2024-06-01T03:00:00.000Z';

function reply(diagnosticCode: string, more: Partial<Reply> = {}): Reply {
  return { recipient: 'taro@shop.example', at: TODAY, diagnosticCode, ...more };
}

function replyOfSample(sample: Sample): Reply {
  const { text, ...rest } = sample;
  return {
    recipient: 'taro@shop.example',
    at: TODAY,
    ...rest,
    ...(text !== undefined && { diagnosticCode: text }),
  };
}

describe('every rule', () => {
  test.each(REPLY_RULES.flatMap((rule) => rule.samples.map((sample) => ({ rule, sample }))))(
    '$rule.id reads its own sample',
    ({ rule, sample }) => {
      const reading = readReply(replyOfSample(sample));
      expect(reading.rule).toBe(rule.id);
      expect(reading.reason).toBe(rule.reason);
    },
  );

  test('has a sample, a source, a unique id, and phrases as the reader writes them', () => {
    expect(new Set(REPLY_RULES.map((rule) => rule.id)).size).toBe(REPLY_RULES.length);
    for (const rule of REPLY_RULES) {
      expect(rule.samples.length, rule.id).toBeGreaterThan(0);
      expect(rule.source, rule.id).not.toBe('');
      for (const phrase of rule.when.phrases ?? []) {
        expect(phrase, rule.id).toMatch(/^[^\sA-Z.,:;'"<>()@]+( [^\sA-Z.,:;'"<>()@]+)*$/u);
      }
    }
  });
});

describe('words that are not a carrier’s own', () => {
  test.each([
    ['550: User unknown', 'the colon is the wrapper’s'],
    ['550 <hanako@ezweb.ne.jp>:: User unknown', 'an address is named'],
    ['421 4.7.0 : User unknown', 'the refusal is not permanent'],
    ['450 : User unknown', 'the refusal is not permanent'],
    ['250 : User unknown', 'the mail was taken'],
  ])('are no certain filter of au’s: %s (%s)', (text) => {
    const reading = readReply(reply(text, { recipient: 'hanako@ezweb.ne.jp' }));
    expect([reading.reason, reading.confidence]).not.toEqual(['filtered', 'certain']);
  });

  test.each([
    ['hanako@softbank.ne.jp', '550 5.7.1 Recipient rejected'],
    ['hanako@softbank.ne.jp', '550 due to extended inactivity new mail is not currently being accepted'],
    ['hanako@docomo.ne.jp', '550 Mail is rejected by recipients'],
    ['hanako@ymobile.ne.jp', '550 5.2.0 Message filtered'],
    ['hanako@rakumail.jp', '550 user rejected'],
  ])('stay ambiguous at a carrier, whatever else is known: %s %s', (recipient, text) => {
    const reading = readReply(reply(text, { recipient }));
    expect(reading).toMatchObject({ reason: 'filtered', confidence: 'ambiguous' });
    // Nothing that the evidence could turn into a filter that is likely.
    expect(reading.alternatives).not.toContain('userunknown');
  });

  test.each(['550 Sender quota exceeded', '550 5.7.1 Hourly sending quota exceeded for domain shop.example'])(
    'about the sender’s quota are not about a full mailbox: %s',
    (text) => {
      expect(readReply(reply(text, { recipient: 'a@example.jp' })).reason).toBe('ratelimited');
    },
  );
});

describe('au', () => {
  const wrappings = [
    'smtp; 550 : User unknown',
    'SMTP; 550 : User unknown',
    '550 : User unknown',
    ': User unknown',
    'smtp; 550  :  User unknown',
    '550: : User unknown',
    '550-: User unknown',
    'smtp; 550 5.0.0 : User unknown',
    'X-Postfix; host lsean.ezweb.ne.jp[27.85.176.228] said: 550 : User unknown (in reply to end of DATA command)',
    'SMTP error from remote mail server after end of data: host lsean.ezweb.ne.jp [27.85.176.228]: 550 : User unknown',
    '27.85.176.228 failed after I sent the message. Remote host said: 550 : User unknown',
    'lsean.ezweb.ne.jp [27.85.176.228] did not like our final DATA: 550 : User unknown',
    'smtp;550 5.1.351 Remote server returned unknown recipient or mailbox unavailable -> 550 : User unknown',
    "smtp; 5.3.0 - Other mail system problem 550-': User unknown' (delivery attempts: 0)",
    '... while talking to lsean.ezweb.ne.jp.:\n>>> .\n<<< 550 : User unknown\n554 5.0.0 Service unavailable',
    'Invalid Address, ERROR_CODE :550, ERROR_CODE :: User unknown',
    'The error that the other server returned was: "550 : User unknown"',
  ];

  test.each(wrappings)('is certain of a filter where nothing stands before the colon: %j', (text) => {
    for (const recipient of [
      'hanako@ezweb.ne.jp',
      'hanako@au.com',
      'hanako@uqmobile.jp',
      'hanako@shop.biz.ezweb.ne.jp',
    ]) {
      const reading = readReply(reply(text, { recipient }));
      expect(reading).toMatchObject({ reason: 'filtered', confidence: 'certain', rule: 'au/filtered' });
      expect(reading.carrier).toBe(recipient.endsWith('uqmobile.jp') ? 'uq' : 'au');
    }
  });

  test.each([
    'smtp; 550 <hanako@ezweb.ne.jp>: User unknown',
    '550 hanako@ezweb.ne.jp: User unknown',
    '550: <hanako@ezweb.ne.jp>: User unknown',
    '550 <a..b.@ezweb.ne.jp>: User unknown',
    '550 <>: User unknown',
    '550 User unknown',
    '550 5.1.1 User unknown',
    'smtp; 550 hanako : User unknown',
    'smtp; 550 <hanako@ezweb.ne.jp>: Recipient address rejected: User unknown',
  ])('calls a text that names the address a likely unknown user, never certain: %j', (text) => {
    const reading = readReply(reply(text, { recipient: 'hanako@ezweb.ne.jp' }));
    expect(reading).toMatchObject({ reason: 'userunknown', confidence: 'likely', carrier: 'au' });
    expect(reading.alternatives).toContain('filtered');
  });

  test('is recognised by its server when the domain is another', () => {
    const forwarded = {
      recipient: 'taro@shop.example',
      remoteMta: 'dns; lsean.ezweb.ne.jp. (27.85.176.228)',
    };
    expect(readReply(reply('smtp; 550 : User unknown', forwarded))).toMatchObject({
      reason: 'filtered',
      carrier: 'au',
    });
    expect(readReply(reply('550 : User unknown', { remoteMta: '[27.85.176.228]' })).carrier).toBe('au');
  });

  test('is not claimed for anyone else who says the same words', () => {
    for (const recipient of [
      'taro@shop.example',
      'taro@gmail.com',
      'taro@softbank.ne.jp',
      'taro@rakumail.jp',
    ]) {
      expect(readReply(reply('smtp; 550 : User unknown', { recipient })).reason).toBe('userunknown');
    }
  });
});

describe('docomo', () => {
  const text = 'smtp; 550 Unknown user hanako@docomo.ne.jp';
  const recipient = 'hanako@docomo.ne.jp';

  test('leaves the words open until the day it stopped refusing, and not after', () => {
    const before = readReply(reply(text, { recipient, at: '2025-03-12T14:59:59.999Z' }));
    expect(before).toMatchObject({
      reason: 'filtered',
      confidence: 'ambiguous',
      alternatives: ['userunknown'],
    });
    const since = readReply(reply(text, { recipient, at: '2025-03-12T15:00:00.000Z' }));
    expect(since).toMatchObject({ reason: 'userunknown', confidence: 'likely' });
    expect(since.alternatives).not.toContain('filtered');
    expect(since.note.en).toContain('DMARC');
  });

  test('is likely a filter when refused after the message, before the change', () => {
    const late = `X-Postfix; host mfsmax.docomo.ne.jp[203.138.180.112] said: 550 Unknown user ${recipient} (in reply to end of DATA command)`;
    expect(readReply(reply(late, { recipient, at: YEAR_BEFORE_CHANGE }))).toMatchObject({
      reason: 'filtered',
      confidence: 'likely',
    });
  });

  test('does not build on the status that the sending system writes', () => {
    for (const status of ['5.2.0', '5.1.1', '5.0.0']) {
      expect(readReply(reply(text, { recipient, status, at: YEAR_BEFORE_CHANGE })).confidence).toBe(
        'ambiguous',
      );
    }
  });

  test('keeps its 552 texts apart: full mailbox, too many recipients, too big', () => {
    const reasons = [
      '552 Too much mail data',
      '552 Too many recipients',
      '552 Message size exceeds maximum value',
    ].map((words) => readReply(reply(words, { recipient })).reason);
    expect(reasons).toEqual(['mailboxfull', 'ratelimited', 'mesgtoobig']);
  });
});

describe('the other carriers', () => {
  test('SoftBank’s bounce is never a filter', () => {
    const texts = [
      '550 Invalid recipient: <hanako@softbank.ne.jp>',
      '553 shop.example does not exist',
      '550 5.2.0 refused',
    ];
    for (const text of texts) {
      expect(readReply(reply(text, { recipient: 'hanako@softbank.ne.jp' })).reason).not.toBe('filtered');
    }
  });

  test('SoftBank’s words at another provider are not read as SoftBank’s', () => {
    const reading = readReply(reply('553 shop.example does not exist'));
    expect(reading.rule).not.toContain('softbank');
    expect(reading.carrier).toBeUndefined();
  });

  test('a permanent bounce without words stays open where filtered mail is refused, and only there', () => {
    const bare = (recipient: string, at: string) =>
      readReply({ recipient, at, status: '5.0.0', bounceType: 'Permanent', bounceSubType: 'General' });
    expect(bare('hanako@ezweb.ne.jp', TODAY)).toMatchObject({ reason: 'filtered', confidence: 'ambiguous' });
    expect(bare('hanako@docomo.ne.jp', YEAR_BEFORE_CHANGE).reason).toBe('filtered');
    expect(bare('hanako@docomo.ne.jp', TODAY).reason).toBe('undefined');
    expect(bare('hanako@softbank.ne.jp', TODAY).reason).toBe('undefined');
    expect(bare('taro@shop.example', TODAY).reason).toBe('undefined');
  });

  test('at a carrier only SES’s and the carriers’ own rules are certain', () => {
    const recipients = CARRIERS.flatMap((carrier) => carrier.domains.map((row) => `hanako@${row.domain}`));
    for (const rule of REPLY_RULES) {
      for (const sample of rule.samples) {
        for (const recipient of recipients) {
          const reading = readReply({ ...replyOfSample(sample), recipient });
          if (reading.confidence !== 'certain') continue;
          expect(reading.rule).toMatch(/^(ses|docomo|au|softbank|rakuten|willcom|carrier)\//);
          expect(reading.reason).not.toBe('userunknown');
        }
      }
    }
  });
});

describe('what surrounds a reply', () => {
  test.each([
    ['smtp; 552 5.2.2 <taro@shop.example>: Mailbox full', 'mailboxfull'],
    [
      'X-Postfix; host mx.shop.example[192.0.2.1] said: 552 5.2.2 Mailbox full (in reply to RCPT TO command)',
      'mailboxfull',
    ],
    ['smtp;550 5.1.351 Remote server returned message rejected -> 552 5.2.2 Mailbox full', 'mailboxfull'],
    [
      "smtp; 5.1.0 - Unknown address error 550-'5.2.2 <taro@shop.example>... Mailbox Full' (delivery attempts: 0)",
      'mailboxfull',
    ],
    ['552-5.2.2 The mailbox\r\n552-5.2.2 is full. See\r\n552 5.2.2 https://shop.example/help', 'mailboxfull'],
    [
      'smtp; 554 4.4.7 Message expired: unable to deliver in 840 minutes.<452 4.2.2 Mailbox full>',
      'mailboxfull',
    ],
    ['smtp; 550 5.7.1 <user.unknown@shop.example>: Relay access denied', 'norelaying'],
  ])('%j is read as %s', (text, reason) => {
    expect(readReply(reply(text)).reason).toBe(reason);
  });

  test('a word inside an address or a host name of the recipient decides nothing', () => {
    const plain = readReply(reply('smtp; 550 5.0.0 <taro@shop.example> no'));
    const tricky = readReply(reply('smtp; 550 5.0.0 <mailbox.full.spam@shop.example> no'));
    expect(tricky.reason).toBe(plain.reason);
  });

  test('SES’s list outranks any text, and its other sub-types yield to the text', () => {
    const dropped = { bounceType: 'Permanent', bounceSubType: 'OnAccountSuppressionList' };
    expect(
      readReply(reply('smtp; 550 : User unknown', { ...dropped, recipient: 'a@ezweb.ne.jp' })).reason,
    ).toBe('suppressed');
    const full = { bounceType: 'Transient', bounceSubType: 'MailboxFull' };
    expect(readReply(reply('smtp; 550 5.1.1 no such user', full)).reason).toBe('userunknown');
    expect(readReply(reply('smtp; 450 no', full)).reason).toBe('mailboxfull');
  });
});

describe('hostile text', () => {
  const pieces = [
    '@',
    '<',
    '550 ',
    ': user unknown',
    "-'",
    '-> ',
    'user unknown ',
    'host ',
    'a.',
    '5.1.1 ',
    "'a",
    '\u0000',
  ];

  test.each(pieces)('a megabyte of %j costs no more than its beginning', (piece) => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    const whole = readReply(reply(text, { recipient: 'hanako@ezweb.ne.jp', remoteMta: text, status: text }));
    const start = readReply(
      reply(text.slice(0, READ_LIMIT), {
        recipient: 'hanako@ezweb.ne.jp',
        remoteMta: text.slice(0, 400),
        status: text.slice(0, 64),
      }),
    );
    expect(whole).toEqual(start);
  });

  test('any text at any address gets a reading, always the same one', () => {
    const address = fc.constantFrom(
      'a@ezweb.ne.jp',
      'a..b.@docomo.ne.jp',
      'x',
      '',
      '"a b"@softbank.ne.jp',
      'a@gmail.com',
    );
    const words = fc.array(
      fc.constantFrom(...pieces, 'mailbox', 'full', 'policy', '550-5.7.1', 'é', '宛先不明', '\n'),
    );
    const text = fc.oneof(
      anyText({ maxLength: 400 }),
      words.map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(address, text, fc.string(), (recipient, diagnosticCode, status) => {
        const asked: Reply = { recipient, at: TODAY, diagnosticCode, status };
        const reading = readReply(asked);
        expect(REASONS).toContain(reading.reason);
        expect(readReply(asked)).toEqual(reading);
      }),
      { numRuns: 2000 },
    );
  });
});
