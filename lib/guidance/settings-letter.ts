import type { ProviderId } from '../provider-id.ts';
import type { Language } from '../text.ts';
import type { Advice } from './advice.ts';
import { formsOf } from './forms.ts';
import { PHRASES } from './phrases.ts';
import { guidanceFor } from './providers.ts';
import { settingsParagraphs, type Voice } from './settings-text.ts';
import { nameIn, type Shop, senderOf, unsetOf } from './shop.ts';

/** What a letter without an address is asked for. Every string may come from a stranger. */
export interface SettingsLetterRequest {
  readonly provider: ProviderId;
  readonly language: Language;
  readonly senderDomain?: string;
  readonly shopName?: string;
  readonly shops?: readonly Shop[];
}

/** A letter as it is sent, in one language. */
export type Letter = Pick<
  Advice,
  'provider' | 'providerName' | 'language' | 'toCustomer' | 'forms' | 'unset'
>;

/**
 * How mail of the shop is let in at a mail service: for somebody of whom nothing is known, so it says nothing of any
 * mail. Pure; throws nothing.
 */
export function settingsLetter(request: SettingsLetterRequest): Letter {
  const { language, shops = [] } = request;
  const guidance = guidanceFor(undefined, request.provider);
  const sender = senderOf(shops, { domain: request.senderDomain, name: request.shopName });
  const shop = nameIn(sender, language);
  const words = WORDS[language];
  const paragraphs = (voice: Voice) => [
    words.opening,
    ...settingsParagraphs(guidance.steps, { guidance, language, sender, accepted: false, voice }),
    words.closing,
  ];
  const subject = PHRASES[language].subject(words.subject, shop);
  return {
    provider: guidance.id,
    providerName: guidance.name,
    language,
    toCustomer: {
      subject,
      body: [PHRASES[language].greeting(shop), ...paragraphs('written')].join('\n\n'),
    },
    forms: formsOf({
      subject,
      request: guidance.askBefore ?? guidance.ask,
      language,
      guidance,
      settingsMatter: true,
      sender,
      spoken: paragraphs('spoken'),
    }),
    unset: unsetOf(sender),
  };
}

const WORDS = {
  ja: {
    subject: 'メール受信設定のお願い',
    opening:
      'ご注文の確認や発送のお知らせなどのメールを受信していただけるよう、お手数ですが、次の設定をお願いいたします。',
    closing: 'ご不明な点がございましたら、お気軽に当店までお問い合わせください。',
  },
  en: {
    subject: 'Please check your email settings',
    opening:
      'So that you can receive our emails, such as order confirmations and shipping notices, could you please check the following?',
    closing: 'If anything is unclear, please feel free to contact us.',
  },
} as const satisfies Readonly<Record<Language, object>>;
