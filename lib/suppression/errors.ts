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
