import * as z from 'zod';
import { TTL_ATTRIBUTE } from './definition.ts';
import { expiry } from './items.ts';
import { type Key, PARTITIONS } from './keys.ts';
import { partitionQuery, type Table } from './table.ts';

/**
 * Import jobs that take entries off the list: which job of SES a name stands for, and which addresses its file holds, so
 * that only those are ever recorded as removed by it. One item for SES's id, and one for each part of the file.
 */

/** How long a job's item is kept, days. */
const JOB_DAYS = 30;

function jobKey(name: string): Key {
  return { pk: PARTITIONS.cleanup, sk: `JOB#${name}` };
}

/** Spellings in one item of a file: each has at most some hundred bytes, an item holds 400 KB. */
const SPELLINGS_A_PART = 500;

const partSchema = z.object({ spellings: z.array(z.string()) });

/** A job that was begun. */
export interface RemovalJob {
  /** SES's id; undefined when it is not known whether the job was started. */
  readonly jobId?: string;
  /** What its file holds; empty when none was written down. */
  readonly spellings: ReadonlySet<string>;
}

/** Writes down the file of a job, before SES is asked to start it. */
export async function putRemovalFile(
  table: Table,
  name: string,
  spellings: readonly string[],
  now: Date,
): Promise<void> {
  const expiresAt = expiry(now.toISOString(), JOB_DAYS);
  const parts = Array.from({ length: Math.ceil(spellings.length / SPELLINGS_A_PART) }, (_, index) => ({
    pk: PARTITIONS.cleanup,
    sk: `${jobKey(name).sk}#FILE#${String(index).padStart(4, '0')}`,
    spellings: spellings.slice(index * SPELLINGS_A_PART, (index + 1) * SPELLINGS_A_PART),
    [TTL_ATTRIBUTE]: expiresAt,
  }));
  await table.putAll(parts);
}

/** Writes down SES's id of the job that was started under a name. */
export async function putRemovalJobId(table: Table, name: string, jobId: string, now: Date): Promise<void> {
  await table.put({ ...jobKey(name), jobId, [TTL_ATTRIBUTE]: expiry(now.toISOString(), JOB_DAYS) });
}

/** What is known of the job under a name. */
export async function readRemovalJob(table: Table, name: string): Promise<RemovalJob> {
  const { pk, sk } = jobKey(name);
  const parts = await table.query(partitionQuery(pk, { from: `${sk}#FILE#`, to: `${sk}#FILE#~` }));
  const jobId = (await table.get({ pk, sk }))?.jobId;
  return {
    ...(typeof jobId === 'string' && { jobId }),
    spellings: new Set(parts.flatMap((part) => partSchema.parse(part).spellings)),
  };
}
