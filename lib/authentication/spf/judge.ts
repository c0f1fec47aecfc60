import ipaddr from 'ipaddr.js';
import { spf as evaluate } from 'mailauth/lib/spf/index.js';
import { normaliseDomain } from '../../address.ts';
import { type Dns, mailauthResolver } from '../dns/dns.ts';
import type { SpfNode, SpfTerm } from './spf-tree.ts';

/**
 * What a receiver's SPF says of mail from given addresses. The judge is the library's evaluation, term by term as a
 * receiver does it: nothing else in this folder decides whether SPF passes.
 */

/** SPF of mail from a sender. `unknown`: a name could not be looked up, or the record asks about the message. */
export type SpfResult = 'pass' | 'fail' | 'none' | 'permerror' | 'unknown';

/** What is judged. */
export interface SpfQuestion {
  readonly dns: Dns;
  readonly domain: string;
  /** Every name that the domain's tree holds. A name beside them is made of the message (a macro). */
  readonly names: ReadonlySet<string>;
  /** Judged in place of what DNS holds at the domain. */
  readonly record?: string;
}

/** The same for a sender with many addresses. */
export interface SendersResult {
  /** Of all: `pass` only where every address passes. */
  readonly result: SpfResult;
  /** The ranges of which an address surely does not pass. */
  readonly missing: readonly string[];
  /** Whether any address passes. */
  readonly some: boolean;
}

/** What the library's words come to for a receiver. Neutral is no pass, and DMARC takes it for a fail. */
const RESULTS: Readonly<Record<string, SpfResult>> = {
  pass: 'pass',
  fail: 'fail',
  softfail: 'fail',
  neutral: 'fail',
  none: 'none',
  permerror: 'permerror',
  temperror: 'unknown',
};

/** Addresses asked about in one range at most: a record that cuts SES's ranges into more pieces is none that works. */
const MAXIMUM_ADDRESSES = 64;

/**
 * SPF of mail from one address. A name made of the message (a macro, the sending host's own name) may answer one way
 * or the other: the verdict is what all ways agree on, and `unknown` where they do not.
 */
export async function judgeAddress(question: SpfQuestion, ip: string): Promise<SpfResult> {
  const made = new Set<string>();
  const result = await resultIn({ kind: 'nothing' }, question, ip, made);
  if (made.size === 0 || result === 'unknown') return result;
  // Evaluation ends at the first match, so that each name that matches alone stands for all mixtures.
  const worlds: World[] = [{ kind: 'void' }, ...[...made].map((name): World => ({ kind: 'match', name }))];
  for (const world of worlds) {
    if ((await resultIn(world, question, ip, made)) !== result) return 'unknown';
  }
  return result;
}

/** What names made of the message answer: nothing that matches, nothing at all, or a match at one of them. */
type World = { readonly kind: 'nothing' | 'void' } | { readonly kind: 'match'; readonly name: string };

/** SPF in one world; notes the names made of the message that were asked for. */
async function resultIn(
  world: World,
  question: SpfQuestion,
  ip: string,
  made: Set<string>,
): Promise<SpfResult> {
  const { domain } = question;
  const { status } = await evaluate({
    ip,
    sender: `bounce@${domain}`,
    helo: 'smtp-out.amazonses.com',
    mta: 'receiver.invalid',
    resolver: resolverFor(world, question, ip, made),
    strict: true,
  });
  return RESULTS[status.result] ?? 'unknown';
}

/**
 * SPF of mail from every address of some ranges. A record's answer changes only where a network in it begins or ends,
 * so the first and the last address of each range, and those at the networks' edges within it, stand for all.
 */
export async function judgeRanges(
  question: SpfQuestion,
  ranges: readonly string[],
  tree: SpfNode,
): Promise<SendersResult> {
  const edges = [...networksOf(tree)].flatMap(edgesOf);
  const found: { range: string; result: SpfResult }[] = [];
  for (const range of ranges) {
    for (const ip of addressesOf(range, edges)) {
      found.push({ range, result: await judgeAddress(question, ip) });
    }
  }
  const some = found.some(({ result }) => result === 'pass');
  const worst = WORST_FIRST.find((result) => found.some((each) => each.result === result)) ?? 'unknown';
  const missing = found.filter(({ result }) => result === 'fail' || result === 'none');
  return { result: worst, missing: [...new Set(missing.map(({ range }) => range))], some };
}

/** Of several results the one that has to be told. */
const WORST_FIRST: readonly SpfResult[] = ['permerror', 'none', 'fail', 'unknown', 'pass'];

/** A host's name as SES's hosts bear them: under amazonses.com, and never in a sender's domain. */
const SES_HOST = 'host.smtp-out.amazonses.com';

/** The library's resolver over ours. */
function resolverFor(
  world: World,
  { dns, domain, names, record }: SpfQuestion,
  ip: string,
  made: Set<string>,
): (name: string, type: string) => Promise<string[][] | string[]> {
  const ask = mailauthResolver(dns);
  return async (asked, type) => {
    const name = normaliseDomain(asked);
    if (record !== undefined && type === 'TXT' && name === domain) return [[record]];
    if (name !== SES_HOST && type !== 'PTR' && names.has(name)) return ask(asked, type);
    if (name !== SES_HOST) made.add(name);
    const matches = name === SES_HOST || (world.kind === 'match' && world.name === name);
    if (matches) return matchOf(type, name, ip);
    if (world.kind === 'void' && type !== 'TXT' && type !== 'PTR') return ask('void.invalid', 'PTR');
    return type === 'TXT' ? [['v=spf1 ?all']] : [];
  };
}

/** An answer that makes a term match the sending address. */
function matchOf(type: string, name: string, ip: string): string[][] | string[] {
  const isIpv6 = ip.includes(':');
  switch (type) {
    case 'TXT':
      return [['v=spf1 +all']];
    case 'PTR':
      return [SES_HOST];
    case 'MX':
      return [Object.assign([name], { exchange: name, priority: 10 })];
    // An "exists" asks for A whatever the sender's address is.
    case 'A':
      return [isIpv6 ? '127.0.0.2' : ip];
    default:
      return isIpv6 ? [ip] : [];
  }
}

/** The networks that a tree's terms name, through `a` and `mx` as well. */
function* networksOf(node: SpfNode): Generator<string> {
  for (const term of node.terms) {
    yield* networksOfTerm(term);
    if (term.node !== undefined) yield* networksOf(term.node);
  }
}

function* networksOfTerm({ directive, addresses }: SpfTerm): Generator<string> {
  if (directive?.mechanism === 'ip4' || directive?.mechanism === 'ip6') {
    yield directive.text.slice(directive.text.indexOf(':') + 1);
  }
  const prefix = /[^/](\/[0-9]{1,2})(?:\/\/[0-9]{1,3})?$/.exec(directive?.text ?? '')?.[1] ?? '';
  for (const address of addresses ?? []) yield `${address}${prefix}`;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = [address: Address, bits: number];

function networkOf(range: string): Network | undefined {
  if (ipaddr.isValidCIDR(range)) return ipaddr.parseCIDR(range);
  if (!ipaddr.isValid(range)) return undefined;
  const address = ipaddr.parse(range);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** The first and the last address of a network. */
function endsOf([address, bits]: Network): readonly [Address, Address] {
  const cidr = `${address.toString()}/${bits}`;
  return address.kind() === 'ipv4'
    ? [ipaddr.IPv4.networkAddressFromCIDR(cidr), ipaddr.IPv4.broadcastAddressFromCIDR(cidr)]
    : [ipaddr.IPv6.networkAddressFromCIDR(cidr), ipaddr.IPv6.broadcastAddressFromCIDR(cidr)];
}

/** The addresses at which a record's answer may change because of a network: its first, and the one behind its last. */
function edgesOf(range: string): readonly Address[] {
  const network = networkOf(range);
  if (network === undefined) return [];
  const [first, last] = endsOf(network);
  const behind = last.toByteArray();
  let at = behind.length - 1;
  while (at >= 0 && behind[at] === 255) behind[at--] = 0;
  if (at < 0) return [first];
  behind[at] = (behind[at] ?? 0) + 1;
  return [first, ipaddr.fromByteArray(behind)];
}

/** The addresses that stand for a range. */
function addressesOf(range: string, edges: readonly Address[]): readonly string[] {
  const network = networkOf(range);
  if (network === undefined) return [];
  const within = edges.filter((edge) => edge.kind() === network[0].kind() && edge.match(network));
  const all = [...endsOf(network), ...within].map(String);
  return [...new Set(all)].slice(0, MAXIMUM_ADDRESSES);
}

/** One address in each eighth of a first octet, so that only a record for everybody holds them all. */
const ALL_OVER = Array.from({ length: 32 }, (_, at) => `${at * 8 + 3}.113.97.61`);

/**
 * The terms of a record by which everybody passes, each alone or all together; none when not all pass. That a few are
 * excepted before them does not count.
 */
export async function termsForEverybody(question: SpfQuestion, tree: SpfNode): Promise<readonly string[]> {
  const passing = tree.terms.filter(({ directive }) => (directive?.qualifier ?? '+') === '+');
  const resultOf = async (terms: readonly string[]): Promise<SpfResult> => {
    const record = ['v=spf1', ...terms].join(' ');
    for (const ip of ALL_OVER) {
      const result = await judgeAddress({ ...question, record }, ip);
      if (result !== 'pass') return result;
    }
    return 'pass';
  };
  const alone: string[] = [];
  const others: string[] = [];
  for (const { text } of passing) {
    const result = await resultOf([text]);
    if (result === 'pass') alone.push(text);
    // A term that ends in an error is mended one day: the others are what lets everybody pass then.
    else if (result === 'fail') others.push(text);
  }
  if (alone.length > 0) return alone;
  return others.length > 1 && (await resultOf(others)) === 'pass' ? others : [];
}
