import { normaliseDomain } from '../address.ts';
import { carrierDomain, carrierOfDomain } from '../classification/carriers.ts';
import { webmailOfDomain } from '../classification/webmail.ts';
import { PROVIDER_IDS, type ProviderId } from '../provider-id.ts';
import { keptAddress } from './data/kept-address.ts';
import type { ProviderGuidance } from './data/provider-guidance.ts';
import { GUIDANCE } from './settings.ts';

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
  const webmail = webmailOfDomain(normal);
  if (webmail !== undefined) return webmail;
  const row = carrierDomain(normal);
  const carrier = carrierOfDomain(normal);
  if (row === undefined || carrier === undefined || OTHER_SCREENS.has(row.domain)) return 'other';
  if (row.state !== 'current' && !LIVING_LEGACY.has(row.domain)) return 'other';
  if (normal.endsWith('.biz.ezweb.ne.jp')) return 'other';
  return PROVIDER_IDS.find((id) => id === carrier.id) ?? 'other';
}

/** Networks that give no addresses: whose address their customers kept, where the domain does not say. */
const WITHOUT_ADDRESSES: Readonly<
  Partial<Record<ProviderId, { readonly brand: string; readonly home: ProviderId }>>
> = {
  linemo: { brand: 'LINEMO', home: 'softbank' },
  povo: { brand: 'povo', home: 'au' },
  ahamo: { brand: 'ahamo', home: 'docomo' },
};

/**
 * The guidance for a customer: that of the domain of the address. Somebody may know which network the customer is on;
 * where that is another one than the domain's, the address was kept, and the domain's settings still apply. Where the
 * domain says nothing, the network is taken for the mail service.
 */
export function guidanceFor(domain: string | undefined, network: ProviderId | undefined): ProviderGuidance {
  const own = domain === undefined ? 'other' : providerOfDomain(domain);
  if (network === undefined || network === own) return GUIDANCE[own];
  const without = WITHOUT_ADDRESSES[network];
  if (own === 'other' || own === without?.home) return GUIDANCE[network];
  const base = GUIDANCE[own];
  const isKept = base.kind === 'carrier' && own !== 'uq' && own !== 'ymobile-yahoo';
  if (!isKept || GUIDANCE[network].kind !== 'carrier') return base;
  const brand = without && { ja: without.brand, en: without.brand };
  return keptAddress(base, network, brand ?? GUIDANCE[network].name);
}
