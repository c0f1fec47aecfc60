import type { Command } from 'commander';
import { showPolicyContract } from '../../lib/contracts/policy.ts';
import { type StatusAnswer, statusContract } from '../../lib/contracts/status.ts';
import { type Examined, examine, verdictOf } from '../../lib/doctor/examine.ts';
import type { Looked, Observed, ObservedPolicy, Unseen } from '../../lib/doctor/observed.ts';
import { DEFAULT_POLICY } from '../../lib/policy/policy.ts';
import { Refusal } from '../../lib/refusal.ts';
import { VERSION } from '../../lib/version.ts';
import type { Wire } from '../../lib/wiring/observed.ts';
import { whyFailed } from '../../lib/wiring/ses.ts';
import { withCommonOptions } from '../command.ts';
import { PATIENCE, readingWiring, wireIn, wiringClients } from '../connect/clients.ts';
import { type CliContext, contextOf, versionOf } from '../context.ts';
import { printExamined } from '../doctor/view.ts';
import { CliError } from '../errors.ts';
import type { ExaminedJson } from '../json-answers.ts';
import { LOCAL_CREDENTIALS, localState } from '../local-state.ts';
import type { Session } from '../session.ts';

/** What the command ends with; that it could look at nothing is told by 1 as well. */
const EXIT: Readonly<Record<ReturnType<typeof verdictOf>, number>> = { well: 0, unseen: 1, problem: 2 };

/** `todoku doctor`: whether everything is well, and if not, what to do. Changes nothing. */
export function doctorCommand(made: Command, session: Session): Command {
  return withCommonOptions(made).action(async (_options: object, self: Command) => {
    const context = contextOf(self, session);
    const observed = await observe(context);
    const examined = examine(observed);
    if (context.options.json) context.printJson(answerOf(observed, examined));
    else printExamined(examined, context);
    context.endWith(EXIT[verdictOf(examined)]);
  });
}

function answerOf({ stage, now, deployed, version }: Observed, examined: readonly Examined[]): ExaminedJson {
  return {
    stage,
    at: now,
    command: version,
    stack: deployed ?? null,
    verdict: verdictOf(examined),
    areas: examined,
  };
}

async function observe(context: CliContext): Promise<Observed> {
  const { local, stage: named } = context.options;
  const stage = local ? 'local' : named;
  // Without it there is no stack, or no way to it: its error says what to do.
  const status = await context.invoke(statusContract, { runs: 1 });
  const wire = wireIn(status, context);
  // The local system's clock is its own.
  const now = status.at ?? context.io.now().toISOString();
  const deployed = versionOf(status);
  return {
    now,
    stage,
    version: VERSION,
    isLocal: local,
    status,
    ...(deployed !== undefined && { deployed }),
    policy: await policyOf(status, stage, context),
    ...(await ofAws(wire, { stage, now: new Date(now) }, context)),
  };
}

/** The policy, by its function; for who may not ask that, by what it kept the last run from. */
async function policyOf(
  { runs }: StatusAnswer,
  stage: string,
  context: CliContext,
): Promise<Looked<ObservedPolicy>> {
  try {
    const { policy, parameter } = await context.invoke(showPolicyContract, { ask: 'show' });
    const { name: parameterName = '', why } = parameter;
    return {
      state: 'seen',
      value: {
        ...(parameter.state === 'unreadable' &&
          why && { problem: { parameter: parameterName, because: why } }),
        maximumUnheardDeliveries: policy.maximumUnheardDeliveries ?? DEFAULT_POLICY.maximumUnheardDeliveries,
      },
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const last = runs[0];
    if (last !== undefined && whyFailed(error.cause) === 'denied') {
      const kept = last.limits.find(({ limit }) => limit === 'policy-unreadable');
      const parameter = `/todoku/${stage}/policy`;
      return { state: 'seen', value: kept ? { problem: { parameter, because: kept.because } } : {} };
    }
    return { state: 'unseen', call: 'lambda:InvokeFunction', why: 'failed', because: error.text };
  }
}

type OfAws = Omit<Observed, 'now' | 'stage' | 'version' | 'isLocal' | 'status' | 'policy'>;

/** The SDK's clients are loaded here only. */
async function ofAws(
  wire: Wire | undefined,
  { stage, now }: { readonly stage: string; readonly now: Date },
  context: CliContext,
): Promise<OfAws> {
  const { lookAtAccount, lookAtStack, looked } = await import('../doctor/look.ts');
  if (wire === undefined) {
    const unknown: Unseen = {
      state: 'unseen',
      call: 'lambda:InvokeFunction',
      why: 'failed',
      because: {
        ja: 'スタックが古く、トピックが分かりません',
        en: 'the stack is of an older version and does not name its topic',
      },
    };
    return {
      ...{ account: unknown, wiring: unknown, topic: unknown, subscriptions: unknown, deadLetters: unknown },
      ...{
        oldestLetter: unknown,
        traffic: unknown,
        lastRecorded: unknown,
        alarms: unknown,
        alarmTopic: unknown,
      },
    };
  }
  const clients = await wiringClients(wire, context);
  const made = await stackClients(wire, context);
  return {
    ...(await lookAtStack(made, wire.topic, stage, now)),
    account: await lookAtAccount(clients),
    wiring: await looked('ses:ListConfigurationSets', () => readingWiring(clients, wire, context)),
  };
}

/** How topics, queues and alarms of the local system are reached. */
function localStack(context: CliContext): {
  readonly sns: string;
  readonly sqs: string;
  readonly cloudWatch: string;
} {
  const { snsEndpoint: sns, sqsEndpoint: sqs, cloudWatchEndpoint: cloudWatch } = localState(context);
  if (sns !== undefined && sqs !== undefined && cloudWatch !== undefined) return { sns, sqs, cloudWatch };
  throw new CliError({
    ja: 'ローカル環境が古いか、SNS、SQS、CloudWatch が動いていません。「npm start」を実行し直してください。',
    en: 'the local system is of an older version, or runs no SNS, SQS and CloudWatch: start it again with "npm start"',
  });
}

async function stackClients({ topic }: Wire, context: CliContext) {
  const { options, whenDone } = context;
  const [{ SNSClient }, { SQSClient }, { CloudWatchClient }] = await Promise.all([
    import('@aws-sdk/client-sns'),
    import('@aws-sdk/client-sqs'),
    import('@aws-sdk/client-cloudwatch'),
  ]);
  const settings = {
    region: topic.split(':')[3] ?? '',
    ...(options.profile && { profile: options.profile }),
    requestHandler: PATIENCE,
    ...(options.local && { credentials: LOCAL_CREDENTIALS }),
  };
  const local = options.local ? localStack(context) : undefined;
  const clients = {
    sns: new SNSClient({ ...settings, ...(local && { endpoint: local.sns }) }),
    sqs: new SQSClient({ ...settings, ...(local && { endpoint: local.sqs }) }),
    cloudWatch: new CloudWatchClient({ ...settings, ...(local && { endpoint: local.cloudWatch }) }),
  };
  whenDone(() => {
    for (const client of Object.values(clients)) client.destroy();
  });
  return clients;
}
