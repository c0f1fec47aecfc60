import * as z from 'zod';
import type { Note, SuppressionCase } from '../cases/records.ts';
import { TTL_ATTRIBUTE } from './definition.ts';
import { expiry, type Item } from './items.ts';
import { addressKey, noteSortKey, SORT_KEYS } from './keys.ts';
import type { Query, Table } from './table.ts';
import { readItem, readItems } from './unreadable.ts';

/**
 * Notes: what an operator left beside the case of an address, one item each. One that tells of a move stands under both
 * addresses. A note that was taken back keeps its item: it is the audit of who wrote it and who took it back.
 */

const noteSchema = z.object({
  address: z.string(),
  id: z.string(),
  at: z.string(),
  by: z.string(),
  text: z.string().optional(),
  movedTo: z.string().optional(),
  movedFrom: z.string().optional(),
  removed: z.object({ at: z.string(), by: z.string() }).optional(),
});

/** The note of an item; undefined, and counted, where it cannot be read. */
export function readNote(item: Item, { unreadable }: Pick<Table, 'unreadable'>): Note | undefined {
  return readItem(noteSchema, item, unreadable);
}

/** The notes of an address, oldest first, those that were taken back included; `pk` is the address's partition. */
export function notesQuery(pk: string): Query {
  return {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :note)',
    ExpressionAttributeValues: { ':pk': pk, ':note': SORT_KEYS.note },
  };
}

/** All notes of a normalised address, oldest first, those that were taken back included. */
export async function notesOf(table: Table, address: string): Promise<Note[]> {
  return readItems(noteSchema, await table.query(notesQuery(addressKey(address))), table.unreadable);
}

/**
 * Writes notes as they now are, each under the address that it is about and, where it tells of a move, under the new
 * address as well. They end with the case of the first: not while it is open.
 *
 * @param known the case of the address that the notes are about; undefined: it has none.
 */
export async function putNotes(
  table: Table,
  notes: readonly Note[],
  known: Pick<SuppressionCase, 'state' | 'updatedAt'> | undefined,
): Promise<void> {
  const items = notes.flatMap((note) => {
    const end = endOf(note, known, table.retention.decisionDays);
    const { movedTo, ...rest } = note;
    const other = movedTo && { ...rest, address: movedTo, movedFrom: note.address };
    return [note, ...(other ? [other] : [])].map((each) => ({
      pk: addressKey(each.address),
      sk: noteSortKey(each),
      ...each,
      ...end,
    }));
  });
  if (items.length > 0) await table.putAll(items);
}

/** When a note is forgotten: as its case is, after it was closed; of an address without a case as one closed now. */
function endOf(
  { at, removed }: Note,
  known: Pick<SuppressionCase, 'state' | 'updatedAt'> | undefined,
  decisionDays: number,
): Item {
  if (known !== undefined && known.state !== 'closed') return {};
  const [latest = at] = [at, removed?.at ?? at, known?.updatedAt ?? at].sort().reverse();
  return { [TTL_ATTRIBUTE]: expiry(latest, decisionDays) };
}
