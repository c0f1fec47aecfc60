import type { Fact } from '../mails/fact.ts';
import { type Incident, incidentsAmong } from '../policy/incident.ts';
import { eachFactOfDay } from '../store/facts.ts';
import type { Table } from '../store/table.ts';

const DAY = 86_400_000;

/** The incidents of today and yesterday (UTC): what an incident of the moment shows in. Reads those days as a stream. */
export function recentIncidents(store: Table, now: Date): Promise<Incident[]> {
  return incidentsAmong(recentFacts(store, now));
}

async function* recentFacts(store: Table, now: Date): AsyncGenerator<Fact> {
  for (const time of [now.getTime() - DAY, now.getTime()]) {
    yield* eachFactOfDay(store, new Date(time).toISOString().slice(0, 10));
  }
}
