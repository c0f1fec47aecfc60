import { now } from '../lib/clock.ts';
import { type ExportedPart, exportRequestSchema } from '../lib/contracts/export.ts';
import { exportPerson } from '../lib/operations/privacy/export.ts';
import { list } from './clients.ts';
import { answering, type Invocation } from './invocation.ts';
import { parseRequest } from './request.ts';
import { withWatchedStore } from './watched-store.ts';

async function handle(event: unknown, invocation: Invocation): Promise<ExportedPart> {
  const request = parseRequest(exportRequestSchema, event);
  return withWatchedStore(invocation, (store) => exportPerson(request, { store, list: list(), now }));
}

/** Everything on record about one address, in full, because an operator asked; changes nothing. */
export const handler = answering(handle);
