import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse/sync';
import { normaliseAddress, stripControls } from '../../lib/address.ts';
import type { Bilingual } from '../../lib/text.ts';
import { faultText, typedAddress } from '../../lib/typed-address.ts';
import { withoutFormulaGuard } from '../csv.ts';
import { CliError, cannotRead } from '../errors.ts';
import { findColumns, hasKnownAddressColumn } from '../members/columns.ts';
import { textIn } from '../members/encoding.ts';
import { delimiterIn } from '../members/rows.ts';
import type { NamedFile } from '../session.ts';

/** The list of addresses (or ids of proposals) that an operator hands over as a file. */

/** Largest file read, bytes: a hundred thousand customers with ten columns. */
const LARGEST = 32 * 1024 * 1024;

/** A row of the file that names nothing that can be asked about. */
export interface FaultyRow {
  /** Line of the file; its first is 1. Absent: the line is right, and there is nothing of that name. */
  readonly line?: number;
  /** What stands there, cleaned. */
  readonly text: string;
  readonly why: Bilingual;
}

/** What a file names, each once, in the order of the file. */
export interface TargetList {
  readonly targets: readonly string[];
  readonly faults: readonly FaultyRow[];
  /** Rows that name something an earlier row named. */
  readonly duplicates: number;
}

/** The bytes of a file, or of standard input for `-`. @throws {CliError} when it cannot be read or is too large. */
export async function bytesOf(file: NamedFile, stdin: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  if (file.name === '-') {
    for await (const part of stdin) {
      parts.push(Buffer.from(part));
      size += parts.at(-1)?.length ?? 0;
      if (size > LARGEST) throw tooLarge(file);
    }
    return Buffer.concat(parts);
  }
  const bytes = await readFile(file.path).catch((error: unknown) => {
    throw cannotRead(file.name, error);
  });
  if (bytes.length > LARGEST) throw tooLarge(file);
  return bytes;
}

function tooLarge({ name }: NamedFile): CliError {
  const shown = stripControls(name);
  return new CliError({
    ja: `${shown} は大きすぎます（上限32MB）。ファイルを分けてください。`,
    en: `${shown} is larger than 32 MB: split it`,
  });
}

/**
 * What a file names: a CSV with a column of addresses, or one address a line.
 *
 * @param column heading of the address's column, where it is no known one.
 * @param isId what is taken as it is, such as the id of a proposal.
 * @throws {CliError} for a file that is no text or no CSV, of several columns of which none is known to hold addresses,
 * or without a row.
 */
export function targetsIn(
  bytes: Buffer,
  { name }: NamedFile,
  column: string | undefined,
  isId: (text: string) => boolean = () => false,
): TargetList {
  const rows = rowsIn(textIn(bytes, name), name);
  const cells = addressCells(rows, column, isId);
  const targets = new Map<string, string>();
  const faults: FaultyRow[] = [];
  let duplicates = 0;
  for (const { line, text } of cells) {
    const read = isId(text.trim()) ? { address: text.trim() } : typedAddress(withoutFormulaGuard(text));
    if (!('address' in read)) {
      faults.push({ line, text: stripControls(text).slice(0, 100), why: faultText(read) });
      continue;
    }
    const key = normaliseAddress(read.address);
    if (targets.has(key)) duplicates += 1;
    else targets.set(key, read.address);
  }
  if (targets.size + faults.length === 0) {
    const shown = stripControls(name);
    throw new CliError({
      ja: `${shown} には宛先が1件もありません。`,
      en: `${shown} names no address`,
    });
  }
  return { targets: [...targets.values()], faults, duplicates };
}

/** What the parser gives when asked for `info`, which its types do not say. */
interface ParsedRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

function rowsIn(text: string, name: string): Row[] {
  try {
    const parsed: unknown = parse(text, {
      info: true,
      delimiter: delimiterIn(text),
      relax_quotes: true,
      relax_column_count: true,
    });
    return (parsed as ParsedRow[])
      .map(({ record, info }) => ({ line: info.lines, cells: record }))
      .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const shown = stripControls(name);
    throw new CliError(
      {
        ja: `${shown}：CSVとして読み取れません。`,
        en: `${shown}: not CSV: ${stripControls(error.message)}`,
      },
      { cause: error },
    );
  }
}

/** The cell of each row that should hold an address. */
function addressCells(
  rows: readonly Row[],
  column: string | undefined,
  isId: (text: string) => boolean,
): { readonly line: number; readonly text: string }[] {
  const [first, ...others] = rows;
  if (first === undefined) return [];
  const isHeaded = column !== undefined || hasKnownAddressColumn(first.cells);
  const isSingle = rows.every(({ cells }) => cells.slice(1).every((cell) => cell.trim() === ''));
  if (!isHeaded && (isSingle || rows.every(({ cells }) => isId(cells[0]?.trim() ?? '')))) {
    return rows.map(({ line, cells }) => ({ line, text: cells[0] ?? '' }));
  }
  const { address } = findColumns(first.cells, { ...(column !== undefined && { address: column }) });
  return others.map(({ line, cells }) => ({ line, text: cells[address] ?? '' }));
}
