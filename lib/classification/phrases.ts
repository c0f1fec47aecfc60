import type { Words } from './words.ts';

/**
 * An index of phrases: one pass over a text's words finds every phrase in it, whatever their number.
 *
 * The phrases are laid out as a tree of letters (a trie). From the beginning of each word the tree is walked as far
 * as the text agrees, most often two or three letters; the longest walk is the longest phrase, so the time is linear
 * in the text.
 */
export interface PhraseIndex {
  /** Numbers of the phrases that a text holds, as often as it holds them, in no particular order. */
  find(words: Words): readonly number[];
}

/** Letters of the tree: a blank, the digits, `a` to `z`. */
const LETTERS = 37;
/** Character code to letter of the tree; -1 for every other character. */
const LETTER_OF = Int8Array.from({ length: 128 }, (_, code) => {
  if (code === 0x20) return 0;
  if (code >= 0x30 && code <= 0x39) return 1 + code - 0x30;
  return code >= 0x61 && code <= 0x7a ? 11 + code - 0x61 : -1;
});

function letterOf(code: number): number {
  return code < 128 ? (LETTER_OF[code] ?? -1) : -1;
}

interface Tree {
  readonly phrases: readonly string[];
  /**
   * For node and letter what follows: a node; 0 for nothing (node 0 is the root, which nothing leads back to); below 0
   * the only phrase that goes on this way, as the complement of its number (`~number`). The rest of that phrase is
   * compared as it stands: five letters in six need no node, which keeps the table small enough for the processor's
   * cache.
   */
  readonly next: Int16Array;
  /** For each node the number of the phrase that ends there, -1 for none. */
  readonly ends: Int16Array;
}

/**
 * Builds the index. A phrase is words with one space between (see rules/rule.ts); its last word may be a beginning,
 * a phrase of one word must be met whole. A phrase of non-ASCII text (Japanese writes no spaces) is searched for as
 * it stands.
 *
 * @throws {RangeError} when a phrase holds an ASCII character that is no lower-case letter, digit or blank, or when
 * there are more phrases than 16-bit numbers can name.
 */
export function indexPhrases(phrases: readonly string[]): PhraseIndex {
  const numbered = phrases.map((phrase, number) => ({ phrase, number }));
  const unspaced = numbered.filter(({ phrase }) => /[^\x20-\x7e]/.test(phrase));
  const tree = plant(
    phrases,
    numbered.filter(({ phrase }) => !/[^\x20-\x7e]/.test(phrase)),
  );
  return {
    find(words) {
      const found: number[] = [];
      let ascii = true;
      for (let word = 0; word < words.count; word++) {
        const start = words.starts[word] ?? 0;
        walk(tree, words, start, found);
        if ((words.codes[start] ?? 0) > 0x7f) ascii = false;
      }
      if (ascii) return found;
      for (const { phrase, number } of unspaced) {
        if (words.includes(phrase)) found.push(number);
      }
      return found;
    },
  };
}

interface Numbered {
  readonly phrase: string;
  readonly number: number;
}

function plant(phrases: readonly string[], planted: readonly Numbered[]): Tree {
  const wrong = planted.find(({ phrase }) => !/^[a-z0-9 ]+$/.test(phrase));
  if (wrong) throw new RangeError(`"${wrong.phrase}" is not written in plain words`);
  const next: number[] = [];
  const ends: number[] = [];
  /** Adds the node of phrases that are alike for `depth` letters, and all below it; returns its number. */
  const grow = (alike: readonly Numbered[], depth: number): number => {
    const node = ends.length;
    ends.push(alike.find(({ phrase }) => phrase.length === depth)?.number ?? -1);
    for (let letter = 0; letter < LETTERS; letter++) next.push(0);
    const longer = alike.filter(({ phrase }) => phrase.length > depth);
    for (const [letter, branch] of Map.groupBy(longer, ({ phrase }) => letterOf(phrase.charCodeAt(depth)))) {
      const [first] = branch;
      next[node * LETTERS + letter] = branch.length === 1 && first ? ~first.number : grow(branch, depth + 1);
    }
    return node;
  };
  grow(planted, 0);
  if (Math.max(ends.length, phrases.length) > 0x7fff)
    throw new RangeError('more phrases than the tree has room for');
  return { phrases, next: Int16Array.from(next), ends: Int16Array.from(ends) };
}

/** Adds the phrases that begin with the word at an index. */
function walk(tree: Tree, words: Words, start: number, found: number[]): void {
  const { codes, length } = words;
  let node = 0;
  for (let index = start; index < length; index++) {
    const letter = letterOf(codes[index] ?? 0);
    if (letter < 0) return;
    const step = tree.next[node * LETTERS + letter] ?? 0;
    if (step === 0) return;
    const number = step < 0 ? ~step : (tree.ends[step] ?? -1);
    if (number >= 0 && isAt(tree.phrases[number] ?? '', words, start, index + 1)) found.push(number);
    if (step < 0) return;
    node = step;
  }
}

/** Whether a phrase stands in the words at `start`, when it is known to agree as far as `from`. */
function isAt(phrase: string, words: Words, start: number, from: number): boolean {
  const { codes, length } = words;
  const end = start + phrase.length;
  for (let index = from; index < end; index++) {
    if (index >= length || codes[index] !== phrase.charCodeAt(index - start)) return false;
  }
  return end >= length || codes[end] === 0x20 || phrase.includes(' ');
}
