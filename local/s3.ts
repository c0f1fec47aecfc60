import { answerJson, type LocalServer, startServer } from './http.ts';

/** An object store for the real S3 client (path style): put and get, in memory. */
export interface S3Server extends LocalServer {
  /** An object's text by its `s3://bucket/key` address; throws when there is none. */
  read(s3Url: string): Promise<string>;
}

/** Starts the store. Buckets need not be created. */
export async function startS3(port?: number): Promise<S3Server> {
  const objects = new Map<string, string>();
  const server = await startServer((request, response) => {
    const name = decodeURIComponent(request.path);
    if (request.method === 'PUT') {
      objects.set(name, request.body);
      response.writeHead(200, { etag: '"local"' }).end();
      return;
    }
    const found = request.method === 'GET' ? objects.get(name) : undefined;
    if (found === undefined) {
      answerJson(response, request.method === 'GET' ? 404 : 501, { message: `${request.method} ${name}` });
      return;
    }
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(found);
  }, port);
  return {
    ...server,
    async read(s3Url) {
      const found = objects.get(s3Url.replace(/^s3:\//, ''));
      if (found === undefined) throw new Error(`no object ${s3Url}`);
      return found;
    },
  };
}
