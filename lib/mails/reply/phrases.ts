import { lazy } from '../../lazy.ts';

/**
 * Phrases written as a person reads them, and a table that finds them in the words of a text.
 *
 * A phrase is words with one blank between them, in lower case, without punctuation (`user's` reads `users`). `a|b`
 * stands for either word, a word that ends in `?` may be absent: `exceeded|exceeds its|their? quota`.
 */

/** The phrases that go on with the same words so far. */
interface Branch<T> {
  readonly next: Map<string, Branch<T>>;
  /** Of the phrases that end here. */
  readonly values: T[];
}

/** A match: the value filed under a phrase, and how many words the phrase has. */
export interface Match<T> {
  readonly value: T;
  readonly length: number;
}

/** Phrases with a value each, as a tree of words, grown at the first look. A look takes as many steps as words agree. */
export class PhraseTable<T> {
  readonly #root: () => Branch<T>;

  constructor(rows: () => Iterable<readonly [phrase: string, value: T]>) {
    this.#root = lazy(() => grown(rows()));
  }

  /** The longest phrase that begins at a word, or undefined. */
  at(words: readonly string[], from: number): Match<T> | undefined {
    let longest: Match<T> | undefined;
    let branch = this.#root().next.get(words[from] ?? '');
    for (let length = 1; branch !== undefined; length++) {
      const [value] = branch.values;
      if (value !== undefined) longest = { value, length };
      branch = branch.next.get(words[from + length] ?? '');
    }
    return longest;
  }

  /** Adds the value of every phrase in a text to a set. */
  collect(words: readonly string[], found: Set<T>): void {
    const root = this.#root();
    for (let from = 0; from < words.length; from++) {
      let branch = root.next.get(words[from] ?? '');
      for (let length = 1; branch !== undefined; length++) {
        for (const value of branch.values) found.add(value);
        branch = branch.next.get(words[from + length] ?? '');
      }
    }
  }
}

/** The tree of some phrases. */
function grown<T>(rows: Iterable<readonly [phrase: string, value: T]>): Branch<T> {
  const root: Branch<T> = { next: new Map(), values: [] };
  for (const [phrase, value] of rows) {
    for (const words of expand(phrase)) {
      let branch = root;
      for (const word of words) {
        const next: Branch<T> = branch.next.get(word) ?? { next: new Map(), values: [] };
        branch.next.set(word, next);
        branch = next;
      }
      branch.values.push(value);
    }
  }
  return root;
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
