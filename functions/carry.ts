import { randomUUID } from 'node:crypto';
import { now } from '../lib/clock.ts';
import { type CarryAnswer, carryRequestSchema } from '../lib/contracts/carry.ts';
import { collectCarried, listedHere, putCarried } from '../lib/operations/carry.ts';
import type { Table } from '../lib/store/table.ts';
import { list } from './clients.ts';
import { alone, answering, type Invocation, SKIPPED } from './invocation.ts';
import { parseRequest } from './request.ts';
import { withWatchedStore } from './watched-store.ts';

async function handle(event: unknown, invocation: Invocation): Promise<CarryAnswer> {
  const request = parseRequest(carryRequestSchema, event);
  const onFailure = invocation.failure('entry not carried');
  const tools = { list: list(), now, onFailure };
  if (request.ask === 'collect') {
    return withWatchedStore(invocation, (store) => collectCarried(request.from, { ...tools, store }));
  }
  if (request.ask === 'listed') return listedHere(request.from, tools);
  const put = (store: Table) => putCarried(request.entries, { ...tools, store });
  const answer = await alone(randomUUID(), request.patience, () => withWatchedStore(invocation, put));
  if (answer === undefined) return SKIPPED;
  invocation.log.info('entries carried', { ...answer });
  return answer;
}

/**
 * Says which entries of this Region's list go to another Region, what is listed here, or lists entries of another Region
 * here: the last only while no other run is at work with SES.
 */
export const handler = answering(handle);
