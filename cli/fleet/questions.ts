import * as z from 'zod';
import { runSchema } from '../../lib/contracts/cleanup.ts';
import { contract } from '../../lib/contracts/contract.ts';
import { listingSchema, lookupContract } from '../../lib/contracts/lookup.ts';
import { list, moment, word } from '../../lib/contracts/parts.ts';
import { proposalsContract } from '../../lib/contracts/proposals.ts';
import { statusAnswerSchema, statusContract } from '../../lib/contracts/status.ts';

/** What is asked of each target, and as much of its answer as is shown: a fleet has stacks of several versions. */
export const fleetLookup = contract(
  'lookup',
  lookupContract.request,
  z.object({
    listing: listingSchema,
    diagnosis: z.object({ reason: word, confidence: word }),
    verdict: z.object({ action: word, rule: word }).optional(),
    missed: z.object({ count: z.number() }),
    proposalId: z.string().optional(),
  }),
);

/** See {@link fleetLookup}. */
export const fleetProposals = contract(
  'proposals',
  proposalsContract.request,
  z.object({
    proposals: list(
      z.object({
        proposalId: z.string().optional(),
        spelling: z.string(),
        listedAt: moment,
        diagnosis: z.object({ reason: word, confidence: word, carrier: word.optional() }),
        rule: word,
      }),
    ),
    next: z.string().optional(),
  }),
);

/** See {@link fleetLookup}. */
export const fleetStatus = contract(
  'status',
  statusContract.request,
  statusAnswerSchema.extend({ runs: list(runSchema.omit({ id: true })) }),
);
