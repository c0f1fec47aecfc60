import type { ReplyRule } from './rule.ts';

const SUBTYPES = 'Amazon SES Developer Guide, notification-contents (bounce types and sub-types)';
const LIST = 'Amazon SES Developer Guide, sending-email-suppression-list';
const GLOBAL_LIST = 'Amazon SES Developer Guide, sending-email-global-suppression-list';
const SIMULATOR = 'Amazon SES Developer Guide, send-an-email-from-console (mailbox simulator)';
const QUEUE = 'Amazon SES bounce diagnostics (status 4.4.7)';

/** What only SES says about itself: it did not send, or the recipient is its own mailbox simulator. */
export const SES_RULES: readonly ReplyRule[] = [
  {
    id: 'ses/account-list',
    reason: 'suppressed',
    confidence: 'certain',
    when: { subTypes: ['OnAccountSuppressionList'] },
    samples: [{ bounceType: 'Permanent', bounceSubType: 'OnAccountSuppressionList' }],
    source: LIST,
    note: {
      ja: 'アカウントのサプレッションリストに載っているため、SESは送信しませんでした。',
      en: 'SES did not send: the address is on the account’s suppression list.',
    },
  },
  {
    id: 'ses/global-list',
    reason: 'suppressed',
    confidence: 'certain',
    when: { subTypes: ['Suppressed'] },
    samples: [{ bounceType: 'Permanent', bounceSubType: 'Suppressed' }],
    source: GLOBAL_LIST,
    note: {
      ja: 'SES全体のグローバルサプレッションリストによるものです。照会も削除もできません。14日ほどで失効しますが、延びることがあります。',
      en: 'SES’s global suppression list: it can be neither read nor edited; it lapses after about 14 days, sometimes later.',
    },
  },
  {
    id: 'ses/tenant-list',
    reason: 'suppressed',
    confidence: 'certain',
    when: { subTypes: ['OnTenantSuppressionList'] },
    samples: [{ bounceType: 'Permanent', bounceSubType: 'OnTenantSuppressionList' }],
    source: 'Amazon SES Developer Guide, sending-email-suppression-list-tenant-level',
    note: {
      ja: 'テナントのサプレッションリストに載っているため、SESは送信しませんでした。受信側には届いていません。',
      en: 'SES did not send: the address is on a tenant’s suppression list. No server was asked.',
    },
  },
  {
    id: 'ses/auto-validation',
    reason: 'suppressed',
    confidence: 'certain',
    when: { subTypes: ['EmailValidationSuppressed'] },
    samples: [{ bounceType: 'Permanent', bounceSubType: 'EmailValidationSuppressed' }],
    source: 'Amazon SES Developer Guide, email-validation-auto',
    note: {
      ja: 'SESの自動検証（Auto Validation）の基準を下回る宛先のため、SESは送信しませんでした。受信側には届いていません。todokuでは解除できないため、自動検証の設定か宛先をご確認ください。',
      en: 'SES did not send: Auto Validation holds the address below its threshold. No server was asked. todoku cannot lift this: check the threshold, or the address.',
    },
  },
  {
    id: 'ses/unsubscribed',
    reason: 'suppressed',
    confidence: 'certain',
    when: { subTypes: ['UnsubscribedRecipient'] },
    samples: [{ bounceType: 'Permanent', bounceSubType: 'UnsubscribedRecipient' }],
    source: 'Amazon SES Developer Guide, sending-email-list-management',
    note: {
      ja: 'SESの購読管理で配信停止を希望した宛先のため、SESは送信しませんでした。',
      en: 'SES did not send: the contact has unsubscribed in SES’s list management.',
    },
  },
  {
    id: 'ses/custom-timeout',
    reason: 'expired',
    confidence: 'certain',
    when: { subTypes: ['CustomTimeoutExceeded'] },
    samples: [{ bounceType: 'Transient', bounceSubType: 'CustomTimeoutExceeded' }],
    source: 'Amazon SES Developer Guide, event-publishing-retrieving-sns-contents (MaxDeliverySeconds)',
    note: {
      ja: '送信側が設定した配信期限（MaxDeliverySeconds）までに届かなかったため、SESが再送をやめました。',
      en: 'Not delivered within the time limit that the sender set (MaxDeliverySeconds), so SES gave up.',
    },
  },
  {
    id: 'ses/account-list-text',
    reason: 'suppressed',
    confidence: 'certain',
    when: {
      phrases: ['amazon ses did not send the message to this address because it is on the suppression list'],
    },
    samples: [
      {
        text: 'Amazon SES did not send the message to this address because it is on the suppression list for your account. For more information, see the guide.',
      },
    ],
    source: LIST,
  },
  {
    id: 'ses/global-list-text',
    reason: 'suppressed',
    confidence: 'certain',
    when: { phrases: ['amazon ses has suppressed sending to this address'] },
    samples: [
      {
        text: 'Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address.',
      },
    ],
    source: GLOBAL_LIST,
  },
  {
    id: 'ses/simulator-complaint',
    reason: 'feedback',
    confidence: 'certain',
    when: { recipients: ['complaint@simulator.amazonses.com'] },
    samples: [{ recipient: 'complaint@simulator.amazonses.com' }],
    source: SIMULATOR,
  },
  {
    id: 'ses/simulator-list',
    reason: 'suppressed',
    confidence: 'certain',
    when: { recipients: ['suppressionlist@simulator.amazonses.com'] },
    samples: [{ recipient: 'suppressionlist@simulator.amazonses.com' }],
    source: SIMULATOR,
  },
  {
    id: 'ses/simulator-out-of-office',
    reason: 'vacation',
    confidence: 'certain',
    when: { recipients: ['ooto@simulator.amazonses.com'] },
    samples: [{ recipient: 'ooto@simulator.amazonses.com' }],
    source: SIMULATOR,
  },
  {
    id: 'ses/not-verified',
    reason: 'norelaying',
    confidence: 'certain',
    when: { phrases: ['email address is not verified'] },
    samples: [
      {
        text: 'smtp; 554 Message rejected: Email address is not verified. Region EU-WEST-1: shop@shop.example',
      },
    ],
    source: 'Amazon SES Developer Guide, verified identities',
  },
  {
    id: 'ses/duplicate-header',
    reason: 'contenterror',
    confidence: 'likely',
    alternatives: ['notcompliantrfc'],
    when: { phrases: ['duplicate header'] },
    samples: [{ text: "smtp; 554 Transaction failed: Duplicate header 'DKIM-Signature'." }],
    source: 'Amazon SES; RFC 5322 section 3.6',
  },
  {
    id: 'ses/dns-lookup',
    reason: 'hostunknown',
    confidence: 'likely',
    alternatives: ['networkerror'],
    when: { phrases: ['unable to lookup dns', 'unable to look up dns'] },
    samples: [
      {
        text: 'smtp; 550 4.4.7 Message expired: unable to deliver in 840 minutes.<421 4.4.0 Unable to lookup DNS for shop.example>',
      },
    ],
    source: QUEUE,
    note: {
      ja: '宛先ドメインのDNSを引けませんでした。ドメインの打ち間違いか、DNSの一時的な障害です。',
      en: 'The recipient’s domain could not be looked up: a mistyped domain, or a DNS fault that may pass.',
    },
  },
];

/** SES's sub-types, for the bounces whose text decided nothing. */
export const SES_SUBTYPE_RULES: readonly ReplyRule[] = [
  {
    id: 'ses/subtype-mailbox-full',
    reason: 'mailboxfull',
    confidence: 'likely',
    when: { subTypes: ['MailboxFull'] },
    samples: [{ bounceType: 'Transient', bounceSubType: 'MailboxFull' }],
    source: SUBTYPES,
  },
  {
    id: 'ses/subtype-too-large',
    reason: 'mesgtoobig',
    confidence: 'likely',
    when: { subTypes: ['MessageTooLarge'] },
    samples: [{ bounceType: 'Transient', bounceSubType: 'MessageTooLarge' }],
    source: SUBTYPES,
  },
  {
    id: 'ses/subtype-content',
    reason: 'contenterror',
    confidence: 'likely',
    alternatives: ['spamdetected', 'policyviolation'],
    when: { subTypes: ['ContentRejected', 'AttachmentRejected'] },
    samples: [
      { bounceType: 'Transient', bounceSubType: 'ContentRejected' },
      { bounceType: 'Transient', bounceSubType: 'AttachmentRejected' },
    ],
    source: SUBTYPES,
  },
];
