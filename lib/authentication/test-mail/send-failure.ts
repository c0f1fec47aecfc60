import { explainCallFailure, isCalledOneOf, oneLine, saidBy } from '../../call-failure.ts';
import { Refusal } from '../../refusal.ts';
import type { Bilingual } from '../../text.ts';

/** Why SES did not take a test mail, in one line that says what to do about it: pure. */

/** The mail that was not taken, as far as it explains why. */
export interface AttemptedMail {
  readonly from: string;
  readonly to: string;
  readonly configurationSet?: string;
  /** The sets there are, where that could be asked. */
  readonly existingSets?: readonly string[];
}

/** Thrown when SES took no mail; nothing was sent. */
export class NotSentError extends Refusal {
  override readonly name = 'NotSentError';
  override readonly code = 'not-sent';
}

/** What SendEmail's errors are known by, and what is said of each. */
interface Known {
  readonly keys: readonly string[];
  readonly words: (mail: AttemptedMail, said: string) => Bilingual;
}

/** Errors of SendEmail (API reference v2, SendEmail, "Errors", and the developer guide's "Amazon SES API error codes"). */
const OF_SEND_EMAIL: readonly Known[] = [
  {
    keys: ['MessageRejected'],
    words: (mail, said) => (/not verified/i.test(said) ? notVerified(mail, said) : refused(said)),
  },
  {
    keys: ['MailFromDomainNotVerifiedException'],
    words: ({ from }) => ({
      ja: `${from} のカスタム MAIL FROM ドメインが未確認のため、SES は送信を拒否しました。MX レコードを直すか、MX が確認できないときの動作を「既定の MAIL FROM を使う」に変えてください。「todoku senders audit」が直すレコードを示します。`,
      en: `the custom MAIL FROM domain of ${from} is not verified and SES is told not to send then: mend its MX record ("todoku senders audit" names it), or let SES fall back on its own MAIL FROM`,
    }),
  },
  { keys: ['NotFoundException'], words: noSuchSet },
  {
    keys: ['AccountSuspendedException'],
    words: () => ({
      ja: 'この AWS アカウントの SES は送信を恒久的に停止されています。AWS サポートのケース（Trust & Safety からの連絡）に回答してください。',
      en: 'AWS has suspended sending of this account for good: answer the case of its Trust & Safety team in the AWS Support Center',
    }),
  },
  {
    keys: ['SendingPausedException'],
    words: () => ({
      ja: 'アカウントまたは設定セットの送信が一時停止されています。原因（不達率・苦情率など）を確かめ、SES の「アカウントダッシュボード」または設定セットで再開してください。',
      en: 'sending is paused for the account or the configuration set: find out why (bounce and complaint rates), then resume it in SES',
    }),
  },
  {
    keys: ['TooManyRequestsException', 'ThrottlingException', 'Throttling', 'LimitExceededException'],
    words: (_, said) => ({
      ja: `SES の送信上限（1 秒あたり、または 24 時間あたり）に達しています（${said}）。しばらく待って、もう一度実行してください。`,
      en: `the account has reached what SES lets it send in a second or in 24 hours (${said}): wait, then try again`,
    }),
  },
  {
    keys: ['AccessDeniedException', 'AccessDenied'],
    words: ({ from }) => ({
      ja: `${from} から送信する権限がありません。IAM ポリシー（または送信承認ポリシー）で ses:SendEmail を許可してください。`,
      en: `these credentials may not send as ${from}: allow ses:SendEmail in the IAM policy (or by a sending authorization policy)`,
    }),
  },
  { keys: ['BadRequestException'], words: (_, said) => refused(said) },
];

/** What the error of SendEmail says; never its stack. */
export function explainSendFailure(error: unknown, mail: AttemptedMail): Bilingual {
  const shown: AttemptedMail = {
    from: oneLine(mail.from),
    to: oneLine(mail.to),
    ...(mail.configurationSet && { configurationSet: oneLine(mail.configurationSet) }),
    ...(mail.existingSets && { existingSets: mail.existingSets.map(oneLine) }),
  };
  const said = saidBy(error);
  const known = OF_SEND_EMAIL.find(({ keys }) => isCalledOneOf(error, keys));
  return known?.words(shown, said) ?? explainCallFailure(error) ?? refused(said);
}

/** Whether the error is about a configuration set that does not exist. */
export function isMissingSet(error: unknown): boolean {
  return isCalledOneOf(error, ['NotFoundException']);
}

function notVerified({ from, to }: AttemptedMail, message: string): Bilingual {
  const failed = message.slice(message.lastIndexOf(':') + 1).toLowerCase();
  // In the sandbox recipients have to be verified as well, and SES says so with the same error.
  if (failed.includes(bare(to)) && !failed.includes(bare(from))) {
    return {
      ja: `アカウントが SES のサンドボックスにあり、宛先 ${to} が確認されていません。宛先を SES で確認するか、本番アクセスを申請してください。`,
      en: `the account is in the SES sandbox and the recipient ${to} is not verified: verify it in SES, or ask for production access`,
    };
  }
  return {
    ja: `${from} は、このアカウントとリージョンの SES で確認（検証）されていません。--from の綴りと --region を確かめるか、ドメインを SES で確認してください。`,
    en: `${from} is not verified in SES in this account and Region: check the spelling of --from and the --region, or verify its domain`,
  };
}

function noSuchSet({ configurationSet, existingSets }: AttemptedMail, message: string): Bilingual {
  const name = configurationSet ?? /<([^<>]{1,64})>/.exec(message)?.[1];
  if (name === undefined) return refused(message);
  if (existingSets === undefined) {
    return {
      ja: `設定セット「${name}」は、このアカウントとリージョンにありません。「aws sesv2 list-configuration-sets」で名前を確かめてください。`,
      en: `there is no configuration set "${name}" in this account and Region: "aws sesv2 list-configuration-sets" names those there are`,
    };
  }
  const known = existingSets.slice(0, 10).join(', ');
  return existingSets.length === 0
    ? {
        ja: `設定セット「${name}」は、このアカウントとリージョンにありません（設定セットは 1 つもありません）。--region を確かめてください。`,
        en: `there is no configuration set "${name}" in this account and Region, nor any other: check the --region`,
      }
    : {
        ja: `設定セット「${name}」は、このアカウントとリージョンにありません。あるのは次のものです：${known}`,
        en: `there is no configuration set "${name}" in this account and Region; there is: ${known}`,
      };
}

function refused(message: string): Bilingual {
  return {
    ja: `SES はメールを受け付けませんでした：${message}`,
    en: `SES did not take the mail: ${message}`,
  };
}

function bare(address: string): string {
  return address.replace(/^.*</, '').replace(/>.*$/, '').trim().toLowerCase();
}
