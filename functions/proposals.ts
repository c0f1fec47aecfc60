import { type ProposalsPage, proposals, proposalsRequestSchema } from '../lib/operations/proposals.ts';
import { parseRequest } from './request.ts';
import { runtime } from './runtime.ts';

/** The proposals that wait for an operator, page by page. */
export async function handler(event: unknown): Promise<ProposalsPage> {
  return proposals(parseRequest(proposalsRequestSchema, event ?? {}), runtime().store);
}
