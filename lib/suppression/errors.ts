/** Thrown when SES's list cannot take this address in a single call (an address with a slash); an import job can. */
export class UnsupportedAddressError extends Error {
  override readonly name = 'UnsupportedAddressError';
}
