import { Refusal } from '../refusal.ts';

/** Thrown when SES no longer takes the token of a page: the walk must begin again. */
export class ExpiredTokenError extends Error {
  override readonly name = 'ExpiredTokenError';
}

/** Thrown when SES's list cannot take this address in a single call (an address with a slash); an import job can. */
export class UnsupportedAddressError extends Refusal {
  override readonly name = 'UnsupportedAddressError';
  override readonly code = 'address-needs-import-job';
}

/**
 * Whether AWS refused a call for what it is: nothing was done, and the same call is refused again. Not for its rate, and
 * not where the request came too slowly.
 */
export function isRefusedCall(error: unknown): boolean {
  if (!(error instanceof Error) || !('$metadata' in error)) return false;
  const { httpStatusCode: status = 0 } = error.$metadata as { httpStatusCode?: number };
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}
