import { BadRequestException, GetEmailAddressInsightsCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import type { AddressInsights } from '../classification/types.ts';
import type { Turns } from './limiter.ts';

/** SES's word on whether a mailbox exists, without a mail being sent. Every question costs money. */
export interface AddressInsightsReader {
  /**
   * How sure SES is that the mailbox exists; undefined when it gives no estimate of this address.
   *
   * @param spelling the address as the suppression list spells it.
   */
  mailboxExists(spelling: string): Promise<AddressInsights['mailboxExists'] | undefined>;
}

/** Thrown when SES answers in a way this version does not know. */
export class AddressInsightsUnreadableError extends Error {
  override readonly name = 'AddressInsightsUnreadableError';
}

/**
 * GetEmailAddressInsights, at the limiter's pace.
 *
 * Its evaluations are HIGH, MEDIUM or LOW each
 * (https://docs.aws.amazon.com/ses/latest/dg/email-validation-api.html). An address whose syntax SES calls less than
 * valid has no estimate: docomo and au really issued addresses such as `foo..bar.@docomo.ne.jp`, and "does not
 * exist, because it breaks RFC 5322" would be taken for word of the mailbox.
 */
export function sesAddressInsights(client: SESv2Client, limiter: Turns): AddressInsightsReader {
  return {
    async mailboxExists(spelling) {
      await limiter.take();
      try {
        const answer = await client.send(new GetEmailAddressInsightsCommand({ EmailAddress: spelling }));
        const { HasValidSyntax, MailboxExists } = answer.MailboxValidation?.Evaluations ?? {};
        if (HasValidSyntax?.ConfidenceVerdict === 'LOW') return undefined;
        const verdict = MailboxExists?.ConfidenceVerdict;
        if (verdict === 'HIGH' || verdict === 'MEDIUM' || verdict === 'LOW') return verdict;
        throw new AddressInsightsUnreadableError(`SES answered without a known MailboxExists: ${verdict}`);
      } catch (error) {
        // The address itself is refused: SES has no estimate of it.
        if (error instanceof BadRequestException) return undefined;
        throw error;
      }
    },
  };
}
