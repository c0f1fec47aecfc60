import { TTL_ATTRIBUTE } from './definition.ts';
import { expiry } from './items.ts';
import { type Key, PARTITIONS } from './keys.ts';
import type { Table } from './table.ts';

/** Import jobs that take entries off the list: which job of SES a name stands for, one item a job. */

/** How long a job's item is kept, days. */
const JOB_DAYS = 30;

function jobKey(name: string): Key {
  return { pk: PARTITIONS.cleanup, sk: `JOB#${name}` };
}

/** SES's id of the job started under a name; undefined when none is known to have been. */
export async function removalJobId(table: Table, name: string): Promise<string | undefined> {
  const jobId = (await table.get(jobKey(name)))?.jobId;
  return typeof jobId === 'string' ? jobId : undefined;
}

/** Writes down the job that was started under a name, and for how many addresses. */
export async function putRemovalJob(
  table: Table,
  name: string,
  job: { readonly jobId: string; readonly addresses: number },
  now: Date,
): Promise<void> {
  await table.put({ ...jobKey(name), ...job, [TTL_ATTRIBUTE]: expiry(now.toISOString(), JOB_DAYS) });
}
