import fc from 'fast-check';
import { expect, it } from 'vitest';
import { headline } from '../../lib/answer/headline.ts';
import type { ListingAnswer } from '../../lib/answer/listing.ts';
import { screenOf } from '../../lib/answer/screen.ts';
import { claimsOf, type Statement, statementOf } from '../../lib/answer/statement.ts';
import type { AddressRecord, Removal } from '../../lib/cases/records.ts';
import { adviceFor } from '../../lib/guidance/advice.ts';
import { providerOfDomain } from '../../lib/guidance/providers.ts';
import { situationOf } from '../../lib/guidance/situation-of.ts';
import type { Fact } from '../../lib/mails/fact.ts';
import { diagnoseRecord, judge } from '../../lib/operations/removal/judge.ts';
import { DEFAULT_POLICY } from '../../lib/policy/policy.ts';
import { byCodeUnits } from '../../lib/text.ts';
import { worlds } from '../support/thorough.ts';

/**
 * No claim without its fact, over random histories: headline, page, desk note and letter are read as a person reads them, in
 * both languages, and each claim found in the words is looked for in the facts, by a reading of them that shares no code
 * with the product's.
 */

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-28T00:00:00.000Z');
const iso = (hoursAgo: number) => new Date(NOW - hoursAgo * HOUR).toISOString();

/* Random histories. */

const REPLIES = [
  undefined,
  'smtp; 550 : User unknown',
  'smtp; 550 5.1.1 <x>: Recipient address rejected: User unknown',
  'smtp; 552 5.2.2 Mailbox full',
  'smtp; 550 5.7.1 Blocked by our policy, listed at zen.spamhaus.example',
  'smtp; 550 5.2.1 The account is disabled',
  'smtp; 550 4.4.7 Message expired: unable to deliver in 840 minutes.<421 4.4.1 Failed to establish connection>',
  'smtp; 550 5.1.1 <friend@forward.example>: no such user',
  'smtp; 421 4.7.0 Try again later, closing connection. rate limited',
  'smtp; 550 kkgf zzq',
  'smtp; 599 5.9.9 qqq zzq',
] as const;
const NOT_SENT = [
  'OnAccountSuppressionList',
  'OnTenantSuppressionList',
  'Suppressed',
  'EmailValidationSuppressed',
  'UnsubscribedRecipient',
  'InventedLater',
] as const;

const hours = fc.integer({ min: 1, max: 24 * 60 });
const mailId = fc.integer({ min: 0, max: 4 });

interface Event {
  readonly mail: number;
  readonly ago: number;
  readonly more: Partial<Fact>;
}

const event: fc.Arbitrary<Event> = fc.record({
  mail: mailId,
  ago: hours,
  more: fc.oneof(
    { weight: 3, arbitrary: fc.constant<Partial<Fact>>({ kind: 'delivery', smtpResponse: '250 ok' }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom('bounce' as const, 'bounce' as const, 'insight' as const),
        bounceType: fc.constantFrom('Permanent', 'Permanent', 'Transient', 'Undetermined'),
        bounceSubType: fc.constantFrom('General', 'General', 'NoEmail', 'MailboxFull'),
        diagnosticCode: fc.constantFrom(...REPLIES),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('bounce' as const),
        bounceType: fc.constant('Permanent'),
        bounceSubType: fc.constantFrom(...NOT_SENT),
        status: fc.constant('5.1.1'),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('complaint' as const),
        complaintFeedbackType: fc.constantFrom(
          undefined,
          'abuse',
          'fraud',
          'other',
          'not-spam',
          'auth-failure',
          'virus',
        ),
        complaintSubType: fc.constantFrom(undefined, undefined, undefined, 'OnAccountSuppressionList'),
        candidate: fc.constantFrom(undefined, undefined, true),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('deliveryDelay' as const),
        delayType: fc.constantFrom(
          'General',
          'MailboxFull',
          'SpamDetected',
          'InternalFailure',
          'TransientCommunicationFailure',
        ),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('open' as const, 'click' as const),
        botEvent: fc.constantFrom(undefined, 'Likely'),
      }),
    },
    { weight: 1, arbitrary: fc.constant<Partial<Fact>>({ kind: 'unknown', eventType: 'Later' }) },
  ),
});

const removal = fc.record({
  ago: hours,
  by: fc.constantFrom('tanaka', 'cleanup'),
  outcome: fc.constantFrom(
    undefined,
    undefined,
    'delivered' as const,
    'bounced-again' as const,
    'silent' as const,
  ),
  overrides: fc.constantFrom(undefined, undefined, ['complaint'], ['unknown-user']),
});

const history = fc.record({
  address: fc.constantFrom(
    'hanako@ezweb.ne.jp',
    'hanako@docomo.ne.jp',
    'hanako@softbank.ne.jp',
    'hanako@gmail.com',
    'hanako@docom.ne.jp',
    'hanako@mail.example.jp',
  ),
  events: fc.array(event, { maxLength: 7 }),
  removals: fc.array(removal, { maxLength: 3 }),
  listing: fc.constantFrom(
    'listed',
    'listed',
    'complaint',
    'not-enforced',
    'not-listed',
    'not-listed',
    'unasked',
    'spelling',
  ),
  listedAgo: fc.oneof(hours, fc.constant(24 * 1_000)),
  deliveriesRecorded: fc.constantFrom(undefined, true, false),
  recordsBegin: fc.constantFrom(undefined, iso(24 * 80)),
  member: fc.boolean(),
  notes: fc.array(
    fc.record({
      ago: hours,
      movedTo: fc.constantFrom(undefined, 'hanako.new@shop.example'),
      movedFrom: fc.constantFrom(undefined, 'hanako.old@shop.example'),
      text: fc.constantFrom(undefined, 'asked for the invoice'),
      removed: fc.constantFrom(undefined, undefined, { at: iso(1), by: 'suzuki' }),
    }),
    { maxLength: 2 },
  ),
  onceListedForComplaint: fc.option(hours, { nil: undefined }),
  audit: fc.constantFrom(undefined, 'pass', 'fail'),
});

type History = typeof history extends fc.Arbitrary<infer Made> ? Made : never;

function factsOf({ address, events }: History): readonly Fact[] {
  return events.map(({ mail, ago, more }, index) => {
    // Of one mail the events come after its sending; a bounce's clock may be off.
    const sentAgo = Math.max(...events.filter((each) => each.mail === mail).map((each) => each.ago)) + 0.01;
    const kept = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
    return {
      address,
      kind: 'delivery' as const,
      at: iso(ago),
      id: `f${index}`,
      messageId: `m${mail}`,
      sentAt: iso(sentAgo),
      senderDomain: 'shop.example',
      ...kept,
    };
  });
}

function listingOf({ listing, listedAgo, address, events }: History, facts: readonly Fact[]): ListingAnswer {
  const entry = {
    state: 'listed',
    since: iso(listedAgo),
    reason: 'BOUNCE',
    spelling: address,
    blocks: true,
  } as const;
  switch (listing) {
    case 'complaint':
      return { ...entry, reason: 'COMPLAINT' };
    case 'not-enforced':
      return { ...entry, blocks: false };
    case 'not-listed':
      return { state: 'not-listed' };
    case 'unasked':
      return { state: 'unknown', why: 'TimeoutError' };
    case 'spelling': {
      const dropped = facts.find(({ bounceSubType }) => bounceSubType === 'OnAccountSuppressionList');
      if (dropped === undefined || events.length === 0) return { state: 'not-listed' };
      return {
        state: 'unknown',
        why: 'spelling-unknown',
        droppedAt: dropped.at,
        because: { ja: '', en: '' },
      };
    }
    default:
      return entry;
  }
}

interface Told {
  readonly given: History;
  readonly facts: readonly Fact[];
  readonly listing: ListingAnswer;
  readonly removals: readonly Removal[];
  readonly statement: Statement;
  readonly headlines: Readonly<Record<'ja' | 'en', readonly string[]>>;
  /** Headline, what a page shows of it, and desk note. */
  readonly desk: Readonly<Record<'ja' | 'en', string>>;
  /** The letter without the provider's steps, which describe its settings and claim nothing of a mail. */
  readonly letter: Readonly<Record<'ja' | 'en', string>>;
}

function told(given: History): Told {
  const facts = factsOf(given);
  const listing = listingOf(given, facts);
  const removals = given.removals
    .map(({ ago, by, outcome, overrides }) => ({
      at: iso(ago),
      by,
      rule: 'by-hand',
      ...(outcome && { outcome }),
      ...(overrides && by !== 'cleanup' && { override: true, overrides }),
    }))
    .sort((a, b) => byCodeUnits(a.at, b.at));
  const { address } = given;
  const notes = given.notes.map(({ ago, ...said }, index) => ({
    address,
    id: `n${index}`,
    at: iso(ago),
    by: 'sato',
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
  }));
  const record: AddressRecord = {
    facts,
    decisions: [],
    ...(notes.length > 0 && { notes }),
    ...(given.onceListedForComplaint && { listedForComplaint: iso(given.onceListedForComplaint) }),
    ...(given.member && { member: { since: '2024-01-01T00:00:00.000Z', source: 'shop' } }),
  };
  const context = { policy: DEFAULT_POLICY, now: new Date(NOW).toISOString() };
  const judged =
    listing.state === 'listed'
      ? judge({ address, spelling: address, reason: listing.reason, at: listing.since }, record, context)
      : undefined;
  const { diagnosis, explainedBy } = judged ?? diagnoseRecord(address, record, context);
  const statement = statementOf({
    address,
    listing,
    record,
    removals,
    diagnosis,
    ...(explainedBy && { bounce: explainedBy }),
    ...(judged && { verdict: judged.verdict }),
    ...(given.recordsBegin && { recordsBegin: given.recordsBegin }),
    ...(given.audit && {
      senderAudit: {
        identity: 'shop.example',
        at: iso(30),
        spf: given.audit,
        spfUnaligned: false,
        dkim: given.audit,
        dmarc: given.audit,
      },
    }),
    ...(given.deliveriesRecorded !== undefined && { deliveriesRecorded: given.deliveriesRecorded }),
  });
  const provider = providerOfDomain(address.split('@')[1] ?? '');
  const advice = (language: 'ja' | 'en') => {
    const { toDesk, toCustomer, settings } = adviceFor({
      ...situationOf(statement.lead, provider),
      address,
      language,
      senderDomain: 'shop.example',
      claims: claimsOf(statement),
      next: statement.next,
    });
    // What is said of a carrier's settings in general, and what is to be done, is no claim of this address.
    const desk = toDesk[language].split('\n').filter((line) => /^(?:分かっていること|Known)/.test(line));
    const [opening = ''] = toCustomer.body.split(/\n\n(?:お手数をおかけ|We are sorry for the trouble, but)/);
    return {
      desk: desk.join('\n'),
      letter: `${toCustomer.subject}\n${settings.length > 0 ? opening : toCustomer.body}`,
    };
  };
  const both = <Value>(make: (language: 'ja' | 'en') => Value) => ({ ja: make('ja'), en: make('en') });
  const texts = both(advice);
  const headlines = both((language) => headline(statement, language));
  const { title, why } = screenOf(statement);
  return {
    given,
    facts,
    listing,
    removals,
    statement,
    headlines,
    desk: both((language) =>
      [...headlines[language].slice(0, 2), title[language], why[language], texts[language].desk].join('\n'),
    ),
    letter: both((language) => texts[language].letter),
  };
}

/* The facts, read independently of the product. */

const isNotSent = ({ kind, bounceType, bounceSubType, complaintSubType, diagnosticCode }: Fact) => {
  if (kind === 'complaint') return complaintSubType === 'OnAccountSuppressionList';
  if (kind !== 'bounce' && kind !== 'insight') return false;
  const known = (NOT_SENT as readonly string[]).includes(bounceSubType ?? '');
  return known && (bounceSubType !== 'InventedLater' || (bounceType === 'Permanent' && !diagnosticCode));
};
const isDelivery = ({ kind }: Fact) => kind === 'delivery';
/** An out-of-office reply: no refusal. */
const isAutomatic = (fact: Fact, facts: readonly Fact[]) =>
  fact.bounceType === 'Transient' &&
  fact.bounceSubType === 'General' &&
  facts.some(
    (each) =>
      isDelivery(each) &&
      (each.messageId === fact.messageId ||
        (fact.diagnosticCode === undefined && each.at.slice(0, 10) === fact.sentAt.slice(0, 10))),
  );
const refusals = (facts: readonly Fact[]) =>
  facts.filter(
    (fact) =>
      (fact.kind === 'bounce' || fact.kind === 'insight') && !isNotSent(fact) && !isAutomatic(fact, facts),
  );
const complaints = (facts: readonly Fact[]) =>
  facts.filter(
    (fact) =>
      fact.kind === 'complaint' &&
      !isNotSent(fact) &&
      !['not-spam', 'auth-failure', 'virus'].includes(fact.complaintFeedbackType ?? ''),
  );
const isPersons = (fact: Fact) => fact.candidate !== true;
const takenMails = (facts: readonly Fact[]) => {
  const refused = new Set(refusals(facts).map(({ messageId }) => messageId));
  return facts.filter(
    (fact) =>
      !refused.has(fact.messageId) &&
      (isDelivery(fact) ||
        ((fact.kind === 'open' || fact.kind === 'click') && fact.botEvent === undefined) ||
        (complaints(facts).includes(fact) && isPersons(fact)) ||
        ((fact.kind === 'bounce' || fact.kind === 'insight') && isAutomatic(fact, facts))),
  );
};

/** A claim as a reader finds it in words, and the fact it needs. */
interface Check {
  readonly claim: string;
  readonly words: RegExp;
  readonly holds: (told: Told) => boolean;
}

const CHECKS: readonly Check[] = [
  {
    claim: 'accepted',
    words:
      /受信側(?:のサーバー)?が受け取(?:りました|っています)|が(?:遅れて)?受け取(?:りました|っています)$|サーバーまで(?:は)?届いて|サーバーに届きました|accepted (?:the|a) mail|was accepted by|has been accepted by|mail has been accepted since|^Mail of \S+ accepted|has accepted it$|accepts mail again$|accepted it late$/m,
    holds: ({ facts }) => takenMails(facts).length > 0,
  },
  {
    claim: 'accepted late',
    words: /(?:時間|分|日)(?:\d+(?:時間|分))?後に受信側|ほど遅れて|accepted after|about .* late\./,
    holds: ({ facts }) =>
      facts.some((fact) => isDelivery(fact) && Date.parse(fact.at) - Date.parse(fact.sentAt) >= HOUR / 6),
  },
  {
    claim: 'put off by the receiving side',
    words: /一時保留|put it off|put the mail off/,
    holds: ({ facts }) =>
      facts.some(
        ({ kind, delayType }) =>
          kind === 'deliveryDelay' && /General|MailboxFull|SpamDetected/.test(delayType ?? ''),
      ),
  },
  {
    claim: 'returned',
    words: /送信エラーとなり|メールは送信エラー|returned with an error|was returned/,
    holds: ({ facts }) => refusals(facts).length > 0,
  },
  {
    claim: 'refused',
    words:
      /拒否されました|が受信を拒否しました|による拒否|refused it$|refused (?:the mail|by the customer)|受信が拒否された可能性/m,
    holds: ({ facts }) => refusals(facts).length > 0,
  },
  {
    claim: 'does not exist',
    words:
      /存在しないという(?:応答|趣旨)|存在しないと明確に|見つからないという応答|the address (?:does not exist|was not found)|^宛先不明で戻りました$|^It came back: no such mailbox$/m,
    holds: ({ facts }) =>
      refusals(facts).some(
        ({ diagnosticCode = '', bounceSubType }) =>
          /unknown|no such/i.test(diagnosticCode) || bounceSubType === 'NoEmail',
      ),
  },
  {
    claim: 'certain that it does not exist',
    words: /明確に応答しました|without any doubt/,
    holds: ({ facts }) =>
      refusals(facts).some(
        ({ diagnosticCode = '', bounceSubType }) =>
          /unknown/i.test(diagnosticCode) || bounceSubType === 'NoEmail',
      ),
  },
  {
    claim: 'mailbox full',
    words:
      /容量超過|空き容量が足りな|mailbox full|mailbox (?:is full|does not have enough|did not have enough)/,
    holds: ({ facts }) =>
      facts.some(({ delayType }) => delayType === 'MailboxFull') ||
      refusals(facts).some(
        ({ diagnosticCode = '', bounceSubType }) =>
          /full/i.test(diagnosticCode) || bounceSubType === 'MailboxFull',
      ),
  },
  {
    claim: 'a reason for the delay',
    words: /遅延の理由|（理由：|reason for the delay|\(delayed: /,
    holds: ({ facts }) =>
      facts.some(({ kind, delayType }) => kind === 'deliveryDelay' && delayType !== 'General'),
  },
  {
    claim: 'spam seen by the receiving side',
    words: /迷惑メールの検知|spam detected/,
    holds: ({ facts }) => facts.some(({ delayType }) => delayType === 'SpamDetected'),
  },
  {
    claim: 'mail was taken before the error',
    words:
      /という応答（.*には受領$|それより前の[^。]*受け取っています|Before that the receiving side|reply: no such address .* accepted/m,
    holds: ({ facts }) =>
      takenMails(facts).some(({ at }) => refusals(facts).some((refusal) => refusal.at > at)),
  },
  {
    claim: 'mail was taken after an error',
    words: /は送信エラー（.*受領|^Error \d{4}|did not reach you\. The email we sent on/m,
    holds: ({ facts }) =>
      takenMails(facts).some(({ sentAt }) => refusals(facts).some((refusal) => refusal.sentAt < sentAt)),
  },
  {
    claim: 'mail was dropped before this entry',
    words: /に登録、未送信は|リストに載っていたためSESは|mail not sent since|Before this entry was made/,
    holds: ({ facts, listing }) =>
      listing.state === 'listed' &&
      facts.some(
        ({ at, bounceSubType, complaintSubType }) =>
          at < listing.since && [bounceSubType, complaintSubType].includes('OnAccountSuppressionList'),
      ),
  },
  {
    claim: 'the reply on record is of another time than the entry',
    words:
      /応答「.*」より[前後]に登録|記録にある(?:最後の)?送信エラー|error of \S+ is (?:older|newer)|The (?:last )?error on record/,
    holds: ({ facts }) => refusals(facts).length > 0,
  },
  {
    claim: 'the server’s own words',
    words: /kkgf|qqq/,
    holds: ({ facts }) => facts.some(({ diagnosticCode = '' }) => /kkgf|qqq/.test(diagnosticCode)),
  },
  {
    claim: 'the customer was written to before',
    words: /先日|前回のご案内|ご案内した|we wrote|as we told/,
    holds: () => false,
  },
  {
    claim: 'reported as fraud',
    words: /詐欺|fraud/,
    holds: ({ facts }) => facts.some(({ complaintFeedbackType }) => complaintFeedbackType === 'fraud'),
  },
  {
    claim: 'reported as no spam',
    words: /「迷惑メールではない」との報告|reported as not spam/,
    holds: ({ facts }) => facts.some(({ complaintFeedbackType }) => complaintFeedbackType === 'not-spam'),
  },
  {
    claim: 'not taken in time',
    words:
      /期限まで試み|期限まで送信を試み|一定の時間送信を続け|while SES tried|tried until its time|tried for some time/,
    holds: ({ facts }) => refusals(facts).length > 0,
  },
  {
    claim: 'another mailbox spoke',
    words:
      /転送先など別の|転送先と思われる|another address \(forwarding|is about another address|seems to have been forwarded/,
    holds: ({ facts }) =>
      refusals(facts).some(({ diagnosticCode = '' }) => diagnosticCode.includes('friend@')),
  },
  {
    claim: 'this recipient reported it as spam',
    words:
      /(?<!システムの)受信者が\S+(?:として|種別で)申告|(?:the|The) recipient (?:of this address )?reported/,
    holds: ({ facts }) => complaints(facts).some(isPersons),
  },
  {
    claim: 'reported as spam',
    words:
      /(?:として|種別で)申告(?!されたとの)|reported a mail as|reported our mail as|was reported as (?:spam|fraud)|申告されたとの/,
    holds: ({ facts, listing }) =>
      complaints(facts).length > 0 || (listing.state === 'listed' && listing.reason === 'COMPLAINT'),
  },
  {
    claim: 'complaint lifted',
    words: /申告を承知|in spite of a complaint/,
    holds: ({ removals, listing }) =>
      listing.state === 'not-listed' && removals.at(-1)?.overrides?.includes('complaint') === true,
  },
  {
    claim: 'a receiving system reported',
    words:
      /受信側のシステム(?:の報告|から(?:報告|自動の報告))|receiving system(?:'s report| sent)|automatic report/,
    holds: ({ facts }) =>
      facts.some(({ complaintFeedbackType: type }) => type === 'auth-failure' || type === 'virus'),
  },
  {
    claim: 'not sent by SES',
    words:
      /SESが送信していません|SESが送信しませんでした|SESは.*を送信していません|未送信[1-9]|SES did not send|配信サービスで止まり|was held back|not sent: [1-9]/,
    holds: ({ facts }) => facts.some(isNotSent),
  },
  {
    claim: 'still trying',
    words: /再送中|再送を続けています|現在も送信を続け|still trying/,
    holds: ({ facts }) => facts.some(({ kind }) => kind === 'deliveryDelay'),
  },
  {
    claim: 'nothing recorded',
    words:
      /送信は記録にありません|アドレスの記録はありません|No mail to this address is on record|No record of this address/,
    holds: ({ facts }) => facts.length === 0,
  },
  {
    claim: 'no refusal recorded',
    words:
      /不達の記録はありません|No refusal is on record|エラーの通知は当店に届いておりません|received no error/,
    holds: ({ facts }) => refusals(facts).length === 0 && !facts.some(isNotSent),
  },
  {
    claim: 'no reply about the listing recorded',
    words:
      /応答の記録がありません|応答は記録にありません(?!。記録にある)|no reply is on record|No answer of the receiving side is on record/,
    holds: ({ facts, listing, statement }) =>
      statement.lead.claim === 'mistyped'
        ? refusals(facts).every(({ at }) => !isNear(at, listing))
        : refusals(facts).every(
            (fact) =>
              fact.bounceType === 'Transient' && fact.bounceSubType === 'General' && !fact.diagnosticCode,
          ),
  },
  {
    claim: 'stopped',
    words: /送信を止めています|送信を停止しております|has been stopped|We have stopped/,
    holds: ({ listing }) => listing.state === 'listed' && listing.blocks,
  },
  {
    claim: 'not stopped',
    words: /送信は止めていません|is not stopped|Not stopped/,
    holds: ({ listing }) => listing.state === 'not-listed' || (listing.state === 'listed' && !listing.blocks),
  },
  {
    claim: 'released',
    words:
      /送信を再開し(?:ました|、結果)|Sending again|送信を再開しており|Released \d{4}|Lifted|Sending: removed|have now resumed/,
    holds: ({ removals, listing }) => listing.state === 'not-listed' && removals.length > 0,
  },
  {
    claim: 'mail taken since a removal',
    words: /その後のメールは受信側|再開後に.*届いて|accepted since|has been accepted by/,
    holds: ({ facts, removals, statement }) =>
      statement.lead.claim !== 'resumed' ||
      takenMails(facts).some(({ sentAt }) => sentAt > (removals.at(-1)?.at ?? '~')),
  },
  {
    claim: 'has another address',
    words: /に変わりました|変更済み|ご変更を承って|has moved to|address has changed/,
    holds: ({ given }) =>
      given.notes.some(({ movedTo, removed }) => movedTo !== undefined && removed === undefined),
  },
  {
    claim: 'had another address',
    words: /以前のアドレスは|address was \S+ before/,
    holds: ({ given }) =>
      given.notes.some(({ movedFrom, removed }) => movedFrom !== undefined && removed === undefined),
  },
  {
    claim: 'a note',
    words: /asked for the invoice/,
    holds: ({ given }) =>
      given.notes.some(({ text, removed }) => text !== undefined && removed === undefined),
  },
  {
    claim: 'once listed for a complaint, and gone',
    words:
      /迷惑メールの申告としてSESのサプレッションリストに載りましたが|SES listed the address for a complaint on/,
    holds: ({ given, listing, removals }) =>
      given.onceListedForComplaint !== undefined &&
      listing.state === 'not-listed' &&
      removals.every(({ at }) => at < iso(given.onceListedForComplaint ?? 0)),
  },
  {
    claim: 'the sender passes',
    words: /SPF 合格|SPF pass/,
    holds: ({ given }) => given.audit === 'pass',
  },
  {
    claim: 'refused again',
    words: /回の解除の後も|回解除しましたが|after \d+ releases|Released \d+ times/,
    holds: ({ facts, removals }) => refusals(facts).length > 0 && removals.length >= 2,
  },
];

/** A claim that names a mail, or the moment of a reply: the fact must be of that very mail, or moment. */
interface NamedCheck {
  readonly claim: string;
  /** What is captured is a moment, or a day, in Japan's time. */
  readonly words: RegExp;
  /** The facts that support it, and which of their moments is named. */
  readonly facts: (told: Told) => readonly Fact[];
  readonly by: 'sentAt' | 'at';
}

const MOMENT = String.raw`(\d{4}-\d\d-\d\d \d\d:\d\d)`;
const DAY = String.raw`(\d{4}-\d\d-\d\d)`;
/** The moment as it is written in both languages: `2026-11-20 09:00（日本時間）`. */
const JA = `${MOMENT}（日本時間）`;
const EN = String.raw`${MOMENT} \(Japan time\)`;

const refusing = ({ facts }: Told) => refusals(facts);
const saying = (words: RegExp) => (told: Told) =>
  refusals(told.facts).filter(({ diagnosticCode = '', bounceSubType = '' }) =>
    words.test(`${diagnosticCode} ${bounceSubType}`),
  );
const taking = ({ facts }: Told) => takenMails(facts);
const unsent = ({ facts }: Told) => facts.filter(isNotSent);
const trying = ({ facts }: Told) => facts.filter(({ kind }) => kind === 'deliveryDelay');
const persons = ({ facts }: Told) => complaints(facts).filter(isPersons);

const NAMED_CHECKS: readonly NamedCheck[] = [
  {
    claim: 'refused',
    words: `${JA}のメール[はも]受信側(?:の設定により|に)拒否されました`,
    by: 'sentAt',
    facts: refusing,
  },
  { claim: 'refused', words: `refused the mail of ${EN}`, by: 'sentAt', facts: refusing },
  { claim: 'returned', words: `${JA}のメールは送信エラーとなり`, by: 'sentAt', facts: refusing },
  { claim: 'returned', words: `The mail of ${EN} was returned`, by: 'sentAt', facts: refusing },
  {
    claim: 'does not exist',
    words: `${JA}に、宛先[^。]*(?:と明確に|という趣旨の)応答`,
    by: 'at',
    facts: saying(/unknown|no such|NoEmail/i),
  },
  {
    claim: 'does not exist',
    words: `answered(?: without any doubt)?, ${EN}, (?:in words that mean that|that) the (?:address does not exist|domain was not)`,
    by: 'at',
    facts: saying(/unknown|no such|NoEmail/i),
  },
  { claim: 'full', words: `${JA}に、メールボックスの空き容量`, by: 'at', facts: saying(/full/i) },
  { claim: 'full', words: `${EN}, that the mailbox is full`, by: 'at', facts: saying(/full/i) },
  { claim: 'suspended', words: `${JA}に、そのアドレスが利用できない`, by: 'at', facts: saying(/disabled/i) },
  { claim: 'suspended', words: `${EN}, that the address is suspended`, by: 'at', facts: saying(/disabled/i) },
  { claim: 'not taken', words: `${JA}までに受信側は`, by: 'at', facts: refusing },
  { claim: 'not taken', words: `until its time was up, ${EN}`, by: 'at', facts: refusing },
  { claim: 'another mailbox', words: `${JA}のエラー応答`, by: 'at', facts: saying(/friend@/) },
  { claim: 'another mailbox', words: `The error of ${EN}`, by: 'at', facts: saying(/friend@/) },
  {
    claim: 'accepted',
    words: `${JA}のメールは、(?:[^。]*後に)?受信側のサーバーが受け取`,
    by: 'sentAt',
    facts: taking,
  },
  { claim: 'accepted', words: `accepted the mail of ${EN}`, by: 'sentAt', facts: taking },
  {
    claim: 'accepted',
    words: `${DAY}のメールは(?:[^。、]*後に)?受信側(?:のサーバー)?が受け取`,
    by: 'sentAt',
    facts: taking,
  },
  {
    claim: 'accepted',
    words: `(?:accepted the mail of|^Mail of) ${DAY}(?! \\d\\d:)`,
    by: 'sentAt',
    facts: taking,
  },
  { claim: 'accepted since', words: `その後${MOMENT}のメールは受信側`, by: 'at', facts: taking },
  { claim: 'accepted since', words: `accepted a mail ${MOMENT}`, by: 'at', facts: taking },
  { claim: 'not sent', words: `SESは${JA}のメールを送信していません`, by: 'sentAt', facts: unsent },
  { claim: 'not sent', words: `${DAY}のメールはSESが送信していません`, by: 'sentAt', facts: unsent },
  {
    claim: 'not sent',
    words: `${JA}のメールは、サプレッションリストに載っていたため`,
    by: 'at',
    facts: unsent,
  },
  {
    claim: 'not sent',
    words: `SES did not send the mail of ${EN}, (?!because the address was)`,
    by: 'sentAt',
    facts: unsent,
  },
  { claim: 'still trying', words: `${JA}のメールは、SESが再送を`, by: 'sentAt', facts: trying },
  { claim: 'still trying', words: `still trying to send the mail of ${EN}`, by: 'sentAt', facts: trying },
  { claim: 'reported', words: `${JA}に、このアドレスの受信者が`, by: 'at', facts: persons },
  { claim: 'reported', words: `${EN} the recipient of this address reported`, by: 'at', facts: persons },
  { claim: 'reported', words: `受信者が迷惑メールとして申告（${DAY}）`, by: 'at', facts: persons },
  {
    claim: 'reported',
    words: String.raw`recipient reported a mail as spam \(${DAY}\)`,
    by: 'at',
    facts: persons,
  },
].map(({ words, ...check }) => ({ ...check, words: new RegExp(words, 'gm') }) as NamedCheck);

/** A moment in Japan's time, by a reckoning of the test's own. */
const inJapan = (iso: string) =>
  new Date(Date.parse(iso) + 9 * HOUR).toISOString().slice(0, 16).replace('T', ' ');

/** What a text says of a mail that no fact of that mail supports. */
function unsupportedIn(text: string, found: Told): string | undefined {
  for (const { claim, words, facts, by } of NAMED_CHECKS) {
    for (const [said, moment = ''] of text.matchAll(words)) {
      if (!facts(found).some((fact) => inJapan(fact[by]).startsWith(moment))) return `"${claim}" in: ${said}`;
    }
  }
  return undefined;
}

function isNear(at: string, listing: ListingAnswer): boolean {
  if (listing.state !== 'listed') return true;
  const before = Date.parse(listing.since) - Date.parse(at);
  return before <= 24 * HOUR && before >= -6 * HOUR;
}

const width = (text: string) =>
  [...text].reduce(
    (sum, letter) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
        letter,
      )
        ? 2
        : 1),
    0,
  );

/** All of them take some two minutes of a processor, and longer where others want it too. */
const MILLISECONDS_AT_MOST = 30 * 60_000;

it(
  'every claim of headline, desk note and letter has its fact, and the headline fits',
  () => {
    fc.assert(
      fc.property(history, (given) => {
        const found = told(given);
        for (const language of ['ja', 'en'] as const) {
          const said = [found.desk[language], found.letter[language]];
          for (const { claim, words, holds } of CHECKS) {
            const text = said.find((each) => words.test(each));
            if (text !== undefined && !holds(found)) expect.fail(`"${claim}" without its fact in: ${text}`);
          }
          for (const text of said) {
            const unsupported = unsupportedIn(text, found);
            if (unsupported !== undefined) expect.fail(`${unsupported}: no fact of that mail`);
          }
          const lines = found.headlines[language];
          expect(lines).toHaveLength(3);
          for (const line of lines) {
            if (width(line) >= 80 || line.includes('…') || line.includes('undefined') || line.trim() === '') {
              expect.fail(`a line that does not fit: ${line}`);
            }
          }
        }
      }),
      { numRuns: worlds({ few: 1_000, all: 100_000 }), seed: 12 },
    );
  },
  MILLISECONDS_AT_MOST,
);
