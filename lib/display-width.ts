/** Letters that fill two columns of a terminal: kana, kanji, full-width forms (Unicode, East Asian Width W and F). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/** Whether a letter fills two columns of a terminal. */
export function isWide(letter: string): boolean {
  return WIDE.test(letter);
}

/** How many columns of a terminal a text fills. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const letter of text) width += isWide(letter) ? 2 : 1;
  return width;
}

/** A text in at most so many columns; what does not fit is cut, and `…` shows that it was. */
export function fitted(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let cut = '';
  let width = 0;
  for (const letter of text) {
    width += displayWidth(letter);
    if (width > columns - 1) break;
    cut += letter;
  }
  return `${cut}…`;
}
