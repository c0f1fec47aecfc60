import { normaliseDomain } from '../address.ts';
import { carrierOfDomain } from './carriers.ts';

/** Domains that customers of a Japanese shop mean, the commonest first: the first that fits is suggested. */
export const MEANT: readonly string[] = [
  'gmail.com',
  'docomo.ne.jp',
  'ezweb.ne.jp',
  'softbank.ne.jp',
  'yahoo.co.jp',
  'icloud.com',
  'i.softbank.jp',
  'au.com',
  'hotmail.com',
  'hotmail.co.jp',
  'outlook.com',
  'outlook.jp',
  'ymobile.ne.jp',
  'uqmobile.jp',
  'rakumail.jp',
  'yahoo.com',
  'yahoo.ne.jp',
  'nifty.com',
  'me.com',
  'live.jp',
];

const MEANT_EXACTLY: ReadonlySet<string> = new Set(MEANT);

/**
 * Real domains that look like a mistyped one of the list above. They take mail, or did, for people of their own:
 * suggesting another would be wrong.
 */
const REAL: ReadonlySet<string> = new Set([
  'mail.com',
  'email.com',
  'ymail.com',
  'ymail.ne.jp',
  'hotmail.jp',
  'hotmail.fr',
  'hotmail.de',
  'hotmail.es',
  'hotmail.it',
  'outlook.fr',
  'outlook.de',
  'outlook.es',
  'outlook.kr',
  'live.com',
  'live.fr',
  'mac.com',
  'msn.com',
  'googlemail.com',
  'rocketmail.com',
  'softbank.jp',
  'softbank.co.jp',
  'g.softbank.co.jp',
  'nttdocomo.com',
  'nttdocomo.co.jp',
  'ybb.ne.jp',
  'yahoo.fr',
  'yahoo.de',
  'yahoo.co.uk',
  'yahoo.co.in',
  'yahoo.com.tw',
  'yahoo.com.hk',
  'nifty.ne.jp',
  'rakuten.jp',
  'rakuten.ne.jp',
]);

/** Endings that are typed for a domain's right one; the name before them must be right or nearly so. */
const ENDINGS: readonly string[] = [
  '.ne.com',
  '.co.com',
  '.ne.jp',
  '.co.jp',
  '.or.jp',
  '.com',
  '.jp',
  '.co',
  '.ne',
  '.con',
  '.cm',
  '.om',
  '.net',
];

interface Known {
  readonly domain: string;
  readonly name: string;
}

function nameOf(domain: string): string {
  const ending = ENDINGS.find((candidate) => domain.endsWith(candidate) && domain.length > candidate.length);
  return ending === undefined ? domain : domain.slice(0, -ending.length);
}

const KNOWN: readonly Known[] = MEANT.map((domain) => ({ domain, name: nameOf(domain) }));

/**
 * The domain probably meant by a mistyped one (`docomo.co.jp`, `docom.ne.jp`, `sofbank.ne.jp`, `gmail.co`), or
 * undefined. A guess for a person to confirm; nothing is ever removed or rewritten because of it.
 *
 * Three ways to be near: the beginning of a known domain (`yahoo.co`), one slip from it (a letter missing, added or
 * wrong, or two swapped), or a known name under the wrong ending. Of short names only `au` is known, by its endings.
 */
export function probablyMeant(domain: string): string | undefined {
  if (domain.length > 255 || MEANT_EXACTLY.has(domain) || carrierOfDomain(domain) !== undefined)
    return undefined;
  const typed = normaliseDomain(domain);
  if (typed === '' || typed.length > 40 || REAL.has(typed) || MEANT_EXACTLY.has(typed)) return undefined;
  const name = nameOf(typed);
  for (const known of KNOWN) {
    if (known.name.length >= 5 && known.domain.startsWith(typed) && typed.length > known.name.length + 1) {
      return known.domain;
    }
  }
  for (const known of KNOWN) {
    if (known.name.length >= 5 && isOneSlip(typed, known.domain)) return known.domain;
  }
  for (const known of KNOWN) {
    if (known.name.length < 5) continue;
    if (typed !== name && name === known.name && !isForeignYahoo(typed, known)) return known.domain;
    if (known.name.length >= 6 && typed !== name && isOneSlip(name, known.name)) return known.domain;
  }
  return typed === 'au.ne.jp' || typed === 'au.co.jp' || typed === 'au.jp' ? 'au.com' : undefined;
}

/**
 * The domain meant by a text without any dot: one whose dots were left out (`ezwebnejp`), or the name alone (`docomo`).
 * Undefined where none is known.
 */
export function domainWithoutDot(text: string): string | undefined {
  const typed = text.toLowerCase();
  return KNOWN.find(({ domain, name }) => typed === name || typed === domain.replaceAll('.', ''))?.domain;
}

/** Yahoo and Hotmail exist under many countries' endings: only endings that are no country's are a slip there. */
function isForeignYahoo(typed: string, known: Known): boolean {
  return (known.name === 'yahoo' || known.name === 'hotmail' || known.name === 'outlook') &&
    /\.[a-z]{2}$/.test(typed)
    ? !/\.(jp|co|ne|cm|om)$/.test(typed)
    : false;
}

/** Whether two texts differ by one insertion, deletion, substitution or swap of neighbours. */
function isOneSlip(left: string, right: string): boolean {
  if (left === right) return false;
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  if (long.length - short.length > 1) return false;
  let index = 0;
  while (index < short.length && short.charAt(index) === long.charAt(index)) index++;
  if (short.length < long.length) return short.slice(index) === long.slice(index + 1);
  if (short.slice(index + 1) === long.slice(index + 1)) return true;
  return (
    short.charAt(index) === long.charAt(index + 1) &&
    short.charAt(index + 1) === long.charAt(index) &&
    short.slice(index + 2) === long.slice(index + 2)
  );
}
