import { normaliseDomain } from '../../address.ts';
import { type Dns, notingDns, rememberingDns } from '../dns/dns.ts';
import {
  judgeRanges,
  type SendersResult,
  type SpfQuestion,
  type SpfResult,
  termsForEverybody,
} from './judge.ts';
import { SES_SPF_NAME, type SesRanges, sesRanges } from './ses-ranges.ts';
import { hasMacro, type SpfSyntaxFault } from './spf-record.ts';
import { LOOKUP_LIMIT, MX_NAME_LIMIT, readSpfTree, type SpfNode, type SpfTerm } from './spf-tree.ts';

/**
 * The SPF tree of a domain (RFC 7208): every include with its own count of look-ups, shown whole even where it
 * exceeds the limits, because the operator has to see which branch to cut.
 *
 * The tree takes every branch, where a receiver stops at the first match: it shows where the look-ups go and what is
 * wrong anywhere. Whether mail passes is judged by evaluation (judge.ts). Macros depend on the message; the tree
 * counts them without following them.
 */

/** Terms whose query finds nothing at most (RFC 7208 section 4.6.4). */
const VOID_LIMIT = 2;

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
  /** SPF of the mail that SES sends with this domain in the envelope. */
  readonly verdict: SpfResult;
  /** Whether the record, several taken as one and without the terms for everybody, lets all of SES's addresses pass. */
  readonly holdsSes: boolean;
  /** SES's ranges of which some address surely does not pass, and whether others do. */
  readonly missing: readonly string[];
  readonly partly: boolean;
  /** What `include:amazonses.com` takes beyond its own look-up. */
  readonly sesLookups: number;
  /** The terms of the record by which everybody passes: `+all`, or ranges that hold every address. */
  readonly everybody: readonly string[];
}

/** Looks up the whole tree of a domain, reads it, and has SES's mail judged. */
export async function analyseSpf(network: Dns, name: string): Promise<SpfAnalysis> {
  const dns = rememberingDns(network);
  const names = new Set<string>();
  const domain = normaliseDomain(name);
  const tree = await readSpfTree(notingDns(dns, names), domain);
  const reading = readTree(tree);
  const { record } = tree;
  if (record === undefined) {
    const verdict = tree.status === 'failure' ? 'unknown' : 'none';
    // Where the record itself could not be read there is nothing to hold against SES's addresses.
    const sesLookups = tree.status === 'failure' ? 0 : (await sesRanges(dns)).lookups;
    return { ...reading, verdict, holdsSes: false, missing: [], partly: false, sesLookups, everybody: [] };
  }

  const sender = await sesRanges(dns);
  const question = { dns, domain, names };
  // A "+all" is meant for everybody, also where a mistake elsewhere keeps it from being read.
  const end = reading.all === '+' ? tree.terms.slice(-1).map(({ text }) => text) : [];
  const [judged, everybody] = await Promise.all([
    judgeSes(question, sender, tree),
    termsForEverybody(question, tree),
  ]);
  const forEverybody = [...new Set([...everybody, ...end])];
  // Of several records none counts; what their merger would let pass is another question. So is what still passes once
  // not everybody does.
  const narrowed = record.text.split(' ').filter((term) => !forEverybody.includes(term));
  const merged =
    tree.status === 'several' || forEverybody.length > 0
      ? await judgeSes({ ...question, record: narrowed.join(' ') }, sender, tree)
      : judged;
  const dated = sender.failure !== undefined && judged.result === 'unknown';
  const unknown = dated
    ? [...reading.unknown, { domain: SES_SPF_NAME, code: sender.failure ?? 'EUNKNOWN' }]
    : reading.unknown;
  return {
    ...reading,
    unknown: unknown.filter(
      ({ domain: at }, index) => unknown.findIndex((each) => each.domain === at) === index,
    ),
    verdict: judged.result,
    holdsSes: merged.result === 'pass',
    missing: judged.missing,
    partly: judged.some,
    sesLookups: sender.lookups,
    everybody: forEverybody,
  };
}

/** SPF of SES's mail. Held against a dated list, addresses that are missing may only be new: then nobody knows. */
async function judgeSes(question: SpfQuestion, sender: SesRanges, tree: SpfNode): Promise<SendersResult> {
  const judged = await judgeRanges(question, sender.ranges, tree);
  const dated = sender.failure !== undefined && judged.missing.length > 0 && judged.result === 'fail';
  return dated ? { ...judged, result: 'unknown', missing: [] } : judged;
}

/** What the tree alone says: pure. */
function readTree(
  tree: SpfNode,
): Pick<
  SpfAnalysis,
  'tree' | 'lookups' | 'voids' | 'errors' | 'unknown' | 'all' | 'usesPtr' | 'hasMacros' | 'ses'
> {
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
