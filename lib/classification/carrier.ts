import type { Bilingual } from '../text.ts';

/** What a carrier does with mail that its customer's settings refuse. */
type FilterBehaviour = 'refuses' | 'accepts and files' | 'accepts and drops';

/** A domain whose addresses a carrier issues or issued. */
export interface CarrierDomain {
  readonly domain: string;
  /** `ended`: the service is gone, and an unknown user there is the expected end. `legacy`: no longer issued. */
  readonly state: 'current' | 'legacy' | 'ended';
  /** `true`: the domain and what is below it; `'only'`: what is below it; absent: the domain itself. */
  readonly subdomains?: true | 'only';
  /** When the service ended, ISO 8601 UTC, where a source gives a date. */
  readonly endedAt?: string;
  readonly source: string;
}

/** How a carrier treats filtered mail, in a period (UTC; absent bounds are open). */
export interface FilterPeriod {
  readonly behaviour: FilterBehaviour;
  readonly from?: string;
  readonly until?: string;
  /** Set when the row is an inference, not a source's word. */
  readonly unsure?: true;
  readonly note?: Bilingual;
  readonly source: string;
}

/** One carrier: its domains, its servers, its settings, its behaviour. */
export interface Carrier {
  /** `docomo`, `au`, `uq`, `softbank`, `ymobile`, `rakuten`. */
  readonly id: string;
  readonly name: Bilingual;
  readonly domains: readonly CarrierDomain[];
  /** Host names of its mail servers, matched with everything below them. */
  readonly hosts: readonly string[];
  /** IPv4 addresses of its mail servers; one that ends in a dot is a prefix. */
  readonly addresses: readonly string[];
  /** The customer's settings that refuse or file away a shop's mail. */
  readonly settings: readonly { readonly name: Bilingual; readonly source: string }[];
  readonly filtering: readonly FilterPeriod[];
}
