import type { Bilingual } from '../text.ts';
import type { Situation } from './situation.ts';

/** Situations whose request says by itself what the subject says: a text message holds it once. */
export const ASKS_ALIKE: ReadonlySet<Situation> = new Set<Situation>([
  'filed',
  'unrecorded',
  'refused-or-unknown',
  'taken-again',
  'mailbox-full',
  'stopped',
  'forwarded',
]);

/**
 * What a text message asks for where the provider's settings are not the matter, or not the only one: no word of what
 * became of any mail. `{domain}` as in a provider's step.
 */
export const REQUESTS: Readonly<Record<Situation, Bilingual>> = {
  refused: {
    ja: 'メールの受信設定のご確認をお願いします。',
    en: 'Please check your mail settings.',
  },
  'refused-or-unknown': {
    ja: 'アドレスに変更がないかのご確認と、{domain}の受信許可の設定をお願いします。',
    en: 'Please check your address, and allow {domain}.',
  },
  moved: {
    ja: '新しいメールアドレスの受信設定のご確認をお願いします。',
    en: 'Please check the mail settings of your new address.',
  },
  'taken-again': {
    ja: '届いていないメールの再送をご希望の場合は、当店までご連絡ください。',
    en: 'To have the email that did not reach you sent again, please contact us.',
  },
  filed: {
    ja: '迷惑メールフォルダのご確認をお願いします。',
    en: 'Please look in your spam folder.',
  },
  dropped: {
    ja: 'メールの受信設定のご確認をお願いします。',
    en: 'Please check your mail settings.',
  },
  'unknown-address': {
    ja: '現在お使いのメールアドレスを当店までお知らせください。',
    en: 'Please tell us the email address you use today.',
  },
  returned: {
    ja: '現在お使いのメールアドレスを当店までお知らせください。',
    en: 'Please tell us the email address you use today.',
  },
  expired: {
    ja: 'お急ぎの場合や再送をご希望の場合は、当店までご連絡ください。',
    en: 'To have it sent again, or if it is urgent, please contact us.',
  },
  'not-sent': {
    ja: 'お急ぎの場合は、当店までご連絡ください。',
    en: 'If it is urgent, please contact us.',
  },
  unsubscribed: {
    ja: 'ご注文関連のメールをご希望の場合は、当店までご連絡ください。',
    en: 'If you would like mail about your orders, please contact us.',
  },
  'mailbox-full': {
    ja: 'メールボックスの空き容量をご確認のうえ、当店までご連絡ください。',
    en: 'Please check the free space in your mailbox, and contact us once there is some.',
  },
  suspended: {
    ja: '別のメールアドレスをお持ちの場合は、当店までお知らせください。',
    en: 'If you have another email address, please tell us.',
  },
  complained: {
    ja: '今後もメールのお受け取りをご希望の場合は、当店までお知らせください。',
    en: 'If you would like to go on receiving our mail, please tell us.',
  },
  lifted: {
    ja: 'メールの受信設定のご確認をお願いします。',
    en: 'Please check your mail settings.',
  },
  'delivered-again': {
    ja: '停止中のメールの再送をご希望の場合は、当店までご連絡ください。',
    en: 'To have missed emails sent again, please contact us.',
  },
  delayed: {
    ja: 'お急ぎの場合は、当店までご連絡ください。',
    en: 'If it is urgent, please contact us.',
  },
  'no-record': {
    ja: '現在お使いのメールアドレスを当店までお知らせください。',
    en: 'Please tell us the email address you use today.',
  },
  'sender-problem': {
    ja: 'お急ぎの場合は、当店までご連絡ください。',
    en: 'If it is urgent, please contact us.',
  },
  late: {
    ja: '見当たらない場合は、迷惑メールフォルダもご確認ください。',
    en: 'If you cannot find it, please look in your spam folder.',
  },
  stopped: {
    ja: 'メールの送信を再開してよろしいか、当店までお知らせください。',
    en: 'Please tell us whether we may resume sending you email.',
  },
  'refused-again': {
    ja: 'メールの受信設定のご確認をお願いします。お電話でもご案内します。',
    en: 'Please check your mail settings; we can also help by telephone.',
  },
  forwarded: {
    ja: 'メールの転送先と、転送先の受信設定のご確認をお願いします。',
    en: 'Please check where your mail is forwarded to, and the settings there.',
  },
  unrecorded: {
    ja: '迷惑メールフォルダのご確認をお願いします。',
    en: 'Please look in your spam folder.',
  },
};
