import type { Table } from '../../store/table.ts';
import { type DomainSummary, DomainTally, mostMailFirst, withFewerSources } from './aggregate-summary.ts';
import { rowsOf } from './report-store.ts';
import { StageEvidence } from './stage.ts';

/** What the reports on record say, whichever way they came in. */

/** Days of reports that are looked back on: two stages of DMARC. */
const REPORT_DAYS = 62;
const MILLISECONDS_A_DAY = 86_400_000;

/** The first day looked back on, or the one given where that is earlier. */
function firstDayOfView(now: Date, from?: string): string {
  const usual = dayOf(new Date(now.getTime() - REPORT_DAYS * MILLISECONDS_A_DAY));
  return from !== undefined && from < usual ? from : usual;
}

/** What the reports on record say of one domain. */
export interface StoredView {
  /** Absent when there is none. */
  readonly summary?: DomainSummary;
  /** What the next policy can be advised by. */
  readonly evidence: StageEvidence;
}

/** A domain's reports of the days looked back on, or from an earlier day on; read page by page and added up. */
export async function readStored(
  parts: { readonly store: Table; readonly isSes: (address: string) => boolean; readonly now: Date },
  domain: string,
  from?: string,
): Promise<StoredView> {
  const { store, isSes, now } = parts;
  const tally = new DomainTally(domain, isSes);
  const evidence = new StageEvidence();
  const period = { from: firstDayOfView(now, from), to: dayOf(now) };
  for await (const page of rowsOf(store, domain, period)) {
    for (const row of page) {
      tally.add(row);
      evidence.add(row);
    }
  }
  const summary = tally.summary();
  // Cut down at once: a run reads many domains.
  const [short] = withFewerSources(summary === undefined ? [] : [summary]);
  return { ...(short !== undefined && { summary: short }), evidence };
}

/** The summaries of some domains, in the order they are shown in and short enough for an answer. */
export function summariesOf(views: readonly StoredView[]): readonly DomainSummary[] {
  return withFewerSources(mostMailFirst(views.flatMap(({ summary }) => summary ?? [])));
}

/** Who sends as each of the domains, from every report on record since a day. */
export async function summariseStored(
  parts: { readonly store: Table; readonly isSes: (address: string) => boolean; readonly now: Date },
  domains: readonly string[],
  from?: string,
): Promise<readonly DomainSummary[]> {
  const views: StoredView[] = [];
  for (const domain of domains) views.push(await readStored(parts, domain, from));
  return summariesOf(views);
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
