import { type ProposalsPage, proposalsRequestSchema } from '../lib/contracts/proposals.ts';
import { proposals } from '../lib/operations/proposals.ts';
import { store } from './clients.ts';
import { answering } from './invocation.ts';
import { parseRequest } from './request.ts';

async function handle(event: unknown): Promise<ProposalsPage> {
  return proposals(parseRequest(proposalsRequestSchema, event ?? {}), store());
}

/** The proposals that wait for an operator, page by page. */
export const handler = answering(handle);
