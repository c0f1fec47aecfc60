import type { EntryPage, Limit, ProviderGuidance, Setting, Step } from './provider-guidance.ts';

/** Gmail: no allow list; a filter "never to spam" is the nearest thing to one. */
export const GMAIL: ProviderGuidance = {
  id: 'gmail',
  name: { ja: 'Gmail', en: 'Gmail' },
  kind: 'webmail',
  filters: [
    {
      name: { ja: '迷惑メール', en: '迷惑メール (spam)' },
      effect: 'filed',
      confidence: 'A',
      sources: ['gmailHelp', 'gmailSpamGuide'],
    },
  ],
  typing: 'domain',
  ask: {
    ja: '「迷惑メール」に入っていないか、ご確認をお願いします。差出人は{domain}です。',
    en: 'Please look in spam (迷惑メール) for mail from {domain}.',
  },
  askBefore: {
    ja: '差出人は{domain}です。メールが「迷惑メール」に入った場合は、迷惑メールではない旨の操作をお願いします。',
    en: 'Our email comes from {domain}. If it goes to spam (迷惑メール), please mark it as not spam.',
  },
  steps: [
    {
      text: {
        ja: 'Gmailの「迷惑メール」をご確認ください。メールがございましたら、「迷惑メールではない」を選択していただくと、受信トレイに移動します。30日が過ぎると自動的に削除されますので、お早めにご確認いただけますと幸いです。',
        en: 'Please look in 迷惑メール (spam) in Gmail. If you find our email there, choosing 迷惑メールではない (not spam) moves it to the inbox. Mail in spam is deleted automatically after 30 days, so please look soon.',
      },
      whenReturned: {
        ja: '今後お送りするメールは、Gmailの「迷惑メール」に振り分けられる場合がございます。「迷惑メールではない」を選択していただくと、受信トレイに移動します。30日が過ぎると自動的に削除されますので、あわせてご確認ください。',
        en: 'Mail we send from now on may go to 迷惑メール (spam) in Gmail. Choosing 迷惑メールではない (not spam) moves it to the inbox. Mail in spam is deleted automatically after 30 days, so please look there too.',
      },
      sources: ['gmailHelp', 'gmailSpamGuide'],
    },
    {
      text: {
        ja: '{domain}を差出人（From）とするフィルタを作成し、「迷惑メールにしない」を設定してください。設定は、パソコンなどのブラウザーで開いたGmailから行えます。',
        en: 'In Gmail in a browser, please create a filter for mail from {domain} and choose 迷惑メールにしない (never send it to spam).',
      },
      showsDomain: true,
      paths: [
        {
          on: { ja: 'ブラウザーの場合', en: 'In a browser' },
          steps: {
            ja: [
              '設定（歯車のアイコン）',
              'すべての設定を表示',
              'フィルタとブロック中のアドレス',
              '新しいフィルタを作成',
              'Fromにドメインを入力',
              'フィルタを作成',
              '「迷惑メールにしない」にチェック',
              'フィルタを作成',
            ],
            en: [
              '設定 (settings, the cogwheel)',
              'すべての設定を表示 (show all settings)',
              'フィルタとブロック中のアドレス (filters and blocked addresses)',
              '新しいフィルタを作成 (new filter)',
              'enter the domain in From',
              'フィルタを作成 (create filter)',
              'tick 迷惑メールにしない (never send it to spam)',
              'フィルタを作成 (create filter)',
            ],
          },
          confidence: 'B',
          sources: ['utatenStore'],
        },
      ],
      sources: ['gmailHelp', 'utatenStore'],
    },
  ],
  limits: [],
  pages: [
    {
      title: {
        ja: '「正当なメールが迷惑メールに分類される」',
        en: '正当なメールが迷惑メールに分類される (legitimate mail is marked as spam)',
      },
      url: 'https://support.google.com/mail/answer/9008?hl=ja',
      note: 'undated',
    },
  ],
};

/** Outlook.com, Hotmail, Live: the Japanese labels of the safe list differ by version, so none is given as a step. */
export const OUTLOOK: ProviderGuidance = {
  id: 'outlook',
  name: { ja: 'Outlook.com', en: 'Outlook.com' },
  kind: 'webmail',
  filters: [
    {
      name: { ja: '迷惑メール', en: '迷惑メール (junk email)' },
      effect: 'filed',
      confidence: 'A',
      sources: ['outlookBlock', 'outlookSafe'],
    },
    {
      name: { ja: '受信拒否リスト', en: '受信拒否リスト (blocked senders)' },
      effect: 'filed',
      confidence: 'A',
      sources: ['outlookBlock'],
    },
  ],
  typing: 'domain',
  ask: {
    ja: '「迷惑メール」に入っていないか、ご確認をお願いします。差出人は{domain}です。',
    en: 'Please look in junk email (迷惑メール) for mail from {domain}.',
  },
  askBefore: {
    ja: '迷惑メールの設定で、{domain}を信頼できる差出人にご登録ください。',
    en: 'Please add {domain} to your safe senders.',
  },
  steps: [
    {
      text: {
        ja: '「迷惑メール」フォルダーをご確認ください。メールがございましたら、「迷惑メールではない」を選択してください。',
        en: 'Please look in the 迷惑メール (junk email) folder. If you find our email there, please choose 迷惑メールではない (not junk).',
      },
      whenReturned: {
        ja: '今後お送りするメールは、「迷惑メール」フォルダーに振り分けられる場合がございます。その際は、「迷惑メールではない」を選択してください。',
        en: 'Mail we send from now on may go to the 迷惑メール (junk email) folder. In that case, please choose 迷惑メールではない (not junk).',
      },
      sources: ['outlookBlock', 'outlookSafe'],
    },
    {
      text: {
        ja: '迷惑メールの設定で、{domain}を信頼できる差出人としてご登録ください（メニューの名称はバージョンにより異なります）。',
        en: 'In the junk email settings, please add {domain} to the safe senders and domains (in Japanese a list of 信頼できる差出人; the exact name differs by version).',
      },
      showsDomain: true,
      paths: [
        {
          on: {
            ja: 'ブラウザーの場合',
            en: 'In a browser, with the display in English (from a guide of 2021)',
          },
          steps: { en: ['Settings', 'Mail', 'Junk email', 'Safe senders and domains', 'Add'] },
          confidence: 'B',
          sources: ['loyolaOutlook'],
        },
      ],
      sources: ['outlookSafe', 'loyolaOutlook'],
    },
  ],
  limits: [],
  pages: [
    {
      title: {
        ja: '「電子メールの送信先を差出人セーフ リストに追加する」',
        en: '電子メールの送信先を差出人セーフ リストに追加する (adding to the safe senders list)',
      },
      url: 'https://support.microsoft.com/ja-jp/office/be1baea0-beab-4a30-b968-9004332336ce',
      note: 'written for classic Outlook; a page for Outlook.com itself is not certain',
    },
  ],
};

const YAHOO_FILTERS: readonly Setting[] = [
  {
    name: { ja: '迷惑メールフィルター', en: '迷惑メールフィルター (spam filter)' },
    effect: 'filed',
    confidence: 'A',
    sources: ['yahooTools'],
  },
  {
    name: { ja: '受信拒否', en: '受信拒否 (block list)' },
    effect: 'dropped',
    confidence: 'C',
    sources: ['yahooHelpCopy', 'limitsBook'],
  },
];

const YAHOO_STEPS: readonly Step[] = [
  {
    text: {
      ja: '「迷惑メール」フォルダーをご確認ください。メールがございましたら、「迷惑メールでない」と報告していただけますようお願いいたします。一定の期間が過ぎると自動的に削除されますので、お早めにご確認いただけますと幸いです。',
      en: 'Please look in the 迷惑メール (spam) folder. If you find our email there, please report it as 迷惑メールでない (not spam). Mail in that folder is deleted automatically after some time, so please look soon.',
    },
    whenReturned: {
      ja: '今後お送りするメールは、「迷惑メール」フォルダーに振り分けられる場合がございます。その際は、「迷惑メールでない」と報告していただけますようお願いいたします。一定の期間が過ぎると自動的に削除されますので、あわせてご確認ください。',
      en: 'Mail we send from now on may go to the 迷惑メール (spam) folder. In that case, please report it as 迷惑メールでない (not spam). Mail in that folder is deleted automatically after some time, so please look there too.',
    },
    sources: ['yahooTools'],
  },
  {
    text: {
      ja: '「受信拒否」のリストに、{domain}や当店のメールアドレスが登録されていないかをご確認いただき、登録がある場合は解除をお願いいたします。',
      en: 'Please check that neither {domain} nor our email address is on your 受信拒否 (block list), and remove it if it is.',
    },
    showsDomain: true,
    sources: ['yahooHelpCopy', 'limitsBook'],
  },
];

const YAHOO_LIMITS: readonly Limit[] = [
  {
    text: {
      ja: 'Yahoo!メールに受信許可リストはありません。「救済リスト」は旧版のヘルプでのみ確認でき、現在も使えるかどうかは不明です。',
      en: 'Yahoo! Mail (Japan) has no allow list. A rescue list (救済リスト) is known from an old help page only; whether it still exists is not known.',
    },
    confidence: 'C',
    sources: ['yahooHelpCopy', 'limitsBook'],
  },
];

const YAHOO_PAGES: readonly EntryPage[] = [
  {
    title: { ja: '「迷惑メール対策ツール」', en: '迷惑メール対策ツール (tools against spam)' },
    url: 'https://mail.yahoo.co.jp/antispam/tools.html',
    note: 'written after 2023-10; contents read in part',
  },
];

/** Yahoo! JAPAN's mail (yahoo.co.jp). */
export const YAHOO_JAPAN: ProviderGuidance = {
  id: 'yahoo-japan',
  name: { ja: 'Yahoo!メール', en: 'Yahoo! Mail (Japan)' },
  kind: 'webmail',
  filters: YAHOO_FILTERS,
  typing: 'domain',
  ask: {
    ja: '「迷惑メール」と「受信拒否」のご確認をお願いします。差出人は{domain}です。',
    en: 'Please look in 迷惑メール (spam) and 受信拒否 (block list) for {domain}.',
  },
  askBefore: {
    ja: '差出人は{domain}です。メールが「迷惑メール」に入った場合は、迷惑メールではない旨の操作をお願いします。',
    en: 'Our email comes from {domain}. If it goes to spam (迷惑メール), please mark it as not spam.',
  },
  steps: YAHOO_STEPS,
  limits: YAHOO_LIMITS,
  pages: YAHOO_PAGES,
};

/** Y!mobileメール (yahoo.ne.jp) runs on Yahoo!メール: its tools, not the carrier's. */
export const YMOBILE_YAHOO: ProviderGuidance = {
  ...YAHOO_JAPAN,
  id: 'ymobile-yahoo',
  name: { ja: 'Y!mobileメール', en: 'Y!mobile Mail' },
  kind: 'carrier',
  limits: [
    {
      text: {
        ja: 'yahoo.ne.jpのメールはYahoo!メールの仕組みで動いており、ソフトバンクやワイモバイル（ymobile.ne.jp）の設定は適用されません。',
        en: 'Mail at yahoo.ne.jp runs on Yahoo! Mail: the settings of SoftBank and of ymobile.ne.jp do not apply.',
      },
      confidence: 'B',
      sources: ['softbankDmarc', 'ymobileRegistration'],
    },
    ...YAHOO_LIMITS,
  ],
};

/** iCloud: no allow list, and some mail is stopped before any folder. */
export const ICLOUD: ProviderGuidance = {
  id: 'icloud',
  name: { ja: 'iCloudメール', en: 'iCloud Mail' },
  kind: 'webmail',
  filters: [
    {
      name: { ja: '迷惑メール', en: '迷惑メール (junk)' },
      effect: 'filed',
      onByDefault: true,
      confidence: 'A',
      sources: ['icloudGuide'],
    },
  ],
  typing: 'domain',
  ask: {
    ja: '「迷惑メール」に入っていないか、ご確認をお願いします。差出人は{domain}です。',
    en: 'Please look in junk (迷惑メール) for mail from {domain}.',
  },
  askBefore: {
    ja: '差出人は{domain}です。メールが「迷惑メール」に入った場合は、迷惑メールではない旨の操作をお願いします。',
    en: 'Our email comes from {domain}. If it goes to spam (迷惑メール), please mark it as not spam.',
  },
  steps: [
    {
      text: {
        ja: '「迷惑メール」フォルダをご確認ください。メールがございましたら、「迷惑メールではない」を選択していただくと、以後、同じ差出人からのメールは迷惑メールとして扱われなくなります。30日が過ぎると自動的に削除されますので、お早めにご確認いただけますと幸いです。差出人は{domain}です。',
        en: 'Please look in the 迷惑メール (junk) folder. If you find our email there, choosing 迷惑メールではない (not junk) means that later mail from the same sender is no longer treated as junk. Mail in that folder is deleted after 30 days, so please look soon. Our email comes from {domain}.',
      },
      whenReturned: {
        ja: '今後お送りするメールは、「迷惑メール」フォルダに振り分けられる場合がございます。「迷惑メールではない」を選択していただくと、以後、同じ差出人からのメールは迷惑メールとして扱われなくなります。30日が過ぎると自動的に削除されますので、あわせてご確認ください。差出人は{domain}です。',
        en: 'Mail we send from now on may go to the 迷惑メール (junk) folder. Choosing 迷惑メールではない (not junk) there means that later mail from the same sender is no longer treated as junk. Mail in that folder is deleted after 30 days, so please look there too. Our email comes from {domain}.',
      },
      showsDomain: true,
      sources: ['icloudGuide'],
    },
    {
      text: {
        ja: '迷惑メールフォルダにも見当たらない場合は、別のメールアドレスへお送りすることもできますので、お知らせください。',
        en: 'If it is not there either, please give us another address that we can write to.',
      },
      sources: ['plusmember'],
    },
  ],
  limits: [
    {
      text: {
        ja: 'iCloudには受信許可リストがありません。迷惑メールフォルダに入る前に止められ、どこにも表示されないことがあるとの報告があります。',
        en: 'iCloud has no allow list. Shops report mail that is stopped before the junk folder and shows nowhere.',
      },
      confidence: 'B',
      sources: ['icloudGuide', 'plusmember'],
    },
  ],
  pages: [
    {
      title: { ja: '「iCloud ユーザガイド」', en: 'iCloud ユーザガイド (iCloud user guide)' },
      url: 'https://support.apple.com/ja-jp/guide/icloud/',
      note: 'top of the guide; the chapter is 迷惑メールを管理する',
    },
  ],
};

/** Everybody else: the text shops commonly give, without a name or page of any provider. */
export const OTHER: ProviderGuidance = {
  id: 'other',
  name: { ja: 'ご利用のメールサービス', en: 'your mail service' },
  kind: 'unknown',
  filters: [],
  typing: 'domain',
  ask: {
    ja: '迷惑メールフォルダと、{domain}を許可する受信設定のご確認をお願いします。',
    en: 'Please look in your spam folder, and allow mail from {domain}.',
  },
  askBefore: {
    ja: '{domain}からのメールを許可する受信設定をお願いします。',
    en: 'Please allow mail from {domain}.',
  },
  steps: [
    {
      text: {
        ja: '迷惑メールフォルダやゴミ箱など、受信トレイ以外のフォルダをご確認ください。',
        en: 'Please look in folders other than the inbox, such as the spam folder (迷惑メールフォルダ) and the trash.',
      },
      whenReturned: {
        ja: '今後お送りするメールは、迷惑メールフォルダなど、受信トレイ以外のフォルダに振り分けられる場合がございます。あわせてご確認ください。',
        en: 'Mail we send from now on may be sorted into a folder other than the inbox, such as the spam folder (迷惑メールフォルダ). Please look there too.',
      },
      sources: ['utatenStore'],
    },
    {
      text: {
        ja: '受信拒否やドメイン指定受信などをご利用の場合は、{domain}からのメールを受信できるようにご設定ください。',
        en: 'If you use a block list or receive from chosen domains only (ドメイン指定受信), please allow mail from {domain}.',
      },
      showsDomain: true,
      sources: ['utatenStore'],
    },
  ],
  limits: [],
  pages: [],
};
