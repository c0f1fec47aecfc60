import { DOCOMO_STOPPED_REFUSING } from './docomo.ts';
import type { ReplyRule } from './rule.ts';

const DISTINGUISH = 'libsisimai.org/ja/docs/distinguish-between-the-unknown-and-the-filtered.html';
const DOCOMO_2025 =
  'github.com/sisimai/go-sisimai issue 64; k-tai.watch.impress.co.jp/docs/news/1662487.html';
const DOCOMO_NOTES = 'note.com/sendmagic/n/neb6bbe7e51cf';
const KDDI = 'Sisimai Rhost::KDDI; github.com/sisimai/set-of-emails 18e585c';
const KDDI_NOTES = 'note.com/sendmagic/n/n875d8dcb6cb8; chiilabo.com/2020-11/au-mail-error-filtering/';
const EZWEB = 'Sisimai Lhost::EZweb; au.com/mobile/service/attention/specification';
const SOFTBANK = 'note.com/sendmagic/n/n5afbf98aeb25';
const SET = 'github.com/sisimai/set-of-emails 18e585c';
const RAKUTEN = 'github.com/sisimai/go-sisimai issue 172';

const BEFORE = { until: DOCOMO_STOPPED_REFUSING };
const SINCE = { from: DOCOMO_STOPPED_REFUSING };
const AT_DOCOMO = { carriers: ['docomo'], phrases: ['unknown user'] };
const OLD = { recipient: 'hanako@docomo.ne.jp', at: '2024-06-01T03:00:00.000Z' };
const NEW = { recipient: 'hanako@docomo.ne.jp', at: '2026-06-01T03:00:00.000Z' };

const DOCOMO_SAME_WORDS = {
  ja: '2025年3月12日までのドコモは、宛先不明にも受信拒否にも同じ文言を返していました。文言だけでは区別できません。',
  en: 'Until 2025-03-12 docomo answered an unknown user and refused mail with the same words: they do not tell which.',
};

/** docomo: one text for two causes until 2025-03-13, one cause since. */
const DOCOMO_RULES: readonly ReplyRule[] = [
  {
    id: 'docomo/mailbox-full',
    reason: 'mailboxfull',
    confidence: 'certain',
    when: { carriers: ['docomo'], phrases: ['too much mail data'] },
    samples: [{ text: 'smtp; 552 Too much mail data hanako@docomo.ne.jp', ...NEW }],
    source: `Sisimai Rhost::NTTDOCOMO; ${DOCOMO_NOTES}`,
  },
  {
    id: 'docomo/too-many-recipients',
    reason: 'ratelimited',
    confidence: 'certain',
    when: { carriers: ['docomo'], phrases: ['too many recipients'] },
    samples: [{ text: 'smtp; 552 Too many recipients', ...NEW }],
    source: `${SET}; hde.co.jp/mmta`,
    note: {
      ja: '1回の接続で送れる宛先数(ドコモは100件)を超えました。容量超過ではありません。',
      en: 'More recipients in one session than docomo takes (100); not a full mailbox, in spite of the 552.',
    },
  },
  {
    id: 'docomo/line-too-long',
    reason: 'contenterror',
    confidence: 'certain',
    when: { carriers: ['docomo'], phrases: ['line too long'] },
    samples: [{ text: 'smtp; 500 Line Too Long', ...NEW }],
    source: `${DOCOMO_NOTES}; nttdocomo.co.jp/service/imode_mail/notice`,
    note: {
      ja: '本文に1000バイトを超える行があります。',
      en: 'The mail has a line of more than 1000 bytes.',
    },
  },
  {
    id: 'docomo/protocol',
    reason: 'syntaxerror',
    confidence: 'likely',
    when: {
      carriers: ['docomo'],
      phrases: ['bad sequence of commands', 'command parameter not implemented'],
    },
    samples: [{ text: 'smtp; 504 Command parameter not implemented', ...NEW }],
    source: `Sisimai Rhost::NTTDOCOMO; ${SET}`,
  },
  {
    id: 'docomo/unknown-user-after-data',
    reason: 'userunknown',
    confidence: 'ambiguous',
    alternatives: ['authfailure'],
    when: { ...AT_DOCOMO, phases: ['data'] },
    period: SINCE,
    samples: [
      { text: 'X-Postfix; 550 Unknown user hanako@docomo.ne.jp (in reply to end of DATA command)', ...NEW },
    ],
    source: `${DOCOMO_2025}; news.biglobe.ne.jp/it/0213/mnn_250213_2169408279.html`,
    note: {
      ja: '2025年3月以降、本文送信後のこの応答は想定されていません。DMARC(p=reject)による拒否の可能性があります。',
      en: 'Not expected after the message since March 2025; a DMARC p=reject refusal may look like this.',
    },
  },
  {
    id: 'docomo/unknown-user',
    reason: 'userunknown',
    confidence: 'likely',
    alternatives: ['authfailure'],
    when: AT_DOCOMO,
    period: SINCE,
    samples: [{ text: 'smtp; 550 Unknown user hanako@docomo.ne.jp', ...NEW }],
    source: DOCOMO_2025,
    note: {
      ja: '2025年3月13日以降のドコモは受信拒否のメールも受け取って迷惑メールフォルダに入れるため、この応答は宛先不明を意味します。ただしDMARC(p=reject)による拒否時の文言は公開されておらず、その可能性は残ります。',
      en: 'Since 2025-03-13 docomo accepts filtered mail and files it, so this means that the mailbox does not exist; the text of a DMARC p=reject refusal is not published and remains a doubt.',
    },
  },
  {
    id: 'docomo/refused-after-data-until-2025-03',
    reason: 'filtered',
    confidence: 'likely',
    alternatives: ['userunknown', 'rejected'],
    when: { ...AT_DOCOMO, phases: ['data'] },
    period: BEFORE,
    samples: [
      {
        text: 'X-Postfix; host mfsmax.docomo.ne.jp[203.138.180.112] said: 550 Unknown user hanako@docomo.ne.jp (in reply to end of DATA command)',
        ...OLD,
      },
    ],
    source: `${DISTINGUISH}; akisoftware.com/pmsrv/help/docomo.html`,
    note: {
      ja: '本文送信後の拒否です。当時のドコモでは受信者の設定による拒否でした。',
      en: 'Refused after the message was sent: at docomo, then, the customer’s own setting.',
    },
  },
  {
    id: 'docomo/refused-at-rcpt-until-2025-03',
    reason: 'userunknown',
    confidence: 'likely',
    alternatives: ['filtered'],
    when: { ...AT_DOCOMO, phases: ['rcpt'] },
    period: BEFORE,
    samples: [
      { text: 'X-Postfix; 550 Unknown user hanako@docomo.ne.jp (in reply to RCPT TO command)', ...OLD },
    ],
    source: `${DISTINGUISH}; akisoftware.com/pmsrv/help/docomo.html`,
    note: {
      ja: '宛先指定の段階での拒否は宛先不明が普通ですが、2004年にはiモードのみ受信の設定でもこの段階で拒否された例があります。',
      en: 'Refused at RCPT, which usually means an unknown user; a 2004 log shows the "i-mode only" setting refusing there too.',
    },
  },
  {
    id: 'docomo/status-5.2.0-until-2025-03',
    reason: 'filtered',
    confidence: 'ambiguous',
    alternatives: ['userunknown'],
    when: { ...AT_DOCOMO, statuses: ['5.2.0'] },
    period: BEFORE,
    samples: [{ text: 'smtp; 550 Unknown user hanako@docomo.ne.jp', status: '5.2.0', ...OLD }],
    source: DISTINGUISH,
    note: DOCOMO_SAME_WORDS,
  },
  {
    id: 'docomo/status-5.1.1-until-2025-03',
    reason: 'userunknown',
    confidence: 'ambiguous',
    alternatives: ['filtered'],
    when: { ...AT_DOCOMO, statuses: ['5.1.1'] },
    period: BEFORE,
    samples: [{ text: 'smtp; 550 Unknown user hanako@docomo.ne.jp', status: '5.1.1', ...OLD }],
    source: DISTINGUISH,
    note: DOCOMO_SAME_WORDS,
  },
  {
    id: 'docomo/unknown-user-until-2025-03',
    reason: 'filtered',
    confidence: 'ambiguous',
    alternatives: ['userunknown'],
    when: AT_DOCOMO,
    period: BEFORE,
    samples: [{ text: 'smtp; 550 Unknown user hanako@docomo.ne.jp', ...OLD }],
    source: DISTINGUISH,
    note: DOCOMO_SAME_WORDS,
  },
];

/** au and UQ, which share their mail servers. */
const AU_RULES: readonly ReplyRule[] = [
  {
    id: 'au/filtered-at-rcpt',
    reason: 'filtered',
    confidence: 'likely',
    alternatives: ['userunknown'],
    when: { carriers: ['au', 'uq'], bareColon: true, phases: ['rcpt'] },
    samples: [
      { text: 'X-Postfix; 550 : User unknown (in reply to RCPT TO command)', recipient: 'hanako@au.com' },
    ],
    source: KDDI,
    note: {
      ja: '受信拒否の文言ですが、通常は本文送信後に返るもので、宛先指定の段階での例は知られていません。',
      en: 'The words of a refusal by the customer’s filter, but known only after the message, not at RCPT.',
    },
  },
  {
    id: 'au/filtered',
    reason: 'filtered',
    confidence: 'certain',
    when: { carriers: ['au', 'uq'], bareColon: true },
    samples: [
      { text: 'smtp; 550 : User unknown', recipient: 'hanako@ezweb.ne.jp' },
      { text: 'smtp; 550 : User unknown', recipient: 'hanako@uqmobile.jp' },
      { text: 'SMTP error after end of data: host lsean.ezweb.ne.jp [27.85.176.228]: 550 : User unknown' },
      { text: '550: : User unknown', recipient: 'hanako@au.com' },
      {
        text: 'smtp;550 5.1.351 Remote server returned unknown recipient or mailbox unavailable -> 550 : User unknown',
        recipient: 'hanako@ezweb.ne.jp',
      },
    ],
    source: KDDI,
    note: {
      ja: '宛先アドレスを含まない応答「550 : User unknown」は、auの迷惑メールフィルターなど受信者の設定による拒否です。',
      en: '"550 : User unknown" without an address is au’s refusal by the customer’s own filter.',
    },
  },
  {
    id: 'au/user-unknown',
    reason: 'userunknown',
    confidence: 'likely',
    alternatives: ['filtered'],
    when: { carriers: ['au', 'uq'], phrases: ['user unknown'] },
    samples: [
      { text: 'smtp; 550 <hanako@ezweb.ne.jp>: User unknown', recipient: 'hanako@ezweb.ne.jp' },
      { text: 'smtp; 550 <hanako@uqmobile.jp>: User unknown', recipient: 'hanako@uqmobile.jp' },
    ],
    source: `${KDDI}; ${KDDI_NOTES}`,
    note: {
      ja: 'おそらく宛先不明ですが、受信拒否でもこの文言になるという報告が2件あり、断定はできません。',
      en: 'Probably no such user; two senders report the same words for a customer’s filter, so it is no proof.',
    },
  },
  {
    id: 'au/relay-denied',
    reason: 'norelaying',
    confidence: 'likely',
    when: { carriers: ['au', 'uq'], phrases: ['relay access denied'] },
    samples: [
      {
        text: 'smtp; 554 <hanako@ezweb.ne.jp.example>: Relay access denied',
        recipient: 'hanako@ezweb.ne.jp',
      },
    ],
    source: 'note.com/sendmagic/n/n875d8dcb6cb8',
    note: {
      ja: 'アドレスの形が崩れているか、auのドメインではありません。',
      en: 'The address is malformed, or its domain is not au’s.',
    },
  },
  {
    id: 'au/ndr-suspended',
    reason: 'suspend',
    confidence: 'likely',
    alternatives: ['userunknown'],
    when: { carriers: ['au', 'uq'], phrases: ['account is disabled', 'account is temporarily limited'] },
    samples: [{ text: 'The user(s) account is temporarily limited.', recipient: 'hanako@ezweb.ne.jp' }],
    source: EZWEB,
    note: {
      ja: 'auから後で届く不達通知の文言で、利用停止中と考えられます(宛先不明と解釈する資料もあります)。',
      en: 'From au’s later non-delivery report: the account is probably suspended; an older source reads it as unknown.',
    },
  },
  {
    id: 'au/ndr-over-quota',
    reason: 'mailboxfull',
    confidence: 'certain',
    when: { carriers: ['au', 'uq'], phrases: ['temporarily over quota', 'mailbox is full'] },
    samples: [{ text: 'The user(s) account is temporarily over quota.', recipient: 'hanako@ezweb.ne.jp' }],
    source: 'Sisimai Lhost::EZweb, Lhost::KDDI',
  },
  {
    id: 'au/ndr-expired',
    reason: 'expired',
    confidence: 'certain',
    when: { carriers: ['au', 'uq'], phrases: ['your message was not delivered within'] },
    samples: [
      { text: 'Your message was not delivered within 0 days and 1 hours.', recipient: 'hanako@au.com' },
    ],
    source: EZWEB,
  },
  {
    id: 'au/ndr-rejected',
    reason: 'filtered',
    confidence: 'ambiguous',
    alternatives: ['userunknown', 'suspend'],
    when: { carriers: ['au', 'uq'], phrases: ['rejected by a remote mail server'] },
    samples: [
      {
        text: 'Each of the following recipients was rejected by a remote mail server.',
        recipient: 'hanako@ezweb.ne.jp',
      },
    ],
    source: EZWEB,
    note: {
      ja: 'auの不達通知で最も多い原因は受信拒否ですが、それを示すヘッダーはSESの通知に含まれません。',
      en: 'The commonest cause of au’s reports is the filter, but the header that says so does not reach SES’s events.',
    },
  },
  {
    id: 'au/no-valid-recipients',
    reason: 'undefined',
    confidence: 'ambiguous',
    alternatives: ['filtered', 'userunknown'],
    when: { carriers: ['au', 'uq'], phrases: ['error no valid recipients'] },
    samples: [{ text: 'smtp; 554 Error: no valid recipients', recipient: 'hanako@ezweb.ne.jp' }],
    source: SET,
    note: {
      ja: '直前の拒否に続いて返る応答で、原因を示しません。',
      en: 'Follows a refusal that came before it and does not name the cause.',
    },
  },
];

/** SoftBank and Y!mobile: filtered mail does not bounce, so what bounces was refused for another reason. */
const SOFTBANK_RULES: readonly ReplyRule[] = [
  {
    id: 'softbank/invalid-recipient',
    reason: 'userunknown',
    confidence: 'likely',
    when: { carriers: ['softbank', 'ymobile'], phrases: ['invalid recipient'] },
    samples: [
      { text: 'smtp; 550 Invalid recipient: <hanako@softbank.ne.jp>', recipient: 'hanako@softbank.ne.jp' },
      { text: 'smtp; 550 Invalid recipient: <hanako@i.softbank.jp>', recipient: 'hanako@i.softbank.jp' },
    ],
    source: `${SOFTBANK}; ${SET}; pa-solution.net FAQ 921`,
    note: {
      ja: 'ソフトバンクは受信拒否のメールを受け取って破棄するため、この応答は宛先不明です(指定受信の可能性を挙げるプロバイダーのFAQが1件あります)。',
      en: 'SoftBank accepts and drops filtered mail, so this means no such user; one ISP’s FAQ reads it as a possible allow list.',
    },
  },
  {
    id: 'softbank/sender-domain',
    reason: 'rejected',
    confidence: 'likely',
    when: { carriers: ['softbank', 'ymobile'], phrases: ['does not exist'], codes: [553] },
    samples: [{ text: 'smtp; 553 shop.example does not exist', recipient: 'hanako@softbank.ne.jp' }],
    source: SOFTBANK,
    note: {
      ja: '送信元(エンベロープFrom)のドメインがDNSに見つかりません。送信側の問題で、受信者には関係ありません。',
      en: 'The envelope sender’s domain has no DNS record: the sender’s fault, and every recipient fails.',
    },
  },
  {
    id: 'softbank/status-5.2.0',
    reason: 'undefined',
    confidence: 'ambiguous',
    alternatives: ['userunknown', 'filtered'],
    when: { carriers: ['softbank'], statuses: ['5.2.0'] },
    samples: [{ recipient: 'hanako@k.vodafone.ne.jp', status: '5.2.0' }],
    source: `bounceHammer; ${SET}`,
    note: {
      ja: '2009年の例が1件あり受信拒否とされていますが、根拠が弱く判断できません。',
      en: 'One sample of 2009 is labelled as filtered on weak grounds; undecided.',
    },
  },
];

/** The others. */
const OTHER_CARRIER_RULES: readonly ReplyRule[] = [
  {
    id: 'rakuten/user-not-found',
    reason: 'userunknown',
    confidence: 'likely',
    when: { carriers: ['rakuten'], phrases: ['user not found'] },
    samples: [{ text: 'smtp; 550 User not found', recipient: 'hanako@rakumail.jp' }],
    source: `${SET}; ${RAKUTEN}`,
    note: {
      ja: '宛先不明です。受信拒否時の応答は公開資料に見当たらず、同じ文言の可能性は否定できません。',
      en: 'No such user; what Rakuten answers for a filter is not known, so the same words cannot be ruled out.',
    },
  },
  {
    id: 'rakuten/processing-module',
    reason: 'contenterror',
    confidence: 'ambiguous',
    alternatives: ['spamdetected', 'filtered'],
    when: { carriers: ['rakuten'], phrases: ['mail rejected by the processing module'] },
    samples: [
      {
        text: 'smtp; 552 Mail rejected by the processing module: Error Code: #0002',
        recipient: 'hanako@rakumail.jp',
      },
    ],
    source: RAKUTEN,
    note: { ja: '意味は公開されていません。', en: 'What it means is not published.' },
  },
  {
    id: 'rakuten/temporary',
    reason: 'systemerror',
    confidence: 'likely',
    when: { carriers: ['rakuten'], phrases: ['error sending header package', 'error sending ehlo package'] },
    samples: [{ text: 'smtp; 450 Error sending header package', recipient: 'hanako@rakumail.jp' }],
    source: RAKUTEN,
  },
  {
    id: 'willcom/filtered',
    reason: 'filtered',
    confidence: 'certain',
    when: { carriers: ['ymobile'], phrases: ['recipient id refuse to receive mail'] },
    samples: [
      {
        text: 'We failed to deliver mail because the following address recipient id refuse to receive mail',
        recipient: 'hanako@wm.pdx.ne.jp',
      },
    ],
    source: 'Sisimai Reason::Filtered',
  },
  {
    id: 'willcom/user-unknown',
    reason: 'userunknown',
    confidence: 'likely',
    when: {
      carriers: ['ymobile'],
      phrases: ['recipient address rejected user unknown', 'mailbox unavailable'],
    },
    samples: [
      {
        text: 'smtp; 550 <hanako@wm.pdx.ne.jp>: Recipient address rejected: User unknown',
        recipient: 'hanako@wm.pdx.ne.jp',
      },
      { text: 'smtp; 550 Requested action not taken: mailbox unavailable', recipient: 'hanako@emnet.ne.jp' },
    ],
    source: SET,
  },
  {
    id: 'carrier/too-big',
    reason: 'mesgtoobig',
    confidence: 'certain',
    when: {
      carriers: ['docomo', 'au', 'uq', 'softbank', 'ymobile', 'rakuten'],
      phrases: ['message size exceeds'],
    },
    samples: [
      { text: 'smtp; 552 Message size exceeds fixed limit', recipient: 'hanako@ezweb.ne.jp' },
      { text: 'smtp; 552 Message size exceeds maximum value', recipient: 'hanako@docomo.ne.jp' },
    ],
    source: `${SET}; au.com/mobile/service/attention/specification`,
  },
];

/** What only the Japanese carriers' servers say; each row is gated by the recipient's carrier or the answering server. */
export const CARRIER_RULES: readonly ReplyRule[] = [
  ...DOCOMO_RULES,
  ...AU_RULES,
  ...SOFTBANK_RULES,
  ...OTHER_CARRIER_RULES,
];
