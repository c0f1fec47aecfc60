import * as z from 'zod';
import { TTL_ATTRIBUTE } from './definition.ts';
import { expiry } from './items.ts';
import { addressKey, type Key, PARTITIONS, SORT_KEYS } from './keys.ts';
import type { Table } from './table.ts';

/** What a backfill remembers: which entries it has looked at, and how far it is. */

/** What became of looking for the cause of one entry of the list. */
const BACKFILL_RESULTS = [
  /** SES told of the bounce or complaint; it is recorded. */
  'found',
  /** SES names the mail but knows nothing of it any more. */
  'forgotten',
  /** SES knows the mail, but tells of no bounce or complaint of this address (a mail to several recipients, say). */
  'no-event',
  /** SES names no mail: the address was put on the list by hand or by an import. */
  'no-message',
  /** Off the list since the walk saw it. */
  'no-longer-listed',
  /** An address with a slash: SES refuses it in this call. */
  'unsupported',
  /** SES or the table did not answer; a later backfill looks again. */
  'failed',
] as const;

/** See {@link BACKFILL_RESULTS}. */
export type BackfillResult = (typeof BACKFILL_RESULTS)[number];

const markSchema = z.object({ listedAt: z.string(), result: z.enum(BACKFILL_RESULTS) });

/** The listing that was looked at last, and what came of it. */
export type BackfillMark = z.infer<typeof markSchema>;

/** How long a mark is kept: as long as facts are by default. */
const MARK_DAYS = 730;

/** What was found for this address by an earlier backfill. */
export async function backfillMark(table: Table, address: string): Promise<BackfillMark | undefined> {
  const item = await table.get(markKey(address));
  return item && markSchema.parse(item);
}

/** Remembers that an entry was looked at, so that no later backfill asks SES again. */
export async function putBackfillMark(
  table: Table,
  address: string,
  mark: BackfillMark,
  at: string,
): Promise<void> {
  await table.put({ ...markKey(address), ...mark, at, [TTL_ATTRIBUTE]: expiry(at, MARK_DAYS) });
}

function markKey(address: string): Key {
  return { pk: addressKey(address), sk: SORT_KEYS.backfill };
}

/** The walks of a backfill in their order: count what there is, then the entries worth most, then the others. */
export const BACKFILL_PHASES = ['survey', 'carriers', 'others', 'done'] as const;

/** See {@link BACKFILL_PHASES}. */
export type BackfillPhase = (typeof BACKFILL_PHASES)[number];

const listProgressSchema = z.object({
  /** ISO 8601 UTC. */
  startedAt: z.string(),
  finishedAt: z.string().optional(),
  phase: z.enum(BACKFILL_PHASES),
  /** Only entries listed since this moment. */
  since: z.string().optional(),
  /** Entries counted by the survey. */
  total: z.number(),
  /** Entries dealt with: looked at, or found explained already. */
  passed: z.number(),
  /** The part of `passed` that belongs to the present phase's finished pages. */
  passedInPhase: z.number(),
  /** SES's token of the page to go on with; absent: the first. */
  token: z.string().optional(),
  counts: z.partialRecord(z.enum(BACKFILL_RESULTS), z.number()),
  /** Facts recorded. */
  facts: z.number(),
  /** Listing date of the oldest entry whose mail SES still knew, and of the newest whose mail it did not. */
  oldestKnown: z.string().optional(),
  newestForgotten: z.string().optional(),
});

/** How far a backfill over the list is. */
export type ListProgress = z.infer<typeof listProgressSchema>;

const spanSchema = z.object({ from: z.string(), to: z.string() });

const exportProgressSchema = z.object({
  /** ISO 8601 UTC. */
  startedAt: z.string(),
  finishedAt: z.string().optional(),
  span: spanSchema,
  /** Spans still to be exported; the first is the one under way. */
  spans: z.array(spanSchema),
  /** Id of the job of the first span, once started. */
  job: z.string().optional(),
  /** Files read. */
  files: z.number(),
  /** Rows by what came of them. */
  counts: z.record(z.string(), z.number()),
  /** Facts recorded. */
  facts: z.number(),
});

/** How far a backfill by export is. */
export type ExportProgress = z.infer<typeof exportProgressSchema>;

const LIST_KEY = { pk: PARTITIONS.backfill, sk: 'LIST' } as const;
const EXPORT_KEY = { pk: PARTITIONS.backfill, sk: 'EXPORT' } as const;

/** The last backfill over the list, finished or not. */
export async function listProgress(table: Table): Promise<ListProgress | undefined> {
  const item = await table.get(LIST_KEY);
  return item && listProgressSchema.parse(item);
}

/** Remembers how far the backfill over the list is. */
export async function putListProgress(table: Table, progress: ListProgress): Promise<void> {
  await table.put({ ...LIST_KEY, ...progress });
}

/** The last backfill by export, finished or not. */
export async function exportProgress(table: Table): Promise<ExportProgress | undefined> {
  const item = await table.get(EXPORT_KEY);
  return item && exportProgressSchema.parse(item);
}

/** Remembers how far the backfill by export is. */
export async function putExportProgress(table: Table, progress: ExportProgress): Promise<void> {
  await table.put({ ...EXPORT_KEY, ...progress });
}
