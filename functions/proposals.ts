import { type ProposalsPage, proposals, proposalsRequestSchema } from '../lib/operations/proposals.ts';
import { answering } from './answer.ts';
import { parseRequest } from './request.ts';
import { runtime } from './runtime.ts';

async function handle(event: unknown): Promise<ProposalsPage> {
  return proposals(parseRequest(proposalsRequestSchema, event ?? {}), runtime().store);
}

/** The proposals that wait for an operator, page by page. */
export const handler = answering(handle);
