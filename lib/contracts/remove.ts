import * as z from 'zod';
import { withoutUnseen } from '../typed-address.ts';
import { addressSchema } from './address.ts';
import { contract } from './contract.ts';
import { operatorSchema } from './operator.ts';
import { bilingual, list, word } from './parts.ts';

/** Addresses or proposals one request may name: at one SES call a second, three a removal, it ends in time. */
export const MAXIMUM_BATCH = 100;

/** Rules that one request may override; there are fewer that want it. */
const MAXIMUM_OVERRIDES = 20;

const ruleName = z.string().trim().min(1).max(100);
const note = z.string().trim().min(1).max(1_000);

/** What an operator may ask: removal of addresses by hand, or a decision on proposals. */
export const removeRequestSchema = z.union([
  z.strictObject({
    addresses: z.array(addressSchema).min(1).max(MAXIMUM_BATCH),
    /** Why: kept in the audit. */
    reason: note,
    /** Who: kept in the audit. */
    operator: operatorSchema,
    /** Say what would happen, and change nothing. */
    dryRun: z.boolean().default(false),
    /**
     * Remove although these rules, which protect the account's reputation, forbid it; kept in the audit. Only what is
     * named is overridden: a complaint that came since is not. `true` names what this operator was refused for, on
     * record, with the entry as it is listed now; without such a refusal it names nothing.
     */
    override: z.union([z.boolean(), z.array(ruleName).min(1).max(MAXIMUM_OVERRIDES)]).default(false),
  }),
  z.strictObject({
    proposals: z.array(z.string().overwrite(withoutUnseen).trim().min(1).max(100)).min(1).max(MAXIMUM_BATCH),
    decision: z.enum(['approve', 'reject']),
    reason: note.optional(),
    operator: operatorSchema,
    dryRun: z.boolean().default(false),
  }),
]);

/** See {@link removeRequestSchema}. */
export type RemoveRequest = z.infer<typeof removeRequestSchema>;

/**
 * What can happen to an address or proposal in this version. `scheduled`: SES takes this address only in an import
 * job, which the next cleanup run starts.
 */
export const REMOVE_RESULTS = [
  'removed',
  'would_remove',
  'scheduled',
  'not_listed',
  'refused',
  'rejected',
  'would_reject',
  'failed',
] as const;

/** What happened to one address or proposal. */
export const removeResultSchema = z.object({
  /** As it was asked for. */
  address: z.string().optional(),
  proposalId: z.string().optional(),
  /** One of {@link REMOVE_RESULTS}, or a newer one. */
  result: word,
  why: bilingual.optional(),
  /** The same without the command to type, where \`why\` ends in one: for a page. Absent also in older answers. */
  because: bilingual.optional(),
  /** What policy itself says of the entry: where nothing was done but judge it. */
  verdict: z.object({ action: word, rule: word }).optional(),
  /** Of a refusal by hand: every rule that `override` must name to have it removed all the same. */
  overrides: list(word).optional(),
});

/**
 * What happened to each address or proposal of a request. Only the result is needed to know what became of it: the
 * list may have been changed, so whatever else a stack of another version leaves out must not hide that.
 */
export const removeAnswerSchema = z.object({
  results: list(removeResultSchema),
});

/** See {@link removeAnswerSchema}. */
export type RemoveAnswer = z.infer<typeof removeAnswerSchema>;

/** Removes addresses by hand, or approves or rejects proposals. */
export const removeContract = contract('remove', removeRequestSchema, removeAnswerSchema);
