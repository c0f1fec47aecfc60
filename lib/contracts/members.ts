import * as z from 'zod';
import { addressSchema } from './address.ts';
import { contract } from './contract.ts';
import { list, moment, word } from './parts.ts';

/** Rows of one request; with every field at its longest still far below Lambda's payload limit of 6 MB. */
const MAXIMUM_MEMBER_ROWS = 1_000;

const put = z.strictObject({ put: z.array(z.unknown()).min(1).max(MAXIMUM_MEMBER_ROWS) });
const remove = z.strictObject({ remove: addressSchema });
const show = z.strictObject({ show: addressSchema });

/** What may be asked of the members: rows are judged one by one, so that a bad one does not stop the others. */
export const membersRequestSchema = z.union([put, remove, show]);

/** What became of the rows of one request; every row is either stored or rejected. */
const stored = z.object({
  stored: z.number(),
  /** Rows without a date, on record since this import: weaker evidence for a bounce before it. */
  undated: z.number(),
  rejected: list(z.object({ index: z.number(), reason: word })),
});

/** Answer to a removal; `removed` is false when the address was no member. */
const removed = z.object({ address: z.string(), removed: z.boolean() });

/** Answer to a request for one member; `member` is absent when it is none. */
const shown = z.object({
  /** Normalised. */
  address: z.string(),
  member: z
    .object({ since: moment, source: z.string(), lastSeen: moment.optional(), expiresAt: moment })
    .optional(),
});

/** Answer to rows that were to be stored. */
export type MembersStored = z.infer<typeof stored>;

/** What the function answers, by what was asked. */
export type MembersAnswer = MembersStored | z.infer<typeof removed> | z.infer<typeof shown>;

/** Stores rows of the shop's customer list. */
export const putMembersContract = contract('members', put, stored);

/** Forgets one customer. */
export const removeMemberContract = contract('members', remove, removed);

/** What is recorded of one customer. */
export const showMemberContract = contract('members', show, shown);

/** All that the function takes. */
export const membersContract = contract('members', membersRequestSchema, z.union([stored, removed, shown]));
