import type { Member } from '../../lib/classification/types.ts';
import { CliError } from '../errors.ts';
import { findColumns } from '../members/columns.ts';
import { detectEncoding } from '../members/encoding.ts';
import { memberInRow } from '../members/import.ts';
import { openCsv } from '../members/rows.ts';
import type { NamedFile } from '../session.ts';

/** The customers of a file, by key form of the address. */
export interface MembersFile {
  readonly members: ReadonlyMap<string, Member>;
  /** Rows that are no customer, such as those without an address. */
  readonly refused: number;
}

/**
 * Reads a customer list as `todoku members import` reads it, into memory: customers with the same dates share one record,
 * so that a million of them take some 150 MiB.
 *
 * @throws {CliError} for a file that cannot be read, or has no column of addresses.
 */
export async function readMembersFile(file: NamedFile, now: Date): Promise<MembersFile> {
  const csv = await openCsv(file, await detectEncoding(file));
  const members = new Map<string, Member>();
  const shared = new Map<string, Member>();
  let columns: (ReturnType<typeof findColumns> & { headings: number }) | undefined;
  let refused = 0;
  for await (const { cells } of csv.rows) {
    if (columns === undefined) {
      columns = { ...findColumns(cells, {}), headings: cells.length };
      continue;
    }
    if (cells.every((cell) => cell.trim() === '')) continue;
    const row = memberInRow(cells, columns, file.name, now);
    if (!('address' in row)) {
      refused += 1;
      continue;
    }
    // As an import today would record it.
    const since = row.since ?? now.toISOString();
    const key = `${since}|${row.lastSeen ?? ''}`;
    const member = shared.get(key) ?? {
      since,
      source: 'list',
      ...(row.lastSeen !== undefined && { lastSeen: row.lastSeen }),
    };
    shared.set(key, member);
    members.set(row.address, member);
  }
  if (columns === undefined)
    throw new CliError({ ja: '会員の一覧が空です。', en: 'the customer list is empty' });
  return { members, refused };
}
