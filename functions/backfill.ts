import { randomUUID } from 'node:crypto';
import { now } from '../lib/clock.ts';
import type { BackfillAnswer, ExportAnswer } from '../lib/contracts/backfill.ts';
import { backfillRequestSchema } from '../lib/contracts/backfill.ts';
import { backfill } from '../lib/operations/backfill/backfill.ts';
import { backfillByExport } from '../lib/operations/backfill/backfill-export.ts';
import type { Table } from '../lib/store/table.ts';
import { insights, list } from './clients.ts';
import { alone, answering, type Invocation, SKIPPED } from './invocation.ts';
import { parseRequest } from './request.ts';
import { withWatchedStore } from './watched-store.ts';

/** Time kept back for the entry under way and the progress, milliseconds. */
const RESERVE = 30_000;

async function handle(
  event: unknown,
  invocation: Invocation,
): Promise<typeof SKIPPED | BackfillAnswer | ExportAnswer> {
  const request = parseRequest(backfillRequestSchema, event ?? {});
  // Set when the work begins: what was waited for another run is not of its time.
  let until = 0;
  const tools = {
    list: list(),
    insights: insights(),
    now,
    timeIsUp: () => performance.now() >= until || invocation.timeIsUp(RESERVE),
    onFailure: invocation.failure('address not backfilled'),
  };
  const restart = request.restart === undefined ? {} : { restart: request.restart };
  const { since, export: span } = request;
  const work = async (store: Table): Promise<BackfillAnswer | ExportAnswer> => {
    until = performance.now() + request.seconds * 1000;
    if (span !== undefined) return backfillByExport({ ...restart, span }, { ...tools, store });
    return backfill({ ...restart, ...(since !== undefined && { since }) }, { ...tools, store });
  };
  const answer = await alone(randomUUID(), request.patience, () => withWatchedStore(invocation, work));
  if (answer === undefined) return SKIPPED;
  invocation.log.info('backfill', { ...answer });
  return answer;
}

/**
 * Goes on with the backfill of what was never recorded, for a limited time; to be invoked until `finished`. The
 * table holds how far it has got, so it may be stopped at any moment. Works only while no other run is at work with SES.
 */
export const handler = answering(handle);
