import { ALL_IPV4, common, type Spans, spansOf, spansOfRange, union, without } from './address-spans.ts';
import type { SpfDirective } from './spf-record.ts';
import { LOOKUP_LIMIT, type SpfNode, type SpfTerm } from './spf-tree.ts';

/**
 * Which addresses an SPF tree lets pass, all at once and in the order a receiver evaluates it (RFC 7208 section
 * 4.6): whether a record without SES's name holds SES's addresses all the same, or the whole world's. Pure.
 */

/** How far a tree lets the addresses of a sender pass. */
export interface Coverage {
  /** `unknown`: what is missing depends on something that could not be looked up, or on the message. */
  readonly covered: 'all' | 'part' | 'none' | 'unknown';
  /** The sender's ranges of which some address surely does not pass. */
  readonly missing: readonly string[];
}

/** Beyond this many pieces a set is not followed any further: no record that works comes near. */
const MAXIMUM_PIECES = 512;

/** How far a tree lets the addresses of these ranges pass. */
export function coverageOf(tree: SpfNode, ranges: readonly string[]): Coverage {
  const wanted = union(...ranges.map(spansOfRange));
  const { pass, unsure } = evaluate(tree, wanted, { lookups: 0 });
  const failing = without(without(wanted, pass), unsure);
  const missing = ranges.filter((range) => common(spansOfRange(range), failing).length > 0);
  if (missing.length > 0) return { covered: common(wanted, pass).length > 0 ? 'part' : 'none', missing };
  return { covered: without(wanted, pass).length === 0 ? 'all' : 'unknown', missing };
}

/**
 * The terms of a record by which every IPv4 address passes, each alone or all together; none when not all pass.
 * That a few are excepted before them does not count.
 */
export function termsForEverybody(tree: SpfNode): readonly string[] {
  const passing = tree.terms.filter(({ directive }) => (directive?.qualifier ?? '+') === '+');
  const allPass = (terms: readonly SpfTerm[]) =>
    without(ALL_IPV4, evaluate({ ...tree, terms }, ALL_IPV4, { lookups: 0 }).pass).length === 0;
  if (!allPass(passing)) return [];
  const alone = passing.filter((term) => allPass([term]));
  return (alone.length > 0 ? alone : passing).map(({ text }) => text);
}

interface Evaluation {
  readonly pass: Spans;
  /** Addresses whose result cannot be told. */
  readonly unsure: Spans;
}

function evaluate(node: SpfNode, wanted: Spans, spent: { lookups: number }): Evaluation {
  if (node.status === 'failure' || node.status === 'unread') return { pass: [], unsure: wanted };
  let rest = wanted;
  const pass: Spans[] = [];
  const unsure: Spans[] = [];
  for (const term of node.terms) {
    if (rest.length > MAXIMUM_PIECES) {
      unsure.push(rest);
      break;
    }
    if (term.lookups > 0) spent.lookups += 1;
    // A receiver gives up here with a permerror: what did not match before does not pass.
    if (spent.lookups > LOOKUP_LIMIT) break;
    const match = matchOf(term, rest, spent);
    unsure.push(match.unsure);
    // Without a directive the term is a redirect, whose result is the result.
    if ((term.directive?.qualifier ?? '+') === '+') pass.push(match.pass);
    if (term.directive === undefined) break;
    rest = without(rest, match.pass);
  }
  return { pass: union(...pass), unsure: union(...unsure) };
}

/** The addresses that a term matches. */
function matchOf(term: SpfTerm, rest: Spans, spent: { lookups: number }): Evaluation {
  if (term.node !== undefined) return evaluate(term.node, rest, spent);
  const { directive } = term;
  switch (directive?.mechanism) {
    case 'all':
      return { pass: rest, unsure: [] };
    case 'ip4':
    case 'ip6':
      return {
        pass: common(rest, spansOfRange(directive.text.slice(directive.text.indexOf(':') + 1))),
        unsure: [],
      };
    case 'a':
    case 'mx': {
      if (term.addresses === undefined) return { pass: [], unsure: rest };
      const prefix = ipv4Prefix(directive);
      const pass = common(rest, union(...term.addresses.map((address) => spansOf(address, prefix))));
      return { pass, unsure: term.failure === undefined ? [] : without(rest, pass) };
    }
    // SES's hosts have no names in the sender's domain.
    case 'ptr':
      return { pass: [], unsure: [] };
    case 'exists':
      if (term.addresses === undefined) return { pass: [], unsure: rest };
      return { pass: term.addresses.length > 0 ? rest : [], unsure: [] };
    default:
      // An include or redirect whose name depends on the message.
      return { pass: [], unsure: rest };
  }
}

function ipv4Prefix({ text }: SpfDirective): number | undefined {
  const digits = /[^/]\/([0-9]{1,2})(?:\/\/[0-9]{1,3})?$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
