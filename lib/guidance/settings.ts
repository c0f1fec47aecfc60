import type { ProviderId } from '../provider-id.ts';
import { DOCOMO } from './data/docomo.ts';
import { AU, UQ } from './data/kddi.ts';
import { keptAddress } from './data/kept-address.ts';
import type { ProviderGuidance } from './data/provider-guidance.ts';
import { RAKUTEN } from './data/rakuten.ts';
import { SOFTBANK, YMOBILE } from './data/softbank.ts';
import { GMAIL, ICLOUD, OTHER, OUTLOOK, YAHOO_JAPAN, YMOBILE_YAHOO } from './data/webmail.ts';

/** Guidance per provider. */
export const GUIDANCE: Readonly<Record<ProviderId, ProviderGuidance>> = {
  docomo: DOCOMO,
  au: AU,
  uq: UQ,
  softbank: SOFTBANK,
  linemo: keptAddress(SOFTBANK, 'linemo', { ja: 'LINEMO', en: 'LINEMO' }),
  povo: keptAddress(AU, 'povo', { ja: 'povo', en: 'povo' }),
  ahamo: keptAddress(DOCOMO, 'ahamo', { ja: 'ahamo', en: 'ahamo' }),
  ymobile: YMOBILE,
  'ymobile-yahoo': YMOBILE_YAHOO,
  rakuten: RAKUTEN,
  gmail: GMAIL,
  outlook: OUTLOOK,
  'yahoo-japan': YAHOO_JAPAN,
  icloud: ICLOUD,
  other: OTHER,
};
