import type { Fact } from '../mails/fact.ts';
import { type CarrierRefusing, incidentsAmong } from '../policy/incident.ts';
import { eachFactOfDay } from '../store/facts.ts';
import type { Table } from '../store/table.ts';
import { DAY } from '../time.ts';

/** The carriers that refuse today or did yesterday (UTC): what policy waits for. Reads those days as a stream. */
export async function recentIncidents(store: Table, now: Date): Promise<CarrierRefusing[]> {
  const finder = await incidentsAmong(recentFacts(store, now));
  return finder.refusing();
}

async function* recentFacts(store: Table, now: Date): AsyncGenerator<Fact> {
  for (const time of [now.getTime() - DAY, now.getTime()]) {
    yield* eachFactOfDay(store, new Date(time).toISOString().slice(0, 10));
  }
}
