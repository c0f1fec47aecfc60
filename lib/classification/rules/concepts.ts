import { PhraseTable } from '../../mails/reply/phrases.ts';
import { type Concept, JAPANESE, VOCABULARY } from './vocabulary.ts';

/** What a clause must say and must not say. */
export interface Saying {
  /** Each list: one of these. */
  readonly all: readonly (readonly Concept[])[];
  readonly none: readonly Concept[];
}

const isConcept = (word: string): word is Concept => Object.hasOwn(VOCABULARY, word);

const phrases = new PhraseTable<Concept>(() =>
  Object.entries(VOCABULARY).flatMap(([concept, rows]) =>
    isConcept(concept) ? rows.map((phrase) => [phrase, concept] as const) : [],
  ),
);
const japanese = Object.entries(JAPANESE).flatMap(([concept, letters]) =>
  isConcept(concept) ? [[concept, letters] as const] : [],
);

/** What some words speak of. */
export function conceptsIn(words: readonly string[]): Set<Concept> {
  const found = new Set<Concept>();
  phrases.collect(words, found);
  if (words.some((word) => /[\u3040-\u9fff]/.test(word))) {
    const letters = words.join('');
    for (const [concept, pattern] of japanese) if (pattern.test(letters)) found.add(concept);
  }
  return found;
}

/** Reads a saying as the rules write it: `mailbox|account + full - sender`. Throws on a word it does not know. */
export function sayingOf(text: string): Saying {
  const [all = '', none = ''] = text.split(' - ');
  return {
    all: all.split(' + ').map((choice) => choice.split('|').map(concept)),
    none: none
      .split(' ')
      .filter((word) => word !== '')
      .map(concept),
  };
}

function concept(word: string): Concept {
  if (!isConcept(word)) throw new Error(`no word of the vocabulary: ${word}`);
  return word;
}

/** Whether what was found says it. */
export function isSaid({ all, none }: Saying, found: ReadonlySet<Concept>): boolean {
  for (const choices of all) if (!hasOne(choices, found)) return false;
  return !hasOne(none, found);
}

function hasOne(some: readonly Concept[], found: ReadonlySet<Concept>): boolean {
  for (const each of some) if (found.has(each)) return true;
  return false;
}
