/**
 * The mail services there is guidance for. `ymobile` is ymobile.ne.jp, `ymobile-yahoo` is yahoo.ne.jp (run by
 * Yahoo! JAPAN), `linemo` a SoftBank address that a LINEMO customer kept: no domain tells it from `softbank`, so it
 * is only ever named by somebody who knows. `other` gets the general text.
 */
export const PROVIDER_IDS = [
  'docomo',
  'au',
  'uq',
  'softbank',
  'linemo',
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
