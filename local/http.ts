import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A server of the local system, listening on 127.0.0.1. */
export interface LocalServer {
  /** `http://127.0.0.1:PORT`, for a client's `endpoint`. */
  readonly endpoint: string;
  readonly port: number;
  /** Closes the server and every connection; resolves when the port is free. */
  stop(): Promise<void>;
}

/** One request with its whole body; requests above `MAXIMUM_BODY_BYTES` never get here. */
export interface LocalRequest {
  readonly method: string;
  /** As on the request line, still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
  readonly incoming: IncomingMessage;
}

/** Longest body a local server reads: over Lambda's and SQS's own limits, under what would hurt the machine. */
const MAXIMUM_BODY_BYTES = 16 * 1024 * 1024;

/**
 * Starts an HTTP server on the loopback address; port 0 takes a free one.
 *
 * An error thrown by `handle` is answered as 500 with its message: on one's own machine the cause is worth more
 * than discretion.
 */
export function startServer(
  handle: (request: LocalRequest, response: ServerResponse) => Promise<void> | void,
  port = 0,
): Promise<LocalServer> {
  const server = createServer((incoming, response) => {
    void readRequest(incoming)
      .then((request) => handle(request, response))
      .catch((error: unknown) => {
        if (response.headersSent || response.destroyed) return;
        answerJson(response, 500, { message: error instanceof Error ? error.message : String(error) });
      });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error('no TCP port'));
      resolve({
        endpoint: `http://127.0.0.1:${address.port}`,
        port: address.port,
        stop: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}

/** Answers with a JSON document. */
export function answerJson(
  response: ServerResponse,
  status: number,
  document: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = JSON.stringify(document);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

async function readRequest(incoming: IncomingMessage): Promise<LocalRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAXIMUM_BODY_BYTES) throw new Error(`request body above ${MAXIMUM_BODY_BYTES} bytes`);
    chunks.push(bytes);
  }
  const target = incoming.url ?? '/';
  const mark = target.indexOf('?');
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    header: (name) => {
      const value = incoming.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    body: Buffer.concat(chunks).toString('utf8'),
    incoming,
  };
}
