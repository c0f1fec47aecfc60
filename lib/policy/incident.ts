import { domainOf } from '../address.ts';
import { carrierOfDomain } from '../classification/carriers.ts';
import { readBounce } from '../classification/diagnose.ts';
import type { Reason } from '../classification/types.ts';
import type { Fact } from '../mails/fact.ts';
import { isReturned } from '../mails/nature.ts';

/** A time in which one carrier refused many customers with replies that blame the sender. */
export interface Incident {
  readonly carrier: string;
  /** First and last such reply, ISO 8601 UTC. */
  readonly from: string;
  readonly until: string;
}

/** Replies that blame the sender, not the recipient. */
const BLOCKING: ReadonlySet<Reason> = new Set([
  'blocked',
  'badreputation',
  'rejected',
  'ratelimited',
  'policyviolation',
  'authfailure',
  'spamdetected',
  'requireptr',
  'norelaying',
]);

/** Distinct addresses of one carrier within {@link WINDOW_MINUTES} that make an incident. */
const MINIMUM_ADDRESSES = 5;
const WINDOW_MINUTES = 30;
const MINUTE = 60_000;

/** The refusals of one carrier in one minute. */
interface RefusedMinute {
  /** Minutes since the epoch. */
  readonly minute: number;
  /** Addresses refused, no more of them than make an incident: further ones change nothing. */
  readonly addresses: Set<string>;
  from: string;
  until: string;
}

/**
 * The incidents among the given facts, which may come in any order, repeated, and as a stream. Pure. Refusals are
 * counted by the minute, so memory is bounded by the time they cover, whatever their number; an incident is told to
 * the very moment of its first and last refusal, its window to the minute.
 */
export async function incidentsAmong(facts: AsyncIterable<Fact> | Iterable<Fact>): Promise<Incident[]> {
  const byCarrier = new Map<string, Map<number, RefusedMinute>>();
  for await (const fact of facts) {
    const carrier = refusingCarrier(fact);
    if (carrier === undefined) continue;
    const minutes = byCarrier.get(carrier) ?? new Map<number, RefusedMinute>();
    byCarrier.set(carrier, minutes);
    addTo(minutes, fact);
  }
  return [...byCarrier].flatMap(([carrier, minutes]) => incidentsOf(carrier, minutes));
}

/** The carrier that refused a mail with a reply that blames the sender; undefined for any other fact. */
function refusingCarrier(fact: Fact): string | undefined {
  if (fact.kind !== 'bounce' || !isReturned(fact)) return undefined;
  const carrier = carrierOfDomain(domainOf(fact.address))?.id;
  if (carrier === undefined) return undefined;
  return BLOCKING.has(readBounce(fact).reason) ? carrier : undefined;
}

function addTo(minutes: Map<number, RefusedMinute>, { at, address }: Fact): void {
  const minute = Math.floor(Date.parse(at) / MINUTE);
  const known = minutes.get(minute);
  if (known === undefined) {
    minutes.set(minute, { minute, addresses: new Set([address]), from: at, until: at });
    return;
  }
  if (known.addresses.size < MINIMUM_ADDRESSES) known.addresses.add(address);
  if (at < known.from) known.from = at;
  if (at > known.until) known.until = at;
}

/** Slides a window over the minutes in order and joins the windows that hold enough addresses. */
function incidentsOf(carrier: string, minutes: ReadonlyMap<number, RefusedMinute>): Incident[] {
  const ordered = [...minutes.values()].sort((a, b) => a.minute - b.minute);
  const found: Incident[] = [];
  let start = 0;
  for (const [end, latest] of ordered.entries()) {
    while ((ordered[start]?.minute ?? latest.minute) < latest.minute - WINDOW_MINUTES) start += 1;
    const window = ordered.slice(start, end + 1);
    if (new Set(window.flatMap(({ addresses }) => [...addresses])).size < MINIMUM_ADDRESSES) continue;
    const from = window[0]?.from ?? latest.from;
    const last = found.at(-1);
    if (last && from <= last.until) found[found.length - 1] = { ...last, until: latest.until };
    else found.push({ carrier, from, until: latest.until });
  }
  return found;
}
