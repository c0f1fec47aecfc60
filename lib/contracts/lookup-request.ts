import * as z from 'zod';
import { PROVIDER_IDS } from '../provider-id.ts';
import { addressSchema } from './address.ts';

/**
 * What may be asked of a look-up, apart from what it answers: the function checks requests alone, and its cold start
 * pays for every schema that it loads.
 */

/** What may be asked. */
export const lookupRequestSchema = z.strictObject({
  /** With or without a display name. */
  address: addressSchema,
  /** The shop's sending domain, when no recorded mail names it. */
  senderDomain: z.string().trim().max(255).optional(),
  /** The shop's name as the text to the customer should give it. */
  shopName: z.string().trim().max(100).optional(),
  /** The network the customer is on, where somebody knows it: the address may have been kept. */
  provider: z.enum(PROVIDER_IDS).optional(),
  /** Show other people's addresses in full, such as one that mail is forwarded to. */
  unmasked: z.boolean().optional(),
  /** Show every policy rule and whether it matched. */
  explainPolicy: z.boolean().default(false),
});

/** A letter for a customer of a mail service, without an address: nothing is looked up. */
export const letterRequestSchema = z.strictObject({
  ask: z.literal('letter'),
  provider: z.enum(PROVIDER_IDS),
  senderDomain: lookupRequestSchema.shape.senderDomain,
  shopName: lookupRequestSchema.shape.shopName,
});
