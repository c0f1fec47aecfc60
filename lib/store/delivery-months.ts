import { domainOf } from '../address.ts';
import { carrierOfDomain } from '../classification/carriers.ts';
import type { Fact } from '../mails/fact.ts';
import { TTL_ATTRIBUTE } from './definition.ts';
import { expiry, type Item } from './items.ts';
import { PARTITIONS } from './keys.ts';
import { partitionQuery, type Table } from './table.ts';

/**
 * In which months deliveries were recorded at all, by sender and carrier. "No earlier mail to this address is on
 * record" means something only where its delivery would have been: a shop may have joined last week, or have its
 * configuration set publish bounces alone.
 *
 * One small item for each sender's domain, carrier and month, written by the first delivery a container sees.
 */

/** {@link monthKey}s. */
export type DeliveryMonths = ReadonlySet<string>;

/** `shop.example#docomo#2026-10`; `-` stands for all recipients that are no carrier's. Months are UTC. */
function monthKey(senderDomain: string, recipient: string, month: string): string {
  return `${senderDomain}#${carrierOfDomain(domainOf(recipient))?.id ?? '-'}#${month}`;
}

function monthOf(moment: Date): string {
  return moment.toISOString().slice(0, 7);
}

/**
 * Notes that deliveries are being recorded. The month is that of the recording, not of the event: old events put in
 * by hand do not show that all were recorded at their time.
 *
 * @param noted what this process noted before; added to.
 * @param retentionDays how long facts are kept: a month is of use no longer than they are.
 */
export async function noteDeliveries(
  table: Table,
  facts: readonly Fact[],
  { noted, now, retentionDays }: { noted: Set<string>; now: Date; retentionDays: number },
): Promise<void> {
  const fresh = new Map<string, Item>();
  for (const { kind, address, senderDomain } of facts) {
    if (kind !== 'delivery' || senderDomain === undefined) continue;
    const sk = monthKey(senderDomain, address, monthOf(now));
    if (noted.has(sk)) continue;
    // A function of the month alone, so that every container writes the same.
    const monthStart = `${monthOf(now)}-01T00:00:00.000Z`;
    fresh.set(sk, { pk: PARTITIONS.deliveries, sk, [TTL_ATTRIBUTE]: expiry(monthStart, retentionDays) });
  }
  if (fresh.size === 0) return;
  await table.putAll([...fresh.values()]);
  for (const sk of fresh.keys()) noted.add(sk);
}

/** All that was noted and has not expired: some ten items for each carrier a shop sends to. */
export async function deliveryMonths(table: Table): Promise<DeliveryMonths> {
  return new Set((await table.query(partitionQuery(PARTITIONS.deliveries))).map(({ sk }) => String(sk)));
}

/**
 * Since when deliveries of a sender's mail to a recipient's carrier were recorded without a month's gap up to a
 * moment, ISO 8601 UTC; undefined when they were not. The first month does not count, because recording began in it.
 */
export function recordedSince(
  months: DeliveryMonths,
  senderDomain: string,
  recipient: string,
  at: string,
): string | undefined {
  const [year = 0, month = 0] = at.slice(0, 7).split('-').map(Number);
  const start = (back: number) => new Date(Date.UTC(year, month - 1 - back, 1));
  const isNoted = (back: number) => months.has(monthKey(senderDomain, recipient, monthOf(start(back))));
  // Early in a month nothing may have been delivered in it yet.
  let back = isNoted(0) ? 0 : 1;
  if (!isNoted(back)) return undefined;
  while (isNoted(back + 1)) back += 1;
  return back === 0 ? undefined : start(back - 1).toISOString();
}

/** Since when anything is known to have been recorded, ISO 8601 UTC: the first month noted; undefined: not known. */
export function recordsBegin(months: DeliveryMonths): string | undefined {
  const [first] = [...months].map((key) => key.slice(key.lastIndexOf('#') + 1)).sort();
  return first === undefined ? undefined : `${first}-01T00:00:00.000Z`;
}
