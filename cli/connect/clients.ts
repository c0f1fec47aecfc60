import { explainCallFailure } from '../../lib/call-failure.ts';
import { type StatusAnswer, statusContract } from '../../lib/contracts/status.ts';
import { limiter, type Pace } from '../../lib/suppression/limiter.ts';
import { sesRetries } from '../../lib/suppression/retries.ts';
import { regionOf } from '../../lib/wiring/findings.ts';
import type { ObservedWiring, Wire } from '../../lib/wiring/observed.ts';
import { readWiring, type WiringClients } from '../../lib/wiring/ses.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { startProgress } from '../progress.ts';
import { sesSettings } from '../ses.ts';

/** SES as the commands reach it that look at its settings. */

/** SES's one call a second, with room for the stack's own (as SES_CALLS_PER_SECOND of the functions). */
const CALLS_PER_SECOND = 0.9;

/** The local SES is nobody else's: it has no pace, and a refusal there lasts. */
const LOCAL = { callsPerSecond: 1_000, throttledAttempts: 5 } as const;

/** The ARN of a topic. */
const TOPIC = /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/;

/** An answer that never comes ends the attempt, not the command. */
export const PATIENCE = {
  connectionTimeout: 5_000,
  requestTimeout: 20_000,
  throwOnRequestTimeout: true,
} as const;

/** What todoku is called in SES's settings, as the stack itself says; undefined where it is of an older version. */
export function wireIn(
  { eventTopic }: StatusAnswer,
  { options }: Pick<CliContext, 'options'>,
): Wire | undefined {
  const stage = options.local ? 'local' : options.stage;
  return eventTopic !== undefined && TOPIC.test(eventTopic)
    ? { topic: eventTopic, name: `todoku-${stage}` }
    : undefined;
}

/** The same, asked of the stack itself, which knows its topic. @throws {CliError} where it is of an older version. */
export async function wireNow(
  context: CliContext,
): Promise<{ readonly wire: Wire; readonly status: StatusAnswer }> {
  const status = await context.invoke(statusContract, { runs: 1 });
  const wire = wireIn(status, context);
  if (wire !== undefined) return { wire, status };
  throw new CliError(
    {
      ja: 'デプロイ済みのスタックが古く、イベントのトピックを確認できません。先に npx serverless deploy でスタックを更新してください。',
      en: 'the deployed stack is of an older version and does not name its topic: deploy it again first',
    },
    { code: 'other-version' },
  );
}

/** SES is loaded here only: help and refusals need none of it. Topic and SES are of one Region. */
export async function wiringClients(
  { topic }: Wire,
  context: CliContext,
): Promise<WiringClients & { readonly turns: Pace }> {
  const { local } = context.options;
  const turns = limiter(local ? LOCAL.callsPerSecond : CALLS_PER_SECOND);
  const settings = {
    region: regionOf(topic),
    ...sesSettings(context),
    ...(!local && { region: regionOf(topic) }),
    requestHandler: PATIENCE,
    retryStrategy: sesRetries(() => turns.passedLate(), local ? LOCAL.throttledAttempts : undefined),
  };
  const [{ SESv2Client }, { SESClient }] = await Promise.all([
    import('@aws-sdk/client-sesv2'),
    import('@aws-sdk/client-ses'),
  ]);
  const clients = { ses: new SESv2Client(settings), first: new SESClient(settings), turns };
  context.whenDone(() => {
    clients.ses.destroy();
    clients.first.destroy();
  });
  return clients;
}

/** Everything of SES's settings about events, with its progress on the terminal. @throws {CliError} where nothing can be read. */
export async function readingWiring(
  clients: WiringClients,
  wire: Wire,
  context: CliContext,
): Promise<ObservedWiring> {
  const { io, language } = context;
  let progress: ReturnType<typeof startProgress> | undefined;
  try {
    return await readWiring(clients, wire, (done, total) => {
      if (io.stderr.isTTY !== true) return;
      progress ??= startProgress({ ...READING, language, total, stream: io.stderr });
      progress.update(done);
    });
  } catch (error) {
    const text = explainCallFailure(error);
    throw text === undefined ? error : new CliError(text, { cause: error });
  } finally {
    progress?.end();
  }
}

const READING = { label: { ja: '読み取り中', en: 'reading' }, unit: { ja: '件', en: 'settings' } };
