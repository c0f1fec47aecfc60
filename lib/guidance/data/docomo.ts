import type { ProviderGuidance } from './provider-guidance.ts';

/**
 * docomo. Since the roll-out of 2025-02-13 to 2025-03-12 mail that a filter catches is accepted and filed, so the
 * first request is to look into the folder; a mail that came back is in none, and the folder matters for the next. The published way through My docomo to the allow list is older than
 * that change: it is left out, the official page stands in its place.
 */
export const DOCOMO: ProviderGuidance = {
  id: 'docomo',
  name: { ja: 'ドコモ', en: 'docomo' },
  kind: 'carrier',
  filters: [
    {
      name: { ja: '迷惑メールフォルダ', en: '迷惑メールフォルダ (spam folder)' },
      effect: 'filed',
      since: '2025-03-13',
      onByDefault: true,
      confidence: 'B',
      sources: ['kTaiWatch', 'sisimaiDocomo2025'],
    },
    {
      name: {
        ja: '受信リスト/拒否リスト設定',
        en: '受信リスト/拒否リスト設定 (allow and block list settings)',
      },
      effect: 'filed',
      since: '2025-03-13',
      confidence: 'B',
      sources: ['docomoLists', 'hoikuHelp', 'sendmagicDocomo'],
    },
    {
      name: {
        ja: 'パソコンなどのメール受信設定',
        en: 'パソコンなどのメール受信設定 (receiving mail from PCs)',
      },
      effect: 'filed',
      since: '2025-03-13',
      confidence: 'B',
      sources: ['smtpsBlog'],
    },
    {
      name: {
        ja: 'なりすましメールの拒否設定',
        en: 'なりすましメールの拒否設定 (refusing mail with a forged sender)',
      },
      effect: 'filed',
      since: '2025-03-13',
      confidence: 'B',
      sources: ['smtpsBlog', 'docomoImpersonation'],
    },
    {
      name: { ja: 'かんたん設定', en: 'かんたん設定 (easy settings)' },
      effect: 'filed',
      since: '2025-03-13',
      confidence: 'B',
      sources: ['dekyoDocomo'],
    },
    {
      name: {
        ja: '迷惑メールおまかせブロック',
        en: '迷惑メールおまかせブロック (automatic spam blocking, part of a paid service)',
      },
      effect: 'filed',
      confidence: 'A',
      sources: ['docomoBlock'],
    },
    {
      name: { ja: 'DMARCによる拒否（reject）', en: 'DMARC reject (not a setting of the customer)' },
      effect: 'refused',
      onByDefault: true,
      confidence: 'B',
      sources: ['biglobeNews'],
    },
  ],
  typing: 'domain',
  ask: {
    ja: '迷惑メールフォルダのご確認と、受信リストへの{domain}のご登録をお願いします。',
    en: 'Please look in the 迷惑メールフォルダ and add {domain} to the 受信リスト.',
  },
  askBefore: {
    ja: '受信リストへの{domain}のご登録をお願いします。',
    en: 'Please add {domain} to the 受信リスト (allow list).',
  },
  steps: [
    {
      text: {
        ja: 'まず、「迷惑メールフォルダ」をご確認ください。ドコモメールでは、迷惑メールと判定されたメールは、受信トレイではなくこのフォルダに保存されます。受信から30日が過ぎると自動的に削除されますので、お早めにご確認いただけますと幸いです。',
        en: 'First, please look in the 迷惑メールフォルダ (spam folder) of docomo Mail. Mail that docomo considers spam is kept there and not in the inbox. It is deleted automatically 30 days after it was received, so please look soon.',
      },
      whenReturned: {
        ja: '今後お送りするメールは、「迷惑メールフォルダ」に振り分けられる場合がございます。ドコモメールでは、迷惑メールと判定されたメールは、受信トレイではなくこのフォルダに保存され、受信から30日が過ぎると自動的に削除されますので、あわせてご確認ください。',
        en: 'Mail we send from now on may be sorted into the 迷惑メールフォルダ (spam folder) of docomo Mail: mail that docomo considers spam is kept there, not in the inbox, and is deleted automatically 30 days after it was received. Please look there too.',
      },
      sources: ['kTaiWatch'],
    },
    {
      text: {
        ja: '「受信リスト/拒否リスト設定」で、{domain}を受信リストにご登録ください。ご登録の後も、念のため「迷惑メールフォルダ」をあわせてご確認ください。',
        en: 'In 受信リスト/拒否リスト設定 (allow and block list settings), please add {domain} to the 受信リスト (allow list). After that, please still look in the 迷惑メールフォルダ (spam folder) from time to time.',
      },
      showsDomain: true,
      sources: ['docomoLists', 'sendmagicDocomo', 'hoikuHelp'],
    },
    {
      text: {
        ja: '拒否リストに当店のメールアドレスが登録されている場合は、受信リストよりも拒否リストが優先されます。お手数ですが、拒否リストからの削除をお願いいたします。',
        en: 'If our email address is on the 拒否リスト (block list), that entry takes precedence over the allow list. In that case, please remove it from the block list.',
      },
      sources: ['sendmagicDocomo'],
    },
  ],
  limits: [
    {
      text: {
        ja: '受信リストは、パソコンメールの拒否・なりすましの拒否・ドメイン単位の拒否に優先しますが、拒否リストに登録されたメールアドレスには優先しません。',
        en: 'The allow list beats the refusal of mail from PCs, of forged senders and of a blocked domain, but not a blocked full address.',
      },
      confidence: 'B',
      sources: ['sendmagicDocomo'],
    },
    {
      text: {
        ja: '受信リストへの登録で迷惑メールフォルダへの振り分けも避けられるかどうかは、公開情報では確認できません。',
        en: 'No published page says whether the allow list also keeps mail out of the spam folder.',
      },
      confidence: 'B',
      sources: ['kTaiWatch'],
    },
    {
      text: {
        ja: '2025年3月12日までは、受信設定による拒否も宛先不明と同じ文面で返っていました。現在は原則として迷惑メールフォルダに入ります。DMARCのrejectに該当するメールは今も拒否され、お客様の設定では解消しません。',
        en: 'Until 2025-03-12 a refusal by a filter came back in the same words as an unknown address. Today such mail is, in principle, filed in the spam folder. Mail that fails DMARC with p=reject is still refused, and no setting of the customer changes that.',
      },
      confidence: 'B',
      sources: ['kTaiWatch', 'biglobeNews', 'sisimaiDocomo'],
    },
  ],
  pages: [
    {
      title: {
        ja: '「受信リスト/拒否リスト設定」',
        en: '受信リスト/拒否リスト設定 (allow and block list settings)',
      },
      url: 'https://www.docomo.ne.jp/info/spam_mail/domain/',
      note: 'newest form of the address seen; older sites link another host; contents not read in a current version',
    },
  ],
};
