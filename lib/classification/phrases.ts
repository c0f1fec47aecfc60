/**
 * An index of phrases by their first word: one pass over a text's words finds every phrase in it, whatever their
 * number. Plain look-ups and comparisons, so the time is linear in the text.
 */
export interface PhraseIndex {
  /** Numbers of the phrases that a text holds, each once, in the order the index was given. */
  find(words: string): readonly number[];
}

/**
 * Builds the index. A phrase is words with one space between (see rules/rule.ts); its last word may be a beginning.
 * A phrase of non-ASCII text (Japanese writes no spaces) is searched for as it stands.
 */
export function indexPhrases(phrases: readonly string[]): PhraseIndex {
  const byFirstWord = new Map<string, { readonly phrase: string; readonly number: number }[]>();
  const unspaced: { readonly phrase: string; readonly number: number }[] = [];
  for (const [number, phrase] of phrases.entries()) {
    if (/[^\x20-\x7e]/.test(phrase)) {
      unspaced.push({ phrase, number });
      continue;
    }
    const space = phrase.indexOf(' ');
    const first = space < 0 ? phrase : phrase.slice(0, space);
    const entries = byFirstWord.get(first);
    if (entries) entries.push({ phrase, number });
    else byFirstWord.set(first, [{ phrase, number }]);
  }
  return {
    find(words) {
      const found: number[] = [];
      let start = 0;
      let ascii = true;
      while (start < words.length) {
        let end = words.indexOf(' ', start);
        if (end < 0) end = words.length;
        const word = words.slice(start, end);
        const entries = byFirstWord.get(word);
        if (entries) {
          for (const entry of entries) {
            if (words.startsWith(entry.phrase, start)) found.push(entry.number);
          }
        }
        if (word.charCodeAt(0) > 0x7f) ascii = false;
        start = end + 1;
      }
      if (!ascii) {
        for (const entry of unspaced) {
          if (words.includes(entry.phrase)) found.push(entry.number);
        }
      }
      return found;
    },
  };
}
