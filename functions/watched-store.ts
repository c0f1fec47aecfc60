import { watchedTable } from '../lib/store/forgotten.ts';
import type { Table } from '../lib/store/table.ts';
import { forgetKey, store } from './clients.ts';
import type { Invocation } from './invocation.ts';

/**
 * Does work on people's records: the audit is signed with the invocation's request id, and what was written of somebody
 * who was forgotten meanwhile is taken back at the end, however the work ends.
 */
export async function withWatchedStore<Result>(
  { requestId }: Pick<Invocation, 'requestId'>,
  work: (store: Table) => Promise<Result>,
): Promise<Result> {
  const watched = watchedTable({ ...store(), ...(requestId && { requestId }) }, forgetKey());
  try {
    return await work(watched);
  } finally {
    await watched.forgotten.settle();
  }
}
