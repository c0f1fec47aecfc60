import { displayWidth, isWide } from '../lib/display-width.ts';

/**
 * The one place where text is broken into lines of a terminal. Japanese breaks between any two letters, but no line begins
 * with a closing sign or ends with an opening one (kinsoku, JIS X 4051); a word of Latin letters stays whole.
 */

/** Texts for people stay within so many columns, however wide the terminal is. */
const READABLE = 80;

/** Signs that do not begin a line of Japanese. */
const NOT_FIRST = /^[、。，．・：；！？）」』】〉》”’々ーっゃゅょッャュョ)\]}>,.;:!?%]/u;

/** Signs that do not end one. */
const NOT_LAST = /[（「『【〈《“‘([{<] ?$/u;

/** Where a reader would rather have a break: after a space or punctuation, before a bracket. */
const GOOD_LAST = /[ 、。，．：；！？　]$/u;
const GOOD_FIRST = /^[（「『(]/u;

/** A line is no shorter than this part of its width only to end at a better place. */
const SHORTEST = 2 / 3;

/** A text for people, its lines within 80 columns or the terminal's; an address of a page stays whole. */
export function paragraph(text: string, columns: number): string {
  const width = Math.min(READABLE, columns);
  return text
    .split('\n')
    .flatMap((line) => linesOf(line, width, 'whole'))
    .join('\n');
}

/** A text on lines of at most so many columns, as cells of a table need it: a word that is longer is broken. */
export function wrap(text: string, width: number): string {
  return linesOf(text, width, 'broken').join('\n');
}

/** A text filled up with spaces to some columns. */
export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

/**
 * A text in lines of some columns at most; a word alone that is longer stands in a line of its own.
 *
 * @param indent what stands before every line but the first, which the caller has begun with as many columns.
 */
export function wrapped(text: string, columns: number, indent: string): string[] {
  const room = Math.max(20, columns - displayWidth(indent));
  return linesOf(text, room, 'whole').map((each, at) => (at === 0 ? each : `${indent}${each}`));
}

/**
 * What is written to a terminal, its prose within the columns: lines that go on stand below the words of the first, not
 * below its mark. Whatever is laid out or to be copied stays as it is: tables, and commands on a line of their own.
 *
 * @param program the words that start this program.
 */
export function folded(text: string, columns: number, program: string): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const bare = line.replace(COLOURS, '');
      if (displayWidth(bare) <= columns || TABLE.test(bare) || isCommand(bare, program)) return [line];
      const indent = ' '.repeat(Math.min(displayWidth(MARK.exec(bare)?.[0] ?? ''), Math.floor(columns / 2)));
      const start = /^ */.exec(line)?.[0] ?? '';
      const [first = '', ...others] = linesOf(line.slice(start.length), columns - start.length, 'whole');
      if (others.length === 0 || indent === start) {
        return [`${start}${first}`, ...others.map((each) => `${start}${each}`)];
      }
      // What follows the first line has less room: it is broken anew.
      const rest = line.slice(start.length + first.length).trimStart();
      return [
        `${start}${first}`,
        ...linesOf(rest, columns - indent.length, 'whole').map((each) => `${indent}${each}`),
      ];
    })
    .join('\n');
}

/** Lines of a drawn table. */
const TABLE = /[│┌├└]/u;

/** The blanks that a line begins with, and the mark of an item. */
const MARK = /^ *(?:[-!*•→✓✗?△] +|\d+\. +)?/u;

/** A command on a line of its own, to be copied: other than a sentence about one, it holds no letter of Japanese. */
function isCommand(line: string, program: string): boolean {
  const words = line.trimStart();
  const isIndented = words.length < line.length;
  const starts = [program, 'todoku', ...(isIndented ? ['aws', 'npx', 'npm'] : [])];
  return (
    starts.some((start) => words.startsWith(`${start} `)) &&
    !/[^\x20-\x7e]/.test(words.replaceAll(/'[^']*'/g, ''))
  );
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const COLOURS = /\u001b\[[\d;]*m/g;

/** Columns of a text; colours have none. */
function widthOf(text: string): number {
  return displayWidth(text.replace(COLOURS, ''));
}

/** The lines of a text. A word that is longer than a line stands alone (`whole`), or is broken. */
function linesOf(text: string, width: number, long: 'whole' | 'broken'): string[] {
  if (widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line: string[] = [];
  let filled = 0;
  for (const piece of piecesOf(text, long === 'broken' ? width : Number.POSITIVE_INFINITY)) {
    while (line.length > 0 && filled + widthOf(piece.trimEnd()) > width) {
      const cut = breakIn(line, piece, width);
      lines.push(line.slice(0, cut).join('').trimEnd());
      line = line.slice(cut);
      line[0] = line[0]?.trimStart() ?? '';
      if (line[0] === '') line.shift();
      filled = widthOf(line.join(''));
    }
    const added = line.length === 0 && lines.length > 0 ? piece.trimStart() : piece;
    if (added === '') continue;
    line.push(added);
    filled += widthOf(added);
  }
  if (line.length > 0) lines.push(line.join('').trimEnd());
  return lines;
}

/** How many pieces of a line stay on it, where the next does not fit. */
function breakIn(line: readonly string[], next: string, width: number): number {
  let allowed: number | undefined;
  for (let cut = line.length; cut > 0; cut -= 1) {
    const last = line[cut - 1] ?? '';
    const first = line[cut] ?? next;
    if (NOT_FIRST.test(first.trimStart()) || NOT_LAST.test(last)) continue;
    allowed ??= cut;
    if (widthOf(line.slice(0, cut).join('')) < width * SHORTEST) break;
    if (GOOD_LAST.test(last) || GOOD_FIRST.test(first)) return cut;
  }
  return allowed ?? line.length;
}

/** Words with the spaces behind them, and single letters of Japanese; a word of more than so many columns in parts. */
function piecesOf(text: string, longest: number): readonly string[] {
  const pieces: string[] = [];
  let word = '';
  let filled = 0;
  const end = () => {
    if (word !== '') pieces.push(word);
    word = '';
    filled = 0;
  };
  for (const letter of text) {
    if (isWide(letter)) {
      end();
      pieces.push(letter);
      continue;
    }
    if (letter !== ' ' && (word.endsWith(' ') || filled === longest)) end();
    word += letter;
    filled += 1;
  }
  end();
  return pieces;
}
