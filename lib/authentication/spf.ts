import { normaliseDomain } from '../address.ts';
import { type Dns, type DnsOutcome, texts } from './dns.ts';
import {
  hasMacro,
  isSpfRecord,
  looksLikeSpf,
  parseSpf,
  type SpfDirective,
  type SpfRecord,
  type SpfSyntaxFault,
} from './spf-record.ts';

/**
 * The SPF tree of a domain (RFC 7208): every include with its own count of look-ups, shown whole even where it
 * exceeds the limits, because the operator has to see which branch to cut.
 *
 * A static reading: it takes every branch, where a receiver stops at the first match. Macros depend on the
 * message and are counted without being followed.
 */

/** Terms that query DNS at most, in the whole tree (RFC 7208 section 4.6.4). */
export const LOOKUP_LIMIT = 10;
/** Terms whose query finds nothing at most (RFC 7208 section 4.6.4). */
const VOID_LIMIT = 2;
/** Names an `mx` may bring (RFC 7208 section 4.6.4). */
const MX_NAME_LIMIT = 10;
/** The name whose SPF record lists Amazon SES's addresses. */
export const SES_SPF_NAME = 'amazonses.com';

/** Nodes read at most: far beyond any record that works, and an end for a hostile one. */
const MAXIMUM_NODES = 64;

/** One term of a record with what it costs. */
interface SpfTerm {
  readonly text: string;
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
  readonly record?: SpfRecord;
  readonly terms: readonly SpfTerm[];
  /** Look-ups of the terms below, without the fetch of this record itself. */
  readonly lookups: number;
  readonly voids: number;
}

/** Why evaluation is bound to end in a permerror, wherever it comes from in the tree. */
export type SpfError =
  | { readonly kind: 'several-records'; readonly domain: string }
  | { readonly kind: 'syntax'; readonly domain: string; readonly fault: SpfSyntaxFault }
  | { readonly kind: 'glued'; readonly domain: string; readonly term: string }
  | { readonly kind: 'include-without-record'; readonly domain: string; readonly target: string }
  | { readonly kind: 'loop'; readonly domain: string }
  | { readonly kind: 'lookup-limit'; readonly lookups: number }
  | { readonly kind: 'void-limit'; readonly voids: number }
  | { readonly kind: 'mx-limit'; readonly domain: string; readonly names: number };

/** The reading of a tree. */
export interface SpfAnalysis {
  readonly tree: SpfNode;
  readonly lookups: number;
  readonly voids: number;
  readonly errors: readonly SpfError[];
  /** Names that could not be looked up, with the resolver's code: what depends on them is unknown. */
  readonly unknown: readonly { readonly domain: string; readonly code: string }[];
  /** Qualifier of the first `all` of the record (through `redirect`), absent when there is none. */
  readonly all?: '+' | '-' | '~' | '?';
  readonly usesPtr: boolean;
  readonly hasMacros: boolean;
  /** How SES's addresses are reached; absent when they are not. */
  readonly ses?: { readonly path: readonly string[]; readonly lookupsBefore: number };
}

/** Looks up the whole tree of a domain and reads it. */
export async function analyseSpf(dns: Dns, domain: string): Promise<SpfAnalysis> {
  const budget = { nodes: 0 };
  const tree = await readNode(dns, normaliseDomain(domain), [], budget);
  return summarise(tree);
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

  const record = parseSpf(text);
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
      return { text, lookups: 0, voids: 0 };
    case 'include':
      return readTarget(dns, text, target, path, budget);
    case 'ptr':
      return { text, lookups: 1, voids: 0 };
    case 'mx': {
      if (hasMacro(target)) return { text, lookups: 1, voids: 0 };
      const outcome = await dns.mx(target);
      const mxNames = outcome.status === 'records' ? outcome.records.length : 0;
      return { ...cost(text, outcome), mxNames };
    }
    case 'a':
    case 'exists':
      // A only: SES sends from IPv4 addresses, and a receiver asks for the client's address type.
      return hasMacro(target) ? { text, lookups: 1, voids: 0 } : cost(text, await dns.a(target));
  }
}

/** One term, one look-up; void when it found nothing. */
function cost(text: string, outcome: DnsOutcome<unknown>): SpfTerm {
  if (outcome.status === 'failure') return { text, lookups: 1, voids: 0, failure: outcome.code };
  return { text, lookups: 1, voids: outcome.status === 'records' ? 0 : 1 };
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

/** Reads a tree: pure. */
function summarise(tree: SpfNode): SpfAnalysis {
  const errors: SpfError[] = [];
  const unknown: { domain: string; code: string }[] = [];
  collect(tree, errors, unknown);
  if (tree.lookups > LOOKUP_LIMIT) errors.push({ kind: 'lookup-limit', lookups: tree.lookups });
  if (tree.voids > VOID_LIMIT) errors.push({ kind: 'void-limit', voids: tree.voids });
  const all = allOf(tree);
  const ses = pathToSes(tree, [], 0).found;
  const terms = [...termsOf(tree)];
  return {
    tree,
    lookups: tree.lookups,
    voids: tree.voids,
    errors,
    unknown,
    ...(all === undefined ? {} : { all }),
    usesPtr: terms.some((term) => /^[+?~-]?ptr\b/i.test(term.text)),
    hasMacros: terms.some((term) => hasMacro(term.text)),
    ...(ses === undefined ? {} : { ses }),
  };
}

function collect(node: SpfNode, errors: SpfError[], unknown: { domain: string; code: string }[]): void {
  const { domain } = node;
  if (node.status === 'failure') unknown.push({ domain, code: node.failure ?? 'EUNKNOWN' });
  if (node.status === 'several') errors.push({ kind: 'several-records', domain });
  if (node.status === 'loop') errors.push({ kind: 'loop', domain });
  for (const fault of node.record?.faults ?? []) {
    const glued = gluedTerm(fault);
    errors.push(glued ? { kind: 'glued', domain, term: fault.term } : { kind: 'syntax', domain, fault });
  }
  for (const term of node.terms) {
    if (term.failure !== undefined) unknown.push({ domain: term.text, code: term.failure });
    if ((term.mxNames ?? 0) > MX_NAME_LIMIT) {
      errors.push({ kind: 'mx-limit', domain, names: term.mxNames ?? 0 });
    }
    if (term.node === undefined) continue;
    if (term.node.status === 'none') {
      errors.push({ kind: 'include-without-record', domain, target: term.node.domain });
    }
    collect(term.node, errors, unknown);
  }
}

/**
 * Whether a term reads like two that lost the space between them: strings of one record are joined without one
 * (RFC 7208 section 3.3), which breaks records split between terms.
 */
function gluedTerm(fault: SpfSyntaxFault): boolean {
  return /.(?:include:|ip4:|ip6:|exists:|redirect=|[+~?-]all$)/i.test(fault.term.replace(/^[+~?-]/, ''));
}

/** The `all` that decides where nothing else matched: of the record, or of the one it redirects to. */
function allOf(node: SpfNode): SpfAnalysis['all'] {
  const own = node.record?.directives.find((directive) => directive.mechanism === 'all');
  if (own !== undefined) return own.qualifier;
  const redirect = node.terms.find((term) => term.text.startsWith('redirect='));
  return redirect?.node === undefined ? undefined : allOf(redirect.node);
}

function* termsOf(node: SpfNode): Generator<SpfTerm> {
  for (const term of node.terms) {
    yield term;
    if (term.node !== undefined) yield* termsOf(term.node);
  }
}

/** The first way, in evaluation order, to `include:amazonses.com` that counts as a pass, and what it costs before. */
function pathToSes(
  node: SpfNode,
  path: readonly string[],
  spent: number,
): { found?: { path: readonly string[]; lookupsBefore: number }; spent: number } {
  const here = [...path, node.domain];
  let count = spent;
  for (const term of node.terms) {
    const passes = !/^[?~-]/.test(term.text);
    if (term.node === undefined) {
      count += term.lookups;
      continue;
    }
    count += 1;
    if (passes && (term.node.domain === SES_SPF_NAME || term.node.domain.endsWith(`.${SES_SPF_NAME}`))) {
      return { found: { path: [...here, term.node.domain], lookupsBefore: count }, spent: count };
    }
    const below = pathToSes(term.node, here, count);
    if (passes && below.found !== undefined) return below;
    count = below.spent;
  }
  return { spent: count };
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
