import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { Dns } from './dns.ts';
import { SES_SPF_NAME, type SpfAnalysis } from './spf.ts';
import { readSpfTree, type SpfNode } from './spf-tree.ts';

/** Which addresses are Amazon SES's. */

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

/** SES's ranges as DNS shows them now, or as last seen when it does not answer. */
export async function sesRanges(
  dns: Dns,
): Promise<{ readonly ranges: readonly string[]; readonly live: boolean }> {
  const tree = await readSpfTree(dns, SES_SPF_NAME);
  const ranges = [...addressTerms(tree)];
  return ranges.length === 0 ? { ranges: SES_RANGES_LAST_SEEN, live: false } : { ranges, live: true };
}

/** How much of SES's addresses a record lists by number: without `include:amazonses.com` that can be right as well. */
export type SesCoverage = 'all' | 'part' | 'none';

/** See {@link SesCoverage}; of a tree that already reaches amazonses.com nothing is looked up. */
export async function sesCoverage(dns: Dns, spf: Pick<SpfAnalysis, 'tree' | 'ses'>): Promise<SesCoverage> {
  const listed = spf.ses === undefined ? [...addressTerms(spf.tree)].flatMap(blockOf) : [];
  if (listed.length === 0) return 'none';
  const wanted = (await sesRanges(dns)).ranges.flatMap(blockOf);
  const covered = wanted.filter((block) => isCovered(block, listed)).length;
  if (covered === wanted.length) return 'all';
  return wanted.some((block) => listed.some((each) => overlaps(each, block))) ? 'part' : 'none';
}

/** A block of IPv4 addresses: SES sends from no others. */
interface Block {
  readonly first: number;
  readonly bits: number;
}

function blockOf(range: string): Block[] {
  const [address = '', prefix = '32'] = range.split('/');
  const bits = Number(prefix);
  if (!isIPv4(address) || !Number.isInteger(bits) || bits < 0 || bits > 32) return [];
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return [{ first: number - (number % sizeOf(bits)), bits }];
}

function sizeOf(bits: number): number {
  return 2 ** (32 - bits);
}

function contains(outer: Block, inner: Block): boolean {
  return outer.bits <= inner.bits && inner.first - (inner.first % sizeOf(outer.bits)) === outer.first;
}

function overlaps(a: Block, b: Block): boolean {
  return contains(a, b) || contains(b, a);
}

/** Whether a block is listed whole, be it in pieces. */
function isCovered(block: Block, listed: readonly Block[]): boolean {
  const near = listed.filter((each) => overlaps(each, block));
  if (near.length === 0 || near.some((each) => contains(each, block))) return near.length > 0;
  const bits = block.bits + 1;
  const halves = [block.first, block.first + sizeOf(bits)].map((first) => ({ first, bits }));
  return halves.every((half) => isCovered(half, near));
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
