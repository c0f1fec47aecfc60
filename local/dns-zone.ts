import { normaliseDomain } from '../lib/address.ts';

/** A DNS zone written as data, and what a recursive resolver answers from it. */

/**
 * Records at one name. TXT: a text (as UTF-8, split at 255 octets) or its character-strings, as texts or octets;
 * MX: `'10 mx.example.jp'`.
 */
export interface ZoneName {
  readonly TXT?: readonly (string | readonly (string | Buffer)[])[];
  readonly MX?: readonly string[];
  readonly A?: readonly string[];
  readonly AAAA?: readonly string[];
  readonly NS?: readonly string[];
  readonly CNAME?: string;
  /** Answers the CNAME alone, as some forwarders do, and leaves the chain to the asker. */
  readonly bareCname?: boolean;
  /** Instead of an answer: a server failure, a refusal, or silence. */
  readonly fault?: 'SERVFAIL' | 'REFUSED' | 'silence';
  /** The fault holds for these types only; for all when absent. */
  readonly faultTypes?: readonly string[];
}

/** A zone: name (lower case, `*.` allowed as the leftmost label) to its records. Names not in it do not exist. */
export type Zone = Readonly<Record<string, ZoneName>>;

/** What a resolver answers: the CNAMEs on the way, and the records of the name at their end. */
export interface ZoneAnswer {
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED';
  readonly aliases: readonly { readonly name: string; readonly target: string }[];
  readonly name: string;
  readonly records: ZoneName;
}

const MAXIMUM_CHAIN = 12;

/** Answers one question as a recursive resolver does: chains of CNAMEs are followed. */
export function lookUpInZone(zone: Zone, asked: string, type: string): ZoneAnswer | 'silence' {
  const aliases: { readonly name: string; readonly target: string }[] = [];
  let name = normaliseDomain(asked);
  const failed = (rcode: ZoneAnswer['rcode']): ZoneAnswer => ({ rcode, aliases: [], name, records: {} });
  for (let hop = 0; hop <= MAXIMUM_CHAIN; hop += 1) {
    const here = recordsAt(zone, name);
    if (here === undefined) {
      return { rcode: existsBelow(zone, name) ? 'NOERROR' : 'NXDOMAIN', aliases, name, records: {} };
    }
    if (here.fault !== undefined && (here.faultTypes === undefined || here.faultTypes.includes(type))) {
      return here.fault === 'silence' ? 'silence' : failed(here.fault);
    }
    if (here.CNAME === undefined || type === 'CNAME') {
      return { rcode: 'NOERROR', aliases, name, records: here };
    }
    aliases.push({ name, target: here.CNAME });
    if (here.bareCname === true) return { rcode: 'NOERROR', aliases, name, records: {} };
    name = normaliseDomain(here.CNAME);
  }
  // A resolver gives up on a loop of CNAMEs.
  return failed('SERVFAIL');
}

/** Records of a name, or of the wildcard that covers it (RFC 4592). */
function recordsAt(zone: Zone, name: string): ZoneName | undefined {
  const exact = zone[name];
  if (exact !== undefined) return exact;
  const labels = name.split('.');
  for (let cut = 1; cut < labels.length; cut += 1) {
    const parent = labels.slice(cut).join('.');
    const wildcard = zone[`*.${parent}`];
    if (wildcard !== undefined) return wildcard;
    if (zone[parent] !== undefined || existsBelow(zone, parent)) return undefined;
  }
  return undefined;
}

/** An empty non-terminal exists: RFC 8020 makes only a name with nothing at and below it NXDOMAIN. */
function existsBelow(zone: Zone, name: string): boolean {
  return Object.entries(zone).some(([key, here]) => key.endsWith(`.${name}`) && !isFaultAlone(here));
}

/** A name that cannot be looked up and holds nothing: it does not make the names above it exist. */
function isFaultAlone(here: ZoneName): boolean {
  return here.fault !== undefined && Object.keys(here).length === 1;
}

/** An MX record of a zone, as its two parts. */
export function mailExchange(text: string): { readonly priority: number; readonly exchange: string } {
  const space = text.indexOf(' ');
  return { priority: Number(text.slice(0, space)), exchange: text.slice(space + 1).replace(/\.$/, '') };
}

/** A text as character-strings of at most 255 octets (RFC 1035 3.3.14). */
export function characterStrings(text: string | readonly (string | Buffer)[]): Buffer[] {
  if (typeof text !== 'string') return text.map((part) => Buffer.from(part));
  const octets = Buffer.from(text);
  const strings: Buffer[] = [];
  for (let at = 0; at < octets.length || at === 0; at += 255) strings.push(octets.subarray(at, at + 255));
  return strings;
}
