import * as z from 'zod';
import { now } from '../lib/clock.ts';
import { type BackfillAnswer, backfill } from '../lib/operations/backfill/backfill.ts';
import { backfillByExport, type ExportAnswer } from '../lib/operations/backfill/backfill-export.ts';
import { saying } from '../lib/wrong-fields.ts';
import { insights, list, store } from './clients.ts';
import { answering, type Invocation } from './invocation.ts';
import { parseRequest } from './request.ts';

const moment = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), saying({ ja: '日付ではありません', en: 'not a date' }))
  .transform((text) => new Date(text).toISOString());

const requestSchema = z.strictObject({
  /** How long this invocation works, in seconds. */
  seconds: z.int().min(5).max(600).default(60),
  /** Only entries listed since then. */
  since: moment.optional(),
  /** Begin anew although an earlier backfill is unfinished. */
  restart: z.boolean().optional(),
  /** Read an export of the mails sent in this span instead of asking for each entry. */
  export: z
    .strictObject({ from: moment, to: moment })
    .refine(
      (span) => span.from < span.to,
      saying({ ja: 'from は to より前にしてください', en: 'from must be before to' }),
    )
    .optional(),
});

/** Time kept back for the entry under way and the progress, milliseconds. */
const RESERVE = 30_000;

async function handle(event: unknown, invocation: Invocation): Promise<BackfillAnswer | ExportAnswer> {
  const request = parseRequest(requestSchema, event ?? {});
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
