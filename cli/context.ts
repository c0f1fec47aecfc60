import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { Command } from 'commander';
import * as z from 'zod';
import { stripControls } from '../lib/address.ts';
import { explainCallFailure, isCalledOneOf, oneLine, saidBy } from '../lib/call-failure.ts';
import type { AnswerOf, Contract, RequestOf } from '../lib/contracts/contract.ts';
import type { FunctionName } from '../lib/contracts/functions.ts';
import { causeOf } from '../lib/refusal.ts';
import { type Bilingual, jsonIn } from '../lib/text.ts';
import { CliError, OtherVersionError } from './errors.ts';
import { languageOf } from './language.ts';
import { LOCAL_CREDENTIALS, localState } from './local-state.ts';
import type { Session } from './session.ts';

/** Options every command takes. */
export const commonOptionsSchema = z.object({
  local: z.boolean().default(false),
  json: z.boolean().default(false),
  lang: z.string().optional(),
  stage: z.string().default('prod'),
  region: z.string().optional(),
  profile: z.string().optional(),
});

/** See {@link commonOptionsSchema}. */
export type CommonOptions = z.infer<typeof commonOptionsSchema>;

/**
 * Asks a function, and gives its answer as it came: checked against the contract, with whatever fields it has beyond it.
 *
 * @throws {CliError} with the function's own refusal, or when it could not be invoked.
 * @throws {OtherVersionError} when the answer is not one that the contract describes.
 */
export type Invoke = <Asked extends Contract<FunctionName>>(
  asked: Asked,
  request: RequestOf<Asked>,
  options?: { readonly signal?: AbortSignal },
) => Promise<AnswerOf<Asked>>;

/** What a command works with: the session, the options every command takes, and the functions of their deployment. */
export interface CliContext extends Session {
  readonly options: CommonOptions;
  readonly invoke: Invoke;
}

/** The context of a command from the options it was given. @throws {CliError} for an unknown language. */
export function contextOf(called: Command, session: Session): CliContext {
  return createContext(commonOptionsSchema.parse(called.opts()), session);
}

/** Whose functions to invoke: one deployment in one account and Region. */
export interface FunctionTarget {
  readonly stage: string;
  /** Default: the profile's, or the environment's. */
  readonly region?: string;
  /** Default: the environment's credentials. */
  readonly profile?: string;
  /** A local Lambda server: nothing of the account is used then. */
  readonly endpoint?: string;
}

function createContext(options: CommonOptions, session: Session): CliContext {
  let invoke: Invoke | undefined;
  return {
    ...session,
    options,
    language: languageOf(options.lang, session.io.env),
    async invoke(asked, request, invocation) {
      invoke ??= invokerOf(options.local ? localTarget(session) : options, session);
      return invoke(asked, request, invocation);
    },
  };
}

/**
 * Invokes the functions of one target. The profile belongs to the client, not to the process, so that several
 * accounts can be asked side by side. The SDK is loaded with the first call: help and refusals need none of it.
 */
export function invokerOf(target: FunctionTarget, { io, whenDone }: Session): Invoke {
  const { profile } = target;
  let client: LambdaClient | undefined;
  return async (asked, request, { signal } = {}) => {
    const functionName = `todoku-${target.stage}-${asked.name}`;
    const signals = [io.signal, signal].filter((each) => each !== undefined);
    try {
      const lambda = await import('@aws-sdk/client-lambda');
      if (client === undefined) {
        client = new lambda.LambdaClient(clientOptions(target));
        whenDone(() => client?.destroy());
      }
      const answer = await client.send(
        new lambda.InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(request) }),
        { ...(signals.length > 0 && { abortSignal: AbortSignal.any(signals) }) },
      );
      const text = answer.Payload ? Buffer.from(answer.Payload).toString() : '';
      const value: unknown = text === '' ? undefined : jsonIn(text);
      if (answer.FunctionError) throw failureOf(value, functionName);
      return checked(asked, value, functionName);
    } catch (error) {
      if (error instanceof CliError) throw error;
      const why = io.signal?.aborted ? INTERRUPTED : signal?.aborted ? TOO_LATE : whyNotInvoked(error);
      throw new CliError(invocationText(functionName, profile, why), { cause: error });
    }
  };
}

function clientOptions({ endpoint, region, profile }: FunctionTarget) {
  return {
    ...(region && { region }),
    ...(endpoint ? { endpoint, credentials: LOCAL_CREDENTIALS } : { ...(profile && { profile }) }),
  };
}

/** That a function could not be invoked, and what can be done about it. */
function invocationText(functionName: string, profile: string | undefined, why: Bilingual): Bilingual {
  const name = profile === undefined ? undefined : stripControls(profile);
  return {
    ja: `${functionName} を呼び出せませんでした${name === undefined ? '' : `（AWSプロファイル「${name}」）`}：${why.ja}`,
    en: `${functionName} could not be invoked${name === undefined ? '' : ` with the AWS profile "${name}"`}: ${why.en}`,
  };
}

const INTERRUPTED: Bilingual = { ja: '中断されました。', en: 'interrupted' };
const TOO_LATE: Bilingual = { ja: '時間内に応答がありませんでした。', en: 'no answer in time' };

/** Errors of Lambda's Invoke itself: what to do, in English after AWS's own words. Those of any call: lib/call-failure.ts. */
const INVOKE_FAULTS: Readonly<Record<string, Bilingual>> = {
  ResourceNotFoundException: {
    ja: 'このアカウントとリージョンにその関数がありません。--stage、--region、--profile を確認してください。',
    en: 'check --stage, --region and --profile',
  },
  AccessDeniedException: {
    ja: '呼び出す権限がありません。IAMポリシーで lambda:InvokeFunction を許可してください。',
    en: 'allow lambda:InvokeFunction in the IAM policy',
  },
  TooManyRequestsException: {
    ja: '同時に実行できる関数の上限に達しています。しばらく待って、もう一度実行してください。',
    en: 'wait, then try again',
  },
};

function whyNotInvoked(error: unknown): Bilingual {
  const known = Object.entries(INVOKE_FAULTS).find(([name]) => isCalledOneOf(error, [name]))?.[1];
  if (known !== undefined) return { ja: known.ja, en: `${saidBy(error)}: ${known.en}` };
  const { ja, en } = explainCallFailure(error) ?? causeOf(error);
  return { ja: stripControls(ja), en: stripControls(en) };
}

function localTarget(session: Session): FunctionTarget {
  const { lambdaEndpoint, region } = localState(session);
  return { stage: 'local', endpoint: lambdaEndpoint, region };
}

/** The answer as it came, once the contract is kept: a contract rebuilds nothing, so what it does not name stays. */
function checked<Asked extends Contract>(
  asked: Asked,
  value: unknown,
  functionName: string,
): AnswerOf<Asked> {
  if (!asked.answer.safeParse(value).success) throw new OtherVersionError(functionName, versionOf(value));
  return value as AnswerOf<Asked>;
}

/** The version that an answer names; undefined for one that names none. */
export function versionOf(answer: unknown): string | undefined {
  const named = z.object({ version: z.string().max(40) }).safeParse(answer);
  return named.success ? stripControls(named.data.version) : undefined;
}

/** Lambda's error document, and the refusal in its message where a function refused (functions/invocation.ts). */
const failureSchema = z.object({ errorMessage: z.string(), errorType: z.string().optional() });
const refusalSchema = z.object({ code: z.string(), ja: z.string(), en: z.string() });

/**
 * What a function failed with: a refusal in its own words. Anything else is a fault of the function or its time limit,
 * whose words are English and of use to its maintainer: the log has more.
 */
function failureOf(value: unknown, functionName: string): CliError {
  const { errorMessage = '', errorType } = failureSchema.safeParse(value).data ?? {};
  const refusal = refusalSchema.safeParse(jsonIn(errorMessage));
  if (refusal.success) {
    const { code, ja, en } = refusal.data;
    return new CliError({ ja: unbroken(ja), en: unbroken(en) }, { code });
  }
  const kind = oneLine(errorType ?? '');
  const log = `CloudWatch Logs /aws/lambda/${functionName}`;
  return new CliError(
    {
      ja: `${functionName} がエラーで終了しました${kind && `（${kind}）`}。処理は途中まで実行された可能性があります。詳細は ${log} で確認してください。`,
      en: `${oneLine(errorMessage) || kind || 'no message'}: with this ${functionName} failed, and may have done a part; ${log} says more`,
    },
    { code: 'function-failed' },
  );
}

/** A refusal's words as one line, whole however long. */
function unbroken(text: string): string {
  return stripControls(text.replaceAll('\n', ' '));
}

/**
 * A command to go on with, as this one was called: for the same deployment, local or not.
 *
 * @param words what follows `todoku`, such as `approve ID`.
 */
export function followUp(words: string, { options, io }: Pick<CliContext, 'options' | 'io'>): string {
  const { local, stage, region, profile } = options;
  const target = local
    ? ['--local']
    : [
        ...(stage === 'prod' ? [] : ['--stage', stage]),
        ...(region ? ['--region', region] : []),
        ...(profile ? ['--profile', profile] : []),
      ];
  return [io.program ?? 'todoku', words, ...target.map(stripControls)].join(' ');
}
