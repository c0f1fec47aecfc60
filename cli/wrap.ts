import { displayWidth } from '../lib/display-width.ts';

/** Texts for people stay within so many columns, however wide the terminal is. */
const READABLE = 80;

/** A text for people, its lines within 80 columns or the terminal's; an address of a page stays whole. */
export function paragraph(text: string, columns: number): string {
  const width = Math.min(READABLE, columns);
  return text
    .split('\n')
    .map((line) => {
      if (displayWidth(line) <= width) return line;
      const parts = line.split(/(?=https?:\/\/)/);
      return parts.map((part) => (part.startsWith('http') ? part : wrap(part.trimEnd(), width))).join('\n');
    })
    .join('\n');
}

/** A text on lines of at most so many columns, broken where a reader would, as far as a line has such a place. */
export function wrap(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const lines: string[] = [];
  let line = '';
  let filled = 0;
  for (const letter of text) {
    const more = displayWidth(letter);
    if (filled + more > width) {
      const cut = breakIn(line, letter);
      lines.push(line.slice(0, cut).trimEnd());
      line = line.slice(cut).trimStart();
      filled = displayWidth(line);
    }
    if (line === '' && letter === ' ' && lines.length > 0) continue;
    line += letter;
    filled += more;
  }
  return [...lines, line].join('\n');
}

/** Where a line is best broken: after a space or Japanese punctuation, or before a bracket; else at its end. */
function breakIn(line: string, next: string): number {
  for (let at = line.length; at > line.length / 4; at -= 1) {
    const after = at === line.length ? next : line.charAt(at);
    if (/[ 、。・]/.test(line.charAt(at - 1)) || /[ （(]/.test(after)) return at;
  }
  return line.length;
}
