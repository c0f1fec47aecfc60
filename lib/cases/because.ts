import type { Evidence } from '../classification/types.ts';
import type { Bilingual } from '../text.ts';
import type { ListedEntry, Outcome } from './records.ts';

/** The reasons that the audit gives for what was not decided by a policy rule. */

/** What came of a removal once its turn came. */
export const OF_REMOVAL = {
  removed: {
    ja: 'サプレッションリストから解除しました。次のメールから配信を試みます。',
    en: 'Removed from the suppression list; the next mail will be tried.',
  },
  'not-listed': {
    ja: '解除の直前に確認したところ、リストにはもう載っていませんでした。',
    en: 'Re-read just before the removal, the entry was no longer on the list.',
  },
  'entry-changed': {
    ja: '判断のあとでリストの登録内容が変わったため、解除せずに判断し直します。',
    en: 'The entry changed after the decision, so it was not removed; it will be judged anew.',
  },
  withdrawn: {
    ja: '解除の直前に判断し直したところ、解除してよい条件を満たさなくなっていたため、見合わせました。',
    en: 'Judged again just before its turn, the removal was no longer allowed and was not made.',
  },
  stopped: {
    ja: '担当者がすべての解除を停止しているため、解除しませんでした。再開後に判断し直します。',
    en: 'Not removed, because an operator has stopped all removals; it is judged anew once they are resumed.',
  },
} as const satisfies Record<string, Bilingual>;

/** A removal that met the stop switch and had been proposed before: an operator's no for now is none to the proposal. */
export const STOPPED_PROPOSAL: Bilingual = {
  ja: '担当者がすべての解除を停止しているため、解除しませんでした。提案は承認待ちのまま残ります。',
  en: 'Not removed, because an operator has stopped all removals; the proposal waits on.',
};

/** A complaint that turned out to be older than a removal, or came within the hour after it. */
export const OF_PUT_BACK = {
  'put-back': {
    ja: '解除前、または解除後1時間以内の迷惑メール申告が判明したため、サプレッションリストに戻しました。',
    en: 'A complaint from before the removal, or within the hour after it, came to light: the address was put back on the suppression list.',
  },
  'put-back-refused': {
    ja: '迷惑メール申告が判明しましたが、SESが再登録を受け付けませんでした。AWSコンソールなどで、この宛先を COMPLAINT として登録してください。',
    en: 'A complaint came to light, but SES refused to list the address again: put it on the list with reason COMPLAINT by hand.',
  },
} as const satisfies Record<string, Bilingual>;

/** An entry that was found gone, though todoku did not remove it. */
export const NO_LONGER_LISTED: Bilingual = {
  ja: 'リストには載っていません（todoku以外で解除されました）。',
  en: 'No longer on the list: somebody else removed it.',
};

/** An operator's no to a proposal. */
export const REJECTED: Bilingual = {
  ja: '却下しました。新しい不達が起きるまで再提案しません。',
  en: 'Rejected. It is not proposed again until something new happens.',
};

/** What became of an address after its removal. */
export const OF_OUTCOME: Readonly<Record<Outcome, Bilingual>> = {
  delivered: { ja: '解除後のメールは届きました。', en: 'After the removal, mail was delivered.' },
  'bounced-again': {
    ja: '解除後のメールも届きませんでした。',
    en: 'After the removal, mail bounced again.',
  },
  complained: {
    ja: '解除後のメールが迷惑メールとして申告されました。',
    en: 'After the removal, the mail was reported as spam.',
  },
  silent: {
    ja: '解除後、期限までに不達も到達も記録されませんでした（到達を記録しないドメインでは「不達なし」の意味です）。',
    en: 'After the removal, nothing was recorded in time: no bounce, and no delivery where deliveries are recorded.',
  },
};

/** A bounce of which the list alone tells. */
export const LISTED_AGAIN: Bilingual = {
  ja: '解除後、サプレッションリストに再び登録されました。',
  en: 'After the removal, SES put the address on the list again.',
};

/** What SES itself says of an entry, as evidence of the audit: which feedback put it there. */
export function evidenceOfSes({
  at,
  feedbackId,
}: Pick<ListedEntry, 'at' | 'feedbackId'>): readonly Evidence[] {
  if (feedbackId === undefined) return [];
  return [
    {
      kind: 'ses-attributes',
      at,
      weight: 0,
      source: `GetSuppressedDestination FeedbackId ${feedbackId}`,
      text: {
        ja: 'SESによると、このフィードバックが登録の原因です。',
        en: 'According to SES, this feedback put the address on the list.',
      },
    },
  ];
}
