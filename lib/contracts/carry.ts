import * as z from 'zod';
import { contract } from './contract.ts';
import { counts, list, patience, skipped, word } from './parts.ts';

/** Entries of one request to put: at SES's one call a second, two calls each, it ends in time. */
export const MAXIMUM_CARRIED = 200;

/** An entry that goes to another Region's list. */
const carried = z.object({
  /** As SES's list spells it. */
  spelling: z.string().min(3).max(1_000),
  reason: z.enum(['BOUNCE', 'COMPLAINT']),
  /** The bounce that says why, as it is recorded: the other Region has no record of its own. */
  bounce: z.record(z.string(), z.unknown()).optional(),
});

/** See {@link carried}. */
export type CarriedEntry = z.infer<typeof carried>;

const token = z.string().min(1).max(5_000).optional();
const collect = z.strictObject({ ask: z.literal('collect'), from: token });
const listed = z.strictObject({ ask: z.literal('listed'), from: token });
const put = z.strictObject({
  ask: z.literal('put'),
  entries: z.array(carried).min(1).max(MAXIMUM_CARRIED),
  patience,
});

/** What may be asked: which entries go to another Region, what is listed here, to list entries here. */
export const carryRequestSchema = z.discriminatedUnion('ask', [collect, listed, put]);

const collected = z.object({
  /** Those of this page of the list that go to another Region. */
  carried: list(
    z.object({ spelling: z.string(), reason: word, bounce: z.record(z.string(), z.unknown()).optional() }),
  ),
  /** Those that stay behind, by why. */
  left: counts,
  /** Asks for the next page; absent on the last. */
  next: z.string().optional(),
});

const listedAnswer = z.object({
  entries: list(z.object({ spelling: z.string(), reason: word })),
  next: z.string().optional(),
});

const done = z.object({
  /** Entries by what became of them: `carried`, `already`, `failed`. */
  results: counts,
  /** The name of SES's error for one that failed. */
  why: z.string().optional(),
});

/** What the function answers, by what was asked. */
export type CarryAnswer =
  | z.infer<typeof collected>
  | z.infer<typeof listedAnswer>
  | z.infer<typeof done>
  | z.infer<typeof skipped>;

/** One page of the entries that go to another Region. */
export const collectContract = contract('carry', collect, collected);

/** One page of what is listed here. */
export const listedContract = contract('carry', listed, listedAnswer);

/** Lists entries here. */
export const putCarriedContract = contract('carry', put, z.union([done, skipped]));

/** All that the function takes. */
export const carryContract = contract(
  'carry',
  carryRequestSchema,
  z.union([collected, listedAnswer, done, skipped]),
);
