import { domainOf } from '../address.ts';
import { carrierOfDomain } from '../classification/carriers.ts';
import { readReply } from '../classification/read-reply.ts';
import type { Reason } from '../classification/types.ts';
import type { Fact } from '../events/fact.ts';

/** A time in which one carrier refused many customers with replies that blame the sender. */
export interface Incident {
  readonly carrier: string;
  /** First and last such reply, ISO 8601 UTC. */
  readonly from: string;
  readonly until: string;
  /** Distinct addresses refused. */
  readonly addresses: number;
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

/** The incidents among the given bounces, in any order. Pure. */
export function incidentsAmong(facts: readonly Fact[]): Incident[] {
  const byCarrier = new Map<string, Fact[]>();
  for (const fact of facts) {
    if (fact.kind !== 'bounce') continue;
    const carrier = carrierOfDomain(domainOf(fact.address))?.id;
    if (carrier === undefined) continue;
    if (!BLOCKING.has(readReply({ ...fact, recipient: fact.address }).reason)) continue;
    byCarrier.set(carrier, [...(byCarrier.get(carrier) ?? []), fact]);
  }
  return [...byCarrier].flatMap(([carrier, refused]) => incidentsOf(carrier, refused));
}

/** Slides a window over the refusals in order of time and joins the windows that hold enough addresses. */
function incidentsOf(carrier: string, refused: readonly Fact[]): Incident[] {
  const ordered = [...refused].sort((a, b) => a.at.localeCompare(b.at));
  const inWindow = new Map<string, number>();
  const found: Incident[] = [];
  let start = 0;
  for (const latest of ordered) {
    inWindow.set(latest.address, (inWindow.get(latest.address) ?? 0) + 1);
    const opens = Date.parse(latest.at) - WINDOW_MINUTES * 60_000;
    for (let first = ordered[start]; first && Date.parse(first.at) < opens; first = ordered[start]) {
      const left = (inWindow.get(first.address) ?? 1) - 1;
      if (left === 0) inWindow.delete(first.address);
      else inWindow.set(first.address, left);
      start += 1;
    }
    if (inWindow.size < MINIMUM_ADDRESSES) continue;
    const from = ordered[start]?.at ?? latest.at;
    const last = found.at(-1);
    if (last && from <= last.until) {
      found[found.length - 1] = {
        ...last,
        until: latest.at,
        addresses: Math.max(last.addresses, inWindow.size),
      };
    } else {
      found.push({ carrier, from, until: latest.at, addresses: inWindow.size });
    }
  }
  return found;
}
