import type { Receipt } from '../../contracts/forget.ts';
import type { Bilingual } from '../../text.ts';
import { later } from '../../time.ts';

/**
 * What other places may still hold of a person whom the table has forgotten, and for how long at most. The days are those
 * of deploy/ (held by tests/operations/forget.test.ts), and DynamoDB's for point-in-time recovery
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html).
 */
export const ELSEWHERE: readonly {
  readonly what: string;
  readonly days?: number;
  readonly text: Bilingual;
}[] = [
  {
    what: 'point-in-time-recovery',
    days: 35,
    text: {
      ja: 'テーブルのポイントインタイムリカバリーには、この日時まで消去前の状態が残ります。復元した場合は、復元先でもう一度 todoku forget を実行してください。',
      en: "The table's point-in-time recovery holds it as it was before. Whoever restores it must forget the person again there.",
    },
  },
  {
    what: 'event-queue',
    days: 10,
    text: {
      ja: 'バッファー方式の場合、処理待ちのイベントがキューに残ることがあります。消去前のイベントは、あとで処理されても記録に残りません。',
      en: 'With the buffered transport events may wait in the queue. Those from before are not kept when their turn comes.',
    },
  },
  {
    what: 'dead-letter-queues',
    days: 14,
    text: {
      ja: '未処理メッセージと保留メッセージのキューに、この宛先のイベントが残ることがあります（todoku dead-letters list）。消去前のイベントは、戻しても記録に残りません。',
      en: 'Dead letters and parked letters may name the address (todoku dead-letters list). Events from before are not kept when they are put back.',
    },
  },
  {
    what: 'import-files',
    days: 8,
    text: {
      ja: '一括解除のファイルを置くS3バケットに、このアドレスを含むファイルが残ることがあります（ライフサイクルで削除されます）。',
      en: 'The bucket for bulk removals may hold a file that names the address; its lifecycle deletes it.',
    },
  },
  {
    what: 'logs',
    text: {
      ja: 'CloudWatch Logsのログには、アドレスを伏せた形（先頭の1文字とドメイン）だけが、設定 logRetentionDays の日数まで残ります。',
      en: 'The logs in CloudWatch hold the masked form alone (first letter and domain), for the days of the setting logRetentionDays.',
    },
  },
  {
    what: 'ses',
    text: {
      ja: 'Amazon SES自身が持つもの（サプレッションリスト、グローバルサプレッションリスト、メッセージインサイト）は、todokuからは消去できません。',
      en: 'What Amazon SES itself holds (its lists, its message insights) cannot be erased from here.',
    },
  },
  {
    what: 'other-texts',
    text: {
      ja: 'ほかの宛先の記録にある文章（転送元のメールに対する受信サーバーの応答や、担当者が書いた理由・メモ）にこのアドレスが引用されていても、検索はしていません。',
      en: 'Texts on record of other addresses (what a server answered a mail that was forwarded here, what an operator wrote) were not searched for it.',
    },
  },
  {
    what: 'backups-and-copies',
    text: {
      ja: '手動で作成したバックアップやエクスポート、イベントの別の配信先、担当者の端末にあるファイル（レポート、取り込み用CSV、中断した作業の記録）、通知メールは、それぞれ削除してください。',
      en: 'Backups and exports made by hand, other destinations of the events, files on operators’ computers (reports, CSVs, the journal of an interrupted list) and mails with notices: delete each where it is.',
    },
  },
  {
    what: 'other-stages',
    text: {
      ja: '別のステージ・リージョン・アカウントのtodokuには影響しません。それぞれで実行してください。',
      en: 'Other stages, Regions and accounts are not touched: forget the person in each.',
    },
  },
];

/** {@link ELSEWHERE} with the dates that follow from the moment of forgetting. */
export function elsewhereAfter(at: string): Receipt['elsewhere'] {
  return ELSEWHERE.map(({ what, days, text }) => ({
    what,
    ...(days !== undefined && { until: later(at, days * 86_400_000) }),
    text,
  }));
}
