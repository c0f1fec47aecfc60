import { stripControls } from './address.ts';
import type { Bilingual } from './text.ts';

/** Why a call of an AWS service failed, where it is none of that call's own errors, in words that say what to do. */

/** Longest piece of an error that is repeated. */
const MAXIMUM_LINE = 300;

/** What an SDK error is known by: its name, else the code of a network error or a message without either. */
interface CallFault {
  readonly keys: readonly string[];
  readonly words: (said: string) => Bilingual;
}

/** Errors of any AWS call (names: AWS common errors, and those of the SDK's own credential providers and network). */
const FAULTS: readonly CallFault[] = [
  {
    keys: ['CredentialsProviderError', 'TokenProviderError'],
    words: (said) => ({
      ja: `AWS の認証情報が見つかりません。--profile を指定するか、環境変数またはログイン（aws sso login など）で用意してください。`,
      en: `no AWS credentials: name a --profile, or set them up in the environment or by "aws sso login" (${said})`,
    }),
  },
  {
    keys: ['ExpiredTokenException', 'ExpiredToken', 'RequestExpired'],
    words: () => ({
      ja: 'AWS の認証情報の期限が切れています。ログインし直してください（aws sso login など）。',
      en: 'the AWS credentials have expired: log in again ("aws sso login" or as you do)',
    }),
  },
  {
    keys: [
      'UnrecognizedClientException',
      'InvalidClientTokenId',
      'InvalidSignatureException',
      'SignatureDoesNotMatch',
      'IncompleteSignature',
    ],
    words: () => ({
      ja: 'AWS が認証情報を受け付けません。アクセスキーと、この端末の時計が正しいか確かめてください。',
      en: 'AWS does not accept the credentials: check the access key, and the clock of this machine',
    }),
  },
  {
    keys: ['Region is missing'],
    words: () => ({
      ja: 'AWS のリージョンが指定されていません。--region または環境変数 AWS_REGION で指定してください。',
      en: 'no AWS Region is given: name one with --region or AWS_REGION',
    }),
  },
  {
    keys: [
      'ECONNREFUSED',
      'ECONNRESET',
      'ENOTFOUND',
      'EAI_AGAIN',
      'ETIMEDOUT',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'EPIPE',
      'TimeoutError',
      'NetworkingError',
    ],
    words: (said) => ({
      ja: `AWS に接続できません（${said}）。ネットワークとプロキシの設定、--region の綴りを確かめてください。`,
      en: `AWS cannot be reached (${said}): check the network, the proxy settings and the spelling of --region`,
    }),
  },
];

/** What the error of an AWS call says, where it is none of that call's own; `undefined` for any other error. */
export function explainCallFailure(error: unknown): Bilingual | undefined {
  return FAULTS.find(({ keys }) => isCalledOneOf(error, keys))?.words(saidBy(error));
}

/** Whether an error goes by one of these names: of the error, of its code, or its whole message. */
export function isCalledOneOf(error: unknown, keys: readonly string[]): boolean {
  return namesOf(error).some((name) => keys.includes(name));
}

/** What the error itself says, as one bounded line. A failed connection to several addresses of a host says nothing. */
export function saidBy(error: unknown): string {
  const message = error instanceof Error ? error.message || namesOf(error).at(-1) : String(error);
  return oneLine(message ?? '');
}

/** One line of another's text: bounded, without line breaks and control characters. */
export function oneLine(text: string): string {
  const line = stripControls(text.replace(/\s+/g, ' ')).trim();
  return line.length > MAXIMUM_LINE ? `${line.slice(0, MAXIMUM_LINE)}…` : line;
}

function namesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const code = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  return [error.name, error.message, ...code];
}
