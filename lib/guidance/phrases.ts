import type { Language } from '../text.ts';
import type { ProviderGuidance } from './data/provider-guidance.ts';

/** The words around the steps, the same for every situation. */
interface Phrases {
  readonly subject: (subject: string, shop: string | undefined) => string;
  readonly greeting: (shop: string | undefined) => string;
  /** Stands where the domain would, when it is not known. */
  readonly domainUnknown: string;
  readonly path: (on: string, steps: readonly string[]) => string;
  readonly pagesTitle: string;
  readonly page: (provider: string, title: string, url: string | undefined) => string;
  /** That screens change, and whom to ask. */
  readonly hedge: Readonly<Record<ProviderGuidance['kind'], (provider: string) => string>>;
  readonly desk: {
    readonly known: string;
    readonly unknown: string;
    readonly action: string;
    readonly provider: string;
    readonly doubtful: string;
    readonly openPages: string;
  };
}

const CHANGES_JA = '※画面や設定の名称は、変更されている場合がございます。';
const CHANGES_EN = 'Screens and names of settings may have changed.';

/** See {@link Phrases}. */
export const PHRASES: Readonly<Record<Language, Phrases>> = {
  ja: {
    subject: (subject, shop) => (shop === undefined ? subject : `${subject}(${shop})`),
    greeting: (shop) =>
      shop === undefined
        ? 'いつもご利用いただき、誠にありがとうございます。'
        : `いつも${shop}をご利用いただき、誠にありがとうございます。`,
    domainUnknown: '(当店からのメールの差出人アドレスの「@」より後ろの部分)',
    path: (on, steps) => `${on}: ${steps.join(' → ')}`,
    pagesTitle: '設定方法のご案内(外部サイト)',
    page: (provider, title, url) =>
      url === undefined
        ? `${provider}公式サイトの${title}`
        : `${provider}${title.startsWith('「') ? '' : ' '}${title} ${url}`,
    hedge: {
      carrier: (provider) =>
        `${CHANGES_JA}詳しい操作や最新の手順につきましては、${provider}の公式サイトまたは窓口でご確認いただけますようお願いいたします。`,
      webmail: (provider) =>
        `${CHANGES_JA}詳しい操作や最新の手順につきましては、${provider}の公式サイトでご確認いただけますようお願いいたします。`,
      unknown: () =>
        '※設定の方法は、メールサービスにより異なります。詳しい操作につきましては、ご利用の携帯電話会社やプロバイダーなどの公式サイトまたは窓口でご確認いただけますようお願いいたします。',
    },
    desk: {
      known: 'わかっていること: ',
      unknown: 'わからないこと: ',
      action: '対応: ',
      provider: 'この携帯会社・メールサービスについて:',
      doubtful: '(確度が低い情報)',
      openPages: '案内のリンク先は変わることがあります。送る前に開いて確認してください。',
    },
  },
  en: {
    subject: (subject, shop) => (shop === undefined ? subject : `${subject} (${shop})`),
    greeting: (shop) =>
      shop === undefined ? 'Thank you for shopping with us.' : `Thank you for shopping with ${shop}.`,
    domainUnknown: '(the part after the @ in the sender address of our emails)',
    path: (on, steps) => `${on}: ${steps.join(' → ')}`,
    pagesTitle: 'How to change the setting (external site, in Japanese)',
    page: (provider, title, url) =>
      url === undefined ? `${title}, on the official site of ${provider}` : `${provider}, ${title}: ${url}`,
    hedge: {
      carrier: (provider) =>
        `${CHANGES_EN} For details and the latest steps, please see the official site of ${provider} or ask its support.`,
      webmail: (provider) =>
        `${CHANGES_EN} For details and the latest steps, please see the official site of ${provider}.`,
      unknown: () =>
        'The steps differ from one mail service to another. For details, please see the official site of your mobile carrier or mail provider, or ask its support.',
    },
    desk: {
      known: 'Known: ',
      unknown: 'Not known: ',
      action: 'To do: ',
      provider: 'About this carrier or mail service:',
      doubtful: ' (low confidence)',
      openPages: 'Pages linked to may have moved: open them before you send the text.',
    },
  },
};
