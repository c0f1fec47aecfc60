import * as z from 'zod';
import { addressSchema } from './address.ts';
import { contract } from './contract.ts';
import { operatorSchema } from './operator.ts';
import { bilingual, counts, list, moment, patience, word } from './parts.ts';

const reason = z.string().trim().min(1).max(1_000);

const forgetRequestSchema = z.strictObject({
  address: addressSchema,
  /** Why: kept, with every address in it masked. */
  reason,
  /** Who: kept. */
  operator: operatorSchema,
  /** Take the entry off SES's list too, where no rule forbids a removal by hand. */
  unlist: z.boolean().default(false),
  patience,
});
const acceptKeyLossSchema = z.strictObject({
  /** Give up what the lost key protected. */
  acceptKeyLoss: z.literal(true),
  reason,
  operator: operatorSchema,
});

/** To forget a person; or to give up the protection of a key that is lost. */
export const forgettingRequestSchema = z.union([forgetRequestSchema, acceptKeyLossSchema]);

/** See {@link forgettingRequestSchema}. */
export type ForgetRequest = z.infer<typeof forgetRequestSchema>;

/** The receipt: it names nobody. */
export const receiptSchema = z.object({
  at: moment,
  /** Enough to recognise the carrier, too little to recognise the person. */
  masked: z.string(),
  /** The beginning of the keyed hash, by which this receipt can be found again. */
  hash: z.string(),
  /** Items that were erased, by kind. */
  erased: counts,
  /** Whether a complaint was on record, which goes on protecting the address by its hash. */
  complaint: z.boolean(),
  entry: z.object({
    /** `none` was there, it `stays`, it is `unlisted`, its removal was `refused`; or a newer word. */
    result: word,
    reason: word.optional(),
    since: moment.optional(),
    why: bilingual.optional(),
  }),
  /** What other places still hold, and until when; without a date: until somebody deletes it. */
  elsewhere: list(z.object({ what: word, until: moment.optional(), text: bilingual })),
});

/** See {@link receiptSchema}. */
export type Receipt = z.infer<typeof receiptSchema>;

const skippedSchema = z.object({ skipped: word });
const droppedSchema = z.object({ dropped: z.number() });

/** What the function answers. */
export type ForgettingAnswer = Receipt | z.infer<typeof skippedSchema> | z.infer<typeof droppedSchema>;

/** Forgets a person. */
export const forgetContract = contract(
  'forget',
  forgetRequestSchema,
  z.union([skippedSchema, receiptSchema]),
);

/** Gives up what a lost key protected: how many forgotten addresses are not known any more. */
export const acceptKeyLossContract = contract('forget', acceptKeyLossSchema, droppedSchema);

/** All that the function takes. */
export const forgettingContract = contract(
  'forget',
  forgettingRequestSchema,
  z.union([skippedSchema, droppedSchema, receiptSchema]),
);
