import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  BadRequestException,
  InvalidNextTokenException,
  NotFoundException,
  SESv2Client,
  SESv2ServiceException,
  TooManyRequestsException,
} from '@aws-sdk/client-sesv2';
import type { LocalSes } from '../../local/ses/engine.ts';
import { SES_ERROR_STATUS, SesError, type SesErrorName } from '../../local/ses/errors.ts';
import { ExportJobs } from '../../local/ses/exports.ts';
import { ImportJobs } from '../../local/ses/imports.ts';
import { OPERATIONS } from '../../local/ses/operations.ts';

/**
 * The local SES without HTTP, for tests that make so many calls that requests, signatures and retries of the SDK would
 * be their whole cost. It runs the operations that local/ses/server.ts serves; tests/operations/news.test.ts shows that
 * a world with it ends as one on real servers does.
 */

/** The input of a command, as far as it is read here. */
type Input = Readonly<Record<string, unknown>>;
type Middleware = (
  next: (args: { input: Input }) => Promise<unknown>,
  context: { readonly commandName: string },
) => (args: { input: Input }) => Promise<unknown>;
type Command = { readonly input: Input; readonly constructor: { readonly name: string } };

/** A SES and an object store in memory, with clients that count as the SDK's. */
export interface MemorySes {
  /** A client that repeats a call which was refused for its rate; each attempt passes the middlewares. */
  client(maxAttempts: number): SESv2Client;
  readonly s3: S3Client;
}

/** A SES in memory over the engine that `ses` names at the moment of a call. */
export function memorySes(ses: () => LocalSes): MemorySes {
  const files = new Map<string, string>();
  let backend: { readonly ses: LocalSes; readonly imports: ImportJobs; readonly exports: ExportJobs };
  let jobs = 0;
  const backendNow = () => {
    const engine = ses();
    if (backend?.ses === engine) return backend;
    const imports = new ImportJobs(engine.list, {
      readObject: async (url) => files.get(url) ?? '',
      now: engine.now,
      newId: () => `import-${++jobs}`,
    });
    backend = { ses: engine, imports, exports: new ExportJobs(engine, { origin: () => '' }) };
    return backend;
  };
  const run = (name: string, input: Input): unknown => {
    const operation = OPERATIONS.find((each) => each.name === name);
    if (operation === undefined) throw new Error(`the SES in memory does not know ${name}`);
    const [subject = '', part = ''] = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, variable = '']) =>
      String(input[variable] ?? ''),
    );
    ses().tick();
    const query = new URLSearchParams(operation.method === 'GET' ? queryOf(input) : []);
    try {
      return answerOf(operation.run(backendNow(), { subject, part, query, body: input }));
    } catch (error) {
      throw error instanceof SesError ? exceptionOf(error) : error;
    }
  };
  return {
    client: (maxAttempts) => fakeClient(SESv2Client.prototype, maxAttempts, run),
    s3: fakeClient(Object.prototype as S3Client, 1, (name, { Bucket, Key, Body }) => {
      if (name !== PutObjectCommand.name.replace(/Command$/, '')) throw new Error(`no ${name} in memory`);
      files.set(`s3://${Bucket}/${Key}`, String(Body));
      return {};
    }),
  };
}

function fakeClient<Client extends object>(
  prototype: Client,
  maxAttempts: number,
  run: (name: string, input: Input) => unknown,
): Client {
  const middlewares: Middleware[] = [];
  const attempt = (command: Command) => {
    const { name } = command.constructor;
    const chain = middlewares.reduceRight<(args: { input: Input }) => Promise<unknown>>(
      (next, middleware) => middleware(next, { commandName: name }),
      async ({ input }) => run(name.replace(/Command$/, ''), input),
    );
    return chain({ input: command.input });
  };
  const send = async (command: Command): Promise<unknown> => {
    for (let attempts = 1; ; attempts += 1) {
      try {
        return await attempt(command);
      } catch (error) {
        if (!(error instanceof TooManyRequestsException) || attempts >= maxAttempts) throw error;
      }
    }
  };
  return Object.assign(Object.create(prototype) as Client, {
    send,
    destroy: () => {},
    middlewareStack: { add: (middleware: Middleware) => void middlewares.push(middleware) },
  });
}

/** What the SDK calls otherwise in a query than in a command's input. */
const IN_QUERY: Readonly<Record<string, string>> = { Reasons: 'Reason' };

function queryOf(input: Input): [string, string][] {
  return Object.entries(input).flatMap(([given, value]): [string, string][] => {
    const name = IN_QUERY[given] ?? given;
    if (value === undefined) return [];
    if (Array.isArray(value)) return value.map((each) => [name, String(each)]);
    return [[name, value instanceof Date ? value.toISOString() : String(value)]];
  });
}

/** An answer with its times as the SDK reads them: seconds become dates. */
function answerOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(answerOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      typeof each === 'number' && /(?:Time|Timestamp)$/.test(name) ? new Date(each * 1000) : answerOf(each),
    ]),
  );
}

const EXCEPTIONS: Partial<
  Record<SesErrorName, new (options: ConstructorParameters<typeof NotFoundException>[0]) => Error>
> = { BadRequestException, InvalidNextTokenException, NotFoundException, TooManyRequestsException };

function exceptionOf({ name, message }: SesError): Error {
  const $metadata = { httpStatusCode: SES_ERROR_STATUS[name] };
  const Exception = EXCEPTIONS[name];
  if (Exception) return new Exception({ message, $metadata });
  return new SESv2ServiceException({ name, message, $metadata, $fault: 'client' });
}
