import { XMLParser, XMLValidator } from 'fast-xml-parser';
import * as z from 'zod';
import { RejectedReportError } from './unpack.ts';

/**
 * XML bytes to the elements of a DMARC report, tolerant of what reporters really send and closed to what attackers
 * do: a document type is refused, so there are no entities to expand.
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

/** Elements of free text in which reporters forget to escape `<`: `<email><a@b></email>`. */
const FREE_TEXT = ['org_name', 'email', 'extra_contact_info', 'report_id'];

const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  // Numbers are read by hand: "007" and "0x1f" must not become others.
  parseTagValue: false,
  processEntities: true,
  maxNestedTags: 20,
});

/** What was repaired or overlooked in a document. */
type DocumentFault = 'xml-repaired' | 'not-utf-8' | 'leading-space';

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
  let xml = decode(bytes, faults);
  if (!xml.startsWith('<')) {
    const start = xml.slice(0, 40).replaceAll(/\s/g, ' ');
    throw new RejectedReportError('not-xml', { ja: `先頭は「${start}」`, en: `it begins "${start}"` });
  }
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) {
    throw new RejectedReportError('entities');
  }
  const tags = countTags(xml, maximumTags);
  if (XMLValidator.validate(xml) !== true) {
    xml = repaired(xml);
    const again = XMLValidator.validate(xml);
    if (again !== true) {
      const { line, msg } = again.err;
      throw new RejectedReportError('broken-xml', {
        ja: `${line} 行目`,
        en: `line ${line}: ${msg.slice(0, 200)}`,
      });
    }
    faults.push('xml-repaired');
  }
  let parsed: unknown;
  try {
    parsed = parser.parse(xml);
  } catch (cause) {
    const detail = {
      ja: '要素の入れ子が深すぎるか、使えない名前の要素があります',
      en: 'it is nested too deep or uses forbidden names',
    };
    throw new RejectedReportError('broken-xml', detail, { cause });
  }
  const root = z.object({ feedback: z.unknown() }).safeParse(parsed);
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

/** Tags of one document; a genuine record has fifty, so this is twenty thousand records. */
export const MAXIMUM_TAGS = 1_000_000;
/** Longest tag. Those of reports have a name, of which the root's carries some namespaces. */
const LONGEST_TAG = 4096;
/** Attributes of one tag. */
const MOST_ATTRIBUTES = 50;
/** Tags that begin inside another: an address that nobody escaped, or a name with `<` in it. */
const MOST_UNCLOSED = 50;

/**
 * Counts the tags, in one pass that takes linear time, and refuses what a report never has and XML parsers take long
 * over: tags that do not end, or that hold thousands of attributes.
 */
function countTags(xml: string, maximum: number): number {
  let tags = 0;
  let unclosed = 0;
  for (let at = xml.indexOf('<'); at >= 0; at = xml.indexOf('<', at)) {
    tags += 1;
    if (tags > maximum) throw refusedTag('too-large');
    const end = xml.startsWith('<!--', at) ? '-->' : xml.startsWith('<![CDATA[', at) ? ']]>' : '>';
    const close = xml.indexOf(end, at + 1);
    if (close < 0) throw refusedTag('broken-xml');
    if (end === '>') {
      const tag = xml.slice(at + 1, Math.min(close, at + 1 + LONGEST_TAG));
      if (close - at > LONGEST_TAG || tag.split('=').length - 1 > MOST_ATTRIBUTES)
        throw refusedTag('broken-xml');
      if (tag.includes('<')) unclosed += 1;
      if (unclosed > MOST_UNCLOSED) throw refusedTag('broken-xml');
    }
    at = close + end.length;
  }
  return tags;
}

function refusedTag(reason: 'too-large' | 'broken-xml'): RejectedReportError {
  const detail =
    reason === 'too-large'
      ? { ja: '要素が多すぎます', en: 'too many elements' }
      : { ja: '閉じていない、または長すぎるタグがあります', en: 'a tag does not end, or is too long' };
  return new RejectedReportError(reason, detail);
}

/** Bytes as text: UTF-16 by its mark, else UTF-8; bytes that are neither are replaced, not refused. */
function decode(bytes: Uint8Array, faults: DocumentFault[]): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  const decoded = new TextDecoder(utf16 ? 'utf-16le' : 'utf-8').decode(bytes);
  if (decoded.includes('\ufffd')) faults.push('not-utf-8');
  const trimmed = decoded.trim();
  if (trimmed.length !== decoded.length && /^\s/.test(decoded)) faults.push('leading-space');
  return trimmed;
}

/** Escapes free text that holds markup characters, and drops a schema element that is never closed. */
function repaired(xml: string): string {
  let text = xml.includes('</xs:schema>') ? xml : xml.replace(/<xs:schema[^>]{0,1000}>/, '');
  for (const name of FREE_TEXT) {
    const open = text.indexOf(`<${name}>`);
    if (open < 0) continue;
    const start = open + name.length + 2;
    const end = text.indexOf(`</${name}>`, start);
    if (end < 0) continue;
    const inner = text.slice(start, end);
    // Only a fault inside the element itself: another element's tag means that this one was never closed.
    if (inner.length > 1000) continue;
    const escaped = inner
      .replaceAll(/&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-f]{1,6});)/gi, '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;');
    text = `${text.slice(0, start)}${escaped}${text.slice(end)}`;
  }
  return text;
}
