import { normaliseDomain } from '../../address.ts';
import { type Dns, type DnsOutcome, texts } from '../dns/dns.ts';
import {
  hasMacro,
  isSpfRecord,
  looksLikeSpf,
  mergeSpf,
  parseSpf,
  type SpfDirective,
  type SpfRecord,
} from './spf-record.ts';

/** Looking up an SPF tree (RFC 7208), each include with what it costs, and showing it. */

/** Terms that query DNS at most, in the whole tree (RFC 7208 section 4.6.4). */
export const LOOKUP_LIMIT = 10;
/** Names an `mx` may bring (RFC 7208 section 4.6.4). */
export const MX_NAME_LIMIT = 10;
/** Nodes read at most: far beyond any record that works, and an end for a hostile one. */
const MAXIMUM_NODES = 64;

/** One term of a record with what it costs. */
export interface SpfTerm {
  readonly text: string;
  /** The term read; absent for a `redirect`. */
  readonly directive?: SpfDirective;
  /** IPv4 addresses that `a`, `mx` or `exists` brought; absent where they depend on the message. */
  readonly addresses?: readonly string[];
  /** Look-ups of this term and everything below it. */
  readonly lookups: number;
  readonly voids: number;
  /** The record an `include` or `redirect` leads to. */
  readonly node?: SpfNode;
  /** Set when the query could not be made. */
  readonly failure?: string;
  /** Number of MX names, for `mx`. */
  readonly mxNames?: number;
}

/** What stands at one name of the tree. */
export interface SpfNode {
  readonly domain: string;
  /** `loop`: the name is its own ancestor. `unread`: the tree was cut at its size limit. */
  readonly status: 'record' | 'none' | 'several' | 'failure' | 'loop' | 'unread';
  readonly failure?: string;
  /** The name has no TXT record at all: its query is a void look-up. */
  readonly empty?: boolean;
  /** All SPF records at the name; more than one is a permerror (RFC 7208 section 4.5). */
  readonly records: readonly string[];
  /** TXT records that were meant to be SPF and are not. */
  readonly nearMisses: readonly string[];
  /** The record; of several, all of them as one. */
  readonly record?: SpfRecord;
  readonly terms: readonly SpfTerm[];
  /** Look-ups of the terms below, without the fetch of this record itself. */
  readonly lookups: number;
  readonly voids: number;
}

/** Looks up the whole tree of a domain. */
export async function readSpfTree(dns: Dns, domain: string): Promise<SpfNode> {
  return readNode(dns, normaliseDomain(domain), [], { nodes: 0 });
}

async function readNode(
  dns: Dns,
  domain: string,
  ancestors: readonly string[],
  budget: { nodes: number },
): Promise<SpfNode> {
  const empty = { domain, records: [], nearMisses: [], terms: [], lookups: 0, voids: 0 };
  if (ancestors.includes(domain)) return { ...empty, status: 'loop' };
  budget.nodes += 1;
  if (budget.nodes > MAXIMUM_NODES) return { ...empty, status: 'unread' };

  const outcome = await dns.txt(domain);
  if (outcome.status === 'failure') return { ...empty, status: 'failure', failure: outcome.code };
  const all = texts(outcome);
  const records = all.filter(isSpfRecord);
  const nearMisses = all.filter(looksLikeSpf);
  const text = records[0];
  if (text === undefined) return { ...empty, status: 'none', nearMisses, empty: all.length === 0 };

  const record = recordOf(text, records);
  const terms: SpfTerm[] = [];
  const path = [...ancestors, domain];
  for (const directive of record.directives) {
    terms.push(await readDirective(dns, domain, directive, path, budget));
    // Nothing after `all` is ever evaluated (RFC 7208 section 5.1).
    if (directive.mechanism === 'all') break;
  }
  const hasAll = record.directives.some((directive) => directive.mechanism === 'all');
  // `redirect` is ignored beside an `all` (RFC 7208 section 6.1).
  if (record.redirect !== undefined && !hasAll) {
    terms.push(await readTarget(dns, `redirect=${record.redirect}`, record.redirect, path, budget));
  }
  return {
    domain,
    status: records.length > 1 ? 'several' : 'record',
    records,
    nearMisses,
    record,
    terms,
    lookups: sum(terms.map((term) => term.lookups)),
    voids: sum(terms.map((term) => term.voids)),
  };
}

function recordOf(text: string, records: readonly string[]): SpfRecord {
  if (records.length === 1) return parseSpf(text);
  const all = records.map(parseSpf);
  return { ...parseSpf(mergeSpf(all)), faults: all.flatMap(({ faults }) => faults) };
}

async function readDirective(
  dns: Dns,
  domain: string,
  directive: SpfDirective,
  path: readonly string[],
  budget: { nodes: number },
): Promise<SpfTerm> {
  const { text, mechanism, value } = directive;
  const target = value === '' ? domain : value;
  switch (mechanism) {
    case 'all':
    case 'ip4':
    case 'ip6':
      return { text, directive, lookups: 0, voids: 0 };
    case 'include':
      return { ...(await readTarget(dns, text, target, path, budget)), directive };
    case 'ptr':
      return { text, directive, lookups: 1, voids: 0 };
    case 'mx': {
      if (hasMacro(target)) return { text, directive, lookups: 1, voids: 0 };
      const outcome = await dns.mx(target);
      const hosts = outcome.status === 'records' ? outcome.records : [];
      const found = await Promise.all(hosts.slice(0, MX_NAME_LIMIT).map(({ exchange }) => dns.a(exchange)));
      const failed = found.find((each) => each.status === 'failure');
      const addresses = found.flatMap((each) => (each.status === 'records' ? each.records : []));
      return {
        ...cost(directive, outcome),
        ...(failed?.status === 'failure' ? { failure: failed.code } : {}),
        addresses,
        mxNames: hosts.length,
      };
    }
    case 'a':
    case 'exists': {
      if (hasMacro(target)) return { text, directive, lookups: 1, voids: 0 };
      // A only: SES sends from IPv4 addresses, and a receiver asks for the client's address type.
      const outcome = await dns.a(target);
      return {
        ...cost(directive, outcome),
        ...(outcome.status === 'failure'
          ? {}
          : { addresses: outcome.status === 'records' ? outcome.records : [] }),
      };
    }
  }
}

/** One term, one look-up; void when it found nothing. */
function cost(directive: SpfDirective, outcome: DnsOutcome<unknown>): SpfTerm {
  const { text } = directive;
  if (outcome.status === 'failure') return { text, directive, lookups: 1, voids: 0, failure: outcome.code };
  return { text, directive, lookups: 1, voids: outcome.status === 'records' ? 0 : 1 };
}

async function readTarget(
  dns: Dns,
  text: string,
  target: string,
  path: readonly string[],
  budget: { nodes: number },
): Promise<SpfTerm> {
  if (hasMacro(target)) return { text, lookups: 1, voids: 0 };
  const node = await readNode(dns, normaliseDomain(target), path, budget);
  return { text, lookups: 1 + node.lookups, voids: (node.empty === true ? 1 : 0) + node.voids, node };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The tree as lines of text, each include with its own count: `include:a.example (3)`. */
export function renderSpfTree(node: SpfNode, indent = ''): string[] {
  const lines: string[] = [];
  for (const term of node.terms) {
    const counts = term.lookups === 0 ? '' : ` (${term.lookups})`;
    const state = term.failure ?? nodeState(term.node);
    lines.push(`${indent}${term.text}${counts}${state === '' ? '' : ` [${state}]`}`);
    if (term.node !== undefined) lines.push(...renderSpfTree(term.node, `${indent}  `));
  }
  return lines;
}

function nodeState(node: SpfNode | undefined): string {
  if (node === undefined || node.status === 'record') return '';
  return node.status === 'failure' ? (node.failure ?? 'failure') : node.status;
}
