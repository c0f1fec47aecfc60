import { now } from '../lib/clock.ts';
import type { Fact } from '../lib/mails/fact.ts';
import { errorName } from '../lib/refusal.ts';
import { noteDeliveries } from '../lib/store/delivery-months.ts';
import { store } from './clients.ts';
import { environment } from './environment.ts';
import type { Log } from './log.ts';
import { once } from './once.ts';

/** The months in which this container noted that deliveries are recorded. */
function notedMonths(): Set<string> {
  return once(notedMonths, () => new Set<string>());
}

/** Notes that deliveries are being recorded; never throws: what could not be noted is noted with the next delivery. */
export async function noteRecording(facts: readonly Fact[], log: Log): Promise<void> {
  const { FACT_RETENTION_DAYS: retentionDays } = environment();
  try {
    await noteDeliveries(store(), facts, { noted: notedMonths(), now: now(), retentionDays });
  } catch (error) {
    log.warn('recording not noted', { errorName: errorName(error) });
  }
}
