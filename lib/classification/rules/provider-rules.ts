import type { Reason } from './reason.ts';
import type { ReplyCondition, ReplyRule } from './rule.ts';

const GOOGLE = 'support.google.com/a/answer/3726730 (SMTP error reference)';
const MICROSOFT = 'learn.microsoft.com, Exchange Online non-delivery report codes; postmaster.live.com';
const YAHOO = 'senders.yahooinc.com/smtp-error-codes; Sisimai Rhost::YahooInc';
const APPLE = 'support.apple.com HT204137 (iCloud Mail postmaster); Sisimai Rhost::Apple';
const GMX = 'postmaster.gmx.net/en/error-messages';
const ORANGE = 'Sisimai Rhost::FrancePTT';
const TREND = 'Trend Micro Email Reputation Services; server-recipe.com/3851';
const MIMECAST = 'Mimecast SMTP error codes; Sisimai Rhost::Mimecast';
const GODADDY = 'GoDaddy email bounce error codes; Sisimai Rhost::GoDaddy';
const TENCENT = 'service.mail.qq.com (bounce codes); Sisimai Rhost::Tencent';
const FACEBOOK = 'postmaster.facebook.com/response_codes; Sisimai Rhost::Facebook';

/** Older than every source we have. */
const LONG = '';

type More = Partial<Pick<ReplyRule, 'confidence' | 'alternatives' | 'note'>> & {
  /** Whom the sample is about, where the row asks for the address's own provider. */
  readonly recipient?: string;
};

/** A row: what a provider says in words or numbers of its own. `since`: day, month or year it was announced or seen. */
function row(
  id: string,
  reason: Reason,
  since: string,
  when: ReplyCondition,
  sample: string,
  source: string,
  { recipient, ...more }: More = {},
): ReplyRule {
  const samples = [{ text: sample, ...(recipient && { recipient }) }];
  return { confidence: 'likely', ...more, id, reason, when, since, samples, source };
}

const CERTAIN: More = { confidence: 'certain' };

/** Statuses `5.7.606` to `5.7.649`, of every class named. */
function statuses(classes: string, section: string, first: number, last = first): readonly string[] {
  return [...classes].flatMap((digit) =>
    Array.from({ length: last - first + 1 }, (_, index) => `${digit}.${section}.${first + index}`),
  );
}

const GSMTP = { phrases: ['gsmtp'] };

/** Gmail and Google Workspace. Their links bear stable names; the texts end in `- gsmtp`. */
const GOOGLE_ROWS: readonly ReplyRule[] = [
  row(
    'google/no-such-user',
    'userunknown',
    LONG,
    { phrases: ['account that you tried to reach does not exist'], linkNames: ['nosuchuser', '6596'] },
    'smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try',
    GOOGLE,
    CERTAIN,
  ),
  row(
    'google/disabled',
    'suspend',
    '2023-12 (the form "inactive")',
    {
      phrases: ['account that you tried to reach is disabled|inactive'],
      linkNames: ['disableduser', 'inactiveuser'],
    },
    'smtp; 550-5.2.1 The email account that you tried to reach is disabled. Learn more at',
    GOOGLE,
    CERTAIN,
  ),
  row(
    'google/over-quota',
    'mailboxfull',
    '2023 (the form "out of storage space")',
    {
      phrases: ['account that you tried to reach is over quota', 'inbox is out of storage space'],
      linkNames: ['overquota', 'overquotaperm', 'overquotatemp'],
    },
    "smtp; 552-5.2.2 The recipient's inbox is out of storage space and inactive. Please",
    GOOGLE,
    CERTAIN,
  ),
  row(
    'google/receiving-rate',
    'ratelimited',
    LONG,
    {
      phrases: ['user you are trying to contact is receiving mail', 'daily user sending quota exceeded'],
      linkNames: ['receivingrate', 'receivingrateperm'],
    },
    'smtp; 450-4.2.1 The user you are trying to contact is receiving mail too quickly',
    GOOGLE,
    CERTAIN,
  ),
  row(
    'google/authentication',
    'authfailure',
    '2024-02 for temporary, 2025-11 for permanent refusals of bulk senders',
    {
      ...GSMTP,
      ownStatuses: statuses('45', '7', 26, 27).concat(statuses('45', '7', 30, 40), statuses('45', '7', 24)),
    },
    'smtp; 421 4.7.32 This mail was rate limited for now. - gsmtp',
    GOOGLE,
    CERTAIN,
  ),
  // Its addresses' own statuses, where the text was lost; elsewhere they mean other things (RFC 7505 has x.7.27).
  row(
    'google/authentication-status',
    'authfailure',
    '2024-02 for temporary, 2025-11 for permanent refusals of bulk senders',
    {
      hosts: ['gmail.com', 'googlemail.com', 'google.com'],
      ownStatuses: statuses('45', '7', 27).concat(statuses('45', '7', 30, 40)),
    },
    'smtp; 550 5.7.30 not accepted',
    GOOGLE,
    { confidence: 'likely', recipient: 'taro@gmail.com' },
  ),
  row(
    'google/authentication-link',
    'authfailure',
    LONG,
    { linkNames: ['dmarcreject', 'unauthenticatedemail', 'mailrejectedunauthenticated'] },
    'smtp; 550 5.7.26 Not accepted. https://support.google.com/mail/?p=UnauthenticatedEmail',
    GOOGLE,
    CERTAIN,
  ),
  row(
    'google/no-ptr',
    'requireptr',
    '2024-02',
    { ...GSMTP, ownStatuses: [...statuses('4', '7', 23), ...statuses('45', '7', 25)] },
    'smtp; 421 4.7.23 This mail was rate limited for now. - gsmtp',
    GOOGLE,
    CERTAIN,
  ),
  row(
    'google/tls',
    'failedstarttls',
    '2024-02',
    { ...GSMTP, ownStatuses: statuses('45', '7', 29) },
    'smtp; 421 4.7.29 This mail was rate limited for now. - gsmtp',
    GOOGLE,
    CERTAIN,
  ),
  row(
    'google/unsolicited-rate',
    'ratelimited',
    LONG,
    { phrases: ['unusual rate of unsolicited mail'], linkNames: ['unsolicitedratelimiterror'] },
    'smtp; 421-4.7.28 Gmail has detected an unusual rate of unsolicited mail from this IP.',
    GOOGLE,
    { ...CERTAIN, alternatives: ['badreputation'] },
  ),
  row(
    'google/not-compliant',
    'notcompliantrfc',
    LONG,
    { linkNames: ['rfcmessagenoncompliant'] },
    'smtp; 550 5.7.1 Refused. https://support.google.com/mail/?p=RfcMessageNonCompliant',
    GOOGLE,
    CERTAIN,
  ),
  row(
    'google/blocked-content',
    'policyviolation',
    LONG,
    {
      phrases: ['because its content presents a potential'],
      linkNames: ['blockedmessage', 'blockedattachment'],
    },
    'smtp; 552-5.7.0 This message was blocked because its content presents a potential',
    GOOGLE,
    { ...CERTAIN, alternatives: ['securityerror'] },
  ),
  row(
    'google/illegal-attachment',
    'securityerror',
    LONG,
    { phrases: ['our system detected an illegal attachment'] },
    'smtp; 552-5.7.0 Our system detected an illegal attachment on your message.',
    GOOGLE,
    { alternatives: ['policyviolation'] },
  ),
  row(
    'google/spam',
    'spamdetected',
    LONG,
    { linkNames: ['unsolicitedmessageerror', 'spamdomain'] },
    'smtp; 550 5.7.1 Blocked. https://support.google.com/mail/?p=UnsolicitedMessageError',
    GOOGLE,
  ),
  row(
    'google/workspace-rule',
    'policyviolation',
    LONG,
    { phrases: ['gcdp'] },
    "smtp; 550 5.7.1 This mail goes against the policy of the recipient's domain. - gcdp",
    GOOGLE,
    { alternatives: ['rejected'] },
  ),
];

/** Exchange, Exchange Online, Outlook.com. Numbers above x.x.100 are Microsoft's alone. */
const MICROSOFT_ROWS: readonly ReplyRule[] = [
  row(
    'microsoft/unknown-recipient',
    'userunknown',
    LONG,
    {
      phrases: [
        'resolver adr recipnotfound|recipientnotfound|exrecipnotfound|badprimary',
        'recipient not found by smtp address lookup',
      ],
    },
    'smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
    MICROSOFT,
    CERTAIN,
  ),
  row(
    'microsoft/directory-edge-block',
    'userunknown',
    LONG,
    { phrases: ['recipient address rejected access denied'], ownStatuses: ['5.4.1'] },
    'smtp; 550 5.4.1 <taro@shop.example>: Recipient address rejected: Access denied [X.protection.outlook.com]',
    MICROSOFT,
  ),
  row(
    'microsoft/all-rejected',
    'rejected',
    LONG,
    { phrases: ['all recipient addresses rejected'] },
    'smtp; 550 5.4.1 All recipient addresses rejected : Access denied',
    MICROSOFT,
    { confidence: 'ambiguous', alternatives: ['userunknown', 'policyviolation'] },
  ),
  row(
    'microsoft/mailbox-disabled',
    'suspend',
    LONG,
    {
      phrases: [
        'storedrv deliver exception? mailboxdisabled|accountdisabledexception',
        'storedrv deliver mailbox disabled',
      ],
    },
    'smtp; 554 5.2.1 STOREDRV.Deliver.Exception:AccountDisabledException',
    MICROSOFT,
  ),
  row(
    'microsoft/sender-not-permitted',
    'securityerror',
    LONG,
    { phrases: ['resolver rst authrequired|notauthorized', 'rbac access denied'] },
    'smtp;550 5.7.1 RESOLVER.RST.AuthRequired; authentication required',
    MICROSOFT,
    { alternatives: ['rejected'] },
  ),
  row(
    'microsoft/too-big',
    'mesgtoobig',
    LONG,
    { phrases: ['resolver rst recipsizelimit|sendsizelimit', 'smtpsend maxmessagesize'] },
    'smtp; 550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient',
    MICROSOFT,
    { ...CERTAIN, alternatives: ['exceedlimit'] },
  ),
  row(
    'microsoft/authentication',
    'authfailure',
    '2025-05-05 (5.7.515)',
    { ownStatuses: [...statuses('5', '7', 509), ...statuses('5', '7', 515)] },
    'smtp; 550 5.7.515 Access denied, the sending domain does not reach the required level.',
    MICROSOFT,
    CERTAIN,
  ),
  row(
    'microsoft/banned-ip',
    'blocked',
    LONG,
    {
      ownStatuses: [
        ...statuses('5', '7', 606, 649),
        ...statuses('5', '7', 501, 503),
        ...statuses('5', '7', 511),
      ],
    },
    'smtp; 550 5.7.606 Access denied to this server.',
    MICROSOFT,
    { ...CERTAIN, alternatives: ['badreputation'] },
  ),
  row(
    'microsoft/block-list',
    'blocked',
    LONG,
    { phrases: ['s3140|s3150|s843|s3114|s8001', 'part of their network is on our block list'] },
    'smtp; 550 5.7.1 Mail from [192.0.2.1] was not taken (S3150).',
    MICROSOFT,
    { ...CERTAIN, alternatives: ['badreputation'] },
  ),
  row(
    'microsoft/reputation',
    'badreputation',
    LONG,
    { ownStatuses: [...statuses('4', '7', 500, 649), ...statuses('4', '7', 650, 699)] },
    'smtp; 451 4.7.650 This server has been rate limited.',
    MICROSOFT,
    { alternatives: ['ratelimited', 'systemerror'] },
  ),
  row(
    'microsoft/rate',
    'ratelimited',
    LONG,
    {
      ownStatuses: [
        ...statuses('45', '2', 121, 122),
        ...statuses('4', '7', 850, 899),
        ...statuses('5', '7', 508),
        ...statuses('5', '7', 700, 749),
      ],
    },
    'smtp; 554 5.2.121 Hourly number of messages from this sender reached.',
    MICROSOFT,
    CERTAIN,
  ),
  row(
    'microsoft/tls',
    'failedstarttls',
    LONG,
    { ownStatuses: [...statuses('45', '4', 317), ...statuses('45', '7', 321, 325)] },
    'smtp; 451 4.4.317 The remote side could not be reached securely.',
    MICROSOFT,
  ),
  row(
    'microsoft/not-compliant',
    'notcompliantrfc',
    LONG,
    { ownStatuses: statuses('5', '7', 512) },
    'smtp; 550 5.7.512 Access denied, the message has no single From.',
    MICROSOFT,
  ),
  row(
    'microsoft/transport-rule',
    'policyviolation',
    LONG,
    { phrases: ['transport rules rejectmessage'] },
    'smtp; 550 5.7.1 TRANSPORT.RULES.RejectMessage; refused by the organization',
    MICROSOFT,
    { alternatives: ['rejected'] },
  ),
  row(
    'microsoft/organisation-rule',
    'policyviolation',
    '2020 (5.7.520)',
    {
      ownStatuses: [
        ...statuses('5', '7', 51),
        ...statuses('5', '7', 510),
        ...statuses('5', '7', 520),
        ...statuses('5', '7', 900, 999),
      ],
    },
    'smtp; 550 5.7.520 Access denied, external forwarding is off in the organization.',
    MICROSOFT,
    { alternatives: ['rejected'] },
  ),
  row(
    'microsoft/sender-not-allowed',
    'rejected',
    LONG,
    {
      ownStatuses: [
        ...statuses('5', '7', 12),
        ...statuses('5', '7', 124),
        ...statuses('5', '7', 133, 136),
        ...statuses('5', '7', 504, 507),
        ...statuses('5', '7', 513),
      ],
    },
    'smtp; 550 5.7.133 The group takes mail from inside only.',
    MICROSOFT,
    { alternatives: ['policyviolation', 'filtered'] },
  ),
  row(
    'microsoft/domain-unknown',
    'hostunknown',
    LONG,
    { ownStatuses: statuses('5', '4', 310) },
    'smtp; 550 5.4.310 The domain of the recipient is not in DNS.',
    MICROSOFT,
    CERTAIN,
  ),
];

/** Yahoo, AOL, Yahoo! JAPAN. */
const YAHOO_ROWS: readonly ReplyRule[] = [
  row(
    'yahoo/no-account',
    'userunknown',
    LONG,
    { phrases: ['this user doesnt have a', 'delivery error dd this user doesnt'] },
    "smtp; 554 delivery error: dd This user doesn't have a yahoo.com account (taro@yahoo.com) [0] - mta1.mail.yahoo.com",
    YAHOO,
    CERTAIN,
  ),
  row(
    'yahoo/disabled',
    'suspend',
    LONG,
    { phrases: ['account has been disabled or discontinued', 'delivery error dd this mailbox is disabled'] },
    'smtp; 554 delivery error: dd This account has been disabled or discontinued [#102].',
    YAHOO,
    CERTAIN,
  ),
  row(
    'yahoo/deferred-for-complaints',
    'badreputation',
    '2024-03 also for missing SPF, DKIM or DMARC',
    { phrases: ['ts01|ts02|ts03|ts04|tss01|tss02|tss03|tss04|tss05|tss07|tss09|tss11|tss12'] },
    'smtp; 421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints',
    YAHOO,
    { alternatives: ['ratelimited', 'authfailure'] },
  ),
  row(
    'yahoo/block-list',
    'blocked',
    LONG,
    { phrases: ['bl21|bl23', 'messages from permanently deferred'] },
    'smtp; 553 5.7.1 [BL21] Connections not accepted from IP addresses on Spamhaus PBL',
    YAHOO,
  ),
  row(
    'yahoo/authentication',
    'authfailure',
    '2024-02',
    {
      ownStatuses: statuses('45', '7', 9),
      phrases: ['unauthenticated', 'requires all senders to authenticate'],
    },
    'smtp; 550 5.7.9 Unauthenticated',
    YAHOO,
    CERTAIN,
  ),
  row(
    'yahoo/policy',
    'policyviolation',
    LONG,
    { phrases: ['ph01', 'not accepted for policy reasons'] },
    'smtp; 554 5.7.9 Message not accepted for policy reasons.',
    `${YAHOO}; yahoo-help.jp a_id/80870`,
    { alternatives: ['authfailure', 'spamdetected'] },
  ),
];

/** iCloud. */
const APPLE_ROWS: readonly ReplyRule[] = [
  row(
    'apple/inactive',
    'userunknown',
    LONG,
    { phrases: ['inactive email address'] },
    'smtp; 550 5.1.1 <taro@icloud.com>: inactive email address',
    APPLE,
    { alternatives: ['suspend'] },
  ),
  row(
    'apple/authentication',
    'authfailure',
    LONG,
    { phrases: ['hme1'] },
    'smtp; 554 5.7.1 [HME1] This message was blocked.',
    APPLE,
    CERTAIN,
  ),
  row(
    'apple/local-policy',
    'policyviolation',
    LONG,
    { phrases: ['cs01|hm07|hm08'] },
    'smtp; 554 5.7.1 [HM08] Message rejected due to local policy.',
    APPLE,
    { alternatives: ['spamdetected', 'blocked'] },
  ),
];

/** GMX, web.de, mail.com and IONOS; T-Online. */
const GERMAN_ROWS: readonly ReplyRule[] = [
  row(
    'gmx/no-ptr',
    'requireptr',
    LONG,
    { phrases: ['bad dns ptr resource record'] },
    'smtp; 554-gmx.net (mxgmx1) Nemesis ESMTP Service not available 554-No SMTP service 554-Bad DNS PTR resource record.',
    GMX,
    CERTAIN,
  ),
  row(
    'gmx/blocked',
    'blocked',
    LONG,
    { phrases: ['nemesis esmtp service not available'] },
    'smtp; 554-web.de (mxweb1) Nemesis ESMTP Service not available 554-No SMTP service 554-IP address is black listed.',
    GMX,
  ),
  row(
    't-online/blocked',
    'blocked',
    LONG,
    { phrases: ['bl'], codes: [550, 554] },
    'smtp; 554 IP=192.0.2.1 - None/bad reputation. (BL)',
    'postmaster.t-online.de',
    { alternatives: ['badreputation'] },
  ),
];

const orange = (numbers: string): ReplyCondition => ({ phrases: [`ofr|lpn007|lpn105|lpnaaa ${numbers}`] });

/** Orange, Wanadoo, La Poste: French first, English after, then a number of their own. */
const ORANGE_ROWS: readonly ReplyRule[] = [
  row(
    'orange/unknown',
    'userunknown',
    LONG,
    orange('416'),
    'smtp; 550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416]',
    ORANGE,
    CERTAIN,
  ),
  row(
    'orange/suspended',
    'suspend',
    LONG,
    orange('420|426'),
    'smtp; 550 5.5.0 Le compte du destinataire est bloque. The recipient account is blocked. LPN007_426',
    ORANGE,
    CERTAIN,
  ),
  row(
    'orange/full',
    'mailboxfull',
    LONG,
    orange('417'),
    'smtp; 552 5.1.1 Boite du destinataire est pleine. Recipient overquota. OFR_417 [417]',
    ORANGE,
    CERTAIN,
  ),
  row(
    'orange/authentication',
    'authfailure',
    LONG,
    orange('401|517'),
    'smtp; 550 5.7.1 Refused. OFR_517 [517]',
    ORANGE,
  ),
  row(
    'orange/sender',
    'rejected',
    LONG,
    orange('403|405|415'),
    'smtp; 550 5.1.0 Mail from refused. OFR_403 [403]',
    ORANGE,
  ),
  row(
    'orange/spam',
    'spamdetected',
    LONG,
    orange('505|506|507'),
    'smtp; 550 5.2.0 Mail rejete. Mail rejected. OFR_506 [506]',
    ORANGE,
  ),
  row('orange/too-big', 'mesgtoobig', LONG, orange('514'), 'smtp; 552 5.3.4 Taille. OFR_514 [514]', ORANGE),
  row(
    'orange/connections',
    'ratelimited',
    LONG,
    orange('104'),
    'smtp; 421 Too many connections. OFR_104 [104]',
    ORANGE,
  ),
  row(
    'orange/blocked',
    'blocked',
    LONG,
    orange('101|102|103|510|999|300'),
    'smtp; 421 mwinf5c ME Service refuse. Veuillez essayer plus tard. Service refused, please try later. OFR_999 [999]',
    ORANGE,
  ),
  row(
    'orange/later',
    'systemerror',
    LONG,
    orange('105|106|107|108|109|201|423|424'),
    'smtp; 421 Service refused, please try later. OFR_108 [108]',
    ORANGE,
    { confidence: 'ambiguous', alternatives: ['ratelimited', 'blocked'] },
  ),
];

/** Filters in front of companies. */
const FILTER_ROWS: readonly ReplyRule[] = [
  row(
    'trend-micro/reputation',
    'badreputation',
    LONG,
    { phrases: ['ers qil'] },
    'smtp; 450 4.7.1 <taro@shop.example>: Recipient address rejected: ERS-QIL',
    TREND,
    { alternatives: ['blocked'] },
  ),
  row(
    'trend-micro/sender',
    'rejected',
    LONG,
    { phrases: ['block sender', 'ers customized block'] },
    'smtp; 554 5.7.1 <taro@shop.example>: Recipient address rejected: BLOCK-SENDER',
    TREND,
    { alternatives: ['badreputation', 'blocked'] },
  ),
  row(
    'trend-micro/recipient-rule',
    'policyviolation',
    LONG,
    { phrases: ['block rcpt', 'rejected no domain'] },
    'smtp; 550 5.7.1 <taro@shop.example>: Recipient address rejected: BLOCK-RCPT',
    TREND,
    { confidence: 'ambiguous', alternatives: ['rejected', 'userunknown'] },
  ),
  row(
    'barracuda/block-list',
    'blocked',
    LONG,
    { phrases: ['using barracuda reputation'] },
    'smtp; 550 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using Barracuda Reputation',
    'barracudacentral.org (lookups)',
    { alternatives: ['badreputation'] },
  ),
  row(
    'barracuda/no-such-user',
    'userunknown',
    LONG,
    { phrases: ['cuda nsu'] },
    'smtp; 550 5.1.1 cuda_nsu <taro@shop.example>',
    'Barracuda Email Security Service',
    CERTAIN,
  ),
  row(
    'proofpoint/blocked',
    'blocked',
    LONG,
    { phrases: ['blocked'], hosts: ['pphosted.com'] },
    'smtp; 554 Blocked; host mx0a.pphosted.com said so',
    'Proofpoint support (dynamic reputation)',
    { alternatives: ['badreputation'] },
  ),
  row(
    'mimecast/virus',
    'virusdetected',
    LONG,
    { phrases: ['email rejected due to security policies'] },
    'smtp; 554 Email rejected due to security policies',
    MIMECAST,
    { alternatives: ['securityerror', 'spamdetected'] },
  ),
  row(
    'mimecast/blocked-sender',
    'policyviolation',
    LONG,
    { phrases: ['envelope blocked', 'user entry', 'manually blocked senders', 'blocked senders'] },
    'smtp; 550 Envelope blocked - User Entry',
    MIMECAST,
    { alternatives: ['rejected', 'filtered'] },
  ),
  row(
    'messagelabs/filtered',
    'policyviolation',
    LONG,
    { phrases: ['message filtered'], codes: [553] },
    'smtp; 553-Message filtered.',
    'Symantec Email Security.cloud SMTP error messages',
    { alternatives: ['spamdetected', 'blocked'] },
  ),
];

const ib = (numbers: string): ReplyCondition => ({
  phrases: [
    numbers
      .split(' ')
      .map((number) => `ib${number}`)
      .join('|'),
  ],
});

/** Others with words or numbers of their own. */
const OTHER_ROWS: readonly ReplyRule[] = [
  row(
    'godaddy/sender',
    'rejected',
    LONG,
    ib('506 508'),
    'smtp; 550 5.2.0 <shop@shop.example> From: Domain is invalid. Please provide a valid From: IB506',
    GODADDY,
  ),
  row(
    'godaddy/rate',
    'ratelimited',
    LONG,
    ib('101 102 504 510 607 607a'),
    'smtp; 554 Too many connections. IB101',
    GODADDY,
  ),
  row(
    'godaddy/reputation',
    'badreputation',
    LONG,
    ib('007 103 104 105 106 110 111 112 113 115 116 117'),
    'smtp; 554 Refused, the IP is on the Exploits Block List. IB105',
    GODADDY,
    { alternatives: ['blocked'] },
  ),
  row('godaddy/no-ptr', 'requireptr', LONG, ib('108'), 'smtp; 554 Refused. IB108', GODADDY),
  row('godaddy/spam', 'spamdetected', LONG, ib('212 213'), 'smtp; 552 Refused. IB212', GODADDY),
  row('godaddy/not-compliant', 'notcompliantrfc', LONG, ib('501 502'), 'smtp; 550 Refused. IB501', GODADDY),
  row('godaddy/virus', 'virusdetected', LONG, ib('705'), 'smtp; 552 Refused. IB705', GODADDY),
  row(
    'comcast/blocked',
    'blocked',
    LONG,
    { phrases: ['bl000000'] },
    'smtp; 554 Refused. BL000000',
    'postmaster.comcast.net',
    { alternatives: ['badreputation'] },
  ),
  row(
    'yandex/no-such-user',
    'userunknown',
    LONG,
    { phrases: ['no such user'], hosts: ['yandex.ru', 'yandex.com', 'yandex.net'] },
    'host mx.yandex.ru[192.0.2.1] said: 550 5.7.1 No such user!',
    'yandex.com/support/postmaster',
    CERTAIN,
  ),
  row(
    'tencent/unavailable',
    'userunknown',
    LONG,
    { phrases: ['mailbox unavailable or access denied'] },
    'smtp; 550 Mailbox unavailable or access denied [IP: 192.0.2.1]',
    TENCENT,
    { confidence: 'ambiguous', alternatives: ['rejected'] },
  ),
  row(
    'tencent/rate',
    'ratelimited',
    LONG,
    { phrases: ['ip|domain|connection|sender frequency limited'] },
    'smtp; 550 Ip frequency limited. http://service.mail.qq.com/cgi-bin/help?id=20022',
    TENCENT,
    CERTAIN,
  ),
  row(
    'tencent/spam',
    'spamdetected',
    LONG,
    { phrases: ['mail content denied', 'suspected bounce attacks', 'suspected spam ip', 'spam sender'] },
    'smtp; 550 Mail content denied. http://service.mail.qq.com/cgi-bin/help?id=1000726',
    TENCENT,
  ),
  row(
    'facebook/recipient',
    'userunknown',
    LONG,
    { phrases: ['rcp p1|p2'] },
    'smtp; 550 5.1.1 RCP-P1 http://postmaster.facebook.com/response_codes Recipient address does not exist',
    FACEBOOK,
  ),
  row(
    'facebook/filtered',
    'filtered',
    LONG,
    { phrases: ['rcp p3', 'int p1|p3|p4'] },
    'smtp; 550 5.1.1 INT-P3 Addressed to a group where posting is not allowed',
    FACEBOOK,
    { confidence: 'ambiguous', alternatives: ['rejected', 'userunknown'] },
  ),
  row(
    'facebook/policy',
    'policyviolation',
    LONG,
    { phrases: ['pol p1|p2|p3|p4|p5|p6|p7'] },
    'smtp; 554 5.7.1 POL-P3 The message contains an attachment type that Facebook does not accept',
    FACEBOOK,
  ),
  row(
    'zoho/policy',
    'policyviolation',
    LONG,
    { phrases: ['email policy violation detected', 'rejected by destination domain', 'policy error'] },
    'smtp; 554 5.7.7 Email policy violation detected',
    'Sisimai Rhost::Zoho',
  ),
  row(
    'cox/blocked',
    'blocked',
    LONG,
    { phrases: ['cxbl|cxthrt|cxmj|cxcnct', 'esmtp server refused'] },
    'smtp; 554 cox too many bad commands CXBL',
    'Cox email error codes; Sisimai Rhost::Cox',
    { alternatives: ['ratelimited'] },
  ),
  row(
    'spectrum/blocked',
    'blocked',
    LONG,
    { phrases: ['aup out|in|i|o'] },
    'smtp; 554 charter.net ESMTP server not available. AUP#In-1320',
    'Spectrum/Charter email error codes; Sisimai Rhost::Spectrum',
    { confidence: 'ambiguous', alternatives: ['ratelimited', 'spamdetected'] },
  ),
  row(
    'qmail/badrcptto',
    'userunknown',
    LONG,
    { phrases: ['badrcptto list'] },
    'smtp; 553 sorry, your envelope recipient is in my badrcptto list (#5.7.1)',
    'qmail documentation (qmail-smtpd, badrcptto)',
    { confidence: 'ambiguous', alternatives: ['rejected'] },
  ),
  row(
    'qmail/rcpthosts',
    'norelaying',
    LONG,
    { phrases: ['rcpthosts'] },
    'smtp; 553 sorry, the domain is not in rcpthosts (#5.7.1)',
    'qmail documentation (qmail-smtpd, rcpthosts)',
    CERTAIN,
  ),
  row(
    'inside-only',
    'policyviolation',
    LONG,
    { phrases: ['only in|within the same domain'] },
    'smtp; 550 Mail is taken only in the same domain',
    'moongray.com (log of a Japanese mail server)',
    { alternatives: ['rejected'] },
  ),
];

/**
 * What the large mailbox providers and filter vendors say in words or numbers of their own, from their published
 * code lists. Ungated where the words are theirs alone: SES's events do not name the answering host.
 */
export const PROVIDER_RULES: readonly ReplyRule[] = [
  ...GOOGLE_ROWS,
  ...MICROSOFT_ROWS,
  ...YAHOO_ROWS,
  ...APPLE_ROWS,
  ...GERMAN_ROWS,
  ...ORANGE_ROWS,
  ...FILTER_ROWS,
  ...OTHER_ROWS,
];
