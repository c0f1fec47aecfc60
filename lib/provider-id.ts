/**
 * The mail services there is guidance for. `ymobile` is ymobile.ne.jp, `ymobile-yahoo` is yahoo.ne.jp (run by
 * Yahoo! JAPAN). LINEMO, povo and ahamo give no addresses: `linemo`, `povo` and `ahamo` are customers who kept one of
 * SoftBank, au and docomo. No domain tells them, so they are only ever named by somebody who knows. `other` gets the
 * general text.
 */
export const PROVIDER_IDS = [
  'docomo',
  'au',
  'uq',
  'softbank',
  'linemo',
  'povo',
  'ahamo',
  'ymobile',
  'ymobile-yahoo',
  'rakuten',
  'gmail',
  'outlook',
  'yahoo-japan',
  'icloud',
  'other',
] as const;

/** See {@link PROVIDER_IDS}. */
export type ProviderId = (typeof PROVIDER_IDS)[number];
