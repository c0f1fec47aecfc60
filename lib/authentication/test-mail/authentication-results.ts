import { normaliseDomain } from '../../address.ts';
import { MAIL_FROM_PROPERTIES, receiverOf, resultWord } from './receivers.ts';

/**
 * Reading Authentication-Results (RFC 8601): pure, linear, and tolerant of the forms in use (Microsoft writes no
 * authserv-id, Google nests other results inside comments).
 */

/** One property of a result: `smtp.mailfrom=shop@example.jp`; the type is `''` where the receiver writes none. */
interface ResultProperty {
  readonly type: string;
  readonly name: string;
  readonly value: string;
}

/** One result: `dkim=pass reason="..." header.d=shop.example (comment)`. */
export interface MethodResult {
  /** Lower case: `spf`, `dkim`, `dmarc`, `arc`, ... */
  readonly method: string;
  /** In RFC 8601's words, lower case: `pass`, `fail`, `none`, ... */
  readonly result: string;
  readonly reason?: string;
  readonly properties: readonly ResultProperty[];
  /** Comments inside this result, without their outer parentheses. */
  readonly comments: readonly string[];
}

/** One header field. */
export interface AuthenticationResults {
  /** Who evaluated; absent in Microsoft's form. */
  readonly authservId?: string;
  readonly results: readonly MethodResult[];
}

/** Longest field value read; real ones stay under a few kilobytes. */
const MAXIMUM_LENGTH = 32_768;

type Token = { readonly kind: 'text' | 'comment' | 'semicolon' | 'equals' | 'space'; readonly text: string };

/** Splits a field value into tokens: comments nested to any depth become one token (RFC 5322 section 3.2.2). */
function tokenise(value: string): Token[] {
  const tokens: Token[] = [];
  const text = value.slice(0, MAXIMUM_LENGTH);
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === '(') {
      const end = endOfComment(text, at);
      tokens.push({ kind: 'comment', text: text.slice(at + 1, end - 1) });
      at = end;
    } else if (character === '"') {
      const { content, end } = quotedString(text, at);
      tokens.push({ kind: 'text', text: content });
      at = end;
    } else if (character === ';') {
      tokens.push({ kind: 'semicolon', text: ';' });
      at += 1;
    } else if (character === '=') {
      tokens.push({ kind: 'equals', text: '=' });
      at += 1;
    } else if (isSpace(character)) {
      while (at < text.length && isSpace(text[at] ?? '')) at += 1;
      tokens.push({ kind: 'space', text: ' ' });
    } else {
      const start = at;
      while (at < text.length && !/[\s();="]/.test(text[at] ?? '')) at += 1;
      tokens.push({ kind: 'text', text: text.slice(start, at) });
    }
    // A stray ")" belongs to no comment: it is skipped.
    if (character === ')') at += 1;
  }
  return tokens;
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n';
}

function endOfComment(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '(') depth += 1;
    else if (character === ')') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
    at += 1;
  }
  // An open comment runs to the end: its text must not be taken for results.
  return text.length + 1;
}

function quotedString(text: string, start: number): { content: string; end: number } {
  const parts: string[] = [];
  let at = start + 1;
  while (at < text.length && text[at] !== '"') {
    if (text[at] === '\\') at += 1;
    parts.push(text[at] ?? '');
    at += 1;
  }
  return { content: parts.join(''), end: at + 1 };
}

/** Reads the value of one Authentication-Results field; never throws. */
export function parseAuthenticationResults(value: string): AuthenticationResults {
  const segments: Token[][] = [[]];
  for (const token of tokenise(value)) {
    if (token.kind === 'semicolon') segments.push([]);
    else segments.at(-1)?.push(token);
  }
  const [first = [], ...rest] = segments;
  const { name, begins } = evaluatorOf(first);
  const results: MethodResult[] = [];
  for (const segment of begins === undefined ? rest : [begins, ...rest]) {
    const result = readResult(segment);
    if (result === undefined) continue;
    const previous = results.at(-1);
    // Yahoo! JAPAN parts a result from its property by ";".
    if (previous !== undefined && result.method.includes('.')) {
      results[results.length - 1] = {
        ...previous,
        properties: [...previous.properties, ...propertiesOf(pairsOf(segment))],
      };
    } else results.push(result);
  }
  return { authservId: name?.toLowerCase(), results };
}

/**
 * Who evaluated, as the first segment says it: the name, and what of the segment is a result already. Microsoft begins
 * with a result at once; Yahoo! JAPAN writes one behind the name without a semicolon; a version may follow the name.
 */
function evaluatorOf(first: readonly Token[]): { name?: string; begins?: readonly Token[] } {
  const words = first.filter(({ kind }) => kind !== 'space' && kind !== 'comment');
  const [name, next] = words;
  if (name?.kind !== 'text') return {};
  if (next?.kind === 'equals') return { begins: first };
  const rest = first.slice(first.indexOf(name) + 1);
  return rest.some(({ kind }) => kind === 'equals') ? { name: name.text, begins: rest } : { name: name.text };
}

function readResult(segment: readonly Token[]): MethodResult | undefined {
  const comments = segment.filter(({ kind }) => kind === 'comment').map(({ text }) => text.trim());
  const [head, ...pairs] = pairsOf(segment);
  if (head === undefined || head.value === '') return undefined;
  const method = (head.name.split('/')[0] ?? '').toLowerCase();
  const reason = pairs.find(({ name }) => name.toLowerCase() === 'reason')?.value;
  const properties = propertiesOf(pairs);
  return { method, result: resultWord(method, head.value), reason, properties, comments };
}

function propertiesOf(pairs: readonly { name: string; value: string }[]): ResultProperty[] {
  return pairs.flatMap(({ name, value }) => {
    const dot = name.indexOf('.');
    const [type, own] = dot < 0 ? ['', name] : [name.slice(0, dot), name.slice(dot + 1)];
    return own.toLowerCase() === 'reason'
      ? []
      : [{ type: type.toLowerCase(), name: own.toLowerCase(), value }];
  });
}

/**
 * `name = value` pairs of a segment. A value may be several tokens that touch (`"a b"@example.jp`, `@` before a
 * domain); white space and comments end it.
 */
function pairsOf(segment: readonly Token[]): { name: string; value: string }[] {
  const tokens = segment.filter(
    (token, index) =>
      token.kind !== 'comment' ||
      // A comment separates like white space does.
      (index > 0 && segment[index - 1]?.kind === 'text'),
  );
  const pairs: { name: string; value: string }[] = [];
  let pending = '';
  let at = 0;
  while (at < tokens.length) {
    const token = tokens[at];
    // Comments may stand on both sides of the dot in `smtp.mailfrom`.
    if (token?.kind === 'text') {
      pending = token.text.startsWith('.') || pending.endsWith('.') ? pending + token.text : token.text;
    }
    if (token?.kind === 'equals' && pending !== '') {
      at += 1;
      while (tokens[at]?.kind === 'space' || tokens[at]?.kind === 'comment') at += 1;
      let value = '';
      while (tokens[at]?.kind === 'text' || (value !== '' && tokens[at]?.kind === 'equals')) {
        value += tokens[at]?.text ?? '';
        at += 1;
      }
      // Coremail folds an address in its middle.
      const [space, more, after] = tokens.slice(at, at + 3);
      if (isCutAddress(pending, value) && space?.kind === 'space' && more?.text.includes('@')) {
        if (after?.kind !== 'equals') {
          value += more.text;
          at += 2;
        }
      }
      pairs.push({ name: pending, value });
      pending = '';
      continue;
    }
    at += 1;
  }
  return pairs;
}

/** Whether a value that should be an address ends before its domain. */
function isCutAddress(name: string, value: string): boolean {
  return /^smtp\.mail/i.test(name) && !value.includes('@') && !value.includes('.');
}

/** The domain a DKIM result is about: `header.d`, or what follows the `@` of `header.i` (Gmail gives only that). */
export function dkimDomainOf(result: MethodResult): string | undefined {
  const property = (name: string): string | undefined =>
    result.properties.find((one) => one.type === 'header' && one.name === name)?.value;
  const domain = property('d') ?? property('i')?.split('@').at(-1);
  return domain === undefined || domain === '' ? undefined : domain.toLowerCase();
}

/** The domain an SPF result is about, and which identity it was evaluated for. */
export function spfDomainOf(
  result: MethodResult,
): { readonly scope: 'mailfrom' | 'helo'; readonly domain: string } | undefined {
  for (const name of [...MAIL_FROM_PROPERTIES, 'helo']) {
    const value = result.properties.find((one) => one.type === 'smtp' && one.name === name)?.value;
    const domain = value?.split('@').at(-1);
    if (domain === undefined || domain === '') continue;
    return { scope: name === 'helo' ? 'helo' : 'mailfrom', domain: domain.toLowerCase() };
  }
  return undefined;
}

/** A header field of the message. */
export interface HeaderField {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
}

/** The fields that may be believed. */
export interface TrustedResults {
  /** Whose word it is; absent in Microsoft's form. */
  readonly authservId?: string;
  /** The names of all fields believed, topmost first. */
  readonly names: readonly string[];
  readonly results: readonly MethodResult[];
  /** Fields that were not believed, by authserv-id. */
  readonly ignored: readonly string[];
  /** How many fields of the same name were left out because they are of another evaluation: see {@link oneReading}. */
  readonly repeated: number;
}

/**
 * The receiver's own results (RFC 8601 sections 4.1 and 5). Each hop prepends, so the topmost field is the last
 * evaluation; a receiver removes fields that came in under its names. With `trusted` the fields of all those names
 * count; without it the topmost field's name is taken for the receiver's, together with the receiver's other names
 * where it is a known one. That holds for a mail read in the mailbox it was sent to. `undefined` when there is no field
 * to believe.
 */
export function trustedResults(
  fields: readonly HeaderField[],
  trusted: readonly string[] = [],
): TrustedResults | undefined {
  const parsed = fields
    .filter(({ name }) => name === 'authentication-results')
    .map(({ value }) => parseAuthenticationResults(value));
  const names = trusted.map((name) => normaliseDomain(name));
  const isTrusted = ({ authservId }: AuthenticationResults): boolean =>
    authservId !== undefined &&
    (names.includes(normaliseDomain(authservId)) ||
      names.includes(receiverOf(authservId)?.toLowerCase() ?? authservId));
  const top = names.length === 0 ? parsed[0] : parsed.find(isTrusted);
  if (top === undefined) return undefined;
  const receiver = receiverOf(top.authservId);
  const own = parsed.filter((one) => {
    if (one === top) return true;
    // Without a name nothing ties further fields to the receiver: only the topmost counts.
    if (top.authservId === undefined || one.authservId === undefined) return false;
    if (names.length > 0) return isTrusted(one);
    return (
      one.authservId === top.authservId || (receiver !== undefined && receiverOf(one.authservId) === receiver)
    );
  });
  return {
    authservId: top.authservId,
    names: [...new Set(own.flatMap(({ authservId }) => authservId ?? []))],
    ...oneReading(own),
    ignored: parsed.filter((one) => !own.includes(one)).map(({ authservId }) => authservId ?? '?'),
  };
}

/** Methods of which one evaluation gives one verdict; signatures are told apart by domain and selector instead. */
const ONE_VERDICT: ReadonlySet<string> = new Set(['spf', 'dmarc']);

/**
 * One evaluation out of the fields of one receiver, topmost first. Filters of a host often write a field each (one
 * with SPF, one with DKIM, one with DMARC), which belong together. A lower field that gives SPF or DMARC again is of
 * an earlier evaluation, or came in with the mail: mixed with the upper one it would make a verdict nobody gave, so it
 * is left out whole. Of DKIM, which several filters may check, the topmost field that speaks of it counts.
 */
function oneReading(fields: readonly AuthenticationResults[]): Pick<TrustedResults, 'results' | 'repeated'> {
  const known = new Set<string>();
  const results: MethodResult[] = [];
  let repeated = 0;
  for (const field of fields) {
    if (field.results.some(({ method }) => ONE_VERDICT.has(method) && known.has(method))) {
      repeated += 1;
      continue;
    }
    results.push(...field.results.filter(({ method }) => !known.has(method)));
    for (const { method } of field.results) known.add(method);
  }
  return { results, repeated };
}

/**
 * The DMARC result about this From domain, or one that names no domain; and the From domains of results about other
 * mail: a receiver evaluates the domain in From, so a result that names another says nothing about this mail.
 */
export function dmarcResultOf(
  results: readonly MethodResult[],
  fromDomain: string | undefined,
): { readonly result?: MethodResult; readonly otherDomains: readonly string[] } {
  const about = results
    .filter(({ method }) => method === 'dmarc')
    .map((result) => ({ result, domain: headerFromOf(result) }));
  const fitting = about.filter(({ domain }) => domain === undefined || domain === fromDomain);
  const [best] = [...fitting.filter(({ domain }) => domain !== undefined), ...fitting];
  const others = about.flatMap(({ domain }) =>
    domain === undefined || domain === fromDomain ? [] : [domain],
  );
  return { ...(best && { result: best.result }), otherDomains: [...new Set(others)] };
}

/** `header.from`: a domain (RFC 8601 section 2.7.2), in the wild now and then the whole address. */
function headerFromOf({ properties }: MethodResult): string | undefined {
  const value =
    properties.find(({ type, name }) => type === 'header' && name === 'from')?.value ??
    // IronPort writes a bare d=.
    properties.find(({ type, name }) => type === '' && (name === 'd' || name === 'from'))?.value;
  const domain = normaliseDomain(value?.split('@').at(-1) ?? '');
  return domain === '' ? undefined : domain;
}

/** The SPF result that DMARC goes by: the one for MAIL FROM, before one for HELO (RFC 9989 section 4.4.2). */
export function spfResultOf(results: readonly MethodResult[]): MethodResult | undefined {
  const spf = results.filter(({ method }) => method === 'spf');
  return spf.find((result) => spfDomainOf(result)?.scope === 'mailfrom') ?? spf[0];
}
