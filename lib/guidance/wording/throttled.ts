import type { Bilingual } from '../../text.ts';

/** Names what ends a run that SES throttles, in reports. */
export const THROTTLED_LIMIT = 'ses-throttled';

/** Why a run that SES throttles ends, and who goes on with it. */
export const THROTTLED: Bilingual = {
  ja: 'SES が呼び出しの頻度制限により応答を拒み続けたため、ここで中断しました。ここまでの進捗は保存済みです。続きは次回の定期実行か、もう一度の手動実行で行います。',
  en: 'SES kept refusing calls for their rate, so the run ended here. Its progress is saved: the next scheduled run, or the same command once more, goes on from it.',
};
