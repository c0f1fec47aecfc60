/**
 * Phrases written as a person reads them, and a table that finds them in the words of a text.
 *
 * A phrase is words with one blank between them, in lower case, without punctuation (`user's` reads `users`). `a|b`
 * stands for either word, a word that ends in `?` may be absent: `exceeded|exceeds its|their? quota`.
 */

interface Entry<T> {
  readonly words: readonly string[];
  readonly value: T;
}

/** A match: the value filed under a phrase, and how many words the phrase has. */
export interface Match<T> {
  readonly value: T;
  readonly length: number;
}

/** Phrases with a value each. Looking a text through costs one look-up a word. */
export class PhraseTable<T> {
  readonly #byFirstWord = new Map<string, Entry<T>[]>();

  constructor(rows: Iterable<readonly [phrase: string, value: T]>) {
    for (const [phrase, value] of rows) {
      for (const words of expand(phrase)) {
        const [first = ''] = words;
        const entries = this.#byFirstWord.get(first) ?? [];
        entries.push({ words, value });
        this.#byFirstWord.set(first, entries);
      }
    }
    for (const entries of this.#byFirstWord.values()) entries.sort((a, b) => b.words.length - a.words.length);
  }

  /** The longest phrase that begins at a word, or undefined. */
  at(words: readonly string[], from: number): Match<T> | undefined {
    const entry = this.#byFirstWord
      .get(words[from] ?? '')
      ?.find(({ words: wanted }) => isAt(wanted, words, from));
    return entry && { value: entry.value, length: entry.words.length };
  }

  /** Adds the value of every phrase in a text to a set. */
  collect(words: readonly string[], found: Set<T>): void {
    for (let index = 0; index < words.length; index++) {
      const entries = this.#byFirstWord.get(words[index] ?? '');
      if (entries === undefined) continue;
      for (const { words: wanted, value } of entries) if (isAt(wanted, words, index)) found.add(value);
    }
  }
}

function isAt(wanted: readonly string[], words: readonly string[], from: number): boolean {
  for (let index = 1; index < wanted.length; index++) if (words[from + index] !== wanted[index]) return false;
  return true;
}

/** Every way to read a phrase. */
function expand(phrase: string): readonly (readonly string[])[] {
  let ways: string[][] = [[]];
  for (const part of phrase.split(' ')) {
    const isOptional = part.endsWith('?');
    const choices = (isOptional ? part.slice(0, -1) : part).split('|');
    const longer = ways.flatMap((way) => choices.map((choice) => [...way, choice]));
    ways = isOptional ? [...ways, ...longer] : longer;
  }
  return ways.filter((way) => way.length > 0);
}
