import { byCodeUnits } from '../text.ts';
import type { Note, Removal } from './records.ts';

/** A note by which the customer has another address now. */
export type MoveNote = Note & { readonly movedTo: string };

/**
 * The note by which the customer has another address now, the latest; undefined where none stands, or where the address
 * was taken off the list after it: whoever did that knew better. Pure.
 */
export function moveNote(
  notes: readonly Note[] | undefined,
  removals: readonly Pick<Removal, 'at'>[],
): MoveNote | undefined {
  const released =
    removals
      .map(({ at }) => at)
      .sort()
      .at(-1) ?? '';
  return (notes ?? [])
    .filter((note): note is MoveNote => note.movedTo !== undefined && note.removed === undefined)
    .toSorted((a, b) => byCodeUnits(a.at, b.at))
    .findLast(({ at }) => at >= released);
}
