import type { MonthAnswer, ReportAnswer } from '../../lib/contracts/report.ts';
import { csvLine } from '../csv.ts';

/** Two months as CSV: what is counted, of what, and the figure of each month. The words are those of `--json`. */
export function reportCsv({ month, before }: ReportAnswer): string {
  const [now, then] = [rowsOf(month), rowsOf(before)];
  const keys = [...new Set([...now.keys(), ...then.keys()])];
  const lines = keys.map((key) => {
    const [what = '', which = ''] = key.split('\n');
    return csvLine([what, which, String(now.get(key) ?? 0), String(then.get(key) ?? 0)]);
  });
  return [csvLine(['what', 'of', month.month, before.month]), ...lines].join('');
}

function rowsOf({
  returned,
  missed,
  complaints,
  decisions,
  outcomes,
  ended,
  senders,
}: MonthAnswer): Map<string, number> {
  const groups: Readonly<Record<string, Readonly<Record<string, number>>>> = {
    missed: missed.carriers,
    returned: returned.carriers,
    reason: returned.reasons,
    decision: decisions,
    outcome: outcomes,
    ended: { addresses: ended.addresses, days: ended.days },
    'sender finding': senders,
  };
  return new Map([
    ['complaint\n', complaints] as const,
    ...Object.entries(groups).flatMap(([what, counts]) =>
      Object.entries(counts).map(([which, count]) => [`${what}\n${which}`, count] as const),
    ),
  ]);
}
