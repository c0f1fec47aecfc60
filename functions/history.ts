import { type HistoryAnswer, historyRequestSchema } from '../lib/contracts/history.ts';
import { history } from '../lib/operations/history.ts';
import { store } from './clients.ts';
import { answering, type Invocation } from './invocation.ts';
import { parseRequest } from './request.ts';

/** Time kept back for the answer where the table is large, milliseconds. */
const RESERVE = 15_000;

async function handle(event: unknown, { timeIsUp }: Invocation): Promise<HistoryAnswer> {
  return history(parseRequest(historyRequestSchema, event ?? {}), store(), () => timeIsUp(RESERVE));
}

/** What was decided, by whom, when and under which rule; changes nothing. */
export const handler = answering(handle);
