import * as z from 'zod';

/** Thrown when a function is invoked with a request it does not understand; the message names each wrong field. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
}

/**
 * Validates a request.
 *
 * @throws {InvalidRequestError} naming every wrong field.
 */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, request: unknown): z.output<Schema> {
  const parsed = schema.safeParse(request);
  if (!parsed.success) throw new InvalidRequestError(`wrong request: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
