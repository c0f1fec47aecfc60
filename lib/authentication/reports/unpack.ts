import { crc32, gunzipSync, inflateRawSync } from 'node:zlib';
import yauzl from 'yauzl';
import { errorCode, Refusal } from '../../refusal.ts';
import type { Bilingual } from '../../text.ts';

/**
 * Report files to XML bytes: gzip, zip or plain, told apart by their first bytes (names and MIME types lie), with
 * limits against bombs.
 */

/** Limits while unpacking. The largest of 3,221 genuine reports measured has 3.6 MB. */
export interface UnpackLimits {
  /** Bytes of one file as received. */
  readonly packedBytes: number;
  /** Bytes of one file unpacked; of a mail, of all that it carries together. */
  readonly unpackedBytes: number;
  /** Files in one archive. */
  readonly archiveEntries: number;
}

/** The limits in force where nothing else is said. */
export const UNPACK_LIMITS: UnpackLimits = {
  packedBytes: 10 * 1024 * 1024,
  unpackedBytes: 16 * 1024 * 1024,
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

/** Thrown when a file cannot be read as a report; `reason` is one of a fixed list, `detail` what it does not say. */
export class RejectedReportError extends Refusal {
  override readonly name = 'RejectedReportError';
  override readonly code: Rejection;
  readonly reason: Rejection;
  readonly detail: Bilingual | undefined;

  constructor(reason: Rejection, detail?: Bilingual, options?: ErrorOptions) {
    super(detail ?? { ja: reason, en: reason }, options);
    this.code = reason;
    this.reason = reason;
    this.detail = detail;
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

/** One document of a file, or why it could not be had; `entry` is its name in an archive. */
type Unpacked =
  | { readonly entry?: string; readonly content: Uint8Array }
  | { readonly entry?: string; readonly refusal: RejectedReportError };

/** Archives inside one another at most: mail systems pack once more what came packed. */
const DEEPEST = 3;

/**
 * The XML documents inside a file: one of gzip and plain, one or several of zip, each unpacked or refused on its own;
 * also of archives inside archives.
 *
 * @throws {RejectedReportError} when the whole is too large, broken, or a bomb.
 */
export async function unpack(file: Uint8Array, limits = UNPACK_LIMITS): Promise<readonly Unpacked[]> {
  if (file.byteLength > limits.packedBytes) {
    throw new RejectedReportError('too-large', sizes(file.byteLength, limits.packedBytes));
  }
  return open(Buffer.from(file), limits, 0);
}

/** What is inside, at a depth of archives. */
async function open(bytes: Buffer, limits: UnpackLimits, depth: number): Promise<readonly Unpacked[]> {
  if (!isZip(bytes) && !isGzip(bytes)) {
    if (bytes.byteLength > limits.unpackedBytes) throw bomb(limits);
    return [{ content: bytes }];
  }
  if (depth === DEEPEST) {
    throw new RejectedReportError('bomb', {
      ja: `圧縮が ${DEEPEST} 重を超えています`,
      en: `packed more than ${DEEPEST} times over`,
    });
  }
  return isZip(bytes) ? unzip(bytes, limits, depth) : open(gunzip(bytes, limits), limits, depth + 1);
}

/** A size that is too large, and what may be. */
export function sizes(bytes: number, limit: number): Bilingual {
  return {
    ja: `${bytes} バイト（上限 ${limit} バイト）`,
    en: `${bytes} bytes, ${limit} at most`,
  };
}

function gunzip(bytes: Buffer, limits: UnpackLimits): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: limits.unpackedBytes });
  } catch (error) {
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE') throw bomb(limits);
    // Bytes after the trailer (Mimecast appends CR LF): the first member may still be whole.
    if (errorCode(error) === 'Z_DATA_ERROR') return firstMember(bytes, limits);
    throw new RejectedReportError('broken-archive', undefined, { cause: error });
  }
}

/** The first gzip member alone, checked against its own CRC and length (RFC 1952 section 2.3). */
function firstMember(bytes: Buffer, limits: UnpackLimits): Buffer {
  const damaged = (cause?: unknown) => new RejectedReportError('broken-archive', undefined, { cause });
  const start = headerLength(bytes);
  if (start === undefined) throw damaged();
  let content: Buffer;
  let consumed: number;
  try {
    const { buffer, engine } = inflateRaw(bytes.subarray(start), limits);
    content = buffer;
    consumed = engine.bytesWritten;
  } catch (error) {
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE') throw bomb(limits);
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
  const left = limits.unpackedBytes;
  return new RejectedReportError('bomb', {
    ja: `展開後の上限は、同じメールのほかの添付と合わせて ${UNPACK_LIMITS.unpackedBytes} バイト（残り ${left} バイト）です`,
    en: `at most ${UNPACK_LIMITS.unpackedBytes} bytes may be unpacked of one mail or file, ${left} of them were left`,
  });
}

/** Entries that an archive may have at all, those passed over included. */
const MAXIMUM_ENTRIES = 1000;

async function unzip(bytes: Buffer, limits: UnpackLimits, depth: number): Promise<readonly Unpacked[]> {
  const documents: Unpacked[] = [];
  let left = limits.unpackedBytes;
  try {
    // Names are read here: the library refuses a whole archive for one that would be no safe path.
    const archive = await yauzl.fromBufferPromise(bytes, { decodeStrings: false });
    if (archive.entryCount > MAXIMUM_ENTRIES) throw tooMany(archive.entryCount);
    for await (const entry of archive.eachEntry()) {
      const name = nameOf(entry);
      if (isPassedOver(name)) continue;
      if (documents.length >= limits.archiveEntries) throw tooMany(archive.entryCount);
      const within = {
        ...limits,
        unpackedBytes: left,
        archiveEntries: limits.archiveEntries - documents.length,
      };
      for (const unpacked of await openEntry(archive, entry, name, within, depth)) {
        if ('content' in unpacked) left -= unpacked.content.byteLength;
        documents.push(unpacked);
      }
    }
  } catch (error) {
    if (error instanceof RejectedReportError) throw error;
    // What was read before the damage is good; the archive itself is what is refused.
    documents.push({ refusal: damagedZip(error) });
  }
  const [first] = documents;
  if (first === undefined) throw new RejectedReportError('empty-archive');
  if (documents.length === 1 && 'refusal' in first && first.entry === undefined) throw first.refusal;
  return documents;
}

function tooMany(entries: number): RejectedReportError {
  return new RejectedReportError('bomb', {
    ja: `1 つの圧縮ファイルに ${entries} 件のファイルが入っています`,
    en: `${entries} files in one archive`,
  });
}

/** An entry's name; some programs write none. */
function nameOf(entry: yauzl.Entry): string {
  // Without decoding it is bytes, which the library's types do not say.
  const name: unknown = entry.fileName;
  return Buffer.isBuffer(name) ? name.toString('utf8') : String(name);
}

/** Folders, and what macOS adds to an archive of its own. */
function isPassedOver(name: string): boolean {
  const parts = name.split(/[/\\]/);
  const isFolder = parts.length > 1 && parts.at(-1) === '';
  return isFolder || parts.at(-1) === '.DS_Store' || parts.includes('__MACOSX');
}

/** What is in one entry, which may be an archive itself. */
async function openEntry(
  archive: yauzl.ZipFile,
  entry: yauzl.Entry,
  name: string,
  limits: UnpackLimits,
  depth: number,
): Promise<readonly Unpacked[]> {
  const unpacked = await unpackEntry(archive, entry, name, limits);
  if ('refusal' in unpacked) return [unpacked];
  try {
    const inside = await open(Buffer.from(unpacked.content), limits, depth + 1);
    return inside.map((one) => ({ ...one, entry: one.entry === undefined ? name : `${name}: ${one.entry}` }));
  } catch (error) {
    if (!(error instanceof RejectedReportError)) throw error;
    return [{ entry: name, refusal: error }];
  }
}

/** One entry, or why it cannot be had: the others of the archive may be sound. */
async function unpackEntry(
  archive: yauzl.ZipFile,
  entry: yauzl.Entry,
  name: string,
  limits: UnpackLimits,
): Promise<Unpacked> {
  if (entry.uncompressedSize > limits.unpackedBytes) return { entry: name, refusal: bomb(limits) };
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    const stream = await archive.openReadStreamPromise(entry);
    // The entry's own word on its size may be a lie: the bytes are counted as they come.
    for await (const chunk of stream) {
      if (!Buffer.isBuffer(chunk)) continue;
      size += chunk.length;
      if (size > limits.unpackedBytes) return { entry: name, refusal: bomb(limits) };
      chunks.push(chunk);
    }
  } catch (error) {
    return { entry: name, refusal: damagedZip(error) };
  }
  const content = Buffer.concat(chunks);
  if (crc32(content) !== entry.crc32) return { entry: name, refusal: damagedZip() };
  return { entry: name, content };
}

function damagedZip(cause?: unknown): RejectedReportError {
  return new RejectedReportError('broken-archive', undefined, { cause });
}
