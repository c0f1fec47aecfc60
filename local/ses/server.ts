import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { answerJson, type LocalRequest, type LocalServer, startServer } from '../http.ts';
import type { LocalSes } from './engine.ts';
import { SES_ERROR_STATUS, SesError } from './errors.ts';
import { EXPORT_PATH, ExportJobs } from './exports.ts';
import { type CalledOperation, type Fault, Faults } from './faults.ts';
import { ImportJobs } from './imports.ts';
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

/** A SES v2 endpoint. */
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
 * Serves a local SES over HTTP, for the real SDK client: `new SESv2Client({ endpoint: server.endpoint, ... })`.
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
    const found = route(request);
    if (found === undefined) {
      const name = `${request.method} ${request.path}`;
      log({ name }, 501);
      const message = `${name} is not part of the local SES.`;
      return answerJson(response, 501, { message }, { 'x-amzn-errortype': 'NotImplementedException' });
    }
    const { operation, subject } = found;
    const call: CalledOperation = { name: operation.name, ...(subject === '' ? {} : { subject }) };
    const run = (): Reply => {
      try {
        ses.tick();
        if (operation.name !== 'SendEmail' && bucket?.take() === false) {
          throw new SesError('TooManyRequestsException', 'Rate exceeded');
        }
        const body = readJson(request.body);
        return {
          status: 200,
          document: operation.run({ ses, imports, exports }, { subject, query: request.query, body }),
        };
      } catch (error) {
        if (!(error instanceof SesError)) throw error;
        return errorReply(error);
      }
    };
    const fault = faults.strike(call);
    const reply = fault === undefined ? run() : await fail(fault, run, response);
    log(call, reply?.status ?? 0);
    if (reply !== undefined && !response.destroyed) {
      answerJson(response, reply.status, reply.document, reply.headers ?? {});
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
  readonly document: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

function errorReply(error: SesError): Reply {
  return {
    status: SES_ERROR_STATUS[error.name],
    document: { message: error.message },
    headers: { 'x-amzn-errortype': error.name },
  };
}

/** Fails as planned; undefined when the connection gets no JSON answer. */
async function fail(fault: Fault, run: () => Reply, response: ServerResponse): Promise<Reply | undefined> {
  if (fault.kind === 'late') {
    const reply = run();
    await pause(fault.delayMs ?? 200, undefined, { ref: false });
    return reply;
  }
  if (fault.takesEffect === true) run();
  switch (fault.kind) {
    case 'throttle':
      return errorReply(new SesError('TooManyRequestsException', 'Rate exceeded'));
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

/** The call behind a request; undefined when there is none. A slash in the variable segment stays in it. */
function route(
  request: LocalRequest,
): { readonly operation: (typeof OPERATIONS)[number]; readonly subject: string } | undefined {
  for (const operation of OPERATIONS) {
    if (operation.method !== request.method) continue;
    if (operation.path === request.path) return { operation, subject: '' };
    if (!operation.path.endsWith('/*')) continue;
    const stem = operation.path.slice(0, -1);
    if (request.path.startsWith(stem) && request.path.length > stem.length) {
      return { operation, subject: decode(request.path.slice(stem.length)) };
    }
  }
  return undefined;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
