import type { Reason } from './reason.ts';
import type { ReplyRule, Sample } from './rule.ts';

/** Where a row comes from when it names nothing narrower. */
const IN_THE_WILD =
  'Sisimai reason catalogue (libsisimai.org/en/reason); reply texts of the mail servers in common use';
const POSTFIX = 'Postfix documentation (access, smtpd, local, virtual)';
const SENDMAIL = 'sendmail 8 source and operations guide';
const EXIM = 'Exim specification (delivery and retry messages)';

/** A row that holds for any server: `likely` and the general source unless it says otherwise. */
function rule(
  id: string,
  reason: Reason,
  says: readonly string[],
  samples: readonly string[],
  more: Partial<Omit<ReplyRule, 'id' | 'reason' | 'samples'>> = {},
): ReplyRule {
  return {
    confidence: 'likely',
    source: IN_THE_WILD,
    ...more,
    id: `general/${id}`,
    reason,
    when: { ...more.when, says },
    samples: samples.map((text): Sample => ({ text, ...recipientIn(text) })),
  };
}

/** A sample at a carrier is for the recipient it names. */
function recipientIn(text: string): Pick<Sample, 'recipient'> {
  const recipient = /hanako@[a-z.]+/.exec(text)?.[0];
  return recipient === undefined ? {} : { recipient };
}

const NO_SUCH_BOX = [
  'mailbox|account|user|recipient + unknown - sender client otherUnknown',
  'address + unknown - sender client content standard otherUnknown',
];

/**
 * What mail servers everywhere say, in the words of vocabulary.ts. The first row that applies decides, so a narrower
 * statement stands before a wider one: what failed before what was done about it, the sender's and the network's faults
 * before a bare refusal.
 */
export const GENERAL_RULES: readonly ReplyRule[] = [
  rule(
    'feedback',
    'feedback',
    ['report'],
    ['This is an email abuse report for an email message received from IP 192.0.2.1'],
    { confidence: 'certain', source: 'RFC 5965, RFC 6591' },
  ),
  rule('vacation', 'vacation', ['absence'], ['I am out of the office until Monday.']),

  // Somebody else's state that sounds like the mailbox's.
  rule(
    'many-unknown',
    'blocked',
    ['many - mailbox'],
    [
      'smtp; 550 5.7.1 Too many unknown users from your IP address',
      'smtp; 421 4.7.0 Your host sends mail to a high number of nonexistent recipients',
      'smtp; 550 接続元から大量の宛先不明メールが送信されています',
    ],
    { alternatives: ['ratelimited'] },
  ),
  rule(
    'greylisted',
    'greylisted',
    ['greylist - authentication'],
    [
      'smtp; 450 4.7.1 <taro@shop.example>: Recipient address rejected: Greylisted',
      'smtp; 451 Greylisting in action, come back in 5 minutes',
    ],
    { confidence: 'certain', source: 'RFC 6647' },
  ),
  rule(
    'verifying',
    'onhold',
    ['verifying - authentication'],
    [
      'smtp; 450 4.1.1 <taro@shop.example>: Recipient address rejected: unverified address: Address verification in progress',
    ],
    {
      alternatives: ['systemerror', 'userunknown'],
      when: { class: 4 },
      source: `${POSTFIX} (reject_unverified_recipient)`,
    },
  ),
  rule(
    'system-full',
    'systemfull',
    ['systemFull - mailbox'],
    [
      'smtp; 452 4.3.1 Insufficient system storage',
      'smtp; 452 4.4.5 Insufficient disk space; try again later',
    ],
    { source: `${SENDMAIL}; RFC 5321 section 4.2.2` },
  ),
  rule(
    'other-quota',
    'ratelimited',
    ['otherQuota + storage + exceeded|full - mailbox'],
    [
      'smtp; 550 Sender quota exceeded',
      'smtp; 450 4.7.3 The organization has exceeded its queue quota',
      'smtp; 421 4.7.28 The Message-ID of this mail has gone over its quota of copies',
    ],
    {
      alternatives: ['systemfull'],
      source: 'Exchange Online (4.7.3); support.google.com/a/answer/3726730 (4.7.28)',
    },
  ),

  // The mailbox cannot take mail.
  rule(
    'too-big-for-recipient',
    'exceedlimit',
    ['size + tooMuch + bySender', 'message + size|tooMuch + bySender'],
    ['smtp; 552 5.2.3 Message length exceeds limit set by recipient'],
  ),
  rule(
    'mailbox-full',
    'mailboxfull',
    [
      'mailbox|account|user|recipient + full - sender client virus spam',
      'mailbox|account|user|recipient + storage + exceeded|full|limit - sender client rate',
      'mailbox + size + tooMuch|limit',
      'mailbox + storage + exceeded|full - sender client',
      'mailbox + exceeded - rate size',
    ],
    [
      'smtp; 552 5.2.2 <taro@shop.example>: Mailbox full',
      "smtp; 550 The user's mailbox is full",
      'smtp; 552 5.2.2 ユーザーのメールボックスが容量超過です',
    ],
    { confidence: 'certain' },
  ),
  rule(
    'quota',
    'mailboxfull',
    [
      'storage + exceeded|full|limit - sender client rate otherQuota size system',
      'full - sender client rate otherQuota system message virus',
    ],
    ['smtp; 452 4.2.2 Over quota', 'smtp; 552 disk quota exceeded'],
    { confidence: 'certain', alternatives: ['systemfull'] },
  ),
  rule(
    'suspended',
    'suspend',
    [
      'mailbox|account|user|recipient|address + disabled - sender client spam login',
      'mailbox|account + halted - sender client spam login unavailable',
      'user|recipient|address + halted - sender client spam byRecipient login message blocked unavailable',
      'domain + disabled - sender client',
    ],
    [
      'smtp; 525 5.7.13 <taro@shop.example>: Recipient address rejected: User account disabled',
      'smtp; 550 5.2.1 The mailbox was blocked after long inactivity',
      'smtp; 550 5.2.1 <taro@shop.example>: this account has expired',
      'smtp; 550 このアカウントは利用停止中です',
    ],
    { confidence: 'certain' },
  ),

  // The way to the mailbox.
  rule(
    'loop',
    'networkerror',
    ['loop'],
    ['smtp; 554 5.4.6 Too many hops', 'smtp; 554 5.4.14 Hop count exceeded - possible mail loop'],
    {
      confidence: 'certain',
    },
  ),
  rule(
    'message-too-big',
    'mesgtoobig',
    ['size + tooMuch - content'],
    [
      'smtp; 552 5.3.4 Message size exceeds fixed limit',
      'smtp; 554 Message is too large',
      'smtp; 552 メールサイズが上限を超えています',
    ],
    { confidence: 'certain' },
  ),

  // The sender's name, server and message: causes first.
  rule(
    'no-such-user-status',
    'userunknown',
    [...NO_SUCH_BOX, 'unknown - sender client domain message otherUnknown'],
    [
      'smtp; 550 5.1.1 <taro@shop.example>... User unknown',
      'smtp; 550 5.1.1 <taro@shop.example>: No such mailbox here',
    ],
    {
      confidence: 'certain',
      when: { ownStatuses: ['5.1.1', '5.1.10', '5.1.3'] },
      source: 'RFC 3463 section 3.2; Sisimai reason catalogue (libsisimai.org/en/reason)',
    },
  ),
  rule(
    'authentication',
    'authfailure',
    ['authentication'],
    [
      "smtp; 550 5.7.26 Unauthenticated mail is not accepted due to the domain's DMARC policy",
      'smtp; 421 4.7.27 Mail from your domain is rate limited because SPF did not pass',
      'smtp; 550 送信ドメイン認証に失敗しました',
    ],
    { confidence: 'certain', source: 'RFC 7208, RFC 6376, RFC 7489; support.google.com/a/answer/3726730' },
  ),
  rule(
    'reverse-dns',
    'requireptr',
    ['ptr'],
    [
      'smtp; 550 5.7.1 Fix reverse DNS for 192.0.2.1',
      'smtp; 450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.1]',
      'smtp; 550 接続元IPアドレスの逆引きができません',
    ],
    { confidence: 'certain' },
  ),
  rule(
    'relaying',
    'norelaying',
    ['relay - rate storage unknown'],
    ['smtp; 554 5.7.1 <taro@shop.example>: Relay access denied'],
    {
      confidence: 'certain',
    },
  ),
  rule(
    'virus',
    'virusdetected',
    ['virus'],
    ['smtp; 554 5.7.1 Virus found in the message', 'smtp; 554 ウイルスを検出しました'],
    { confidence: 'certain' },
  ),
  rule(
    'spam',
    'spamdetected',
    ['spamLink', 'spam - blocked client', 'spam + message'],
    [
      'smtp; 554 5.7.1 This message has been identified as spam',
      'smtp; 550 Message content rejected, UBE, id=12345-01',
      'smtp; 550 迷惑メールと判定しました',
    ],
    { confidence: 'certain', alternatives: ['policyviolation', 'blocked'] },
  ),
  rule(
    'standard',
    'notcompliantrfc',
    ['standard - sender', 'standard + content'],
    ['smtp; 550 5.7.1 Missing Message-ID header', 'smtp; 554 5.6.0 Bare LF is not allowed'],
    { source: 'RFC 5322; RFC 5321' },
  ),
  rule(
    'reputation',
    'badreputation',
    ['reputation'],
    ['smtp; 451 4.7.1 The sending server was put off because of its IP reputation'],
    { alternatives: ['blocked', 'ratelimited'] },
  ),
  rule(
    'filtered-by-recipient',
    'filtered',
    ['byRecipient - house unknown client'],
    ['smtp; 550 Mail is rejected by recipients', 'smtp; 550 受信者の設定により拒否されました'],
    { alternatives: ['userunknown', 'spamdetected'] },
  ),
  rule(
    'attachment',
    'policyviolation',
    ['attachment + refused|policy|content|blocked|unknown', 'attachment'],
    ['smtp; 552 5.7.0 Attachments of this type are not allowed'],
    { alternatives: ['securityerror', 'contenterror'] },
  ),
  rule(
    'not-allowed-to-post',
    'rejected',
    ['post', 'group + refused|unknown - blocked client'],
    [
      'smtp; 550 You are not permitted to post to this list',
      'smtp; 550 このグループに投稿する権限がありません',
    ],
  ),
  rule(
    'sender',
    'rejected',
    [
      'sender + verifying',
      'sender + unknown|dns|refused|blocked|noMail|disabled|network - client recipient mailbox user login',
      'bounceRefused',
      'sender + domain + unknown|dns',
    ],
    [
      'smtp; 501 5.1.8 Sender address rejected',
      'smtp; 553 5.1.8 <shop@shop.example>... Domain of sender address shop@shop.example does not exist',
      'smtp; 450 4.1.8 <shop@shop.example>: Sender address rejected: Domain not found',
    ],
    { confidence: 'certain', source: `${POSTFIX}; ${SENDMAIL}` },
  ),
  rule(
    'sender-status',
    'rejected',
    ['domain|address|user|sender|recipient|unknown + unknown|dns|refused'],
    ['smtp; 550 5.1.7 No such domain shop.example'],
    {
      when: { ownStatuses: ['5.1.7', '5.1.8', '4.1.7', '4.1.8'] },
      source: 'RFC 3463 section 3.2 (x.1.7 and x.1.8 are about the sender)',
    },
  ),
  rule(
    'refused-at-mail-from',
    'rejected',
    ['domain|address|user|unknown + unknown|dns', 'refused'],
    ['X-Postfix; host mx.shop.example said: 550 No such domain (in reply to MAIL FROM command)'],
    {
      when: { phases: ['mail'] },
      source: 'RFC 5321 section 4.1.1.2 (MAIL names the sender, not the recipient)',
    },
  ),
  rule(
    'starttls',
    'failedstarttls',
    ['tls - network timeout'],
    ['smtp; 421 4.7.29 Mail is rate limited: it did not come over TLS'],
    {
      source: 'RFC 3207; support.google.com/a/answer/3726730',
    },
  ),
  rule(
    'rate',
    'ratelimited',
    ['rate', 'limit - timeout'],
    [
      'smtp; 452 4.3.2 Connection rate limit exceeded.',
      'smtp; 421 Too many concurrent SMTP connections',
      'smtp; 450 4.2.1 This user gets mail at too high a rate',
    ],
    { alternatives: ['blocked'] },
  ),
  rule(
    'no-mail-here',
    'notaccept',
    ['noMail - sender fromSender'],
    [
      'smtp; 556 5.1.10 Recipient address rejected: Domain shop.example does not accept mail (nullMX)',
      'smtp; 550 5.7.27 Host does not accept mail',
      'smtp; 550 The MX or SRV record indicated no SMTP service',
    ],
    { confidence: 'certain', alternatives: ['hostunknown'], source: `RFC 7504; RFC 7505; ${POSTFIX}` },
  ),
  rule(
    'client-blocked',
    'blocked',
    [
      'client + blocked|refused',
      'sender + blocked|refused - login',
      'fromSender + blocked|refused - mailbox user recipient',
      'client + unknown - mailbox account user recipient',
      'blocked - mailbox account byRecipient unknown',
    ],
    [
      'smtp; 554 5.7.1 <mail.shop.example[192.0.2.1]>: Client host rejected: blocked using zen.spamhaus.org',
      'smtp; 550 5.7.1 Your IP address [192.0.2.1] is on a deny list',
      'smtp; 550 permanent failure for one or more recipients (taro@shop.example:blocked)',
    ],
    { confidence: 'certain', alternatives: ['badreputation', 'rejected'] },
  ),
  rule(
    'refused-at-connect',
    'blocked',
    ['busy|refused|network', 'domain|host|client + unknown'],
    ['X-Postfix; host mx.shop.example[192.0.2.1] refused to talk to me: 554 Service not available'],
    {
      alternatives: ['systemerror'],
      when: { phases: ['connect'] },
      source: 'RFC 5321 section 3.1 (a server may refuse a client in its greeting)',
    },
  ),
  rule(
    'dns-temporary',
    'networkerror',
    ['dns + later|timeout', 'domain|host + unknown + later'],
    ['X-Postfix; Name service error for name=shop.example type=MX: Host not found, try again'],
    { alternatives: ['hostunknown'], source: POSTFIX },
  ),
  rule(
    'dns-error-temporary',
    'networkerror',
    ['dns'],
    ["smtp; 451 4.4.4 DNS Error: 1 DNS type 'mx' lookup of shop.example responded with code SERVFAIL"],
    {
      alternatives: ['hostunknown'],
      when: { class: 4 },
      source: 'RFC 3463 section 2 (a 4.x.x status may pass)',
    },
  ),
  rule(
    'host-unknown',
    'hostunknown',
    [
      'domain + unknown - mailbox account user place',
      'host + unknown - mailbox account user place address',
      'domain|host + unknown + dns',
      'dns + unknown - account',
      'domain + network',
    ],
    [
      'smtp; 550 5.1.2 <taro@shop.example>... Host unknown (Name server: mx.shop.example: host not found)',
      'X-Postfix; Host or domain name not found. Name service error for name=shop.example type=AAAA: Host not found',
      'smtp; 550 宛先ドメインが存在しません',
    ],
    { alternatives: ['networkerror'], source: `${POSTFIX}; ${SENDMAIL}` },
  ),

  // The mailbox does not exist, or its owner refuses.
  rule('unrouteable-reply', 'userunknown', ['unrouteable'], ['smtp; 550 Unrouteable address'], {
    alternatives: ['hostunknown'],
    when: { class: 5 },
    source: EXIM,
  }),
  rule('unrouteable', 'hostunknown', ['unrouteable'], ['Unrouteable address'], {
    alternatives: ['userunknown'],
    source: EXIM,
  }),
  rule('name-server', 'networkerror', ['dns'], ['smtp; 5.4.3 name server failure'], {
    alternatives: ['hostunknown'],
  }),
  rule(
    'moved',
    'hasmoved',
    ['moved - disabled refused'],
    ['smtp; 551 5.1.6 User has moved to another address', 'smtp; 550 5.1.6 recipient no longer on server'],
  ),
  rule('not-our-user', 'hasmoved', ['account|user + unknown'], ['smtp; 551 5.1.6 not our customer'], {
    alternatives: ['userunknown'],
    when: { codes: [551] },
    source: 'RFC 5321 section 3.4 (551 names another path)',
  }),
  rule(
    'refused-by-house',
    'rejected',
    ['house + refused|blocked - unknown timeout network policy', 'forwarding + refused - policy'],
    ["smtp; 550 5.4.1 The mail was rejected by the recipient's email system"],
    { confidence: 'ambiguous', alternatives: ['policyviolation', 'blocked', 'userunknown'] },
  ),
  rule(
    'unknown-at-carrier',
    'userunknown',
    ['user + unknown - sender client'],
    ['smtp; 550 5.7.1 <hanako@softbank.ne.jp>: User unknown'],
    {
      confidence: 'ambiguous',
      alternatives: ['rejected'],
      when: { ownStatuses: ['5.7.1'], carriers: ['docomo', 'au', 'uq', 'softbank', 'ymobile', 'rakuten'] },
      source: 'only a carrier’s own words speak of its filters (lib/classification/rules/carrier-rules.ts)',
    },
  ),
  rule(
    'unknown-against-its-status',
    'filtered',
    ['user + unknown'],
    ['smtp; 550 5.7.1 <taro@shop.example>: Recipient address rejected: User unknown'],
    {
      confidence: 'ambiguous',
      alternatives: ['userunknown', 'rejected'],
      when: { ownStatuses: ['5.7.1'], phrases: ['user unknown'] },
      source: 'RFC 3463 section 3.8 (x.7.1: not authorised); labels of set-of-emails',
      note: {
        ja: '文言は宛先不明ですが、ステータスは受信側の方針による拒否を示しています。どちらとも断定できません。',
        en: 'The words say unknown user, the status says refused by policy: neither is sure.',
      },
    },
  ),
  rule(
    'no-such-user',
    'userunknown',
    NO_SUCH_BOX,
    [
      'smtp; 550 Unknown user taro@shop.example',
      'smtp; 550 <taro@shop.example>: Recipient address rejected: User unknown in local recipient table',
      'smtp; 550 mailbox not found',
      'smtp; 550 宛先のメールアドレスは存在しません',
    ],
    { source: `${IN_THE_WILD}; ${POSTFIX}; ${SENDMAIL}; ${EXIM}` },
  ),

  // What was broken, and what was done, without the cause.
  rule(
    'mailbox-busy',
    'onhold',
    ['mailbox|account|user|recipient|address + unavailable|busy'],
    ['smtp; 450 Requested mail action not taken: mailbox unavailable'],
    {
      alternatives: ['systemerror'],
      when: { class: 4 },
      source: 'RFC 5321 section 4.2.3 (450: mailbox busy)',
    },
  ),
  rule(
    'mailbox-unavailable',
    'userunknown',
    ['mailbox|account|user|recipient|address + unavailable'],
    [
      'smtp; 550 Requested action not taken: mailbox unavailable',
      'smtp; 550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).',
    ],
    { alternatives: ['rejected', 'suspend'], source: 'RFC 5321 section 4.2.3; Outlook.com, GMX' },
  ),
  rule(
    'login',
    'securityerror',
    ['login'],
    ['smtp; 530 5.7.0 Authentication required', 'smtp; 550 Unauthenticated senders not allowed'],
    {
      alternatives: ['policyviolation', 'rejected'],
    },
  ),
  rule('filtered-at-mailbox', 'filtered', ['filtered - sender'], ['smtp; 550 5.2.0 Message Filtered'], {
    alternatives: ['userunknown', 'spamdetected'],
    when: { ownStatuses: ['5.2.'] },
  }),
  rule('filtered', 'spamdetected', ['filtered - sender'], ['smtp; 554 Message filtered'], {
    confidence: 'ambiguous',
    alternatives: ['policyviolation', 'filtered'],
  }),
  rule(
    'policy',
    'policyviolation',
    ['policy'],
    ['smtp; 550 5.7.0 Local Policy Violation', 'smtp; 554 5.7.1 Denied by policy'],
    { alternatives: ['rejected', 'spamdetected'] },
  ),
  rule(
    'content',
    'contenterror',
    ['content'],
    [
      'smtp; 550 5.6.9 improper use of 8-bit data in message header',
      'smtp; 552 5.6.0 Headers too large (32768 max)',
    ],
    { confidence: 'certain', alternatives: ['spamdetected'] },
  ),
  rule(
    'expired',
    'expired',
    ['timeout'],
    [
      'smtp; 421 4.4.2 Connection timed out',
      'smtp; 554 4.4.7 Message expired: unable to deliver in 840 minutes.<421 4.4.2 Connection timed out>',
    ],
    {
      confidence: 'certain',
      alternatives: ['networkerror'],
      source: `${EXIM}; Amazon SES (4.4.7); Exchange Online (5.4.316)`,
    },
  ),
  rule(
    'network',
    'networkerror',
    ['network'],
    [
      'X-Postfix; connect to mx.shop.example[192.0.2.1]:25: No route to host',
      'smtp; 4.4.2 lost connection with mx.shop.example',
    ],
    { alternatives: ['expired'] },
  ),
  rule('mailer', 'mailererror', ['mailer'], ['X-Unix; 127', 'smtp; 554 unknown mailer error 1'], {
    source: `${SENDMAIL}; ${EXIM}`,
  }),
  rule(
    'syntax',
    'syntaxerror',
    ['syntax'],
    ['smtp; 503 5.5.1 Bad sequence of commands', 'smtp; 501 5.5.4 Syntax error in parameters'],
    {
      source: 'RFC 5321 section 4.2.2',
    },
  ),
  rule(
    'system',
    'systemerror',
    ['busy'],
    [
      'smtp; 554 5.3.0 Internal system error',
      'smtp; 451 Requested action aborted: local error in processing',
    ],
    { source: 'RFC 5321 section 4.2.2; Sisimai reason catalogue (libsisimai.org/en/reason)' },
  ),
  rule('on-hold', 'onhold', ['hold'], ['smtp; 450 4.0.0 Temporary failure']),
  rule(
    'retry-in',
    'greylisted',
    ['retryIn'],
    ['smtp; 450 4.2.0 <taro@shop.example>: Recipient address rejected: Try again in 300 seconds'],
    {
      alternatives: ['onhold', 'systemerror'],
      when: { class: 4 },
      source: 'Postgrey and other greylisting policy servers for Postfix',
    },
  ),
  rule(
    'address-rejected',
    'userunknown',
    ['recipient|address + refused'],
    ['smtp; 550 #5.1.0 Address rejected.'],
    {
      alternatives: ['rejected', 'policyviolation'],
      when: { ownStatuses: ['5.1.0', '5.1.1', '5.1.10', '5.1.3'] },
      source: 'Cisco IronPort (550 #5.1.0 Address rejected); Postfix',
    },
  ),
  rule(
    'does-not-exist-553',
    'rejected',
    ['unknown - mailbox account user recipient address'],
    ['smtp; 553 shop.example does not exist'],
    {
      confidence: 'ambiguous',
      alternatives: ['hostunknown', 'userunknown'],
      when: { codes: [553] },
      source:
        'note.com/sendmagic/n/n59a9f610bc0e (J:COM and SoftBank: the sender’s domain has no DNS record)',
    },
  ),
  rule(
    'disabled',
    'suspend',
    ['disabled - sender client domain message system'],
    ['smtp; 550 Temporarily locked'],
    {
      alternatives: ['userunknown'],
    },
  ),
  rule(
    'something-does-not-exist',
    'userunknown',
    ['unknown - sender client otherUnknown content standard'],
    ['smtp; 550 taro@shop.example does not exist'],
    {
      confidence: 'ambiguous',
      alternatives: ['hostunknown', 'rejected'],
    },
  ),
  rule(
    'refused-without-cause',
    'rejected',
    ['refused', 'blocked', 'byRecipient'],
    ['smtp; 550 5.7.1 Access denied', 'smtp; 554 Message rejected'],
    { confidence: 'ambiguous', alternatives: ['blocked', 'policyviolation', 'spamdetected', 'userunknown'] },
  ),
  rule('later', 'systemerror', ['later'], ['smtp; 450 Try again later'], {
    confidence: 'ambiguous',
    alternatives: ['onhold', 'greylisted'],
  }),
];
