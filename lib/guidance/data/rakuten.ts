import type { ProviderGuidance } from './provider-guidance.ts';

/** Rakuten Mobile's 楽メール: its recommended preset 強 files bulk and infected mail by default. */
export const RAKUTEN: ProviderGuidance = {
  id: 'rakuten',
  name: { ja: '楽天モバイル', en: 'Rakuten Mobile' },
  kind: 'carrier',
  filters: [
    {
      name: { ja: 'おすすめフィルター設定', en: 'おすすめフィルター設定 (recommended filter settings)' },
      effect: 'filed',
      onByDefault: true,
      confidence: 'A',
      sources: ['rakumail'],
    },
    {
      name: { ja: '大量送信者フィルター', en: '大量送信者フィルター (bulk sender filter)' },
      effect: 'filed',
      onByDefault: true,
      confidence: 'A',
      sources: ['rakumail'],
    },
    {
      name: { ja: 'URLリンクメールフィルター', en: 'URLリンクメールフィルター (filter for mail with links)' },
      effect: 'filed',
      onByDefault: false,
      confidence: 'A',
      sources: ['rakumail'],
    },
    {
      name: {
        ja: 'なりすましメールフィルター',
        en: 'なりすましメールフィルター (filter for mail with a forged sender)',
      },
      effect: 'unknown',
      onByDefault: true,
      confidence: 'A',
      sources: ['rakumail'],
    },
    {
      name: { ja: '携帯/Webメール拒否設定', en: '携帯/Webメール拒否設定 (refusing mail per provider)' },
      effect: 'unknown',
      confidence: 'A',
      sources: ['rakumail'],
    },
    {
      name: { ja: '拒否リスト', en: '拒否リスト (block list)' },
      effect: 'unknown',
      confidence: 'A',
      sources: ['rakumail'],
    },
  ],
  typing: 'domain',
  ask: {
    ja: '迷惑メールフォルダーのご確認と、楽メールの受信リストへの{domain}のご登録をお願いします。',
    en: 'Please look in the 迷惑メールフォルダー and add {domain} to the 受信リスト of 楽メール.',
  },
  askBefore: {
    ja: '楽メールの受信リストへの{domain}のご登録をお願いします。',
    en: 'Please add {domain} to the 受信リスト (allow list) of 楽メール.',
  },
  steps: [
    {
      text: {
        ja: '楽メールの「迷惑メールフォルダー」をご確認ください。',
        en: 'Please look in the 迷惑メールフォルダー (spam folder) of 楽メール (Rakuten’s mail).',
      },
      whenReturned: {
        ja: '今後お送りするメールは、楽メールの「迷惑メールフォルダー」に振り分けられる場合がございます。あわせてご確認ください。',
        en: 'Mail we send from now on may be sorted into the 迷惑メールフォルダー (spam folder) of 楽メール (Rakuten’s mail). Please look there too.',
      },
      sources: ['rakumail'],
    },
    {
      text: {
        ja: 'Rakuten Linkアプリの楽メールにある「迷惑メールフィルター設定」で、{domain}を「受信リスト」にご登録ください。',
        en: 'In 楽メール in the Rakuten Link app, please open 迷惑メールフィルター設定 (spam filter settings) and add {domain} to the 受信リスト (allow list).',
      },
      showsDomain: true,
      sources: ['rakumail'],
    },
  ],
  limits: [
    {
      text: {
        ja: '受信リストがほかのフィルターに優先するかどうかは、公開情報では確認できません。',
        en: 'No published page says whether the allow list wins over the other filters.',
      },
      confidence: 'A',
      sources: ['rakumail'],
    },
    {
      text: {
        ja: 'メールボックスの容量は1GBで、超えるとメールを受信できません。',
        en: 'The mailbox holds 1 GB; beyond that no mail is received.',
      },
      confidence: 'A',
      sources: ['rakumail'],
    },
  ],
  pages: [
    {
      title: {
        ja: '「受信リスト/拒否リストの設定・変更・削除(楽メール)」',
        en: '受信リスト/拒否リストの設定・変更・削除(楽メール) (allow and block lists)',
      },
      note: 'known by its title; the address’s host is not certain, so none is given',
    },
  ],
};
