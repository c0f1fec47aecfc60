import { gunzipSync, gzipSync } from 'node:zlib';
import { type HandedFile, MAXIMUM_FILES } from '../../contracts/read-dmarc-report.ts';
import { MAXIMUM_MAIL_BYTES } from '../test-mail/test-mail.ts';
import type { RefusedFile } from './report-mail.ts';

/**
 * Report files on their way from an operator's command line to the function that stores them: how they are packed,
 * put together into requests that Lambda takes, and unpacked.
 */

/** Lambda takes 6 MB in one synchronous call; some of it is kept for what surrounds the files. */
const LARGEST_REQUEST = 6 * 1024 * 1024 - 64 * 1024;
/** Files share a request up to this size; a larger one goes alone. So no request holds hours of work. */
const SHARED_REQUEST = 1024 * 1024;

/** Files in requests, by their place in what was given. */
export interface PackedFiles {
  readonly requests: readonly (readonly { readonly index: number; readonly file: HandedFile }[])[];
  /** Files that are too large for a request of their own. */
  readonly tooLarge: readonly number[];
}

/** Packs files into as few requests as their sizes allow, in their order. */
export function packFiles(
  files: readonly { readonly name: string; readonly content: Uint8Array }[],
): PackedFiles {
  const requests: { index: number; file: HandedFile }[][] = [];
  const tooLarge: number[] = [];
  let room = 0;
  files.forEach(({ name, content }, index) => {
    const file = { name: name.slice(-255), content: gzipSync(content).toString('base64') };
    const size = Buffer.byteLength(JSON.stringify(file)) + 1;
    if (size > LARGEST_REQUEST) {
      tooLarge.push(index);
      return;
    }
    const open = requests.at(-1);
    if (open !== undefined && size <= room && open.length < MAXIMUM_FILES) {
      open.push({ index, file });
      room -= size;
    } else {
      requests.push([{ index, file }]);
      room = SHARED_REQUEST - size;
    }
  });
  return { requests, tooLarge };
}

/** The bytes that were packed, or why they cannot be had. */
export function openHandedFile({ name, content }: HandedFile): Uint8Array | RefusedFile {
  try {
    return gunzipSync(Buffer.from(content, 'base64'), { maxOutputLength: MAXIMUM_MAIL_BYTES });
  } catch (error) {
    const tooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return tooLarge
      ? {
          name,
          reason: 'too-large',
          detail: {
            ja: `上限は ${MAXIMUM_MAIL_BYTES} バイトです`,
            en: `${MAXIMUM_MAIL_BYTES} bytes at most`,
          },
        }
      : {
          name,
          reason: 'broken-archive',
          detail: { ja: '送信の途中で壊れました', en: 'it was damaged on its way' },
        };
  }
}
