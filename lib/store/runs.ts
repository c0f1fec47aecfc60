import * as z from 'zod';
import type { Run } from '../cases/records.ts';
import { bilingual } from './bilingual.ts';
import { TTL_ATTRIBUTE } from './definition.ts';
import { expiry } from './items.ts';
import { PARTITIONS } from './keys.ts';
import { partitionQuery, type Query, type Table } from './table.ts';
import { readItems } from './unreadable.ts';

/** Reports of the cleanup's runs, one item a run. */

const runSchema = z.object({
  startedAt: z.string(),
  id: z.string(),
  mode: z.string(),
  full: z.boolean(),
  finishedAt: z.string().optional(),
  counts: z.record(z.string(), z.number()),
  limits: z.array(z.object({ limit: z.string(), because: bilingual })),
  listed: z.number().optional(),
  unreadable: z.object({ count: z.number(), example: z.string() }).optional(),
});

/** Writes a run's report; the same run again replaces it. */
export async function putRun(table: Table, run: Run): Promise<void> {
  await table.put({
    pk: PARTITIONS.runs,
    sk: `${run.startedAt}#${run.id}`,
    ...run,
    [TTL_ATTRIBUTE]: expiry(run.startedAt, table.retention.decisionDays),
  });
}

/** The latest `count` runs, newest first. */
export function latestRunsQuery(count: number): Query {
  return { ...partitionQuery(PARTITIONS.runs), ScanIndexForward: false, Limit: count };
}

/** The latest runs, newest first. */
export async function latestRuns(table: Table, count: number): Promise<Run[]> {
  return readItems(runSchema, (await table.page(latestRunsQuery(count))).items, table.unreadable);
}

/** The first run on record; undefined before any. Reads on where the first ones are past their time. */
export async function firstRun(table: Table): Promise<Run | undefined> {
  for await (const items of table.pages({ ...partitionQuery(PARTITIONS.runs), Limit: 5 })) {
    const [run] = readItems(runSchema, items, table.unreadable);
    if (run !== undefined) return run;
  }
  return undefined;
}

/** The runs that began in a span, oldest first; moments ISO 8601 UTC, `until` exclusive. */
export async function runsBetween(table: Table, from: string, until: string): Promise<Run[]> {
  return readItems(runSchema, await table.query(runsBetweenQuery(from, until)), table.unreadable);
}

/** See {@link runsBetween}. */
export function runsBetweenQuery(from: string, until: string): Query {
  return partitionQuery(PARTITIONS.runs, { from, to: until });
}
