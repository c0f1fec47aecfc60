import { stripControls } from '../lib/address.ts';
import { explainCallFailure } from '../lib/call-failure.ts';
import { isReservedName } from '../lib/contracts/operator.ts';
import { causeOf } from '../lib/refusal.ts';
import type { Bilingual } from '../lib/text.ts';
import type { CliContext } from './context.ts';
import { CliError } from './errors.ts';
import { LOCAL_CREDENTIALS, localState } from './local-state.ts';

/** Who decides, as the audit names them: what they say of themselves, which nothing proves. */

/** How long STS is waited for, milliseconds. */
const PATIENCE = 3_000;

/**
 * Who is asking: whom `--operator` names, else who runs the command.
 *
 * @throws {CliError} for a name under which todoku itself acts.
 */
export async function operatorOf(
  given: { readonly operator?: string },
  context: CliContext,
): Promise<string> {
  const operator = given.operator ?? (await whoRuns(context));
  if (!isReservedName(operator)) return operator;
  const name = stripControls(operator).trim();
  throw new CliError({
    ja: `「${name}」はtodoku自身が記録に使う名前のため、担当者名には使えません。--operator（または環境変数 TODOKU_OPERATOR）で担当者の名前を指定してください。`,
    en: `"${name}" is a name of todoku's own in the audit: give your name with --operator or TODOKU_OPERATOR`,
  });
}

/**
 * Who runs the command: what TODOKU_OPERATOR says, else the name of the caller's AWS identity, else, which is then
 * said, that of the account on this machine.
 */
export async function whoRuns(context: CliContext): Promise<string> {
  const { io, language, printError } = context;
  if (io.env.TODOKU_OPERATOR) return io.env.TODOKU_OPERATOR;
  try {
    const name = callerName((await callerArn(context)) ?? '');
    if (name !== undefined) return name;
    return io.user();
  } catch (error) {
    const why = explainCallFailure(error) ?? causeOf(error);
    const user = io.user();
    printError(stripControls(`todoku: ${NOT_ASKED(user, why)[language]}`));
    return user;
  }
}

const NOT_ASKED = (user: string, why: Bilingual): Bilingual => ({
  ja: `AWSに呼び出し元を確認できないため、担当者名をこの端末のユーザー名「${user}」とします（--operator か TODOKU_OPERATOR で指定できます）。${why.ja}`,
  en: `AWS could not be asked who calls, so the operator is "${user}", the account on this machine (--operator or TODOKU_OPERATOR name another): ${why.en}`,
});

/** The ARN of the credentials that functions are invoked with; undefined where a local system has no STS. */
async function callerArn(context: CliContext): Promise<string | undefined> {
  const { options, io } = context;
  const { local, region, profile } = options;
  const state = local ? localState(context) : undefined;
  if (local && state?.stsEndpoint === undefined) return undefined;
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({
    maxAttempts: 2,
    ...(region && { region }),
    ...(profile && { profile }),
    ...(state?.stsEndpoint && {
      endpoint: state.stsEndpoint,
      region: state.region,
      credentials: LOCAL_CREDENTIALS,
    }),
  });
  const signals = [AbortSignal.timeout(PATIENCE), ...(io.signal ? [io.signal] : [])];
  try {
    const answer = await client.send(new GetCallerIdentityCommand({}), {
      abortSignal: AbortSignal.any(signals),
    });
    return answer.Arn;
  } finally {
    client.destroy();
  }
}

/**
 * Session names that a program made up, each time another (AWS SDK for JavaScript and botocore, where a profile assumes
 * a role and names no session; an EC2 instance's own id): the role says more.
 */
const MADE_UP = /^(?:aws-sdk-js-\d+|botocore-session-\d+|i-[0-9a-f]{8,17})$/;

/**
 * The name in the ARN of a caller: of a user, or of the session of a role, which IAM Identity Center sets to the
 * person's name (IAM user guide, "IAM identifiers"). Undefined where it has none.
 */
export function callerName(arn: string): string | undefined {
  const [, , service, , , ...rest] = arn.split(':');
  const [kind, ...path] = rest.join(':').split('/');
  const last = path.at(-1);
  if (service === 'iam' && kind === 'root') return 'root';
  if (last === undefined || last === '') return undefined;
  if (kind === 'assumed-role' && MADE_UP.test(last)) return path.at(-2);
  return kind === 'assumed-role' || kind === 'user' || kind === 'federated-user' ? last : undefined;
}
