import { normaliseDomain } from '../address.ts';
import { carrierDomain, carrierOfDomain } from '../classification/carriers.ts';
import { PROVIDER_IDS, type ProviderId } from './data/provider-id.ts';

/** Domains of the web mail services, and of the one carrier brand that runs on such a service. */
const WEBMAIL_DOMAINS: ReadonlyMap<string, ProviderId> = new Map([
  ['gmail.com', 'gmail'],
  ['googlemail.com', 'gmail'],
  ['outlook.com', 'outlook'],
  ['outlook.jp', 'outlook'],
  ['hotmail.com', 'outlook'],
  ['hotmail.co.jp', 'outlook'],
  ['live.com', 'outlook'],
  ['live.jp', 'outlook'],
  ['msn.com', 'outlook'],
  ['yahoo.co.jp', 'yahoo-japan'],
  ['yahoo.ne.jp', 'ymobile-yahoo'],
  ['icloud.com', 'icloud'],
  ['me.com', 'icloud'],
  ['mac.com', 'icloud'],
]);

/**
 * Current carrier domains whose owners use other screens than the carrier's consumer mail: an ISP service and a
 * business service. No page says how their filters are set, so they get the general text.
 */
const OTHER_SCREENS: ReadonlySet<string> = new Set(['mopera.net', 'biz.au.com']);

/** Legacy domains that live on as addresses of the carrier's present mail service. */
const LIVING_LEGACY: ReadonlySet<string> = new Set(['ezweb.ne.jp', 'vodafone.ne.jp']);

/**
 * The mail service whose settings decide about mail to a domain, in any spelling; `other` where it is unknown, or
 * where a carrier's guidance would not fit (ended services, a carrier's ISP and business mail).
 *
 * The domain tells whose filter applies, not whose network the customer is on: addresses have been portable
 * between the Japanese carriers since December 2021.
 */
export function providerOfDomain(domain: string): ProviderId {
  const normal = normaliseDomain(domain);
  const webmail = WEBMAIL_DOMAINS.get(normal);
  if (webmail !== undefined) return webmail;
  const row = carrierDomain(normal);
  const carrier = carrierOfDomain(normal);
  if (row === undefined || carrier === undefined || OTHER_SCREENS.has(row.domain)) return 'other';
  if (row.state !== 'current' && !LIVING_LEGACY.has(row.domain)) return 'other';
  if (normal.endsWith('.biz.ezweb.ne.jp')) return 'other';
  return PROVIDER_IDS.find((id) => id === carrier.id) ?? 'other';
}
