/**
 * The words of one text, one blank between them, as code units in a buffer that the next text overwrites. Reading a
 * reply takes no pause in which another could be read, so one buffer serves all, and no text is put together from
 * pieces only to be looked through once.
 */
export class Words {
  /** Code units of the words; beyond {@link length} what an earlier text left. */
  readonly codes: Uint16Array;
  /** Where each word begins; beyond {@link count} what an earlier text left. */
  readonly starts: Uint16Array;
  length = 0;
  count = 0;

  /** @param capacity code units that a text may have; of a longer one the rest is lost. */
  constructor(capacity: number) {
    this.codes = new Uint16Array(capacity);
    this.starts = new Uint16Array(capacity);
  }

  /** Forgets all words. */
  clear(): void {
    this.length = 0;
    this.count = 0;
  }

  /**
   * Adds the words between two indexes of a lower-cased text. An apostrophe inside a word is dropped: `user's` ->
   * `users`.
   */
  add(text: string, start: number, end: number): void {
    const { codes, starts } = this;
    let { length, count } = this;
    let inside = false;
    for (let index = start; index < end; index++) {
      const code = text.charCodeAt(index);
      if (isWordCode(code)) {
        if (!inside) {
          if (length > 0) codes[length++] = BLANK;
          starts[count++] = length;
          inside = true;
        }
        codes[length++] = code;
      } else {
        inside = inside && code === APOSTROPHE && isWordCode(text.charCodeAt(index - 1));
      }
    }
    this.length = length;
    this.count = count;
  }

  /** Whether the words hold a phrase anywhere. */
  includes(phrase: string): boolean {
    return String.fromCharCode(...this.codes.subarray(0, this.length)).includes(phrase);
  }
}

const BLANK = 0x20;
const APOSTROPHE = 0x27;

/** Whether a code unit belongs to a word: a lower-case letter, a digit, or anything outside ASCII. */
export function isWordCode(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || code > 0x7f;
}
