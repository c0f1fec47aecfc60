import type { ServerResponse } from 'node:http';
import * as z from 'zod';
import { answerJson, type LocalRequest, type LocalServer, startServer } from './http.ts';

/** How the local Systems Manager is set up. */
export interface SsmOptions {
  /** Default: a free port. */
  readonly port?: number;
  /** Milliseconds; for the date of a change. Default: the machine's time. */
  readonly time?: () => number;
}

/** Parameter Store for the real SSM client. */
export interface SsmServer extends LocalServer {
  /** Sets a parameter, as an operator does; undefined deletes it. */
  set(name: string, value: string | undefined): void;
  /** Makes every call fail with this error (`AccessDeniedException`, `ThrottlingException`); undefined ends it. */
  fail(name: string | undefined): void;
  /** Calls answered so far. */
  readonly calls: number;
}

interface Parameter {
  readonly value: string;
  readonly version: number;
  readonly changedAt: number;
}

const requestSchema = z.object({ Name: z.string().min(1), WithDecryption: z.boolean().optional() });

/** Serves GetParameter over the JSON protocol: `new SSMClient({ endpoint: server.endpoint, ... })`. */
export async function startSsm(options: SsmOptions = {}): Promise<SsmServer> {
  const time = options.time ?? Date.now;
  const parameters = new Map<string, Parameter>();
  let failure: string | undefined;
  let calls = 0;

  const handle = (request: LocalRequest, response: ServerResponse): void => {
    calls += 1;
    const name = (request.header('x-amz-target') ?? '').replace(/^AmazonSSM\./, '');
    const [status, document] =
      failure !== undefined
        ? [400, { __type: failure, message: failure }]
        : name === 'GetParameter'
          ? getParameter(parameters, JSON.parse(request.body))
          : [501, { __type: 'UnknownOperationException', message: `${name} is not part of the local SSM.` }];
    answerJson(response, status, document, { 'content-type': 'application/x-amz-json-1.1' });
  };

  const server = await startServer(handle, options.port);
  return {
    ...server,
    set: (name, value) => {
      if (value === undefined) parameters.delete(name);
      else
        parameters.set(name, { value, version: (parameters.get(name)?.version ?? 0) + 1, changedAt: time() });
    },
    fail: (name) => {
      failure = name;
    },
    get calls() {
      return calls;
    },
  };
}

function getParameter(
  parameters: ReadonlyMap<string, Parameter>,
  body: unknown,
): [status: number, document: Record<string, unknown>] {
  const { Name } = requestSchema.parse(body);
  const found = parameters.get(Name);
  if (found === undefined) return [400, { __type: 'ParameterNotFound', message: '' }];
  return [
    200,
    {
      Parameter: {
        Name,
        Type: 'String',
        Value: found.value,
        Version: found.version,
        LastModifiedDate: found.changedAt / 1000,
        DataType: 'text',
      },
    },
  ];
}
