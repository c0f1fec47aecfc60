import { isUtf8 } from 'node:buffer';
import * as z from 'zod';
import { RejectedReportError } from './unpack.ts';

/**
 * XML bytes to the elements of a DMARC report, tolerant of what reporters really send and closed to what attackers
 * do: a document type is refused, so there are no entities to expand; tags, their length and their nesting are bounded.
 * One pass reads, checks and repairs.
 */

/** An element: text, or children. `lang` and other attributes are dropped, so text stays text. */
const text = z
  .union([z.string(), z.record(z.string(), z.unknown())])
  .transform((value) => (typeof value === 'string' ? value : ''));
const word = z.preprocess((value) => (Array.isArray(value) ? value[0] : value), text.optional());
const list = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => {
    if (value === undefined || value === '') return [];
    return Array.isArray(value) ? value : [value];
  }, z.array(item));
const group = <T extends z.ZodRawShape>(shape: T) =>
  z.preprocess((value) => {
    const first = Array.isArray(value) ? value[0] : value;
    return typeof first === 'object' && first !== null ? first : {};
  }, z.object(shape));

const authDkim = z.preprocess(
  (value) => (typeof value === 'object' ? value : {}),
  z.object({ domain: word, selector: word, result: word }),
);
const authSpf = z.preprocess(
  (value) => (typeof value === 'object' ? value : {}),
  z.object({ domain: word, scope: word, result: word }),
);
const reason = z.preprocess(
  (value) => (typeof value === 'object' ? value : {}),
  z.object({ type: word, comment: word }),
);

const identifiers = group({ header_from: word, envelope_from: word, envelope_to: word });

const record = z.preprocess(
  (value) => (typeof value === 'object' && value !== null ? value : {}),
  z.object({
    row: group({
      source_ip: word,
      count: word,
      policy_evaluated: group({ disposition: word, dkim: word, spf: word, reason: list(reason) }),
    }),
    identifiers: identifiers.optional(),
    // Some reporters write the element under this name.
    identities: identifiers.optional(),
    auth_results: group({ dkim: list(authDkim), spf: list(authSpf) }),
  }),
);

/** The shape of a report's elements, in either schema; everything optional, judged later. */
const feedbackSchema = z.object({
  version: word,
  report_metadata: group({
    org_name: word,
    email: word,
    report_id: word,
    date_range: group({ begin: word, end: word }),
    error: list(text),
    generator: word,
  }),
  policy_published: group({
    domain: word,
    p: word,
    sp: word,
    np: word,
    adkim: word,
    aspf: word,
    pct: word,
    testing: word,
    discovery_method: word,
  }),
  record: list(record),
});

/** See {@link feedbackSchema}. */
export type Feedback = z.infer<typeof feedbackSchema>;

/** What was repaired or overlooked in a document. */
type DocumentFault = 'xml-repaired' | 'not-utf-8' | 'leading-space' | 'text-around';

/** What a document was, beside its elements. */
export interface ReportDocument {
  readonly feedback: Feedback;
  /** The namespace of RFC 9990. */
  readonly rfc9990: boolean;
  /** Faults that were repaired or overlooked. */
  readonly faults: readonly DocumentFault[];
  /** How many tags it has. */
  readonly tags: number;
}

/**
 * Reads a report's elements.
 *
 * @throws {RejectedReportError} when the document is none, or is not to be trusted.
 */
export function readReportXml(bytes: Uint8Array, maximumTags = MAXIMUM_TAGS): ReportDocument {
  const faults: DocumentFault[] = [];
  const xml = documentIn(decode(bytes, faults), faults);
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) {
    throw new RejectedReportError('entities');
  }
  const { elements, tags } = readElements(xml, maximumTags, faults);
  const root = z.object({ feedback: z.unknown() }).safeParse(elements);
  if (Array.isArray(root.data?.feedback)) {
    const count = root.data.feedback.length;
    throw new RejectedReportError('not-a-report', {
      ja: `<feedback> 要素が ${count} 個あります。1 つずつのファイルに分けてください`,
      en: `it has ${count} <feedback> elements: split it into a file for each`,
    });
  }
  const feedback = feedbackSchema.safeParse(root.data?.feedback);
  if (!root.success || !feedback.success) {
    throw new RejectedReportError('not-a-report', {
      ja: '<feedback> 要素がありません',
      en: 'it has no <feedback> element',
    });
  }
  const rfc9990 = xml.slice(0, 4096).includes('urn:ietf:params:xml:ns:dmarc-2.0');
  return { feedback: feedback.data, rfc9990, faults, tags };
}

/** How far into a file its report may begin. */
const LONGEST_PREFACE = 2000;

/** The document in a text, which may stand behind some words. */
function documentIn(text: string, faults: DocumentFault[]): string {
  if (text.startsWith('<')) return text;
  const start = startIn(text);
  if (start > 0) {
    faults.push('text-around');
    return text.slice(start);
  }
  const begin = text.slice(0, 40).replaceAll(/\s/g, ' ');
  throw new RejectedReportError(
    'not-xml',
    text === ''
      ? { ja: '中身がありません', en: 'it is empty' }
      : { ja: `先頭は「${begin}」`, en: `it begins "${begin}"` },
  );
}

function startIn(text: string): number {
  return text.slice(0, LONGEST_PREFACE).search(/<(?:\?xml\s|feedback[\s>])/);
}

/** Whether a document stands behind some words at the beginning of a file. */
export function beginsSoon(bytes: Uint8Array): boolean {
  return startIn(new TextDecoder().decode(bytes.subarray(0, LONGEST_PREFACE))) > 0;
}

/** Tags of one document; a genuine record has fifty, so this is twenty thousand records. */
export const MAXIMUM_TAGS = 1_000_000;
/** Longest tag. Those of reports have a name, of which the root's carries some namespaces. */
const LONGEST_TAG = 4096;
/** Elements inside one another; a report has six. */
const DEEPEST = 20;
/** Elements of free text in which reporters forget to escape `<` and `&`: `<email><a@b></email>`. */
const FREE_TEXT: ReadonlySet<string> = new Set(['org_name', 'email', 'extra_contact_info', 'report_id']);
/** Longest of those texts; a longer one was never closed. */
const LONGEST_TEXT = 1000;

/** A start tag: its name, of which the prefix does not count, up to fifty attributes, and whether it is empty. */
const START =
  /^([A-Za-z_][\w.-]{0,100}:)?([A-Za-z_][\w.-]{0,100})(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*')){0,50}\s*(\/)?$/;

/** An element while it is read: its text counts where it has no children. */
interface Open {
  readonly name: string;
  readonly children: Record<string, unknown>;
  text: string;
}

/** The elements of a document as nested records; of several of one name a list. */
function readElements(
  xml: string,
  maximum: number,
  faults: DocumentFault[],
): { elements: Record<string, unknown>; tags: number } {
  const top: Open = { name: '', children: Object.create(null), text: '' };
  const path = [top];
  // Looked for once: a hostile document may open a million of them.
  const lastSchemaEnd = Math.max(xml.lastIndexOf('/schema>'), xml.lastIndexOf(':schema>'));
  let tags = 0;
  let isRepaired = false;
  const broken = (position: number, why: string): RejectedReportError => {
    const line = xml.slice(0, position).split('\n').length;
    return new RejectedReportError('broken-xml', { ja: `${line} 行目`, en: `line ${line}: ${why}` });
  };
  const put = (name: string, value: unknown): void => {
    const { children } = path.at(-1) ?? top;
    const known = children[name];
    if (known === undefined) children[name] = value;
    else if (Array.isArray(known)) known.push(value);
    else children[name] = [known, value];
  };
  let at = 0;
  for (let open = xml.indexOf('<'); open >= 0; open = xml.indexOf('<', at)) {
    const here = path.at(-1) ?? top;
    const text = xml.slice(at, open);
    isRepaired ||= BARE_AMPERSAND.test(text);
    here.text += decoded(text);
    tags += 1;
    if (tags > maximum) {
      throw new RejectedReportError('too-large', { ja: '要素が多すぎます', en: 'too many elements' });
    }
    const aside = ASIDES.find(([begin]) => xml.startsWith(begin, open));
    const end = aside?.[1] ?? '>';
    const close = xml.indexOf(end, open + 1);
    if (close < 0) throw broken(open, 'a tag does not end');
    at = close + end.length;
    if (aside !== undefined) {
      if (aside[0] === '<![CDATA[') here.text += xml.slice(open + 9, close);
      continue;
    }
    if (close - open > LONGEST_TAG) throw broken(open, 'a tag is too long');
    const tag = xml.slice(open + 1, close);
    if (tag.startsWith('/')) {
      const name = tag
        .slice(tag.indexOf(':') + 1)
        .replace(/^\//, '')
        .trimEnd();
      if (path.length < 2 || name !== here.name)
        throw broken(open, `</${name.slice(0, 40)}> closes no such element`);
      path.pop();
      put(name, Object.keys(here.children).length > 0 ? here.children : here.text.trim());
      continue;
    }
    const [, prefix = '', name = '', isEmpty] = START.exec(tag) ?? [];
    if (name === '' || name === '__proto__') throw broken(open, `<${tag.slice(0, 40)}> is no tag`);
    if (path.length > DEEPEST) throw broken(open, 'it is nested too deep');
    const closing = `</${prefix}${name}>`;
    if (isEmpty !== undefined) put(name, '');
    else if (FREE_TEXT.has(name) && xml.slice(at, at + LONGEST_TEXT + closing.length).includes(closing)) {
      const until = xml.indexOf(closing, at);
      const { text: inner, isEscaped } = freeText(xml.slice(at, until));
      isRepaired ||= !isEscaped;
      put(name, inner);
      at = until + closing.length;
      tags += 1;
      // A schema element that is never closed holds nothing of the report.
    } else if (name === 'schema' && lastSchemaEnd < at) isRepaired = true;
    else path.push({ name, children: Object.create(null), text: '' });
  }
  if (path.length > 1) throw broken(xml.length, `<${path.at(-1)?.name}> is not closed`);
  if (Object.keys(top.children).length === 0) throw broken(0, 'it has no element');
  const around = `${top.text}${xml.slice(at)}`.replaceAll('\0', '').trim();
  if (around !== '' || Object.keys(top.children).length > 1) faults.push('text-around');
  if (isRepaired) faults.push('xml-repaired');
  return { elements: top.children, tags };
}

/** The text of an element that holds no other, whatever is written in it. */
function freeText(written: string): { text: string; isEscaped: boolean } {
  // Every second piece stands in a CDATA section, where nothing is markup.
  const pieces = written
    .split(/<!\[CDATA\[([\s\S]*?)\]\]>/)
    .map((piece, index) => ({ piece, isLiteral: index % 2 === 1 }));
  return {
    text: pieces
      .map(({ piece, isLiteral }) => (isLiteral ? piece : decoded(piece)))
      .join('')
      .trim(),
    isEscaped: pieces.every(
      ({ piece, isLiteral }) => isLiteral || !(piece.includes('<') || BARE_AMPERSAND.test(piece)),
    ),
  };
}

/** What is no element, and how it ends. */
const ASIDES = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;

/** An `&` that begins no reference. */
const BARE_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-f]{1,6});)/i;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** A text with its references resolved; those of no character stay as they are. */
function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9a-f]{1,6}));/gi,
    (whole, name, ten, hex) => {
      if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
      const code = ten === undefined ? Number.parseInt(hex, 16) : Number(ten);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

/** Whether a file begins as XML does, in whatever encoding. */
export function beginsAsXml(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 400);
  return new TextDecoder(encodingOf(start)).decode(start).trimStart().startsWith('<');
}

/** Bytes as text; those that the encoding does not know are replaced, not refused. */
function decode(bytes: Uint8Array, faults: DocumentFault[]): string {
  const decoded = new TextDecoder(encodingOf(bytes)).decode(bytes);
  if (decoded.includes('\ufffd')) faults.push('not-utf-8');
  const trimmed = decoded.trim();
  if (trimmed.length !== decoded.length && /^\s/.test(decoded)) faults.push('leading-space');
  return trimmed;
}

/**
 * The encoding of a document (XML 1.0 appendix F): by its mark, by how its first sign is written, else UTF-8 where it
 * can be read so, else what it declares.
 */
function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const declared = /<\?xml\s[^>]{0,100}encoding\s*=\s*["']([\w.:-]{1,40})["']/i.exec(head)?.[1];
  // ISO-2022-JP is made of UTF-8's plainest signs, so that nothing else tells it.
  const isPlain = !bytes.includes(0x1b) && isUtf8(bytes);
  if (declared === undefined || isPlain || /^utf-?(?:8|16|32)/i.test(declared)) return 'utf-8';
  try {
    return new TextDecoder(declared).encoding;
  } catch {
    return 'utf-8';
  }
}
