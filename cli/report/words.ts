import type { Bilingual, Language } from '../../lib/text.ts';

/** The words of a monthly report. */
export const WORDS = {
  ja: {
    title: (month: string) => `${month}の配信停止と再開`,
    month: (year: string, month: string) => `${year}年${Number(month)}月`,
    answer: (mails: string) => `SES が送信しなかったメールは${mails}通です。`,
    more: (than: string, by: string) => `${than}より${by}通増えました。`,
    less: (than: string, by: string) => `${than}より${by}通減りました。`,
    same: (than: string) => `${than}と同じです。`,
    ended: (addresses: string, days: string) =>
      `${addresses}件の宛先に、解除後のメールが届きました（止まっていた日数の合計：${days}日）。`,
    figures: ['', '今月', '前月', '増減'],
    missed: '送信しなかったメール',
    returned: '戻ってきたメール',
    complaints: '迷惑メールの申告',
    removed: 'リストから解除',
    put: '申告により再登録',
    carriers: '携帯会社ごと',
    carrierHead: ['', '送信せず', '前月', '不達', '前月'],
    other: 'その他のドメイン',
    causes: '不達の原因（応答の文面による）',
    causeHead: ['', '今月', '前月'],
    outcomes: '解除した宛先のその後（今月分かったもの）',
    operators: '決定した人',
    operatorHead: ['', '承認', '却下', '解除', 'うち承知で解除'],
    proposals: (count: string, approved: string, rejected: string) =>
      `提案 ${count}件、承認 ${approved}件、却下 ${rejected}件`,
    limits: '働いた制限',
    limitHead: ['', '回数'],
    senders: (appeared: string, resolved: string) =>
      `送信元の指摘：新しく${appeared}件、解消${resolved}件（todoku senders audit で確認できます）`,
    expired: (from: string) => `${from}より前の記録は保存期限を過ぎています。件数は実際より少なくなります。`,
    incomplete: '時間内にすべてを読み取れませんでした。件数は実際より少なくなっています。',
    running: 'この月はまだ終わっていません。',
    foot: (at: string) => `todoku report · ${at}（日本時間）`,
  },
  en: {
    title: (month: string) => `Mail stopped and resumed in ${month}`,
    month: (year: string, month: string) => `${year}-${month}`,
    answer: (mails: string) => `SES did not send ${mails} mails.`,
    more: (than: string, by: string) => `That is ${by} more than in ${than}.`,
    less: (than: string, by: string) => `That is ${by} fewer than in ${than}.`,
    same: (than: string) => `As many as in ${than}.`,
    ended: (addresses: string, days: string) =>
      `After their removal mail reached ${addresses} addresses (it had been stopped for ${days} days, all together).`,
    figures: ['', 'this month', 'before', 'change'],
    missed: 'mails not sent',
    returned: 'mails that came back',
    complaints: 'complaints',
    removed: 'taken off the list',
    put: 'put back for a complaint',
    carriers: 'By carrier',
    carrierHead: ['', 'not sent', 'before', 'came back', 'before'],
    other: 'other domains',
    causes: 'Why mail came back, by the words of the reply',
    causeHead: ['', 'this month', 'before'],
    outcomes: 'What became of removals (known since this month)',
    operators: 'Who decided',
    operatorHead: ['', 'approved', 'rejected', 'removed', 'by override'],
    proposals: (count: string, approved: string, rejected: string) =>
      `${count} proposed, ${approved} approved, ${rejected} rejected`,
    limits: 'Limits that were met',
    limitHead: ['', 'runs'],
    senders: (appeared: string, resolved: string) =>
      `Findings about senders: ${appeared} new, ${resolved} resolved (todoku senders audit)`,
    expired: (from: string) => `Records from before ${from} have expired: the counts are too small.`,
    incomplete: 'Not all could be read in time: the counts are too small.',
    running: 'This month is not over yet.',
    foot: (at: string) => `todoku report · ${at} (Japan's time)`,
  },
} as const satisfies Record<Language, unknown>;

/** What a report refuses to be asked. */
export const NOT_A_MONTH: Bilingual = {
  ja: '--month は 2026-10 のように指定してください（今月まで）。',
  en: '--month takes a month such as 2026-10, this one at the latest',
};
