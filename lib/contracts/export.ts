import * as z from 'zod';
import { addressSchema } from './address.ts';
import { contract } from './contract.ts';
import { list, moment, word } from './parts.ts';

/** Whose data is asked for. */
export const exportRequestSchema = z.strictObject({
  address: addressSchema,
  /** Where the part before ended. */
  after: z.string().min(1).max(2_048).optional(),
});

/** An item as it is stored. */
const item = z.record(z.string(), z.unknown());

/** Everything on record about one address, in parts. */
export const exportAnswerSchema = z.object({
  /** Normalised. */
  address: z.string(),
  at: moment,
  /** What stands under the address: facts, case, decisions, notes, the member record and so on. */
  items: list(z.object({ kind: word, item })),
  /** Where else it is named: by the first part alone. */
  mentions: list(z.object({ where: word, item })).optional(),
  /** The entry on SES's list; absent: there is none, or this is not the first part. */
  listed: z.object({ spelling: z.string(), reason: word, at: moment }).optional(),
  /** It was forgotten before: what is here came later. */
  forgotten: z.object({ at: moment, complainedAt: moment.optional() }).optional(),
  /** Ask again with `after` for the next part; absent: this is the last. */
  next: z.string().optional(),
});

/** See {@link exportAnswerSchema}. */
export type ExportedPart = z.infer<typeof exportAnswerSchema>;

/** Everything on record about one address; changes nothing. */
export const exportContract = contract('export', exportRequestSchema, exportAnswerSchema);
