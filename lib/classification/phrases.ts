/**
 * An index of phrases: one pass over a text's words finds every phrase in it, whatever their number.
 *
 * The phrases are laid out as a tree of letters (a trie). From the beginning of each word the tree is walked as far
 * as the text agrees, most often two or three letters; the longest walk is the longest phrase, so the time is linear
 * in the text.
 */
export interface PhraseIndex {
  /** Numbers of the phrases that a text holds, as often as it holds them, in no particular order. */
  find(words: string): readonly number[];
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
  /** For node and letter the next node, 0 for none: node 0 is the root, which nothing leads back to. */
  readonly next: Uint16Array;
  /** For each node the number of the phrase that ends there, -1 for none. */
  readonly ends: Int16Array;
  /** Phrases of one word, which must be met whole. */
  readonly whole: ReadonlySet<number>;
}

/**
 * Builds the index. A phrase is words with one space between (see rules/rule.ts); its last word may be a beginning,
 * a phrase of one word must be met whole. A phrase of non-ASCII text (Japanese writes no spaces) is searched for as
 * it stands.
 *
 * @throws {RangeError} when a phrase holds an ASCII character that is no lower-case letter, digit or blank, or when
 * there are more phrases than 16-bit numbers can name (the small table stays in the processor's cache).
 */
export function indexPhrases(phrases: readonly string[]): PhraseIndex {
  const numbered = phrases.map((phrase, number) => ({ phrase, number }));
  const unspaced = numbered.filter(({ phrase }) => /[^\x20-\x7e]/.test(phrase));
  const tree = plant(numbered.filter(({ phrase }) => !/[^\x20-\x7e]/.test(phrase)));
  return {
    find(words) {
      const found: number[] = [];
      let ascii = true;
      for (let start = 0; start < words.length; ) {
        walk(tree, words, start, found);
        if (words.charCodeAt(start) > 0x7f) ascii = false;
        const blank = words.indexOf(' ', start);
        start = blank < 0 ? words.length : blank + 1;
      }
      if (ascii) return found;
      for (const { phrase, number } of unspaced) {
        if (words.includes(phrase)) found.push(number);
      }
      return found;
    },
  };
}

function plant(entries: readonly { readonly phrase: string; readonly number: number }[]): Tree {
  const nodes: Uint16Array[] = [new Uint16Array(LETTERS)];
  const ends: number[] = [-1];
  const whole = new Set<number>();
  for (const { phrase, number } of entries) {
    let node = 0;
    for (let index = 0; index < phrase.length; index++) {
      const letter = letterOf(phrase.charCodeAt(index));
      const row = nodes[node];
      if (letter < 0 || row === undefined) throw new RangeError(`"${phrase}" is not written in plain words`);
      if (row[letter] === 0) {
        row[letter] = nodes.length;
        nodes.push(new Uint16Array(LETTERS));
        ends.push(-1);
      }
      node = row[letter] ?? 0;
    }
    ends[node] = number;
    if (!phrase.includes(' ')) whole.add(number);
  }
  if (nodes.length > 0xffff) throw new RangeError('more phrases than the tree has room for');
  const next = new Uint16Array(nodes.length * LETTERS);
  for (const [node, row] of nodes.entries()) next.set(row, node * LETTERS);
  return { next, ends: Int16Array.from(ends), whole };
}

function walk(tree: Tree, words: string, start: number, found: number[]): void {
  let node = 0;
  for (let index = start; index < words.length; index++) {
    const letter = letterOf(words.charCodeAt(index));
    if (letter < 0) return;
    node = tree.next[node * LETTERS + letter] ?? 0;
    if (node === 0) return;
    const number = tree.ends[node] ?? -1;
    if (number < 0) continue;
    const ended = index + 1 >= words.length || words.charCodeAt(index + 1) === 0x20;
    if (ended || !tree.whole.has(number)) found.push(number);
  }
}
