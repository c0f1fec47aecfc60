import { isIPv4, isIPv6 } from 'node:net';

/** Reading one SPF record (RFC 7208 sections 4.5, 4.6.1 and 12): pure, and linear in the record's length. */

/** The mechanisms of RFC 7208 section 5. */
const SPF_MECHANISMS = ['all', 'include', 'a', 'mx', 'ptr', 'ip4', 'ip6', 'exists'] as const;

/** See {@link SPF_MECHANISMS}. */
type SpfMechanism = (typeof SPF_MECHANISMS)[number];

/** What a match means: `+` pass, `-` fail, `~` softfail, `?` neutral. */
type SpfQualifier = '+' | '-' | '~' | '?';

/** One directive of a record. */
export interface SpfDirective {
  readonly qualifier: SpfQualifier;
  readonly mechanism: SpfMechanism;
  /** What follows `:`; `''` when the mechanism stands alone and means the current domain. */
  readonly value: string;
  /** The directive as written. */
  readonly text: string;
}

/** Why a record is a permanent error by its own text. */
export interface SpfSyntaxFault {
  /** The term that is wrong. */
  readonly term: string;
  readonly kind:
    | 'unknown-mechanism'
    | 'bad-address'
    | 'missing-domain'
    | 'unexpected-value'
    | 'bad-prefix-length'
    | 'bad-domain'
    | 'repeated-modifier'
    | 'bad-modifier'
    | 'bad-character';
}

/** A record, read. */
export interface SpfRecord {
  readonly text: string;
  readonly directives: readonly SpfDirective[];
  /** Target of `redirect=`, when there is one. */
  readonly redirect?: string;
  readonly explanation?: string;
  /** Faults in order of appearance; a record with any is a permerror (RFC 7208 section 4.6). */
  readonly faults: readonly SpfSyntaxFault[];
}

/**
 * Whether a TXT record is an SPF record: exactly `v=spf1`, then a space or the end (RFC 7208 section 4.5). The
 * version is case-insensitive (ABNF string); a leading space or quote disqualifies.
 */
export function isSpfRecord(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text);
}

/** A TXT record that was surely meant to be SPF and is not one: receivers see no record at all. */
export function looksLikeSpf(text: string): boolean {
  return !isSpfRecord(text) && /^[\s"'\\]{0,8}(?:v\s{0,8}=\s{0,8}spf|spf1|spf2\.0)/i.test(text);
}

/** Whether a term is an `all`, whatever its qualifier. */
export function isAllTerm(term: string): boolean {
  return /^[+?~-]?all$/i.test(term);
}

/** Reads a record; never throws. */
export function parseSpf(text: string): SpfRecord {
  const directives: SpfDirective[] = [];
  const faults: SpfSyntaxFault[] = [];
  const modifiers = new Map<string, string>();

  for (const term of text.slice('v=spf1'.length).split(' ')) {
    if (term === '') continue;
    if (!/^[\x21-\x7e]+$/.test(term)) {
      faults.push({ term, kind: 'bad-character' });
      continue;
    }
    const modifier = /^([a-z][a-z0-9_.-]{0,63})=(.*)$/i.exec(term);
    if (modifier !== null) {
      readModifier(term, (modifier[1] ?? '').toLowerCase(), modifier[2] ?? '', modifiers, faults);
      continue;
    }
    const directive = readDirective(term);
    if ('kind' in directive) faults.push(directive);
    else directives.push(directive);
  }

  const redirect = modifiers.get('redirect');
  const explanation = modifiers.get('exp');
  return {
    text,
    directives,
    ...(redirect === undefined ? {} : { redirect }),
    ...(explanation === undefined ? {} : { explanation }),
    faults,
  };
}

/**
 * Several records as one: every term once, and the mildest `all` of them, so that nothing that passed is lost. A
 * redirect becomes an include, which passes the same senders.
 */
export function mergeSpf(records: readonly SpfRecord[]): string {
  const terms = records.flatMap(({ directives, redirect }) => {
    const all = directives.some(({ mechanism }) => mechanism === 'all');
    return [
      ...directives.filter(({ mechanism }) => mechanism !== 'all').map(({ text }) => text),
      ...(redirect === undefined || all ? [] : [`include:${redirect}`]),
    ];
  });
  const qualifiers = records.flatMap(({ directives }) =>
    directives.filter(({ mechanism }) => mechanism === 'all').map(({ qualifier }) => qualifier),
  );
  const strict = qualifiers.length > 0 && qualifiers.every((qualifier) => qualifier === '-');
  return ['v=spf1', ...new Set(terms), strict ? '-all' : '~all'].join(' ');
}

/** `redirect` and `exp` may appear once each (RFC 7208 section 6); of others only the macros' syntax matters. */
function readModifier(
  term: string,
  name: string,
  value: string,
  modifiers: Map<string, string>,
  faults: SpfSyntaxFault[],
): void {
  if (name !== 'redirect' && name !== 'exp') {
    if (!macrosAreWellFormed(value, MACRO_LETTERS)) faults.push({ term, kind: 'bad-modifier' });
    return;
  }
  if (modifiers.has(name)) faults.push({ term, kind: 'repeated-modifier' });
  else if (!isDomainSpec(value))
    faults.push({ term, kind: value === '' ? 'missing-domain' : 'bad-modifier' });
  else modifiers.set(name, value);
}

function readDirective(term: string): SpfDirective | SpfSyntaxFault {
  const qualifier = qualifierOf(term);
  const body = qualifier === undefined ? term : term.slice(1);
  const end = body.search(/[:/]/);
  const name = (end < 0 ? body : body.slice(0, end)).toLowerCase();
  const rest = end < 0 ? '' : body.slice(end);
  const mechanism = SPF_MECHANISMS.find((known) => known === name);
  if (mechanism === undefined) return { term, kind: 'unknown-mechanism' };
  const fault = faultOf(mechanism, rest);
  if (fault !== undefined) return { term, kind: fault };
  const { value } = splitPrefix(rest);
  return { qualifier: qualifier ?? '+', mechanism, value, text: term };
}

function qualifierOf(term: string): SpfQualifier | undefined {
  const first = term[0];
  return first === '+' || first === '-' || first === '~' || first === '?' ? first : undefined;
}

/** `:domain/24//64` as domain and prefix lengths. A name may hold a "/" too, as long as it ends as names do. */
function splitPrefix(rest: string): { value: string; prefix: string } {
  const whole = rest.replace(/^:/, '');
  if (!hasMacro(whole) && isDomainSpec(whole)) return { value: whole, prefix: '' };
  const slash = rest.indexOf('/');
  const value = (slash < 0 ? rest : rest.slice(0, slash)).replace(/^:/, '');
  return { value, prefix: slash < 0 ? '' : rest.slice(slash) };
}

function faultOf(mechanism: SpfMechanism, rest: string): SpfSyntaxFault['kind'] | undefined {
  const { value, prefix } = splitPrefix(rest);
  switch (mechanism) {
    case 'all':
      return rest === '' ? undefined : 'unexpected-value';
    case 'include':
    case 'exists':
      if (value === '') return 'missing-domain';
      // A macro may hold a "/" as a delimiter; only a plain domain may not.
      if (prefix !== '' && !rest.includes('%{')) return 'bad-prefix-length';
      return isDomainSpec(rest.slice(1)) ? undefined : 'bad-domain';
    case 'a':
    case 'mx':
      if (rest.startsWith(':') && value === '') return 'missing-domain';
      if (value !== '' && !isDomainSpec(value)) return 'bad-domain';
      return isDualPrefix(prefix) ? undefined : 'bad-prefix-length';
    case 'ptr':
      if (prefix !== '') return 'bad-prefix-length';
      if (rest.startsWith(':') && value === '') return 'missing-domain';
      return value === '' || isDomainSpec(value) ? undefined : 'bad-domain';
    case 'ip4':
      if (!isIPv4(value)) return 'bad-address';
      return prefix === '' || isPrefix(prefix.slice(1), 32) ? undefined : 'bad-prefix-length';
    case 'ip6': {
      const address = value;
      if (!isIPv6(address) || address.includes('%')) return 'bad-address';
      return prefix === '' || isPrefix(prefix.slice(1), 128) ? undefined : 'bad-prefix-length';
    }
  }
}

/** A prefix length without leading zeros (RFC 7208 section 12). */
function isPrefix(text: string, maximum: number): boolean {
  return /^(?:0|[1-9][0-9]{0,2})$/.test(text) && Number(text) <= maximum;
}

/** `/24`, `//64` or `/24//64`. */
function isDualPrefix(prefix: string): boolean {
  if (prefix === '') return true;
  const double = prefix.indexOf('//');
  if (double < 0) return isPrefix(prefix.slice(1), 32);
  const four = prefix.slice(0, double);
  return (four === '' || isPrefix(four.slice(1), 32)) && isPrefix(prefix.slice(double + 2), 128);
}

/** A domain-spec: macros are taken on trust, a plain name must end in a top label that is not a number. */
function isDomainSpec(text: string): boolean {
  if (text === '' || text.length > 253) return false;
  if (hasMacro(text)) return macrosAreWellFormed(text, DOMAIN_MACRO_LETTERS);
  if (text.includes('%')) return false;
  const labels = text.replace(/\.$/, '').split('.');
  const top = labels.at(-1) ?? '';
  return (
    labels.length >= 2 &&
    labels.every((label) => label.length > 0 && label.length <= 63) &&
    /^(?=.*[a-z-])[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i.test(top)
  );
}

/** Whether a domain-spec depends on the message (RFC 7208 section 7) and cannot be looked up beforehand. */
export function hasMacro(text: string): boolean {
  return /%[{%_-]/.test(text);
}

/** RFC 7208 section 7.2; `c`, `r` and `t` are allowed in the text of an explanation only, which is no part of a record. */
const MACRO_LETTERS = 'slodiphcrtv';
const DOMAIN_MACRO_LETTERS = 'slodiphv';

/** `%{letter digits r delimiters}`, `%%`, `%_` and `%-` only. */
function macrosAreWellFormed(text: string, letters: string): boolean {
  const macro = /%(?:\{([a-z])[0-9]{0,3}r?[.\-+,/_=]{0,8}\}|[%_-])/gi;
  const rest = text.replace(macro, (whole, letter: string | undefined) =>
    letter === undefined || letters.includes(letter.toLowerCase()) ? '' : whole,
  );
  return !rest.includes('%');
}
