import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { answerJson, type LocalRequest, type LocalServer, startServer } from '../http.ts';
import { queryAnswer } from '../query-protocol.ts';
import type { LocalSes } from './engine.ts';
import { SES_ERROR_STATUS, SesError } from './errors.ts';
import { EXPORT_PATH, ExportJobs } from './exports.ts';
import { type CalledOperation, type Fault, Faults } from './faults.ts';
import { ImportJobs } from './imports.ts';
import { NAMESPACE, QUERY_OPERATIONS, queryError } from './notifications.ts';
import type { Operation, Spelling } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { readJson } from './requests.ts';
import { type ThrottleOptions, TokenBucket } from './throttle.ts';

/** How the HTTP side of the local SES is set up. */
export interface SesServerOptions {
  /** Default: a free port. */
  readonly port?: number;
  /** Limits every call but SendEmail; absent: no limit. */
  readonly throttle?: ThrottleOptions;
  /** Reads the files of import jobs; without it every import job ends in FAILED. */
  readonly readObject?: (s3Url: string) => Promise<string>;
  /** How long import jobs show PROCESSING, in milliseconds of the SES's clock. */
  readonly importDurationMs?: number;
  /** How long export jobs show PROCESSING, in milliseconds of the SES's clock. */
  readonly exportDurationMs?: number;
}

/** One answered call, for tests that count them. */
interface LoggedCall extends CalledOperation {
  readonly status: number;
}

/** Most calls kept in the log: the counts go on. */
const LOG_LIMIT = 10_000;

/** How often the machine's time is looked at for what became due (complaints, opens) while the clock flows. */
const TICK_MS = 500;

/** A SES endpoint: of its second API, and of as much of the first as the second has no equal of. */
export interface SesServer extends LocalServer {
  readonly faults: Faults;
  /** Calls answered so far, oldest first; at most the last 10,000. */
  readonly calls: readonly LoggedCall[];
  /** Answered calls of this name, whatever the answer. */
  count(name: string): number;
  /** Sets, or with undefined lifts, the limit on calls. */
  limit(throttle: ThrottleOptions | undefined): void;
}

/**
 * Serves a local SES over HTTP, for the real SDK clients: `new SESv2Client({ endpoint: server.endpoint, ... })`.
 * A call it does not know is answered 501 with the call's name.
 */
export async function startSes(ses: LocalSes, options: SesServerOptions = {}): Promise<SesServer> {
  const faults = new Faults();
  const calls: LoggedCall[] = [];
  const counts = new Map<string, number>();
  let bucket = options.throttle === undefined ? undefined : new TokenBucket(options.throttle);
  let jobs = 0;
  const imports = new ImportJobs(ses.list, {
    readObject:
      options.readObject ?? ((url) => Promise.reject(new Error(`no object store to read ${url} from`))),
    now: ses.now,
    ...(options.importDurationMs === undefined ? {} : { durationMs: options.importDurationMs }),
    newId: () => `import-${++jobs}`,
  });

  let origin = '';
  const exports = new ExportJobs(ses, {
    origin: () => origin,
    ...(options.exportDurationMs === undefined ? {} : { durationMs: options.exportDurationMs }),
  });

  const log = (call: CalledOperation, status: number): void => {
    counts.set(call.name, (counts.get(call.name) ?? 0) + 1);
    calls.push({ ...call, status });
    if (calls.length > LOG_LIMIT) calls.shift();
  };

  const handle = async (request: LocalRequest, response: ServerResponse): Promise<void> => {
    if (request.path.startsWith(EXPORT_PATH)) return serveExport(exports, request, response);
    const found = secondApi(request, { ses, imports, exports }) ?? firstApi(request, ses);
    if (found === undefined) {
      const name = `${request.method} ${request.path}`;
      log({ name }, 501);
      const message = `${name} is not part of the local SES.`;
      return answerJson(response, 501, { message }, { 'x-amzn-errortype': 'NotImplementedException' });
    }
    const { name, subject } = found;
    const call: CalledOperation = { name, ...(subject === '' ? {} : { subject }) };
    const run = (): Reply => {
      try {
        ses.tick();
        if (name !== 'SendEmail' && bucket?.take() === false) throw throttled();
        return found.run();
      } catch (error) {
        if (!(error instanceof SesError)) throw error;
        return found.errorReply(error);
      }
    };
    const fault = faults.strike(call);
    const reply = fault === undefined ? run() : await fail(fault, found, run, response);
    log(call, reply?.status ?? 0);
    if (reply !== undefined && !response.destroyed) {
      response.writeHead(reply.status, {
        'content-length': Buffer.byteLength(reply.body),
        ...reply.headers,
      });
      response.end(reply.body);
    }
  };

  const server = await startServer(handle, options.port);
  origin = server.endpoint;
  const ticking = setInterval(() => ses.tick(), TICK_MS);
  ticking.unref();
  return {
    ...server,
    stop: () => {
      clearInterval(ticking);
      return server.stop();
    },
    faults,
    calls,
    count: (name) => counts.get(name) ?? 0,
    limit: (throttle) => {
      bucket = throttle === undefined ? undefined : new TokenBucket(throttle);
    },
  };
}

/** Stands for S3 behind a pre-signed URL: the file, or 403 when the URL has run out. */
function serveExport(exports: ExportJobs, request: LocalRequest, response: ServerResponse): void {
  const name = request.path.slice(EXPORT_PATH.length);
  const file = exports.file(name, Number(request.query.get('expires') ?? 0));
  response.writeHead(file === undefined ? 403 : 200, { 'content-type': 'text/csv' });
  response.end(file ?? 'Request has expired');
}

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A request that is a call: which one, and how it is answered in its API's form. */
interface Found {
  readonly name: string;
  readonly subject: string;
  /** @throws {SesError} as SES refuses it. */
  readonly run: () => Reply;
  readonly errorReply: (error: SesError) => Reply;
}

function jsonReply(status: number, document: unknown, headers: Reply['headers'] = {}): Reply {
  return {
    status,
    body: JSON.stringify(document),
    headers: { 'content-type': 'application/json', ...headers },
  };
}

function throttled(): SesError {
  return new SesError('TooManyRequestsException', 'Rate exceeded');
}

/** Fails as planned; undefined when the connection gets no answer of SES's. */
async function fail(
  fault: Fault,
  { name, errorReply }: Found,
  run: () => Reply,
  response: ServerResponse,
): Promise<Reply | undefined> {
  if (fault.kind === 'late') {
    const reply = run();
    await pause(fault.delayMs ?? 200, undefined, { ref: false });
    return reply;
  }
  if (fault.takesEffect === true) run();
  switch (fault.kind) {
    case 'throttle':
      return errorReply(throttled());
    case 'denied':
      return errorReply(
        new SesError(
          'AccessDeniedException',
          `User: arn:aws:iam::123456789012:user/tester is not authorized to perform: ses:${name}`,
        ),
      );
    case '5xx':
      return errorReply(new SesError('InternalServiceErrorException', 'Internal failure'));
    case 'reset':
      response.destroy();
      return undefined;
    case 'garbage':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('<html><body>It works!</body></html>');
      return undefined;
    case 'hang':
      // Nothing is sent: the caller's timeout, or stop(), ends it.
      return undefined;
  }
}

/** The call of the second API behind a request; undefined when there is none. */
function secondApi(request: LocalRequest, backend: Parameters<Operation['run']>[0]): Found | undefined {
  for (const operation of OPERATIONS) {
    const variables =
      variablesIn(operation, request) ?? (operation.cli && variablesIn(operation.cli, request));
    if (variables === undefined) continue;
    const [subject = '', part = ''] = variables;
    return {
      name: operation.name,
      subject,
      run: () => {
        const call = { subject, part, query: request.query, body: readJson(request.body) };
        return jsonReply(200, operation.run(backend, call));
      },
      errorReply: ({ name, message }) =>
        jsonReply(SES_ERROR_STATUS[name], { message }, { 'x-amzn-errortype': name }),
    };
  }
  return undefined;
}

/** The variable segments of a request's path, decoded; undefined where the path or the method is another. */
function variablesIn({ method, path }: Spelling, request: LocalRequest): string[] | undefined {
  if (method !== request.method) return undefined;
  const wanted = path.split('/');
  const given = request.path.split('/');
  if (wanted.length !== given.length) return undefined;
  const variables: string[] = [];
  for (const [index, segment = ''] of given.entries()) {
    if (wanted[index]?.startsWith('{') && segment !== '') variables.push(decode(segment));
    else if (wanted[index] !== segment) return undefined;
  }
  return variables;
}

/** The call of the first API behind a request; undefined when there is none. */
function firstApi(request: LocalRequest, ses: LocalSes): Found | undefined {
  if (request.method !== 'POST' || request.path !== '/') return undefined;
  const form = new URLSearchParams(request.body);
  const operation = QUERY_OPERATIONS.find(({ name }) => name === form.get('Action'));
  if (operation === undefined) return undefined;
  const { name } = operation;
  const headers = { 'content-type': 'text/xml' };
  return {
    name,
    subject: operation.subject(form),
    run: () => ({ status: 200, body: queryAnswer(NAMESPACE, name, operation.run(ses, form)), headers }),
    errorReply: (error) => ({ ...queryError(error), headers }),
  };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
