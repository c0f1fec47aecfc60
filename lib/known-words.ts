import { stripControls } from './address.ts';
import { Refusal } from './refusal.ts';
import type { Bilingual } from './text.ts';

/** Words that somebody typed where only some make sense: the name of a rule, a carrier, a kind of decision. */

/** Longest part of a typed word that is shown again. */
const SHOWN = 60;

/** Thrown for a word that is none of those known; the message names them, and the one probably meant. */
export class UnknownWordError extends Refusal {
  override readonly name = 'UnknownWordError';
  override readonly code = 'wrong-arguments';

  constructor(...about: Parameters<typeof unknownWord>) {
    super(unknownWord(...about));
  }
}

/**
 * What is said of a word that is none of those known.
 *
 * @param where what the word stands for, such as an option.
 * @param known every word that makes sense there.
 */
export function unknownWord(where: Bilingual, word: string, known: readonly string[]): Bilingual {
  const shown = stripControls(word).slice(0, SHOWN);
  const meant = probablyMeant(word, known);
  return {
    ja: `${where.ja}に「${shown}」はありません${meant === undefined ? '' : `（もしかして：${meant}）`}。指定できるのは ${known.join('、')} です。`,
    en: `${where.en}: there is no "${shown}"${meant === undefined ? '' : ` (did you mean ${meant}?)`}; there are ${known.join(', ')}`,
  };
}

/** The known word that is the least changes away from a typed one; undefined where none is near. */
function probablyMeant(word: string, known: readonly string[]): string | undefined {
  const typed = folded(word);
  const near = known
    .map((each) => ({
      each,
      // Whoever stops in the middle of a word has typed nothing wrong.
      changes: typed.length > 3 && folded(each).startsWith(typed) ? 0 : changesBetween(typed, folded(each)),
    }))
    .filter(({ each, changes }) => changes <= Math.max(1, Math.floor(each.length / 3)));
  return near.toSorted((one, other) => one.changes - other.changes)[0]?.each;
}

function folded(word: string): string {
  return word.normalize('NFKC').trim().toLowerCase().replaceAll('_', '-').slice(0, SHOWN);
}

/** Letters to insert, leave out or replace until one word is the other (Levenshtein). */
function changesBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + Number(one[i - 1] !== other[j - 1]);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
