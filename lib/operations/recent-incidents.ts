import type { Fact } from '../mails/fact.ts';
import { type Incident, incidentsAmong } from '../policy/incident.ts';
import type { Store } from '../store/store.ts';

const DAY = 86_400_000;

/** The incidents of today and yesterday (UTC): what an incident of the moment shows in. Reads those days as a stream. */
export function recentIncidents(store: Pick<Store, 'eachFactOfDay'>, now: Date): Promise<Incident[]> {
  return incidentsAmong(recentFacts(store, now));
}

async function* recentFacts(store: Pick<Store, 'eachFactOfDay'>, now: Date): AsyncGenerator<Fact> {
  for (const time of [now.getTime() - DAY, now.getTime()]) {
    yield* store.eachFactOfDay(new Date(time).toISOString().slice(0, 10));
  }
}
