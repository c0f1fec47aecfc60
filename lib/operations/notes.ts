import type * as z from 'zod';
import { normaliseAddress } from '../address.ts';
import { noted } from '../answer/claims.ts';
import { known } from '../answer/words.ts';
import type { Note, SuppressionCase } from '../cases/records.ts';
import type { NotesAnswer, noteRequestSchema } from '../contracts/note.ts';
import { Refusal } from '../refusal.ts';
import { caseOf } from '../store/cases.ts';
import { hash } from '../store/keys.ts';
import { notesOf, putNotes } from '../store/notes.ts';
import type { Table } from '../store/table.ts';
import type { Bilingual } from '../text.ts';

/** Notes that may stand under one address: an operator reads them all. */
export const MAXIMUM_NOTES = 20;

/** Thrown for a note that cannot be left or taken back. */
export class NoteRefusedError extends Refusal {
  override readonly name = 'NoteRefusedError';
  override readonly code: string;

  constructor(code: keyof typeof REFUSALS) {
    super(REFUSALS[code]);
    this.code = code;
  }
}

const REFUSALS = {
  'too-many-notes': {
    ja: `1つのアドレスに残せるメモは${MAXIMUM_NOTES}件までです。不要なメモを todoku note ADDRESS --remove ID で取り消してください。`,
    en: `An address may have ${MAXIMUM_NOTES} notes. Take one back that is of no use any more: todoku note ADDRESS --remove ID`,
  },
  'no-such-note': {
    ja: 'そのIDのメモはありません。todoku note ADDRESS で一覧を確認してください。',
    en: 'There is no note of that id. todoku note ADDRESS lists them.',
  },
  'moved-to-itself': {
    ja: '変更後のアドレスが元のアドレスと同じです。',
    en: 'The new address is the old one.',
  },
} as const satisfies Record<string, Bilingual>;

/**
 * Leaves a note beside the case of an address, takes notes back, or shows them. A note that tells of a move stands under
 * both addresses and replaces an earlier one; the same note left twice is one. SES's list is not touched.
 *
 * @throws {NoteRefusedError} for too many notes, an unknown id, or a move to the same address.
 */
export async function note(
  request: z.infer<typeof noteRequestSchema>,
  { store, now }: { readonly store: Table; readonly now: () => Date },
): Promise<NotesAnswer> {
  const address = normaliseAddress(request.address);
  const standing = standingNotes(await notesOf(store, address));
  const at = now().toISOString();
  if ('remove' in request) {
    const taken = standing.filter(({ id }) => request.remove === 'all' || id === request.remove);
    if (taken.length === 0 && request.remove !== 'all') throw new NoteRefusedError('no-such-note');
    await takeBack(store, taken, { at, by: request.operator });
    const removed = taken.map(({ id }) => id);
    return { address, notes: answerOf(standing.filter((each) => !taken.includes(each))), removed };
  }
  if (!('operator' in request)) return { address, notes: answerOf(standing) };

  const movedTo = request.movedTo && normaliseAddress(request.movedTo);
  if (movedTo === address) throw new NoteRefusedError('moved-to-itself');
  const { text, operator: by } = request;
  const same = standing.find((each) => each.text === text && each.movedTo === movedTo && !each.movedFrom);
  if (same) return { address, notes: answerOf(standing), left: same.id };
  const replaced = movedTo === undefined ? [] : standing.filter((each) => each.movedTo !== undefined);
  const others = standing.filter((each) => !replaced.includes(each));
  const isFull = others.length >= MAXIMUM_NOTES;
  if (isFull || (movedTo !== undefined && (await isFullAt(store, movedTo)))) {
    throw new NoteRefusedError('too-many-notes');
  }
  const left: Note = {
    address,
    id: hash([address, at, by, text ?? '', movedTo ?? ''].join('\n'), 8),
    at,
    by,
    ...(text && { text }),
    ...(movedTo && { movedTo }),
  };
  await putNotes(store, [left], await caseOf(store, address));
  await takeBack(store, replaced, { at, by });
  return {
    address,
    notes: answerOf([...others, left]),
    left: left.id,
    ...(replaced.length > 0 && { removed: replaced.map(({ id }) => id) }),
  };
}

/** The notes that were not taken back. */
export function standingNotes(notes: readonly Note[]): Note[] {
  return notes.filter(({ removed }) => removed === undefined);
}

async function isFullAt(store: Table, address: string): Promise<boolean> {
  return standingNotes(await notesOf(store, address)).length >= MAXIMUM_NOTES;
}

/** Marks notes as taken back, under both addresses; the notes may be of either. */
async function takeBack(
  store: Table,
  notes: readonly Note[],
  removed: { at: string; by: string },
): Promise<void> {
  const cases = new Map<string, SuppressionCase | undefined>();
  for (const each of notes) {
    const { movedFrom, ...rest } = each;
    const original: Note = movedFrom ? { ...rest, address: movedFrom, movedTo: each.address } : rest;
    const { address } = original;
    if (!cases.has(address)) cases.set(address, await caseOf(store, address));
    await putNotes(store, [{ ...original, removed }], cases.get(address));
  }
}

/** Notes as they are shown. */
export function answerOf(notes: readonly Note[]): NotesAnswer['notes'] {
  return notes.flatMap((note) => {
    const { id, at, by, text, movedTo, movedFrom } = note;
    const said = noted(note);
    if (said === undefined) return [];
    return {
      id,
      at,
      by,
      ...(text && { text }),
      ...(movedTo && { movedTo }),
      ...(movedFrom && { movedFrom }),
      says: { ja: known(said, 'ja'), en: known(said, 'en') },
    };
  });
}
