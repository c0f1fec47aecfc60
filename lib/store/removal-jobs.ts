import * as z from 'zod';
import { TTL_ATTRIBUTE } from './definition.ts';
import { expiry } from './items.ts';
import { type Key, PARTITIONS } from './keys.ts';
import { partitionQuery, type Table } from './table.ts';

/**
 * Import jobs that take entries off the list: which job of SES a name stands for, which addresses its file holds, and
 * which go one by one beside it, so that no other is recorded as removed. One item for SES's id, and one for each part
 * of the addresses. A name may stand for several files one after another; what one held is never taken back.
 */

/** How long a job's item is kept, days. */
const JOB_DAYS = 30;

function jobKey(name: string): Key {
  return { pk: PARTITIONS.cleanup, sk: `JOB#${name}` };
}

/** Spellings in one item of a file: each has at most some hundred bytes, an item holds 400 KB. */
const SPELLINGS_A_PART = 500;

const partSchema = z.object({ spellings: z.array(z.string()) });

/** What SES may be asked for: in the file of the job, or one by one beside it. */
type Way = 'FILE' | 'SINGLY';

/** A job that was begun. */
export interface RemovalJob {
  /** SES's id; undefined when it is not known whether the job was started. */
  readonly jobId?: string;
  /** The spellings that its file holds; empty when none was written down. */
  readonly file: ReadonlySet<string>;
  /** The spellings that go one by one. */
  readonly singly: ReadonlySet<string>;
}

/** Writes down the file of a job, before SES is asked to start it. */
export function putRemovalFile(
  table: Table,
  name: string,
  spellings: readonly string[],
  now: Date,
): Promise<void> {
  return putSpellings(table, name, { way: 'FILE', spellings, now });
}

/** Writes down what goes one by one beside the file of a job, before SES is asked for the first of them. */
export function putSingleRemovals(
  table: Table,
  name: string,
  spellings: readonly string[],
  now: Date,
): Promise<void> {
  return putSpellings(table, name, { way: 'SINGLY', spellings, now });
}

async function putSpellings(
  table: Table,
  name: string,
  { way, spellings, now }: { readonly way: Way; readonly spellings: readonly string[]; readonly now: Date },
): Promise<void> {
  const at = now.toISOString();
  const parts = Array.from({ length: Math.ceil(spellings.length / SPELLINGS_A_PART) }, (_, index) => ({
    pk: PARTITIONS.cleanup,
    sk: `${jobKey(name).sk}#${way}#${at}#${String(index).padStart(4, '0')}`,
    spellings: spellings.slice(index * SPELLINGS_A_PART, (index + 1) * SPELLINGS_A_PART),
    [TTL_ATTRIBUTE]: expiry(at, JOB_DAYS),
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
  const parts = await table.query(partitionQuery(pk, { from: `${sk}#`, to: `${sk}#~` }));
  const spellingsOf = (way: Way) =>
    new Set(
      parts
        .filter((part) => part.sk.startsWith(`${sk}#${way}#`))
        .flatMap((part) => partSchema.parse(part).spellings),
    );
  const jobId = (await table.get({ pk, sk }))?.jobId;
  return {
    ...(typeof jobId === 'string' && { jobId }),
    file: spellingsOf('FILE'),
    singly: spellingsOf('SINGLY'),
  };
}
