import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, Transform, type TransformCallback } from 'node:stream';
import { TextDecoder } from 'node:util';
import { CsvError, parse } from 'csv-parse';
import { stripControls } from '../../lib/address.ts';
import type { Bilingual } from '../../lib/text.ts';
import { CliError, cannotRead } from '../errors.ts';
import type { NamedFile } from '../session.ts';
import type { Encoding } from './encoding.ts';

/** One row of a file. */
export interface CsvRow {
  /** Line it begins on; the first line of the file is 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A file being read, row by row. */
export interface CsvFile {
  readonly rows: AsyncIterable<CsvRow>;
  /** Size of the file, bytes. */
  readonly size: number;
  /** Bytes read so far. */
  bytesRead(): number;
}

/** Longest row, in characters: a quotation mark that never closes must not take the rest of the file into memory. */
const LONGEST_ROW = 256 * 1024;
const DELIMITERS = [',', '\t', ';'] as const;

/** What the parser gives when asked for `info`: the row, and the line it ended on. */
interface ParsedRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Opens a CSV file: RFC 4180, or with tabs or semicolons where its first line has more of those than of commas.
 * Memory does not grow with the file.
 *
 * @throws {CliError} when there is no such file; reading the rows throws it for what is not CSV or not the encoding.
 */
export async function openCsv(file: NamedFile, encoding: Encoding): Promise<CsvFile> {
  const size = await sizeOf(file);
  const source = createReadStream(file.path);
  const parser = parse({
    info: true,
    bom: true,
    delimiter: await delimiterOf(file.path, encoding),
    // Shop systems leave quotation marks inside cells unescaped, and empty cells at the end of a row away.
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
  });
  // An error in any of them destroys the parser with it, and reading the rows then throws.
  pipeline(source, decoding(encoding), parser, () => undefined);
  return { size, rows: rowsOf(parser, file.name), bytesRead: () => source.bytesRead };
}

async function sizeOf({ name, path }: NamedFile): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw cannotRead(name, undefined);
  return found.size;
}

async function* rowsOf(parser: AsyncIterable<ParsedRow>, file: string): AsyncGenerator<CsvRow> {
  try {
    for await (const { record, info } of parser) {
      yield { line: info.lines - lineBreaksIn(record), cells: record };
    }
  } catch (error) {
    const name = stripControls(file);
    if (error instanceof CsvError) {
      throw new CliError(notCsv(name, error), { cause: error });
    }
    if (error instanceof TypeError) {
      throw new CliError(
        {
          ja: `${name} の文字コードが --encoding の指定と異なります。`,
          en: `${name} is not in the encoding that --encoding names`,
        },
        { cause: error },
      );
    }
    throw error;
  }
}

function notCsv(name: string, error: CsvError): Bilingual {
  const [ja, en] =
    typeof error.lines === 'number' ? [`（${error.lines}行目付近）`, ` near line ${error.lines}`] : ['', ''];
  return error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE'
    ? {
        ja: `${name}：引用符が閉じられていません${ja}。`,
        en: `${name}: a quotation mark opens and never closes${en}`,
      }
    : {
        ja: `${name}：CSVとして読み取れません${ja}。`,
        en: `${name}: not CSV${en}: ${stripControls(error.message)}`,
      };
}

function lineBreaksIn(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) if (/[\r\n]/.test(cell)) count += cell.split(/\r\n|\r|\n/).length - 1;
  return count;
}

/** Bytes of an encoding to text; wrong bytes end the stream with a TypeError. */
function decoding(encoding: Encoding): Transform {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const decode = (chunk: Buffer | undefined, done: TransformCallback): void => {
    try {
      done(null, chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode());
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return new Transform({
    decodeStrings: false,
    readableObjectMode: false,
    transform: (chunk: Buffer, _encoding, done) => decode(chunk, done),
    flush: (done) => decode(undefined, done),
  });
}

async function delimiterOf(path: string, encoding: Encoding): Promise<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of createReadStream(path, { end: 16 * 1024 })) {
    return delimiterIn(decoder.decode(Buffer.from(chunk)));
  }
  return ',';
}

/** What separates the cells of a CSV: of a comma, a tab and a semicolon the one its first line has most of. */
export function delimiterIn(text: string): string {
  const [line = ''] = text.split(/\r|\n/);
  const counts = DELIMITERS.map((delimiter) => ({ delimiter, count: line.split(delimiter).length }));
  return counts.toSorted((left, right) => right.count - left.count)[0]?.delimiter ?? ',';
}
