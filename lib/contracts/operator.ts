import * as z from 'zod';
import { saying } from '../wrong-fields.ts';

/**
 * Names that the audit gives to what todoku does by itself. A removal that was interrupted is judged again by who
 * decided on it, the cleanup or a person: no person may go by the cleanup's name.
 */
export const TODOKUS_OWN: readonly string[] = ['cleanup', 'rescue'];

/** Whether a name is one of todoku's own, in any spelling. */
export function isReservedName(name: string): boolean {
  return TODOKUS_OWN.includes(name.normalize('NFKC').trim().toLowerCase());
}

/** Who asks for something that is kept in the audit. */
export const operatorSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine(
    (name) => !isReservedName(name),
    saying({
      ja: 'todoku 自身を表す名前は使えません。担当者の名前を指定してください',
      en: "is a name of todoku's own: give the name of whoever decided",
    }),
  );
