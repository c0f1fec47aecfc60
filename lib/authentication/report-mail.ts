import PostalMime from 'postal-mime';
import { type AggregateReport, readAggregateReports } from './aggregate-report.ts';
import {
  isGzip,
  isZip,
  RejectedReportError,
  type Rejection,
  UNPACK_LIMITS,
  type UnpackLimits,
} from './unpack.ts';

/** Reports as they come: a mail with attachments, or a file. Each part is read or refused on its own. */

/** What became of one part. */
export interface ReadResult {
  readonly reports: readonly AggregateReport[];
  readonly rejected: readonly {
    readonly name: string;
    readonly reason: Rejection;
    readonly message: string;
  }[];
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
  if (isBareReport(file)) return readPart(name, file, limits);
  // A mail is base64 inside: a third more than what it carries.
  if (file.byteLength > limits.packedBytes * 2) {
    return refused(name, 'too-large', `${file.byteLength} bytes`);
  }
  let attachments: { filename: string | null; content: Uint8Array }[];
  try {
    const mail = await PostalMime.parse(new Uint8Array(file), { attachmentEncoding: 'arraybuffer' });
    attachments = mail.attachments.flatMap(({ filename, content }) =>
      typeof content === 'string'
        ? []
        : [{ filename, content: content instanceof ArrayBuffer ? new Uint8Array(content) : content }],
    );
    const body = mail.text?.trim() ?? '';
    // Some send the document as the mail's only text.
    if (attachments.length === 0 && body.startsWith('<')) {
      attachments = [{ filename: null, content: new TextEncoder().encode(body) }];
    }
  } catch {
    return refused(name, 'unreadable-mail', 'neither a report nor a mail');
  }
  // Names and types of attachments are not to be relied on: the bytes decide.
  const parts = attachments.filter(({ content }) => content.byteLength > 0).slice(0, MAXIMUM_ATTACHMENTS);
  if (parts.length === 0) return refused(name, 'no-attachment', 'the mail carries no report');
  const results: ReadResult[] = [];
  for (const { filename, content } of parts) results.push(await readPart(filename ?? name, content, limits));
  return {
    reports: results.flatMap(({ reports }) => reports),
    rejected: results.flatMap(({ rejected }) => rejected),
  };
}

/** Whether a file is a report itself, packed or not, and no mail that carries some. */
export function isBareReport(file: Uint8Array): boolean {
  return isGzip(file) || isZip(file) || looksLikeXml(file);
}

function looksLikeXml(file: Uint8Array): boolean {
  const start = new TextDecoder(file[0] === 0xff && file[1] === 0xfe ? 'utf-16le' : 'utf-8')
    .decode(file.subarray(0, 400))
    .trimStart();
  return start.startsWith('<');
}

async function readPart(name: string, file: Uint8Array, limits: UnpackLimits): Promise<ReadResult> {
  try {
    return { reports: await readAggregateReports(file, limits), rejected: [] };
  } catch (error) {
    if (error instanceof RejectedReportError) return refused(name, error.reason, error.message);
    throw error;
  }
}

function refused(name: string, reason: Rejection, message: string): ReadResult {
  return { reports: [], rejected: [{ name, reason, message }] };
}
