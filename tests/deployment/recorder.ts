import * as z from 'zod';
import { startServer } from '../../local/http.ts';

const named = z.looseObject({ TableName: z.string().optional(), IndexName: z.string().optional() });

/** A DynamoDB endpoint that notes which permission each call would need on AWS, and passes it on. */
export interface Recorder {
  readonly endpoint: string;
  /** What was called since the last time, as `dynamodb:Query on Table/index/name`, each once. */
  taken(): string[];
  stop(): Promise<void>;
}

/** Starts a recorder before a local database. */
export async function startRecorder(database: string): Promise<Recorder> {
  const calls = new Set<string>();
  const server = await startServer(async (request, response) => {
    const target = request.header('x-amz-target') ?? '';
    const { IndexName } = named.parse(JSON.parse(request.body));
    const action = target.slice(target.indexOf('.') + 1);
    calls.add(`dynamodb:${action} on Table${IndexName === undefined ? '' : `/index/${IndexName}`}`);
    const headers = ['x-amz-target', 'x-amz-date', 'authorization', 'content-type'].flatMap((name) => {
      const value = request.header(name);
      return value === undefined ? [] : [[name, value] as [string, string]];
    });
    const answer = await fetch(database, { method: 'POST', headers, body: request.body });
    const body = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
  });
  return {
    endpoint: server.endpoint,
    stop: server.stop,
    taken: () => {
      const taken = [...calls].toSorted();
      calls.clear();
      return taken;
    },
  };
}
