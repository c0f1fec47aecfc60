import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripControls } from '../../lib/address.ts';
import { type DigestInput, digestOf } from '../../lib/notices/digest.ts';
import { DETAIL_TYPES, digestEvent, EVENT_SCHEMAS, eventOf, isEvent } from '../../lib/notices/events.ts';
import { type Notice, type NoticeOf, withoutPeople } from '../../lib/notices/notice.ts';
import { anyText } from '../support/any-text.ts';

const AT = '2026-11-29T00:05:00.000Z';
const diagnosis = { reason: 'filtered', confidence: 'certain', diagnosisRule: 'au-550-user-unknown' };
const listing = { listedAt: '2026-11-20T00:00:00.000Z', listedReason: 'BOUNCE' };
const ofAddress = { at: AT, address: 'hanako@ezweb.ne.jp', carrier: 'au', rule: 'filtered' };

const RELEASED: Notice = {
  kind: 'released',
  id: 'notice-1',
  ...ofAddress,
  ...diagnosis,
  ...listing,
  by: 'yamada',
  missed: {
    count: 2,
    mails: [
      { messageId: 'mail-2', sentAt: '2026-11-25T00:00:00.000Z' },
      { messageId: 'mail-1', sentAt: '2026-11-22T00:00:00.000Z' },
    ],
  },
};
const ALL: readonly Notice[] = [
  { kind: 'suppressed', id: 'notice-0', ...ofAddress, ...diagnosis, ...listing },
  RELEASED,
  {
    kind: 'proposed',
    id: 'notice-2',
    ...ofAddress,
    ...diagnosis,
    ...listing,
    proposalId: '20261120-0123456789',
  },
  { kind: 'outcome', id: 'notice-3', ...ofAddress, releasedAt: listing.listedAt, outcome: 'delivered' },
  { kind: 'put-back', id: 'notice-4', ...ofAddress, refused: true },
  {
    kind: 'sender',
    id: 'notice-5',
    at: AT,
    identity: 'shop.example',
    appeared: ['spf-missing: shop.example'],
    resolved: [],
  },
  {
    kind: 'limit',
    id: 'notice-6',
    at: AT,
    limit: 'blind',
    because: { ja: 'イベントが届いていません。', en: 'No event arrives.' },
  },
];

const OCTOBER: NoticeOf<'month'> = {
  kind: 'month',
  id: 'notice-7',
  at: '2026-10-31T15:00:00.000Z',
  ...{ month: '2026-10', missed: 127, returned: 40, complaints: 2, removed: 41, putBack: 1 },
  ...{ reached: 25, days: 4_321 },
  before: {
    ...{ month: '2026-09', missed: 215, returned: 45, complaints: 2, removed: 1_200, putBack: 0 },
    ...{ reached: 3, days: 90 },
  },
};
/** Of every kind one. */
const EVERY = [OCTOBER, ...ALL];

const input = (given: Partial<DigestInput> = {}): DigestInput => ({
  stage: 'prod',
  language: 'ja',
  notices: ALL,
  waiting: { count: 7, more: false },
  ...given,
});

describe('a digest', () => {
  it('reads in Japanese as an operator would write it', () => {
    const { subject, text } = digestOf(input());
    expect(subject).toBe(
      'todoku prod：再登録の失敗1件、解除1件、新しい解除案1件、解除後の結果1件、新しい登録1件、送信元の変化1件、自動解除の制限1件',
    );
    expect(text).toBe(`todoku（prod）からのお知らせです。2026-11-29 09:05（日本時間）までの分です。

■ 解除後に迷惑メール申告が判明した宛先：1件（うち1件はSESが再登録を受け付けませんでした）
  hanako@ezweb.ne.jp  手作業でCOMPLAINTとして登録してください
  確認: todoku status

■ 解除した宛先：1件（登録中に送信されなかったメール：2通）
  hanako@ezweb.ne.jp  受信拒否・確実（filtered / certain）  送信されなかったメール 2通
  確認: todoku history --days 2 --action removed

■ 新しい解除案：1件（承認待ちは現在7件）
  hanako@ezweb.ne.jp  受信拒否・確実（filtered / certain）
  確認: todoku proposals

■ 以前の解除の結果：到達 1件
  hanako@ezweb.ne.jp  到達
  確認: todoku rules

■ 新しくリストに登録された宛先：1件
  hanako@ezweb.ne.jp  受信拒否・確実（filtered / certain）
  確認: todoku status

■ 自動解除を控えた理由
  イベントが届いていません。
  確認: todoku status

■ 送信元の変化：1件
  shop.example  新規: spf-missing: shop.example
  確認: todoku senders audit
`);
  });

  it('reads in English, and names its stage in the commands', () => {
    const { subject, text } = digestOf(input({ language: 'en', stage: 'staging', notices: ALL.slice(1, 3) }));
    expect(subject).toBe('todoku staging: 1 released, 1 proposed');
    expect(text).toBe(`From todoku (staging), until 2026-11-29 09:05 Japan time.

■ Released: 1 (mails not sent meanwhile: 2)
  hanako@ezweb.ne.jp  refused by a filter, certain (filtered / certain)  mails not sent: 2
  Look: todoku history --days 2 --action removed --stage staging

■ New proposals: 1 (waiting now: 7)
  hanako@ezweb.ne.jp  refused by a filter, certain (filtered / certain)
  Look: todoku proposals --stage staging
`);
  });

  it('tells a month first, against the month before, and how to see the whole', () => {
    const { subject, text, chat, counts } = digestOf(input({ notices: [OCTOBER, ...ALL.slice(1, 2)] }));
    expect(subject).toBe('todoku prod：2026年10月の報告、解除1件');
    expect(text).toContain(`分です。

■ 2026年10月：SESが送信しなかったメールは127通です。2026年9月より88通減りました。
  リストから解除した25件の宛先で、受信側がメールを受け取りました（止まっていた日数の合計：4,321日）。
  戻ってきたメール：40通（前月：45通）
  迷惑メールの申告：2件（前月：2件）
  リストから解除：41件（前月：1,200件）
  申告により再登録：1件（前月：0件）
  確認: todoku report --month 2026-10 --html report-2026-10.html

■ 解除した宛先`);
    expect(chat.content.nextSteps[0]).toBe('`todoku report --month 2026-10 --html report-2026-10.html`');
    expect(chat.content.description).toMatch(/^2026年10月：SESが送信しなかったメールは127通です。/);
    expect(counts).toMatchObject({ months: 1, released: 1 });
  });

  it('tells a month in which recording began as that part of it, and compares it with none', () => {
    const { before: _, ...alone } = OCTOBER;
    const part = { ...alone, missed: 1, reached: 0, recordedFrom: '2026-10-15T03:00:00.000Z' };
    const { subject, text } = digestOf(input({ language: 'en', stage: 'staging', notices: [part] }));
    expect(subject).toBe('todoku staging: report of 2026-10');
    expect(text).toBe(`From todoku (staging), until 2026-11-01 00:00 Japan time.

■ 2026-10 (from 2026-10-15): SES did not send 1 mail.
  mails that came back: 40
  complaints: 2
  taken off the list: 41
  put back for a complaint: 1
  Records from before 2026-10-15 may be missing: the counts may be too small.
  Look: todoku report --month 2026-10 --html report-2026-10.html --stage staging
`);
    expect(digestOf(input({ notices: [part] })).text).toContain(
      '■ 2026年10月（2026-10-15から）：SESが送信しなかったメールは1通です。\n',
    );
  });

  it('names nobody where only counts may be told: no address, no mail, no operator', () => {
    const digest = digestOf(input({ notices: ALL.map(withoutPeople) }));
    const everything = JSON.stringify([digest, ALL.map(withoutPeople)]);
    for (const name of ['hanako', 'mail-1', 'mail-2', 'yamada']) expect(everything).not.toContain(name);
    expect(digest.counts).toMatchObject({ released: 1, missedMails: 2, outcomes: { delivered: 1 } });
  });

  it('says that a guess is one', () => {
    const guess = {
      ...ALL[0],
      diagnosisRule: 'listed-without-facts/carrier',
      reason: 'userunknown',
      confidence: 'ambiguous',
    } as Notice;
    const { text } = digestOf(input({ notices: [guess] }));
    expect(text).toContain('推定');
  });

  it('has the same id for the same notices in any order, and another for others', () => {
    expect(digestOf(input({ notices: ALL.toReversed() })).id).toBe(digestOf(input()).id);
    expect(digestOf(input({ notices: ALL.slice(1) })).id).not.toBe(digestOf(input()).id);
  });
});

describe('a message for a chat', () => {
  it('has the form that Amazon Q Developer shows', () => {
    const { chat, id } = digestOf(input({ language: 'en', notices: ALL.slice(1, 3) }));
    expect(chat).toEqual({
      version: '1.0',
      source: 'custom',
      id,
      content: {
        textType: 'client-markdown',
        title: 'todoku prod: 1 released, 1 proposed',
        description: [
          'Released: 1 (mails not sent meanwhile: 2)',
          '- `hanako@ezweb.ne.jp  refused by a filter, certain (filtered / certain)  mails not sent: 2`',
          'New proposals: 1 (waiting now: 7)',
          '- `hanako@ezweb.ne.jp  refused by a filter, certain (filtered / certain)`',
        ].join('\n'),
        nextSteps: ['`todoku history --days 2 --action removed`', '`todoku proposals`'],
      },
      metadata: { summary: 'todoku prod: 1 released, 1 proposed', eventType: 'todoku digest' },
    });
  });
});

describe('words from strangers', () => {
  const hostile = fc.oneof(
    anyText({ maxLength: 400 }),
    fc.constantFrom(
      '<!channel>@x.jp',
      '`*_~<https://evil.example|x>@x.jp',
      '\u202egnp@x.jp',
      'a\r\nSubject: x@x.jp',
      '\u001b[2J@x.jp',
    ),
  );
  const notices = fc.array(
    fc.tuple(hostile, hostile, fc.constantFrom(...EVERY)).map(([address, word, notice]): Notice => {
      if (notice.kind === 'month') return { ...notice, month: address };
      if (notice.kind === 'sender') return { ...notice, identity: address, appeared: [word] };
      if (notice.kind === 'limit') return { ...notice, because: { ja: word, en: word } };
      return { ...notice, address, rule: word, ...('reason' in notice && { reason: word }) };
    }),
    { minLength: 1, maxLength: 300 },
  );

  it('act on no terminal, mail or chat, and fit into what SNS takes', () => {
    fc.assert(
      fc.property(notices, fc.constantFrom('ja', 'en'), (given, language) => {
        const { subject, text, chat } = digestOf(input({ notices: given, language }));
        expect(subject.length).toBeLessThan(100);
        expect(stripControls(subject)).toBe(subject);
        const lines = text.split('\n');
        expect(lines.map(stripControls)).toEqual(lines);
        // Every line of a mail is one that todoku began.
        for (const line of lines) expect(line).toMatch(/^(?:$|■ | {2}|todoku|From todoku)/);
        const { description } = chat.content;
        expect(description).not.toMatch(/[<>]/);
        for (const line of description.split('\n')) {
          const [, code] = /^- `([^`]*)`$/.exec(line) ?? [];
          if (code === undefined) expect(line).not.toContain('`');
        }
        expect(Buffer.byteLength(text)).toBeLessThan(256 * 1024);
        expect(Buffer.byteLength(JSON.stringify(chat))).toBeLessThan(256 * 1024);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the events', () => {
  it.each(EVERY.map((notice) => [notice.kind, notice] as const))(
    'of %s keep to their schema',
    (kind, notice) => {
      const { detailType, detail } = eventOf(notice, 'prod');
      expect(detailType).toBe(DETAIL_TYPES[kind]);
      expect(EVENT_SCHEMAS[kind].strict().parse(detail)).toEqual(detail);
      expect(detail).toMatchObject({ schema: 1, stage: 'prod', id: notice.id });
    },
  );

  it('of a digest keeps to its schema', () => {
    const { detailType, detail } = digestEvent(digestOf(input()), 'prod');
    expect(detailType).toBe('Digest Made');
    expect(EVENT_SCHEMAS.digest.strict().parse(detail)).toEqual(detail);
  });

  it('name no address where only counts may be told', () => {
    expect(EVERY.filter((notice) => isEvent(notice, 'counts')).map(({ kind }) => kind)).toEqual([
      'month',
      'sender',
      'limit',
    ]);
    expect(EVERY.filter((notice) => isEvent(notice, 'addresses'))).toHaveLength(EVERY.length);
    expect(EVERY.map(withoutPeople)[0]).toEqual(OCTOBER);
  });
});
