import { GetMessageInsightsCommand, type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';

/** A test mail through SES, followed until it was delivered or bounced. */

/** One thing that happened to the mail, as SES or our own records tell it. */
export interface SendEvent {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** `delivery`, `bounce`, `complaint`, `deliveryDelay`, ... */
  readonly kind: string;
  readonly detail?: string;
}

/** What becomes of a test mail. `unknown`: neither within the time given. */
export interface TestSendResult {
  readonly messageId: string;
  /** Stands in the subject and in a message tag: finds the mail and its events again. */
  readonly token: string;
  readonly outcome: 'delivered' | 'bounced' | 'unknown';
  readonly events: readonly SendEvent[];
}

/** What sending and following works with. */
export interface TestSendParts {
  /** Hands the mail to SES and gives its message id. */
  send(mail: TestMessage): Promise<string>;
  /** SES's own account of the message; empty where it has none (yet, or without VDM). */
  insights(messageId: string): Promise<readonly SendEvent[]>;
  /** The recorded history of the recipient. */
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

/** Sends a test mail and waits until something is known of it, asking at most `attempts` times. */
export async function sendAndFollow(
  parts: TestSendParts,
  options: {
    readonly from: string;
    readonly to: string;
    readonly token: string;
    readonly configurationSet?: string;
    readonly attempts: number;
  },
): Promise<TestSendResult> {
  const { token } = options;
  // What was there before: clocks of SES and of this machine need not agree.
  const before = new Set((await parts.timeline()).map(keyOf));
  const messageId = await parts.send({
    from: options.from,
    to: options.to,
    subject: `[todoku ${token}] test mail / テストメール`,
    text: bodyFor(token),
    token,
    configurationSet: options.configurationSet,
  });
  let events: readonly SendEvent[] = [];
  for (let attempt = 0; attempt < options.attempts; attempt += 1) {
    await parts.sleep(INTERVAL_MS);
    const own = (await parts.timeline()).filter((event) => !before.has(keyOf(event)));
    events = [...(await parts.insights(messageId)), ...own].sort((a, b) => a.at.localeCompare(b.at));
    const outcome = outcomeOf(events);
    if (outcome !== 'unknown') return { messageId, token, outcome, events };
  }
  return { messageId, token, outcome: 'unknown', events };
}

function outcomeOf(events: readonly SendEvent[]): TestSendResult['outcome'] {
  if (events.some(({ kind }) => kind === 'bounce')) return 'bounced';
  return events.some(({ kind }) => kind === 'delivery') ? 'delivered' : 'unknown';
}

function keyOf({ at, kind, detail }: SendEvent): string {
  return `${at} ${kind} ${detail ?? ''}`;
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
    },
    async insights(messageId) {
      try {
        const { Insights } = await client.send(new GetMessageInsightsCommand({ MessageId: messageId }));
        return (Insights ?? [])
          .flatMap(({ Events }) => Events ?? [])
          .flatMap(({ Timestamp, Type, Details }) => {
            if (Timestamp === undefined || Type === undefined) return [];
            const detail = Details?.Bounce?.DiagnosticCode;
            return [{ at: Timestamp.toISOString(), kind: Type.toLowerCase(), ...(detail && { detail }) }];
          });
      } catch {
        // Without Virtual Deliverability Manager, or before SES knows the message, our own records have to do.
        return [];
      }
    },
  };
}
