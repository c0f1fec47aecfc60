import type { Language } from '../text.ts';
import type { ProviderGuidance } from './data/provider-guidance.ts';

/** The words around the steps, the same for every situation. */
interface Phrases {
  readonly subject: (subject: string, shop: string | undefined) => string;
  readonly greeting: (shop: string | undefined) => string;
  /** What stands in a request for `{domain}`: where the domain follows on a line of its own, and where it is not known. */
  readonly domain: { readonly below: string; readonly unknown: string; readonly short: string };
  /** The addresses that the shop writes from. */
  readonly from: (addresses: readonly string[]) => string;
  readonly path: (on: string, steps: readonly string[]) => string;
  readonly spokenPath: (on: string, steps: readonly string[]) => string;
  /** Asks for the device where each has a way of its own, and says what is the same on all. */
  readonly spokenDevices: (devices: readonly string[], steps: readonly string[]) => string;
  /** The domain as it is dictated; it is spelled afterwards. */
  readonly spokenDomain: (typed: string) => string;
  /** A request read aloud, with its number. */
  readonly counted: (number: number, request: string) => string;
  /** A subject as a sentence of its own. */
  readonly sentence: (subject: string) => string;
  /** Stands between the sentences of one line. */
  readonly gap: string;
  /** How a call begins. */
  readonly hello: (shop: string | undefined) => string;
  /** Read aloud before the first name of a menu; absent: the menus are in the language of the text. */
  readonly menusInJapanese?: string;
  /** For a sign-up page: whose addresses it is about, and what for. */
  readonly before: (provider: string | undefined, shop: string | undefined) => string;
  /** For a sign-up page: where mail is found that does not show. */
  readonly otherwise: string;
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
const CHANGES_EN = 'Screens and setting names may have changed.';

/** See {@link Phrases}. */
export const PHRASES: Readonly<Record<Language, Phrases>> = {
  ja: {
    subject: (subject, shop) => (shop === undefined ? subject : `【${shop}】${subject}`),
    greeting: (shop) =>
      shop === undefined
        ? 'いつもご利用いただき、誠にありがとうございます。'
        : `いつも${shop}をご利用いただき、誠にありがとうございます。`,
    domain: {
      below: '次のドメイン',
      unknown: '当店のメールの差出人アドレスの「@」より後ろの部分',
      short: '当店のドメイン',
    },
    from: (addresses) => `当店からのメールの差出人アドレス：${addresses.join('、')}`,
    path: (on, steps) => `${on}：${steps.join(' → ')}`,
    spokenPath: (on, steps) => `${on}は、${steps.join('、次に')}の順にお進みください。`,
    spokenDevices: (devices, steps) =>
      `登録の画面までの進み方は、お使いの機種により異なります。${devices.join('、')}のうち、どちらをお使いでしょうか。${steps.length === 0 ? '' : `登録の画面では、どの機種も、${steps.join('、次に')}の順にお進みください。`}`,
    spokenDomain: (typed) => `ドメインを申し上げます。${typed}です。`,
    counted: (number, request) => `${number}つ目です。${request}`,
    sentence: (subject) => `${subject}です。`,
    gap: '',
    hello: (shop) => `${shop === undefined ? '' : `${shop}でございます。`}メールの件でご連絡いたしました。`,
    before: (provider, shop) =>
      `${provider === undefined ? '携帯電話会社などの' : `${provider}の`}メールアドレスをご登録の際は、${shop ?? '当店'}からのメールを受信できるよう、あらかじめ設定をご確認ください。`,
    otherwise: 'メールが見当たらない場合は、迷惑メールフォルダもご確認ください。',
    pagesTitle: '設定方法のご案内（外部サイト）',
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
      known: '分かっていること：',
      unknown: '分からないこと：',
      action: '対応：',
      provider: 'この携帯会社・メールサービスについて：',
      doubtful: '（確度が低い情報）',
      openPages: '案内のリンク先は変わることがあります。送る前に開いて確認してください。',
    },
  },
  en: {
    subject: (subject, shop) => (shop === undefined ? subject : `[${shop}] ${subject}`),
    greeting: (shop) =>
      shop === undefined ? 'Thank you for shopping with us.' : `Thank you for shopping with ${shop}.`,
    domain: {
      below: 'the following domain',
      unknown: 'the part after the @ in the sender address of our emails',
      short: 'our domain',
    },
    from: (addresses) => `Our emails come from: ${addresses.join(', ')}`,
    path: (on, steps) => `${on}: ${steps.join(' → ')}`,
    spokenPath: (on, steps) => `${on}: ${steps.join(', then ')}.`,
    spokenDevices: (devices, steps) =>
      `The way to that screen depends on your phone. Do you use ${devices.slice(0, -1).join(', ')} or ${devices.at(-1)}?${steps.length === 0 ? '' : ` On the screen itself it is the same on all: ${steps.join(', then ')}.`}`,
    spokenDomain: (typed) => `The domain is ${typed}.`,
    counted: (number, request) => `Number ${number}. ${request}`,
    sentence: (subject) => (/[.?!]$/.test(subject) ? subject : `${subject}.`),
    gap: ' ',
    menusInJapanese:
      'The names of menus and buttons that I am going to say are in Japanese, as the screen shows them.',
    hello: (shop) =>
      shop === undefined
        ? 'Hello. I am calling about our emails to you.'
        : `Hello, this is ${shop}. I am calling about our emails to you.`,
    before: (provider, shop) =>
      `Before you register an email address${provider === undefined ? '' : ` of ${provider}`}, please make sure that it can receive email from ${shop ?? 'our shop'}.`,
    otherwise: 'If you cannot find our email, please look in your spam folder too.',
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
