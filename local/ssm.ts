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

/** Serves GetParameter, GetParameterHistory and PutParameter over the JSON protocol: `new SSMClient({ endpoint: server.endpoint, ... })`. */
export async function startSsm(options: SsmOptions = {}): Promise<SsmServer> {
  const time = options.time ?? Date.now;
  /** By name, the oldest version first. */
  const parameters = new Map<string, readonly Parameter[]>();
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
          : name === 'GetParameterHistory'
            ? parameterHistory(parameters, JSON.parse(request.body))
            : name === 'PutParameter'
              ? putParameter(parameters, JSON.parse(request.body), time())
              : [
                  501,
                  { __type: 'UnknownOperationException', message: `${name} is not part of the local SSM.` },
                ];
    answerJson(response, status, document, { 'content-type': 'application/x-amz-json-1.1' });
  };

  const server = await startServer(handle, options.port);
  return {
    ...server,
    set: (name, value) => {
      if (value === undefined) parameters.delete(name);
      else addVersion(parameters, name, value, time());
    },
    fail: (name) => {
      failure = name;
    },
    get calls() {
      return calls;
    },
  };
}

function addVersion(
  parameters: Map<string, readonly Parameter[]>,
  name: string,
  value: string,
  changedAt: number,
): number {
  const before = parameters.get(name) ?? [];
  const version = before.length + 1;
  parameters.set(name, [...before, { value, version, changedAt }]);
  return version;
}

const putSchema = z.object({
  Name: z.string().min(1),
  Value: z.string().min(1),
  Overwrite: z.boolean().optional(),
});

function putParameter(
  parameters: Map<string, readonly Parameter[]>,
  body: unknown,
  time: number,
): [status: number, document: Record<string, unknown>] {
  const { Name, Value, Overwrite = false } = putSchema.parse(body);
  if (parameters.has(Name) && !Overwrite) {
    return [400, { __type: 'ParameterAlreadyExists', message: 'The parameter already exists.' }];
  }
  return [200, { Version: addVersion(parameters, Name, Value, time), Tier: 'Standard' }];
}

function getParameter(
  parameters: ReadonlyMap<string, readonly Parameter[]>,
  body: unknown,
): [status: number, document: Record<string, unknown>] {
  const [Name = '', selector] = requestSchema.parse(body).Name.split(':');
  const versions = parameters.get(Name);
  if (versions === undefined) return [400, { __type: 'ParameterNotFound', message: '' }];
  const found = selector === undefined ? versions.at(-1) : versions[Number(selector) - 1];
  if (found === undefined) return [400, { __type: 'ParameterVersionNotFound', message: '' }];
  return [200, { Parameter: shown(Name, found) }];
}

function parameterHistory(
  parameters: ReadonlyMap<string, readonly Parameter[]>,
  body: unknown,
): [status: number, document: Record<string, unknown>] {
  const { Name } = requestSchema.parse(body);
  const versions = parameters.get(Name);
  if (versions === undefined) return [400, { __type: 'ParameterNotFound', message: '' }];
  return [200, { Parameters: versions.map((version) => shown(Name, version)) }];
}

function shown(Name: string, { value, version, changedAt }: Parameter): Record<string, unknown> {
  return {
    Name,
    Type: 'String',
    Value: value,
    Version: version,
    LastModifiedDate: changedAt / 1000,
    DataType: 'text',
  };
}
