import type * as z from 'zod';
import { Refusal } from '../lib/refusal.ts';
import { wrongFields } from '../lib/wrong-fields.ts';

/** Thrown when a function is invoked with a request it does not understand; the message names each wrong field. */
export class InvalidRequestError extends Refusal {
  override readonly name = 'InvalidRequestError';
  override readonly code = 'wrong-request';
}

/**
 * Validates a request.
 *
 * @throws {InvalidRequestError} naming every wrong field.
 */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, request: unknown): z.output<Schema> {
  const parsed = schema.safeParse(request);
  if (!parsed.success) {
    const { ja, en } = wrongFields(parsed.error, request);
    throw new InvalidRequestError({ ja: `指定の内容に誤りがあります：${ja}`, en: `wrong request: ${en}` });
  }
  return parsed.data;
}
