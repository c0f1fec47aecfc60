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
