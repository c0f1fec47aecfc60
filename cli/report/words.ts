import { type Bilingual, counted, type Language } from '../../lib/text.ts';

/** The words of a monthly report. */
export const WORDS = {
  ja: {
    title: (month: string) => `${month}の配信停止と再開`,
    figures: ['', '当月', '前月', '増減'],
    carriers: '携帯会社ごと',
    carrierHead: ['', '送信せず', '前月', '不達', '前月'],
    causes: '不達の原因（応答の文面による）',
    causeHead: ['', '当月', '前月'],
    outcomes: '解除した宛先のその後（当月に分かったもの）',
    operators: '決定した人',
    operatorHead: ['', '承認', '却下', '解除', 'うち承知で解除'],
    proposals: (count: string, approved: string, rejected: string) =>
      `提案 ${count}件、承認 ${approved}件、却下 ${rejected}件`,
    limits: '働いた制限',
    limitHead: ['', '回数'],
    senders: (appeared: number, resolved: number) =>
      `送信元の指摘：新しく${counted(appeared)}件、解消${counted(resolved)}件（todoku senders audit で確認できます）`,
    foot: (at: string) => `todoku report · ${at}（日本時間）`,
  },
  en: {
    title: (month: string) => `Mail stopped and resumed in ${month}`,
    figures: ['', 'the month', 'before', 'change'],
    carriers: 'By carrier',
    carrierHead: ['', 'not sent', 'before', 'came back', 'before'],
    causes: 'Why mail came back, by the words of the reply',
    causeHead: ['', 'the month', 'before'],
    outcomes: 'What became of removals (known in the month)',
    operators: 'Who decided',
    operatorHead: ['', 'approved', 'rejected', 'removed', 'by override'],
    proposals: (count: string, approved: string, rejected: string) =>
      `${count} proposed, ${approved} approved, ${rejected} rejected`,
    limits: 'Limits that were met',
    limitHead: ['', 'runs'],
    senders: (appeared: number, resolved: number) =>
      `Findings about senders: ${counted(appeared)} new, ${counted(resolved)} resolved (todoku senders audit)`,
    foot: (at: string) => `todoku report · ${at} (Japan's time)`,
  },
} as const satisfies Record<Language, unknown>;

/** What a report refuses to be asked. */
export const NOT_A_MONTH: Bilingual = {
  ja: '--month は 2026-10 のように指定してください（今月まで）。',
  en: '--month takes a month such as 2026-10, this one at the latest',
};
