import * as z from 'zod';
import { contract } from './contract.ts';
import { bilingual, list, moment, word } from './parts.ts';

/** What may be asked of the waiting proposals. */
export const proposalsRequestSchema = z.strictObject({
  /** Proposals a page. */
  limit: z.int().min(1).max(1_000).default(100),
  /** `next` of the page before. */
  next: z.string().max(4_000).optional(),
});

/** One page of waiting proposals, oldest entry first. */
export const proposalsAnswerSchema = z.object({
  proposals: list(
    z.object({
      proposalId: z.string().optional(),
      address: z.string(),
      /** The address as SES's list spells it. */
      spelling: z.string(),
      listedAt: moment,
      listedReason: word,
      diagnosis: z.object({ reason: word, confidence: word, rule: word, carrier: word.optional() }),
      /** Policy rule of the last verdict. */
      rule: word,
      /** Customer since, when the shop said so. */
      memberSince: moment.optional(),
      /** Their last order or log-in, when the shop said so. */
      lastSeen: moment.optional(),
      /** When a mail last reached the address before it was listed. Absent: no delivery is on record. */
      reachedAt: moment.optional(),
      /** Mails that SES did not send since. `atLeast`: only the newest were read. Absent: an older stack. */
      missed: z
        .object({ count: z.number(), last: moment.optional(), atLeast: z.literal(true).optional() })
        .optional(),
      /** Why todoku proposes it, in the policy's words. Absent: no longer on record, or an older stack. */
      because: bilingual.optional(),
      /** What the diagnosis rested on then. Absent: as above. */
      evidence: list(z.object({ at: moment.optional(), text: bilingual })).optional(),
    }),
  ),
  next: z.string().optional(),
});

/** See {@link proposalsAnswerSchema}. */
export type ProposalsPage = z.infer<typeof proposalsAnswerSchema>;

/** The proposals that wait for an operator, page by page. */
export const proposalsContract = contract('proposals', proposalsRequestSchema, proposalsAnswerSchema);
