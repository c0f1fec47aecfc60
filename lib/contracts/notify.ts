import * as z from 'zod';
import { contract } from './contract.ts';
import { list, skipped, word } from './parts.ts';

/** A request to hand waiting notices over. */
export const notifyRequestSchema = z.strictObject({
  /** Whether people are told as well; if not, their digest waits for the end of a run. */
  digest: z.boolean().default(true),
  /** Seconds to wait for another call that hands over. */
  patience: z.int().min(0).max(600).default(60),
});

/** The function that tells people and systems. */
export const notifyContract = contract(
  'notify',
  notifyRequestSchema,
  z.union([
    skipped,
    z.object({
      /** Notices that waited, and how many wait still. */
      found: z.number(),
      left: z.number(),
      /** Channels that failed. */
      failed: list(word),
      /** Id of the digest that was sent. */
      digest: z.string().optional(),
      /** The month, `2026-10`, whose report was noted to be told. */
      month: z.string().optional(),
    }),
  ]),
);

/** See {@link notifyContract}. */
export type NotifyAnswer = z.infer<(typeof notifyContract)['answer']>;
