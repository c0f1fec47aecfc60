import { SESv2ServiceException } from '@aws-sdk/client-sesv2';
import { Refusal } from '../refusal.ts';
import type { Bilingual } from '../text.ts';
import type { SuppressionList } from './list.ts';

/** Thrown when SES refused calls for their rate for as long as the caller had patience; SES did nothing then. */
export class ThrottledError extends Refusal {
  override readonly name = 'ThrottledError';
  override readonly code = 'ses-throttled';

  constructor(options?: ErrorOptions) {
    super(
      {
        ja: 'SES が呼び出しの頻度制限（1秒に1回、アカウント全体で共有）により応答を拒み続けました。数分後にもう一度実行してください。',
        en: 'SES kept refusing calls for their rate (one a second for the whole account). Try again in a few minutes.',
      },
      options,
    );
  }
}

/** Names of SES's refusals for the rate of calls. */
const THROTTLES: ReadonlySet<string> = new Set(['TooManyRequestsException', 'ThrottlingException']);

/** Whether SES refused a call for the rate of calls: it did nothing then. Another service's throttling is not meant. */
export function isThrottle(error: unknown): boolean {
  if (error instanceof ThrottledError) return true;
  return error instanceof SESv2ServiceException && THROTTLES.has(error.name);
}

/** Names what ends a run that SES throttles, in reports. */
export const THROTTLED_LIMIT = 'ses-throttled';

/** Why a run that SES throttles ends, and who goes on with it. */
export const THROTTLED: Bilingual = {
  ja: 'SES が呼び出しの頻度制限により応答を拒み続けたため、ここで中断しました。ここまでの進捗は保存済みです。続きは次回の定期実行か、もう一度の手動実行で行います。',
  en: 'SES kept refusing calls for their rate, so the run ended here. Its progress is saved: the next scheduled run, or the same command once more, goes on from it.',
};

/**
 * The list until SES first refuses a call for its rate: from then on every call fails at once. Work that goes on side
 * by side ends together then, instead of each piece running out its own patience.
 */
export function untilThrottled(list: SuppressionList): SuppressionList {
  let refused: unknown;
  const guarded = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
    if (refused !== undefined) throw new ThrottledError({ cause: refused });
    try {
      return await call();
    } catch (error) {
      if (isThrottle(error)) refused = error;
      throw error;
    }
  };
  return {
    account: () => guarded(() => list.account()),
    page: (options) => guarded(() => list.page(options)),
    // Asked again when the turn has come: calls wait for it in a line.
    get: (spelling) => list.alone((entries) => guarded(() => entries.get(spelling))),
    putComplaint: (spelling) => guarded(() => list.putComplaint(spelling)),
    alone: (work) =>
      list.alone((entries) =>
        guarded(() =>
          work({
            get: (spelling) => guarded(() => entries.get(spelling)),
            // What the gate does with a refused deletion is the gate's: it begins again.
            remove: (spelling) => guarded(() => entries.remove(spelling)),
          }),
        ),
      ),
  };
}
