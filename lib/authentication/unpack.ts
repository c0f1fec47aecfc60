import { crc32, gunzipSync, inflateRawSync } from 'node:zlib';
import yauzl from 'yauzl';

/**
 * Report files to XML bytes: gzip, zip or plain, told apart by their first bytes (names and MIME types lie), with
 * limits against bombs.
 */

/** Limits while unpacking. The largest reports seen have a few megabytes. */
export interface UnpackLimits {
  /** Bytes of one file as received. */
  readonly packedBytes: number;
  /** Bytes of one file unpacked. */
  readonly unpackedBytes: number;
  /** Files in one archive. */
  readonly archiveEntries: number;
}

/** The limits in force where nothing else is said. */
export const UNPACK_LIMITS: UnpackLimits = {
  packedBytes: 10 * 1024 * 1024,
  unpackedBytes: 32 * 1024 * 1024,
  archiveEntries: 8,
};

/** Why a file was not read. */
const REJECTIONS = [
  'too-large',
  'bomb',
  'broken-archive',
  'empty-archive',
  'not-xml',
  'broken-xml',
  'entities',
  'not-a-report',
  'no-attachment',
  'unreadable-mail',
] as const;

/** See {@link REJECTIONS}. */
export type Rejection = (typeof REJECTIONS)[number];

/** Thrown when a file cannot be read as a report; `reason` is one of a fixed list, the message says more. */
export class RejectedReportError extends Error {
  override readonly name = 'RejectedReportError';
  readonly reason: Rejection;

  constructor(reason: Rejection, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Whether bytes are a gzip member (RFC 1952 section 2.3.1). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Whether bytes are a zip archive: a local file header, or the end record of an empty one. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 0x03 || bytes[2] === 0x05);
}

/**
 * The XML documents inside a file: one of gzip and plain, one or several of zip.
 *
 * @throws {RejectedReportError} when it is too large, broken, or a bomb.
 */
export async function unpack(file: Uint8Array, limits = UNPACK_LIMITS): Promise<readonly Uint8Array[]> {
  if (file.byteLength > limits.packedBytes) {
    throw new RejectedReportError('too-large', `${file.byteLength} bytes, more than ${limits.packedBytes}`);
  }
  if (isZip(file)) return unzip(Buffer.from(file), limits);
  if (!isGzip(file)) return [file];
  const once = gunzip(Buffer.from(file), limits);
  // A gzip file inside a gzip file is unpacked once more and no further.
  return [isGzip(once) ? gunzip(once, limits) : once];
}

function gunzip(bytes: Buffer, limits: UnpackLimits): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: limits.unpackedBytes });
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw bomb(limits);
    // Bytes after the trailer (Mimecast appends CR LF): the first member may still be whole.
    if (codeOf(error) === 'Z_DATA_ERROR') return firstMember(bytes, limits);
    throw new RejectedReportError('broken-archive', 'the gzip data end too early or are damaged', {
      cause: error,
    });
  }
}

/** The first gzip member alone, checked against its own CRC and length (RFC 1952 section 2.3). */
function firstMember(bytes: Buffer, limits: UnpackLimits): Buffer {
  const damaged = (cause?: unknown) =>
    new RejectedReportError('broken-archive', 'the gzip data are damaged', { cause });
  const start = headerLength(bytes);
  if (start === undefined) throw damaged();
  let content: Buffer;
  let consumed: number;
  try {
    const { buffer, engine } = inflateRaw(bytes.subarray(start), limits);
    content = buffer;
    consumed = engine.bytesWritten;
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw bomb(limits);
    throw damaged(error);
  }
  const trailer = start + consumed;
  if (trailer + 8 > bytes.length) throw damaged();
  if (bytes.readUInt32LE(trailer) !== crc32(content)) throw damaged();
  if (bytes.readUInt32LE(trailer + 4) !== content.length % 2 ** 32) throw damaged();
  return content;
}

/** `inflateRawSync` with the number of bytes it consumed; `info` changes its result, which its types leave out. */
function inflateRaw(
  bytes: Buffer,
  limits: UnpackLimits,
): { buffer: Buffer; engine: { bytesWritten: number } } {
  const made: unknown = inflateRawSync(bytes, { maxOutputLength: limits.unpackedBytes, info: true });
  if (
    typeof made === 'object' &&
    made !== null &&
    'buffer' in made &&
    Buffer.isBuffer(made.buffer) &&
    'engine' in made &&
    typeof made.engine === 'object' &&
    made.engine !== null &&
    'bytesWritten' in made.engine &&
    typeof made.engine.bytesWritten === 'number'
  ) {
    return { buffer: made.buffer, engine: { bytesWritten: made.engine.bytesWritten } };
  }
  throw new TypeError('inflateRawSync gave no info');
}

/** Length of a gzip member's header; `undefined` when it is cut off. */
function headerLength(bytes: Buffer): number | undefined {
  const flags = bytes[3] ?? 0;
  let at = 10;
  if ((flags & 4) !== 0) at += 2 + (at + 1 < bytes.length ? bytes.readUInt16LE(at) : 0);
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return undefined;
    at = end + 1;
  }
  if ((flags & 2) !== 0) at += 2;
  return at < bytes.length ? at : undefined;
}

function bomb(limits: UnpackLimits): RejectedReportError {
  return new RejectedReportError('bomb', `unpacks to more than ${limits.unpackedBytes} bytes`);
}

async function unzip(bytes: Buffer, limits: UnpackLimits): Promise<readonly Uint8Array[]> {
  const documents: Uint8Array[] = [];
  let total = 0;
  try {
    const archive = await yauzl.fromBufferPromise(bytes);
    if (archive.entryCount > limits.archiveEntries) {
      throw new RejectedReportError('bomb', `${archive.entryCount} files in one archive`);
    }
    for await (const entry of archive.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      if (entry.uncompressedSize > limits.unpackedBytes) throw bomb(limits);
      const stream = await archive.openReadStreamPromise(entry);
      const chunks: Buffer[] = [];
      // The entry's own word on its size may be a lie: the bytes are counted as they come.
      for await (const chunk of stream) {
        if (!Buffer.isBuffer(chunk)) continue;
        total += chunk.length;
        if (total > limits.unpackedBytes) throw bomb(limits);
        chunks.push(chunk);
      }
      documents.push(Buffer.concat(chunks));
    }
  } catch (error) {
    if (error instanceof RejectedReportError) throw error;
    throw new RejectedReportError('broken-archive', 'the zip archive is damaged', { cause: error });
  }
  if (documents.length === 0) throw new RejectedReportError('empty-archive', 'the zip archive holds no file');
  return documents;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
