import {
  GetEmailIdentityCommand,
  GetMessageInsightsCommand,
  ListConfigurationSetsCommand,
  type SESv2Client,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2';
import { domainOf, spellingOf } from '../../address.ts';
import { explainCallFailure } from '../../call-failure.ts';
import { causeOf } from '../../refusal.ts';
import { type Bilingual, byCodeUnits } from '../../text.ts';
import { type AttemptedMail, explainSendFailure, isMissingSet, NotSentError } from './send-failure.ts';

/** A test mail through SES, followed until it was delivered or bounced. */

/** One thing that happened to the mail, as SES or our own records tell it. */
export interface SendEvent {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** `delivery`, `bounce`, `complaint`, `deliveryDelay`, ... */
  readonly kind: string;
  /** SES's id of the mail it happened to; absent where the record names none. */
  readonly messageId?: string;
  readonly detail?: string;
}

/**
 * The configuration set whose events tell what becomes of the mail: the one named, else the default of the identity.
 * `none`: neither, so that SES publishes no event; `unknown`: SES did not say what the identity's default is.
 */
export type SetInUse =
  | { readonly source: 'named' | 'identity'; readonly name: string }
  | { readonly source: 'none' | 'unknown' };

/** What becomes of a test mail. `unknown`: neither within the time given. */
export interface TestSendResult {
  readonly messageId: string;
  /** Stands in the subject and in a message tag: finds the mail and its events again. */
  readonly token: string;
  readonly configurationSet: SetInUse;
  readonly outcome: 'delivered' | 'bounced' | 'unknown';
  /** Events of this mail and of no other. */
  readonly events: readonly SendEvent[];
  /** Why the records could not be read when last asked; only when nothing else became known. */
  readonly unread?: string;
  /** The same for people. */
  readonly unreadText?: Bilingual;
}

/** What sending and following works with. */
export interface TestSendParts {
  /** Hands the mail to SES and gives its message id. */
  send(mail: TestMessage): Promise<string>;
  /** SES's own account of the message; empty where it has none (yet, or without VDM). */
  insights(messageId: string): Promise<readonly SendEvent[]>;
  /** The recorded history of the recipient, of every mail to it. */
  timeline(): Promise<readonly SendEvent[]>;
  sleep(milliseconds: number): Promise<void>;
}

/** The mail. */
interface TestMessage {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly token: string;
  readonly configurationSet?: string;
}

/** SES answers one request a second; twice as slow leaves room for the account's other callers. */
const INTERVAL_MS = 2_000;

/** Name of the message tag that carries the token. */
const TOKEN_TAG = 'todoku-test';

/**
 * Sends a test mail and waits until something is known of it, asking at most `attempts` times. Only events that name
 * this mail count: another mail to the same address, sent meanwhile, is none of its business.
 *
 * @throws {NotSentError} when SES does not take it, and what `timeline` throws when the records cannot be read at
 * all: then nothing was sent.
 */
export async function sendAndFollow(
  parts: TestSendParts,
  options: {
    readonly from: string;
    readonly to: string;
    readonly token: string;
    readonly configurationSet: SetInUse;
    readonly attempts: number;
  },
): Promise<TestSendResult> {
  const { token, configurationSet } = options;
  // Better to know before than after sending that nobody could say what became of it.
  await parts.timeline();
  const messageId = await parts.send({
    from: options.from,
    to: options.to,
    subject: `[todoku ${token}] test mail / テストメール`,
    text: bodyFor(token),
    token,
    ...(configurationSet.source === 'named' && { configurationSet: configurationSet.name }),
  });
  const sent = { messageId, token, configurationSet };
  let events: readonly SendEvent[] = [];
  let unread: unknown;
  for (let attempt = 0; attempt < options.attempts; attempt += 1) {
    await parts.sleep(INTERVAL_MS);
    try {
      const own = (await parts.timeline()).filter((event) => event.messageId === messageId);
      events = [...(await parts.insights(messageId)), ...own].sort((a, b) => byCodeUnits(a.at, b.at));
      unread = undefined;
    } catch (error) {
      // The mail is on its way: one look that failed must not end the watch.
      unread = error;
    }
    const outcome = outcomeOf(events);
    if (outcome !== 'unknown') return { ...sent, outcome, events };
  }
  if (unread === undefined) return { ...sent, outcome: 'unknown', events };
  const unreadText = causeOf(unread);
  return { ...sent, outcome: 'unknown', events, unread: unreadText.en, unreadText };
}

function outcomeOf(events: readonly SendEvent[]): TestSendResult['outcome'] {
  if (events.some(({ kind }) => kind === 'bounce')) return 'bounced';
  return events.some(({ kind }) => kind === 'delivery') ? 'delivered' : 'unknown';
}

function bodyFor(token: string): string {
  return [
    'これは送信設定を確かめるためのテストメールです。',
    'このメールをヘッダーごと保存し（「メッセージのソースを表示」「原文を表示」など）、次のコマンドで読み取れます:',
    '',
    '  todoku senders test-mail FILE.eml',
    '',
    'This mail tests the sender settings. Save it with all its headers ("show original") and read it with the',
    'command above.',
    '',
    `token: ${token}`,
    '',
  ].join('\n');
}

/** Sending and insights through the SES v2 API. */
export function sesTestSend(client: SESv2Client): Pick<TestSendParts, 'send' | 'insights'> {
  return {
    async send({ from, to, subject, text, token, configurationSet }) {
      const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
      const mail: AttemptedMail = { from, to, ...(configurationSet && { configurationSet }) };
      try {
        const { MessageId } = await client.send(
          new SendEmailCommand({
            FromEmailAddress: from,
            Destination: { ToAddresses: [to] },
            Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8(text) } } },
            EmailTags: [{ Name: TOKEN_TAG, Value: token }],
            ConfigurationSetName: configurationSet,
          }),
        );
        return MessageId ?? '';
      } catch (cause) {
        const existingSets = isMissingSet(cause) ? await configurationSetsOf(client) : undefined;
        throw new NotSentError(
          explainSendFailure(cause, { ...mail, ...(existingSets && { existingSets }) }),
          {
            cause,
          },
        );
      }
    },
    async insights(messageId) {
      try {
        const { Insights } = await client.send(new GetMessageInsightsCommand({ MessageId: messageId }));
        return (Insights ?? [])
          .flatMap(({ Events }) => Events ?? [])
          .flatMap(({ Timestamp, Type, Details }) => {
            if (Timestamp === undefined || Type === undefined) return [];
            const detail = Details?.Bounce?.DiagnosticCode;
            return [
              {
                at: Timestamp.toISOString(),
                kind: Type.toLowerCase(),
                messageId,
                ...(detail && { detail }),
              },
            ];
          });
      } catch {
        // Without Virtual Deliverability Manager, or before SES knows the message, our own records have to do.
        return [];
      }
    },
  };
}

/** Names of the account's configuration sets, the first page; `undefined` where they may not be listed. */
async function configurationSetsOf(client: SESv2Client): Promise<readonly string[] | undefined> {
  try {
    return (await client.send(new ListConfigurationSetsCommand({}))).ConfigurationSets ?? [];
  } catch {
    return undefined;
  }
}

/**
 * The configuration set a mail from this address goes out with.
 *
 * @throws what keeps any call from SES (no credentials, no network): sending would fail of it as well.
 */
export async function setInUse(
  client: SESv2Client,
  from: string,
  named: string | undefined,
): Promise<SetInUse> {
  if (named !== undefined) return { source: 'named', name: named };
  for (const identity of identitiesFor(from)) {
    try {
      const { ConfigurationSetName } = await client.send(
        new GetEmailIdentityCommand({ EmailIdentity: identity }),
      );
      return ConfigurationSetName ? { source: 'identity', name: ConfigurationSetName } : { source: 'none' };
    } catch (error) {
      if (explainCallFailure(error) !== undefined) throw error;
      // Not an identity of the account: the next wider one may be. Any other error leaves the question open.
      if (!(error instanceof Error && error.name === 'NotFoundException')) return { source: 'unknown' };
    }
  }
  return { source: 'unknown' };
}

/** The identities that may stand for a From address, as SES chooses: the address, its domain, the domains above. */
function identitiesFor(from: string): readonly string[] {
  const address = spellingOf(from);
  const labels = domainOf(address).toLowerCase().split('.');
  const domains = labels.slice(0, -1).map((_, at) => labels.slice(at).join('.'));
  return [address, ...domains];
}
