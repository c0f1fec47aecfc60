import type { Bilingual } from '../lib/text.ts';

/** What the story is told in: its chapters know nothing of where it is shown. */

/** One line of the account. */
export interface StoryLine {
  /** ISO 8601 UTC, by the story's clock. */
  readonly at: string;
  readonly text: Bilingual;
  /** Absent: an event; else whether what the line claims held. */
  readonly held?: boolean;
}

/** One person's row in the closing table. */
export interface StoryRow {
  readonly address: string;
  readonly what: Bilingual;
  readonly diagnosis: Bilingual;
  readonly verdict: Bilingual;
}

/** What the story tells as it goes. */
export interface StoryTeller {
  chapter(title: Bilingual): void;
  line(line: StoryLine): void;
  /** A text as the operator sees it. */
  quote(text: Bilingual): void;
  table(rows: readonly StoryRow[]): void;
}

/** One thing that was told: which method, with what. */
export type Told =
  | readonly ['chapter' | 'quote', Bilingual]
  | readonly ['line', StoryLine]
  | readonly ['table', readonly StoryRow[]];

/** A teller that keeps what it passes on. */
export function recordingTeller(teller: StoryTeller): {
  readonly teller: StoryTeller;
  readonly told: readonly Told[];
} {
  const told: Told[] = [];
  const pass = (each: Told): void => {
    told.push(each);
    tellAgain([each], teller);
  };
  return {
    told,
    teller: {
      chapter: (title) => pass(['chapter', title]),
      line: (line) => pass(['line', line]),
      quote: (text) => pass(['quote', text]),
      table: (rows) => pass(['table', rows]),
    },
  };
}

/** Tells again what was told. */
export function tellAgain(told: readonly Told[], teller: StoryTeller): void {
  for (const each of told) {
    if (each[0] === 'line') teller.line(each[1]);
    else if (each[0] === 'table') teller.table(each[1]);
    else teller[each[0]](each[1]);
  }
}
