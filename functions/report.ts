import { now } from '../lib/clock.ts';
import { type ReportAnswer, reportRequestSchema } from '../lib/contracts/report.ts';
import { report } from '../lib/operations/report/report.ts';
import { store } from './clients.ts';
import { answering, type Invocation } from './invocation.ts';
import { parseRequest } from './request.ts';

/** Time kept back for the answer where the table is large, milliseconds. */
const RESERVE = 15_000;

async function handle(event: unknown, { timeIsUp }: Invocation): Promise<ReportAnswer> {
  const request = parseRequest(reportRequestSchema, event ?? {});
  return report(request, { store: store(), now, isLate: () => timeIsUp(RESERVE) });
}

/** Tells what happened in a month and in the one before, over all addresses and without one; changes nothing. */
export const handler = answering(handle);
