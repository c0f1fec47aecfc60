import type { ServerResponse } from 'node:http';
import { answerJson, type LocalRequest, type LocalServer, startServer } from './http.ts';
import { type AsyncOptions, functionArn, invoke, invokeAsync, type LocalHandler } from './invoke.ts';

/** How the local Lambda is set up. */
export interface LambdaOptions extends AsyncOptions {
  /** Default: a free port. */
  readonly port?: number;
  /** Functions by name. */
  readonly functions: Readonly<Record<string, LocalHandler>>;
}

/** Lambda's Invoke API over local handlers. */
export interface LambdaServer extends LocalServer {
  /** Resolves when every invocation of type Event has ended. */
  idle(): Promise<void>;
}

const PATH = /^\/2015-03-31\/functions\/([^/]{1,512})\/invocations$/;

/**
 * Serves functions to the real Lambda client: `new LambdaClient({ endpoint: server.endpoint, ... })`.
 * RequestResponse, Event (retried, then handed to `onFailure`) and DryRun; a function is named by its name or ARN.
 */
export async function startLambda(options: LambdaOptions): Promise<LambdaServer> {
  const running = new Set<Promise<unknown>>();

  const handle = async (request: LocalRequest, response: ServerResponse): Promise<void> => {
    const found = request.method === 'POST' ? PATH.exec(request.path) : null;
    if (found === null) {
      const message = `${request.method} ${request.path} is not part of the local Lambda.`;
      return answerError(response, 501, 'NotImplementedException', message);
    }
    const name = functionName(decodeURIComponent(found[1] ?? ''));
    const handler = Object.hasOwn(options.functions, name) ? options.functions[name] : undefined;
    if (handler === undefined) {
      return answerError(
        response,
        404,
        'ResourceNotFoundException',
        `Function not found: ${functionArn(name)}`,
      );
    }
    const event = parse(request.body);
    if (event === undefined) {
      const message = 'Could not parse request body into json: the payload is not JSON';
      return answerError(response, 400, 'InvalidRequestContentException', message);
    }
    switch (request.header('x-amz-invocation-type') ?? 'RequestResponse') {
      case 'DryRun':
        response.writeHead(204).end();
        return;
      case 'Event': {
        const invocation = invokeAsync(name, handler, event.value, options).catch(() => false);
        running.add(invocation);
        void invocation.finally(() => running.delete(invocation));
        response.writeHead(202).end();
        return;
      }
      default: {
        const result = await invoke(name, handler, event.value, options);
        const version = { 'x-amz-executed-version': '$LATEST' };
        if (result.ok) return answerJson(response, 200, result.payload ?? null, version);
        return answerJson(response, 200, result.error, { ...version, 'x-amz-function-error': 'Unhandled' });
      }
    }
  };

  const server = await startServer(handle, options.port);
  return {
    ...server,
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

function answerError(response: ServerResponse, status: number, name: string, message: string): void {
  answerJson(response, status, { Type: 'User', Message: message }, { 'x-amzn-errortype': name });
}

/** The name inside an ARN, without version or alias. */
function functionName(text: string): string {
  const parts = text.split(':');
  return (parts[0] === 'arn' ? parts[6] : parts[0]) ?? text;
}

/** An empty payload is an empty event, as in Lambda. */
function parse(body: string): { readonly value: unknown } | undefined {
  try {
    return { value: body === '' ? {} : JSON.parse(body) };
  } catch {
    return undefined;
  }
}
