import { now } from '../lib/clock.ts';
import type { BackfillAnswer, ExportAnswer } from '../lib/contracts/backfill.ts';
import { backfillRequestSchema } from '../lib/contracts/backfill.ts';
import { backfill } from '../lib/operations/backfill/backfill.ts';
import { backfillByExport } from '../lib/operations/backfill/backfill-export.ts';
import { insights, list, store } from './clients.ts';
import { answering, type Invocation } from './invocation.ts';
import { parseRequest } from './request.ts';

/** Time kept back for the entry under way and the progress, milliseconds. */
const RESERVE = 30_000;

async function handle(event: unknown, invocation: Invocation): Promise<BackfillAnswer | ExportAnswer> {
  const request = parseRequest(backfillRequestSchema, event ?? {});
  const until = performance.now() + request.seconds * 1000;
  const tools = {
    store: store(),
    list: list(),
    insights: insights(),
    now,
    timeIsUp: () => performance.now() >= until || invocation.timeIsUp(RESERVE),
    onFailure: invocation.failure('address not backfilled'),
  };
  const restart = request.restart === undefined ? {} : { restart: request.restart };
  const answer =
    request.export === undefined
      ? await backfill({ ...restart, ...(request.since !== undefined && { since: request.since }) }, tools)
      : await backfillByExport({ ...restart, span: request.export }, tools);
  invocation.log.info('backfill', { ...answer });
  return answer;
}

/**
 * Goes on with the backfill of what was never recorded, for a limited time; to be invoked until `finished`. Where
 * it is stands in the table, so it may be stopped on either side.
 */
export const handler = answering(handle);
