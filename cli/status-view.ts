import type { StatusAnswer } from '../lib/contracts/status.ts';
import { countLabel } from '../lib/guidance/wording/labels.ts';
import { TROUBLE } from '../lib/guidance/wording/runs.ts';
import type { Language } from '../lib/text.ts';
import { formatInTokyo } from '../lib/time.ts';

/** What is shown of a run. */
export type ShownRun = Omit<StatusAnswer['runs'][number], 'id'>;

/** What is shown of a status. */
export type ShownStatus = Omit<StatusAnswer, 'runs'> & { readonly runs: readonly ShownRun[] };

/** What a run wants an operator to know: addresses that failed, limits that fired. Empty when all went well. */
export function troubleOf(run: ShownRun, language: Language): string[] {
  const failed = Object.entries(run.counts).filter(([what, count]) => TROUBLE.has(what) && count > 0);
  return [
    ...failed.map(([what, count]) => `${countLabel(what, language)} ${count}`),
    ...run.limits.map(({ limit }) => limit),
  ];
}

/** A bounded count: `1000+` where more wait than were counted. */
export function countedAtLeast(waiting: Pick<ShownStatus['waiting'], 'count' | 'more'>): string {
  return `${waiting.count}${waiting.more ? '+' : ''}`;
}

/** When the last event was recorded, or since when there was none. */
export function lastEventOf(status: ShownStatus, language: Language): string {
  if (status.lastEventAt) return formatInTokyo(status.lastEventAt);
  const since = formatInTokyo(status.lookedBackTo);
  return language === 'ja' ? `${since}以降なし` : `none since ${since}`;
}
