import { SESv2ServiceException } from '@aws-sdk/client-sesv2';
import { Refusal } from '../refusal.ts';

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

/** Throws SES's throttling as a refusal that says in both languages what to do, and any other error as it is. */
export function asRefusal(error: unknown): never {
  if (!isThrottle(error) || error instanceof ThrottledError) throw error;
  throw new ThrottledError({ cause: error });
}
