import { existsSync, readFileSync } from 'node:fs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { stripControls } from '../lib/address.ts';
import { Refusal } from '../lib/refusal.ts';
import { type Bilingual, isLanguage, type Language } from '../lib/text.ts';

/** Thrown for what an operator can mend; its text is all that is shown. */
export class CliError extends Refusal {
  override readonly name = 'CliError';
  override readonly code: string;

  /** @param text in both languages; a text in English only stands for both. */
  constructor(text: string | Bilingual, options: ErrorOptions & { readonly code?: string } = {}) {
    super(typeof text === 'string' ? { ja: text, en: text } : text, options);
    this.code = options.code ?? 'command';
  }
}

/** What is said of a file that cannot be read, its name cleaned. */
export function cannotRead(file: string, cause: unknown): CliError {
  const name = stripControls(file);
  const why = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  return new CliError(
    {
      ja: `${name} を読み取れません${why ? '（ファイルがありません）' : ''}。`,
      en: `cannot read ${name}${why ? ': no such file' : ''}`,
    },
    { cause },
  );
}

/** What is said where `--local` finds nothing to talk to. */
export const LOCAL_NOT_RUNNING: Bilingual = {
  ja: 'ローカル環境が起動していません。このフォルダーで「npm start」を実行してください。',
  en: 'the local system is not running here: start it with "npm start" in this folder',
};

/** The deployed functions the command line invokes. */
export type FunctionName =
  | 'ingest'
  | 'cleanup'
  | 'lookup'
  | 'proposals'
  | 'remove'
  | 'audit-senders'
  | 'read-dmarc-report'
  | 'members'
  | 'status'
  | 'backfill'
  | 'replies'
  | 'policy'
  | 'rescue';

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

/** What the local system tells the command line about itself. */
const localStateSchema = z.object({ lambdaEndpoint: z.string(), region: z.string() });

/** Where `npm start` says how it is reached. */
export const LOCAL_STATE_FILE = '.todoku/local.json';

/** Invokes a function and returns what it answered; throws CliError with the function's own message. */
export type Invoke = (
  name: FunctionName,
  payload: unknown,
  options?: { readonly signal?: AbortSignal },
) => Promise<unknown>;

/** What a command works with. */
export interface CliContext {
  readonly options: CommonOptions;
  readonly language: Language;
  readonly invoke: Invoke;
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

/** The context of one command line. */
export function createContext(options: CommonOptions): CliContext {
  let invoke: Invoke | undefined;
  return {
    options,
    language: languageOf(options.lang),
    invoke(name, payload, invocation) {
      invoke ??= invokerOf(options.local ? localTarget() : options);
      return invoke(name, payload, invocation);
    },
  };
}

/**
 * Invokes the functions of one target. The profile belongs to the client, not to the process, so that several
 * accounts can be asked side by side.
 */
export function invokerOf(target: FunctionTarget): Invoke {
  const { endpoint, region, profile } = target;
  const client = new LambdaClient({
    ...(region && { region }),
    ...(endpoint
      ? { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
      : { ...(profile && { profile }) }),
  });
  return async (name, payload, { signal } = {}) => {
    const functionName = `todoku-${target.stage}-${name}`;
    try {
      const answer = await client.send(
        new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(payload) }),
        { ...(signal && { abortSignal: signal }) },
      );
      const text = answer.Payload ? Buffer.from(answer.Payload).toString() : '';
      const value: unknown = text === '' ? undefined : JSON.parse(text);
      if (answer.FunctionError) throw failureOf(value);
      return value;
    } catch (error) {
      if (error instanceof CliError) throw error;
      throw new CliError(invocationText(functionName, profile, messageOf(error, signal)), { cause: error });
    }
  };
}

/** That a function could not be invoked; where the SDK knows no Region, how to name one. */
function invocationText(functionName: string, profile: string | undefined, why: string): Bilingual {
  if (why === 'Region is missing') {
    return {
      ja: 'AWSのリージョンが指定されていません。--region または環境変数 AWS_REGION で指定してください。',
      en: 'no AWS Region is given: name one with --region or AWS_REGION',
    };
  }
  const name = profile === undefined ? undefined : stripControls(profile);
  return {
    ja: `${functionName} を呼び出せませんでした${name === undefined ? '' : `（AWSプロファイル「${name}」）`}：${why}`,
    en: `${functionName} could not be invoked${name === undefined ? '' : ` with the AWS profile "${name}"`}: ${why}`,
  };
}

function messageOf(error: unknown, signal: AbortSignal | undefined): string {
  if (signal?.aborted) return 'no answer in time';
  return stripControls(error instanceof Error ? error.message : String(error));
}

function localTarget(): FunctionTarget {
  if (!existsSync(LOCAL_STATE_FILE)) {
    throw new CliError(LOCAL_NOT_RUNNING);
  }
  const state = localStateSchema.parse(JSON.parse(readFileSync(LOCAL_STATE_FILE, 'utf8')));
  return { stage: 'local', endpoint: state.lambdaEndpoint, region: state.region };
}

/** Lambda's error document, and the refusal in its message where a function refused (functions/answer.ts). */
const failureSchema = z.object({ errorMessage: z.string() });
const refusalSchema = z.object({ code: z.string(), ja: z.string(), en: z.string() });

/** What a function failed with: a refusal in its own words, anything else as it was said. */
function failureOf(value: unknown): CliError {
  const failure = failureSchema.safeParse(value);
  if (!failure.success) {
    return new CliError({
      ja: '関数がメッセージなしで失敗しました。',
      en: 'the function failed without a message',
    });
  }
  const { errorMessage } = failure.data;
  const refusal = refusalSchema.safeParse(jsonIn(errorMessage));
  if (refusal.success) {
    const { code, ja, en } = refusal.data;
    return new CliError({ ja: oneLine(ja), en: oneLine(en) }, { code });
  }
  return new CliError(oneLine(errorMessage), { code: 'function-failed' });
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function oneLine(text: string): string {
  return stripControls(text.replaceAll('\n', ' '));
}

/**
 * A command to go on with, as this one was called: for the same deployment, local or not.
 *
 * @param words what follows `todoku`, such as `approve ID`.
 */
export function followUp(words: string, { local, stage, region, profile }: CommonOptions): string {
  const target = local
    ? ['--local']
    : [
        ...(stage === 'prod' ? [] : ['--stage', stage]),
        ...(region ? ['--region', region] : []),
        ...(profile ? ['--profile', profile] : []),
      ];
  return ['npx todoku', words, ...target.map(stripControls)].join(' ');
}

/** The language of a command line, also of one that cannot be understood: `--lang` as far as it names one. */
export function languageOfArguments(given: readonly string[]): Language {
  const at = given.indexOf('--lang');
  const named =
    at >= 0 ? given[at + 1] : given.find((each) => each.startsWith('--lang='))?.slice('--lang='.length);
  const known = [named, process.env.TODOKU_LANG].find((each) => each !== undefined && isLanguage(each));
  return known !== undefined && isLanguage(known) ? known : languageOfTerminal();
}

/** `--lang`, else TODOKU_LANG, else English where the terminal is set to it, else Japanese. */
export function languageOf(option: string | undefined): Language {
  const wanted = option ?? process.env.TODOKU_LANG;
  if (wanted !== undefined) {
    if (!isLanguage(wanted)) {
      const name = stripControls(wanted);
      throw new CliError({
        ja: `言語「${name}」はありません。ja または en を指定してください。`,
        en: `unknown language "${name}": ja or en`,
      });
    }
    return wanted;
  }
  return languageOfTerminal();
}

function languageOfTerminal(): Language {
  const locale = process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '';
  return locale.startsWith('en') ? 'en' : 'ja';
}
