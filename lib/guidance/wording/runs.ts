import type { Language } from '../../text.ts';
import { countsInWords } from './labels.ts';

/** Counts of a run that want an operator's eye. */
export const TROUBLE: ReadonlySet<string> = new Set(['failed', 'unreadable', 'needs-import-job']);

/** What a run did in one line, what failed first: `失敗 2件、提案 10件`. */
export function runInWords(
  { counts }: { readonly counts: Readonly<Record<string, number>> },
  language: Language,
): string {
  const entries = Object.entries(counts).filter(([, count]) => count > 0);
  const troubleFirst = entries.toSorted(
    ([left], [right]) => Number(TROUBLE.has(right)) - Number(TROUBLE.has(left)),
  );
  if (troubleFirst.length === 0) return language === 'ja' ? '変更なし' : 'nothing changed';
  return countsInWords(troubleFirst, language);
}
