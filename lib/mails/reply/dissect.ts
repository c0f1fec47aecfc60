import { cleanReply } from './clean.ts';
import {
  ADVICE,
  ADVICE_AT_START,
  ADVICE_JA,
  CAUSE,
  DEMANDS,
  NO_ADVICE_AFTER,
  OPENINGS,
  PHASE_WORDS,
  type Phase,
  QUOTES_A_REPLY,
  type Subject,
} from './grammar.ts';
import { PhraseTable } from './phrases.ts';

export type { Phase, Subject } from './grammar.ts';

/** What a piece of a reply is for; see grammar.ts. */
export type Role = 'cause' | 'statement' | 'opening' | 'advice';

/** A piece of a reply: its words in lower case, without punctuation, addresses, host names, links and marks. */
export interface Clause {
  readonly role: Role;
  readonly words: readonly string[];
  /** Whom the opening before it is about: `Sender address rejected: Domain not found`. */
  readonly about?: Subject;
  /** Of a cause: the words that name it as one. */
  readonly marker?: readonly string[];
}

/** A reply taken apart: what was said, how, where. No meaning is given to it here. */
export interface ReplyParts {
  /** SMTP reply code in the text (RFC 5321 section 4.2), 0 when there is none. */
  readonly code: number;
  /** Enhanced status (RFC 3463) that stands in the server's own text, `''` when there is none. */
  readonly status: string;
  readonly phase: Phase | undefined;
  /** `550 : User unknown`: nothing but the reply code before the colon (au and UQ after DATA). */
  readonly bareColon: boolean;
  /** The host that the sending system names in the text, `''` when it names none. */
  readonly host: string;
  /** In the order of the text. Clauses without words are left out. */
  readonly clauses: readonly Clause[];
  /** What the sending system wrote around the server's reply; asked for only when the reply itself says nothing. */
  readonly around: () => readonly Clause[];
  /** All words of the reply outside advice, as one text: rows of known wordings look here. */
  readonly words: readonly string[];
  /** Names in Gmail's links (`?p=NoSuchUser`), which are stable and stand for its reasons; lower case. */
  readonly linkNames: readonly string[];
}

const openings = new PhraseTable(() => OPENINGS);
const advice = new PhraseTable(() => ADVICE.map((phrase) => [phrase, true]));
const adviceAtStart = new PhraseTable(() => ADVICE_AT_START.map((phrase) => [phrase, true]));
const demands = new PhraseTable(() => DEMANDS.map((phrase) => [phrase, true]));
const causes = new PhraseTable(() => CAUSE.map((phrase) => [phrase, true]));

/** Takes a reply apart. Pure; linear in the text, of which a bounded beginning is read (see clean.ts). */
export function dissect(diagnosticCode: string): ReplyParts {
  const whole = cleanReply(diagnosticCode);
  const lower = whole.toLowerCase();
  const { reply, around, phase } = unwrap(whole);
  const { code, status, text } = readMarks(reply);
  const linkNames: string[] = [];
  const pieces = clausesOf(text, linkNames);
  return {
    code,
    status,
    phase: phase ?? phaseIn(lower),
    bareColon: hasBareColon(lower),
    host: hostIn(whole),
    clauses: pieces,
    around: () => (around === '' ? [] : clausesOf(readMarks(around).text, [])),
    words: pieces
      .filter(({ role }) => role !== 'advice')
      .flatMap(({ marker = [], words }) => [...marker, ...words]),
    linkNames,
  };
}

interface Unwrapped {
  readonly reply: string;
  readonly around: string;
  readonly phase: Phase | undefined;
}

/**
 * The answering server's own reply inside what the sending system wrote around it.
 *
 * IronPort, and SES in its early years: `5.1.0 - Unknown address error 550-'...' (delivery attempts: 0)`. Its own
 * status shows the phase: 5.1.0 at RCPT, 5.3.0 later (an inference from the samples of set-of-emails). The other
 * forms are in grammar.ts; of several the last is the innermost, but of Sendmail's transcript the first refused.
 */
function unwrap(whole: string): Unwrapped {
  const quoted = /^(.{0,110}?)(\d{3}|.)-'(.*)' ?\(delivery attempts/s.exec(whole);
  if (quoted !== null) {
    const [, before = '', code = '', inside = ''] = quoted;
    return { reply: `${code} ${inside}`, around: before, phase: phaseOfWrapper(before) };
  }
  let start = 0;
  for (const { 0: found, index } of whole.matchAll(QUOTES_A_REPLY)) {
    start = index + found.length;
    if (found.startsWith('<<<') && !whole.startsWith('2', start)) break;
  }
  if (start === 0) return { reply: whole, around: '', phase: undefined };
  return { reply: whole.slice(start), around: whole.slice(0, start), phase: undefined };
}

function phaseOfWrapper(wrapper: string): Phase | undefined {
  if (wrapper.includes('5.3.0 - ')) return 'data';
  return wrapper.includes('5.1.0 - ') ? 'rcpt' : undefined;
}

/** A look that spares most replies the search. */
const PHASE_SIGN = /in reply to|after|like|state|refused to talk|rejected/;

function phaseIn(lower: string): Phase | undefined {
  if (!PHASE_SIGN.test(lower)) return undefined;
  const words = lower.replace(/[^a-z0-9]+/g, ' ');
  return PHASE_WORDS.find(([phrase]) => words.includes(phrase))?.[1];
}

interface Marks {
  readonly code: number;
  readonly status: string;
  /** Without the marks that open its lines. */
  readonly text: string;
}

/** An RFC 3463 status that is no piece of an IP address or a version. */
const STATUS = /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)/;
const REPLY_CODE = /^\W{0,4}(2\d\d)(?=[ \-:])|(?:^|[\s:<("'\]])([45]\d\d)(?=[ \-:)\]]|$)/;
/** The marks that open a line, and a colon of a wrapper behind them. */
const LINE_MARKS =
  /(?<=^|[\n<"'\]] ?)\s*(?:[245]\d\d(?=[\s\-:)\]]|$)[-:)\]]*\s*(?:[#(]*[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)[-:)]*)?|[#(]*(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)[-:)]*)/g;

/** The reply code and the enhanced status, each the first of its kind, and the text without the marks of its lines. */
function readMarks(reply: string): Marks {
  const code = Number(REPLY_CODE.exec(reply.slice(0, 400))?.slice(1).find(Boolean) ?? 0);
  const lines = code === 0 ? reply : splitLines(reply, code);
  return { code, status: STATUS.exec(reply)?.[0] ?? '', text: lines.replace(LINE_MARKS, ' ') };
}

/**
 * Lines of a reply that a report folded into one: `550-5.1.1 No such 550-5.1.1 user 550 5.1.1 here`. The code comes
 * again with a dash, or with a status; where the words go on in lower case behind it, it was a fold.
 */
function splitLines(reply: string, code: number): string {
  if (!reply.includes(` ${code}`)) return reply;
  return reply.replace(CODE_AGAIN, (mark, again: string, next: string) => {
    if (Number(again) !== code) return mark;
    return /[a-z]/.test(next) ? ' ' : '\n';
  });
}

const CODE_AGAIN =
  / ([245]\d\d)(?:-| (?=[245]\.\d{1,3}\.\d| ?https?:))(?:[245]\.\d{1,3}\.\d{1,3})? ?(?=(.?))/g;

/**
 * Whether the text says `: user unknown` with nothing but the reply code before the colon (au and UQ after DATA),
 * in whatever a sending system wrapped it: `550: : User unknown`, `<<< 550 : User unknown`, `550-': User unknown`.
 */
function hasBareColon(lower: string): boolean {
  for (const { index } of lower.matchAll(/user[ \n]unknown/g)) if (isBareBefore(lower, index)) return true;
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
    else if (!' \n-\'"('.includes(character)) break;
  }
  if (colons === 0) return false;
  if (index < 0) return true;
  // Yahoo's wrapping brings words and a colon of its own; an address before the colons makes them another text.
  if (colons > 1 && text.charAt(index) !== '>') return true;
  const end = index + 1;
  // `550: User unknown`: the one colon is the wrapper's, and au's own is not there.
  if (colons === 1 && text.charAt(end) === ':') return false;
  while (index >= 0 && /[\d.]/.test(text.charAt(index))) index--;
  const mark = text.slice(index + 1, end);
  const before = index < 0 ? ' ' : text.charAt(index);
  if (/[\p{L}\p{N}@]/u.test(before)) return false;
  return /^[245]\d\d$/.test(mark) || STATUS.exec(mark)?.[0] === mark;
}

/** The host that a sending system names in the text: `host mx.example.jp[192.0.2.1] said:`, `connect to mx...`. */
function hostIn(text: string): string {
  const found = /(?:host |connect(?:ed)? to |relay=|server )\[?([\w.-]{1,253})/i.exec(text)?.[1] ?? '';
  const host = found.toLowerCase().replace(/\.+$/, '');
  return host.includes('.') ? host : '';
}

/** What ends a clause: the end of a sentence or line, a colon, a semicolon, a bracket, a dash with blanks around. */
const BOUNDARY = /\n|[.!?]+(?=[\s"'<(]|$)|\.{2,}|[。！？;()[\]|]|:(?=[\s"'(<]|$)| -{1,2} |--/;

function clausesOf(text: string, linkNames: string[]): readonly Clause[] {
  const clauses: Clause[] = [];
  let about: Subject | undefined;
  for (const piece of withoutNames(text, linkNames).split(BOUNDARY)) {
    const words = wordsOf(piece);
    if (words.length === 0) continue;
    about = addPiece(clauses, words, about);
  }
  return clauses;
}

/** Adds the clauses of a piece; answers whom its openings are about, for the piece that follows. */
function addPiece(
  clauses: Clause[],
  words: readonly string[],
  before: Subject | undefined,
): Subject | undefined {
  const { statement, rest } = cutAdvice(words);
  let from = 0;
  let about = before;
  for (let found = openings.at(statement, 0); found; found = openings.at(statement, from)) {
    if (found.value !== 'anything') about = found.value;
    from += found.length;
    if (from >= statement.length) break;
  }
  const add = (role: Role, some: readonly string[], marker?: readonly string[]) => {
    if (some.length === 0) return;
    clauses.push({ role, words: some, ...(about !== undefined && { about }), ...(marker && { marker }) });
  };
  add('opening', statement.slice(0, from));
  const left = statement.slice(from);
  const cause = causeIn(left);
  add('statement', cause === undefined ? left : left.slice(0, cause.at));
  if (cause !== undefined) {
    const end = cause.at + cause.length;
    add('cause', left.slice(end), left.slice(cause.at, end));
  }
  add('advice', rest);
  return about;
}

/** A piece up to the words that begin advice, and the advice. */
function cutAdvice(words: readonly string[]): {
  readonly statement: readonly string[];
  readonly rest: readonly string[];
} {
  if (words.some(isJapanese) && ADVICE_JA.test(words.join(''))) return { statement: [], rest: words };
  for (let index = 0; index < words.length; index++) {
    const found = advice.at(words, index) ?? (index === 0 ? adviceAtStart.at(words, index) : undefined);
    if (found === undefined || NO_ADVICE_AFTER.has(words[index - 1] ?? '')) continue;
    // Postfix's "Host not found, try again" is a name server's fault, and a time to come again is no advice.
    if (words[index] === 'try' && (words[index - 1] === 'found' || isRetryIn(words, index))) continue;
    const isDemand = words[index] === 'please' && demands.at(words, index + 1) !== undefined;
    if (!isDemand) return { statement: words.slice(0, index), rest: words.slice(index) };
  }
  return { statement: words, rest: [] };
}

/** Whether a word may be Japanese, by its first letter. */
function isJapanese(word: string): boolean {
  return word.charCodeAt(0) > 0x2fff;
}

/** `try again in 300 seconds`: a server that greylists says nothing else. */
function isRetryIn(words: readonly string[], at: number): boolean {
  return words[at + 1] === 'again' && (words[at + 2] === 'in' || words[at + 2] === 'after');
}

/** Where a cause is named, not at the very end. */
function causeIn(words: readonly string[]): { readonly at: number; readonly length: number } | undefined {
  for (let at = 0; at < words.length - 1; at++) {
    const found = causes.at(words, at);
    if (found !== undefined && at + found.length < words.length) return { at, length: found.length };
  }
  return undefined;
}

const LINK = /(?:https?:\/\/|www\.)[^\s<>"'、。]*/gi;
const LINK_NAME = /[?&](?:p|answer)=([A-Za-z0-9_]+)/;
const ADDRESS = /[^\s<>(),;:"'[\]]*@[^\s<>(),;:"'[\]\u3000-\u9fff]*/g;
const IPV4 = /\[?(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)\]?/g;
const IPV6 = /\[?(?:IPv6:)?(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}\]?/gi;
/** Names with a dot: hosts, files, programs; Exchange's symbols (`RESOLVER.ADR.RecipNotFound`) are kept apart below. */
const DOTTED = /(?<![\w.-])[\w-]+(?:\.[\w-]+)+\.?(?![\w-])/g;
const SYMBOL = /^(?:resolver|storedrv|smtpsend|routing|ers|rbac|queue|transport|agent)\./i;
/** Endings of a name of two parts that are no new sentence (`exist.Please`). */
const TOP_LEVEL =
  /\.(?:[a-z]{2}|com|net|org|edu|gov|mil|int|info|biz|name|example|test|invalid|local|lan|internal|localdomain|arpa|cloud|email|online|shop|site|tokyo|osaka|jp|app|dev|php|html?|cgi|cfm|aspx?)\.?$/i;
/** Ids that servers print for their own log. */
const LOG_ID = /\b(?:id|ref|ticket|session|queue-?id|message-?id|msgid|trace)\s?[=#:]\s?\S+/gi;

/** The text without links, addresses, IP addresses, host names and log ids: none of them is a word of the server's. */
function withoutNames(text: string, linkNames: string[]): string {
  let plain = text;
  if (/:\/\/|www\./i.test(plain)) {
    plain = plain.replace(LINK, (link) => {
      const name = LINK_NAME.exec(link)?.[1];
      if (name !== undefined && /google/i.test(link)) linkNames.push(name.toLowerCase());
      return ' ';
    });
  }
  if (plain.includes('@')) plain = plain.replace(ADDRESS, ' ');
  if (/[=#:]/.test(plain)) plain = plain.replace(LOG_ID, ' ');
  if (/:[0-9a-f]{0,4}:/i.test(plain)) plain = plain.replace(IPV6, ' ');
  return plain.includes('.') ? plain.replace(IPV4, ' ').replace(DOTTED, dottedWords) : plain;
}

function dottedWords(name: string): string {
  if (SYMBOL.test(name)) return ` ${name.replaceAll('.', ' ')} `;
  const parts = name.split('.').filter((part) => part !== '');
  const isName = parts.length > 2 || /\d|-|_/.test(name) || TOP_LEVEL.test(name);
  return isName ? ' ' : ` ${parts.join(' . ')} `;
}

/** The words of a piece: an apostrophe inside a word is dropped, everything else that is no letter parts words. */
function wordsOf(piece: string): readonly string[] {
  const plain = piece.toLowerCase().replace(/(?<=[a-z])['’](?=[a-z])/g, '');
  return plain.match(/^[\x20-\x7e]*$/.test(plain) ? /[a-z0-9]+/g : /[\p{L}\p{N}\p{M}]+/gu) ?? [];
}
