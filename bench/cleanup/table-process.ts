import type { Server } from 'node:http';
import dynalite from 'dynalite';

/** DynamoDB in a process of its own, that counts the calls it gets. */

/** What the bench asks of this process, one at a time; `fresh`: forgets every table first. */
export type TableQuestion = { readonly fresh: boolean };

/**
 * Where the database is, always the same, and how often it was called since the process began: pages of scans, whose
 * number follows from the table's bytes, apart.
 */
export interface TableAnswer {
  readonly endpoint: string;
  readonly calls: number;
  readonly scans: number;
}

let calls = 0;
let scans = 0;
let server = await started(0);

process.on('message', ({ fresh }: TableQuestion) => {
  void (async () => {
    const port = portOf(server);
    if (fresh) {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      server = await started(port);
    }
    const answer: TableAnswer = { endpoint: `http://127.0.0.1:${port}`, calls, scans };
    process.send?.(answer);
  })();
});
process.once('disconnect', () => process.exit());

function started(port: number): Promise<Server> {
  const next = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  next.on('request', (request) => {
    if (String(request.headers['x-amz-target']).endsWith('.Scan')) scans += 1;
    else calls += 1;
  });
  return new Promise((resolve) => next.listen(port, '127.0.0.1', () => resolve(next)));
}

function portOf(database: Server): number {
  const address = database.address();
  if (address === null || typeof address === 'string') throw new Error('the database is not listening');
  return address.port;
}
