import { existsSync, readFileSync } from 'node:fs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import { stripControls } from '../lib/address.ts';
import { isLanguage, type Language } from '../lib/text.ts';

/** Thrown for what an operator can mend; its message is all that is shown. */
export class CliError extends Error {
  override readonly name = 'CliError';
}

/** The deployed functions the command line invokes. */
export type FunctionName =
  | 'ingest'
  | 'cleanup'
  | 'lookup'
  | 'proposals'
  | 'remove'
  | 'audit-senders'
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
      if (answer.FunctionError) throw new CliError(functionMessage(value));
      return value;
    } catch (error) {
      if (error instanceof CliError) throw error;
      const as = profile === undefined ? '' : ` with the AWS profile "${stripControls(profile)}"`;
      throw new CliError(`${functionName} could not be invoked${as}: ${messageOf(error, signal)}`, {
        cause: error,
      });
    }
  };
}

function messageOf(error: unknown, signal: AbortSignal | undefined): string {
  if (signal?.aborted) return 'no answer in time';
  return stripControls(error instanceof Error ? error.message : String(error));
}

function localTarget(): FunctionTarget {
  if (!existsSync(LOCAL_STATE_FILE)) {
    throw new CliError('the local system is not running here: start it with "npm start" in this folder');
  }
  const state = localStateSchema.parse(JSON.parse(readFileSync(LOCAL_STATE_FILE, 'utf8')));
  return { stage: 'local', endpoint: state.lambdaEndpoint, region: state.region };
}

function functionMessage(value: unknown): string {
  const parsed = z.object({ errorType: z.string().optional(), errorMessage: z.string() }).safeParse(value);
  return parsed.success
    ? stripControls(parsed.data.errorMessage.replaceAll('\n', ' '))
    : 'the function failed without a message';
}

/** `--lang`, else TODOKU_LANG, else English where the terminal is set to it, else Japanese. */
export function languageOf(option: string | undefined): Language {
  const wanted = option ?? process.env.TODOKU_LANG;
  if (wanted !== undefined) {
    if (!isLanguage(wanted)) throw new CliError(`unknown language "${stripControls(wanted)}": ja or en`);
    return wanted;
  }
  const locale = process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '';
  return locale.startsWith('en') ? 'en' : 'ja';
}
