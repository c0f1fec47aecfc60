import { type DomainSummary, summariseReports, withFewerSources } from './aggregate-summary.ts';
import type { ItemStore } from './item-store.ts';
import { rowsOf } from './records-store.ts';
import type { DailyRow } from './report-rows.ts';

/** What the reports on record say, whichever way they came in. */

/** Days of reports that are looked back on: two stages of DMARC. */
const REPORT_DAYS = 62;
const MILLISECONDS_A_DAY = 86_400_000;

/** The first day looked back on, or the one given where that is earlier. */
export function firstDayOfView(now: Date, from?: string): string {
  const usual = dayOf(new Date(now.getTime() - REPORT_DAYS * MILLISECONDS_A_DAY));
  return from !== undefined && from < usual ? from : usual;
}

/** A domain's rows of the days looked back on, or from an earlier day on. */
export async function recentRows(
  store: ItemStore,
  domain: string,
  now: Date,
  from?: string,
): Promise<readonly DailyRow[]> {
  return rowsOf(store, domain, { from: firstDayOfView(now, from), to: dayOf(now) });
}

/** Who sends as each of the domains, from every report on record since a day. */
export async function summariseStored(
  parts: { readonly store: ItemStore; readonly isSes: (address: string) => boolean; readonly now: Date },
  domains: readonly string[],
  from?: string,
): Promise<readonly DomainSummary[]> {
  const rows: DailyRow[] = [];
  for (const domain of domains) {
    for (const row of await recentRows(parts.store, domain, parts.now, from)) rows.push(row);
  }
  return withFewerSources(summariseReports(rows, parts.isSes));
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
