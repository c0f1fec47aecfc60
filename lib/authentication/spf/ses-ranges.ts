import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { Dns } from '../dns/dns.ts';
import { readSpfTree, type SpfNode } from './spf-tree.ts';

/** Which addresses are Amazon SES's. */

/** The name whose SPF record lists Amazon SES's addresses. */
export const SES_SPF_NAME = 'amazonses.com';

/**
 * The addresses of amazonses.com's SPF record as last seen in public copies of DNS (2026-04; AWS blog
 * "amazon-ses-ip-addresses" says that this record is the list). Used where it cannot be looked up.
 */
export const SES_RANGES_LAST_SEEN: readonly string[] = [
  '199.255.192.0/22',
  '199.127.232.0/22',
  '54.240.0.0/18',
  '69.169.224.0/20',
  '23.249.208.0/20',
  '23.251.224.0/19',
  '76.223.176.0/20',
  '54.240.64.0/18',
  '76.223.128.0/19',
  '216.221.160.0/19',
  '206.55.144.0/20',
  '24.110.64.0/18',
];

/** SES's ranges, and what naming them in an SPF record costs. */
export interface SesRanges {
  readonly ranges: readonly string[];
  /** Whether they are what DNS shows now. */
  readonly live: boolean;
  /** Why they could not be looked up. */
  readonly failure?: string;
  /** Look-ups below `include:amazonses.com`. */
  readonly lookups: number;
}

/** SES's ranges as DNS shows them now, or as last seen when it does not answer. */
export async function sesRanges(dns: Dns): Promise<SesRanges> {
  const tree = await readSpfTree(dns, SES_SPF_NAME);
  const ranges = [...addressTerms(tree)];
  const { lookups, failure } = tree;
  return {
    ...(ranges.length === 0 ? { ranges: SES_RANGES_LAST_SEEN, live: false } : { ranges, live: true }),
    ...(failure === undefined ? {} : { failure }),
    lookups,
  };
}

function* addressTerms(node: SpfNode): Generator<string> {
  for (const { text, node: below } of node.terms) {
    const range = /^\+?ip[46]:(.+)$/i.exec(text)?.[1];
    if (range !== undefined) yield range;
    if (below !== undefined) yield* addressTerms(below);
  }
}

/** A test for membership in ranges, built once; ranges that are none are left out. */
export function inRanges(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
    if (family === undefined) continue;
    const bits = prefix === undefined ? (family === 'ipv4' ? 32 : 128) : Number(prefix);
    if (Number.isInteger(bits) && bits >= 0 && bits <= (family === 'ipv4' ? 32 : 128)) {
      list.addSubnet(address, bits, family);
    }
  }
  return (address) => {
    if (isIPv4(address)) return list.check(address, 'ipv4');
    return isIPv6(address) && list.check(address, 'ipv6');
  };
}
