import { now } from '../lib/clock.ts';
import { type IncidentsAnswer, incidentsRequestSchema } from '../lib/contracts/incidents.ts';
import { incidents } from '../lib/operations/incidents.ts';
import { store } from './clients.ts';
import { answering, type Invocation } from './invocation.ts';
import { parseRequest } from './request.ts';

/** Time kept back for the answer where there are many bounces, milliseconds. */
const RESERVE = 15_000;

async function handle(event: unknown, { timeIsUp }: Invocation): Promise<IncidentsAnswer> {
  const request = parseRequest(incidentsRequestSchema, event ?? {});
  return incidents(request, { store: store(), now, isLate: () => timeIsUp(RESERVE) });
}

/** Mass events on record: many customers of one receiver refused at once for the sender's sake; changes nothing. */
export const handler = answering(handle);
