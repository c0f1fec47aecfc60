import type { ProviderGuidance } from './provider-guidance.ts';

/** The entry to the list on the filter's own site, which every device ends at. */
const LIST = {
  ja: '「受信リストに登録/アドレス帳受信設定をする」',
  en: '受信リストに登録/アドレス帳受信設定をする (add to reception list / address book reception)',
} as const;

/** On the page of the list itself. */
const REGISTER = {
  ja: [
    'ドメインを入力',
    '「ドメイン一致」を選択',
    '「必ず受信」にチェック',
    '「有効」を選択',
    '「変更する」',
    '「OK」',
  ],
  en: [
    'enter the domain',
    'ドメイン一致 (match by domain)',
    'tick 必ず受信 (always receive)',
    '有効 (on)',
    '変更する (change)',
    'OK',
  ],
} as const;

/**
 * au. The allow list works against every filter but the virus filter when its box 必ず受信 is ticked; without the
 * tick the forged-sender filter and the block list win.
 */
export const AU: ProviderGuidance = {
  id: 'au',
  name: { ja: 'au', en: 'au' },
  kind: 'carrier',
  filters: [
    {
      name: {
        ja: '携帯/PHS以外からのメールを拒否する',
        en: '携帯/PHS以外からのメールを拒否する (refuse mail that is not from mobile phones)',
      },
      effect: 'refused',
      confidence: 'A',
      sources: ['auManual2023', 'auManualKeitai'],
    },
    {
      name: { ja: '拒否リスト設定', en: 'rejection list settings (拒否リスト設定)' },
      effect: 'refused',
      confidence: 'A',
      sources: ['auManual2023', 'auEnglish'],
    },
    {
      name: { ja: 'アドレス帳受信設定', en: 'address book reception settings (アドレス帳受信設定)' },
      effect: 'refused',
      confidence: 'A',
      sources: ['auManual2023', 'auEnglish'],
    },
    {
      name: { ja: 'なりすまし規制', en: 'なりすまし規制 (refusing mail with a forged sender)' },
      effect: 'dropped',
      confidence: 'A',
      sources: ['auForgery', 'auManual2014', 'sendmagicAuReplies'],
    },
    {
      name: { ja: '迷惑メールおまかせ規制', en: '迷惑メールおまかせ規制 (automatic spam filter)' },
      effect: 'dropped',
      since: '2023-10-05',
      onByDefault: true,
      confidence: 'B',
      sources: ['mynaviAu', 'auManual2014'],
    },
    {
      name: { ja: 'オススメ設定', en: 'recommended settings (オススメ設定)' },
      effect: 'unknown',
      confidence: 'A',
      sources: ['auManual2023', 'auEnglish'],
    },
    {
      name: { ja: 'URLリンク規制', en: 'URLリンク規制 (refusing mail with a link)' },
      effect: 'refused',
      confidence: 'B',
      sources: ['auManual2014'],
    },
    {
      name: { ja: 'HTMLメール規制', en: 'HTMLメール規制 (refusing HTML mail)' },
      effect: 'refused',
      confidence: 'B',
      sources: ['auManual2014'],
    },
  ],
  typing: '@domain',
  ask: {
    ja: '受信リストに{domain}を登録し「必ず受信」にチェックをお願いします。',
    en: 'Please add {domain} to au’s 受信リスト and tick 必ず受信.',
  },
  match: { ja: 'ドメイン一致', en: 'ドメイン一致 (match by domain)' },
  steps: [
    {
      text: {
        ja: '迷惑メールフィルターの「受信リスト設定」に{domain}を登録し、「必ず受信」にチェックを入れてください（一致の条件は「ドメイン一致」をお選びください）。「必ず受信」のチェックがないと、登録済みでもほかの規制により届かないことがございます。',
        en: 'In the spam email filter (迷惑メールフィルター), please add {domain} to the reception list settings (受信リスト設定), choose ドメイン一致 (match by domain) and tick 必ず受信 (always receive). Without this tick, other filters may still refuse mail from a domain on the list.',
      },
      showsDomain: true,
      paths: [
        {
          on: { ja: 'Android（auメールアプリ）の場合', en: 'On Android (au mail app)' },
          device: { ja: 'Android', en: 'Android' },
          steps: {
            ja: [
              'メールのトップ画面',
              'メール設定画面',
              '「メールアドレス変更・迷惑メールフィルター・自動転送」',
              '「迷惑メールフィルターの設定/確認へ」',
              '暗証番号を入力',
              '個別設定「受信リストに登録する」',
              ...REGISTER.ja,
            ],
            en: [
              'top screen of Mail',
              'メール設定 (mail settings)',
              'メールアドレス変更・迷惑メールフィルター・自動転送 (address change, spam filter, forwarding)',
              '迷惑メールフィルターの設定/確認へ (spam filter settings)',
              'enter your 暗証番号 (PIN)',
              '個別設定 (individual settings): 受信リストに登録する (add to reception list)',
              ...REGISTER.en,
            ],
          },
          confidence: 'B',
          sources: ['auManual2023', 'hoikuHelp'],
        },
        {
          on: { ja: 'iPhoneの場合（My auから）', en: 'On an iPhone (through My au)' },
          device: { ja: 'iPhone', en: 'an iPhone' },
          steps: {
            ja: ['My au', '「迷惑メールフィルター」', LIST.ja, ...REGISTER.ja],
            en: ['My au', '迷惑メールフィルター (spam filter)', LIST.en, ...REGISTER.en],
          },
          confidence: 'B',
          sources: ['hoikuHelp'],
        },
        {
          on: { ja: '4G LTEケータイの場合', en: 'On a 4G LTE feature phone' },
          device: { ja: '4G LTEケータイ', en: 'a 4G LTE feature phone' },
          steps: {
            ja: [
              'メールキー',
              'メニュー',
              '「Eメール設定」',
              '「アドレス変更・その他」または「その他設定」',
              '「接続する」',
              '「迷惑メールフィルターの設定/確認」',
              '暗証番号を入力し「送信」',
              `個別設定${LIST.ja}`,
              ...REGISTER.ja,
            ],
            en: [
              'mail key',
              'メニュー (menu)',
              'Eメール設定 (email settings)',
              'アドレス変更・その他 or その他設定 (other settings)',
              '接続する (connect)',
              '迷惑メールフィルターの設定/確認 (spam filter settings)',
              'enter your 暗証番号 (PIN) and choose 送信 (send)',
              `個別設定 (individual settings): ${LIST.en}`,
              ...REGISTER.en,
            ],
          },
          confidence: 'B',
          sources: ['auForgery', 'hoikuHelp'],
        },
      ],
      sources: ['auManual2023', 'auManual2014', 'hoikuHelp', 'auEnglish'],
    },
  ],
  limits: [
    {
      text: {
        ja: '「必ず受信」のチェックがない受信リストには、なりすまし規制と拒否リストが優先します。チェックがあってもウイルスメール規制は優先します。',
        en: 'Without the tick 必ず受信, the forged-sender filter and the block list win over the reception list. Even with the tick, the virus filter wins.',
      },
      confidence: 'B',
      sources: ['auManual2014'],
    },
    {
      text: {
        ja: 'なりすまし規制と迷惑メールおまかせ規制で拒否されたメールは、送信側に通知が戻りません。エラーがないことは届いたことを意味しません。',
        en: 'Mail caught by なりすまし規制 or 迷惑メールおまかせ規制 sends no notice back. The absence of a bounce does not mean that the mail arrived.',
      },
      confidence: 'B',
      sources: ['auManual2014', 'sendmagicAuReplies'],
    },
    {
      text: {
        ja: '操作手順は、Androidの受信リストまでが2023年の取扱説明書、登録の画面とMy auが2020年頃の案内によるものです。現在の画面とは異なる場合があります。iPhoneのお客様がMy auをお使いでない場合は、公式サイトをご案内ください。',
        en: 'The way to the list on Android is from a manual of 2023; the list itself and My au are from a guide of about 2020: screens may differ today. Point iPhone owners without My au to the official site.',
      },
      confidence: 'B',
      sources: ['auManual2023', 'hoikuHelp'],
    },
  ],
  pages: [
    {
      title: { ja: '「受信リスト設定」', en: 'reception list settings (受信リスト設定)' },
      url: 'https://www.au.com/support/service/mobile/trouble/mail/email/filter/detail/domain/',
      note: 'address unchanged in most of the sites seen; contents not read in a current version',
    },
  ],
};

/** UQ mobile. That it has allow and block lists is all that is known; their names and the way to them are not. */
export const UQ: ProviderGuidance = {
  id: 'uq',
  name: { ja: 'UQ mobile', en: 'UQ mobile' },
  kind: 'carrier',
  filters: [],
  typing: 'domain',
  ask: {
    ja: 'メールの受信設定で{domain}の許可をお願いします。',
    en: 'Please allow {domain} in the mail settings of UQ mobile.',
  },
  steps: [
    {
      text: {
        ja: 'UQ mobileのメールの受信設定で、{domain}からのメールを受信できるようにご設定ください。',
        en: 'In the mail settings of UQ mobile, please allow mail from {domain}.',
      },
      showsDomain: true,
      sources: ['limitsBook'],
    },
  ],
  limits: [
    {
      text: {
        ja: 'UQ mobileの設定の名称・手順・優先順位は、公開情報では確認できません。公式サイトをご案内ください。',
        en: 'The names, steps and precedence of UQ mobile’s settings are not known from published pages. Point the customer to the official site.',
      },
      confidence: 'A',
      sources: ['limitsBook'],
    },
    {
      text: {
        ja: 'uqmobile.jpのアドレスは、他社へ移ると使えません（メール持ち運びの対象外）。移られたお客様には、現在のアドレスを伺ってください。',
        en: 'An address at uqmobile.jp cannot be taken along to another carrier: ask a customer who has moved for the present address.',
      },
      confidence: 'B',
      sources: ['tohaSearch', 'povoPorted'],
    },
  ],
  pages: [
    {
      title: { ja: 'メールのサポートページ', en: 'mail support page' },
      url: 'https://www.uqwimax.jp/mobile/support/guide/mail/',
      note: 'cited in 2020 to 2021; title not certain; contents not read in a current version',
    },
  ],
};
