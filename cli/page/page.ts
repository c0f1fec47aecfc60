/** An answer of one screen, for a terminal and for a page of HTML: without any address in it. */
export interface Page {
  /** What the answer is about; stands above it on a page. */
  readonly title: string;
  /** The answer, the most important sentence first. */
  readonly headline: readonly string[];
  readonly sections: readonly Section[];
  /** What the answer does not cover. */
  readonly notes: readonly string[];
}

/** A part of a page: figures, sentences or both. */
export interface Section {
  readonly title?: string;
  /** Rows of cells, the first of them the heads of the columns. */
  readonly grid?: readonly (readonly string[])[];
  readonly lines?: readonly string[];
}

/** Which columns of a grid hold figures alone, and so end on the right. */
export function figureColumns([head = [], ...rows]: NonNullable<Section['grid']>): readonly boolean[] {
  return head.map((_, at) => at > 0 && rows.every((row) => /^[+−\d,]+$/.test(row[at] ?? '')));
}
