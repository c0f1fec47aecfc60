import { showPolicyContract } from '../../lib/contracts/policy.ts';
import { type StatusAnswer, statusContract } from '../../lib/contracts/status.ts';
import type { Looked, Observed, ObservedPolicy, Unseen } from '../../lib/doctor/observed.ts';
import { DEFAULT_POLICY } from '../../lib/policy/policy.ts';
import { Refusal } from '../../lib/refusal.ts';
import { VERSION } from '../../lib/version.ts';
import type { Wire } from '../../lib/wiring/observed.ts';
import { readWiring, whyFailed } from '../../lib/wiring/ses.ts';
import { PATIENCE, readingWiring, wireIn, wiringClients } from '../connect/clients.ts';
import { type CliContext, versionOf } from '../context.ts';
import { CliError } from '../errors.ts';
import { LOCAL_CREDENTIALS, localState } from '../local-state.ts';

/**
 * Looks at everything that tells whether all is well, with the operator's own credentials: two functions, and some
 * fifteen calls of AWS, to which SES's settings add one for each configuration set and sender, one a second.
 *
 * @param isQuiet whether no progress is shown on the terminal.
 * @throws {CliError} where the stack does not answer at all; what else cannot be looked at is said in the answer.
 */
export async function observe(context: CliContext, isQuiet = false): Promise<Observed> {
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
    ...(await ofAws(wire, { stage, now: new Date(now), isQuiet }, context)),
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
        maxima: {
          bounceRate: policy.maximumBounceRate ?? DEFAULT_POLICY.maximumBounceRate,
          complaintRate: policy.maximumComplaintRate ?? DEFAULT_POLICY.maximumComplaintRate,
        },
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
  { stage, now, isQuiet }: { readonly stage: string; readonly now: Date; readonly isQuiet: boolean },
  context: CliContext,
): Promise<OfAws> {
  const { lookAtAccount, lookAtStack, looked } = await import('./look.ts');
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
        reputation: unknown,
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
    wiring: await looked('ses:ListConfigurationSets', () =>
      isQuiet ? readWiring(clients, wire) : readingWiring(clients, wire, context),
    ),
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
