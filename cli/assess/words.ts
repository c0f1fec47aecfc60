import type { EntryKind } from '../../lib/operations/assess/assessment.ts';
import { type Bilingual, counted, countOf, type Language } from '../../lib/text.ts';

/** What each kind of entry is called, and what todoku does with it. */
export const KIND_WORDS: Readonly<Record<EntryKind, { readonly is: Bilingual; readonly does: Bilingual }>> = {
  complaint: {
    is: { ja: '迷惑メールの申告', en: 'complaint' },
    does: { ja: '残す', en: 'stays' },
  },
  'mistyped-domain': {
    is: { ja: 'ドメインの入力間違い', en: 'mistyped domain' },
    does: { ja: '残す（解除しても届かない）', en: 'stays (it would bounce)' },
  },
  'ended-service': {
    is: { ja: '終了したメールサービス', en: 'ended mail service' },
    does: { ja: '残す（解除しても届かない）', en: 'stays (it would bounce)' },
  },
  'lapsed-filter': {
    is: { ja: '以前の受信拒否か宛先不明', en: 'filter of then, or unknown user' },
    does: { ja: '会員なら段階的に解除できる', en: 'customers: released in waves' },
  },
  'filter-or-unknown': {
    is: { ja: '受信拒否か宛先不明', en: 'filter or unknown user' },
    does: { ja: '会員なら提案する', en: 'customers: proposed' },
  },
  'probably-unknown': {
    is: { ja: 'おそらく宛先不明', en: 'probably an unknown user' },
    does: { ja: '残す', en: 'stays' },
  },
  open: {
    is: { ja: 'リストだけでは分からない', en: 'the list alone does not tell' },
    does: { ja: '残す', en: 'stays' },
  },
};

/** The other words of an assessment. */
export const WORDS = {
  ja: {
    listed: (count: number, from: string, until: string) =>
      `サプレッションリストに${counted(count)}件あります（${from}〜${until}に登録）。`,
    none: 'サプレッションリストは空です。',
    reach: (count: number) => `会員のうち${counted(count)}件は、もう一度届けられる可能性があります。`,
    nobody: '会員のうち、もう一度届けられる見込みのある宛先はありません。',
    withMembers: '会員の一覧（--members customers.csv）を渡すと、届けられる可能性のある会員数が分かります。',
    kinds: ['分類', '件数', '会員', 'todoku の扱い'],
    carriers: '携帯会社・登録年ごとの件数',
    earlier: 'それ以前',
    other: 'その他のドメイン',
    total: '計',
    proposed: (count: number) => `提案：${counted(count)}件（お客様に確認してから、1件ずつ解除）`,
    waves: (count: number, waves: number, first: number) =>
      `段階的な解除：${counted(count)}件を${counted(waves)}回に分ける（初回 ${counted(first)}件）`,
    wavesUnknown: (count: number) =>
      `段階的な解除：${counted(count)}件（1回あたりの件数は、送信数と不達率が分かれば計算できます）`,
    insights: (asked: number, parts: string) => `直近${counted(asked)}件の配信インサイト：${parts}`,
    cost: (mails: number, dollars: string, asOf: string) =>
      `導入した場合の費用：月 約${dollars} USD（月${counted(mails)}通、東京、${asOf}の単価）`,
    costUnknown: '導入した場合の費用：--mails 月間送信数 を指定すると計算します。',
    senders: '送信元の認証',
    cut: 'ファイルは途中までです（NextToken が残っています）。件数はリスト全体のものではありません。',
    refusedRows: (count: number) => `会員の一覧に、読み取れない行が${counted(count)}行ありました。`,
    partial: (what: string) => `確認できなかったもの：${what}`,
    title: 'サプレッションリストの診断',
    note: 'ドメイン、登録日、SES の登録理由だけで分けています。1件ごとの原因は、導入後に記録する応答で分かります。',
  },
  en: {
    listed: (count: number, from: string, until: string) =>
      `${countOf(count, 'address', 'addresses')} ${count === 1 ? 'is' : 'are'} on the suppression list (listed ${from} to ${until}).`,
    none: 'The suppression list is empty.',
    reach: (count: number) => `${countOf(count, 'customer')} could perhaps be reached again.`,
    nobody: 'None of the customers on it is likely to be reached again.',
    withMembers:
      'With the customer list (--members customers.csv) you see how many customers could be reached again.',
    kinds: ['kind', 'listed', 'customers', 'what todoku does'],
    carriers: 'By carrier and year of the listing',
    earlier: 'earlier',
    other: 'other domains',
    total: 'all',
    proposed: (count: number) =>
      `Proposed: ${counted(count)} (removed one by one, once the customer has been asked)`,
    waves: (count: number, waves: number, first: number) =>
      `In waves: ${counted(count)}, in ${countOf(waves, 'wave')} (the first of ${counted(first)})`,
    wavesUnknown: (count: number) =>
      `In waves: ${counted(count)} (how many at a time follows from what you send and how much bounces)`,
    insights: (asked: number, parts: string) => `Message insights of the latest ${counted(asked)}: ${parts}`,
    cost: (mails: number, dollars: string, asOf: string) =>
      `A deployment would cost about USD ${dollars} a month (${countOf(mails, 'mail')}, Tokyo, prices of ${asOf})`,
    costUnknown: 'What a deployment would cost: give --mails, the mails you send a month.',
    senders: 'Authentication of the senders',
    cut: 'The file is a part only (it ends with a NextToken): these are not the counts of the whole list.',
    refusedRows: (count: number) => `${countOf(count, 'row')} of the customer list could not be read.`,
    partial: (what: string) => `Not looked at: ${what}`,
    title: 'What is on the suppression list',
    note: 'Told apart by domain, date and the reason SES gives alone. The cause of each is in the replies that todoku records once it is deployed.',
  },
} as const satisfies Record<Language, unknown>;
