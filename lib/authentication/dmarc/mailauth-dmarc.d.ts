/**
 * Types of mailauth's DMARC internals (7.1.0), which has none of its own for this file: the tree walk of
 * RFC 9989 section 4.10 as the library itself uses it.
 */
declare module 'mailauth/lib/dmarc/get-dmarc-record.js' {
  /** A parsed record: tag to value; `rr` is the text. */
  export interface ParsedDmarcRecord {
    readonly rr: string;
    readonly [tag: string]: unknown;
  }
  export type RecordLookup = (name: string) => Promise<ParsedDmarcRecord | false>;
  export interface DiscoveredPolicy {
    readonly record: ParsedDmarcRecord | false;
    readonly recordDomain: string | null;
    readonly orgDomain: string | null;
    readonly orgRecord: ParsedDmarcRecord | false | null;
    readonly error?: unknown;
  }
  export function discoverPolicy(domain: string, lookup: RecordLookup): Promise<DiscoveredPolicy>;
  export function getOrgDomain(domain: string, lookup: RecordLookup): Promise<string>;
  /** The policy tags a record is applied with, or null when it gets no processing at all. */
  export function getPolicyTags(
    record: ParsedDmarcRecord,
  ): { readonly p?: unknown; readonly sp?: unknown; readonly np?: unknown } | null;
  export function domainExists(
    domain: string,
    resolver: (name: string, type: string) => Promise<string[][] | string[]>,
  ): Promise<boolean>;
  export function parseDmarcRecord(
    text: string,
    options?: { strict?: boolean; warnings?: Set<string> },
  ): ParsedDmarcRecord | null;
}
