import * as z from 'zod';
import { stripControls } from '../address.ts';
import { saying } from '../wrong-fields.ts';
import { addressSchema } from './address.ts';
import { contract } from './contract.ts';
import { operatorSchema } from './operator.ts';
import { bilingual, list, moment } from './parts.ts';

/** Longest text of a note, characters. */
export const LONGEST_NOTE = 500;

/** Whatever a note says is one line without signs that act on a terminal. */
const text = z.string().overwrite(stripControls).trim().min(1).max(LONGEST_NOTE);

const add = z
  .strictObject({
    address: addressSchema,
    text: text.optional(),
    /** The address that the customer has now. */
    movedTo: addressSchema.optional(),
    /** Who: kept with the note. */
    operator: operatorSchema,
  })
  .refine(
    (asked) => asked.text !== undefined || asked.movedTo !== undefined,
    saying({ ja: 'text か movedTo のどちらかを指定してください', en: 'give text or movedTo' }),
  );
const remove = z.strictObject({
  address: addressSchema,
  /** The id of a note, or `all`. */
  remove: z.string().trim().min(1).max(40),
  operator: operatorSchema,
});
const show = z.strictObject({ address: addressSchema });

/** What may be asked: to leave a note, to take notes back, to show them. */
export const noteRequestSchema = z.union([add, remove, show]);

/** A note as it is shown. */
export const noteAnswer = z.object({
  id: z.string(),
  at: moment,
  by: z.string(),
  /** What the operator wrote. */
  text: z.string().optional(),
  /** The address that the customer has now, by this note. */
  movedTo: z.string().optional(),
  /** The address that the customer had before, by this note. */
  movedFrom: z.string().optional(),
  /** All of it as one sentence. */
  says: bilingual,
});

/** The notes that stand under an address, oldest first. */
export const noteAnswerSchema = z.object({
  /** Normalised. */
  address: z.string(),
  notes: list(noteAnswer),
  /** Id of the note that was left, also where it was there before. */
  left: z.string().optional(),
  /** Ids of the notes that were taken back, or replaced by the one that was left. */
  removed: list(z.string()).optional(),
});

/** See {@link noteAnswerSchema}. */
export type NotesAnswer = z.infer<typeof noteAnswerSchema>;

/** Leaves a note. */
export const addNoteContract = contract('note', add, noteAnswerSchema);

/** Takes notes back. */
export const removeNoteContract = contract('note', remove, noteAnswerSchema);

/** The notes of an address. */
export const showNotesContract = contract('note', show, noteAnswerSchema);

/** All that the function takes. */
export const noteContract = contract('note', noteRequestSchema, noteAnswerSchema);
