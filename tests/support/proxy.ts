import type { ServerResponse } from 'node:http';
import { answerJson, type LocalRequest, type LocalServer, startServer } from '../../local/http.ts';

/** What happens to a request on its way: it passes, or it is answered here. */
export type Fault = (request: LocalRequest, response: ServerResponse) => 'pass' | 'answered';

/** A server in front of a server, to break the line between a client and it. */
export interface FaultProxy extends LocalServer {
  /** Every request so far, with its operation and its JSON body. */
  readonly requests: { readonly operation: string; readonly body: string }[];
  /** Faults for the requests to come, one each, in order; when there are none requests pass. */
  readonly faults: Fault[];
  /** The fault of every request while `faults` is empty. */
  standing: Fault;
  /** Forgets requests and faults, and lets everything pass. */
  reset(): void;
}

/** Starts a proxy in front of an AWS endpoint that speaks JSON (DynamoDB, SQS). */
export async function startProxy(target: string): Promise<FaultProxy> {
  const requests: { operation: string; body: string }[] = [];
  const queued: Fault[] = [];
  const line: { standing: Fault } = { standing: faults.none };
  const server = await startServer(async (request, response) => {
    const operation = (request.header('x-amz-target') ?? '').split('.').at(-1) ?? '';
    requests.push({ operation, body: request.body });
    const fault = queued.shift() ?? line.standing;
    if (fault(request, response) === 'answered') return;
    const headers = Object.entries(request.incoming.headers).flatMap(([name, value]) =>
      typeof value === 'string' && !HOP_BY_HOP.has(name) ? [[name, value] as [string, string]] : [],
    );
    const answer = await fetch(`${target}${request.path}`, {
      method: request.method,
      headers,
      body: request.body,
    });
    const body = Buffer.from(await answer.arrayBuffer());
    const contentType = answer.headers.get('content-type') ?? 'application/x-amz-json-1.0';
    response.writeHead(answer.status, { 'content-type': contentType, 'content-length': body.length });
    response.end(body);
  });
  return Object.assign(line, server, {
    requests,
    faults: queued,
    reset: () => {
      requests.length = 0;
      queued.length = 0;
      line.standing = faults.none;
    },
  });
}

/** Headers about one connection, not about the request. */
const HOP_BY_HOP = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'expect']);

/** Faults as AWS and the network show them. */
export const faults = {
  /** Nothing happens: for a place in the order. */
  none: () => 'pass',
  internalError: (_request, response) => {
    answerJson(response, 500, {
      __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
      message: 'fault',
    });
    return 'answered';
  },
  throttled: (_request, response) => {
    const __type = 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException';
    answerJson(response, 400, { __type, message: 'fault' });
    return 'answered';
  },
  refused: (_request, response) => {
    answerJson(response, 400, { __type: 'com.amazon.coral.validate#ValidationException', message: 'fault' });
    return 'answered';
  },
  reset: (_request, response) => {
    response.destroy();
    return 'answered';
  },
  garbage: (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end('<html>');
    return 'answered';
  },
  /** BatchWriteItem that writes nothing and says so. */
  unprocessed: (request, response) => {
    const { RequestItems } = JSON.parse(request.body) as { RequestItems?: unknown };
    answerJson(response, 200, { UnprocessedItems: RequestItems ?? {} });
    return 'answered';
  },
} as const satisfies Readonly<Record<string, Fault>>;
