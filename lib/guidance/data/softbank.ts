import type { Limit, ProviderGuidance, Setting, Step } from './provider-guidance.ts';

const FILTERS: readonly Setting[] = [
  {
    name: { ja: '迷惑メールフィルター', en: '迷惑メールフィルター (spam filter)' },
    effect: 'dropped',
    onByDefault: true,
    confidence: 'A',
    sources: ['softbankFilter', 'sendmagicSoftbank'],
  },
  {
    name: { ja: 'なりすましメールの拒否', en: 'なりすましメールの拒否 (refusing mail with a forged sender)' },
    effect: 'dropped',
    onByDefault: true,
    confidence: 'A',
    sources: ['softbankDmarc', 'sendmagicSoftbank'],
  },
  {
    name: {
      ja: '受信許可リストからのみ許可設定',
      en: '受信許可リストからのみ許可設定 (receive from the allow list only)',
    },
    effect: 'dropped',
    confidence: 'B',
    sources: ['dekyoSoftbank'],
  },
  {
    name: {
      ja: 'ケータイ/PHSからのみ許可設定',
      en: 'ケータイ/PHSからのみ許可設定 (receive from mobile phones only)',
    },
    effect: 'dropped',
    confidence: 'B',
    sources: ['dekyoSoftbank'],
  },
  {
    name: { ja: '受信拒否リスト', en: '受信拒否リスト (block list)' },
    effect: 'dropped',
    confidence: 'A',
    sources: ['softbankAllow'],
  },
  {
    name: { ja: 'URLリンク付きメール', en: 'URLリンク付きメール (mail with links)' },
    effect: 'dropped',
    confidence: 'C',
    sources: ['mynaviSoftbankUrl'],
  },
];

const ALLOW: Step = {
  text: {
    ja: '迷惑メール対策の「受信許可リスト」（画面の表示は「許可するメールの登録」）に、{domain}をご登録ください。一致の条件は「後方一致」をお選びください。',
    en: 'In 迷惑メール対策 (spam measures), please add {domain} to the 受信許可リスト (allow list; shown on the screen as 許可するメールの登録) and choose 後方一致 (match at the end).',
  },
  showsDomain: true,
  paths: [
    {
      on: { ja: 'My SoftBankの場合', en: 'On My SoftBank' },
      steps: {
        ja: [
          'My SoftBank',
          'メール設定',
          '迷惑メール対策',
          '許可するメールの登録「登録する」',
          'ドメインを入力し「後方一致」を選択',
          '「次へ」',
          '「登録する」',
        ],
        en: [
          'My SoftBank',
          'メール設定 (mail settings)',
          '迷惑メール対策 (spam measures)',
          '許可するメールの登録 (mail to allow): 登録する (register)',
          'enter the domain and choose 後方一致 (match at the end)',
          '次へ (next)',
          '登録する (register)',
        ],
      },
      confidence: 'B',
      sources: ['hoikuHelp', 'softbankRescue'],
    },
  ],
  sources: ['softbankAllow', 'hoikuHelp'],
};

const RESCUE: Step = {
  text: {
    ja: '「なりすましメールの拒否」をご利用の場合は、受信許可リストに登録してもメールが届かないことがございます。その際は、「なりすましメールの救済リスト」の利用もご検討いただけますようお願いいたします。登録できる内容は公式サイトでご確認ください。',
    en: 'If you use なりすましメールの拒否 (refusing mail with a forged sender), mail may be refused although the domain is on the allow list. In that case, please consider using the なりすましメールの救済リスト (rescue list for such mail). The official site explains what can be registered there.',
  },
  paths: [
    {
      on: { ja: '救済リスト（My SoftBankの場合）', en: 'Rescue list, on My SoftBank' },
      steps: {
        ja: [
          'My SoftBank',
          'メール設定',
          '迷惑メール対策',
          '詳細設定をみる',
          '「Eメール(i)」または「S!メール」',
          'なりすましメールの救済リストの利用「変更する」',
          '「変更する」',
        ],
        en: [
          'My SoftBank',
          'メール設定 (mail settings)',
          '迷惑メール対策 (spam measures)',
          '詳細設定をみる (show details)',
          'Eメール(i) or S!メール',
          'なりすましメールの救済リストの利用 (use of the rescue list): 変更する (change)',
          '変更する (change)',
        ],
      },
      confidence: 'A',
      sources: ['softbankRescue'],
    },
  ],
  sources: ['softbankAllow', 'softbankRescue'],
};

const LIMITS: readonly Limit[] = [
  {
    text: {
      ja: '受信許可リストはほかの拒否設定に優先しますが、「なりすましメールの拒否」には優先しません。その場合の手段が救済リストです。',
      en: 'The allow list beats every other refusal, but not なりすましメールの拒否; the rescue list (救済リスト) is the means against that one.',
    },
    confidence: 'A',
    sources: ['softbankAllow'],
  },
  {
    text: {
      ja: 'フィルターにかかったメールは受け付けられたまま破棄され、送信側にエラーは戻りません。宛先不明のエラーが戻った場合、原因はフィルターではないと考えられます。',
      en: 'Mail caught by a filter is accepted and then discarded: no bounce comes back. A bounce that says the address is invalid is therefore probably not a filter.',
    },
    confidence: 'B',
    sources: ['sendmagicSoftbank'],
  },
  {
    text: {
      ja: 'SPFをFromヘッダーのドメインで確認しているとの第三者の報告があります。送信ドメインの認証も点検してください（お客様の設定では解消しません）。',
      en: 'One mail vendor reports that SPF is looked up on the domain of the From header. Check the sending domain’s authentication too: no setting of the customer replaces it.',
    },
    confidence: 'B',
    sources: ['sendmagicSoftbankSpf'],
  },
];

/** SoftBank: accepts and drops; the allow list does not beat the refusal of forged senders. */
export const SOFTBANK: ProviderGuidance = {
  id: 'softbank',
  name: { ja: 'ソフトバンク', en: 'SoftBank' },
  kind: 'carrier',
  filters: FILTERS,
  typing: 'domain',
  ask: {
    ja: '「許可するメールの登録」に{domain}のご登録をお願いします。',
    en: 'Please add {domain} under 許可するメールの登録.',
  },
  match: { ja: '後方一致', en: '後方一致 (match at the end)' },
  steps: [ALLOW, RESCUE],
  limits: LIMITS,
  pages: [
    {
      title: { ja: '迷惑メール対策のサポートページ', en: '迷惑メール対策 (spam measures) support page' },
      url: 'https://www.softbank.jp/mobile/support/mail/antispam/',
      note: 'title not certain; deep links below it changed at least five times, so only this page is given',
    },
  ],
};

/** Y!mobile's MMS addresses (ymobile.ne.jp); its published path is one third party's of about 2020: left out. */
export const YMOBILE: ProviderGuidance = {
  id: 'ymobile',
  name: { ja: 'ワイモバイル', en: 'Y!mobile' },
  kind: 'carrier',
  filters: [
    {
      name: { ja: '迷惑メールフィルター', en: '迷惑メールフィルター (spam filter)' },
      effect: 'dropped',
      confidence: 'C',
      sources: ['teluru', 'sendmagicSoftbank'],
    },
    {
      name: {
        ja: 'なりすましメールの拒否',
        en: 'なりすましメールの拒否 (refusing mail with a forged sender)',
      },
      effect: 'dropped',
      onByDefault: true,
      confidence: 'C',
      sources: ['softbankDmarc', 'teluru', 'sendmagicSoftbank'],
    },
  ],
  typing: 'domain',
  ask: {
    ja: '迷惑メール対策の設定で{domain}の許可をお願いします。',
    en: 'Please allow {domain} in 迷惑メール対策.',
  },
  steps: [
    {
      text: {
        ja: '「迷惑メール対策 SMS/MMS(ymobile.ne.jp)」の設定で、{domain}を、受信を許可するメールとしてご登録ください。',
        en: 'In 迷惑メール対策 SMS/MMS(ymobile.ne.jp) (spam measures), please register {domain} as mail to be allowed.',
      },
      showsDomain: true,
      sources: ['hoikuHelp', 'teluru'],
    },
  ],
  limits: [
    {
      text: {
        ja: 'フィルターの動作と優先順位は、ソフトバンクと同様と推測されるもので、確認できていません。',
        en: 'How the filters act, and which one wins, is inferred from SoftBank’s and not confirmed.',
      },
      confidence: 'C',
      sources: ['limitsBook', 'hoikuHelp'],
    },
  ],
  pages: [
    {
      title: { ja: '迷惑メール対策のサポートページ', en: '迷惑メール対策 (spam measures) support page' },
      url: 'https://www.ymobile.jp/service/others/spam/',
      note: 'title not certain; cited in 2020 to 2021; contents not read in a current version',
    },
  ],
};
