import PostalMime from 'postal-mime';
import type { Bilingual } from '../../text.ts';
import {
  type AggregateReport,
  type ReadingBudget,
  readAggregateReport,
  readingBudget,
} from './aggregate-report.ts';
import { beginsAsXml, beginsSoon } from './report-xml.ts';
import {
  isGzip,
  isZip,
  RejectedReportError,
  type Rejection,
  sizes,
  UNPACK_LIMITS,
  type UnpackLimits,
  unpack,
} from './unpack.ts';

/** Reports as they come: a mail with attachments, or a file. Each part is read or refused on its own. */

/** What was not read. */
export interface RefusedFile {
  /** The file, or the attachment, and what of it where it is an archive. */
  readonly name: string;
  readonly reason: Rejection;
  /** What the reason does not say. */
  readonly detail?: Bilingual;
}

/** What became of one part. */
export interface ReadResult {
  readonly reports: readonly AggregateReport[];
  readonly rejected: readonly RefusedFile[];
}

/** Attachments of one mail read at most. */
const MAXIMUM_ATTACHMENTS = 20;

/**
 * Reads a file that is a report, or a mail that carries reports. Never throws for what the file holds: what cannot
 * be used is told with its reason, and the rest goes on.
 */
export async function readReportFile(
  name: string,
  file: Uint8Array,
  limits: UnpackLimits = UNPACK_LIMITS,
): Promise<ReadResult> {
  const left = { ...readingBudget(), bytes: limits.unpackedBytes };
  if (isBareReport(file)) return readPart(name, file, limits, left);
  // A mail is base64 inside: a third more than what it carries.
  if (file.byteLength > limits.packedBytes * 2) {
    return refused(name, 'too-large', sizes(file.byteLength, limits.packedBytes * 2));
  }
  let attachments: readonly Attachment[];
  try {
    attachments = await attachmentsOf(file);
  } catch {
    return refused(name, 'unreadable-mail');
  }
  // Names and types of attachments are not to be relied on: the bytes decide.
  const all = attachments.filter(({ content }) => content.byteLength > 0);
  const parts = all.slice(0, MAXIMUM_ATTACHMENTS);
  if (parts.length === 0) {
    // Words before a document may look like the header of a mail.
    return beginsSoon(file) ? readPart(name, file, limits, left) : refused(name, 'no-attachment');
  }
  const results: ReadResult[] = [];
  for (const { filename, content } of parts) {
    results.push(await readPart(filename ?? name, content, limits, left));
  }
  if (all.length > parts.length) {
    const detail = {
      ja: `添付ファイルが ${all.length} 件あり、最初の ${MAXIMUM_ATTACHMENTS} 件だけを読みました`,
      en: `it has ${all.length} attachments, of which the first ${MAXIMUM_ATTACHMENTS} were read`,
    };
    results.push(refused(name, 'too-large', detail));
  }
  return {
    reports: results.flatMap(({ reports }) => reports),
    rejected: results.flatMap(({ rejected }) => rejected),
  };
}

/** Whether a file is a report itself, packed or not, and no mail that carries some. */
export function isBareReport(file: Uint8Array): boolean {
  return isGzip(file) || isZip(file) || beginsAsXml(file);
}

/** Whether a file begins with a header field, behind what mailbox files put before a mail. */
function beginsAsMail(file: Uint8Array): boolean {
  const start = new TextDecoder().decode(file.subarray(0, 1000)).trimStart();
  return /^(?:From [^\r\n]*\r?\n)?[!-9;-~]{1,100}[ \t]*:/.test(start);
}

interface Attachment {
  readonly filename: string | null;
  readonly content: Uint8Array;
}

/** Mails inside one another that are looked into: a report that was forwarded as an attachment, and once more. */
const FORWARDED = 3;

/** All that a mail carries and that may be a report, also in mails that it carries. */
async function attachmentsOf(file: Uint8Array, depth = 0): Promise<readonly Attachment[]> {
  const mail = await PostalMime.parse(new Uint8Array(file), { attachmentEncoding: 'arraybuffer' });
  const found: Attachment[] = [];
  for (const { filename, mimeType, content: given } of mail.attachments) {
    if (typeof given === 'string') continue;
    const content = new Uint8Array(given);
    const isMail = mimeType.toLowerCase() === 'message/rfc822' && depth < FORWARDED && beginsAsMail(content);
    if (isMail) found.push(...(await attachmentsOf(content, depth + 1)));
    else found.push({ filename, content });
  }
  // Some send the document as the mail's text, or as a part that says it is text.
  const body = [mail.text, mail.html].find((text) => text !== undefined && /<feedback[\s>]/.test(text));
  if (body !== undefined) found.push({ filename: null, content: new TextEncoder().encode(body) });
  return found;
}

/** Reads one part; `left` is what the mail's parts may still come to together. */
async function readPart(
  name: string,
  file: Uint8Array,
  limits: UnpackLimits,
  left: ReadingBudget & { bytes: number },
): Promise<ReadResult> {
  const reports: AggregateReport[] = [];
  const rejected: RefusedFile[] = [];
  const attempt = (part: string, read: () => void): void => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof RejectedReportError)) throw error;
      rejected.push(refusal(part, error));
    }
  };
  try {
    for (const unpacked of await unpack(file, { ...limits, unpackedBytes: left.bytes })) {
      attempt(
        unpacked.entry === undefined || unpacked.entry === '' ? name : `${name}: ${unpacked.entry}`,
        () => {
          if ('refusal' in unpacked) throw unpacked.refusal;
          left.bytes -= unpacked.content.byteLength;
          reports.push(readAggregateReport(unpacked.content, left));
        },
      );
    }
  } catch (error) {
    if (!(error instanceof RejectedReportError)) throw error;
    rejected.push(refusal(name, error));
  }
  return { reports, rejected };
}

function refusal(name: string, { reason, detail }: RejectedReportError): RefusedFile {
  return { name, reason, ...(detail !== undefined && { detail }) };
}

function refused(name: string, reason: Rejection, detail?: Bilingual): ReadResult {
  return { reports: [], rejected: [{ name, reason, ...(detail !== undefined && { detail }) }] };
}
