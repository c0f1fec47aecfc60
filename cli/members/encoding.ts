import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import { stripControls } from '../../lib/address.ts';
import { CliError, cannotRead } from '../errors.ts';
import type { NamedFile } from '../session.ts';

/** The encodings shops export in. WHATWG's Shift_JIS is Windows-31J, with the letters of NEC and IBM. */
export const ENCODINGS = ['utf-8', 'shift_jis', 'euc-jp', 'utf-16le'] as const;

/** See {@link ENCODINGS}. */
export type Encoding = (typeof ENCODINGS)[number];

/**
 * The encoding of a file: by its byte order mark, else UTF-8 where every byte of it is valid, else Shift_JIS.
 *
 * The whole file is read, in constant memory: the first Japanese name may stand in the last row. EUC-JP is never
 * guessed, most of it being valid Shift_JIS too.
 *
 * @throws {CliError} when the file cannot be read or is none of them.
 */
export async function detectEncoding(file: NamedFile): Promise<Encoding> {
  const start = await firstBytes(file);
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  for (const encoding of ['utf-8', 'shift_jis'] as const) if (await isValid(file, encoding)) return encoding;
  const [name, names] = [stripControls(file.name), ENCODINGS.join(', ')];
  throw new CliError({
    ja: `${name} の文字コードはUTF-8でもShift_JISでもありません。--encoding で指定してください（${names}）。`,
    en: `${name} is neither UTF-8 nor Shift_JIS: name its encoding with --encoding (${names})`,
  });
}

/**
 * The bytes of a file as text, in the encoding that {@link detectEncoding} would find; for files that fit into memory.
 *
 * @param name the file as it was typed; it is cleaned here.
 * @throws {CliError} when they are none of them.
 */
export function textIn(bytes: Uint8Array, name: string): string {
  const candidates: readonly Encoding[] =
    bytes[0] === 0xff && bytes[1] === 0xfe ? ['utf-16le'] : ['utf-8', 'shift_jis'];
  for (const encoding of candidates) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // The next one.
    }
  }
  const shown = stripControls(name);
  throw new CliError({
    ja: `${shown} の文字コードはUTF-8でもShift_JISでもありません。どちらかで保存し直してください。`,
    en: `${shown} is neither UTF-8 nor Shift_JIS: save it as one of them`,
  });
}

async function firstBytes({ name, path }: NamedFile): Promise<Buffer> {
  try {
    const handle = await open(path);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw cannotRead(name, error);
  }
}

async function isValid({ name, path }: NamedFile, encoding: Encoding): Promise<boolean> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const source = createReadStream(path, { highWaterMark: 256 * 1024 });
  try {
    for await (const chunk of source) decoder.decode(Buffer.from(chunk), { stream: true });
    decoder.decode();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw cannotRead(name, error);
  }
}
