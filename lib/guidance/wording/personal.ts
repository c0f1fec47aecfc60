import type { Bilingual } from '../../text.ts';

/** What the items that stand under an address, and the places that name it, are called. */
export const KIND_LABELS: Readonly<Record<string, Bilingual>> = {
  fact: { ja: '配信の記録', en: 'facts of mails' },
  complaint: { ja: '迷惑メール申告の控え', en: 'complaints, once more' },
  'dropped-mail': { ja: '送信されなかったメール', en: 'mails that SES dropped' },
  'complaint-listing': { ja: '申告による登録の記録', en: 'listing for a complaint' },
  case: { ja: 'ケース', en: 'case' },
  decision: { ja: '決定', en: 'decisions' },
  note: { ja: 'メモ', en: 'notes' },
  member: { ja: '会員の記録', en: 'member record' },
  'address-insights': { ja: 'SESによる宛先の評価', en: "SES's opinion of the mailbox" },
  backfill: { ja: '遡及調査の記録', en: 'backfill' },
  wave: { ja: '救済の波への記載', en: 'waves of a campaign' },
  job: { ja: '一括解除のファイルへの記載', en: 'files of import jobs' },
  checkpoint: { ja: '処理の途中記録への記載', en: 'checkpoint of the cleanup' },
  'put-back': { ja: 'リストに戻せなかった記録', en: 'refused put-backs' },
  notice: { ja: '未送信の通知', en: 'notices to be told' },
  outcome: { ja: '解除結果の集計', en: 'outcomes of removals' },
  other: { ja: 'その他', en: 'other' },
};
