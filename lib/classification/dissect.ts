import { domainOf } from '../address.ts';
import { carrierOfDomain, carrierOfHost, hostName } from './carriers.ts';
import type { Phase } from './rules/rule.ts';
import type { Reply } from './types.ts';
import { isWordCode, type Words } from './words.ts';

/**
 * Characters of a diagnostic that are read. SES's diagnostics are a few hundred; what follows is a repetition or an
 * attack, and reading a bounded text keeps the cost of a reply bounded.
 */
export const READ_LIMIT = 2048;

/** A reply taken apart once: everything the rules ask about. */
export interface Dissected {
  /** SMTP reply code in the text (RFC 5321 section 4.2), 0 when there is none. */
  readonly code: number;
  /** Enhanced status (RFC 3463) of the text, else of the report; `''` when there is none. */
  readonly status: string;
  /** Enhanced status that stands in the text itself, `''` when there is none. */
  readonly ownStatus: string;
  /** The SMTP phase, where a wrapper's own status shows it; the words may show it too (rules/phases.ts). */
  readonly phase: Phase | undefined;
  readonly bareColon: boolean;
  /** Carrier of the recipient's domain, then of the answering server. */
  readonly carrierOfRecipient: string | undefined;
  readonly carrierOfServer: string | undefined;
  /** The recipient's domain and the answering host's name. */
  readonly domain: string;
  readonly host: string;
  readonly bounceSubType: string;
  readonly recipient: string;
  readonly at: string;
}

/**
 * Takes a reply apart. Linear in the text, of which at most {@link READ_LIMIT} characters are read. `words` becomes
 * the words of the text: lower case, punctuation and addresses removed.
 */
export function dissect(reply: Reply, words: Words): Dissected {
  words.clear();
  const whole = (reply.diagnosticCode ?? '').slice(0, READ_LIMIT);
  const { text, phase } = innermost(whole);
  const lower = text.toLowerCase();
  const scanned = scan(lower, words);
  const reported = reply.status ?? '';
  const status = scanned.status || statusIn(reported);
  const host = reply.remoteMta ? hostName(reply.remoteMta) : hostIn(whole);
  const domain = domainOf(reply.recipient);
  return {
    code: scanned.code,
    status,
    ownStatus: scanned.status,
    phase,
    bareColon: hasBareColon(lower),
    carrierOfRecipient: carrierOfDomain(domain)?.id,
    carrierOfServer: carrierOfHost(host)?.id,
    domain,
    host,
    bounceSubType: reply.bounceSubType ?? '',
    recipient: reply.recipient,
    at: reply.at,
  };
}

/**
 * The answering server's own reply inside what the sending system wrote around it.
 *
 * Exchange Online: `550 5.1.351 Remote server returned unknown recipient or mailbox unavailable -> 550 ...`.
 * IronPort, and SES in its early years: `5.1.0 - Unknown address error 550-'...' (delivery attempts: 0)`.
 * Their own words would otherwise be taken for the server's. IronPort's status shows the phase: 5.1.0 at RCPT, 5.3.0
 * later (an inference from the samples of set-of-emails, and only for texts of this form).
 */
function innermost(text: string): { readonly text: string; readonly phase: Phase | undefined } {
  const arrow = text.indexOf('-> ');
  if (arrow >= 0 && arrow < 200 && text.length > arrow + 6)
    return { text: text.slice(arrow + 3), phase: undefined };
  const quote = text.indexOf("-'");
  if (quote > 4 && quote < 120) {
    const end = text.lastIndexOf("'");
    if (end > quote + 2 && text.startsWith('(delivery attempts', end + 2)) {
      return { text: text.slice(quote - 3, end), phase: phaseOfWrapper(text.slice(0, quote)) };
    }
  }
  return { text, phase: undefined };
}

function phaseOfWrapper(wrapper: string): Phase | undefined {
  if (wrapper.includes('5.3.0 - ')) return 'data';
  return wrapper.includes('5.1.0 - ') ? 'rcpt' : undefined;
}

interface Scanned {
  readonly code: number;
  readonly status: string;
}

/**
 * One pass over a lower-cased text: its words, its reply code and its enhanced status.
 *
 * A run of characters without blank or bracket that holds an `@` is an address and is left out. A reply code and
 * enhanced status that open a line again (`550-5.1.1`, in a reply of several lines) are left out as well: they
 * would tear a phrase apart that runs over the line's end.
 */
function scan(text: string, words: Words): Scanned {
  let code = 0;
  let status = '';
  let index = 0;
  let at = text.indexOf('@');
  while (index < text.length) {
    const start = skipSeparators(text, index);
    if (start >= text.length) break;
    const end = chunkEnd(text, start);
    index = end;
    if (at >= 0 && at < start) at = text.indexOf('@', start);
    if (at >= 0 && at < end) continue;
    const marks = isDigit(text, start) ? codeAndStatus(text, start, end) : undefined;
    if (marks) {
      code ||= marks.code;
      status ||= marks.status;
    }
    words.add(text, marks ? marks.end : start, end);
  }
  return { code, status };
}

function skipSeparators(text: string, from: number): number {
  let index = from;
  while (index < text.length && !isWordCode(text.charCodeAt(index))) index++;
  return index;
}

/** End of a chunk: the next blank, control, angle bracket, quote, comma or semicolon. */
function chunkEnd(text: string, from: number): number {
  let index = from;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code <= 0x20 || code === 0x3c || code === 0x3e || code === 0x22 || code === 0x3b || code === 0x2c)
      break;
    index++;
  }
  return index;
}

/**
 * Reads the marks a chunk begins with: `550`, `550-`, `550:`, `5.1.1`, `550-5.1.1`, `5.1.1:`, `554-No`; undefined
 * when it begins with none. `end` is where the marks end and words may follow.
 */
function codeAndStatus(text: string, start: number, end: number): Marks | undefined {
  let from = start;
  let code = 0;
  if (start + 3 <= end && isDigit(text, start + 1) && isDigit(text, start + 2)) {
    const value = Number(text.slice(start, start + 3));
    const next = start + 3 >= end ? ' ' : text.charAt(start + 3);
    if (value < 200 || value > 599 || !' -:)]'.includes(next)) return undefined;
    code = value;
    from = start + 3;
    while (from < end && !isWordCode(text.charCodeAt(from))) from++;
  }
  const status = statusAt(text, from, end);
  if (status !== '' && (from + status.length >= end || !isWordCode(text.charCodeAt(from + status.length)))) {
    return { code, status, end: from + status.length };
  }
  return code === 0 ? undefined : { code, status: '', end: from };
}

interface Marks {
  readonly code: number;
  readonly status: string;
  readonly end: number;
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0x30 && code <= 0x39;
}

/** An RFC 3463 status (`5.7.26`) that begins at an index, or `''`. */
function statusAt(text: string, from: number, end: number): string {
  const first = text.charAt(from);
  if ((first !== '2' && first !== '4' && first !== '5') || text.charAt(from + 1) !== '.') return '';
  let index = from + 2;
  let digits = 0;
  while (index < end && isDigit(text, index)) {
    index++;
    digits++;
  }
  if (digits === 0 || digits > 3 || text.charAt(index) !== '.') return '';
  index++;
  digits = 0;
  while (index < end && isDigit(text, index)) {
    index++;
    digits++;
  }
  return digits === 0 || digits > 3 ? '' : text.slice(from, index);
}

/** The status in a report's field, which may carry a comment: `5.0.0 (permanent failure)`. */
function statusIn(field: string): string {
  const text = field.slice(0, 40).trim();
  return statusAt(text, 0, text.length);
}

/**
 * Whether the text says `: user unknown` with nothing but the reply code before the colon (au and UQ after DATA),
 * in whatever a sending system wrapped it: `550: : User unknown`, `<<< 550 : User unknown`, `550-': User unknown`.
 */
function hasBareColon(text: string): boolean {
  let found = text.indexOf('user unknown');
  while (found >= 0) {
    if (isBareBefore(text, found)) return true;
    found = text.indexOf('user unknown', found + 1);
  }
  return false;
}

/** Whether only marks of a reply (code, enhanced status, colons, quotes) and a colon stand before an index. */
function isBareBefore(text: string, from: number): boolean {
  let index = from - 1;
  let colons = 0;
  // A wrapper adds a few characters, never a screenful: the bound keeps hostile text linear.
  for (const stop = from - 24; index >= 0 && index > stop; index--) {
    const character = text.charAt(index);
    if (character === ':') colons++;
    else if (!' \t\r\n-\'"('.includes(character)) break;
  }
  if (colons === 0) return false;
  if (index < 0) return true;
  // Yahoo's wrapping brings words and a colon of its own; an address before the colons makes them another text.
  if (colons > 1 && text.charAt(index) !== '>') return true;
  const end = index + 1;
  // `550: User unknown`: the one colon is the wrapper's, and au's own is not there.
  if (colons === 1 && text.charAt(end) === ':') return false;
  while (index >= 0 && (isDigit(text, index) || text.charAt(index) === '.')) index--;
  const mark = text.slice(index + 1, end);
  const before = index < 0 ? ' ' : text.charAt(index);
  if (isWordCode(before.charCodeAt(0)) || before === '@') return false;
  return /^[245]\d\d$/.test(mark) || (mark !== '' && statusIn(mark) === mark);
}

/** The host that a sending system names in the text: `host mx.example.jp[192.0.2.1] said:`, `connect to mx...`. */
function hostIn(text: string): string {
  for (const mark of ['host ', 'connect to ', 'connected to ', 'relay=', 'server ']) {
    const found = text.indexOf(mark);
    if (found < 0) continue;
    const name = hostName(text.slice(found + mark.length, found + mark.length + 260)).replace(/:$/, '');
    if (name.includes('.')) return name;
  }
  return '';
}
