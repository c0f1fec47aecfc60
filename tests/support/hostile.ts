/** A stranger's text that acts on a terminal: escape sequences, C0, DEL, C1, line separators, bidi. */
export const HOSTILE =
  '\u001b[31mRED\u001b]52;c;ZQ==\u0007\u009b2J\u0085\u202eLRO\u2066\u200f\u061c\u2028\u007f\b\rx';

/** Any sign that acts on a terminal, but for the line break. */
export const ACTING = /[^\P{C}\n]|[\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
