import { normaliseDomain } from '../address.ts';
import type { Carrier, CarrierDomain, FilterPeriod } from './carrier.ts';
import { CARRIER_TABLE } from './carriers-data.ts';

/** Every carrier known. */
export const CARRIERS: readonly Carrier[] = CARRIER_TABLE;

interface DomainEntry {
  readonly carrier: Carrier;
  readonly row: CarrierDomain;
}

const exact = new Map<string, DomainEntry>();
const below = new Map<string, DomainEntry>();
const hosts = new Map<string, Carrier>();
const addresses = new Map<string, Carrier>();
/** The addresses that end in a dot: everything that begins with them. */
const networks = new Map<string, Carrier>();
const byId = new Map<string, Carrier>();
for (const carrier of CARRIERS) {
  byId.set(carrier.id, carrier);
  for (const row of carrier.domains) {
    if (row.subdomains !== 'only') exact.set(row.domain, { carrier, row });
    if (row.subdomains !== undefined) below.set(row.domain, { carrier, row });
  }
  for (const host of carrier.hosts) hosts.set(host, carrier);
  for (const address of carrier.addresses) {
    (address.endsWith('.') ? networks : addresses).set(address, carrier);
  }
}

/** The carrier with an id, or undefined. */
export function carrierById(id: string): Carrier | undefined {
  return byId.get(id);
}

/** The carrier that issues addresses at a domain, current or legacy; any spelling of the domain. */
export function carrierOfDomain(domain: string): Carrier | undefined {
  return domainEntry(domain)?.carrier;
}

/** The row of the domain table that a domain falls under: its life span and source. */
export function carrierDomain(domain: string): CarrierDomain | undefined {
  return domainEntry(domain)?.row;
}

function domainEntry(domain: string): DomainEntry | undefined {
  const found = exact.get(domain);
  if (found) return found;
  const normal = isPlain(domain) ? domain : normaliseDomain(domain);
  return exact.get(normal) ?? nearestParent(normal, below, false);
}

/**
 * The carrier that a mail server belongs to: a host name, an address, or an RFC 3464 `dns; host (comment)` field.
 * UQ's mail is answered by au's hosts and so gives `au` here.
 */
export function carrierOfHost(mx: string): Carrier | undefined {
  const host = hostName(mx);
  if (host === '') return undefined;
  const last = host.charCodeAt(host.length - 1);
  if (last >= 0x30 && last <= 0x39) return carrierOfAddress(host);
  return nearestParent(host, hosts, true);
}

/** Whether a name is in its normal form at a glance; most are, and the full folding costs more than the look-up. */
function isPlain(name: string): boolean {
  return /^[a-z0-9.-]{0,253}[a-z0-9]$/.test(name);
}

function carrierOfAddress(address: string): Carrier | undefined {
  const found = addresses.get(address);
  if (found) return found;
  for (const [prefix, carrier] of networks) if (address.startsWith(prefix)) return carrier;
  return undefined;
}

/** The value of the longest parent of a name in a map; with the name itself when `includeSelf`. */
function nearestParent<T>(name: string, map: ReadonlyMap<string, T>, includeSelf: boolean): T | undefined {
  let rest = name;
  let found = includeSelf ? map.get(rest) : undefined;
  while (found === undefined) {
    const dot = rest.indexOf('.');
    if (dot < 0) return undefined;
    rest = rest.slice(dot + 1);
    found = map.get(rest);
  }
  return found;
}

/** The bare host name in `dns; mx.example.jp. (192.0.2.1, ...)`, `[192.0.2.1]` or `mx.example.jp`: lower case. */
export function hostName(field: string): string {
  if (isPlain(field)) return field;
  const text = field.slice(0, 300);
  const type = text.indexOf(';');
  let start = type < 0 ? 0 : type + 1;
  while (start < text.length && ' \t['.includes(text.charAt(start))) start++;
  let end = start;
  while (end < text.length && !' \t()[],|;'.includes(text.charAt(end))) end++;
  while (end > start && text.charAt(end - 1) === '.') end--;
  return text.slice(start, end).toLowerCase();
}

/**
 * What a carrier does with filtered mail at a moment (ISO 8601 UTC): each row in force, refusing rows first as the
 * table has them. au has two: some of its filters refuse, some drop.
 */
export function filteringAt(carrier: Carrier, at: string): readonly FilterPeriod[] {
  return carrier.filtering.filter(
    (row) => (row.from === undefined || at >= row.from) && (row.until === undefined || at < row.until),
  );
}

/**
 * Whether it is known of a carrier that its customers' filters refused no mail at a moment (ISO 8601 UTC): a bounce of
 * that time is no filter's.
 *
 * @param id carrier id; false for one that is not known.
 */
export function neverRefusesByFilter(id: string, at: string): boolean {
  const carrier = carrierById(id);
  const rows = carrier === undefined ? [] : filteringAt(carrier, at);
  return rows.length > 0 && rows.every(({ behaviour, unsure }) => behaviour !== 'refuses' && !unsure);
}

/**
 * Domains of the carriers that are alive, exactly as they are written, for an SNS filter policy that passes
 * deliveries only for them. SNS matches strings case-sensitively and allows 150 combinations a policy
 * (docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html); a test holds this list under it.
 * Legacy sub-domains are left out: a policy cannot name a pattern with a variable middle.
 */
export const FILTER_POLICY_DOMAINS: readonly string[] = CARRIERS.flatMap((carrier) =>
  carrier.domains
    .filter((row) => row.state === 'current' && row.subdomains !== 'only')
    .map((row) => row.domain),
);
